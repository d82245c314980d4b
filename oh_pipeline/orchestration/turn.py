"""A run's turn in its home: it has the lock. Imports little, so that a run which shall not wait ends at once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from oh_pipeline.private import keep_private
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.lock import Holder, run_lock

if TYPE_CHECKING:
    from oh_pipeline.settings import Settings


@dataclass(frozen=True)
class Turn:
    """One run under the home's lock, since when by the monotonic clock, and who was killed holding it before."""

    home: Home
    run_id: str
    since: float
    killed: Holder | None = None


@contextmanager
def take_turn(
    settings: Settings,
    run_id: str | None = None,
    *,
    wait: bool = True,
    on_wait: Callable[[Holder | None], None] | None = None,
) -> Iterator[Turn]:
    """Make the home ready and take its lock, once any other run has ended.

    Raises UsageFault for an unusable home, Fault where another run keeps the lock for longer than this one shall wait.
    """
    keep_private()
    home = Home.of(settings)
    home.prepare()
    run_id = run_id or str(uuid.uuid4())
    seconds = settings.lock_wait_seconds if wait else 0.0
    with run_lock(home.lock_file, run_id=run_id, wait_seconds=seconds, on_wait=on_wait) as killed:
        yield Turn(home, run_id, time.monotonic(), killed)
