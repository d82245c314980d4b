"""All files through reading and rules: typed values, quarantine, conservation, and the same rows whatever the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.batch import Batch
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.sources.text import cutting
from oh_pipeline.validation import text_tasks
from oh_pipeline.validation.examine import Examined, examine
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.schemas import SCHEMAS
from oh_pipeline.validation.tables import TABLES

from ..fragments import fragment
from .conftest import Frames, TakeIn


def one(take_in: TakeIn, content: str) -> dict[str, object]:
    return take_in(content)["fragments"].row(0, named=True)


def test_frames_have_the_declared_shape(take_in: TakeIn) -> None:
    frames = take_in(fragment({"Own": "x"}, country="Atlantis"), fragment(description=""))
    for table, frame in frames.items():
        SCHEMAS[table].validate(frame, lazy=True)
    assert set(frames) == set(TABLES) - {"builds", "previous_outcomes", "previous_open_cells"}


@pytest.mark.parametrize(
    ("declared", "closed", "basis"),
    [
        *[(word, True, "declared") for word in ("1", "1.0", "yes", "TRUE", "x", "Oui", " YES ", "نعم")],
        *[(word, False, "declared") for word in ("0", "0.0", "no", "False", "NON")],
        *[
            (word, True, "unparseable")
            for word in ("n", "public", "<redacted>", "0.5", "00", "000", "0.00", "01", "00x", "none", "لا", "-", "no?")
        ],
        ("", True, "blank"),
    ],
)
def test_confidentiality(take_in: TakeIn, declared: str, closed: bool, basis: str) -> None:
    row = one(take_in, fragment(confidential=declared))
    assert (row["is_confidential"], row["confidentiality_basis"]) == (closed, basis)


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [("YES", True), ("no", False), ("1.0", True), ("0", False), ("", None), ("<redacted>", None)],
)
def test_flags(take_in: TakeIn, given_text: str, meant: bool | None) -> None:
    row = one(take_in, fragment({"The change was unintended": given_text, "Outcome is negative": given_text}))
    assert row["is_unintended"] is meant
    assert row["is_negative"] is meant


@pytest.mark.parametrize(
    ("given_text", "meant"),
    [
        ("No", False),
        ("no.", False),
        ("Non", False),
        ("", None),
        ("<redacted>", None),
        ("Yes", True),
        ("No one but us", True),
    ],
)
def test_other_actors(take_in: TakeIn, given_text: str, meant: bool | None) -> None:
    label = "Contribution of other actors and factors"
    assert one(take_in, fragment({label: given_text}))["other_actors_contributed"] is meant


@pytest.mark.parametrize(
    ("given_text", "year"),
    [("2023", 2023), ("2023.0", 2023), ("2020", None), ("", None), ("<redacted>", None), ("23", None)],
)
def test_year(take_in: TakeIn, given_text: str, year: int | None) -> None:
    assert one(take_in, fragment(year=given_text))["year_value"] == year


def test_marks_are_counted_in_all_fields_but_the_merged_text(take_in: TakeIn) -> None:
    changes = {"Own": "<person> and <person>", "StoryFragment_Merged": "<a> <b> <c>"}
    row = one(take_in, fragment(changes, id="SCC-<redacted>/CIV006", country="<place>"))
    assert row["redaction_count"] == 4
    assert row["id_key"] is None
    assert row["geography_member"] is None


@pytest.mark.parametrize(
    ("identifier", "programme", "key"),
    [
        ("SCC-KEN/CIV001", "SCC", "scc-ken/civ001"),
        ("scc-Ken /  x", "SCC", "scc-ken / x"),
        ("ABC-1", "SCC", "abc-1"),
        ("7", "SCC", "7"),
    ],
)
def test_identity(take_in: TakeIn, identifier: str, programme: str, key: str) -> None:
    row = one(take_in, fragment(id=identifier))
    assert (row["programme"], row["id_key"]) == (programme, key)


def test_content_ignores_blanks_composition_and_the_merged_text(take_in: TakeIn) -> None:
    frames = take_in(
        fragment({"Own": "a  b"}, description="Café  here", year="2023", confidential="0"),
        fragment(
            {"own": "a b", "StoryFragment_Merged": "x"},
            description="Cafe\u0301 here",
            year="2023.0",
            confidential="0.0",
        ),
        fragment({"Own": "a c"}, description="Café here"),
    )
    first, second, third = frames["fragments"]["content_hash"]
    assert first == second != third


def test_several_values_in_a_field(take_in: TakeIn) -> None:
    content = fragment(
        actor="Authorities, Media; Authorities\nWizards",
        country="Sahel",
        result="Outcome 1.2; 1.2; Outcome 9.9",
        types="Capacity change  Safety and Security, Practice change",
        clusters="Capacity change, Practice change, Policy change",
    )
    members = take_in(content)["coded_members"]
    rows = members.sort("vocabulary", "position").select("vocabulary", "position", "scope_member", "member")
    assert list(rows.iter_rows()) == [
        ("change_type", 1, "capacity change", "safety and security"),
        ("change_type", 2, "practice change", "practice change"),
        ("change_type", 3, "policy change", "policy change"),
        ("objective", 1, None, "less suppression of civic space"),
        ("result", 1, "sahel", "outcome 1.2"),
        ("result", 2, "sahel", "outcome 9.9"),
        ("social_actor", 1, None, "authorities"),
        ("social_actor", 2, None, "media"),
        ("social_actor", 3, None, "wizards"),
    ]


def test_observed_members_come_from_accepted_fragments_only(take_in: TakeIn) -> None:
    frames = take_in(
        fragment(country="New  land", types="Brewing  Fast brewing", clusters=""),
        fragment(country="new land"),
        fragment(country="Nowhere", description=""),
    )
    observed = (
        frames["members"].filter(status="observed").select("vocabulary", "scope_member", "member", "label", "slug")
    )
    assert set(observed.iter_rows()) == {
        ("geography", None, "new land", "New land", "new_land"),
        ("change_cluster", None, "brewing", "Brewing", "brewing"),
        ("change_type", "brewing", "fast brewing", "Fast brewing", "fast_brewing"),
    }


def test_own_fields_are_compared_in_normal_form(take_in: TakeIn) -> None:
    values = ("two  words", "two\nwords", "two words", "Two words", "caf\u00e9", "cafe\u0301")
    frames = take_in(*(fragment({"Own label": value}) for value in values))
    blanks = frames["extra_fields"]["value_hash"].to_list()
    assert blanks[0] == blanks[1] == blanks[2] != blanks[3]
    assert blanks[4] == blanks[5] != blanks[0]


def test_quarantine_keeps_every_field_as_delivered(take_in: TakeIn) -> None:
    frames = take_in(fragment({"Own  label ": "x"}, description="") + "**Year**: 2024\n")
    row = frames["quarantine"].row(0, named=True)
    fields = json.loads(row["fields"])
    assert ["Own  label ", "x"] in fields and ["Year", "2023"] in fields and ["Year", "2024"] in fields
    assert row["rules"] == ["duplicate_field", "missing_description"]
    assert len(frames["fragments"]) == 0


def test_the_way_makes_no_difference(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    records = [fragment(id=f"SCC-K/CIV{i:03}", description=f"Text {i} " + "x" * (i * 7 % 50)) for i in range(120)]
    content = "Preamble\n" + "".join(records)
    whole = take_in(content, threads=1)
    monkeypatch.setattr(cutting, "BLOCK", 4000)
    parts = take_in(content, threads=3)
    for table in TABLES.keys() - {"builds", "previous_outcomes", "previous_open_cells"}:
        assert_frame_equal(whole[table], parts[table])
    assert whole["source_files"]["found"].to_list() == [120]


def test_a_small_file_of_very_many_lines_is_read_in_parts(
    tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[int] = []

    def seen(batch: Batch, *rest: Any) -> Examined:
        parts.append(batch.records)
        return examine(batch, *rest)

    monkeypatch.setattr(text_tasks, "examine", seen)
    dense = "".join(f"**FragmentID**: SCC-{number}\n" for number in range(1_000))
    (tmp_path / "a.txt").write_text(fragment())
    (tmp_path / "b.txt").write_bytes(dense.encode("utf-16"))
    for number in range(100):
        (tmp_path / f"c_{number}.txt").write_text(f"**FragmentID**: K-{number}\n**Year**: 2023\n")
    whole = collect(tmp_path, codebook)
    assert parts == [1_101]
    parts.clear()
    monkeypatch.setattr(cutting, "SHORT_LINES", ((40, 100),))
    monkeypatch.setattr(cutting, "_READ", 500)
    in_parts = collect(tmp_path, codebook)
    assert sum(parts) == 1_101 and len(parts) > 20 and max(parts) < 60
    for table in whole:
        assert_frame_equal(whole[table], in_parts[table])


@pytest.mark.parametrize(
    ("lines", "size", "dense"),
    [
        (50_000, 100 * 50_000, False),
        (50_000, 100 * 50_000 - 1, True),
        (49_999, 50 * 49_999, False),
        (15_000, 40 * 15_000 - 1, True),
        (14_999, 14_999, False),
    ],
)
def test_what_makes_a_block_for_its_lines_alone(lines: int, size: int, dense: bool) -> None:
    assert cutting.is_dense(lines, size) is dense


def test_a_small_file_of_very_many_lines_that_cannot_be_read(
    tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "SHORT_LINES", ((40, 100),))
    (tmp_path / "a.txt").write_text("**Unheard**: of\n" * 100)
    (tmp_path / "b.txt").write_text("**FragmentID**: SCC-1\n" * 100)
    files = take_inventory(tmp_path)
    (tmp_path / "b.txt").unlink()
    frames = [frames["issues"] for frames in intake(files, codebook) if "source_files" in frames]
    told = pl.concat(frames).filter(rule="unreadable_file")
    assert told["source_file"].to_list() == ["a.txt", "b.txt"]
    assert "no line of it is a field" in told["message"][0] and "cannot be opened" in told["message"][1]


@pytest.mark.parametrize(("limit", "value"), [("BLOCK", 40), ("SHORT_LINES", ((40, 100),))])
def test_a_fragment_beyond_all_bounds_ends_its_file_alone(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, limit: str, value: object
) -> None:
    monkeypatch.setattr(cutting, limit, value)
    monkeypatch.setattr(cutting, "LONGEST_FRAGMENT", 20_000)
    monkeypatch.setattr(cutting, "_READ", 500)
    monkeypatch.setattr(cutting.decoded, "__defaults__", (500,))
    records = [fragment(id=f"SCC-KEN/CIV{number:03}", description=f"In 2023 {number}") for number in range(3)]
    frames = take_in("".join(records) + "**Own**: x\n" * 5_000, records[2])
    told = frames["issues"].filter(rule="unreadable_file").select("source_file", "location").rows()
    assert told == [("file_0.txt", "line 45")]
    assert "longer than" in frames["issues"].filter(rule="unreadable_file")["message"][0]
    assert frames["fragments"]["source_file"].to_list() == ["file_0.txt", "file_0.txt", "file_1.txt"]


def test_a_record_of_too_many_fields_is_an_issue_of_its_own(take_in: TakeIn) -> None:
    many = "".join(f"**Own {number}**: x\n" for number in range(1_001))
    good = [fragment(id=f"SCC-KEN/CIV{number:03}") for number in range(3)]
    frames = take_in("".join([*good[:2], many, good[2]]), "**Year**: 2023\n" + many)
    told = frames["issues"].filter(rule="unreadable_file").select("source_file", "location", "remedy").rows()
    begin = "Begin every record with the line of its id"
    assert told == [("file_0.txt", "line 23", begin), ("file_1.txt", "line 1", begin)]
    assert frames["fragments"]["fragment_id"].to_list() == ["SCC-KEN/CIV000", "SCC-KEN/CIV002"]
    assert frames["fragments"]["record_number"].to_list() == [1, 2]
    assert frames["source_files"].select("format", "found").rows() == [("txt", 2), (None, 0)]


def test_many_small_files_are_as_one_by_one(
    tmp_path: Path, codebook: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(30):
        body = fragment(id=f"SCC-K/CIV{i}") if i % 5 else "nothing here"
        (tmp_path / f"f_{i}.txt").write_bytes(body.encode("utf-16" if i % 3 else "utf-8"))
    together = collect(tmp_path, codebook)
    monkeypatch.setattr(cutting, "BLOCK", 1)
    apart = collect(tmp_path, codebook)
    for table in together:
        assert_frame_equal(together[table], apart[table])
    assert together["source_files"]["found"].sum() == 24
    assert together["issues"].filter(rule="unreadable_file").height == 6


def test_a_file_that_settles_late_is_read_as_it_settled(tmp_path: Path, codebook: Codebook) -> None:
    (tmp_path / "a.txt").write_text(fragment())
    files = take_inventory(tmp_path)
    (tmp_path / "a.txt").write_text(fragment() + fragment(id="SCC-KEN/CIV002"))
    frames: Frames = {}
    for part in intake(files, codebook):
        frames |= part
    row = frames["source_files"].row(0, named=True)
    assert row["found"] == 2
    assert row["sha256"] == take_inventory(tmp_path)[0].sha256


_VALUES = st.sampled_from(
    ["", "x", "<redacted>", "2023", "1.0", "YES", "Kenya", "a, b; c", "é\u2028f", "**b**", "=1+1"]
)
_LABELS = st.sampled_from(["FragmentID", "Year", "coutnry", "Outcome description", "Own", "Scale", "MCQType of change"])
_LINES = st.one_of(
    st.tuples(_LABELS, _VALUES).map(lambda pair: f"**{pair[0]}**: {pair[1]}"),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(contents=st.lists(st.lists(_LINES, max_size=12).map("\n".join), min_size=1, max_size=3))
def test_nothing_is_lost(tmp_path: Path, codebook: Codebook, contents: list[str]) -> None:
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.txt").write_bytes(content.encode())
    for stale in range(len(contents), 3):
        (tmp_path / f"{stale}.txt").unlink(missing_ok=True)
    frames = collect(tmp_path, codebook)
    for item in frames["source_files"].iter_rows(named=True):
        kept = sum(frames[t].filter(source_file=item["source_file"]).height for t in ("fragments", "quarantine"))
        assert item["found"] == kept
        unread = frames["issues"].filter(source_file=item["source_file"], rule="unreadable_file").height
        assert (item["format"] is None) == (unread == 1) and (kept > 0) == (unread == 0)


def collect(raw: Path, codebook: Codebook) -> Frames:
    found = {name: [table.empty()] for name, table in TABLES.items() if name != "builds"}
    for frames in intake(take_inventory(raw), codebook):
        for table, frame in frames.items():
            found[table].append(frame)
    return {table: pl.concat(parts) for table, parts in found.items()}


def test_an_observed_label_is_spelled_as_in_an_open_fragment(take_in: TakeIn) -> None:
    frames = take_in(fragment(country="ATLANTIS", confidential="1"), fragment(country="Atlantis"))
    assert frames["members"].filter(status="observed")["label"].to_list() == ["Atlantis"]


def test_keys_join_the_raw_tables(take_in: TakeIn) -> None:
    frames = take_in(fragment() + fragment({"Own": "x"}, country="Atlantis"), fragment(description=""))
    keys = pl.concat(
        [
            frames[table].select("source_file", "record_number", "fragment_key")
            for table in frames
            if "fragment_key" in frames[table].columns
        ]
    )
    assert set(keys.drop_nulls().unique().iter_rows()) == {
        ("file_0.txt", 1, 1),
        ("file_0.txt", 2, 2),
        ("file_1.txt", 1, (1 << 32) + 1),
    }
