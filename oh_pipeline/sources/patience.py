"""How long the reading child may take over one file: a limit, but how busy a machine is must not tell what a file holds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGER = 2  # times as long
_STARVED = 10  # times as long, for a child that got less of a processor than such a part of its time


class Patience:
    """Of one that waits for a child, `limit` seconds of which every one counts that is spent waiting.

    Once there are records, what is done with them may take the processor away from the child: then it has longer. So
    has one that stood ready and hardly had a processor at all.
    """

    def __init__(self, child: int, limit: float) -> None:
        self._child = child
        self._limit = self._bound = limit
        self._waited = 0.0
        self._used, self._ready = _used(child), _stood_ready(child)

    @property
    def left(self) -> float:
        """Seconds that it may still take."""
        return max(0.0, self._bound - self._waited)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """What goes on meanwhile is waiting."""
        begin = time.monotonic()
        try:
            yield
        finally:
            self._waited += time.monotonic() - begin

    def is_renewed(self, *, has_records: bool) -> bool:
        """Whether there is more of it, when there is none left."""
        used, ready = _used(self._child) - self._used, _stood_ready(self._child) - self._ready
        if used < self._limit / _STARVED and ready > self._bound / 2 and self._bound < self._limit * _STARVED:
            self._bound += self._limit
            return True
        if has_records and used < self._limit and self._bound < self._limit * _LONGER:
            self._bound = self._limit * _LONGER
            return True
        return False


def _used(child: int) -> float:
    """Seconds of a processor that the child has had; none of it is known where the system does not tell."""
    try:
        return time.clock_gettime((~child << 3) | 2)  # as pthread_getcpuclockid makes it, of a process
    except OSError:
        return float("inf")


def _stood_ready(child: int) -> float:
    """Seconds that the child could have worked and had no processor; none where the system does not tell."""
    try:
        told = Path(f"/proc/{child}/schedstat").read_bytes()
        return int(told.split()[1]) / 1e9
    except (OSError, LookupError, ValueError):
        return 0.0
