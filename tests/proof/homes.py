"""Homes on which harnesses try their promises: one published by the real `oh`, copies of it, and what must hold of each after a fault."""

from __future__ import annotations

import atexit
import hashlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from oh_pipeline.warehouse.home import EDITIONS, Home

from ..fragments import fragment
from ..pipeline.conftest import OH, PROJECT, environment

INJECTED = Path(__file__).with_name("injected")
SECONDS = 900.0  # after which a call is ended and counts as hindered
_GOODBYE = 60.0
_RAW_BYTES = 12_000_000
CANARY = "zanquo"  # what planted errors quote, as real ones quote a value

Said = subprocess.CompletedProcess[str]


def record(number: int, *more: str) -> str:
    """A fragment of its own."""
    words = " ".join(("In 2023 the council of", f"ward {number}", "opened its books to all who asked for them.", *more))
    return fragment(id=f"SCC-KEN/CIV{number:03}", description=words)


def table(number: int) -> str:
    """A CSV of one record, with an issue, so that there is a return."""
    return (
        "FragmentID,Outcome description,coutnry,Year,Outcome statements is CONFIDENTIAL\n"
        f"SCC-KEN/CIV{number:03},In 2023 the court of ward {number} heard its first case in the open.,Kenya,soon,0\n"
    )


@cache
def template() -> Path:
    """A small home, published once by the real `oh` in this process's life; nobody may write to it."""
    root = Path(tempfile.mkdtemp(prefix="oh-template-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    (root / "raw").mkdir()
    (root / "raw" / "one.txt").write_text(record(1) + record(2), encoding="utf-8")
    (root / "raw" / "two.csv").write_text(table(3), encoding="utf-8")
    said = oh_run(root)
    assert said.returncode == 0, said.stderr[-400:]
    return root


def fresh(place: Path) -> Path:
    """A copy of it, in which one more record was delivered since."""
    shutil.copytree(template(), place, symlinks=True)
    deliver(place, 4)
    return place


def deliver(home: Path, number: int) -> None:
    """One more file."""
    (home / "raw" / f"more {number}.txt").write_text(record(number), encoding="utf-8")


def planted(*names: str, **more: str) -> dict[str, str]:
    """The environment in which `oh` has the functions of that name planted, and what they are told."""
    path = os.pathsep.join((str(INJECTED), str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])))
    return environment({"PYTHONPATH": path, "PROVING": " ".join(names), **more})


def oh_run(home: Path, *words: str, env: Mapping[str, str] | None = None, timeout: float = SECONDS) -> Said:
    """`oh run`, whatever it ends with; its children end with it."""
    command = [str(OH), "run", "--home", str(home), *words]
    return subprocess.run(
        command, env=dict(env or environment()), capture_output=True, text=True, timeout=timeout, check=False
    )


def is_modelling(home: Path) -> bool:
    """Whether a run on this home has come to dbt's models: its build is larger than the raw tables alone."""
    with suppress(OSError):
        return (Home(home).building / "outcomes.duckdb").stat().st_size > _RAW_BYTES
    return False


def free_port() -> int:
    """A port of this machine's own address that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def kill_group(process: subprocess.Popen[Any]) -> None:
    """End a process that leads its group, and all its children, without a word."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def end_group(process: subprocess.Popen[Any]) -> None:
    """Ask them to end, and end them if they do not."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_GOODBYE)
    kill_group(process)
    process.wait()


@dataclass(frozen=True)
class Edition:
    """What a link leads to: a build, and its bytes as a hash."""

    build: str
    bytes: str


Live = Mapping[str, Edition]


def live(root: Path) -> Live:
    """What is published now."""
    home, found = Home(root), {}
    for edition in EDITIONS:
        build = home.published_id(edition)
        if build is not None:
            with home.build_file(edition, build).open("rb") as file:
                found[edition] = Edition(build, hashlib.file_digest(file, "sha256").hexdigest())
    return found


def damage(root: Path, before: Live, *, failed: bool | None = None) -> list[str]:
    """What is wrong with the published editions; `before` is what they were.

    Each is the one before, byte for byte, or a newer one that can be read to its end; both are of one build, but for the
    state between the links, which the next run finishes: the restricted one is new, and the open one of that build lies
    beside. Where the run is known to have `failed`, both are the ones before.
    """
    home, wrong = Home(root), []
    now = live(root)
    for edition in EDITIONS:
        if edition not in now:
            if edition in before:
                wrong.append(f"the {edition} edition is gone")
        elif now[edition] == before.get(edition):
            continue
        elif failed:
            wrong.append(f"a failed run changed the {edition} edition")
        elif edition in before and now[edition].build == before[edition].build:
            wrong.append(f"the {edition} edition before was written to")
        elif edition in before and now[edition].build < before[edition].build:
            wrong.append(f"the {edition} edition went back")
        else:
            wrong += unreadable(home.build_file(edition, now[edition].build), now[edition].build)
    builds = {edition: entry.build for edition, entry in now.items()}
    if len(set(builds.values())) > 1 or len(builds) == 1:
        at = builds.get("restricted")
        old = before.get("open")
        between = at is not None and builds.get("open") == (old and old.build)
        if not between or unreadable(home.build_file("open", str(at)), str(at)):
            wrong.append("the editions are of two builds, and the next run cannot finish that")
    return wrong


def unreadable(file: Path, build: str) -> list[str]:
    """Why an edition's file is not whole: each table is read to its end."""
    try:
        with closing(duckdb.connect(file, read_only=True)) as connection:
            found = connection.execute("select build_id from main.meta_builds").fetchall()
            if found != [(build,)]:
                return [f"{file.parent.name}: it says that it is another build"]
            names = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            for schema, name in names:
                connection.execute(f'select hash(t) from "{schema}"."{name}" as t').fetchall()
            if file.with_name(f"{file.name}.wal").exists():
                return [f"{file.parent.name}: a write-ahead log lies beside it"]
    except (duckdb.Error, OSError) as error:
        return [f"{file.parent.name}: {type(error).__name__}"]
    return []


def leftovers(root: Path) -> list[str]:
    """What a run that ended in order must not have left."""
    home, left = Home(root), []
    if home.building.exists():
        left += [f".build/{entry.name}" for entry in home.building.iterdir()]
    for edition in EDITIONS:
        left += [f"{edition}/{entry.name}" for entry in home.edition(edition).glob(".*.tmp")]
        newest = home.published_id(edition)
        left += [f"{edition}/{file.name}" for file in home.builds(edition)[::-1] if newest and newest < _id(file)]
        if len(home.builds(edition)) > 3:
            left.append(f"{edition}: {len(home.builds(edition))} builds")
    if (home.cache / "returns-made").exists():
        left.append("cache/returns-made")
    left += [f"{entry.name}" for entry in home.root.glob(".*.tmp")]
    if home.lock_file.stat().st_size:
        left.append("a holder in the lock")
    return left


def unfinished(root: Path) -> list[str]:
    """The states of runs that the history does not know to have ended."""
    with closing(sqlite3.connect(f"file:{root / 'dagster' / 'history' / 'runs.db'}?mode=ro", uri=True)) as history:
        states = [str(status) for (status,) in history.execute("select status from runs")]
    return [status for status in states if status not in ("SUCCESS", "FAILURE", "CANCELED")]


def _id(file: Path) -> str:
    return file.name.removeprefix("outcomes-").removesuffix(".duckdb")


def complaint(said: Said, codes: Sequence[int] = (2, 3)) -> list[str]:
    """What is wrong with how a run failed: one line that names it, the right exit code, no traceback, no value."""
    wrong = []
    if said.returncode not in codes:
        wrong.append(f"it ended with {said.returncode}: {last_line(said)}")
    lines = [line for line in said.stderr.splitlines() if line.startswith("error: ")]
    if len(lines) != 1 or said.stderr.strip().splitlines()[-1] != lines[0]:
        wrong.append(f"{len(lines)} lines of error, or one that is not the last")
    return wrong + indiscreet(said)


def last_line(said: Said) -> str:
    """How a command ended, in its own words, which name no value."""
    return (said.stderr.strip().splitlines() or ["without a word"])[-1]


def indiscreet(said: Said) -> list[str]:
    """What no call may ever show."""
    wrong = []
    if "Traceback" in said.stdout + said.stderr:
        wrong.append("a traceback was printed")
    if CANARY in (said.stdout + said.stderr).lower():
        wrong.append("a value was quoted")
    return wrong


def drawn(seed: int, *salt: object) -> random.Random:
    """The chances of one try, the same in whatever order tries are made."""
    return random.Random(f"{seed} {salt}")
