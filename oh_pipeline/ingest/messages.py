"""What the reading process is ordered and what it tells: counts and names, never a cell value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from oh_pipeline.helper import Message


@dataclass(frozen=True)
class Order:
    """What is to be read, and where to.

    `previous` is the published file that the build is compared with, `forgotten` the folder of tombstones, `key_file`
    the key of an encrypted warehouse.
    """

    raw: str
    codebook: str
    build_id: str
    build_file: str
    memory_limit: str
    threads: int
    previous: str | None = None
    forgotten: str | None = None
    key_file: str | None = None


@dataclass(frozen=True)
class Sources:
    """What lies in the raw folder."""

    files: int
    unreadable: int
    bytes: int
    source_hash: str


@dataclass(frozen=True)
class Step:
    """How far the reading is: fragments so far, and in which file."""

    source_file: str
    fragments: int


@dataclass(frozen=True)
class Done:
    """The raw tables are loaded: rows by table, records by file, rows checked and failures by table and check.

    `compared` says for people what the build is compared with; `is_uncompared` that the published one could not be read.
    """

    rows: dict[str, int]
    accepted: dict[str, int]
    quarantined: dict[str, int]
    found: dict[str, int]
    checked: dict[str, int]
    failures: dict[str, dict[str, int]]
    compared: str
    is_uncompared: bool


Told = Sources | Step | Done
_KINDS: dict[str, type[Told]] = {kind.__name__: kind for kind in (Sources, Step, Done)}


def to_message(told: Told) -> Message:
    """With the name of its kind."""
    return {"kind": type(told).__name__, **asdict(told)}


def from_message(message: Message) -> Told:
    """What was told."""
    content: dict[str, Any] = dict(message)
    return _KINDS[content.pop("kind")](**content)
