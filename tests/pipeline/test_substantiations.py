"""Substantiations from all kinds of files beside their outcomes: links, what stands, counts and issues, by SQL on a real run."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import date
from io import BytesIO

import openpyxl
import pytest

from ..forms import FORMATS, Record, as_json, separated, submitted, word, xlsx
from ..fragments import DEFAULTS, SUBSTANTIATION, fragment, substantiation
from .conftest import MakeHome, RunHome, oh, write

AGREE, SHARE, SAID = "Agreement with description", "Agreement with contribution", "Substantiation comment"
WHO, WHEN, ROLE = "Substantiator", "Substantiation date", "Substantiator role"


def outcome(number: int, more: Record | None = None) -> dict[str, str]:
    told = f"In 2023 the council of ward {number} opened its books to the public."
    return {**DEFAULTS, "FragmentID": f"SCC-KEN/CIV{number:03}", "Outcome description": told, **(more or {})}


def about(number: int, changes: Record | None = None) -> dict[str, str]:
    return {**SUBSTANTIATION, "FragmentID": f"SCC-KEN/CIV{number:03}", **(changes or {})}


MASTER: list[Record] = [
    outcome(5)
    | {WHO: "The registrar", ROLE: "Local authority", WHEN: "1/2/2024", AGREE: "fully agree", SHARE: "", SAID: ""},
    outcome(6) | {WHO: "To be asked", ROLE: "", WHEN: "", AGREE: "", SHARE: "", SAID: ""},
    outcome(7) | {WHO: "", ROLE: "", WHEN: "", AGREE: "", SHARE: "", SAID: ""},
    outcome(7, {"Outcome description": "In 2023 its market moved."})
    | {WHO: "", ROLE: "Media", WHEN: "", AGREE: "", SHARE: "disagree", SAID: ""},
    {"FragmentID": "SCC-KEN/CIV005", WHO: "Another", WHEN: "2024-02-01", AGREE: "no opinion"},
]
FILES: dict[str, bytes] = {
    "a_outcomes.txt": "".join(fragment({**outcome(number)}) for number in (1, 2, 3, 4)).encode(),
    "b_first.xlsx": xlsx(
        [
            about(1),
            about(1, {WHO: "Ben Mwangi", AGREE: "disagree", SHARE: "no opinion"}),
            about(2, {WHEN: "31/02/2024", ROLE: "Elder"}),
            about(2, {WHO: "", AGREE: "disagree"}),
            about(2, {WHO: "", AGREE: "fully agree"}),
        ]
    ),
    "c_again.json": as_json([about(1, {"FragmentID": "scc-ken/civ001", WHEN: "3/5/2024"}), about(2, {WHO: "", AGREE: "disagree"})]),
    "d_later.docx": word([about(1, {WHO: "BEN  mwangi", AGREE: "partly agree", SHARE: "", SAID: "<redacted>"})]),
    "e_loose.csv": separated(
        [about(99), about(1, {"FragmentID": ""}), about(1, {"FragmentID": "SCC-<place>/CIV001"}), about(7), about(3, {AGREE: "", SHARE: "", SAID: "<redacted>"})]
    ),
    "f_form.csv": separated(submitted([about(4, {WHEN: "2024-05-03T10:11:12.000+03:00", ROLE: "local_authority"})])),
    "g_master.csv": separated(MASTER),
    "h_master.csv": separated([{**MASTER[0], SHARE: "partly agree", WHEN: "1.2.2024"}, *MASTER[1:2]]),
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    home = RunHome(write(tmp_path_factory.mktemp("asked"), FILES))
    home.run("--json")
    return home


def test_outcomes_are_what_they_are_without(asked: RunHome, make_home: MakeHome) -> None:
    """The same outcomes with nothing said of them: the same facts, versions and texts."""
    own = set(SUBSTANTIATION) - {"FragmentID"}
    bare = {
        "a_outcomes.txt": FILES["a_outcomes.txt"],
        "g_master.csv": separated([{k: v for k, v in row.items() if k not in own} for row in MASTER[:4]]),
        "h_master.csv": separated([{k: v for k, v in row.items() if k not in own} for row in MASTER[:2]]),
    }
    without = make_home(bare)
    without.run("--json")
    theirs, ours = without.tables(), asked.tables()
    for table in ("fct_outcomes", "outcome_narratives", "fct_outcome_versions", "bridge_outcome_objective"):
        assert ours[table] == theirs[table]
    assert asked.tables("open") == without.tables("open")


def test_every_record_is_somewhere(asked: RunHome) -> None:
    found = asked.rows("select source_file, found, accepted, quarantined, duplicate from quality_sources order by 1")
    assert found == [
        ("a_outcomes.txt", 4, 4, 0, 0),
        ("b_first.xlsx", 5, 5, 0, 0),
        ("c_again.json", 2, 0, 0, 2),
        ("d_later.docx", 1, 1, 0, 0),
        ("e_loose.csv", 5, 4, 1, 0),
        ("f_form.csv", 1, 1, 0, 0),
        ("g_master.csv", 5, 5, 0, 0),
        ("h_master.csv", 2, 0, 0, 2),
    ]
    assert asked.summary["records"] == {"found": 25, "accepted": 20, "quarantined": 1, "duplicate": 4}
    assert asked.summary["outcomes"] == 8
    held = asked.one("select fields from raw.quarantine")
    assert [SAID, "<redacted>"] in json.loads(held)


def test_what_stands_of_each_outcome(asked: RunHome) -> None:
    found = asked.rows(
        "select o.fragment_id, s.substantiator, s.role_key, s.substantiated_on, s.description_agreement_key, "
        "s.contribution_agreement_key, s.comment, s.source_file from fct_substantiations as s "
        "join fct_outcomes as o using (outcome_key) order by o.fragment_id, o.year, s.delivery_order"
    )
    day, said, role = date(2024, 5, 3), SUBSTANTIATION[SAID], "local_authority"
    assert found == [
        ("SCC-KEN/CIV001", "Amina Otieno", role, day, "fully_agree", "partly_agree", said, "b_first.xlsx"),
        ("SCC-KEN/CIV001", "BEN  mwangi", role, day, "partly_agree", "not_coded", "<redacted>", "d_later.docx"),
        ("SCC-KEN/CIV002", "Amina Otieno", "elder", None, "fully_agree", "partly_agree", said, "b_first.xlsx"),
        ("SCC-KEN/CIV002", None, role, day, "disagree", "partly_agree", said, "b_first.xlsx"),
        ("SCC-KEN/CIV002", None, role, day, "fully_agree", "partly_agree", said, "b_first.xlsx"),
        ("SCC-KEN/CIV004", "Amina Otieno", role, day, "fully_agree", "partly_agree", said, "f_form.csv"),
        ("SCC-KEN/CIV005", "Another", "not_coded", date(2024, 2, 1), "no_opinion", "not_coded", None, "g_master.csv"),
        (
            "SCC-KEN/CIV005",
            "The registrar",
            role,
            date(2024, 2, 1),
            "fully_agree",
            "partly_agree",
            None,
            "h_master.csv",
        ),
        ("SCC-KEN/CIV007", None, "media", None, "not_coded", "disagree", None, "g_master.csv"),
    ]


def test_what_names_no_outcome_is_kept_apart(asked: RunHome) -> None:
    """An id of nothing, a blank one, one withheld, and one that two outcomes of a file share."""
    found = asked.rows(
        "select fragment_id, source_file, source_location from fct_substantiations where outcome_key is null "
        "order by delivery_order"
    )
    named = ["SCC-KEN/CIV099", None, "SCC-<place>/CIV001", "SCC-KEN/CIV007"]
    assert found == [(name, "e_loose.csv", f"line {line}") for line, name in enumerate(named, 2)]
    told = asked.rows(
        "select fragment_id, severity from quality_issues where rule = 'unlinked_substantiation' order by all"
    )
    assert told == [("SCC-<place>/CIV001", "warning"), ("SCC-KEN/CIV007", "warning"), ("SCC-KEN/CIV099", "warning"), (None, "warning")]  # fmt: skip


def test_only_their_own_rules_look_at_them(asked: RunHome) -> None:
    found = Counter(
        asked.rows(
            "select source_file, rule, field from quality_issues where rule not in ('near_duplicate', 'skipped_sheet')"
        )
    )
    assert found == {
        ("b_first.xlsx", "invalid_date", "substantiated_on"): 1,
        ("b_first.xlsx", "unknown_code", "substantiator_role"): 1,
        ("e_loose.csv", "unlinked_substantiation", "fragment_id"): 4,
        ("e_loose.csv", "empty_substantiation", "description_agreement"): 1,
        ("g_master.csv", "id_collision", "fragment_id"): 2,
    }
    linked = asked.one(
        "select o.fragment_id from quality_issues as i join fct_outcomes as o using (outcome_key) where rule = 'invalid_date'"
    )
    assert linked == "SCC-KEN/CIV002"


def test_check_tells_what_the_run_told(asked: RunHome) -> None:
    said = oh("check", asked.root / "raw", "--json")
    told = [tuple(json.loads(line).values()) for line in said.stdout.splitlines()]
    columns = "source_file, location, fragment_id, field, rule, severity, message, remedy"
    assert Counter(told) == Counter(asked.rows(f"select {columns} from quality_issues"))


def test_answers_and_roles_are_dimensions(asked: RunHome) -> None:
    assert asked.rows("select label, rank, is_agreement, status from dim_agreement order by rank, label") == [
        ("disagree", 1, False, "codebook"),
        ("partly agree", 2, True, "codebook"),
        ("fully agree", 3, True, "codebook"),
        ("no opinion", None, None, "codebook"),
        ("not coded", None, None, "not_coded"),
    ]
    assert ("elder", "Elder", "observed") in asked.rows("select role_key, label, status from dim_substantiator_role")


def test_nothing_of_it_is_open(asked: RunHome) -> None:
    names = asked.column(
        "select table_name from duckdb_tables() union select column_name from duckdb_columns()", edition="open"
    )
    assert not [name for name in names if "substantiat" in name or "agreement" in name or name == "role_key"]
    data = asked.link("open").resolve().read_bytes()
    for text in ("Amina", "registrar", "disagree", "Civil society organisation", "trained twice"):
        assert text.encode() not in data


def test_the_same_in_any_form_is_one(make_home: MakeHome) -> None:
    given = [about(1), about(1, {WHO: "Ben Mwangi", WHEN: "31/12/2023", AGREE: "en désaccord"})]
    home = make_home(
        {"outcome.txt": fragment({**outcome(1)}).encode(), **{name: make(given) for name, make in FORMATS.items()}}
    )
    home.run("--json")
    assert home.summary["records"] == {"found": 1 + 2 * len(FORMATS), "accepted": 3, "quarantined": 0, "duplicate": 2 * len(FORMATS) - 2}  # fmt: skip
    assert home.rows("select substantiator, outcome_key is null from fct_substantiations order by 1") == [
        ("Amina Otieno", False),
        ("Ben Mwangi", False),
    ]


def test_a_return_with_both_kinds_counts_when_it_is_mended(make_home: MakeHome) -> None:
    """Its one sheet has the columns of both: what is blank of an outcome makes a substantiation no broken outcome."""
    odd = fragment({**outcome(1), "Year": "1023"}) + substantiation({WHEN: "soon"})
    home = make_home({"mixed.txt": odd.encode()})
    home.run("--json")
    path = home.root / "returns" / "mixed.txt.return.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Records"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in sheet.iter_rows(min_row=2):
        if row[column[WHEN] - 1].value == "soon":
            row[column[WHEN] - 1].value = "2024-05-03"
            marked = row[column[WHEN] - 1].row
        if row[column["Year"] - 1].value == "1023":
            row[column["Year"] - 1].value = "2023"
    assert sheet.cell(marked, column[WHEN]).comment is not None
    out = BytesIO()
    book.save(out)
    (home.root / "raw" / "mixed.txt").unlink()
    (home.root / "raw" / "mended.xlsx").write_bytes(out.getvalue())
    home.run("--json")
    assert home.rows("select found, accepted, quarantined, duplicate from quality_sources") == [(2, 2, 0, 0)]
    assert home.rows("select rule from quality_issues") == []
    assert home.one("select substantiated_on from fct_substantiations join fct_outcomes using (outcome_key)") == date(
        2024, 5, 3
    )


def test_the_order_of_files_decides_what_stands(make_home: MakeHome) -> None:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([[*SUBSTANTIATION], [*SUBSTANTIATION.values()]])
    later = substantiation({AGREE: "disagree"}).encode()
    home = make_home(
        {"round_10.csv": table.getvalue().encode(), "round_9.txt": later, "outcome.txt": fragment().encode()}
    )
    home.run("--json")
    query = "select description_agreement_key, source_file from fct_substantiations"
    assert home.rows(query) == [("fully_agree", "round_10.csv")]
    assert home.summary["records"]["accepted"] == 3
    (home.root / "raw" / "round_10.csv").rename(home.root / "raw" / "round_8.csv")
    home.run("--json")
    assert home.rows(query) == [("disagree", "round_9.txt")]
