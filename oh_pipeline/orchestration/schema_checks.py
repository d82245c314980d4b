"""A small adapter: a pandera schema as a Dagster asset check and as table metadata.

What is shown is read off the declarations that the schemas are made of, in pandera's words, because only the process that
reads needs pandera. Of what a check found, only counts and names of columns and checks pass; a failing value never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from oh_pipeline.validation.tables import TABLES

CHECK_NAME = "schema"
_WORDS = {"ge": "greater_than_or_equal_to({})", "isin": "isin({})", "str_matches": "str_matches('{}')"}


def raw_key(table: str) -> dg.AssetKey:
    """The asset of a raw table; the same key as dbt's source."""
    return dg.AssetKey(["raw", table])


def table_schema(table: str) -> dg.TableSchema:
    """Columns, types, constraints and descriptions of a raw table, as its pandera schema has them."""
    declared = TABLES[table]
    columns = [
        dg.TableColumn(
            name=name,
            type=str(column.type() if isinstance(column.type, type) else column.type),
            description=column.description,
            constraints=dg.TableColumnConstraints(
                nullable=column.nullable,
                unique=column.unique,
                other=[_in_words(check, argument) for check, argument in column.checks.items()],
            ),
        )
        for name, column in declared.columns.items()
    ]
    return dg.TableSchema(columns=columns, constraints=dg.TableConstraints(other=list(declared.checks)))


def _in_words(check: str, argument: Any) -> str:
    return _WORDS[check].format(argument)


def check_spec(table: str) -> dg.AssetCheckSpec:
    """The check that every frame of a raw table meets its schema."""
    return dg.AssetCheckSpec(
        CHECK_NAME,
        asset=raw_key(table),
        description=f"Every row meets the schema `{TABLES[table].__name__}`: columns, types, nulls and values.",
        blocking=True,
    )


def schema_results(
    checked: Mapping[str, int], failures: Mapping[str, Mapping[str, int]]
) -> Iterator[dg.AssetCheckResult]:
    """One result a table, from the rows looked at and the failures by column and check."""
    for table in TABLES:
        found = failures.get(table, {})
        yield dg.AssetCheckResult(
            asset_key=raw_key(table),
            check_name=CHECK_NAME,
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "rows": checked.get(table, 0),
                "failures": sum(found.values()),
                **({"failures_by_check": dict(found)} if found else {}),
            },
        )
