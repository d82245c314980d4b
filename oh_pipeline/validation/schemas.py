"""The raw tables as pandera schemas, by which every frame is checked. What the tables hold is declared in `tables`."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl

from oh_pipeline.fields import CONTENT_FIELDS
from oh_pipeline.validation.tables import TABLES, Table


def blank_confidentiality_is_confidential(data: pa.PolarsData) -> pl.LazyFrame:
    """Whatever is not declared counts as confidential."""
    return data.lazyframe.select(pl.col("is_confidential") | (pl.col("confidentiality_basis") == "declared"))


def one_hash_a_field(data: pa.PolarsData) -> pl.LazyFrame:
    """Versions are compared field by field, so each row carries a hash a content field."""
    return data.lazyframe.select(pl.col("field_hashes").list.len() == len(CONTENT_FIELDS))


_WHOLE = {check.__name__: check for check in (blank_confidentiality_is_confidential, one_hash_a_field)}


def _schema(table: type[Table]) -> pa.DataFrameSchema:
    return pa.DataFrameSchema(
        {
            heading: pa.Column(
                column.type,
                [getattr(pa.Check, check)(argument) for check, argument in column.checks.items()],
                nullable=column.nullable,
                unique=column.unique,
                description=column.description,
            )
            for heading, column in table.columns.items()
        },
        checks=[pa.Check(_WHOLE[name], name=name) for name in table.checks],
        strict=True,
        ordered=True,
        coerce=False,
        name=table.__name__,
    )


SCHEMAS = {name: _schema(table) for name, table in TABLES.items()}
