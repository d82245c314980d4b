"""The parent's side of the reading process: what it is ordered to read, and what it has told so far.

It is started as soon as a run holds the lock, so that reading goes on while the orchestrator is still being loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from oh_pipeline.helper import Helper
from oh_pipeline.ingest.messages import Done, Order, Sources, Step, from_message


class Reading:
    """One reading process. `sources` and `done` wait for what they give."""

    def __init__(self, order: Order, *, debug: bool = False) -> None:
        self._helper = Helper(
            "oh_pipeline.ingest.worker",
            "Reading the source files",
            debug=debug,
            env={"POLARS_MAX_THREADS": str(order.threads)},
        )
        self._helper.order(asdict(order))
        self._messages = map(from_message, self._helper.messages())
        self._sources: Sources | None = None

    def sources(self) -> Sources:
        """What lies in the raw folder. Raises Fault where the process failed before it could tell."""
        while self._sources is None:
            message = next(self._messages)
            if isinstance(message, Sources):
                self._sources = message
        return self._sources

    def done(self, progress: Callable[[str, int], None]) -> Done:
        """What was loaded. Raises Fault; PassingFault where another try may help."""
        for message in self._messages:
            if isinstance(message, Step):
                progress(message.source_file, message.fragments)
            elif isinstance(message, Done):
                return message
        raise AssertionError("messages end with an error")

    def close(self) -> None:
        """End the process, whatever it does."""
        self._helper.close()
