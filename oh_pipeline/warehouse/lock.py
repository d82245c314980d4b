"""One run at a time: an advisory lock on a file in the home, with its holder written inside.

The kernel drops the lock with its process, so a killed run never blocks the next one; what it wrote about itself stays
and tells the next one which run ended without a word.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse.home import PRIVATE_FILE

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Holder:
    """Who holds the lock, or held it last and did not say goodbye."""

    pid: int
    started: str
    run_id: str

    @property
    def sentence(self) -> str:
        """For people: `process 123, since 2026-01-01T00:00:00+00:00`."""
        return f"process {self.pid}, since {self.started}"


def read_holder(file: Path) -> Holder | None:
    """What the lock file says; None where it is empty, absent or unreadable."""
    try:
        entry = json.loads(file.read_text(encoding="utf-8") or "null")
        return None if entry is None else Holder(int(entry["pid"]), str(entry["started"]), str(entry["run_id"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_held(file: Path) -> bool:
    """True while a living process holds the lock."""
    try:
        handle = os.open(file, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(handle)


def _try(file: Path) -> int | None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT, PRIVATE_FILE)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Somebody may have deleted the file between the two calls: then this lock guards nothing.
        if os.fstat(handle).st_ino == file.stat().st_ino:
            return handle
    except (BlockingIOError, FileNotFoundError):
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


@contextmanager
def run_lock(
    file: Path,
    *,
    run_id: str,
    wait_seconds: float | None = None,
    on_wait: Callable[[Holder | None], None] | None = None,
) -> Iterator[Holder | None]:
    """Hold the lock; gives the holder that was killed before, if any.

    `wait_seconds`: None waits for ever, 0 not at all. Raises Fault where the time is over.
    """
    deadline = None if wait_seconds is None else time.monotonic() + wait_seconds
    told = False
    while (handle := _try(file)) is None:
        holder = read_holder(file)
        if deadline is not None and time.monotonic() >= deadline:
            who = "" if holder is None else f" ({holder.sentence})"
            raise Fault(f"Another run is going on in this home{who}", "Wait until it has ended, then run again")
        if on_wait is not None and not told:
            on_wait(holder)
            told = True
        time.sleep(POLL_SECONDS)
    try:
        killed = read_holder(file)
        me = Holder(os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"), run_id)
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(asdict(me)).encode(), 0)
        yield killed
    finally:
        os.ftruncate(handle, 0)
        os.close(handle)
