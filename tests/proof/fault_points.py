"""A fault at every point of a run of the real `oh`: each event of each step, each call to the file system, dbt, helpers, history."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .homes import complaint, damage, drawn, fresh, indiscreet, last_line, leftovers, live, oh_run, planted, template
from .proving import Found, Proof, Task

AT_ONCE = 2  # runs beside each other
IN_TESTS = 2
"""A tenth would be five minutes on two cores, because a fault needs a run; so few show that the harness works."""
_NUMBERS = (errno.ENOSPC, errno.EACCES, errno.EDQUOT, errno.EROFS, errno.EIO)
_RAISED = "Conversion Constraint OutOfMemory IO Internal Catalog Interrupt Transaction Fatal"
_DBT = ["test", "compilation", "database", "runtime", "SIGKILL", *(f"{kind}Exception" for kind in _RAISED.split(" "))]


@dataclass(frozen=True)
class Point:
    """Where, and which error."""

    name: str
    error: str


def points(seen: list[str]) -> list[Point]:
    """Every point of a run that shall have a fault, each with an error of its kind.

    Every asset is one, and every check of the editions. Of dbt's nodes one of each kind of node and failure is one too. Of the
    history's events one in ten, and all from the publication on.
    """
    found: list[Point] = []
    calls = [name for name in seen if name.startswith("call ")]
    found += [Point(name, str(_NUMBERS[at % len(_NUMBERS)])) for at, name in enumerate(calls)]
    checks = "event Modelling, AssetCheckResult", "event Reading the source files, AssetCheckResult"
    found += [Point(name, "value") for name in seen if name.startswith("event ") and not name.startswith(checks)]
    for name in (name for name in seen if name.startswith("helper ")):
        found += [Point(name, error) for error in ("value", "SIGKILL", str(errno.ENOSPC))]
    history = [name for name in seen if name.startswith("history ")]
    published = next((at for at, name in enumerate(history) if name.startswith("history STEP_OUTPUT editions #12")), 0)
    found += [Point(name, str(errno.ENOSPC)) for at, name in enumerate(history) if at % 10 == 0 or at >= published]
    for kind in ("seed", "model", "test"):
        nodes = sorted({name.rsplit(" #")[0] for name in seen if name.startswith(f"dbt {kind} ")})
        wanted = [error for error in _DBT if error != "test" or kind == "test"]
        found += [Point(f"{nodes[at * 7 % len(nodes)]} #1", error) for at, error in enumerate(wanted) if nodes]
    return found


def _told(home: Path, seen: Path, point: Point | None) -> dict[str, str]:
    about = {"home": str(home), "seen": str(seen)}
    if point is not None:
        about |= {"point": point.name, "error": point.error}
    return planted("tests.proof.injecting:plants", PROVING_TOLD=json.dumps(about))


def passed(scratch: Path) -> list[str]:
    """Every point that a run passes."""
    home, seen = fresh(scratch / "passed"), scratch / "seen"
    said = oh_run(home, env=_told(home, seen, None))
    assert said.returncode == 0, said.stderr[-400:]
    return seen.read_text(encoding="utf-8").splitlines()


def faults(task: Task, *plants: str, wanted: list[Point] | None = None) -> Found:
    """A run for each point; one in ten is followed by a run that must go well."""
    chosen = wanted or points(passed(task.scratch))
    every = len(chosen)
    drawn(task.seed, "points").shuffle(chosen)
    if task.tries < PROOF.tries and wanted is None:
        chosen = chosen[: task.tries]
    template()

    def look(number: int, point: Point) -> Iterator[str]:
        folder = task.scratch / str(number)
        folder.mkdir()
        yield from _try(folder, point, plants, is_followed=number % 10 == 9)
        shutil.rmtree(folder, ignore_errors=True)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        looked = pool.map(lambda each: list(look(*each)), enumerate(chosen))
        broken = [line for lines in looked for line in lines]
    return Found(len(chosen), broken, f"{len(chosen)} of {every} points")


def _try(folder: Path, point: Point, plants: tuple[str, ...], *, is_followed: bool) -> Iterator[str]:
    home, seen = fresh(folder / "home"), folder / "seen"
    before = live(home)
    env = _told(home, seen, point)
    env["PROVING"] = " ".join((env["PROVING"], *plants))
    said = oh_run(home, env=env)
    where = f"{point.name}, {point.error}"
    if not seen.exists() or not seen.read_text(encoding="utf-8"):
        yield f"{where}: the point was not reached"
    is_failed = said.returncode != 0
    for each in damage(home, before, failed=is_failed):
        yield f"{where}: {each}"
    for each in complaint(said) if is_failed else indiscreet(said):
        yield f"{where}: {each}"
    if not is_failed and live(home) == before:
        yield f"{where}: it ended with 0 and published nothing"
    if is_followed:
        after = oh_run(home)
        if after.returncode:
            yield f"{where}: the next run ended with {after.returncode}: {last_line(after)}"
        for each in [*damage(home, before), *leftovers(home)]:
            yield f"{where}, the next run: {each}"


PROOF = Proof(
    "fault_points",
    "a run that fails, wherever a fault is injected into it, leaves both editions byte for byte and says why in one line",
    "faults",
    250,
    faults,
    least=IN_TESTS,
)
PROOFS = (PROOF,)
