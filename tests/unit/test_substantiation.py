"""Substantiations: told from outcomes, read the same from every form, typed, and never a part of what an outcome is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.fields import SUBSTANTIATION_FIELDS
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.sources.text import cutting
from oh_pipeline.validation.dates import as_date
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.tables import TABLES

from ..forms import FORMATS, RECORDS, Record
from ..fragments import DEFAULTS, SUBSTANTIATION, fragment, substantiation
from .conftest import SEEDS, Frames, TakeIn

GIVEN: list[Record] = [
    SUBSTANTIATION,
    SUBSTANTIATION
    | {
        "Substantiator": "Jean <person>",
        "Substantiator role": "Organisation de la société civile",
        "Substantiation date": "31/12/2024",
        "Agreement with description": "en désaccord",
        "Substantiation comment": 'She said "no";\nthe gates stayed shut.',
    },
    SUBSTANTIATION
    | {"FragmentID": "", "Substantiator": "", "Substantiation date": "2024-06-01T08:00:00.000+03:00"}
    | {"Agreement with contribution": "<redacted>", "Substantiation comment": ""},
]
TYPED = [
    *("fragment_id", *SUBSTANTIATION_FIELDS, "programme", "id_key", "grain_key", "content_hash", "role_member"),
    *("description_agreement_member", "contribution_agreement_member", "day", "is_in_outcome"),
]


def read(folder: Path, name: str, records: list[Record], codebook: Codebook) -> Frames:
    raw = folder / "raw"
    raw.mkdir()
    (raw / name).write_bytes(FORMATS[name](records))
    found: dict[str, list[pl.DataFrame]] = {}
    for frames in intake(take_inventory(raw), codebook, scratch=folder):
        for table, frame in frames.items():
            found.setdefault(table, []).append(frame)
    return {table: pl.concat(frames) for table, frames in found.items()}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024-05-03", date(2024, 5, 3)),
        ("2024/5/3", date(2024, 5, 3)),
        (" 2024.05.03 ", date(2024, 5, 3)),
        ("2024-05-03 14:30", date(2024, 5, 3)),
        ("2024-05-03 23:59:59", date(2024, 5, 3)),
        ("2024-05-03T23:30:00.000+03:00", date(2024, 5, 3)),
        ("2024-05-03T00:00:00Z", date(2024, 5, 3)),
        ("3/5/2024", date(2024, 5, 3)),
        ("03.05.2024", date(2024, 5, 3)),
        ("03-05-2024 09:30 AM", date(2024, 5, 3)),
        ("12/5/2024", date(2024, 5, 12)),  # the day comes first, always
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2023", None),
        ("31/4/2024", None),
        ("5/13/2024", None),  # never read the other way round because one of them fits
        ("2024-13-05", None),
        ("0/5/2024", None),
        ("3/5/24", None),
        ("3/5-2024", None),
        ("2024", None),
        ("2024-05", None),
        ("May 2024", None),
        ("45415", None),
        ("1024-05-03", None),
        ("2024-05-03 and later", None),
        ("2024-05-03\n2024-05-04", None),
        ("", None),
    ],
)
def test_dates(written: str, day: date | None) -> None:
    assert as_date(written) == day


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_form_gives_the_same_rows(tmp_path: Path, codebook: Codebook, name: str) -> None:
    frames = read(tmp_path, name, GIVEN, codebook)
    plain = tmp_path / "plain"
    plain.mkdir()
    expected = read(plain, "plain.txt", GIVEN, codebook)
    assert_frame_equal(frames["substantiations"].select(TYPED), expected["substantiations"].select(TYPED))
    assert set(frames["issues"]["rule"]) <= {"skipped_sheet"} and not len(frames["fragments"])
    assert frames["substantiations"].select("role_member", "description_agreement_member", "day").rows() == [
        ("local authority", "fully agree", date(2024, 5, 3)),
        ("civil society organisation", "disagree", date(2024, 12, 31)),
        ("local authority", "fully agree", date(2024, 6, 1)),
    ]


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_both_kinds_share_a_file(tmp_path: Path, codebook: Codebook, name: str) -> None:
    """A table has every label for every row: what is blank there is absent elsewhere."""
    master = DEFAULTS | {"FragmentID": "SCC-KEN/CIV009", "Agreement with description": "disagree"}
    frames = read(tmp_path, name, [RECORDS[0], GIVEN[0], master, GIVEN[1]], codebook)
    assert frames["fragments"]["record_number"].to_list() == [1, 3]
    assert frames["substantiations"].select("record_number", "is_in_outcome").rows() == [
        (2, False),
        (3, True),
        (4, False),
    ]
    assert set(frames["issues"]["rule"]) <= {"skipped_sheet"}
    assert frames["source_files"]["found"].sum() == 4


def test_the_way_makes_no_difference(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    records = []
    for number in range(80):
        given = {"Substantiator": f"Person {number % 7}", "Own label": f"{number}", "Country": "Kenya"}
        records.append(substantiation({**given, "Agreement with description": "" if number % 9 else "perhaps"}))
        records.append(
            fragment({"Substantiator": "X"} if number % 3 else given, id=f"SCC-K/CIV{number:03}", year="1999")
        )
    whole = take_in("".join(records), threads=1)
    monkeypatch.setattr(cutting, "BLOCK", 4000)
    parts = take_in("".join(records), threads=3)
    for table in TABLES.keys() - {"builds", "previous_outcomes", "previous_open_cells"}:
        assert_frame_equal(whole[table], parts[table])
    assert (len(whole["fragments"]), len(whole["substantiations"])) == (80, 80)


def test_an_outcome_is_what_it_was(take_in: TakeIn) -> None:
    """Nothing of a substantiation makes a version of the outcome beside it."""
    given = {label: value for label, value in SUBSTANTIATION.items() if label != "FragmentID"}
    frames = take_in(fragment(), fragment({**given, "Substantiation comment": "<redacted>"}))
    plain, both = frames["fragments"].drop("source_file", "file_order", "fragment_key").rows()
    assert plain == both
    row = frames["substantiations"].row(0, named=True)
    assert (row["source_file"], row["is_in_outcome"], row["id_key"]) == ("file_1.txt", True, "scc-ken/civ001")


def test_who_is_still_to_be_asked_is_kept_beside_the_outcome(take_in: TakeIn) -> None:
    frames = take_in(
        fragment({"Substantiator": "A clerk", "Substantiation date": "soon", "Substantiation comment": ""})
    )
    assert not len(frames["substantiations"]) and not len(frames["issues"])
    assert frames["extra_fields"].select("label", "value", "is_content").rows() == [
        ("Substantiator", "A clerk", False),
        ("Substantiation date", "soon", False),
    ]


def test_what_repeats_the_outcome_is_kept_beside_the_substantiation(take_in: TakeIn) -> None:
    frames = take_in(substantiation({"coutnry": "Kenya", "Year": "", "Own  label": "x", "_id": "7"}))
    assert set(frames["extra_fields"].select("label", "value", "is_content").rows()) == {
        ("coutnry", "Kenya", False),
        ("Own label", "x", False),
        ("_id", "7", False),
    }
    assert frames["issues"].select("rule", "field").rows() == [("unmapped_field", "Own label")]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"Outcome description": ""}, "substantiation"),
        ({"Outcome description": "", "Year": "2023", "coutnry": "Kenya"}, "substantiation"),
        ({"Outcome description": "", "Significance of the outcome": "It matters."}, "outcome"),
        ({"Outcome description": "<redacted>"}, "outcome"),
        ({"Significance of the outcome": "It matters."}, "substantiation"),
    ],
)
def test_what_makes_an_outcome(take_in: TakeIn, changes: dict[str, str | None], kind: str) -> None:
    frames = take_in(substantiation(changes))
    held = ["missing_description"] if kind == "outcome" else []
    assert frames["issues"].filter(severity="error")["rule"].to_list() == held
    assert len(frames["substantiations"]) == (kind == "substantiation")


def test_what_says_nothing_is_held_back_whole(take_in: TakeIn) -> None:
    frames = take_in(substantiation() + substantiation({"Agreement with description": "", "Agreement with contribution": " "})
                     .replace("**Substantiation comment**: The clerks were trained twice, not once.\n", ""))  # fmt: skip
    assert frames["substantiations"]["record_number"].to_list() == [1]
    held = frames["quarantine"].row(0, named=True)
    assert (held["record_number"], held["rules"]) == (2, ["empty_substantiation"])
    assert ["Substantiator", "Amina Otieno"] in json.loads(held["fields"])
    (issue,) = frames["issues"].rows(named=True)
    assert (issue["location"], issue["fragment_id"]) == ("line 12", "SCC-KEN/CIV001")


def keys(take_in: TakeIn, name: str, *changes: Mapping[str, str | None]) -> list[str | None]:
    frames = take_in("".join(substantiation(change) for change in changes))
    return frames["substantiations"][name].to_list()


def test_one_person_on_one_day_is_one_grain(take_in: TakeIn) -> None:
    first, *same = keys(
        take_in,
        "grain_key",
        {},
        {"Substantiator": " amina  OTIENO ", "Substantiation date": "3/5/2024", "Substantiation comment": "x"},
    )
    assert first and [first] == same
    others = keys(
        take_in, "grain_key", {"Substantiator": "B"}, {"Substantiation date": ""}, {"Substantiation date": "soon"}
    )
    assert len({first, *others}) == 4 and None not in others
    assert keys(take_in, "grain_key", {"Substantiator": ""}, {"Substantiator": "Amina <person>"}) == [None, None]


def test_content_is_its_own_fields_and_the_id(take_in: TakeIn) -> None:
    first, *same = keys(
        take_in,
        "content_hash",
        {},
        {
            "Substantiation date": "2024-05-03 00:00:00",
            "Substantiation comment": "The clerks were  trained twice, not once.",
        },
        {"FragmentID": "scc-ken/civ001", "coutnry": "Kenya", "Own label": "x"},
    )
    assert same == [first, first]
    labels = [label for label in SUBSTANTIATION if label != "Substantiation date"]
    others = keys(take_in, "content_hash", *({label: "1"} for label in labels), {"Substantiation date": "2024-05-04"})
    assert len({first, *others}) == len(SUBSTANTIATION) + 1


def test_a_codebook_without_the_two_lists_observes_all(take_in: TakeIn, tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "book")
    for name in ("agreements", "substantiator_roles"):
        (tmp_path / "book" / f"{name}.csv").unlink()
    aliases = tmp_path / "book" / "aliases.csv"
    lines = aliases.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(("agreement,", "substantiator_role,"))]
    aliases.write_text("".join(kept), encoding="utf-8")
    content = substantiation()
    shutil.move(tmp_path / "book", tmp_path.parent / f"{tmp_path.name}-book")
    frames = take_in(content, book=load_codebook(tmp_path.parent / f"{tmp_path.name}-book"))
    members = frames["members"].filter(pl.col("vocabulary").is_in(["agreement", "substantiator_role"]))
    assert set(members.select("vocabulary", "label", "status").rows()) == {
        ("agreement", "fully agree", "observed"),
        ("agreement", "partly agree", "observed"),
        ("substantiator_role", "Local authority", "observed"),
    }
    assert len(frames["substantiations"]) == 1
