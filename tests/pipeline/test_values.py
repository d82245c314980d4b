"""Flags, years, texts and what the rules find. One run of the rich corpus serves all."""

from __future__ import annotations

import pytest

from . import corpus
from .asking import fact, outcome, places
from .conftest import RunHome


@pytest.mark.parametrize(
    ("number", "unintended", "negative", "others", "year"),
    [
        (180, True, True, True, 2023),
        (181, None, None, None, None),
        (182, None, False, None, None),
        (183, False, False, False, None),
    ],
)
def test_flags_and_years(
    rich: RunHome, number: int, unintended: bool | None, negative: bool | None, others: bool | None, year: int | None
) -> None:
    found = fact(rich, number, "is_unintended, is_negative, other_actors_contributed, year")
    assert found == (unintended, negative, others, year)


def test_years_and_flags_that_are_none(rich: RunHome) -> None:
    years = rich.column(
        "select fragment_id from quality_issues where rule = 'invalid_year' and source_file like 'l_flags/%' order by 1"
    )
    assert years == ["SCC-KEN/CIV181", "SCC-KEN/CIV182"]
    flags = rich.rows(
        "select fragment_id, field from quality_issues where rule = 'invalid_flag' and source_file like 'l_flags/%'"
    )
    assert flags == [("SCC-KEN/CIV182", "unintended")]


def test_marks_are_counted_but_for_the_merged_text(rich: RunHome) -> None:
    assert fact(rich, 184, "redaction_count") == 2
    assert fact(rich, 180, "redaction_count") == 0


def test_marks_are_kept(rich: RunHome) -> None:
    evidence = rich.one("select evidence from outcome_narratives where outcome_key = ?", outcome(rich, 184))
    assert evidence == "<person> and <redacted> saw it"


@pytest.mark.parametrize(
    ("rule", "numbers", "severity"),
    [
        ("objective_mismatch", {190}, "warning"),
        ("cluster_mismatch", {191}, "warning"),
        ("year_contradiction", {192}, "advice"),
        ("thin_contribution", {193}, "advice"),
        ("generic_evidence", {194}, "advice"),
        ("repeated_text", {195}, "advice"),
        ("merged_text_mismatch", {196}, "warning"),
        ("near_duplicate", {197, 198}, "advice"),
    ],
)
def test_rules_fire_where_planted(rich: RunHome, rule: str, numbers: set[int], severity: str) -> None:
    found = rich.rows(
        "select fragment_id, severity from quality_issues where rule = ? and source_file = 'm_advice/craft.txt'", rule
    )
    assert set(found) == {(f"SCC-KEN/CIV{number}", severity) for number in numbers}
    assert len(found) == len(numbers)


def test_a_near_duplicate_has_both_outcomes_named(rich: RunHome) -> None:
    keys = rich.column("select distinct outcome_key from quality_issues where rule = 'near_duplicate'")
    assert {outcome(rich, 197), outcome(rich, 198)} <= set(keys)


def test_unknown_labels_are_kept_and_reported(rich: RunHome) -> None:
    kept = rich.rows("select source_file, label, value from raw.extra_fields where label = 'Village' order by 1")
    assert kept == [("n_extra/1.txt", "Village", "Ash"), ("n_extra/2.txt", "Village", "Elm")]
    told = rich.rows(
        "select field, severity from quality_issues where rule = 'unmapped_field' and source_file like 'n_extra/%'"
    )
    assert told == [("Village", "warning")] * 2


def test_a_preamble_is_kept_and_reported(rich: RunHome) -> None:
    assert ("o_preamble.txt", "line 1") in places(rich, "preamble")
    assert (
        rich.one("select preamble from raw.source_files where source_file = 'o_preamble.txt'") == "Export of the spring"
    )
    assert fact(rich, 201, "source_location") == "line 3"


def test_lines_that_are_no_field_lines_continue_the_one_above(rich: RunHome) -> None:
    description, scale = rich.one(
        "select description, scale_key from outcome_narratives join fct_outcomes using (outcome_key) "
        "where fragment_id = 'SCC-KEN/CIV202'"
    )
    assert description == (
        "first line\n\nthird ** line\n** no field\n**Scale** Local\nplain\u2028**Year**: 1887 \u0085 goes on"
    )
    assert scale == "not_coded"


def test_a_record_of_a_text_alone_is_a_record(rich: RunHome) -> None:
    found = fact(rich, 203, "year, geography_key, is_confidential, confidentiality_basis, source_location")
    assert found == (None, "not_coded", True, "blank", "line 9")


def test_issues_have_the_columns_of_the_contract(rich: RunHome) -> None:
    columns = rich.column(
        "select column_name from information_schema.columns where table_schema = 'main' "
        "and table_name = 'quality_issues' order by ordinal_position"
    )
    assert columns == [
        "source_file",
        "location",
        "fragment_id",
        "outcome_key",
        "field",
        "rule",
        "severity",
        "message",
        "remedy",
    ]


def test_messages_hold_at_most_sixty_characters_of_a_value(rich: RunHome) -> None:
    messages = rich.column("select message || ' ' || remedy from quality_issues")
    run = corpus.LONG_PLACE
    assert any(run[:50] in message for message in messages)
    assert not any(run[:61] in message for message in messages)


def test_messages_hold_no_free_text(rich: RunHome) -> None:
    free = [
        f"{corpus.CANARY}{field}"
        for field in (
            "description",
            "significance",
            "additional",
            "contribution",
            "others",
            "evidence",
            "merged",
            "extra",
        )
    ]
    for message in rich.column("select message || ' ' || remedy from quality_issues"):
        assert not any(word in message for word in free), "free text in a message"
        assert corpus.HOSTILE not in message


def test_messages_and_remedies_are_there(rich: RunHome) -> None:
    assert not rich.one("select count(*) from quality_issues where coalesce(trim(message), '') = ''")
    assert not rich.one("select count(*) from quality_issues where coalesce(trim(remedy), '') = ''")
    assert not rich.one(
        "select count(*) from quality_issues where message like '%{%}%' and rule <> 'unmapped_field' and rule <> 'unknown_code'"
    )


def test_issues_of_accepted_fragments_lead_to_their_outcome(rich: RunHome) -> None:
    astray = rich.one(
        "select count(*) from quality_issues where outcome_key is not null "
        "and outcome_key not in (select outcome_key from fct_outcomes)"
    )
    assert astray == 0


def test_severities_are_those_of_the_contract(rich: RunHome) -> None:
    errors = {"unreadable_file", "missing_description", "duplicate_field"}
    advice = {"year_contradiction", "thin_contribution", "generic_evidence", "repeated_text", "near_duplicate"}
    for rule, severity in rich.rows("select distinct rule, severity from quality_issues"):
        assert severity == ("error" if rule in errors else "advice" if rule in advice else "warning"), rule


def test_every_rule_of_text_fragments_was_met(rich: RunHome) -> None:
    met = set(rich.column("select distinct rule from quality_issues"))
    assert met >= {
        "unreadable_file",
        "missing_description",
        "duplicate_field",
        "missing_id",
        "redacted_id",
        "id_collision",
        "unmapped_field",
        "unknown_code",
        "invalid_year",
        "invalid_flag",
        "blank_confidentiality",
        "objective_mismatch",
        "cluster_mismatch",
        "merged_text_mismatch",
        "encoding_guessed",
        "preamble",
        "year_contradiction",
        "thin_contribution",
        "generic_evidence",
        "repeated_text",
        "near_duplicate",
    }


def test_meta_builds_is_one_row(rich: RunHome) -> None:
    build_id, built_at, version, book, source = rich.one("select * from meta_builds")
    assert build_id == rich.summary["build_id"]
    assert all((built_at, version, book, source))
