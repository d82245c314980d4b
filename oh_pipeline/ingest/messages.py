"""What the reading process tells the one that started it: counts, names and faults as JSON lines, never a cell value."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from oh_pipeline.errors import Fault, UsageFault


@dataclass(frozen=True)
class Order:
    """What is to be read, and where to."""

    raw: str
    codebook: str
    build_id: str
    build_file: str
    memory_limit: str
    threads: int


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
    """The raw tables are loaded: rows by table, fragments by file, rows checked and failures by table and check."""

    rows: dict[str, int]
    fragments: dict[str, int]
    quarantined: dict[str, int]
    found: dict[str, int]
    checked: dict[str, int]
    failures: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Failed:
    """A fault, and whether trying again may help."""

    message: str
    remedy: str | None
    exit_code: int
    passing: bool

    def as_fault(self) -> Fault:
        """The fault as it was raised."""
        kind = UsageFault if self.exit_code == UsageFault.exit_code else Fault
        return kind(self.message, self.remedy)


Message = Sources | Step | Done | Failed
_KINDS: dict[str, type[Message]] = {kind.__name__: kind for kind in (Sources, Step, Done, Failed)}


def to_line(message: Message) -> str:
    """One line of JSON."""
    return json.dumps({"kind": type(message).__name__, **asdict(message)})


def from_line(line: str) -> Message:
    """The message of a line."""
    content = json.loads(line)
    return _KINDS[content.pop("kind")](**content)
