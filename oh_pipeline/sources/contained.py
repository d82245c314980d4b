"""The parent's side of the reading child: structured files read where they can do no harm.

A file that takes too long, too much memory or the child's life is a file that cannot be read; the next one gets a new
child. What it gives goes to a keeper (`kept`) while it is read.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from oh_pipeline.sources.kept import Keeper, Reading, Spool
from oh_pipeline.sources.patience import Patience
from oh_pipeline.sources.reader import SHORT_OF_MEMORY
from oh_pipeline.sources.records import Labels, Note

SECONDS = 8.0
"""A file may take so long, and as long again for every 16 MB above the first."""
_PER_SECOND, _FREE = 2 << 20, 16 << 20
_WORN = 256 << 20  # a child that has grown so far is replaced
_LARGE = 4 << 20  # a file of which the child is a new one from the start, so that none is read twice for long
_MOST_TOLD, _TOLD_PER_BYTE = 1 << 30, 16  # bytes that may come of a file: so many, and so many for each of its own
_LONGEST_LINE = 128 << 20
_GOODBYE = 2.0  # seconds that a child which has said its last may take to end
_MOST_SAID = 100_000  # notes and members of one file
_PIPE = 1 << 20
_COMMAND = (sys.executable, "-m", "oh_pipeline.sources.reader")
_TOO_MUCH = "it unfolds to far more than its size"
_BROKE_READER = "it broke the program that read it"


class Contained:
    """Reads files one after the other in a child process. `scratch` is a private folder for what is large."""

    def __init__(self, labels: Labels, scratch: Path) -> None:
        self._labels = labels
        self.scratch = scratch
        self._child: subprocess.Popen[bytes] | None = None

    def read(
        self,
        file: str,
        kind: str,
        encoding: str | None,
        size: int,
        target: str | None = None,
        keeper: Keeper | None = None,
    ) -> Reading:
        """Read one file, or unpack one into the folder `target`. Never raises for what the file is.

        A file that breaks the limits gives no record: how far it came is chance. What it told before, the keeper was told
        to forget.
        """
        limit = SECONDS + max(0, size - _FREE) / _PER_SECOND
        order = {"file": file, "format": kind, "encoding": encoding, "target": target, "seconds": limit}
        most = _MOST_TOLD + _TOLD_PER_BYTE * size
        if size > _LARGE:
            self.close()
        is_fresh = self._child is None
        keeper = keeper or Spool(self.scratch)
        reading = self._read(order, limit, most, keeper)
        if reading.broke_child and not is_fresh:
            reading = self._read(order, limit, most, keeper)
        reading.keeper = keeper
        return reading

    def _read(self, order: dict[str, Any], limit: float, most: int, keeper: Keeper) -> Reading:
        """Read it in the child as that is. What breaks the limits ends the child and leaves nothing behind."""
        try:
            self._send(order)
            return self._listen(keeper, limit, most)
        except _TooSlowError:
            reading = Reading(problem=f"reading it takes longer than {limit:.0f} seconds")
        except _TooMuchError:
            reading = Reading(problem=_TOO_MUCH)
        except _ShortOfMemoryError:
            reading = Reading(problem=SHORT_OF_MEMORY, broke_child=True)
        except (EOFError, BrokenPipeError):
            reading = Reading(problem=self._how_it_died(), broke_child=True)
        except _NoMessageError:
            reading = Reading(problem=_BROKE_READER, broke_child=True)
        except BaseException:
            self.close()  # what it still says is no answer to the next order
            raise
        keeper.forget()
        self.close()
        if order["target"]:
            for file in Path(order["target"]).iterdir():
                file.unlink()
        return reading

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            for stream in (self._child.stdin, self._child.stdout):
                if stream is not None:
                    with suppress(BrokenPipeError):
                        stream.close()
            self._child = None

    def __enter__(self) -> Contained:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, order: dict[str, Any]) -> None:
        if self._child is None:
            self._child = subprocess.Popen(
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None if os.environ.get("OH_DEBUG") else subprocess.DEVNULL,
                env={**os.environ, "MALLOC_ARENA_MAX": "2", "TMPDIR": str(self.scratch)},
            )
            assert self._child.stdout is not None
            with suppress(OSError, AttributeError):  # a system may allow less, or know no such thing
                fcntl.fcntl(self._child.stdout, fcntl.F_SETPIPE_SZ, _PIPE)
            self._write(self._labels.to_message())
        self._write(order)

    def _write(self, message: dict[str, Any]) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(message).encode() + b"\n")
        self._child.stdin.flush()

    def _listen(self, keeper: Keeper, limit: float, most: int) -> Reading:
        """Everything up to the end of the file. Raises what `_read` catches."""
        reading = Reading()
        for line in self._lines(limit, most, reading):
            if line.startswith(b'{"chunk"'):
                keeper.take(line)
                reading.has_records = True
            elif self._is_end(line, reading):
                return reading
        raise EOFError

    def _is_end(self, line: bytes, reading: Reading) -> bool:
        """Take what the child says besides records; whether it was the last of this file. Raises what `_read` catches."""
        try:
            message = orjson.loads(line)
            if "note" in message:
                rule, place, reason, text = message["note"]
                reading.notes.append(Note(rule, place, reason, text))
            elif "member" in message:
                name, file, problem = message["member"]
                reading.members.append((name, file, problem))
            else:
                self._end(reading, message["end"])
                return True
        except (ValueError, LookupError, TypeError):
            raise _NoMessageError from None
        if len(reading.notes) + len(reading.members) > _MOST_SAID:
            raise _TooMuchError
        return False

    def _end(self, reading: Reading, end: dict[str, Any]) -> None:
        if end["problem"]:
            reading.problem, reading.remedy, reading.place = end["problem"]
            if reading.problem == SHORT_OF_MEMORY:
                raise _ShortOfMemoryError
        reading.sha256 = end["sha256"]
        if end["size"] > _WORN:
            self.close()

    def _lines(self, limit: float, most: int, reading: Reading) -> Iterator[bytes]:
        """Lines from the child. Raises _TooSlowError, _TooMuchError, EOFError."""
        assert self._child is not None
        assert self._child.stdout is not None
        handle = self._child.stdout.fileno()
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        patience = Patience(self._child.pid, limit)
        pieces: list[bytes] = []
        held = 0
        while held <= _LONGEST_LINE and most >= 0:
            with patience.tried():
                ready = waiting.poll(patience.left * 1000)
            if not ready:
                if not patience.is_renewed(has_records=reading.has_records):
                    raise _TooSlowError
                continue
            piece = os.read(handle, _PIPE)
            if not piece:
                raise EOFError
            most -= len(piece)
            first, *others = piece.split(b"\n")
            pieces.append(first)
            held += len(first)
            for other in others:
                line = b"".join(pieces)
                pieces, held = [other], len(other)
                yield line
        raise _TooMuchError

    def _how_it_died(self) -> str:
        """Why the child says no more, once it has ended or been ended."""
        assert self._child is not None
        try:
            code = self._child.wait(_GOODBYE)
        except subprocess.TimeoutExpired:
            return _BROKE_READER
        if code == -signal.SIGABRT:  # what a library does that is refused memory
            return SHORT_OF_MEMORY
        return f"{_BROKE_READER} ({signal.Signals(-code).name if code < 0 else f'exit {code}'})"


class _TooSlowError(Exception):
    pass


class _TooMuchError(Exception):
    pass


class _NoMessageError(Exception):
    """What came up is no message."""


class _ShortOfMemoryError(Exception):
    pass
