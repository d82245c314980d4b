"""Puts assets, job, schedule, sensor and resources together."""

from __future__ import annotations

import dagster as dg

from oh_pipeline.modelling.manifest import ready_manifest
from oh_pipeline.orchestration import jobs
from oh_pipeline.orchestration.alerts import build_alert
from oh_pipeline.orchestration.dbt_assets import build_dbt_assets
from oh_pipeline.orchestration.edition_assets import build_edition_assets
from oh_pipeline.orchestration.raw_assets import raw_folder, raw_tables, source_files
from oh_pipeline.orchestration.resources import SESSION, run_session
from oh_pipeline.settings import Settings, load_settings


def assemble(settings: Settings | None = None) -> dg.Definitions:
    """The definitions for these settings; parses the dbt project if nobody has yet."""
    settings = settings or load_settings()
    models = build_dbt_assets(ready_manifest(settings))
    job = jobs.build_job(settings)
    return dg.Definitions(
        assets=[raw_folder(), source_files, raw_tables, models, build_edition_assets(list(models.specs))],
        jobs=[job],
        schedules=[jobs.build_schedule(settings, job)],
        sensors=[jobs.build_sensor(settings, job), build_alert(settings)],
        resources={SESSION: run_session},
        executor=dg.in_process_executor,
    )
