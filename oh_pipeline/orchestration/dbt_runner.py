"""dbt, called in process: one `dbt build` over a build file, each node's result as it ends, nothing invented.

dbt's messages quote values and SQL, so of them only the kind of error passes; they are kept whole in the home's cache,
where values may lie. What Dagster makes of a result is elsewhere.
"""

from __future__ import annotations

import json
import os
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.dbt_manifest import COPY, QUIET, ReadyManifest
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.faults import to_fault

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

HEARD = "NodeFinished"
DETAILS = "details.txt"
PASSED = {"success", "pass"}
FAILED = {"error", "fail", "runtime error", "partial success"}
_KINDS = re.compile(
    r"\b(?:Compilation|Database|Runtime|Dependency|Parsing|Binder|Catalog|Conversion|Constraint|Parser|Invalid Input|"
    r"Out of Range|Out of Memory|IO|Internal|Serialization|TransactionContext|Permission|Fatal|Not implemented|"
    r"Mismatch Type|Interrupt) Error\b|\benforced contract that failed\b"
)


@dataclass(frozen=True)
class NodeResult:
    """What dbt said of one node. `rows` is known for tables, `failures` for tests, `kind` for errors."""

    unique_id: str
    status: str
    seconds: float
    failures: int | None = None
    rows: int | None = None
    kind: str = ""

    @property
    def passed(self) -> bool:
        """dbt said success or pass."""
        return self.status in PASSED


def invoke(
    arguments: list[str],
    *,
    manifest: Manifest | None = None,
    callbacks: list[Callable[[Any], None]] | None = None,
) -> dbtRunnerResult:
    """One dbt command in this process. Raises Fault where dbt could not do it at all."""
    from dbt.cli.main import dbtRunner
    from dbt_common.events.event_manager_client import ctx_set_event_manager

    ctx_set_event_manager(_quiet_events())
    outcome = dbtRunner(manifest=manifest, callbacks=callbacks).invoke([*QUIET, *arguments])
    if outcome.exception is not None:
        fault = to_fault(outcome.exception, f"dbt {arguments[0]}")
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
    """Arguments that every command takes: where the project lies, what k is, where dbt may write."""
    folder = str(settings.dbt_project)
    places = ["--project-dir", folder, "--profiles-dir", folder]
    places += ["--target-path", str(target), "--log-path", str(target)]
    return [*places, "--no-send-anonymous-usage-stats", "--vars", json.dumps({"k": settings.k})]


@contextmanager
def dbt_environment(settings: Settings, file: Path, codebook: Path) -> Iterator[None]:
    """The variables that profiles.yml and dbt_project.yml read; as they were, afterwards."""
    wanted = {
        "OH_BUILD_FILE": str(file),
        "OH_CODEBOOK": str(codebook),
        "OH_MEMORY_LIMIT": settings.memory_limit,
        "OH_THREADS": str(settings.engine_threads),
        "OH_SPILL": str(file.parent / "spill"),
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


class DbtBuild:
    """One `dbt build` in a thread of its own; iterate it for the results, in the order in which nodes end."""

    def __init__(self, settings: Settings, ready: ReadyManifest, build: Build, target: Path) -> None:
        self.settings, self.ready, self.build, self.target = settings, ready, build, target
        self._results: queue.SimpleQueue[NodeResult | None] = queue.SimpleQueue()
        self._outcome: dbtRunnerResult | None = None
        self._error: BaseException | None = None
        self._details: list[str] = []

    @property
    def expected(self) -> set[str]:
        """Nodes that a build must report: seeds, models, tests."""
        kinds = ("seed", "model", "test", "snapshot")
        return {key for key, node in self.ready.contents["nodes"].items() if node["resource_type"] in kinds}

    def __iter__(self) -> Iterator[NodeResult]:
        """Results as they come. Raises Fault at the end where dbt failed, or left a node out."""
        thread = threading.Thread(target=self._run, name="dbt", daemon=True)
        seen: dict[str, NodeResult] = {}
        (self.target / DETAILS).unlink(missing_ok=True)
        with dbt_environment(self.settings, self.build.file, self.ready.folder / COPY):
            thread.start()
            try:
                while (result := self._results.get()) is not None:
                    seen[result.unique_id] = result
                    yield result
            finally:
                self._stop(thread)
        self._judge(seen)

    def _run(self) -> None:
        try:
            arguments = ["build", "--no-write-json"]
            for kind in ("unit_test", "exposure"):
                arguments += ["--exclude-resource-type", kind]
            arguments += project_arguments(self.settings, self.target)
            self._outcome = invoke(arguments, manifest=self.ready.load(), callbacks=[self._hear])
        except BaseException as error:  # noqa: BLE001 - judged by the other thread
            self._error = error
        finally:
            release_connections()
            self._results.put(None)

    def _hear(self, event: Any) -> None:
        if event.info.name != HEARD:
            return
        node, result = event.data.node_info, event.data.run_result
        status = result.status.lower()
        is_test = node.resource_type == "test"
        if status in {*FAILED, "warn"}:
            self._details.append(f"{node.unique_id}: {result.message}")
        self._results.put(
            NodeResult(
                unique_id=node.unique_id,
                status=status,
                seconds=result.execution_time,
                failures=result.num_failures if is_test and status in {*PASSED, "fail", "warn"} else None,
                rows=self._rows(node) if status in PASSED and node.materialized in ("table", "seed") else None,
                kind="" if status in {*PASSED, "skipped"} else error_kind(result.message),
            )
        )

    @staticmethod
    def _rows(node: Any) -> int | None:
        """Rows of a table just made, asked on dbt's own connection: the file is locked for any other."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        relation = node.node_relation
        connection = DuckDBConnectionManager.env().conn  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            query = f'select count(*) from "{relation.schema}"."{relation.alias}"'  # noqa: S608 - names of models
            row = cursor.execute(query).fetchone()
        return int(row[0]) if row else None

    def _stop(self, thread: threading.Thread) -> None:
        """Wait for dbt; where nobody listens any more, break off its queries until it ends."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        manager: Any = DuckDBConnectionManager
        while thread.is_alive() and self._outcome is None and self._error is None:
            if manager._ENV is not None and manager._ENV.conn is not None:
                manager._ENV.conn.interrupt()
            thread.join(timeout=0.1)
        thread.join()

    def _judge(self, seen: dict[str, NodeResult]) -> None:
        if self._details:
            self._keep_details()
        if self._error is not None:
            raise to_fault(self._error, "dbt build")
        results = getattr(self._outcome.result, "results", []) if self._outcome is not None else []
        said = {result.node.unique_id: str(result.status).lower() for result in results}
        bad = {key: status for key, status in said.items() if status in FAILED}
        bad |= {key: result.status for key, result in seen.items() if result.status in FAILED}
        if bad:
            if any("no space left" in line.lower() for line in self._details):
                raise to_fault(OSError(28, ""), "dbt build")
            first = ", ".join(_short(key, status, seen.get(key)) for key, status in sorted(bad.items())[:5])
            raise Fault(
                f"dbt: {len(bad)} of {len(self.expected)} nodes failed: {first}",
                f"Details that may quote values lie in the home under cache/dbt/{DETAILS}",
            )
        missing = self.expected - said.keys()
        if missing or self._outcome is None or not self._outcome.success:
            raise Fault(f"dbt left out {len(missing)} of {len(self.expected)} nodes", "Run again with `--debug`")

    def _keep_details(self) -> None:
        self.target.mkdir(parents=True, exist_ok=True)
        (self.target / DETAILS).write_text("\n\n".join(self._details), encoding="utf-8")


def _short(unique_id: str, status: str, result: NodeResult | None) -> str:
    kind = f" ({result.kind})" if result is not None and result.kind else ""
    return f"{unique_id.split('.')[2]} {status}{kind}"


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
