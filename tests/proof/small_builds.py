"""A process that does nothing but build small editions and publish them, by the real functions of `warehouse/`.

`serve` is told by JSON lines what to publish and how to be killed meanwhile: each publication is a process of its own, forked
from one that has imported everything. Killed is what it says: SIGKILL, no clean-up, before the n-th line that Python executes in
`warehouse/`, before the n-th call to the file system, or after so many microseconds.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import oh_pipeline.warehouse
from oh_pipeline.warehouse import publish
from oh_pipeline.warehouse.build import begin_build
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.lock import run_lock

from ..pipeline.conftest import PROJECT, environment

ROWS = 40
KEEP = 3
_CODE = str(Path(oh_pipeline.warehouse.__file__).parent)
_CALLS = ("open", "os.", "shutil.", "fcntl.")


@dataclass(frozen=True)
class Kill:
    """When a publication is killed; `at` of 0 is never, and has it counted how many lines or calls there are."""

    kind: str = "line"
    at: int = 0


def publish_small(home: Home, build_id: str) -> None:
    """One publication as a run makes it, from the lock to the pruning."""
    with run_lock(home.lock_file, run_id=build_id):
        publish.recover(home)
        build = begin_build(home, build_id, "64MB", 1)
        with closing(build.connect()) as connection:
            for schema in ("main", "open"):
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create table {schema}.meta_builds as select '{build_id}' as build_id")
                connection.execute(
                    f"create table {schema}.first as select '{build_id}' as build_id, range from range({ROWS})"
                )
        publish.settle(build.file)
        open_file = publish.write_open_edition(build)
        publish.settle(open_file)
        publish.publish(home, build, open_file, KEEP)
        home.clear_building()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _arm(kill: Kill) -> dict[str, int]:
    """Set the trap; the count goes on as the process works."""
    seen = {"line": 0, "call": 0}

    def count(kind: str) -> None:
        seen[kind] += 1
        if kill.kind == kind and seen[kind] == kill.at:
            _die()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if not frame.f_code.co_filename.startswith(_CODE):
            return None
        if event == "line":
            count("line")
        return trace

    def audit(event: str, _: object) -> None:
        if event.startswith(_CALLS):
            count("call")

    if kill.kind == "time" and kill.at:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process as SIGKILL does: nothing of it runs any more
        signal.setitimer(signal.ITIMER_REAL, kill.at / 1e6)
    elif kill.kind == "line" or not kill.at:
        sys.settrace(trace)
    if kill.kind == "call" or not kill.at:
        sys.addaudithook(audit)
    return seen


def serve() -> None:
    """Publish as the lines on stdin say; how each ended, what it counted, and how long it took goes to stdout."""
    for name in sys.argv[1:]:
        where, _, which = name.partition(":")
        getattr(importlib.import_module(where), which)()
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        began = time.perf_counter()
        child = os.fork()
        if not child:
            code = 1
            try:
                os.close(reading)
                seen = _arm(Kill(order["kind"], order["at"]))
                publish_small(Home(Path(order["home"])), order["build"])
                sys.settrace(None)
                os.write(writing, json.dumps(seen).encode())
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        _, status = os.waitpid(child, 0)
        seen = json.loads(os.read(reading, 4096) or b"{}")
        os.close(reading)
        told = {"code": os.waitstatus_to_exitcode(status), "seconds": time.perf_counter() - began, **seen}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


class Publisher:
    """The other end: publishes into `home` when asked. `plants` are called in the process that publishes, before it does."""

    def __init__(self, home: Home, plants: tuple[str, ...] = ()) -> None:
        self._home = home
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proof.small_builds", *plants],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=PROJECT,
            env=environment(),
        )

    def publish(self, build_id: str, kill: Kill | None = None) -> dict[str, Any]:
        """`code` is that of the process, `line` and `call` how many there were where it was not killed."""
        kill = kill or Kill()
        order = {"home": str(self._home.root), "build": build_id, "kind": kill.kind, "at": kill.at}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


@contextmanager
def publisher(home: Home, *plants: str) -> Iterator[Publisher]:
    """A publisher that ends with the block."""
    made = Publisher(home, plants)
    try:
        yield made
    finally:
        made.close()


def build_id(number: int) -> str:
    """Ids in the order of their numbers."""
    return f"20260101T{number // 3600:02}{number // 60 % 60:02}{number % 60:02}Z-{number:08x}"


if __name__ == "__main__":
    serve()
