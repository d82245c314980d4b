"""What one file gave: kept while it is read, and counted when the file is done: never half of what chance let through."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

import orjson

from oh_pipeline.sources.records import Note

_HELD = 32 << 20  # bytes of one file's records in memory; more goes to a private file


class Keeper(Protocol):
    """Takes what a file gives while it is read. What counts is known when it has been read."""

    def take(self, line: bytes) -> None:
        """A chunk of records, as JSON; the file's time stands still meanwhile."""

    def forget(self) -> None:
        """Nothing so far counts: the file is read again, or not at all."""


class Spool:
    """A keeper that keeps chunks until they are asked for, in memory or, if they are large, in a private file."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._kept: IO[bytes] | None = None

    def take(self, line: bytes) -> None:
        """One more."""
        if self._kept is None:
            self._kept = tempfile.SpooledTemporaryFile(_HELD, dir=str(self._scratch))  # noqa: SIM115 - goes when it is taken
        self._kept.write(line)
        self._kept.write(b"\n")

    def forget(self) -> None:
        """All of them."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def chunks(self) -> Iterator[dict[str, Any]]:
        """All of them, once."""
        kept, self._kept = self._kept, None
        if kept is not None:
            with kept:
                kept.seek(0)
                for line in kept:
                    yield orjson.loads(line)["chunk"]


@dataclass
class Reading:
    """What one file gave: records to be taken once, findings about the file, and why (the rest of) it was not read."""

    notes: list[Note] = field(default_factory=list)
    members: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    problem: str | None = None
    remedy: str = ""
    place: str | None = None
    sha256: str | None = None
    """Of the file when it had been read."""
    has_records: bool = False
    broke_child: bool = False
    """The child died of it or ran out of memory, which may be the work of the files that it read before."""
    keeper: Keeper | None = field(default=None, repr=False)

    def chunks(self) -> Iterator[dict[str, Any]]:
        """The records, some thousand at a time, where they were left to a spool."""
        if isinstance(self.keeper, Spool):
            yield from self.keeper.chunks()

    def drop(self) -> None:
        """Forget the records."""
        if self.keeper is not None:
            self.keeper.forget()
