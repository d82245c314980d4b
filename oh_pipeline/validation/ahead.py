"""Batches of a file that is still being read: examined beside the reading, held until it is known whether they count.

What a file gave that broke its limits does not count, and that shows at its end. So nothing is handed on before; but
only the handing on waits, not the work. Little is held in memory, more in private files without a name.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import IO, Any

import orjson
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.examine import Examined, examine
from oh_pipeline.validation.gathered import Gathered, Size
from oh_pipeline.validation.tombstones import NONE, Tombstones

_HELD = 64 << 20  # bytes of one file's rows in memory
_NOTHING = Size()
_WORKERS = 2  # the rules take longer than the reading: one would be left behind
_UNDER_WAY = 2  # batches handed to the workers and not yet examined


class Ahead:
    """Takes the chunks of the file at `position` as they are read. A `Keeper`; used as a context.

    `chunks` are those that do not fill a batch, `number` the records of the others.
    """

    def __init__(
        self,
        position: int,
        files: Sequence[SourceFile],
        codebook: Codebook,
        scratch: Path,
        gone: Tombstones = NONE,
    ) -> None:
        self._position = position
        self._files = files
        self._codebook = codebook
        self._scratch = scratch
        self._gone = gone
        self._workers: ThreadPoolExecutor | None = None
        self._batches: deque[Future[_Held]] = deque()
        self._in_memory = 0
        self._counting = Lock()
        self._size = _NOTHING
        self.chunks: list[dict[str, Any]] = []
        self.number = 0

    def take(self, line: bytes) -> None:
        """The next chunk. Waits where the rules do not keep up with the reader."""
        chunk = orjson.loads(line)["chunk"]
        self.chunks.append(chunk)
        self._size = self._size.and_of(chunk)
        if self._size.is_batch:
            self._hand_over()

    def forget(self) -> None:
        """Nothing so far counts."""
        if self._workers is not None:
            self._workers.shutdown(cancel_futures=True)
            self._workers = None
        while self._batches:
            batch = self._batches.popleft()
            if not batch.cancelled() and batch.exception() is None:
                batch.result().close()
        self._in_memory = 0
        self._size = _NOTHING
        self.chunks, self.number = [], 0

    def batches(self) -> Iterator[Callable[[], Examined]]:
        """All of them counts: the batches in their order, each to be taken once."""
        while self._batches:
            batch = self._batches.popleft()
            yield lambda batch=batch: batch.result().taken()  # type: ignore[misc]

    def __enter__(self) -> Ahead:
        return self

    def __exit__(self, *_: object) -> None:
        if self._batches:
            self.forget()
        elif self._workers is not None:
            self._workers.shutdown(wait=False)

    def _hand_over(self) -> None:
        chunks, number, records = self.chunks, self.number, self._size.records
        self.chunks, self.number, self._size = [], number + records, _NOTHING
        if self._workers is None:
            self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="ahead")
        under_way = [batch for batch in self._batches if not batch.done()]
        if len(under_way) >= _UNDER_WAY:
            under_way[0].result()
        self._batches.append(self._workers.submit(self._examined, chunks, number))
        if _cores() == 1:  # the reader would only be slowed down, and its time counts
            self._batches[-1].result()

    def _examined(self, chunks: list[dict[str, Any]], number: int) -> _Held:
        gathered = Gathered()
        while chunks:
            number = gathered.add(chunks.pop(0), self._position, number)
        examined = examine(gathered.batch(), self._files, self._codebook, self._gone)
        size = sum(int(frame.estimated_size()) for frame in examined.frames.values())
        with self._counting:
            is_held = self._in_memory + size <= _HELD
            self._in_memory += size if is_held else 0
        return _Held(examined, None if is_held else self._scratch)


class _Held:
    """What came of a batch, its rows in a file where a folder is given."""

    def __init__(self, examined: Examined, scratch: Path | None = None) -> None:
        self._examined = examined
        self._files: dict[str, IO[bytes]] = {}
        if scratch is not None:
            for table, frame in examined.frames.items():
                self._files[table] = file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - closed when taken
                frame.write_ipc_stream(file)
            self._examined = replace(examined, frames={})

    def taken(self) -> Examined:
        """As it was."""
        if not self._files:
            return self._examined
        frames = {}
        for table, file in self._files.items():
            file.seek(0)
            frames[table] = pl.read_ipc_stream(file)
        self.close()
        return replace(self._examined, frames=frames)

    def close(self) -> None:
        """It is no longer wanted."""
        for file in self._files.values():
            file.close()


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        return os.cpu_count() or 1
