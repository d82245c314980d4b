"""The build in the making: a new file in a private folder, its raw tables, and how they are filled.

The tables are created as they are declared, so a type or a null that they rule out cannot be stored. What the
values mean is decided elsewhere.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl
from polars._typing import PolarsDataType

from oh_pipeline.validation.tables import TABLES
from oh_pipeline.warehouse.cipher import Settings, attach, opened
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import PRIVATE, PRIVATE_FILE, Home, make_folder

BUILD_NAME = "outcomes.duckdb"
ROW_GROUP = 16_384
_STAMP = "%Y%m%dT%H%M%SZ"
_SCALARS: dict[object, str] = {
    pl.String: "varchar",
    pl.Boolean: "boolean",
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.Float64: "double",
    pl.Date: "date",
    pl.Datetime: "timestamp",
}


@dataclass
class Loaded:
    """Rows by raw table, and by source file where conservation is audited; counted apart from the database."""

    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    accepted: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)

    def count(self, table: str, frame: pl.DataFrame) -> None:
        """Add one frame."""
        self.rows[table] += frame.height
        if table == "source_files":
            self.found.update(frame.select("source_file", "found").iter_rows())
        elif table in ("fragments", "substantiations", "quarantine"):
            if table == "substantiations":  # a row that tells an outcome too is counted as that
                frame = frame.filter(~pl.col("is_in_outcome"))
            into = self.quarantined if table == "quarantine" else self.accepted
            for name, height in frame.group_by("source_file").len().iter_rows():
                into[name] = into.get(name, 0) + height


@dataclass(frozen=True)
class Build:
    """One run's warehouse before it is published."""

    build_id: str
    file: Path
    memory_limit: str
    threads: int
    key_file: Path | None = None

    def connect(self, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
        """A connection that spills beside the build and downloads no extension."""
        connection = opened(self.file, self.key_file, self.engine_settings, read_only=read_only)
        self.file.chmod(PRIVATE_FILE)
        return connection

    def _connect_to_load(self) -> duckdb.DuckDBPyConnection:
        """A connection that makes tables of small row groups.

        A full row group is compressed and written while the next is read, where a large one waits for the commit; and one
        row group is what one thread scans. Only an attached file takes the option.
        """
        # One thread: a second one only waits for the next small batch, and costs as much as the first while it does.
        connection = duckdb.connect(":memory:", config={**self.engine_settings, "threads": 1})
        attach(connection, self.file, self.key_file, alias="build", options={"row_group_size": ROW_GROUP})
        self.file.chmod(PRIVATE_FILE)
        connection.execute("use build")
        return connection

    @property
    def engine_settings(self) -> Settings:
        """Settings of every connection to the build; the same file must be opened with the same ones."""
        return {
            "memory_limit": self.memory_limit,
            "threads": self.threads,
            "temp_directory": str(self.file.parent / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }

    def load(
        self,
        frames: Iterable[Mapping[str, pl.DataFrame]],
        look_at: Callable[[str, pl.DataFrame], None] | None = None,
    ) -> Loaded:
        """Create the raw tables and append every frame, all in one transaction. `look_at` sees each frame first."""
        loaded = Loaded()
        with closing(self._connect_to_load()) as connection:
            connection.begin()
            for statement in table_statements():
                connection.execute(statement)
            for batch in frames:
                for table, frame in batch.items():
                    if frame.is_empty():
                        continue
                    if look_at is not None:
                        look_at(table, frame)
                    with guarded(f"Loading raw.{table}"):
                        _append(connection, table, frame)
                    loaded.count(table, frame)
            with guarded("Loading the raw tables"):
                connection.commit()
        return loaded


def _append(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    # In the oldest layout, which copies texts: buffers of the newest may lie unaligned, and Arrow warns that this may crash.
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"insert into raw.{table} ({columns}) select {columns} from incoming")  # noqa: S608
    connection.unregister("incoming")


def new_build_id(now: datetime | None = None, after: str | None = None) -> str:
    """A name that sorts by time: `20260131T235959Z-1a2b3c4d`; behind that of `after`, whatever the clock says."""
    moment = now or datetime.now(UTC)
    if after is not None and re.match(r"[0-9]{8}T[0-9]{6}Z-", after):
        moment = max(moment, datetime.strptime(after[:16], _STAMP).replace(tzinfo=UTC) + timedelta(seconds=1))
    return f"{moment:{_STAMP}}-{secrets.token_hex(4)}"


def begin_build(home: Home, build_id: str, memory_limit: str, threads: int) -> Build:
    """An empty private folder for the build; leftovers are gone. Only under the lock."""
    with guarded("Making room for the build"):
        home.clear_building()
        make_folder(home.building / "spill", PRIVATE)
    return Build(build_id, home.building / BUILD_NAME, memory_limit, threads, home.key_file)


def code_version() -> str:
    """Version of this package."""
    return version("oh-pipeline")


def builds_frame(
    build_id: str,
    codebook_hash: str,
    source_hash: str,
    previous_build_id: str | None = None,
    now: datetime | None = None,
    tombstones: str | None = None,
) -> pl.DataFrame:
    """The one row of raw.builds."""
    row = {
        "build_id": build_id,
        "built_at": (now or datetime.now(UTC)).replace(tzinfo=None),
        "code_version": code_version(),
        "codebook_hash": codebook_hash,
        "source_hash": source_hash,
        "previous_build_id": previous_build_id,
        "tombstones": tombstones,
    }
    nullable = {"previous_build_id": pl.String, "tombstones": pl.String}
    return pl.DataFrame([row], schema_overrides={"built_at": pl.Datetime("us"), **nullable})


def engine_type(dtype: PolarsDataType) -> str:
    """The engine's name of a polars type. Raises KeyError for one that no raw table may have."""
    if isinstance(dtype, pl.List):
        return f"{engine_type(dtype.inner)}[]"
    return _SCALARS[dtype.base_type()]


def table_statements() -> list[str]:
    """Statements that create schema `raw`, its tables and their comments, as they are declared."""
    statements = ["create schema raw"]
    for table, declared in TABLES.items():
        columns = ", ".join(
            f'"{name}" {engine_type(column.type)}{"" if column.nullable else " not null"}'
            for name, column in declared.columns.items()
        )
        statements.append(f"create table raw.{table} ({columns})")
        statements.append(f"comment on table raw.{table} is {_quoted((declared.__doc__ or '').strip())}")
        statements.extend(
            f'comment on column raw.{table}."{name}" is {_quoted(column.description)}'
            for name, column in declared.columns.items()
        )
    return statements


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
