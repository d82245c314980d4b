"""Whom a failed run tells: a file that something else watches. What is told is names and times, never a message.

A run that somebody starts with `oh run` tells it by its exit code.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from oh_pipeline.settings import Settings, load_settings
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import PRIVATE_FILE

ALERT_NAME = "failed_runs"


def build_alert(settings: Settings) -> dg.SensorDefinition:
    """A line in the file OH_ALERT_FILE for every run of Dagster's that failed."""

    @dg.run_failure_sensor(
        name=ALERT_NAME,
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells the file OH_ALERT_FILE of a failed run: its job, id and steps.",
    )
    def failed_runs(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        file = load_settings().alert_file
        if file is None:
            return dg.SkipReason("OH_ALERT_FILE is not set.")
        steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
        tell(file, context.dagster_run.job_name, context.dagster_run.run_id, steps)
        return None

    return failed_runs


def tell(file: Path, job: str, run_id: str, steps: list[str]) -> None:
    """Append one line of JSON; the file is made closed to others. Raises Fault where it cannot be written."""
    told = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "what": "a run failed; the published editions are as they were",
        "job": job,
        "run_id": run_id,
        "steps": sorted(set(steps)),
    }
    with guarded("Writing the alert"):
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE_FILE)
        try:
            os.write(handle, (json.dumps(told) + "\n").encode())
        finally:
            os.close(handle)
