"""A scan of everything in a home but what people put there: raw bytes, and what lies packed or stored in them."""

from __future__ import annotations

import gzip
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import duckdb

DURABLE = ("raw", "forgotten")


def holders(root: Path, *words: str) -> dict[str, str]:
    """Which files below a home hold one of the words, in any case, and the first of them that each holds."""
    found: dict[str, str] = {}
    for file in sorted(root.rglob("*")):
        place = file.relative_to(root)
        if place.parts[0] in DURABLE or file.is_symlink() or not file.is_file():
            continue
        for content in _contents(file):
            low = content.lower()
            for word in words:
                folded = word.lower()
                if folded.encode() in low or folded.encode("utf-16-le") in low:
                    found.setdefault(place.as_posix(), word)
    return found


def _contents(file: Path) -> Iterator[bytes]:
    yield file.name.encode()
    data = file.read_bytes()
    yield from _unpacked(data)
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


def _unpacked(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"PK"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _unpacked(archive.read(name))
    if data.startswith(b"\x1f\x8b"):
        with suppress(OSError):
            yield from _unpacked(gzip.decompress(data))
