"""Full disks, read-only folders and quotas under the real `oh`: small file systems in a namespace of one's own.

Where a user may not make one (`namespaces` says so), files that may not grow beyond a size stand for all of them.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from ..pipeline.conftest import PROJECT, environment
from .homes import complaint, damage, deliver, drawn, indiscreet, last_line, leftovers, live, oh_run, planted, template
from .proving import Found, Proof, Task

AT_ONCE = 2
IN_TESTS = 3
"""A tenth would be six, each a run of ten seconds; these are one of a kind."""
_BELOW = ("restricted", "restricted/.build", "open")
CLOSED = [".", "raw", "warehouse", *(f"warehouse/{name}" for name in _BELOW)]
CLOSED += ["returns", "cache", "cache/dbt", "dagster", "dagster/history"]
_NAMES = ("The disk is full", "No permission to write", "The disk cannot be written")
_ROOM, _FILES, _SECONDS = 60 << 20, 500, 12.0  # a run needs no more of them
_NAMESPACE = ("unshare", "--user", "--map-root-user", "--mount", "--propagation", "private")


@dataclass(frozen=True)
class Disk:
    """`kind`: `space` of so many spare bytes, `files` of so many spare names, `filling` within so many milliseconds, `closed`
    to writing, `limit` of so many bytes a file."""

    kind: str
    spare: int = 0
    folder: str = ""


@cache
def namespaces() -> bool:
    """Whether this user may mount in a namespace of their own."""
    script = "mount -t tmpfs none /mnt && mount --bind /mnt /mnt && mount -o remount,ro,bind /mnt"
    try:
        return not subprocess.run([*_NAMESPACE, "sh", "-c", script], capture_output=True, check=False).returncode
    except OSError:
        return False


def disks(seed: int, tries: int) -> list[Disk]:
    """So many, of all kinds in turn."""
    closed = drawn(seed, "closed").sample(CLOSED, len(CLOSED))
    made = []
    for number in range(tries):
        chance = drawn(seed, "disk", number)
        kind = ("space", "closed", "filling", "files", "space", "limit")[number % 6] if namespaces() else "limit"
        if kind == "space":
            made.append(Disk(kind, chance.randrange(_ROOM)))
        elif kind == "files":
            made.append(Disk(kind, chance.randrange(_FILES)))
        elif kind == "filling":
            made.append(Disk(kind, chance.randrange(int(_SECONDS * 1000))))
        elif kind == "closed":
            made.append(Disk(kind, folder=closed[number // 6 % len(closed)]))
        else:
            made.append(Disk(kind, 1 << chance.randrange(10, 26)))
    return made


def full(task: Task, *plants: str, wanted: list[Disk] | None = None) -> Found:
    """A run on each disk; one in eight is followed by one with room."""
    chosen = wanted or disks(task.seed, task.tries)
    template()

    def look(number: int, disk: Disk) -> list[str]:
        folder = task.scratch / str(number)
        (folder / "home").mkdir(parents=True)
        told = {"disk": asdict(disk), "template": str(template()), "folder": str(folder), "followed": number % 8 == 7}
        command = [sys.executable, "-m", "tests.proof.disks", json.dumps({**told, "plants": plants})]
        before = [] if disk.kind == "limit" else _NAMESPACE
        said = subprocess.run(
            [*before, *command], cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False
        )
        if said.returncode:
            return [f"{disk}: it could not be tried: {said.stderr[-300:]}"]
        shutil.rmtree(folder, ignore_errors=True)
        lines: list[str] = json.loads(said.stdout.splitlines()[-1])
        return lines

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [line for lines in pool.map(lambda each: look(*each), enumerate(chosen)) for line in lines]
    ended = [line.removeprefix("ended: ") for line in found if line.startswith("ended: ")]
    remark = ", ".join(f"{ended.count(how)} {how}" for how in sorted(set(ended)))
    if not namespaces():
        remark += "; no namespaces here: only files that may not grow"
    return Found(len(chosen), [line for line in found if not line.startswith("ended: ")], remark)


def _try(disk: Disk, folder: Path, plants: tuple[str, ...], *, is_followed: bool) -> Iterator[str]:
    """In the namespace: the run, and what is wrong after it."""
    home = folder / "home"
    with _mounted(disk, home) as give_room:
        before = live(home)
        env = planted(*plants) if plants else environment()
        ending = threading.Thread(target=_fill, args=(home / "filler", disk.spare / 1000), daemon=True)
        if disk.kind == "filling":
            ending.start()
        if disk.kind == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (disk.spare, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        said = oh_run(home, env=env)
        is_failed = said.returncode != 0
        yield from damage(home, before, failed=is_failed)
        yield from complaint(said) if is_failed else indiscreet(said)
        line = next((line for line in said.stderr.splitlines() if line.startswith("error: ")), "")
        name = next((name for name in _NAMES if name in line), None)
        if is_failed and name is None:
            yield f"its error has no name: {line}"
        if disk == Disk("closed", folder="raw") and is_failed:
            yield "raw/ need not be written to"
        yield f"ended: {name or 'published'}"
        if is_followed:
            if ending.is_alive():
                ending.join()
            give_room()
            after = oh_run(home)
            if after.returncode:
                yield f"the next run, with room, ended with {after.returncode}: {last_line(after)}"
            yield from (f"the next run left {each}" for each in leftovers(home))


@contextmanager
def _mounted(disk: Disk, home: Path) -> Iterator[Callable[[], object]]:
    """The home on such a disk; what is given gives it room."""
    copied = int(
        subprocess.run(["du", "-s", "-B4096", template_of(home)], capture_output=True, check=True).stdout.split()[0]
    )
    names = sum(1 + len(folders) + len(files) for _, folders, files in os.walk(template_of(home)))
    if disk.kind != "limit":
        size = copied * 4096 + (disk.spare if disk.kind == "space" else 2 * _ROOM)
        count = names + 2 + (disk.spare if disk.kind == "files" else 10 * _FILES)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size},nr_inodes={count}", "none", home], check=True)
    shutil.copytree(template_of(home), home, symlinks=True, dirs_exist_ok=True)
    if disk.kind in ("filling", "limit"):
        deliver(home, 4)
    closed = home / disk.folder
    if disk.kind == "closed":
        subprocess.run(["mount", "--bind", closed, closed], check=True)
        subprocess.run(["mount", "-o", "remount,ro,bind", closed], check=True)

    def give_room() -> None:
        if disk.kind == "closed":
            subprocess.run(["umount", closed], check=True)
        elif disk.kind == "limit":
            most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        else:
            (home / "filler").unlink(missing_ok=True)
            subprocess.run(["mount", "-o", f"remount,size={1 << 30},nr_inodes=100000", home], check=True)

    yield give_room


def template_of(home: Path) -> Path:
    """Where the home is copied from."""
    return Path((home.parent / "template").readlink())


def _fill(file: Path, after: float) -> None:
    """Take all the room there is, and what becomes free."""
    time.sleep(after)
    until = time.monotonic() + 2 * _SECONDS
    with file.open("wb", buffering=0) as filler:
        while time.monotonic() < until:
            try:
                filler.write(bytes(1 << 16))
            except OSError:
                time.sleep(0.005)


def main() -> None:
    """One try, in the namespace; what is wrong as a line of JSON."""
    told = json.loads(sys.argv[1])
    folder, disk = Path(told["folder"]), Disk(**told["disk"])
    (folder / "template").symlink_to(told["template"])
    lines = list(_try(disk, folder, tuple(told["plants"]), is_followed=told["followed"]))
    about = " ".join(filter(None, (disk.kind, disk.folder or f"{disk.spare:,}")))
    print(json.dumps([line if line.startswith("ended: ") else f"{about}: {line}" for line in lines]))  # noqa: T201


PROOF = Proof(
    "disk_full",
    "a disk without room or names left, a folder that is read-only, or a limit leaves both editions as they were, and is named",
    "disks",
    60,
    full,
    least=IN_TESTS,
)
PROOFS = (PROOF,)

if __name__ == "__main__":
    main()
