"""A scan of everything in a home but what people put there: raw bytes, and what lies packed, encoded or stored in them."""

from __future__ import annotations

import base64
import gzip
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import duckdb

DURABLE = ("raw", "forgotten")


def holders(root: Path, *words: str, spared: tuple[str, ...] = DURABLE) -> dict[str, str]:
    """Which files below a folder hold one of the words, in any case, and the first of them that each holds.

    What lies below the `spared` paths is not looked at.
    """
    found: dict[str, str] = {}
    for file in sorted(root.rglob("*")):
        place = file.relative_to(root).as_posix()
        if place.startswith(tuple(f"{each}/" for each in spared)) or file.is_symlink() or not file.is_file():
            continue
        for content in contents(file):
            for word in words:
                if holds(content, word):
                    found.setdefault(place, word)
    return found


def holds(content: bytes, word: str) -> bool:
    """Whether the bytes hold a word in any case, as UTF-8, UTF-16 or hex; or as it is in base64, wherever that begins."""
    low, folded = content.lower(), word.lower()
    plain = (folded.encode(), folded.encode("utf-16-le"), folded.encode("utf-16-be"), folded.encode().hex().encode())
    if any(each in low for each in plain):
        return True
    for begun in range(3):  # without the digits that depend on what stands before and behind
        digits = base64.b64encode(b"\0" * begun + word.encode()).rstrip(b"=")
        if len(digits) > 12 and digits[-(-begun * 8 // 6) : -1] in content:
            return True
    return False


def contents(file: Path) -> Iterator[bytes]:
    """A file's name and bytes, and those of what it packs; of a database also what its tables tell."""
    yield file.name.encode()
    data = file.read_bytes()
    yield from unpacked(data)
    if data[8:12] == b"DUCK":
        with closing(duckdb.connect(file, read_only=True)) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() union all "
                "select schema_name, view_name from duckdb_views() where not internal"
            ).fetchall()
            for schema, table in tables:
                rows = connection.execute(f'select * from "{schema}"."{table}"').fetchall()
                yield repr(rows).encode()
    if data.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as history:
            yield "\n".join(history.iterdump()).encode()
            for (table,) in history.execute("select name from sqlite_master where type = 'table'").fetchall():
                for row in history.execute(f'select * from "{table}"'):
                    for value in row:
                        if isinstance(value, bytes):
                            yield from unpacked(value)


def unpacked(data: bytes) -> Iterator[bytes]:
    """The bytes, and those of everything that they pack, to any depth."""
    yield data
    if data.startswith(b"PK"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name))
    if data[:1] == b"\x78":
        with suppress(zlib.error):
            yield from unpacked(zlib.decompress(data))
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError):
            yield from unpacked(gzip.decompress(data))
