"""Modes of all that a run makes, while it runs and after it, whatever umask it is given and however it ends."""

from __future__ import annotations

import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from ..pipeline.conftest import OH
from .homes import SECONDS, fresh, is_modelling, kill_group, planted
from .proving import Found, Proof, Task

UMASKS = (0o000, 0o022, 0o077)
_ENDINGS = ("it goes well", "publishing raises", "it is killed")
_PASSABLE = {"warehouse": 0o711, "reports": 0o711}
_OPEN = ("warehouse/open", "reports/open")


def modes(task: Task, *plants: str) -> Found:
    """A run for each umask and ending, each on a home of its own."""
    broken: list[str] = []
    every = [(UMASKS[at % len(UMASKS)], _ENDINGS[(at + at // len(UMASKS)) % len(_ENDINGS)]) for at in range(9)]
    for at in range(task.tries):
        umask, ending = every[at % len(every)]
        home = fresh(task.scratch / str(at))
        for entry in home.iterdir():  # all but what people put there is made anew
            if entry.name != "raw":
                subprocess.run(["rm", "-r", str(entry)], check=True)
        names = (*plants, *(["tests.proof.breaking:publishing_raises"] if ending == "publishing raises" else []))
        seen = _watched(home, umask, planted(*names), is_killed=ending == "it is killed")
        broken += [f"umask {umask:03o}, {ending}: {each}" for each in sorted(seen)]
    return Found(task.tries, broken, f"{len(UMASKS)} umasks, {len(_ENDINGS)} endings")


def _watched(home: Path, umask: int, env: Mapping[str, str], *, is_killed: bool) -> set[str]:
    """What was open that should be closed, at any moment of a run, or closed that should be open at its end."""
    run = subprocess.Popen(
        [str(OH), "run", "--home", str(home)],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        umask=umask,
    )
    seen: set[str] = set()
    until = time.monotonic() + SECONDS
    while run.poll() is None and time.monotonic() < until:
        seen |= set(_open_in(home))
        if is_killed and is_modelling(home):
            break
        time.sleep(0.05)
    kill_group(run)
    code = run.wait()
    seen |= set(_open_in(home))
    if code == 0:
        seen |= set(_closed_in(home))
        if not (home / "warehouse" / "open").exists():
            seen.add("nothing was published")
    return seen


def _open_in(home: Path) -> Iterator[str]:
    """Names of kinds of places, without what is drawn anew each time."""
    for path in home.rglob("*"):
        place = path.relative_to(home).as_posix()
        if place.startswith("raw") or place.startswith(_OPEN):
            continue
        with suppress(OSError):
            found = path.lstat().st_mode
            allowed = _PASSABLE.get(place, 0o700) if stat.S_ISDIR(found) else 0o600
            if not stat.S_ISLNK(found) and stat.S_IMODE(found) & ~allowed & 0o077:
                yield f"{'/'.join(path.relative_to(home).parts[:2])} had the mode {stat.S_IMODE(found):04o}"


def _closed_in(home: Path) -> Iterator[str]:
    """The open edition is there for everybody, and so is the way to it."""
    edition = home / "warehouse" / "open"
    for path in [edition, *edition.iterdir()]:
        wanted = 0o755 if path.is_dir() else 0o644
        if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) != wanted:
            yield f"a part of the open edition had the mode {stat.S_IMODE(path.stat().st_mode):04o}"
    if stat.S_IMODE((home / "warehouse").stat().st_mode) != 0o711:
        yield "nobody can reach the open edition"


PROOF = Proof(
    "modes",
    "whatever umask a run is given, nobody else may read or write what it makes, at no moment of it, but the open edition",
    "runs",
    2 * len(UMASKS) * len(_ENDINGS),
    modes,
    least=1,
)
PROOFS = (PROOF,)
