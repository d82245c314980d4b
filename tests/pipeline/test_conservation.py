"""Quarantine, counts and files: nothing is dropped without a row that says so. One run of the rich corpus serves all."""

from __future__ import annotations

import hashlib
import json

import pytest

from . import corpus
from .asking import fact, outcome, places
from .conftest import RunHome


def test_quarantined_fragments_are_kept_with_rules_and_place(rich: RunHome) -> None:
    found = rich.rows(
        "select fragment_id, source_location, rules from raw.quarantine where source_file = 'i_held/quarantine.txt' "
        "order by record_number"
    )
    height = corpus.TEXTS["i_held/quarantine.txt"].split("**FragmentID**")
    starts = [1]
    for part in height[1:-1]:
        starts.append(starts[-1] + part.count("\n"))
    assert found == [
        ("SCC-KEN/CIV140", "line 1", ["missing_description"]),
        ("SCC-KEN/CIV141", f"line {starts[1]}", ["duplicate_field"]),
        ("SCC-KEN/CIV143", f"line {starts[3]}", ["missing_description"]),
        ("SCC-KEN/CIV140", f"line {starts[4]}", ["missing_description"]),
    ]


def test_quarantined_fields_are_kept_as_delivered(rich: RunHome) -> None:
    fields = json.loads(
        rich.one("select fields from raw.quarantine where fragment_id = 'SCC-KEN/CIV141' and len(rules) = 1")
    )
    labels = [label for label, _ in fields]
    assert labels[0] == "FragmentID"
    assert labels.count("Year") == 2
    assert [value for label, value in fields if label == "Year"] == ["2023", "2019"]
    assert "Additional information (use if needed)" in {label.strip() for label in labels}


def test_quarantined_fragments_make_no_outcome(rich: RunHome) -> None:
    ids = rich.column("select fragment_id from fct_outcomes")
    assert not {f"SCC-KEN/CIV{number}" for number in (140, 141, 143)} & set(ids)
    assert "SCC-KEN/CIV142" in ids  # one label twice with one value


def test_errors_have_field_place_and_no_outcome(rich: RunHome) -> None:
    found = rich.rows(
        "select field, rule, severity, outcome_key from quality_issues "
        "where source_file = 'i_held/quarantine.txt' and severity = 'error' order by location, field"
    )
    assert sorted(set(found)) == [
        ("description", "missing_description", "error", None),
        ("year", "duplicate_field", "error", None),
    ]
    assert len(found) == 4


def test_every_file_conserves_its_fragments(rich: RunHome) -> None:
    wrong = rich.column("select source_file from quality_sources where found <> accepted + quarantined + duplicate")
    assert wrong == []


def test_every_file_has_the_counts_that_it_holds(rich: RunHome) -> None:
    counts = dict(rich.rows("select source_file, found from quality_sources"))
    for name, content in corpus.TEXTS.items():
        if name.split("/")[0][0] in "~." or "/." in name or "/~$" in name:
            assert name not in counts
        else:
            assert counts[name] == max(1, content.count("**FragmentID**")), "a file has another number of fragments"


def test_counts_add_up_to_the_tables_and_the_summary(rich: RunHome) -> None:
    counts = rich.one(
        "select sum(found)::bigint, sum(accepted)::bigint, sum(quarantined)::bigint, sum(duplicate)::bigint "
        "from quality_sources"
    )
    # duplicates: e_same/2, e_same/4 and the file that a link inside raw/ shows again
    assert counts[2:] == (7, 3)
    assert counts[1] == rich.one("select count(*) from fct_outcome_versions")
    assert counts[2] == rich.one("select count(*) from raw.quarantine")
    assert tuple(rich.summary["records"].values()) == counts
    assert rich.summary["outcomes"] == rich.one("select count(*) from fct_outcomes")
    told = dict(rich.rows("select severity, count(*) from quality_issues group by 1"))
    assert rich.summary["issues"] == {name: told.get(name, 0) for name in ("error", "warning", "advice")}


def test_issue_counts_are_of_the_newest_version(rich: RunHome) -> None:
    assert fact(rich, 104, "issue_count") == 1  # the unknown scale, once
    assert fact(rich, 107, "issue_count") == 0
    assert fact(rich, 110, "issue_count") == 1  # blank confidentiality of the newest
    assert fact(rich, 108, "issue_count") == 0  # the newest is in order


@pytest.mark.parametrize(
    ("number", "ending"), [(210, " 1"), (211, " 2"), (212, " 3")], ids=["utf-8-sig", "utf-16", "cp1252"]
)
def test_encodings(rich: RunHome, number: int, ending: str) -> None:
    description = rich.one("select description from outcome_narratives where outcome_key = ?", outcome(rich, number))
    assert description == corpus.FRENCH + ending, "the text is not what was written"


def test_a_guessed_encoding_is_told(rich: RunHome) -> None:
    assert {file for file, _ in places(rich, "encoding_guessed")} == {"s_encodings/cp1252.txt"}
    told = dict(
        rich.rows("select source_file, encoding from quality_sources where source_file like 's_encodings/utf%'")
    )
    assert all(told.values())
    assert rich.one("select encoding from quality_sources where source_file = 's_encodings/cp1252.txt'") == "cp1252"


@pytest.mark.parametrize(("number", "expected"), [(213, "one\ntwo"), (214, "one\ntwo again")], ids=["crlf", "cr"])
def test_line_ends(rich: RunHome, number: int, expected: str) -> None:
    description = rich.one("select description from outcome_narratives where outcome_key = ?", outcome(rich, number))
    assert description == expected


def test_unreadable_files_are_named_and_empty(rich: RunHome) -> None:
    found = rich.rows(
        "select source_file, format, found, accepted, quarantined, duplicate from quality_sources "
        "where source_file like 't_bad/%' or source_file like 'u_odd/%'"
    )
    bad = {row[0]: row[1:] for row in found if row[0] in corpus.UNREADABLE}
    assert set(bad) == corpus.UNREADABLE
    assert set(bad.values()) == {(None, 0, 0, 0, 0)}
    issues = rich.rows(
        "select source_file, severity, fragment_id, outcome_key from quality_issues where rule = 'unreadable_file'"
    )
    assert sorted(issues) == [(name, "error", None, None) for name in sorted(corpus.UNREADABLE)]


def test_links_inside_are_followed_and_those_outside_are_not(rich: RunHome) -> None:
    assert rich.one("select duplicate from quality_sources where source_file = ?", corpus.LINKED) == 1
    assert not rich.column("select 1 from fct_outcomes where fragment_id = 'SCC-KEN/CIV220'")
    assert not rich.column("select 1 from quality_sources where source_file like 'u_odd/above/%'")


def test_names_that_are_no_utf8_are_spelt_out(rich: RunHome) -> None:
    assert fact(rich, 221, "source_file") == corpus.NOT_UTF8


def test_names_and_values_with_quotes_and_sql_are_names_and_values(rich: RunHome) -> None:
    assert fact(rich, 205, "source_file") == 'p_hostile/it\'s "odd"; drop table x; --\n[red].txt'
    significance = rich.one("select significance from outcome_narratives where outcome_key = ?", outcome(rich, 204))
    assert significance == corpus.HOSTILE
    assert corpus.HOSTILE in rich.column("select value from raw.extra_fields")
    assert corpus.HOSTILE.split("; ")[0] in rich.column("select label from dim_social_actor where status = 'observed'")


def test_ignored_names_leave_no_row(rich: RunHome) -> None:
    for name in rich.column("select source_file from quality_sources"):
        assert not any(part.startswith((".", "~$")) for part in name.split("/"))
    assert not {f"SCC-KEN/CIV{n}" for n in (206, 207, 208, 209)} & set(
        rich.column("select fragment_id from fct_outcomes")
    )


def test_files_have_their_bytes_and_hash(rich: RunHome) -> None:
    rows = {row[0]: row[1:] for row in rich.rows("select source_file, sha256, bytes, format from quality_sources")}
    for name, content in corpus.FILES.items():
        if name in rows:
            assert rows[name][:2] == (hashlib.sha256(content).hexdigest(), len(content))
            assert rows[name][2] == (None if name in corpus.UNREADABLE else "txt")
