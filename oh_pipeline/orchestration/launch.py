"""The job, executed in this process in its turn, and what came of it. What people see is elsewhere."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack, redirect_stderr
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.instance import environment, open_instance, place_settings
from oh_pipeline.orchestration.session import LAUNCHED_BY, OH_RUN, Progress, RunSession, open_session
from oh_pipeline.orchestration.turn import Turn
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.faults import to_fault
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.reader import open_edition

if TYPE_CHECKING:
    from oh_pipeline.helper import Helper

_RECORDS = """
    select
        coalesce(sum(found), 0), coalesce(sum(accepted), 0), coalesce(sum(quarantined), 0), coalesce(sum(duplicate), 0)
    from quality_sources
"""
REPOSITORY = {".dagster/repository": "__repository__@oh_pipeline"}


@dataclass(frozen=True)
class Summary:
    """What one run published."""

    build_id: str
    seconds: float
    records: dict[str, int]
    outcomes: int
    issues: dict[str, int]
    paths: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """The shape that other programs read."""
        return {
            "build_id": self.build_id,
            "published": True,
            "seconds": round(self.seconds, 3),
            "records": self.records,
            "outcomes": self.outcomes,
            "issues": self.issues,
            "paths": self.paths,
        }


def run_once(
    settings: Settings,
    turn: Turn,
    *,
    allow_empty: bool = False,
    progress: Progress | None = None,
    debug: bool = False,
    first: Callable[[Home], object] | None = None,
    last: Callable[[RunSession], object] | None = None,
    launched_by: str = OH_RUN,
    modelling: Helper | None = None,
) -> Summary:
    """One full materialisation. Raises Fault or UsageFault, with the published editions as they were.

    What goes wrong once they are published, such as a disk too full for the run's history, is noted and ends nothing.

    `first` is called before anything is read; `last` after publishing, before the lock is let go. `modelling` is a process
    that was started for this run.
    """
    with open_session(
        settings, turn, progress=progress, allow_empty=allow_empty, debug=debug, first=first, modelling=modelling
    ) as session:
        place_settings(settings, session.home)
        if progress is not None:
            progress.stage("starting")
        os.environ.update(environment(settings, session.home))
        with ExitStack() as stack:
            if not debug:
                # Dagster prints there what it cannot store, a full disk for one; the fault says it in one line.
                stack.enter_context(redirect_stderr(stack.enter_context(Path(os.devnull).open("w"))))
            _execute(session, turn.run_id, launched_by)
        summary = _summary(session, time.monotonic() - turn.since)
        if last is not None:
            last(session)
        return summary


def _execute(session: RunSession, run_id: str, launched_by: str) -> None:
    from oh_pipeline.orchestration.assembly import assemble
    from oh_pipeline.orchestration.history import kept_connections
    from oh_pipeline.orchestration.jobs import JOB_NAME
    from oh_pipeline.orchestration.resources import SESSION, close_killed

    ended: Fault | None = None
    cause: BaseException | None = None
    try:
        job = assemble(session.settings).resolve_job_def(JOB_NAME)
        with kept_connections(), open_instance(session.home) as instance:
            close_killed(instance, session.killed)
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                resources={SESSION: session},
                tags={LAUNCHED_BY: launched_by, **REPOSITORY},
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                raise_on_error=False,
            )
        if not result.success and session.fault is None:
            ended = Fault("The run failed before a step could say why", "See it in the UI: `oh dev`")
    except Exception as error:  # noqa: BLE001 - raised again below, without what it quotes
        ended = to_fault(error, "The run")
        cause = error if session.keep_causes else None
    fault = session.fault or ended
    if fault is not None and session.published is not None:
        session.progress.note(f"Published, but what follows it was not finished: {fault}")
    elif fault is not None:
        raise fault from (session.cause or cause)


def _summary(session: RunSession, seconds: float) -> Summary:
    published = session.published
    if published is None:
        raise Fault("The run ended without publishing", "See it in the UI: `oh dev`")
    with open_edition(published.files["restricted"], session.home.key_file) as build:
        counts = [int(value) for value in build.execute(_RECORDS).fetchall()[0]]
        issues = dict(build.execute("select severity, count(*) from quality_issues group by 1").fetchall())
        outcomes = build.execute("select count(*) from fct_outcomes").fetchall()[0][0]
    return Summary(
        build_id=published.build_id,
        seconds=seconds,
        records=dict(zip(("found", "accepted", "quarantined", "duplicate"), counts, strict=True)),
        outcomes=int(outcomes),
        issues={severity: issues.get(severity, 0) for severity in ("error", "warning", "advice")},
        paths={
            **{edition: str(link) for edition, link in published.links.items()},
            "report": None,
            "returns": [str(path) for path in session.returns],
        },
    )
