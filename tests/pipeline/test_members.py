"""Members of the dimensions, listed and observed, and fields that name several. One run of the rich corpus serves all."""

from __future__ import annotations

import csv

import pytest

from .asking import fact, label_hash, outcome
from .conftest import SEEDS, RunHome


@pytest.mark.parametrize(
    ("number", "label", "key"),
    [
        (150, "Foo-bar", "foo_bar_{}"),
        (151, "Foo bar", "foo_bar_{}"),
        (152, "المرأة", "member_{}"),
        (153, "Not coded", "not_coded_{}"),
    ],
)
def test_observed_keys(rich: RunHome, number: int, label: str, key: str) -> None:
    expected = key.format(label_hash(label))
    assert fact(rich, number, "social_actor_key") == expected
    assert rich.one("select label, status from dim_social_actor where social_actor_key = ?", expected) == (
        label,
        "observed",
    )


def test_a_plain_observed_member(rich: RunHome) -> None:
    assert fact(rich, 155, "scale_key") == "galactic"
    assert rich.one("select label, rank, status from dim_scale where scale_key = 'galactic'") == (
        "Galactic",
        None,
        "observed",
    )
    assert fact(rich, 160, "harvest_key") == "harvest_17"
    assert rich.one("select number, status from dim_harvest where harvest_key = 'harvest_17'") == (17, "observed")


def test_observed_members_are_issues(rich: RunHome) -> None:
    ids = set(
        rich.column("select fragment_id from quality_issues where rule = 'unknown_code' and severity = 'warning'")
    )
    assert {f"SCC-KEN/CIV{number}" for number in (150, 151, 152, 153, 154, 155, 156, 159, 160, 104)} <= ids


def test_a_mark_as_a_whole_code_is_not_coded_and_no_issue(rich: RunHome) -> None:
    found = fact(rich, 157, "geography_key, year, social_actor_key, scale_key, issue_count, redaction_count")
    assert found == ("not_coded", None, "not_coded", "not_coded", 0, 4)


def test_statuses(rich: RunHome) -> None:
    assert fact(rich, 158, "status_key, is_outcome") == ("not_an_outcome", False)
    assert fact(rich, 159, "status_key, is_outcome") == ("draft", None)
    assert fact(rich, 155, "status_key, is_outcome") == ("outcome", True)


@pytest.mark.parametrize(
    ("table", "key", "seed"),
    [
        ("dim_social_actor", "social_actor_key", "social_actors"),
        ("dim_scale", "scale_key", "scales"),
        ("dim_objective", "objective_key", "objectives"),
        ("dim_geography", "geography_key", "geographies"),
        ("dim_harvest", "harvest_key", "harvests"),
        ("dim_significance", "significance_key", "significance"),
        ("dim_contribution", "contribution_key", "contribution"),
        ("dim_change_type", "change_type_key", "change_types"),
        ("dim_result", "result_key", "results"),
        ("dim_outcome_status", "status_key", "outcome_statuses"),
        ("dim_agreement", "agreement_key", "agreements"),
        ("dim_substantiator_role", "role_key", "substantiator_roles"),
    ],
)
def test_dimensions_hold_not_coded_and_the_codebook(rich: RunHome, table: str, key: str, seed: str) -> None:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["label"] for row in csv.DictReader(file)}
    assert listed <= set(rich.column(f"select label from {table} where status = 'codebook'"))
    assert rich.one(f"select status from {table} where {key} = 'not_coded'") == "not_coded"
    assert set(rich.column(f"select distinct status from {table}")) <= {"codebook", "observed", "not_coded"}
    keys = rich.column(f"select {key} from {table}")
    assert len(keys) == len(set(keys))
    assert all(part.isascii() and part.replace("_", "a").isalnum() and part == part.lower() for part in keys)


@pytest.mark.parametrize(
    ("column", "table"),
    [
        ("status_key", "dim_outcome_status"),
        ("harvest_key", "dim_harvest"),
        ("geography_key", "dim_geography"),
        ("objective_key", "dim_objective"),
        ("social_actor_key", "dim_social_actor"),
        ("scale_key", "dim_scale"),
        ("significance_key", "dim_significance"),
        ("contribution_key", "dim_contribution"),
    ],
)
def test_facts_keys_are_members(rich: RunHome, column: str, table: str) -> None:
    assert not rich.one(f"select count(*) from fct_outcomes where {column} not in (select {column} from {table})")
    assert not rich.one(f"select count(*) from fct_outcomes where {column} is null")


def bridge(rich: RunHome, name: str, number: int) -> dict[str, float]:
    key = {"result": "result_key", "objective": "objective_key", "change_type": "change_type_key"}.get(
        name, "social_actor_key"
    )
    return dict(
        rich.rows(f"select {key}, weight from bridge_outcome_{name} where outcome_key = ?", outcome(rich, number))
    )


def test_several_actors(rich: RunHome) -> None:
    assert fact(rich, 170, "social_actor_key") == "authorities"
    assert bridge(rich, "social_actor", 170) == pytest.approx(
        {"authorities": 1 / 3, "media": 1 / 3, "private_sector": 1 / 3}
    )


def test_several_objectives(rich: RunHome) -> None:
    gender = "more_equal_gender_roles_and_relationships_and_transformation_of_harmful_gender_norms"
    assert fact(rich, 170, "objective_key") == "less_suppression_of_civic_space"
    assert bridge(rich, "objective", 170) == {"less_suppression_of_civic_space": 0.5, gender: 0.5}
    assert rich.one("select programme, code from dim_objective where objective_key = ?", gender) == ("SCC", None)


def test_several_results_of_one_framework(rich: RunHome) -> None:
    assert bridge(rich, "result", 170) == {"sahel_outcome_1_2": 0.5, "sahel_outcome_2_1": 0.5}
    found = rich.rows(
        "select result_key, code, status from dim_result where geography_key = 'sahel' and status <> 'not_coded' order by 1"
    )
    assert found == [("sahel_outcome_1_2", "1.2", "codebook"), ("sahel_outcome_2_1", "2.1", "observed")]


def test_a_result_belongs_to_its_geography(rich: RunHome) -> None:
    assert bridge(rich, "result", 173) == {"kenya_outcome_1_2": 1.0}
    assert rich.one(
        "select geography_key, code, label, status from dim_result where result_key = 'kenya_outcome_1_2'"
    ) == (
        "kenya",
        "1.2",
        "Outcome 1.2",
        "observed",
    )


def test_several_types_of_change(rich: RunHome) -> None:
    assert bridge(rich, "change_type", 170) == {
        "capacity_change_safety_and_security": 0.5,
        "practice_change_practice_change": 0.5,
    }


def test_a_cluster_without_a_type(rich: RunHome) -> None:
    assert bridge(rich, "change_type", 171) == {"policy_change_policy_change": 1.0}
    assert rich.one(
        "select cluster, label, status from dim_change_type where change_type_key = 'policy_change_policy_change'"
    ) == ("Policy change", "Policy change", "codebook")


def test_nothing_coded_has_no_row(rich: RunHome) -> None:
    assert bridge(rich, "change_type", 172) == bridge(rich, "social_actor", 172) == bridge(rich, "objective", 172) == {}
    assert fact(rich, 172, "social_actor_key, objective_key, issue_count") == ("not_coded", "not_coded", 0)


def test_marks_and_repetitions_are_no_members(rich: RunHome) -> None:
    assert bridge(rich, "social_actor", 174) == {"media": 1.0}
    assert bridge(rich, "social_actor", 175) == {"media": 1.0}


@pytest.mark.parametrize("name", ["change_type", "result", "objective", "social_actor"])
def test_weights_sum_to_one(rich: RunHome, name: str) -> None:
    sums = rich.column(f"select sum(weight) from bridge_outcome_{name} group by outcome_key")
    assert sums
    assert all(each == pytest.approx(1) for each in sums)
