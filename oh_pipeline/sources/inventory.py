"""What lies in the raw folder: every file that is not ignored, in natural order, hashed, or with the reason it is not.

Walks and hashes; reads no fragment. Readers look a file's format up by its suffix in FORMATS.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from oh_pipeline.normal import natural_key
from oh_pipeline.sources.encoding import Encoding, EncodingProbe

FORMATS = {
    ".txt": "txt",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".ods": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".docx": "docx",
    ".zip": "zip",
}
_TEXTS = frozenset(("txt", "csv", "json", "jsonl"))
NO_FILE = "it is a pipe, a socket or a device and no file"
LOST_LINK = "it is a link that leads nowhere"
_CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file under raw/. `source_file` is its POSIX path below it; `problem` says why it cannot be read, `place` where.

    `lines`: about how many it has, if it is one of text fragments.
    """

    source_file: str
    file: str
    order: int = 0
    sha256: str | None = None
    bytes: int | None = None
    format: str | None = None
    encoding: str | None = None
    encoding_guessed: bool = False
    problem: str | None = None
    remedy: str = ""
    place: str | None = None
    lines: int = 0


def take_inventory(raw: Path) -> list[SourceFile]:
    """Every file below `raw` that is not ignored, in natural order of paths; links inside `raw` are followed."""
    root = os.path.realpath(raw)
    found = sorted(_walk(root, root, (root,)), key=lambda entry: _order(entry[0]))
    return [
        SourceFile(shown, path, order, problem=problem) if problem else probe(shown, path, order)
        for order, (shown, path, problem) in enumerate(found)
    ]


def look_up(raw: Path, wanted: Collection[str]) -> list[SourceFile]:
    """Those files below `raw` that are wanted by their shown path, or that hold one that is; others are not read."""
    root = os.path.realpath(raw)
    holders = {path[:at] for path in wanted for at in (place.start() for place in re.finditer("/", path))}
    found = [
        (shown, path)
        for shown, path, problem in _walk(root, root, (root,))
        if not problem and (shown in wanted or shown in holders)
    ]
    return renumbered([probe(shown, path, 0) for shown, path in found])


def renumbered(files: Sequence[SourceFile]) -> list[SourceFile]:
    """The files in natural order of paths, numbered in it."""
    ordered = sorted(files, key=lambda item: _order(item.source_file))
    return [replace(item, order=order) for order, item in enumerate(ordered)]


def fingerprint(files: Sequence[SourceFile]) -> str:
    """One hash of all paths and contents: changes when a file is added, changed or removed."""
    digest = hashlib.sha256()
    for item in files:
        digest.update(f"{item.source_file}\0{item.sha256 or item.problem}\n".encode())
    return digest.hexdigest()


def display_path(path: str, root: str) -> str:
    r"""POSIX path below `root`; bytes that are no UTF-8 as `\xNN`, and a backslash that would look like it as `\x5c`."""
    below = path[len(root) :].lstrip(os.sep).replace("\\x", "\\x5cx")
    return below if below.isascii() else os.fsencode(below).decode("utf-8", "backslashreplace")


def probe(source_file: str, path: str, order: int) -> SourceFile:
    """The file's hash, size and encoding as they are now; a file that cannot be read gets its problem."""
    kind = FORMATS.get(os.path.splitext(source_file)[1].lower())  # noqa: PTH122 - a Path a file costs more than hashing it
    digest, size, lines, encoding = hashlib.sha256(), 0, 1, EncodingProbe(in_lines=kind != "json")
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            piece = min(os.fstat(handle).st_size + 1, _CHUNK)  # a buffer of the full size costs more than a small file
            while chunk := os.read(handle, piece):
                digest.update(chunk)
                size += len(chunk)
                if kind in _TEXTS:
                    encoding.feed(chunk)
                if kind == "txt":
                    returns = chunk.count(b"\r") if b"\r" in chunk else 0  # to look for one is quick, to count is not
                    lines += max(chunk.count(b"\n"), returns)
        finally:
            os.close(handle)
    except OSError as error:
        reason = f"it cannot be opened or read ({error.strerror or type(error).__name__})"
        return SourceFile(source_file, path, order, problem=reason)
    told = encoding.result() if kind in _TEXTS else Encoding("")
    problem = None if kind else "files of this kind are not supported"
    return SourceFile(
        source_file,
        path,
        order,
        sha256=digest.hexdigest(),
        bytes=size,
        format=kind,
        encoding=told.name or None,
        encoding_guessed=told.guessed,
        problem=problem or told.problem or (None if size else "it is empty"),
        lines=lines,
    )


def _order(source_file: str) -> list[list[tuple[int, int, str]]]:
    folder, _, name = source_file.rpartition("/")
    return [*_folder_order(folder), natural_key(name)] if folder else [natural_key(name)]


@lru_cache(maxsize=4096)
def _folder_order(folder: str) -> list[list[tuple[int, int, str]]]:
    return [natural_key(part) for part in folder.split("/")]


def _walk(folder: str, root: str, above: tuple[str, ...]) -> Iterator[tuple[str, str, str | None]]:
    """Path below the root, path, and problem of each entry below `folder`.

    `above` are the real paths of the folders that lead here, so that no link goes in a ring.
    """
    try:
        entries = list(os.scandir(folder))
    except OSError:
        yield display_path(folder, root), folder, "the folder cannot be opened"
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        path = entry.path
        shown = display_path(path, root)
        if entry.is_symlink() and (problem := _misled(path, root, above)):
            yield shown, path, problem
            continue
        try:
            mode = entry.stat().st_mode
        except OSError:
            yield shown, path, "it cannot be opened or read"
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, root, (*above, os.path.realpath(path)))
        elif stat.S_ISREG(mode):
            yield shown, path, None
        else:
            yield shown, path, NO_FILE


def _misled(link: str, root: str, above: tuple[str, ...]) -> str | None:
    """What is wrong with a link that must not be followed."""
    target = Path(os.path.realpath(link))
    if not target.exists():
        return LOST_LINK
    if str(target) in above or not target.is_relative_to(root):
        return "it is a link that leads out of the raw folder or back above it"
    return None
