"""Runs that are started at the same moment: by hand, waiting or not, and by Dagster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.home import Home

from ..pipeline.conftest import OH, PROJECT
from .homes import (
    SECONDS,
    Said,
    complaint,
    damage,
    deliver,
    fresh,
    indiscreet,
    last_line,
    leftovers,
    live,
    planted,
    unfinished,
)
from .proving import Found, Proof, Task

IN_TESTS = 3
"""Each that waits is a run more: a tenth of twenty is two, and says nothing of many."""
_SOON = 5.0  # seconds within which a run that shall not wait has ended
_WAIT, _NO_WAIT, _DAGSTER = "waits", "does not wait", "Dagster's"


def marks() -> dict[str, Callable[[ModuleType], object]]:
    """To be planted: each run writes down when it begins to build and when it has published."""
    return {"oh_pipeline.orchestration.session": _mark_building, "oh_pipeline.warehouse.publish": _mark_publishing}


def _note(what: str) -> None:
    handle = os.open(os.environ["PROVING_TOLD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(handle, f"{json.dumps([time.monotonic(), what, os.getpid()])}\n".encode())
    os.close(handle)


def _mark_building(module: ModuleType) -> None:
    begin = module.begin_build

    def begin_build(*rest: Any) -> Any:
        _note("begins")
        return begin(*rest)

    module.begin_build = begin_build  # type: ignore[attr-defined]


def _mark_publishing(module: ModuleType) -> None:
    real = module.publish

    def publish(*rest: Any) -> Any:
        published = real(*rest)
        _note("published")
        return published

    module.publish = publish  # type: ignore[attr-defined]


def _command(kind: str, home: Path) -> list[str]:
    if kind == _DAGSTER:  # what the daemon has a process of its own do, once a run's turn has come
        return [
            sys.executable,
            "-m",
            "dagster",
            "job",
            "execute",
            "-m",
            "oh_pipeline.definitions",
            "-j",
            "outcome_warehouse",
        ]
    return [str(OH), "run", "--json", "--home", str(home), *(["--no-wait"] if kind == _NO_WAIT else [])]


def starts(task: Task, *plants: str) -> Found:
    """A third of them waits, the others do not; then one by Dagster with one by hand."""
    broken: list[str] = []
    waiting = max(task.tries // 5, 1)
    kinds = [_WAIT] * waiting + [_NO_WAIT] * (task.tries - waiting)
    refused = _together(task.scratch / "by hand", kinds, plants, broken)
    if not any("two at once" in line for line in broken):
        _together(task.scratch / "by Dagster", [_DAGSTER, _WAIT], plants, broken)
    slowest = max(refused, default=0.0)
    remark = f"{waiting} waited their turn; {len(refused)} were refused, the last of them after {slowest:.1f} s"
    return Found(task.tries, broken, f"{remark}; then one by Dagster with one by hand")


def _together(folder: Path, kinds: Sequence[str], plants: tuple[str, ...], broken: list[str]) -> list[float]:
    """Start all at once; the seconds after which each that was refused had ended, and what was wrong."""
    folder.mkdir()
    home, log = fresh(folder / "home"), folder / "log"
    before = live(home)
    deliver(home, 5)
    env = planted("tests.proof.starts:marks", *plants, PROVING_TOLD=str(log)) | _for_dagster(home)
    began = time.monotonic()
    running = [_start(_command(kind, home), folder / str(number), env) for number, kind in enumerate(kinds)]
    seconds: dict[int, float] = {}
    while len(seconds) < len(running) and time.monotonic() - began < SECONDS:
        for number, process in enumerate(running):
            if number not in seconds and process.poll() is not None:
                seconds[number] = time.monotonic() - began
        if _overlaps(log):
            broken.append("two at once were building")
            break
        time.sleep(0.02)
    said = [_end(process, folder / str(number)) for number, process in enumerate(running)]
    if len(seconds) < len(running) and not _overlaps(log):
        broken.append("a run waited for ever")
    if _overlaps(log):
        return []
    done = 0
    refused: list[float] = []
    for number, (kind, one) in enumerate(zip(kinds, said, strict=True)):
        wrong = [] if kind == _DAGSTER else indiscreet(one)
        if one.returncode == 0:
            done += 1
        elif kind != _NO_WAIT:
            wrong.append(f"it ended with {one.returncode}: {last_line(one)}")
        else:
            wrong += complaint(one, (3,))
            refused.append(seconds[number])
            if seconds[number] > _SOON:
                wrong.append(f"it took {seconds[number]:.1f} s to end")
            if "Another run" not in one.stderr:
                wrong.append("it does not say why")
        broken.extend(f"start {number}, {kind}: {each}" for each in wrong)
    published = _marked(log).count("published")
    if published != done or done < 1:
        broken.append(f"{done} ended well, {published} published")
    broken.extend(damage(home, before))
    broken.extend(f"left: {each}" for each in [*leftovers(home), *unfinished(home)])
    return refused


def _start(command: list[str], said: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with (
        said.with_suffix(".out").open("wb") as out,
        said.with_suffix(".err").open("wb") as err,
    ):  # no pipe: Dagster says much
        return subprocess.Popen(command, cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err)


def _end(process: subprocess.Popen[bytes], said: Path) -> Said:
    if process.poll() is None:
        process.kill()
    code = process.wait()
    out, err = (said.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".out", ".err"))
    return Said(process.args, code, out, err)


def _for_dagster(home: Path) -> dict[str, str]:
    from oh_pipeline.orchestration.instance import environment, place_settings

    settings = Settings(home=home)
    place_settings(settings, Home(home))
    return environment(settings, Home(home))


def _lines(log: Path) -> list[tuple[float, str, int]]:
    if not log.exists():
        return []
    return sorted(tuple(json.loads(line)) for line in log.read_text(encoding="utf-8").splitlines())


def _marked(log: Path) -> list[str]:
    return [what for _, what, _ in _lines(log)]


def _overlaps(log: Path) -> bool:
    """Whether one began to build before the one at work had published."""
    at_work: int | None = None
    for _, what, pid in _lines(log):
        if what == "begins":
            if at_work not in (None, pid):
                return True
            at_work = pid
        elif pid != at_work:
            return True
        else:
            at_work = None
    return False


PROOF = Proof(
    "starts",
    "of runs that start at the same moment one builds at a time; those that shall not wait end soon, the others take their turn",
    "starts",
    20,
    starts,
    least=IN_TESTS,
)
PROOFS = (PROOF,)
