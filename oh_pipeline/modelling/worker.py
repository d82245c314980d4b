"""The modelling process: loads dbt at once, then builds and tests every node of the order. Started by `child`.

One `dbt build` in this process, each node's result told as it ends, nothing invented. Of dbt's messages, which quote values
and SQL, only the kind of error is told.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from oh_pipeline.errors import Fault
from oh_pipeline.helper import Message, Tell, leave_out, serve, wait_to_begin
from oh_pipeline.modelling.results import DETAILS, FAILED, PARSED_ONLY, PASSED, BuildOrder, NodeResult


def warm() -> None:
    """Import what a build needs, which would else be waited for, and no more: it is half of what a small run costs.

    jsonschema, where it finds a package for the syntax of addresses, has that compile a grammar for a second. mashumaro
    writes out what its models are read with before anybody reads one, unless told to wait, as dbt tells it for its own.
    """
    leave_out("rfc3987_syntax")
    import_module("mashumaro.config").BaseConfig.lazy_compilation = True
    for name in ("dbt.adapters.duckdb", "dbt.cli.main", "dbt.task.build", "oh_pipeline.modelling.dbt"):
        import_module(name)
    gc.freeze()


def build(order: BuildOrder, tell: Tell) -> None:
    """Run dbt; tell a `NodeResult` a node, then what it said of all. Raises Fault where it could not begin."""
    from oh_pipeline.modelling.dbt import (
        HEARD,
        READY,
        dbt_environment,
        error_kind,
        invoke,
        project_arguments,
        release_connections,
    )
    from oh_pipeline.modelling.manifest import COPY, ReadyManifest
    from oh_pipeline.settings import Settings
    from oh_pipeline.warehouse.faults import has_no_room

    settings = Settings.model_validate(order.settings)
    ready = ReadyManifest(Path(order.manifest))
    details: list[str] = []
    folder = Path(order.build_file).parent

    begun = False

    def hear(event: Any) -> None:
        nonlocal begun
        if event.info.name == READY:  # all that needs no build is done, and no connection is open yet
            wait_to_begin()
            begun = True
        if event.info.name != HEARD:
            return
        node, result = event.data.node_info, event.data.run_result
        status = result.status.lower()
        if status in {*FAILED, "warn"}:
            details.append(f"{node.unique_id}: {result.message}")
        told = NodeResult(
            unique_id=node.unique_id,
            status=status,
            seconds=result.execution_time,
            failures=result.num_failures
            if node.resource_type == "test" and status in {*PASSED, "fail", "warn"}
            else None,
            rows=_rows(node) if status in PASSED and node.materialized in ("table", "seed") else None,
            kind="" if status in {*PASSED, "skipped"} else error_kind(result.message),
        )
        tell({"node": asdict(told)})

    arguments = ["build", "--no-write-json", "--exclude", f"tag:{PARSED_ONLY}"]
    for kind in ("unit_test", "exposure"):
        arguments += ["--exclude-resource-type", kind]
    arguments += project_arguments(settings, Path(order.target))
    with dbt_environment(settings, Path(order.build_file), ready.folder / COPY):
        manifest = ready.load_rendered(settings)
        if order.forgotten is not None:
            from oh_pipeline.modelling.decisions import leave_out_erased  # late: it loads what reads records
            from oh_pipeline.warehouse.forgotten import load_tombstones

            gone = load_tombstones(Path(order.forgotten))
            leave_out_erased(manifest, ready.folder / COPY, gone, Path(order.build_file).parent)
        try:
            outcome = invoke(arguments, manifest=manifest, callbacks=[hear], folder=folder)
            if not begun:
                raise Fault("dbt did not wait until there was something to build", "Run again")
            if outcome.success:
                _describe(manifest.nodes.values())
        finally:
            release_connections()
            if details:
                _keep(details, Path(order.target))
    results = getattr(outcome.result, "results", [])
    said = {result.node.unique_id: str(result.status).lower() for result in results}
    if any("no space left" in line.lower() for line in details) or (not outcome.success and has_no_room(folder)):
        raise OSError(28, "No space left on device")
    tell({"said": said, "success": bool(outcome.success)})


def _rows(node: Any) -> int | None:
    """Rows of a table just made, asked on dbt's own connection."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    relation = node.node_relation
    connection = DuckDBConnectionManager.env().conn  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        query = f'select count(*) from "{relation.database}"."{relation.schema}"."{relation.alias}"'  # noqa: S608 - names of models
        row = cursor.execute(query).fetchone()
    return int(row[0]) if row else None


def _describe(nodes: Iterable[Any]) -> None:
    """The words of each table that has a contract, as comments in the build: exports and every client show them.

    In one pass at the end: dbt's own `persist_docs` asks for the columns of each table first, and costs ten times as much.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    connection = DuckDBConnectionManager.env().conn  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("begin")
        for node in nodes:
            if node.resource_type == "model" and node.config.contract.enforced:
                table = f'"{node.database}"."{node.schema}"."{node.alias}"'
                cursor.execute(f"comment on table {table} is {_quoted(node.description)}")
                for column in node.columns.values():
                    words = _quoted(column.description)
                    cursor.execute(f'comment on column {table}."{column.name}" is {words}')
        cursor.execute("commit")


def _quoted(text: str) -> str:
    return "'" + text.strip().replace("'", "''") + "'"


def _keep(details: list[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DETAILS).write_text("\n\n".join(details), encoding="utf-8")


def main() -> int:
    """Entry point: `python -m oh_pipeline.modelling.worker`, the order on stdin."""

    def work(order: Message, tell: Tell) -> None:
        build(BuildOrder(**order), tell)

    # One pass and out: looking for cycles among all that is imported costs a second, and another one at the exit.
    gc.set_threshold(200_000, 50, 50)
    return serve("dbt build", work, warm)


if __name__ == "__main__":
    sys.exit(main())
