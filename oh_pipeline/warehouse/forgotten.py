"""The folder `forgotten/` of a home: the tombstones and their key, kept so that none is lost and none is believed half.

Beside the key lies one file, a keyed hash a line: first the seal over all others, then these in order, which says nothing
of the order of erasures. Whatever does not fit ends the work: a run that knew a part of the tombstones would publish
erased records again.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

from oh_pipeline.errors import UsageFault
from oh_pipeline.validation.tombstones import NONE, Erased, Tombstones
from oh_pipeline.warehouse.faults import guarded
from oh_pipeline.warehouse.home import PRIVATE, PRIVATE_FILE, Home, sync_folder

KEY, LINES = "key", "tombstones"
_KEY_BYTES = 32
_LINE = re.compile(r"[0-9a-f]{64}(?:[0-9a-f]{32})?")
_REMEDY = "Restore the folder forgotten/ from a backup; without it erased records would be published again"


def load_tombstones(folder: Path) -> Tombstones:
    """What was erased in a home whose folder `forgotten/` is given. Raises UsageFault where that cannot be told."""
    try:
        there = {file.name for file in folder.iterdir()} & {KEY, LINES}
    except FileNotFoundError:
        return NONE
    except OSError:
        raise UsageFault("The folder forgotten/ cannot be read", "Give this user the right to read it") from None
    if not there:
        return NONE
    for name in (KEY, LINES):
        if name not in there:
            raise UsageFault(f"forgotten/{name} is missing", _REMEDY)
    try:
        key = (folder / KEY).read_text(encoding="ascii").strip()
        lines = (folder / LINES).read_text(encoding="ascii").split()
    except (OSError, UnicodeError):
        raise UsageFault("The folder forgotten/ cannot be read", _REMEDY) from None
    if len(key) != 2 * _KEY_BYTES or not _LINE.fullmatch(key) or not all(map(_LINE.fullmatch, lines)):
        raise UsageFault("The folder forgotten/ holds what is no tombstone or no key", _REMEDY)
    found = Tombstones(bytes.fromhex(key), frozenset(lines[1:]))
    if not lines or not found.hashes or found.seal != lines[0]:
        raise UsageFault("The tombstones in forgotten/ are not whole, or are not of this key", _REMEDY)
    return found


def add_tombstones(home: Home, erased: Erased) -> Tombstones:
    """Write what is erased; durable when it comes back, all of it or nothing. Only under the lock. Raises Fault."""
    clear_leftovers(home)
    before = load_tombstones(home.forgotten)
    tombstones = before if before.key else Tombstones(secrets.token_bytes(_KEY_BYTES))
    after = Tombstones(tombstones.key, tombstones.hashes | tombstones.of(erased))
    if after.hashes == before.hashes:
        return before
    with guarded("Writing the tombstone"):
        if before.key:
            _write(home.forgotten / f".{LINES}.tmp", _lines(after))
            (home.forgotten / f".{LINES}.tmp").replace(home.forgotten / LINES)
            sync_folder(home.forgotten)
        else:
            _make(home, after)
    return after


def clear_leftovers(home: Home) -> None:
    """Remove what a killed writer left. Only under the lock."""
    with guarded("Clearing forgotten/"):
        shutil.rmtree(home.root / f".{home.forgotten.name}.tmp", ignore_errors=True)
        (home.forgotten / f".{LINES}.tmp").unlink(missing_ok=True)


def _make(home: Home, tombstones: Tombstones) -> None:
    """Key and tombstones appear together, so that one without the other is always a loss."""
    scratch = home.root / f".{home.forgotten.name}.tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=PRIVATE)
    scratch.chmod(PRIVATE)
    _write(scratch / KEY, tombstones.key.hex() + "\n")
    _write(scratch / LINES, _lines(tombstones))
    sync_folder(scratch)
    scratch.rename(home.forgotten)
    sync_folder(home.root)


def _lines(tombstones: Tombstones) -> str:
    return "".join(f"{line}\n" for line in (tombstones.seal, *sorted(tombstones.hashes)))


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        os.fchmod(handle, PRIVATE_FILE)
        written.write(text)
        written.flush()
        os.fsync(handle)
