"""Which column comes from which, read off the compiled SQL once and kept beside the parsed project."""

from __future__ import annotations

import csv
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oh_pipeline.validation.tables import TABLES

DIALECT = "duckdb"
Lineage = dict[str, dict[str, list[list[str]]]]


def trace_columns(manifest: Mapping[str, Any], compiled: Mapping[str, str | None]) -> Lineage:
    """Model id → column → [[id of a direct parent, its column], …]. A model that cannot be traced has no entry."""
    from sqlglot import errors, exp
    from sqlglot.lineage import lineage

    # It warns of join conditions in subqueries, which carry no column on.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    columns = _known_columns(manifest)
    owners = {_name(node): unique_id for unique_id, node in _relations(manifest).items()}
    traced: Lineage = {}
    for unique_id in _in_order(manifest):
        sql = compiled.get(unique_id)
        if not sql:
            continue
        node = manifest["nodes"][unique_id]
        schema: dict[str, dict[str, dict[str, str]]] = {}
        for parent in node["depends_on"]["nodes"]:
            relation = _relations(manifest).get(parent)
            if relation is not None and columns.get(parent):
                table_schema, table = _name(relation)
                schema.setdefault(table_schema, {})[table] = dict.fromkeys(columns[parent], "varchar")
        try:
            # Without a catalog in every name, so that sources and refs look alike.
            graph = lineage(None, sql.replace('"outcomes".', ""), schema, dialect=DIALECT)
        except errors.SqlglotError:
            continue
        columns[unique_id] = list(graph)
        traced[unique_id] = {}
        for column, top in graph.items():
            origins: set[tuple[str, str]] = set()
            for leaf in top.walk():
                if not leaf.downstream and isinstance(leaf.expression, exp.Table):
                    owner = owners.get((leaf.expression.db, leaf.expression.name))
                    if owner is not None:
                        origins.add((owner, leaf.name.rsplit(".", 1)[-1].strip('"')))
            traced[unique_id][column] = [list(origin) for origin in sorted(origins)]
    return traced


def _relations(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    tables = {key: node for key, node in manifest["nodes"].items() if node["resource_type"] in ("model", "seed")}
    return {**tables, **manifest["sources"]}


def _name(node: Mapping[str, Any]) -> tuple[str, str]:
    return node["schema"], node.get("identifier") or node["alias"]


def _known_columns(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Columns of what no model makes, from where they are declared; a description in YAML may leave some out."""
    known: dict[str, list[str]] = {}
    for key, node in manifest["sources"].items():
        if node["name"] in TABLES:
            known[key] = list(TABLES[node["name"]].columns)
    for key, node in manifest["nodes"].items():
        if node["resource_type"] == "seed":
            with Path(node["root_path"], node["original_file_path"]).open(encoding="utf-8-sig", newline="") as file:
                known[key] = next(csv.reader(file), [])
    return known


def _in_order(manifest: Mapping[str, Any]) -> list[str]:
    """Models, parents first."""
    ordered: list[str] = []
    models = {key for key, node in manifest["nodes"].items() if node["resource_type"] == "model"}
    seen: set[str] = set()

    def visit(unique_id: str) -> None:
        if unique_id in seen or unique_id not in models:
            return
        seen.add(unique_id)
        for parent in manifest["nodes"][unique_id]["depends_on"]["nodes"]:
            visit(parent)
        ordered.append(unique_id)

    for unique_id in sorted(models):
        visit(unique_id)
    return ordered
