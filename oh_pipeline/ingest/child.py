"""The parent's side of the reading process: starts it, hears what it tells, ends it.

It is started as soon as a run holds the lock, so that reading goes on while the orchestrator is still being loaded.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Self

from oh_pipeline.errors import Fault
from oh_pipeline.ingest.messages import Done, Failed, Message, Order, Sources, Step, from_line


class PassingFault(OSError):
    """The reading process met an error that may go away by itself."""


class Reading:
    """One reading process. `sources` and `done` wait for what they give."""

    def __init__(self, order: Order, *, debug: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "oh_pipeline.ingest.worker", json.dumps(asdict(order))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if debug else subprocess.DEVNULL,
            env={**os.environ, "POLARS_MAX_THREADS": str(order.threads), **({"OH_DEBUG": "1"} if debug else {})},
            text=True,
            encoding="utf-8",
        )
        self._sources: Sources | None = None
        self._done: Done | None = None

    def sources(self) -> Sources:
        """What lies in the raw folder. Raises Fault where the process failed before it could tell."""
        while self._sources is None:
            self._hear(next(self._messages()))
        return self._sources

    def done(self, progress: Callable[[str, int], None]) -> Done:
        """What was loaded. Raises Fault; PassingFault where another try may help."""
        while self._done is None:
            message = next(self._messages())
            self._hear(message)
            if isinstance(message, Step):
                progress(message.source_file, message.fragments)
        self._process.wait()
        return self._done

    def _messages(self) -> Iterator[Message]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield from_line(line)
        code = self._process.wait()
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise Fault(f"Reading the source files ended without a word ({how})", "Was memory short? Then run again")

    def _hear(self, message: Message) -> None:
        if isinstance(message, Failed):
            self.close()
            if message.passing:
                raise PassingFault(11, message.message)
            raise message.as_fault()
        if isinstance(message, Sources):
            self._sources = message
        elif isinstance(message, Done):
            self._done = message

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
