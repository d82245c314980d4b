"""A small adapter: a pandera schema as a Dagster asset check and as table metadata.

Of what a check found, only counts and names of columns and checks pass; a failing value never does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import dagster as dg

from oh_pipeline.validation.schemas import SCHEMAS

CHECK_NAME = "schema"


def raw_key(table: str) -> dg.AssetKey:
    """The asset of a raw table; the same key as dbt's source."""
    return dg.AssetKey(["raw", table])


def table_schema(table: str) -> dg.TableSchema:
    """Columns, types, constraints and descriptions of a raw table, as its pandera schema declares them."""
    schema = SCHEMAS[table]
    columns = [
        dg.TableColumn(
            name=name,
            type=str(column.dtype),
            description=column.description,
            constraints=dg.TableColumnConstraints(
                nullable=column.nullable,
                unique=column.unique,
                other=[str(check.error or check.name) for check in column.checks],
            ),
        )
        for name, column in schema.columns.items()
    ]
    whole = [str(check.error or check.name) for check in schema.checks]
    return dg.TableSchema(columns=columns, constraints=dg.TableConstraints(other=whole))


def check_spec(table: str) -> dg.AssetCheckSpec:
    """The check that every frame of a raw table meets its schema."""
    return dg.AssetCheckSpec(
        CHECK_NAME,
        asset=raw_key(table),
        description=f"Every row meets the schema `{SCHEMAS[table].name}`: columns, types, nulls and values.",
        blocking=True,
    )


def schema_results(
    checked: Mapping[str, int], failures: Mapping[str, Mapping[str, int]]
) -> Iterator[dg.AssetCheckResult]:
    """One result a table, from the rows looked at and the failures by column and check."""
    for table in SCHEMAS:
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
