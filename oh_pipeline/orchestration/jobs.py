"""The one job, when it runs, and what sets it off."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg

from oh_pipeline.errors import UsageFault
from oh_pipeline.settings import Settings, load_settings
from oh_pipeline.warehouse.erasure import is_pending
from oh_pipeline.warehouse.forgotten import load_tombstones
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.reader import ask

if TYPE_CHECKING:
    from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

JOB_NAME = "outcome_warehouse"
SENSOR_NAME = "raw_folder_changes"


def build_job(settings: Settings) -> "UnresolvedAssetJobDefinition":
    """Everything, from the raw folder to both editions, in one process."""
    return dg.define_asset_job(
        JOB_NAME,
        selection=dg.AssetSelection.all(),
        description="One full materialisation: ingest, validate, load, model, check, publish.",
        executor_def=dg.in_process_executor,
        tags={"dagster/max_runtime": str(settings.max_run_seconds)},
    )


def build_schedule(settings: Settings, job: "UnresolvedAssetJobDefinition") -> dg.ScheduleDefinition:
    """Daily, whether anything changed or not: the clock of freshness and of tombstones."""
    try:
        return dg.ScheduleDefinition(
            name="daily",
            job=job,
            cron_schedule=settings.schedule,
            execution_timezone=settings.schedule_timezone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description="One full materialisation a day (OH_SCHEDULE, OH_SCHEDULE_TIMEZONE).",
        )
    except dg.DagsterInvalidDefinitionError:
        raise UsageFault("Wrong setting: OH_SCHEDULE is no cron line", "Write one such as `0 5 * * *`") from None


def build_sensor(settings: Settings, job: "UnresolvedAssetJobDefinition") -> dg.SensorDefinition:
    """A run whenever the raw folder is not what the published build was made from, or an erasure is not finished."""

    @dg.sensor(
        name=SENSOR_NAME,
        job=job,
        minimum_interval_seconds=settings.sensor_seconds,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Notices added, changed and removed source files by their content.",
    )
    def raw_folder_changes(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        return notice(Home.of(load_settings()), context.cursor)

    return raw_folder_changes


def notice(home: Home, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    """Compare the raw folder with the published build.

    The cursor holds what was seen last: file states (cheap to compare) and their fingerprint. A state whose run failed
    is not tried again before something changes.
    """
    from oh_pipeline.sources.inventory import fingerprint, take_inventory

    if not home.raw.is_dir():
        return dg.SkipReason("The home has no folder raw/.")
    states = _states(home.raw)
    before = json.loads(cursor) if cursor else {}
    if before.get("states") == states:
        found = before["fingerprint"]
    else:
        files = take_inventory(home.raw)
        found = fingerprint(files) if files else ""
    after = json.dumps({"states": states, "fingerprint": found})
    build_id, published = _published(home)
    unfinished = is_pending(home, load_tombstones(home.forgotten))
    if not found or (found == published and not unfinished):
        reason = "No source file." if not found else "Nothing changed since the published build."
        return dg.SensorResult(skip_reason=reason, cursor=after)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"{found}:{build_id}")], cursor=after)


def _states(folder: Path) -> str:
    """A hash of names, sizes and times; where it is unchanged no file is read."""
    import hashlib

    digest = hashlib.sha256()
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            file = Path(root, name)
            state = file.lstat()
            times = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
            digest.update(os.fsencode(file) + repr(times).encode())
    return digest.hexdigest()


def _published(home: Home) -> tuple[str, str]:
    link = home.link("restricted")
    if not link.exists():
        return "", ""
    rows = ask(link, "select build_id, source_hash from meta_builds", home.key_file).rows
    return (str(rows[0][0]), str(rows[0][1])) if rows else ("", "")
