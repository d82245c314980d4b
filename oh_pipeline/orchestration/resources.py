"""What a run needs from outside: its session. `oh run` hands in an open one; a run of Dagster's opens its own."""

from collections.abc import Iterator

import dagster as dg

from oh_pipeline.orchestration.session import LAUNCHED_BY, OH_FORGET, OH_RUN, RunSession, open_session
from oh_pipeline.orchestration.turn import take_turn
from oh_pipeline.settings import load_settings
from oh_pipeline.warehouse.lock import Holder

SESSION = "session"
WRITER_POOL = "warehouse_writer"
_UNDER_WAY = [dg.DagsterRunStatus(name) for name in ("NOT_STARTED", "STARTING", "STARTED", "CANCELING")]
OWNERS = ["team:outcome-harvest"]


@dg.resource(description="The home's lock, held over all steps of a run, and the build in the making.")
def run_session(context: dg.InitResourceContext) -> Iterator[RunSession]:
    """Open a session for the run; with the in-process executor there is one a run."""
    settings = load_settings()
    with take_turn(settings, context.run_id) as turn, open_session(settings, turn) as session:
        if context.instance is not None:
            close_killed(context.instance, session.killed)
        yield session


def close_killed(instance: dg.DagsterInstance, killed: Holder | None) -> None:
    """Mark runs that died as failed, or they would keep their places in the pool for ever. Only under the lock.

    That is the one which died with the lock, and every one of `oh`, which stores nothing of a run before it has the lock:
    those which died before, if the next died too before it could mark them.
    """
    died = dg.RunsFilter(statuses=_UNDER_WAY, tags={LAUNCHED_BY: [OH_RUN, OH_FORGET]})
    runs = {run.run_id: run for run in instance.get_runs(died)}
    last = instance.get_run_by_id(killed.run_id) if killed is not None else None
    if last is not None and not last.is_finished:
        runs[last.run_id] = last
    for run in runs.values():
        instance.report_run_failed(run, "The process ended without a word; the published build stood.")
