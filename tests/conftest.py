"""Three tiers by cost, enforced at collection, the cheapest first.

`unit` needs no home, no Dagster, no dbt and no database; `integration` has a temporary home; `pipeline` runs the real `oh`.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TIERS = ("unit", "integration", "pipeline")
_NOT_IN_UNIT = {"dagster", "dagster_dbt", "dbt", "duckdb", "subprocess"}
_HERE = Path(__file__).parent


@cache
def tier_of(path: Path) -> str:
    """The tier a test file belongs to by its folder; an error for a file in none, or one that costs more than its tier."""
    parts = path.relative_to(_HERE).parts
    if parts[0] not in TIERS:
        raise pytest.UsageError(f"{path.name} lies in none of the tiers {', '.join(TIERS)}")
    if parts[0] == "unit" and (costly := _imports(path) & _NOT_IN_UNIT):
        raise pytest.UsageError(f"{path.name} is a unit test and imports {', '.join(sorted(costly))}")
    return parts[0]


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test with its tier and run the cheap ones first."""
    for item in items:
        item.add_marker(tier_of(item.path))
    items.sort(key=lambda item: TIERS.index(tier_of(item.path)))
