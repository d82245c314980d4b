"""One source of words: the YAML beside the models, the page made of it, and the comments in both editions say the same."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oh_pipeline.delivery import dictionary
from oh_pipeline.delivery.dictionary import Table
from oh_pipeline.modelling import dictionary_page
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.publish import write_open_edition


def told(file: Path, schemas: list[str]) -> list[Table]:
    with closing(duckdb.connect(file, read_only=True)) as connection:
        return dictionary.read_tables(connection.execute(dictionary.COMMENTS, [schemas]).fetchall())


def test_the_page_is_current(manifest: dict[str, Any]) -> None:
    """`python -m oh_pipeline.modelling.dictionary_page` writes it."""
    assert dictionary_page.PAGE.read_text(encoding="utf-8") == dictionary_page.page(manifest)


def test_a_word_that_changes_changes_the_page(manifest: dict[str, Any]) -> None:
    (node,) = [node for node in manifest["nodes"].values() if node["name"] == "dim_scale"]
    changed = {"nodes": {"x": {**node, "description": "One row a <mark> | other words."}}}
    assert "One row a &lt;mark> \\| other words." in dictionary_page.page(changed)


def test_everything_is_described(manifest: dict[str, Any]) -> None:
    for tables in dictionary_page.tables_of(manifest).values():
        assert len(tables) > 15
        for table in tables:
            assert table.description.startswith("One row")
            assert all(column.description and column.type for column in table.columns), table.name


def test_keys_lead_to_their_tables(manifest: dict[str, Any]) -> None:
    tables = {table.name: table for table in dictionary_page.tables_of(manifest)["restricted"]}
    led = {column.name: column.leads_to for column in tables["fct_outcomes"].columns}
    assert led["geography_key"] == "dim_geography"
    assert led["status_key"] == "dim_outcome_status"
    assert led["outcome_key"] == led["year"] == ""
    assert {c.leads_to for c in tables["bridge_outcome_result"].columns} == {"fct_outcomes", "dim_result", ""}


def test_longer_names_of_a_key_lead_there_too() -> None:
    made = dictionary.related(
        [
            dictionary.describe("main", "dim_agreement", "", [("agreement_key", "VARCHAR", None)]),
            dictionary.describe(
                "main", "fct_x", None, [("x_key", "BIGINT", ""), ("description_agreement_key", "VARCHAR[]", " a\n b ")]
            ),
        ]
    )
    assert made[1].columns[1] == dictionary.Column("description_agreement_key", "string[]", "a b", "dim_agreement")
    assert [column.leads_to for table in made for column in table.columns] == ["", "", "dim_agreement"]


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_the_editions_say_the_same(copied: tuple[Build, object], manifest: dict[str, Any], edition: str) -> None:
    file = copied[0].file if edition == "restricted" else write_open_edition(copied[0])
    found = told(file, list(dictionary.SCHEMAS[edition]))
    assert found == dictionary_page.tables_of(manifest)[edition]
