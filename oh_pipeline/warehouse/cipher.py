"""Encryption at rest: the key of a restricted edition, and how an encrypted file is opened.

DuckDB encrypts a file, its write-ahead log and what it spills with AES-256 (GCM). To write so it takes OpenSSL from its
extension httpfs, which is loaded from the installed package and never downloaded; to read, what is built in will do.
The key is read from its file by each process that needs it: it is in no argument, no environment and no message.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import duckdb

from oh_pipeline.errors import Fault, UsageFault

SETTING = "OH_WAREHOUSE_KEY_FILE"
_KEY_BYTES = 32
_MAKE = (
    f"Make one: `openssl rand -base64 {_KEY_BYTES} > FILE; chmod 600 FILE`. Without it nobody can read the warehouse"
)
_PACKAGE, _EXTENSION = "duckdb_extension_httpfs", "httpfs.duckdb_extension"
_MAGIC, _MAGIC_AT, _FLAGS_AT = b"DUCK", 8, 20
Settings = dict[str, str | bool | int | float | list[str]]


def is_encrypted(file: Path) -> bool:
    """Whether a database file is encrypted, as its first bytes say; False for one that is no database."""
    try:
        with file.open("rb") as opened:
            head = opened.read(_FLAGS_AT + 1)
    except OSError:
        return False
    return len(head) > _FLAGS_AT and head[_MAGIC_AT:].startswith(_MAGIC) and bool(head[_FLAGS_AT] & 1)


def read_key(file: Path) -> str:
    """The key in `file`: 32 bytes in base64, closed to group and others. Raises UsageFault."""
    try:
        with file.open(encoding="ascii") as opened:
            mode, text = os.fstat(opened.fileno()).st_mode, opened.read(1_000).strip()
    except (OSError, UnicodeError) as error:
        words = error.strerror if isinstance(error, OSError) and error.strerror else "no text"
        raise UsageFault(f"The key file of {SETTING} cannot be read ({words})", _MAKE) from None
    if stat.S_IMODE(mode) & 0o077:
        raise UsageFault(f"The key file of {SETTING} is open to others", "Close it: chmod 600")
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise UsageFault(f"The key file of {SETTING} holds no key of {_KEY_BYTES} bytes in base64", _MAKE)
    return base64.b64encode(key).decode()


def extension_file() -> Path:
    """The extension of the installed engine's own version. Raises UsageFault where it is missing."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        file = Path(folder, "extensions", f"v{duckdb.__version__}", _EXTENSION)
        if file.is_file():
            return file
    raise UsageFault(
        f"The extension httpfs of DuckDB {duckdb.__version__} is missing, without which nothing can be encrypted",
        "Install the pinned packages anew: rm -r .venv; make run",
    )


def require_usable(published: Path, key_file: Path | None) -> None:
    """Before a run does anything: the key is one, can be written with, and is that of what is published.

    Raises UsageFault; also where an encrypted edition is published and no key is given, because the next one would lie open.
    """
    if key_file is not None:
        read_key(key_file)
        extension_file()
    if published.exists() and is_encrypted(published.resolve()):
        with closing(duckdb.connect(":memory:", config={"temp_directory": ""})) as connection:
            attach(connection, published.resolve(), key_file, read_only=True, spills=False)


def attach(
    connection: duckdb.DuckDBPyConnection,
    file: Path,
    key_file: Path | None,
    *,
    alias: str = "outcomes",
    read_only: bool = False,
    spills: bool = True,
    options: Mapping[str, int] | None = None,
) -> None:
    """Attach a file, new or not; encrypted where a key is given, but for one that was written without. Raises Fault.

    Where a key is given, a connection that `spills` or writes encrypts what it spills.
    """
    wanted = [f"{name} {value}" for name, value in (options or {}).items()] + (["read_only"] if read_only else [])
    is_sealed = is_encrypted(file)
    if is_sealed and key_file is None:
        raise UsageFault("The restricted edition is encrypted", f"Name the file with its key in {SETTING}")
    if key_file is not None and (spills or not read_only):
        _encrypt_spill(connection)
    if key_file is not None and (is_sealed or not file.exists()):
        wanted.append(f"encryption_key '{read_key(key_file)}'")
    place = str(file).replace("'", "''")
    chosen = f" ({', '.join(wanted)})" if wanted else ""
    try:
        connection.execute(f"attach '{place}' as {alias}{chosen}")
    except duckdb.InvalidInputException:
        raise UsageFault(
            "The key is not that of the published restricted edition",
            f"Name the right file in {SETTING}. To change the key, move warehouse/restricted elsewhere and run again",
        ) from None
    except duckdb.Error as error:
        raise Fault(f"The warehouse cannot be opened: {type(error).__name__}", "Run `oh run`") from None


def opened(
    file: Path, key_file: Path | None, settings: Settings, *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """A connection whose one database is the file, encrypted or not. Raises Fault."""
    if key_file is None or (file.exists() and not is_encrypted(file)):
        return duckdb.connect(file, read_only=read_only, config=settings)
    connection = duckdb.connect(":memory:", config=settings)
    try:
        attach(connection, file, key_file, read_only=read_only)
        connection.execute("use outcomes")
        connection.execute("detach memory")
    except BaseException:
        connection.close()
        raise
    return connection


def _encrypt_spill(connection: duckdb.DuckDBPyConnection) -> None:
    place = str(extension_file()).replace("'", "''")
    try:
        connection.execute(f"load '{place}'")
        connection.execute("set temp_file_encryption = true")
    except duckdb.Error as error:
        raise Fault(
            f"The extension httpfs cannot be loaded: {type(error).__name__}",
            "Install the pinned packages anew: rm -r .venv; make run",
        ) from None
