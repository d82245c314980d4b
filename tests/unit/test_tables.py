"""The raw tables' declarations and the schemas made of them: each kind of check is seen to reject a bad row."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from oh_pipeline.validation.schemas import SCHEMAS
from oh_pipeline.validation.tables import TABLES, Issues
from oh_pipeline.validation.watch import SchemaWatch

from ..fragments import fragment
from .conftest import Frames, TakeIn


@pytest.fixture
def frames(take_in: TakeIn) -> Frames:
    """Rows of every raw table but the build's own."""
    return take_in(fragment({"Own": "x"}, country="Atlantis"), fragment(description=""))


def failures(table: str, frame: pl.DataFrame) -> list[str]:
    watch = SchemaWatch()
    watch.look_at(table, frame)
    assert watch.rows[table] == frame.height
    return sorted(watch.failures[table])


def test_what_is_read_meets_every_schema(frames: Frames) -> None:
    assert {table: failures(table, frame) for table, frame in frames.items()} == {table: [] for table in frames}


@pytest.mark.parametrize(
    ("table", "spoil", "failure"),
    [
        ("fragments", pl.lit(None, pl.String).alias("source_file"), "source_file: not_nullable"),
        ("fragments", pl.lit(0, pl.Int64).alias("record_number"), "record_number: greater_than_or_equal_to(1)"),
        ("fragments", pl.lit("x").alias("content_hash"), "content_hash: str_matches"),
        ("fragments", pl.lit("guessed").alias("confidentiality_basis"), "confidentiality_basis: isin"),
        ("fragments", pl.lit(2023, pl.Int64).alias("year_value"), "year_value: dtype('Int32')"),
        ("fragments", pl.lit(False).alias("is_confidential"), "is_confidential"),
        ("fragments", pl.lit([1], pl.List(pl.Int64)).alias("field_hashes"), "one_hash_a_field"),
        ("fragments", pl.lit("x").alias("zanquo"), "Fragments: column_in_schema"),
        ("issues", pl.lit("fatal").alias("severity"), "severity: isin"),
        ("source_files", pl.lit(1, pl.Int32).alias("file_order"), "file_order: field_uniqueness"),
    ],
    ids=range(10),
)
def test_a_row_that_is_not_as_declared_is_seen(frames: Frames, table: str, spoil: pl.Expr, failure: str) -> None:
    found = failures(table, frames[table].with_columns(spoil).with_columns(_undeclared(failure)))
    assert any(failure in one for one in found), found


def _undeclared(failure: str) -> list[pl.Expr]:
    """A record that is said to be open must be declared so."""
    return [pl.lit("blank").alias("confidentiality_basis")] if failure == "is_confidential" else []


@pytest.mark.parametrize(
    "change", [lambda frame: frame.drop("rule"), lambda frame: frame.select(reversed(frame.columns))], ids=range(2)
)
def test_columns_and_their_order_count(frames: Frames, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    assert failures("issues", change(frames["issues"]))


def test_every_table_and_column_is_described() -> None:
    assert SCHEMAS.keys() == TABLES.keys()
    for name, table in TABLES.items():
        assert table.__doc__
        assert list(SCHEMAS[name].columns) == list(table.columns)
        assert all(column.description for column in table.columns.values())


def test_a_table_without_a_row_has_its_columns() -> None:
    assert Issues.empty().schema == pl.Schema(Issues.types())
    assert list(Issues.types())[:2] == ["source_file", "record_number"]
