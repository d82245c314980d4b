"""The tables of a published edition as files for other programs, with the data dictionary beside them.

One build, one order of rows, equal bytes each time. What a file of each kind looks like is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from oh_pipeline.delivery import dictionary
from oh_pipeline.delivery.aside import folder_aside, write_list
from oh_pipeline.delivery.dictionary import Table
from oh_pipeline.delivery.export_pages import write_dictionary, write_page
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.reader import open_edition

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 16_384
_KEYS = """
    select schema_name, table_name, constraint_column_names
    from duckdb_constraints()
    where constraint_type = 'PRIMARY KEY' and database_name = current_database()
"""
Watch = Callable[[str, int], None]
"""Is told the name of a table that is written, and how many are."""


@dataclass(frozen=True)
class Order:
    """What is wanted: `edition` restricted or open, `form` parquet, csv or xlsx, into the folder `target`."""

    edition: str
    form: str
    target: Path
    memory_limit: str


@dataclass
class Exported:
    """What was written: rows of each table, and the names of its files or sheets."""

    build_id: str
    rows: dict[str, int] = field(default_factory=dict)
    places: dict[str, list[str]] = field(default_factory=dict)


class Writer(Protocol):
    """Takes tables one after the other; gives the number of rows and where they lie."""

    def add(self, table: Table, name: str, batches: pa.RecordBatchReader) -> tuple[int, list[str]]:
        """Write one table under a name of its own."""


def export(home: Home, order: Order, watch: Watch) -> Exported:
    """Write the folder. Raises UsageFault for a place that cannot be used or an edition that is not there, Fault else."""
    home.require()
    _require_outside(home, order.target)
    link = home.link(order.edition)
    if not link.exists():
        raise UsageFault("Nothing is published in this home yet", "Run `oh run` first")
    with (
        folder_aside(order.target, is_public=order.edition == "open") as aside,
        guarded("Exporting"),
        open_edition(link, home.key_file, spill=aside.spill, memory_limit=order.memory_limit) as connection,
    ):
        tables = dictionary.read_tables(
            connection.execute(dictionary.COMMENTS, [list(dictionary.SCHEMAS[order.edition])]).fetchall()
        )
        if not tables:
            raise Fault("The edition holds no table", "Run `oh run`")
        keys = {(schema, name): columns for schema, name, columns in connection.execute(_KEYS).fetchall()}
        row = connection.execute("select build_id from meta_builds").fetchone()
        done = Exported(str(row[0]) if row else "")
        told = {"edition": order.edition, "build_id": done.build_id, "format": order.form}
        with _writer(order.form, aside.made, tables, told) as writer:
            for number, (table, name) in enumerate(zip(tables, own_names(tables), strict=True), start=1):
                order_by = ", ".join(f'"{column}"' for column in keys.get((table.schema, table.name), ())) or "all"
                query = f'select * from "{table.schema}"."{table.name}" order by {order_by}'  # noqa: S608
                batches = connection.execute(query).to_arrow_reader(_BATCH)
                done.rows[name], done.places[name] = writer.add(table, name, batches)
                watch(name, number)
        write_page(aside.made, tables, told, done.rows, done.places)
        write_list(aside.made, {**told, "rows": done.rows})
    return done


def own_names(tables: Sequence[Table]) -> list[str]:
    """What each table is called outside: by its name, by its schema too where two share it."""
    names = [table.name for table in tables]
    return [t.name if names.count(t.name) == 1 or t.schema == "main" else f"{t.schema}.{t.name}" for t in tables]


@contextmanager
def _writer(form: str, folder: Path, tables: Sequence[Table], told: Mapping[str, str]) -> Iterator[Writer]:
    if form == "xlsx":
        from oh_pipeline.delivery.export_workbook import tables_workbook

        with tables_workbook(folder / "outcomes.xlsx", tables, told) as book:
            yield book
    else:
        yield _Files(folder, form, told)
        write_dictionary(folder, tables)


@dataclass(frozen=True)
class _Files:
    folder: Path
    form: str
    told: Mapping[str, Any]

    def add(self, table: Table, name: str, batches: pa.RecordBatchReader) -> tuple[int, list[str]]:
        """A file a table."""
        from oh_pipeline.delivery.export_files import write_csv, write_parquet

        file = self.folder / f"{name}.{self.form}"
        if self.form == "csv":
            return write_csv(file, batches), [file.name]
        return write_parquet(file, table, batches, self.told), [file.name]


def _require_outside(home: Home, target: Path) -> None:
    """What lies in the home's own folders is read, published or removed by runs."""
    own = ("raw", "forgotten", "warehouse", "returns", "reports", "cache", "dagster")
    place = target.resolve()
    if any(place.is_relative_to((home.root / name).resolve()) for name in own) or place == home.root.resolve():
        raise UsageFault("The export would lie among the home's own files", "Name a folder outside of them")
