"""The rules that dbt's project keeps, each a function that gives its breaches: shown to find one, then asked of the project."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

Manifest = Mapping[str, Any]
PUBLISHED = ("marts", "open")
ACCESS = {
    "staging": ("private", "protected"),
    "intermediate": ("protected", "private"),
    "marts": ("public",),
    "open": ("public",),
}
# Modules that make or judge a build see all of it; whoever else writes SQL reads what is published.
SEES_ALL_OF_A_BUILD = {
    "warehouse/build.py": "makes the raw tables",
    "warehouse/audit.py": "counts what was loaded against what is shown",
    "warehouse/erasure.py": "asks what a key stands for, and under which tombstones a build was made",
    "warehouse/previous.py": "asks an earlier build which one it was compared with",
}
BELOW_MARTS = ("staging", "raw", "codebook")
_STATEMENT = re.compile(r"\b(?:select|insert|update|delete|create|copy|summarize|describe)\b", re.IGNORECASE)
_RELATION = re.compile(
    r"\b(?:from|join|into|update|table|summarize|describe)\s+"
    r'((?:"?[a-z_]\w*"?\.){0,2}"?[a-z_]\w*"?)',
    re.IGNORECASE,
)


def of_kind(manifest: Manifest, kind: str) -> list[dict[str, Any]]:
    """Nodes of one resource type."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def layer(node: Mapping[str, Any]) -> str:
    """The folder of a model below `models/`."""
    return str(node["fqn"][1])


def undescribed(manifest: Manifest) -> list[str]:
    """Whatever has a name and no words."""
    found = []
    for part in ("nodes", "sources", "exposures", "metrics", "semantic_models", "unit_tests", "groups"):
        for key, entry in manifest.get(part, {}).items():
            words = entry.get("description") or (entry.get("config") or {}).get("description") or ""
            if part != "groups" and not words.strip():
                found.append(key)
            if entry.get("resource_type") in ("model", "seed"):
                columns = entry["columns"].items()
                found += [f"{key}.{name}" for name, about in columns if not about["description"].strip()]
    return found


def columns_apart(manifest: Manifest, real: Mapping[str, set[str]]) -> list[str]:
    """Models and seeds whose described columns are not those of their table; `real`: `schema.table` → columns."""
    found = []
    for node in (*of_kind(manifest, "model"), *of_kind(manifest, "seed")):
        if node["config"]["materialized"] == "ephemeral":
            continue
        there = real.get(f"{node['schema']}.{node['alias']}", set())
        found += [f"{node['name']}.{column}" for column in sorted(there ^ set(node["columns"]))]
    return found


def without_grain(manifest: Manifest) -> list[str]:
    """Models whose description does not begin with what a row is."""
    return [node["name"] for node in of_kind(manifest, "model") if not node["description"].startswith("One row")]


def without_contract(manifest: Manifest) -> list[str]:
    """Published models without an enforced contract or a type for each column."""
    found = []
    for node in of_kind(manifest, "model"):
        if layer(node) in PUBLISHED:
            typed = all(about.get("data_type") for about in node["columns"].values())
            if not (node["config"]["contract"]["enforced"] and typed):
                found.append(node["name"])
    return found


def untested(manifest: Manifest) -> list[str]:
    """Models with no constraint, no data test that reads them and no unit test."""
    read = {up for test in of_kind(manifest, "test") for up in test["depends_on"]["nodes"]}
    units = {test["model"] for test in manifest["unit_tests"].values()}
    return [
        node["name"]
        for node in of_kind(manifest, "model")
        if not node.get("constraints")
        and not any(about.get("constraints") for about in node["columns"].values())
        and node["unique_id"] not in read
        and node["name"] not in units
    ]


def logic(sql: str) -> set[str]:
    """Kinds of logic in a query: what else than choosing, renaming and joining columns it does."""
    import sqlglot
    from sqlglot import exp

    kinds = (exp.Case, exp.If, exp.Window, exp.AggFunc, exp.Distinct, exp.Coalesce)
    return {type(part).__name__.lower() for part in sqlglot.parse_one(sql, dialect="duckdb").find_all(*kinds)}


def logic_without_unit_test(manifest: Manifest, compiled: Mapping[str, str]) -> list[str]:
    """Models with a rule of logic that no unit test of dbt's holds; `compiled`: node id → its SQL."""
    units = {test["model"] for test in manifest["unit_tests"].values()}
    return [
        node["name"]
        for node in of_kind(manifest, "model")
        if node["name"] not in units and logic(compiled[node["unique_id"]])
    ]


def without_severity(manifest: Manifest) -> list[str]:
    """Tests whose severity nobody set."""
    return [test["name"] for test in of_kind(manifest, "test") if "severity" not in test["unrendered_config"]]


def named_alike(manifest: Manifest) -> list[str]:
    """Names that two tests share, data tests and unit tests together."""
    tests = [*of_kind(manifest, "test"), *manifest["unit_tests"].values()]
    return [name for name, times in Counter(test["name"] for test in tests).items() if times > 1]


def wrong_access(manifest: Manifest) -> list[str]:
    """Models without a group, or with another access than their layer's."""
    return [
        node["name"]
        for node in of_kind(manifest, "model")
        if not node["group"] or node["access"] not in ACCESS[layer(node)]
    ]


def consumers_below_marts(manifest: Manifest) -> list[str]:
    """Exposures, metrics and semantic models that lead to anything but a published model."""
    found = []
    for part in ("exposures", "semantic_models"):
        for key, entry in manifest.get(part, {}).items():
            ups = [manifest["nodes"].get(up) for up in entry["depends_on"]["nodes"]]
            if not ups or any(up is None or up["resource_type"] != "model" or layer(up) not in PUBLISHED for up in ups):
                found.append(key)
    return found


def unexposed(manifest: Manifest) -> list[str]:
    """Published models that no exposure names."""
    exposed = {up for entry in manifest["exposures"].values() for up in entry["depends_on"]["nodes"]}
    return [n["name"] for n in of_kind(manifest, "model") if layer(n) in PUBLISHED and n["unique_id"] not in exposed]


def tests_badly_written(entry: object, owner: str = "") -> list[str]:
    """Generic tests of a YAML file without a name of their own, or with arguments that are not under `arguments:`."""
    found: list[str] = []
    if isinstance(entry, list):
        return [breach for value in entry for breach in tests_badly_written(value, owner)]
    if not isinstance(entry, dict):
        return found
    owner = str(entry.get("name", owner))
    for key, value in entry.items():
        if key not in ("data_tests", "tests") or not isinstance(value, list):
            found += tests_badly_written(value, owner)
            continue
        for test in value:
            if isinstance(test, dict) and len(test) > 1:  # a test of no one model: its words alone
                continue
            body = next(iter(test.values())) if isinstance(test, dict) else None
            if not isinstance(body, dict) or not body.get("name"):
                found.append(f"a test of {owner} has no name of its own")
            elif body.keys() - {"name", "description", "arguments", "config"}:
                found.append(f"{body['name']} has arguments that are not under arguments")
    return found


def said_twice(texts: Mapping[str, list[str]], blocks: Mapping[str, str], most: int = 2) -> list[str]:
    """Sayings that more than `most` columns repeat, or that a docs block has already; `texts`: as written → columns."""
    return [
        text
        for text, columns in texts.items()
        if not text.startswith("{{ doc(") and (len(columns) > most or text in blocks.values())
    ]


def sayings(entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Column descriptions of a YAML file as they are written, and the columns that have them."""
    found: dict[str, list[str]] = defaultdict(list)
    for model in entry.get("models") or []:
        for column in model.get("columns") or []:
            found[" ".join(str(column.get("description", "")).split())].append(f"{model['name']}.{column['name']}")
    return found


def statements(source: str) -> Iterator[str]:
    """The SQL among the string constants of a Python module; docstrings and plain words are none."""
    tree = ast.parse(source)
    plain = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in plain | parts:
            text = node.value
        elif isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "filled" for part in node.values)
        if _STATEMENT.search(text):
            yield text


def reads_below_marts(sql: str, working: set[str]) -> list[str]:
    """Relations that a statement names of a schema below the marts, or by the name of a working model."""
    names = [name.replace('"', "").lower() for name in _RELATION.findall(sql)]
    return [n for n in names if (set(n.split(".")[:-1]) & set(BELOW_MARTS)) or n.split(".")[-1] in working]


def working_models(manifest: Manifest) -> set[str]:
    """Names of the models that are not published."""
    return {node["name"] for node in of_kind(manifest, "model") if layer(node) not in PUBLISHED}
