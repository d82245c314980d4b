"""What a run needs from outside: its session. `oh run` hands in an open one; a run of Dagster's opens its own."""

from collections.abc import Iterator

import dagster as dg

from oh_pipeline.orchestration.session import RunSession, open_session
from oh_pipeline.settings import load_settings

SESSION = "session"
WRITER_POOL = "warehouse_writer"
OWNERS = ["team:outcome-harvest"]


@dg.resource(description="The home's lock, held over all steps of a run, and the build in the making.")
def run_session(context: dg.InitResourceContext) -> Iterator[RunSession]:
    """Open a session for the run; with the in-process executor there is one a run."""
    settings = load_settings()
    run_id = context.run_id or ""
    with open_session(settings, run_id, wait_seconds=settings.lock_wait_seconds) as session:
        if session.killed is not None and context.instance is not None:
            close_killed(context.instance, session.killed.run_id)
        yield session


def close_killed(instance: dg.DagsterInstance, run_id: str) -> None:
    """Mark the run that died with the lock as failed, or it would keep its place in the pool for ever."""
    run = instance.get_run_by_id(run_id)
    if run is not None and not run.is_finished:
        instance.report_run_failed(run, "The process ended without a word; the published build stood.")
