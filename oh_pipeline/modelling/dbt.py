"""dbt's own commands, called through its Python entry: arguments, environment, quiet events, connections, kinds of error."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oh_pipeline.errors import Fault
from oh_pipeline.modelling.manifest import QUIET, variables
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.cipher import SETTING
from oh_pipeline.warehouse.faults import to_fault

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

HEARD = "NodeFinished"
READY = "ConcurrencyLine"
"""What dbt says when it is about to build: everything is selected, nothing is connected."""
_KINDS = re.compile(
    r"\b(?:Compilation|Database|Runtime|Dependency|Parsing|Binder|Catalog|Conversion|Constraint|Parser|Invalid Input|"
    r"Out of Range|Out of Memory|IO|Internal|Serialization|TransactionContext|Permission|Fatal|Not implemented|"
    r"Mismatch Type|Interrupt) Error\b|\benforced contract that failed\b"
)


def invoke(
    arguments: list[str],
    *,
    manifest: Manifest | None = None,
    callbacks: list[Callable[[Any], None]] | None = None,
    folder: Path | None = None,
) -> dbtRunnerResult:
    """One dbt command in this process, which writes to `folder`. Raises Fault where dbt could not do it at all."""
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    ctx_set_event_manager(_quiet_events())
    outcome = dbtRunner(manifest=manifest, callbacks=callbacks).invoke([*QUIET, *arguments])
    if outcome.exception is not None:
        fault = to_fault(outcome.exception, f"dbt {arguments[0]}", folder)
        kind = error_kind(str(outcome.exception))
        raise Fault(f"{fault}".replace(type(outcome.exception).__name__, kind or type(outcome.exception).__name__))
    return outcome


def _quiet_events() -> Any:
    """An event manager that builds no message of level debug but the one that is listened to.

    dbt makes some thirty of them a node, a tenth of its time.
    """
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager

    class QuietEvents(EventManager):
        def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *rest: Any, **more: Any) -> None:
            if (level or e.level_tag()) != EventLevel.DEBUG or type(e).__name__ == HEARD:
                super().fire_event(e, level, *rest, **more)

    return QuietEvents()


def error_kind(message: str) -> str:
    """The kinds of error that a message names, and nothing else of it."""
    return ", ".join(dict.fromkeys(_KINDS.findall(message)))


def project_arguments(settings: Settings, target: Path) -> list[str]:
    """Arguments that every command takes: where the project lies, the settings it asks for, where dbt may write."""
    folder = str(settings.dbt_project)
    places = ["--project-dir", folder, "--profiles-dir", folder]
    places += ["--target-path", str(target), "--log-path", str(target)]
    return [*places, "--no-send-anonymous-usage-stats", "--vars", json.dumps(variables(settings))]


@contextmanager
def dbt_environment(settings: Settings, file: Path, codebook: Path) -> Iterator[None]:
    """The variables that profiles.yml and dbt_project.yml read; as they were, afterwards."""
    wanted = {
        "OH_BUILD_FILE": str(file),
        "OH_CODEBOOK": str(codebook),
        "OH_MEMORY_LIMIT": settings.memory_limit,
        "OH_THREADS": str(settings.engine_threads),
        "OH_SPILL": str(file.parent / "spill"),
        SETTING: str(settings.warehouse_key_file or ""),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def release_connections() -> None:
    """Close what dbt keeps open, so that the build file can be opened anew."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    manager: Any = DuckDBConnectionManager
    environment = manager._ENV
    reset_adapters()  # type: ignore[no-untyped-call]
    if environment is not None:
        environment.close()
    manager.close_all_connections()
