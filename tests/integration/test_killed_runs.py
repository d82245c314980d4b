"""What the run history says of runs that were killed, once the next one has begun."""

from __future__ import annotations

import uuid

import dagster as dg

from oh_pipeline.orchestration.resources import close_killed
from oh_pipeline.orchestration.session import LAUNCHED_BY, OH_FORGET, OH_RUN
from oh_pipeline.warehouse.lock import Holder


def add(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, launched_by: str | None) -> str:
    run_id = str(uuid.uuid4())
    tags = {} if launched_by is None else {LAUNCHED_BY: launched_by}
    instance.add_run(dg.DagsterRun("outcome_warehouse", run_id=run_id, status=status, tags=tags))
    return run_id


def test_every_run_that_died_is_closed_and_no_other() -> None:
    """Also one that died before the last, which the lock no longer names; one of Dagster's may wait for the lock."""
    with dg.DagsterInstance.ephemeral() as instance:
        died = [
            add(instance, dg.DagsterRunStatus.STARTED, OH_RUN),
            add(instance, dg.DagsterRunStatus.STARTED, OH_FORGET),
        ]
        died.append(add(instance, dg.DagsterRunStatus.NOT_STARTED, OH_RUN))
        held = add(instance, dg.DagsterRunStatus.STARTED, None)
        others = {
            add(instance, dg.DagsterRunStatus.STARTED, None): dg.DagsterRunStatus.STARTED,
            add(instance, dg.DagsterRunStatus.SUCCESS, OH_RUN): dg.DagsterRunStatus.SUCCESS,
            add(instance, dg.DagsterRunStatus.STARTING, None): dg.DagsterRunStatus.STARTING,
        }
        close_killed(instance, Holder(1, "2026-01-01T00:00:00+00:00", held))
        states = {run.run_id: run.status for run in instance.get_runs()}
    assert {states[run_id] for run_id in (*died, held)} == {dg.DagsterRunStatus.FAILURE}
    assert {run_id: states[run_id] for run_id in others} == others


def test_a_holder_that_no_history_knows_is_nothing() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        close_killed(instance, Holder(1, "2026-01-01T00:00:00+00:00", "none"))
        close_killed(instance, None)
        assert not instance.get_runs()
