"""Makes writing the run history cheap for a run in this process, which stores some 400 events, each in transactions of
its own.

Dagster opens its SQLite files anew for each of them, with a fresh engine that compiles every statement again, and waits
for the disk at each commit. Here connections are kept, and a commit survives a crash of the process, though the last
ones not a loss of power, where the run itself is lost too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def kept_connections() -> Iterator[None]:
    """Inside, Dagster's SQLite storages of this process share one engine a file."""
    from dagster._core.storage.event_log.sqlite import sqlite_event_log
    from dagster._core.storage.runs.sqlite import sqlite_run_storage
    from sqlalchemy import Engine, QueuePool, create_engine, event

    engines: dict[str, Engine] = {}
    closers: list[Any] = []

    def kept_engine(url: str, **options: Any) -> Engine:
        if url not in engines:
            engine = create_engine(url, **{**options, "poolclass": QueuePool})
            event.listen(engine, "connect", _relax)
            closers.append(engine.dispose)
            engine.dispose = _keep  # type: ignore[method-assign]
            engines[url] = engine
        return engines[url]

    modules = (sqlite_event_log, sqlite_run_storage)
    before = [module.create_engine for module in modules]
    for module in modules:
        module.create_engine = kept_engine  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module, create in zip(modules, before, strict=True):
            module.create_engine = create  # type: ignore[attr-defined]
        for close in closers:
            close()


def _keep(close: bool = True) -> None:
    """Dagster disposes of an engine after each use; this one is kept."""


def _relax(connection: sqlite3.Connection, record: Any) -> None:  # noqa: ARG001
    connection.execute("pragma synchronous = normal")
