"""The border between a step and Dagster, which keeps the text of every error: only text without cell values passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.session import RunSession
from oh_pipeline.warehouse.faults import is_passing, to_fault

IO_RETRIES = 3
IO_WAIT_SECONDS = 5


def guarded_step(place: str, session: RunSession, steps: Callable[[], Iterator[Any]]) -> Iterator[Any]:
    """Yield what the steps yield.

    An IO error of a passing kind asks for a retry; anything else fails the step for good, as a dg.Failure that carries
    a fault's one line and no chain of causes.
    """
    ending: Fault | None = None
    retry = False
    try:
        yield from steps()
    except Exception as error:  # noqa: BLE001 - raised again below, without what it quotes
        retry = is_passing(error)
        ending = to_fault(error, place)
        if session.keep_causes and session.cause is None:
            session.cause = error
    # Outside of the handler, so that the error is not kept as the context of the next.
    if ending is None:
        return
    if retry:
        session.give_up_helpers()
        raise dg.RetryRequested(max_retries=IO_RETRIES, seconds_to_wait=IO_WAIT_SECONDS)
    session.fault = session.fault or ending
    raise dg.Failure(description=str(ending), allow_retries=False)
