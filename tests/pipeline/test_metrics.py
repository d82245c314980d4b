"""What MetricFlow answers is what the marts hold: a metric is defined once, whoever asks for it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from .conftest import PROJECT, RunHome
from .semantic_layer import SemanticLayer

CONDITIONS: dict[str, str] = yaml.safe_load((PROJECT / "dbt_project" / "dbt_project.yml").read_text())["vars"][
    "metrics"
]
SHARES = {
    "share_negative": ("negative_outcomes", "outcomes_told_whether_negative"),
    "share_unintended": ("unintended_outcomes", "outcomes_told_whether_unintended"),
    "share_confidential": ("confidential_outcomes", "outcomes"),
    "share_open": ("open_outcomes", "outcomes"),
    "share_substantiated": ("substantiated_outcomes", "outcomes"),
    "share_with_usable_evidence": ("outcomes_with_usable_evidence", "outcomes"),
    "share_top_rated": ("top_rated_outcomes", "outcomes"),
}


@pytest.fixture(scope="module")
def layer(rich: RunHome, tmp_path_factory: pytest.TempPathFactory) -> SemanticLayer:
    return SemanticLayer(rich.root, tmp_path_factory.mktemp("semantic"))


def counted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows whose last value, a count, is not zero; in order."""
    return sorted((row for row in rows if row[-1]), key=repr)


def test_every_condition_is_a_metric_and_every_share_has_its_denominator(layer: SemanticLayer) -> None:
    assert layer.metrics == {*CONDITIONS, *SHARES}


@pytest.mark.parametrize("metric", sorted(CONDITIONS))
def test_a_count_is_that_of_its_condition(layer: SemanticLayer, rich: RunHome, metric: str) -> None:
    table, entity = ("mart_mentions", "mention") if metric == "mentions" else ("mart_outcomes", "outcome")
    by = f"{entity}__{'breakdown' if metric == 'mentions' else 'geography_key'}"
    query = f"select {by.split('__')[1]}, count(*) from {table} where {CONDITIONS[metric]} group by all"
    assert counted(layer.ask([metric], [by])) == counted(rich.rows(query))


@pytest.mark.parametrize("share", sorted(SHARES))
def test_a_share_is_its_numerator_by_its_denominator(layer: SemanticLayer, share: str) -> None:
    for _, found, part, whole in layer.ask([share, *SHARES[share]], ["outcome__geography_key"]):
        assert found == (pytest.approx(part / whole) if whole else None)


def test_outcomes_are_those_of_the_coverage_mart(layer: SemanticLayer, rich: RunHome) -> None:
    by = ["outcome__harvest_key", "outcome__geography_key", "outcome__objective_key"]
    mart = "select harvest_key, geography_key, objective_key, outcomes from mart_coverage"
    assert counted(layer.ask(["outcomes"], by)) == counted(rich.rows(mart))
    totals = "select distinct geography_key, geography_outcomes from mart_coverage"
    assert counted(layer.ask(["outcomes"], by[1:2])) == counted(rich.rows(totals))


def test_mentions_are_those_of_the_coverage_mart(layer: SemanticLayer, rich: RunHome) -> None:
    asked = layer.ask(["mentions"], ["mention__breakdown", "outcome__geography_key", "mention__member_key"])
    mart = "select 'objective', geography_key, objective_key, sum(mentions) from mart_coverage group by all"
    assert counted([row for row in asked if row[0] == "objective"]) == counted(rich.rows(mart))


def test_outcomes_are_those_of_the_ratings_mart(layer: SemanticLayer, rich: RunHome) -> None:
    by = ["outcome__geography_key", "outcome__significance_key", "outcome__contribution_key"]
    mart = "select geography_key, significance_key, contribution_key, outcomes from mart_ratings"
    assert counted(layer.ask(["outcomes"], by)) == counted(rich.rows(mart))
    top = "select geography_key, sum(outcomes) from mart_ratings where is_top group by all"
    assert counted(layer.ask(["top_rated_outcomes"], by[:1])) == counted(rich.rows(top))


def test_results_count_by_the_same_conditions(rich: RunHome) -> None:
    columns = {
        "outcomes": "outcomes",
        "with_usable_evidence": "outcomes_with_usable_evidence",
        "substantiated": "substantiated_outcomes",
        "confidential": "confidential_outcomes",
    }
    for column, metric in columns.items():
        condition = CONDITIONS[metric]
        query = (
            f"select m.member_key, count(*) from (from mart_mentions where breakdown = 'result') as m "
            f"join (from mart_outcomes where {condition}) as o using (outcome_key) "
            "where m.member_key <> 'not_coded' group by all"
        )
        assert counted(rich.rows(f"select result_key, {column} from mart_results")) == counted(rich.rows(query))


def test_the_corpus_has_something_to_count(layer: SemanticLayer) -> None:
    """Or all of the above would hold of nothing."""
    asked = sorted(set(CONDITIONS) - {"mentions", "substantiated_outcomes", "open_outcomes"})
    assert all(value > 0 for value in layer.ask(asked, [])[0])


def test_a_year_is_asked_for_by_the_time_of_the_change(layer: SemanticLayer, rich: RunHome) -> None:
    asked = [(when.year if when else None, n) for when, n in layer.ask(["outcomes"], ["metric_time__year"])]
    assert counted(asked) == counted(rich.rows("select year, count(*) from mart_outcomes where is_counted group by 1"))


def test_no_build_makes_the_calendar(rich: RunHome) -> None:
    assert rich.rows("select 1 from duckdb_views() where view_name = 'days'") == []


def test_the_semantic_layer_is_for_asking_alone(layer: SemanticLayer) -> None:
    """Queries read the marts and nothing else."""
    for metric in sorted(layer.metrics):
        assert {word for word in layer.sql([metric], []).split() if word.startswith('"outcomes".')} <= {
            '"outcomes"."main"."mart_outcomes"',
            '"outcomes"."main"."mart_mentions"',
        }
