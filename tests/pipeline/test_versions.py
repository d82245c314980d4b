"""Order, versions and identity across files and harvests. One run of the rich corpus serves all."""

from __future__ import annotations

import pytest

from . import corpus
from .asking import fact, outcome, versions
from .conftest import RunHome
from .corpus import text


def test_paths_are_in_natural_order(rich: RunHome) -> None:
    files = [row[1] for row in versions(rich, outcome(rich, 100))]
    assert files == ["a_order/harvest_2.txt", "a_order/harvest_10.txt"]
    assert fact(rich, 100, "source_file, version_number, version_count") == ("a_order/harvest_10.txt", 2, 2)


def test_harvests_go_before_paths_and_none_goes_first(rich: RunHome) -> None:
    files = [row[1] for row in versions(rich, outcome(rich, 101))]
    assert files == ["b_harvests/03.txt", "b_harvests/02.txt", "b_harvests/01.txt"]
    assert fact(rich, 101, "harvest_key") == "harvest_5"
    description = rich.one("select description from outcome_narratives where outcome_key = ?", outcome(rich, 101))
    assert description == text("101 fifth")


def test_an_id_is_one_in_any_case_and_blanks(rich: RunHome) -> None:
    keys = rich.rows(
        "select outcome_key, programme, version_count from fct_outcomes where upper(trim(fragment_id)) = 'SCC-KEN/CIV102'"
    )
    assert [(programme, count) for _, programme, count in keys] == [("SCC", 2)]
    assert [set(row[3]) for row in versions(rich, keys[0][0])] == [set(), {"fragment_id", "harvest", "description"}]


def test_a_version_that_returns_is_a_version(rich: RunHome) -> None:
    found = versions(rich, outcome(rich, 103))
    assert [(row[0], row[1], row[3]) for row in found] == [
        (1, "d_aba/1.txt", []),
        (2, "d_aba/2.txt", ["year"]),
        (3, "d_aba/3.txt", ["year"]),
    ]
    assert fact(rich, 103, "year") == 2021


def test_content_hashes_are_equal_where_content_is(rich: RunHome) -> None:
    hashes = rich.column(
        "select content_hash from fct_outcome_versions where outcome_key = ? order by version_number",
        outcome(rich, 103),
    )
    assert hashes[0] == hashes[2] != hashes[1]


def test_blanks_letter_forms_and_merged_text_make_no_version(rich: RunHome) -> None:
    assert [row[1] for row in versions(rich, outcome(rich, 104))] == ["e_same/1.txt", "e_same/3.txt"]
    counts = rich.rows("select source_file, accepted, duplicate from quality_sources where source_file like 'e_same/%'")
    assert sorted(counts) == [
        ("e_same/1.txt", 1, 0),
        ("e_same/2.txt", 0, 1),
        ("e_same/3.txt", 1, 0),
        ("e_same/4.txt", 0, 1),
    ]


def test_issues_of_a_duplicate_are_not_repeated(rich: RunHome) -> None:
    files = rich.column("select source_file from quality_issues where source_file like 'e_same/%' order by 1")
    assert files == ["e_same/1.txt", "e_same/3.txt"]


def test_a_duplicate_is_not_the_newest(rich: RunHome) -> None:
    assert fact(rich, 104, "source_file, version_number, version_count") == ("e_same/3.txt", 2, 2)


def test_a_changed_field_of_an_own_label_is_named(rich: RunHome) -> None:
    assert [row[3] for row in versions(rich, outcome(rich, 200))] == [[], ["Village"]]


def test_first_versions_have_no_changed_fields(rich: RunHome) -> None:
    assert not rich.one(
        "select count(*) from fct_outcome_versions where version_number = 1 and len(changed_fields) > 0"
    )
    assert not rich.one("select count(*) from fct_outcome_versions where changed_fields is null")
    assert not rich.one(
        "select count(*) from fct_outcome_versions where version_number > 1 and len(changed_fields) = 0"
    )


def test_keys_are_opaque(rich: RunHome) -> None:
    assert not rich.one("select count(*) from fct_outcomes where not regexp_full_match(outcome_key, '[0-9a-f]{32}')")


def test_an_id_that_collides_identifies_nothing_in_any_file(rich: RunHome) -> None:
    found = rich.rows(
        "select source_file, version_count from fct_outcomes where fragment_id = 'SCC-KEN/CIV105' order by 1, 2"
    )
    # The text of other.txt is that of the first fragment in other case: its second version.
    assert found == [("f_collision/collide.txt", 1), ("f_collision/other.txt", 2), ("f_collision/third.txt", 1)]


def test_a_collision_is_an_issue_where_it_lies_only(rich: RunHome) -> None:
    found = rich.rows("select source_file, location, severity from quality_issues where rule = 'id_collision'")
    length = corpus.TEXTS["f_collision/collide.txt"].count("\n") // 2
    assert sorted(found) == [
        ("f_collision/collide.txt", "line 1", "warning"),
        ("f_collision/collide.txt", f"line {length + 1}", "warning"),
    ]


def test_a_quarantined_fragment_makes_no_collision(rich: RunHome) -> None:
    assert fact(rich, 106, "version_count, source_file") == (2, "f_quarantine/2.txt")


def test_blank_ids_are_told_apart_by_text(rich: RunHome) -> None:
    found = rich.rows(
        "select version_count, year from fct_outcomes where source_file = 'g_blank/blank.txt' order by all"
    )
    assert found == [(1, 2023), (2, 2022)]
    assert rich.one("select count(*) from quality_issues where rule = 'missing_id'") == 3
    assert not rich.one("select count(*) from fct_outcomes where fragment_id = ''")


def test_marked_ids_are_told_apart_by_themselves_and_text(rich: RunHome) -> None:
    found = rich.rows(
        "select fragment_id, version_count, year from fct_outcomes where source_file = 'g_blank/marked.txt' order by all"
    )
    assert found == [
        ("SCC-<person>/CIV900", 1, 2023),
        ("SCC-<redacted>/CIV900", 1, 2023),
        ("SCC-<redacted>/CIV900", 2, 2022),
    ]
    assert rich.one("select count(*) from quality_issues where rule = 'redacted_id'") == 4
    assert rich.one("select min(redaction_count) from fct_outcomes where source_file = 'g_blank/marked.txt'") == 1


@pytest.mark.parametrize(
    ("number", "closed", "basis"),
    [
        (107, True, "declared"),
        (108, True, "unparseable"),
        (110, True, "blank"),
        (111, False, "declared"),
        (112, True, "unparseable"),
        (113, True, "blank"),
    ],
)
def test_confidential_if_any_version_is(rich: RunHome, number: int, closed: bool, basis: str) -> None:
    assert fact(rich, number, "is_confidential, confidentiality_basis") == (closed, basis)


def test_confidentiality_is_an_issue_where_it_is_not_declared(rich: RunHome) -> None:
    blank = rich.column("select fragment_id from quality_issues where rule = 'blank_confidentiality' order by 1")
    # o_lines.txt ends with a record that says nothing at all but its description
    assert blank == [f"SCC-KEN/CIV{number}" for number in (108, 110, 113, 203)]
