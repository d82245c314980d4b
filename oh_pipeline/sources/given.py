"""What somebody names on the command line as the source files it stands for: files, folders, patterns, standard input.

Finds and names them; reads no fragment. A folder is walked as the raw folder is.
"""

from __future__ import annotations

import glob
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from oh_pipeline.errors import UsageFault
from oh_pipeline.sources.inventory import (
    LOST_LINK,
    NO_FILE,
    SourceFile,
    display_path,
    probe,
    renumbered,
    take_inventory,
)
from oh_pipeline.sources.likely import likely_suffix

STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, and the longer name that tells it from another of the same name in another folder."""

    item: SourceFile
    in_full: str


def given_files(paths: Sequence[str], known_labels: frozenset[str], stdin: BinaryIO, scratch: Path) -> list[SourceFile]:
    """The source files in natural order, each once. Raises UsageFault where a path names nothing.

    A file below a named folder bears its path below it, as it would in a run; any other its name as given. Standard input
    is kept in the folder `scratch`. `known_labels` are those of the codebook, folded.
    """
    found: list[_Found] = []
    seen: set[str] = set()
    for path in dict.fromkeys(match for given in paths for match in _matches(given)):
        if path == STDIN:
            found.append(_Found(_standard_input(stdin, known_labels, scratch), STDIN))
            continue
        new = [(os.path.realpath(entry.item.file), entry) for entry in _files(path)]
        found += [entry for place, entry in new if place not in seen]
        seen.update(place for place, _ in new)
    if not found:
        raise UsageFault("Nothing to check: no file lies there", "Files whose name begins with . or ~$ are left out")
    return renumbered(_told_apart(found))


def _matches(path: str) -> list[str]:
    """The path itself where it exists, else what it matches as a pattern."""
    if path == STDIN or os.path.lexists(path):
        return [path]
    is_pattern = glob.has_magic(path)
    matches = sorted(glob.glob(path, recursive=True)) if is_pattern else []  # noqa: PTH207 - Path takes no absolute one
    if not matches:
        raise UsageFault(f"{'No file matches' if is_pattern else 'There is no file or folder'} '{_shown(path)}'")
    return matches


def _files(path: str) -> Iterator[_Found]:
    shown, place = _shown(path), Path(path)
    if place.is_dir():
        for item in take_inventory(place):
            below = item.source_file
            yield _Found(replace(item, source_file=below or shown), f"{shown.rstrip('/')}/{below}" if below else shown)
    elif place.is_file():
        if not place.name.startswith("~$"):  # a program's lock beside an open file: patterns match it
            yield _Found(probe(shown, path, 0), shown)
    else:
        yield _Found(SourceFile(shown, path, problem=NO_FILE if place.exists() else LOST_LINK), shown)


def _shown(path: str) -> str:
    """The path as given, in the letters in which source files are named."""
    return f"{'/' if path.startswith('/') else ''}{display_path(path, '')}"


def _told_apart(found: Sequence[_Found]) -> list[SourceFile]:
    """The files under names of their own: where two would share one, each gets the longer."""
    names = [entry.item.source_file for entry in found]
    while True:
        shared = {name for name, count in Counter(names).items() if count > 1}
        longer = [entry.in_full if name in shared else name for name, entry in zip(names, found, strict=True)]
        if longer == names:
            return [replace(entry.item, source_file=name) for name, entry in zip(names, found, strict=True)]
        names = longer


def _standard_input(stdin: BinaryIO, known_labels: frozenset[str], scratch: Path) -> SourceFile:
    """What comes in, in a file that only this user may read, as the kind of file that it looks like."""
    path = scratch / "standard-input"
    with path.open("xb") as file:
        path.chmod(0o600)
        shutil.copyfileobj(stdin, file)
    return replace(probe(f"{STDIN}{likely_suffix(path, known_labels)}", str(path), 0), source_file=STDIN)
