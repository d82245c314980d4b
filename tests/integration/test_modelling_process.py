"""The process that models: what it need not load, when it begins, and which one a run uses."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from oh_pipeline.errors import Fault
from oh_pipeline.helper import Helper
from oh_pipeline.modelling.child import Modelling
from oh_pipeline.modelling.manifest import ReadyManifest, kept_manifest
from oh_pipeline.modelling.process import modelling_process
from oh_pipeline.orchestration.session import open_session
from oh_pipeline.orchestration.turn import take_turn
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.home import Home

ROOT = Path(__file__).parents[2]
_WARM = """
import sys
from mashumaro.config import BaseConfig
assert BaseConfig.lazy_compilation is False, "mashumaro has no such option any more, or needs none"
from oh_pipeline.modelling import worker
worker.warm()
print(sorted(sys.modules.keys() & {"lark", "polars", "numpy", "pyarrow", "scipy", "dagster", "sqlglot"}))
"""


@pytest.fixture
def process() -> Iterator[Helper]:
    with modelling_process() as made:
        yield made


def test_it_loads_nothing_that_no_build_needs() -> None:
    """The syntax of addresses compiles a grammar for a second; what reads records is another process's."""
    said = subprocess.run([sys.executable, "-c", _WARM], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_nothing_is_built_before_it_is_told_to_begin(
    settings: Settings, ready: ReadyManifest, process: Helper, tmp_path: Path
) -> None:
    """It would make a file of its own, where the raw tables are still to be loaded."""
    home = Home(settings.home)
    home.prepare()
    build = Build("20260101T000000Z-00000002", tmp_path / "outcomes.duckdb", "512MB", 2)
    modelling = Modelling(settings, process)
    modelling.order(ready, build, tmp_path / "target")
    told: list[str] = []

    def hear() -> None:
        try:
            told.extend(result.unique_id for result in modelling.results())
        except Fault as fault:
            told.append(str(fault))

    modelling._helper.begin = lambda: None  # type: ignore[method-assign]
    listener = threading.Thread(target=hear)
    listener.start()
    listener.join(8)
    assert listener.is_alive()
    assert told == []
    assert not build.file.exists()
    process.close()
    listener.join(20)


def test_a_project_is_kept_once_it_is_parsed(settings: Settings, ready: ReadyManifest) -> None:
    assert kept_manifest(settings) == ready
    assert kept_manifest(settings.model_copy(update={"codebook": settings.home})) is None


def test_one_that_was_started_early_is_used(home: Home, process: Helper, ready: ReadyManifest) -> None:
    del ready  # parsed
    settings = Settings(home=home.root)
    with take_turn(settings) as turn, open_session(settings, turn, modelling=process) as session:
        assert session.modelling is not None
        assert session.modelling._helper is process
        assert session.modelling.ordered == kept_manifest(session.settings)
    assert not process.is_running


def test_another_project_is_another_process(home: Home, process: Helper, ready: ReadyManifest, tmp_path: Path) -> None:
    """Somebody may edit the project after the run has begun."""
    settings = Settings(home=home.root)
    with take_turn(settings) as turn, open_session(settings, turn, modelling=process) as session:
        other = session.model(ReadyManifest(tmp_path))
        assert other._helper is not process
        assert not process.is_running
        assert other.ordered == ReadyManifest(tmp_path)
        assert session.model(ReadyManifest(tmp_path)) is other
    assert ready != ReadyManifest(tmp_path)
