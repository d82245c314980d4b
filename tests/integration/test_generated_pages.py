"""Pages that are made from the manifest: current, and drawn from what tests prove."""

from __future__ import annotations

import copy
import re
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest

from oh_pipeline.modelling import entity_page, metric_page
from oh_pipeline.modelling.entity_page import Relation
from oh_pipeline.warehouse.build import Build


@pytest.mark.parametrize("module", [entity_page, metric_page], ids=["entities", "metrics"])
def test_the_page_is_current(manifest: dict[str, Any], module: ModuleType) -> None:
    assert module.PAGE.read_text(encoding="utf-8") == module.page(manifest)


def test_every_key_that_is_tested_is_drawn(manifest: dict[str, Any]) -> None:
    found = entity_page.relations(manifest)
    assert Relation("fct_outcomes", "geography_key", "dim_geography", "geography_key") in found
    assert Relation("open_bridge_outcome_result", "result_key", "open_dim_result", "result_key") in found
    aliases = {node["name"]: node["alias"] for node in manifest["nodes"].values()}
    drawn = entity_page.page(manifest)
    for each in found:
        if each.child in aliases and not aliases[each.parent].startswith("rules"):
            lines = [
                f"{aliases[a]} .+ {aliases[b]} :" for a, b in ((each.child, each.parent), (each.parent, each.child))
            ]
            assert any(re.search(line, drawn) for line in lines), each


def test_a_key_that_may_be_null_and_one_that_is_the_tables_own(manifest: dict[str, Any]) -> None:
    drawn = entity_page.page(manifest)
    assert 'quality_issues }o--o| fct_outcomes : "outcome_key"' in drawn
    assert 'fct_outcomes ||--|| outcome_narratives : "outcome_key"' in drawn
    assert drawn.count('outcome_narratives : "outcome_key"') == 1


def test_a_relation_that_dbt_knows_by_its_own_test(manifest: dict[str, Any]) -> None:
    changed = copy.deepcopy(manifest)
    test = changed["nodes"]["test.outcomes.one_build"]
    test["attached_node"] = "model.outcomes.dim_result"
    kwargs = {"column_name": "code", "to": "ref('dim_scale')", "field": "label"}
    test["test_metadata"] = {"name": "relationships", "kwargs": kwargs}
    assert set(entity_page.relations(changed)) - set(entity_page.relations(manifest)) == {
        Relation("dim_result", "code", "dim_scale", "label")
    }


def test_the_query_of_the_page_runs(manifest: dict[str, Any], finished: tuple[Build, object]) -> None:
    (query,) = re.findall(r"```sql\n(.*?)```", metric_page.page(manifest), re.DOTALL)
    with closing(finished[0].connect(read_only=True)) as connection:
        rows = connection.execute(query).fetchall()
    assert [len(row) for row in rows] == [4]


def test_every_metric_has_its_row(manifest: dict[str, Any]) -> None:
    written = metric_page.page(manifest)
    assert [m["name"] for m in manifest["metrics"].values() if f"| `{m['name']}` |" not in written] == []
