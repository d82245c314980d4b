"""Tables as one file each: Parquet or CSV. Equal bytes for equal rows, however they come in.

Knows no edition; a table comes as Arrow batches in the order in which it is to stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl
import pyarrow as pa

from oh_pipeline.delivery.dictionary import Table
from oh_pipeline.delivery.inert import GUARD, GUARDED_PATTERN

ROW_GROUP = 65_536


def even(batches: pa.RecordBatchReader, size: int = ROW_GROUP) -> Iterator[pa.Table]:
    """The same rows, always so many at once but for the last: how an engine cut them tells how many threads it had.

    One table without rows where there are none.
    """
    held: list[pa.RecordBatch] = []
    count = 0
    is_first = True
    for batch in batches:
        rest = batch
        while count + rest.num_rows >= size:
            part = size - count
            yield pa.Table.from_batches([*held, rest.slice(0, part)]).combine_chunks()
            held, count, is_first, rest = [], 0, False, rest.slice(part)
        if rest.num_rows:
            held.append(rest)
            count += rest.num_rows
    if held or is_first:
        yield pa.Table.from_batches(held, schema=batches.schema).combine_chunks()


def write_parquet(file: Path, table: Table, batches: pa.RecordBatchReader, told: Mapping[str, str]) -> int:
    """One Parquet file; descriptions and what is told lie in its metadata. Gives the number of rows."""
    import pyarrow.parquet as pq

    words = {column.name: column.description for column in table.columns}
    fields = [field.with_metadata({"description": words.get(field.name, "")}) for field in batches.schema]
    schema = pa.schema(fields, metadata={**told, "table": table.name, "description": table.description})
    count = 0
    # Snappy: every reader takes it, the office's own too.
    with pq.ParquetWriter(file, schema, compression="snappy") as writer:
        for part in even(batches):
            writer.write_table(part.cast(schema), row_group_size=ROW_GROUP)
            count += part.num_rows
    return count


def write_csv(file: Path, batches: pa.RecordBatchReader) -> int:
    """One CSV file: UTF-8, a header, nulls empty, an empty text `""`, no live formula. Gives the number of rows."""
    count = 0
    with file.open("wb") as handle:
        for part in even(batches):
            frame = inert_frame(part)
            frame.write_csv(handle, include_header=count == 0, line_terminator="\r\n")
            count += frame.height
    return count


def inert_frame(part: pa.Table) -> pl.DataFrame:
    """Rows as a CSV shows them: texts guarded, lists as JSON."""
    frame = pl.from_arrow(part)
    assert isinstance(frame, pl.DataFrame)
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    frame = frame.with_columns(pl.Series(name, list_texts(frame[name].to_list()), pl.String) for name in lists)
    return frame.with_columns(pl.col(pl.String).str.replace(GUARDED_PATTERN, GUARD + "${0}"))


def list_texts(values: Iterable[list[object] | None]) -> list[str | None]:
    """Lists as JSON: `["harvest", "year"]`."""
    return [None if value is None else json.dumps(value, ensure_ascii=False, default=str) for value in values]
