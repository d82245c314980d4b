"""Peer: the same assets launched the stock way, `dagster asset materialize` with its default executor: a process a step, and
dbt as a command of its own. Same rows, same models, same tests; publication is a plain copy."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

from oh_pipeline.codebook import load_codebook
from oh_pipeline.settings import load_settings
from oh_pipeline.sources.inventory import fingerprint, take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.tables import TABLES
from oh_pipeline.warehouse.build import Build, builds_frame

SETTINGS = load_settings()
BUILD = Path(os.environ["OH_BUILD_FILE"])
PROJECT = DbtProject(
    project_dir=SETTINGS.dbt_project, profiles_dir=SETTINGS.dbt_project, target_path=BUILD.parent / "target"
)


@dg.multi_asset(specs=[dg.AssetSpec(["raw", table]) for table in TABLES])
def raw() -> Iterator[dg.MaterializeResult[None]]:
    """Read, check and load."""
    BUILD.unlink(missing_ok=True)
    codebook = load_codebook(SETTINGS.codebook)
    files = take_inventory(SETTINGS.home / "raw")
    build = Build("stock", BUILD, SETTINGS.memory_limit, SETTINGS.engine_threads)
    build.load([*intake(files, codebook), {"builds": builds_frame("stock", codebook.hash, fingerprint(files))}])
    for table in TABLES:
        yield dg.MaterializeResult(asset_key=["raw", table])


@dbt_assets(manifest=PROJECT.manifest_path, project=PROJECT)
def models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Any:
    """Build and test."""
    arguments = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
    yield from dbt.cli(arguments, context=context).stream()


@dg.asset(deps=[models])
def published() -> None:
    """Copy to its place."""
    shutil.copy(BUILD, BUILD.with_name("published.duckdb"))


defs = dg.Definitions(assets=[raw, models, published], resources={"dbt": DbtCliResource(project_dir=PROJECT)})
