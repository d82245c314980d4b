"""The Dagster instance of a home: its settings file and how to open it. No asset, no run."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import PRIVATE_FILE, Home

if TYPE_CHECKING:
    import dagster as dg


def place_settings(settings: Settings, home: Home) -> None:
    """Put the project's dagster.yaml into the home, with this home's longest run time; nothing where it is there."""
    text = (settings.project_root / "dagster.yaml").read_text(encoding="utf-8")
    text = re.sub(r"(?<=max_runtime_seconds: )\d+", str(settings.max_run_seconds), text)
    file = home.dagster / "dagster.yaml"
    with guarded("Writing dagster/dagster.yaml"):
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return
        fresh = file.with_name(f".dagster.yaml.{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.chmod(PRIVATE_FILE)
        fresh.replace(file)


def environment(settings: Settings, home: Home) -> dict[str, str]:
    """Environment variables under which Dagster and the code location see this home."""
    return {
        "DAGSTER_HOME": str(home.dagster),
        "OH_HOME": str(home.root),
        "OH_CODEBOOK": str(settings.codebook),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
    }


def open_instance(home: Home) -> dg.DagsterInstance:
    """The instance of this home; close it with `with`."""
    from dagster import DagsterInstance

    with guarded("Opening the run history"):
        return DagsterInstance.from_config(str(home.dagster))
