"""Keys and encrypted copies for tests."""

from __future__ import annotations

import base64
import secrets
from contextlib import closing
from pathlib import Path

import duckdb

from oh_pipeline.warehouse.cipher import attach


def make_key(folder: Path, name: str = "key") -> Path:
    """A new key file, closed to others."""
    file = folder / name
    file.touch(mode=0o600)
    file.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n", encoding="ascii")
    return file


def copy_encrypted(file: Path, place: Path, key_file: Path) -> None:
    """All of a database in a new, encrypted file."""
    with closing(duckdb.connect(":memory:")) as connection:
        attach(connection, file, None, alias="plain", read_only=True)
        attach(connection, place, key_file, alias="sealed")
        connection.execute("copy from database plain to sealed")
