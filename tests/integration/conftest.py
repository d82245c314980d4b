"""What integration tests share: settings on a temporary home, the parsed project, and one small build with its editions."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oh_pipeline.codebook import load_codebook
from oh_pipeline.modelling.child import Modelling
from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments, release_connections
from oh_pipeline.modelling.manifest import COPY, ReadyManifest, ready_manifest
from oh_pipeline.modelling.process import modelling_process
from oh_pipeline.settings import Settings
from oh_pipeline.sources.inventory import fingerprint, take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.warehouse.build import Build, Loaded, begin_build, builds_frame
from oh_pipeline.warehouse.home import Home

from ..fragments import fragment

RECORDS = "".join(
    fragment(
        id=f"SCC-KEN/CIV{number}", description=f"In 2023 ward {number} opened its books to all who asked for them."
    )
    for number in range(1, 7)
)


@pytest.fixture(autouse=True, scope="session")
def _plain_environment() -> None:
    """No setting of whoever runs the tests counts."""
    for name in [name for name in os.environ if name.startswith(("OH_", "DAGSTER_", "DBT_"))]:
        del os.environ[name]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home, prepared."""
    (tmp_path / "raw").mkdir()
    made = Home(tmp_path)
    made.prepare()
    return made


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings on a home with one file of six records."""
    root = tmp_path_factory.mktemp("home")
    (root / "raw").mkdir()
    (root / "raw" / "six.txt").write_text(RECORDS, encoding="utf-8")
    return Settings(home=root)


@pytest.fixture(scope="session")
def ready(settings: Settings) -> ReadyManifest:
    """The project, parsed."""
    return ready_manifest(settings)


@pytest.fixture(scope="session")
def manifest(ready: ReadyManifest) -> dict[str, Any]:
    """What dbt knows of the project."""
    return ready.contents


@pytest.fixture(scope="session")
def compiled(settings: Settings, ready: ReadyManifest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Node id → SQL as the engine gets it."""
    place = tmp_path_factory.mktemp("compiled")
    arguments = ["compile", "--no-introspect", *project_arguments(settings, place / "target")]
    with dbt_environment(settings, place / "outcomes.duckdb", ready.folder / COPY):
        try:
            result: Any = invoke(arguments, manifest=ready.load()).result
        finally:
            release_connections()
    return {each.node.unique_id: each.node.compiled_code for each in result.results}


def load(home: Home, settings: Settings, build_id: str) -> tuple[Build, Loaded]:
    """A build with its raw tables, without Dagster."""
    files, codebook = take_inventory(home.raw), load_codebook(settings.codebook)
    frames: list[dict[str, pl.DataFrame]] = [
        *intake(files, codebook),
        {"builds": builds_frame(build_id, codebook.hash, fingerprint(files))},
    ]
    build = begin_build(home, build_id, "512MB", 2)
    return build, build.load(frames)


@pytest.fixture(scope="session")
def finished(settings: Settings, ready: ReadyManifest) -> tuple[Build, Loaded]:
    """A build that dbt has finished; nobody may write to it."""
    home = Home(settings.home)
    home.prepare()
    build, loaded = load(home, settings, "20260101T000000Z-00000001")
    with modelling_process() as process:
        modelling = Modelling(settings, process)
        modelling.order(ready, build, home.cache / "dbt")
        for _ in modelling.results():
            pass
    with closing(build.connect()) as connection:
        connection.execute("checkpoint")
    return build, loaded


@pytest.fixture
def copied(finished: tuple[Build, Loaded], home: Home) -> tuple[Build, Loaded]:
    """A finished build in a home of the test's own, free to be spoilt."""
    build = Build("20260101T000000Z-00000001", home.building / "outcomes.duckdb", "512MB", 2)
    shutil.copyfile(finished[0].file, build.file)
    return build, finished[1]
