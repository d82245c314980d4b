"""What is planted into the real `oh` to find every point where it can be given a fault, and to give it one. See `fault_points`.

A point is `kind what #n`. `call`: the n-th call to the file system of this kind on this path below the home, in the process that
orchestrates. `event`: before that event of a step is handed to Dagster. `history`: Dagster cannot store that event and those after.
`dbt`: the statement for that node fails within dbt. `helper`: a helper process dies of it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

Plant = Callable[[ModuleType], object]
_CALLS = (
    "open",
    "os.rename",
    "os.remove",
    "os.symlink",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "shutil.rmtree",
    "os.truncate",
)
_BUILD = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}|(?<=yaml\.)\d+")
_AT_ONCE = threading.local()


class Trap:
    """Writes down each point that is passed; springs at the wanted one."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.wanted: str = told.get("point", "")
        self.error: str = told.get("error", "")
        self.home: str = told["home"]
        self._seen: Counter[str] = Counter()
        self._file = os.open(told["seen"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def passes(self, kind: str, what: str) -> bool:
        """Whether it is the one that fails."""
        name = f"{kind} {what}"
        self._seen[name] += 1
        point = f"{name} #{self._seen[name]}"
        is_it = point == self.wanted
        if is_it or not self.wanted:
            os.write(self._file, f"{point}\n".encode())
        return is_it

    def raise_it(self) -> None:
        """The error that is wanted: an error number of the system, or any other with a value in its text."""
        if self.error.isdigit():
            raise OSError(int(self.error), os.strerror(int(self.error)))
        raise ValueError("could not convert string 'Zanquo' to INT32")


def plants() -> dict[str, Plant]:
    """By the process that this is."""
    trap = Trap(json.loads(os.environ["PROVING_TOLD"]))
    words = " ".join(sys.orig_argv)
    if "oh_pipeline.modelling.worker" in words:
        return {"dbt.adapters.duckdb.connections": lambda module: _in_dbt(module, trap)}
    if "oh_pipeline.ingest.worker" in words:
        return {"oh_pipeline.validation.intake": lambda module: _in_reading(module, trap)}
    if " run " in words:
        sys.addaudithook(lambda event, values: _call(trap, event, values))
        _in_syncing(trap)
        return {
            "oh_pipeline.orchestration.boundary": lambda module: _in_steps(module, trap),
            "dagster._core.instance": lambda module: _in_history(module, trap),
        }
    return {}


def _call(trap: Trap, event: str, values: tuple[Any, ...]) -> None:
    if event not in _CALLS or getattr(_AT_ONCE, "busy", False):
        return
    paths = [os.fsdecode(value) for value in values[:2] if isinstance(value, str | bytes | os.PathLike)]
    below = [path.removeprefix(trap.home).strip("/") for path in paths if path.startswith(trap.home)]
    if not below or below[-1].startswith("raw"):
        return
    _AT_ONCE.busy = True
    try:
        is_it = trap.passes("call", f"{event} {_BUILD.sub('ID', below[-1])}")
    finally:
        _AT_ONCE.busy = False
    if is_it:
        trap.raise_it()


def _in_syncing(trap: Trap) -> None:
    real = os.fsync

    def fsync(handle: Any) -> None:
        if trap.passes("call", "fsync"):
            trap.raise_it()
        real(handle)

    os.fsync = fsync  # type: ignore[assignment]


def _in_steps(module: ModuleType, trap: Trap) -> None:
    real = module.guarded_step

    def guarded_step(place: str, session: Any, steps: Callable[[], Iterator[Any]]) -> Iterator[Any]:
        def faulty() -> Iterator[Any]:
            if trap.passes("event", f"beginning of {place}"):
                trap.raise_it()
            for event in steps():
                key = event.asset_key.path[-1] if event.asset_key else "the asset"
                asset = getattr(event, "check_name", None) or key
                if trap.passes("event", f"{place}, {type(event).__name__} {asset}"):
                    trap.raise_it()
                yield event
            if trap.passes("event", f"end of {place}"):
                trap.raise_it()

        yield from real(place, session, faulty)

    module.guarded_step = guarded_step  # type: ignore[attr-defined]


def _in_history(module: ModuleType, trap: Trap) -> None:
    real = module.DagsterInstance.handle_new_event
    broken: list[bool] = []

    def handle_new_event(self: Any, event: Any, **more: Any) -> Any:
        said = event.dagster_event
        name = f"{said.event_type_value} {said.step_key or ''}" if said is not None else "words"
        if broken or (not name.startswith(("ASSET_", "words")) and trap.passes("history", name.strip())):
            broken.append(True)
            trap.raise_it()
        return real(self, event, **more)

    module.DagsterInstance.handle_new_event = handle_new_event


def _in_dbt(module: ModuleType, trap: Trap) -> None:
    import duckdb

    manager = module.DuckDBConnectionManager
    real = manager.add_query

    def add_query(self: Any, sql: str, *rest: Any, **more: Any) -> Any:
        node = self.get_thread_connection().name or ""
        if node.count(".") and trap.passes("dbt", node.split(".", 2)[0] + " " + node.split(".")[2]):
            if trap.error == "SIGKILL":
                os.kill(os.getpid(), signal.SIGKILL)
            if trap.error == "test":
                sql = "select 1 as failures, true as should_warn, true as should_error"
            else:
                raise _told(duckdb, trap.error)
        return real(self, sql, *rest, **more)

    manager.add_query = add_query


def _told(duckdb: ModuleType, kind: str) -> Exception:
    from dbt_common.exceptions import CompilationError, DbtDatabaseError, DbtRuntimeError

    kinds = {"compilation": CompilationError, "database": DbtDatabaseError, "runtime": DbtRuntimeError}
    words = "Conversion Error: could not convert string 'Zanquo' to INT32"
    error: Exception = kinds[kind](words) if kind in kinds else getattr(duckdb, kind)(words)
    return error


def _in_reading(module: ModuleType, trap: Trap) -> None:
    real = module.intake

    def intake(*rest: Any, **more: Any) -> Iterator[Any]:
        if trap.passes("helper", "reading begins"):
            _end(trap)
        for frames in real(*rest, **more):
            if trap.passes("helper", "reading gives rows"):
                _end(trap)
            yield frames

    module.intake = intake  # type: ignore[attr-defined]


def _end(trap: Trap) -> None:
    if trap.error == "SIGKILL":
        os.kill(os.getpid(), signal.SIGKILL)
    trap.raise_it()
