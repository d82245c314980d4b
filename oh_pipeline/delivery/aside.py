"""A folder that goes out: written whole beside its place, then swapped in. One of somebody else's is never replaced.

A folder is known by the list of its files, `export.json`: only one that holds these and nothing else is ours to replace.
Knows nothing of what is in the files.
"""

from __future__ import annotations

import fcntl
import glob
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.faults import to_fault

LISTED = "export.json"
MADE_BY = "oh export"
PRIVATE, PUBLIC = 0o700, 0o755
_LOCK = "lock"
_YOUNG = 60  # seconds in which a folder without a lock may be about to get one


@dataclass(frozen=True)
class Aside:
    """Where to write: `made` becomes the folder, `spill` is room for what is written on the way."""

    made: Path
    spill: Path


@contextmanager
def folder_aside(target: Path, *, is_public: bool) -> Iterator[Aside]:
    """Write a folder: all of it is there afterwards, or what was there before. Raises UsageFault, Fault.

    Modes are those of `is_public`, whatever the umask. What a kill leaves is a closed folder `.NAME.*.tmp` beside the
    target, which the next call removes.
    """
    target = Path(os.path.realpath(target))
    require_own(target)
    try:
        _make_parents(target.parent, PUBLIC if is_public else PRIVATE)
        _remove_leftovers(target)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent))
    except (FileExistsError, NotADirectoryError):
        raise UsageFault(f"'{target}' is no folder and cannot be made one") from None
    except OSError as error:
        raise _unwritable(error, target) from None
    try:
        with (scratch / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            aside = Aside(scratch / "made", scratch / "spill")
            aside.made.mkdir(mode=PRIVATE)
            aside.spill.mkdir(mode=PRIVATE)
            yield aside
            _set_modes(aside.made, is_public=is_public)
            require_own(target)  # somebody may have put a file there meanwhile
            _swap(aside.made, target, scratch / "before")
    except OSError as error:
        raise _unwritable(error, target) from None
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def write_list(folder: Path, told: Mapping[str, Any]) -> None:
    """The list of the files in a folder that is about to go out, with what is told of it; no clock in it."""
    files = sorted(file.name for file in folder.iterdir())
    text = json.dumps({"made_by": MADE_BY, **told, "files": files}, ensure_ascii=False, indent=2)
    (folder / LISTED).write_text(text + "\n", encoding="utf-8")


def require_own(target: Path) -> None:
    """Raise UsageFault where a folder holds what is not ours to replace, or cannot be swapped."""
    if not os.path.lexists(target):
        return
    if not target.is_dir():
        raise UsageFault(f"'{target}' is no folder", "Name a new or an empty one")
    if target == Path.cwd() or target in Path.cwd().parents:
        raise UsageFault(f"'{target}' is the folder you are in, or one above it", "Name another, such as export")
    try:
        there = {file.name for file in target.iterdir()}
        told = json.loads((target / LISTED).read_text(encoding="utf-8")) if LISTED in there else {}
    except OSError as error:
        raise _unwritable(error, target) from None
    except ValueError:
        told = {}
    if not there:
        return
    if not isinstance(told, dict) or told.get("made_by") != MADE_BY:
        raise UsageFault(f"'{target}' is not empty and holds no export", "Name a new or an empty folder")
    if not there <= {LISTED, *told.get("files", [])}:
        raise UsageFault(
            f"'{target}' holds other files beside an export", "Move them, or name a new or an empty folder"
        )


def _make_parents(folder: Path, mode: int) -> None:
    if not folder.is_dir():
        _make_parents(folder.parent, mode)
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)


def _set_modes(folder: Path, *, is_public: bool) -> None:
    for file in folder.iterdir():
        file.chmod(0o644 if is_public else 0o600)
    folder.chmod(PUBLIC if is_public else PRIVATE)


def _swap(made: Path, target: Path, before: Path) -> None:
    """One rename onto an empty or a missing folder; else two, taken back where the second fails."""
    if not target.is_dir() or not any(target.iterdir()):
        made.rename(target)
        return
    target.rename(before)
    try:
        made.rename(target)
    except BaseException:
        before.rename(target)
        raise


def _remove_leftovers(target: Path) -> None:
    """Folders whose writer was killed: nobody holds their lock."""
    for leftover in target.parent.glob(f".{glob.escape(target.name)}.*.tmp"):
        lock = leftover / _LOCK
        if leftover.is_symlink() or not leftover.is_dir() or time.time() - leftover.stat().st_mtime < _YOUNG:
            continue
        try:
            with lock.open("r+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(leftover, ignore_errors=True)
        except OSError:
            continue


def _unwritable(error: OSError, target: Path) -> Fault:
    if isinstance(error, PermissionError):
        return UsageFault(f"'{target}' cannot be written", "Name a folder that this user may write in")
    return to_fault(error, "Writing the export")
