"""A reader's connection to a published edition: one query, nothing but the edition's own tables.

No file, network or attach access, no setting, no extension. Imports nothing heavy: `oh sql` starts at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.cipher import Settings, attach, is_encrypted

CONFIG: Settings = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_unsigned_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "python_scan_all_frames": False,
    "temp_directory": "",
    "memory_limit": "1GB",
    "lock_configuration": True,
}
_LAST = ("enable_external_access", "lock_configuration")  # with either, no file can be attached any more
# What these say is of the query and of the names of tables; any other error may quote a value that the query met.
_QUOTE_NO_VALUE = (
    duckdb.ParserException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.PermissionException,
    duckdb.OutOfMemoryException,
)
_ALLOWED = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}


@dataclass(frozen=True)
class Answer:
    """Columns and rows of one query."""

    columns: list[str]
    types: list[str]
    rows: list[tuple[object, ...]]


@contextmanager
def open_edition(
    link: Path, key_file: Path | None = None, *, spill: Path | None = None, memory_limit: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A hardened, read-only connection to the build that the link names now. Raises UsageFault without one.

    What does not fit into memory goes to the folder `spill`, and nowhere without one. An encrypted build is opened with the
    key in `key_file`, and its spill is encrypted.
    """
    room = {"temp_directory": str(spill)} if spill is not None else {}
    room |= {"memory_limit": memory_limit} if memory_limit is not None else {}
    try:
        file = link.resolve(strict=True)
    except PermissionError:
        raise UsageFault("The edition is closed to this user", "Ask as the user who runs `oh run`") from None
    except OSError:
        raise UsageFault("Nothing is published in this home yet", "Run `oh run` first") from None
    try:
        if is_encrypted(file):
            connection = _unlocked(file, key_file, {**CONFIG, **room}, spills=spill is not None)
        else:
            connection = duckdb.connect(file, read_only=True, config={**CONFIG, **room})
    except duckdb.Error as error:
        raise Fault(f"The published warehouse cannot be opened: {type(error).__name__}", "Run `oh run`") from None
    try:
        yield connection
    finally:
        connection.close()


def _unlocked(file: Path, key_file: Path | None, config: Settings, *, spills: bool) -> duckdb.DuckDBPyConnection:
    """The same for an encrypted file: nothing but attaching it comes before the doors are shut."""
    connection = duckdb.connect(":memory:", config={name: config[name] for name in config if name not in _LAST})
    try:
        attach(connection, file, key_file, read_only=True, spills=spills)
        connection.execute("use outcomes")
        connection.execute("detach memory")
        for name in _LAST:
            connection.execute(f"set {name} = {str(config[name]).lower()}")
    except BaseException:
        connection.close()
        raise
    return connection


def ask(link: Path, query: str, key_file: Path | None = None) -> Answer:
    """Run exactly one reading statement. Raises UsageFault: what is wrong with the query, without a value."""
    with open_edition(link, key_file) as connection:
        try:
            statements = connection.extract_statements(query)
            if len(statements) != 1:
                raise UsageFault("Exactly one statement, please", "Leave out all but one")
            if statements[0].type not in _ALLOWED:
                raise UsageFault("Only queries that read are allowed", "Begin with select, with, describe or explain")
            cursor = connection.execute(statements[0])
            described = cursor.description or []
            return Answer([str(c[0]) for c in described], [str(c[1]) for c in described], cursor.fetchall())
        except duckdb.Error as error:
            fault = _wrong_query(error)
        raise fault


def _wrong_query(error: duckdb.Error) -> UsageFault:
    if isinstance(error, _QUOTE_NO_VALUE):
        return UsageFault(f"The query failed: {' '.join(str(error).split())}")
    return UsageFault(
        f"The query failed on a value that it met ({type(error).__name__})",
        "The value is not told here; where one does not fit a type, try_cast gives null",
    )
