"""The four rules of the house: who may import Dagster, open DuckDB, call source() and name an engine."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from oh_pipeline.fields import CONTENT_FIELDS, SUBSTANTIATION_FIELDS

ROOT = Path(__file__).parents[2]
Rule = Callable[[str, str], bool]
PACKAGE, DBT = ROOT / "oh_pipeline", ROOT / "dbt_project"


def imports(source: str) -> set[str]:
    """Top-level packages imported anywhere in a module, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def sql() -> Iterator[tuple[str, str]]:
    for folder in ("models", "macros", "tests"):
        for path in sorted((DBT / folder).rglob("*.sql")):
            yield path.relative_to(DBT).as_posix(), path.read_text(encoding="utf-8")


def imports_dagster(name: str, source: str) -> bool:
    allowed = name.startswith(("definitions.py", "orchestration/"))
    return not allowed and bool({"dagster", "dagster_dbt", "dagster_shared"} & imports(source))


def opens_duckdb(name: str, source: str) -> bool:
    return not name.startswith("warehouse/") and "duckdb" in imports(source)


def calls_source(name: str, source: str) -> bool:
    allowed = name.startswith(("models/staging/", "macros/"))
    return not allowed and re.search(r"\bsource\s*\(", source) is not None


def names_engine(name: str, source: str) -> bool:
    engines = r"\b(duckdb|spark|databricks)\b|\bduckdb__|\bspark__|adapter\.dispatch|target\.type"
    return not name.startswith("macros/portable/") and re.search(engines, source) is not None


@pytest.mark.parametrize("rule", [imports_dagster, opens_duckdb])
def test_python_keeps_the_rule(rule: Rule) -> None:
    assert [name for name, source in modules() if rule(name, source)] == []


@pytest.mark.parametrize("rule", [calls_source, names_engine])
def test_sql_keeps_the_rule(rule: Rule) -> None:
    assert [name for name, source in sql() if rule(name, source)] == []


@pytest.mark.parametrize(
    ("rule", "name", "source"),
    [
        (imports_dagster, "warehouse/build.py", "def f():\n    import dagster as dg"),
        (imports_dagster, "cli.py", "from dagster_dbt import x"),
        (opens_duckdb, "delivery/report.py", "import duckdb"),
        (calls_source, "models/marts/a.sql", "select * from {{ source('raw', 'fragments') }}"),
        (names_engine, "models/marts/a.sql", "{% if target.type == 'x' %}"),
        (names_engine, "macros/hash.sql", "{% macro duckdb__hash() %}"),
    ],
)
def test_a_breach_is_seen(rule: Rule, name: str, source: str) -> None:
    assert rule(name, source)


def test_every_kind_of_module_is_looked_at() -> None:
    assert any(name.startswith("orchestration/") for name, _ in modules())
    assert any(name.startswith("models/open/") for name, _ in sql())
    assert any(name.startswith("macros/portable/") for name, _ in sql())


@pytest.mark.parametrize(
    ("name", "fields"), [("content_fields", CONTENT_FIELDS), ("substantiation_fields", SUBSTANTIATION_FIELDS)]
)
def test_sql_and_python_share_the_order_of_the_fields(name: str, fields: tuple[str, ...]) -> None:
    listed = re.search(rf"{name}:\s*\n((?:\s+- \w+\n)+)", (DBT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert listed is not None
    assert tuple(re.findall(r"- (\w+)", listed.group(1))) == fields


def test_no_module_is_a_warehouse_of_its_own() -> None:
    """A file beyond 320 lines is two things."""
    assert [name for name, source in modules() if source.count("\n") > 320] == []
