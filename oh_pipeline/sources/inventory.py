"""What lies in the raw folder: every file that is not ignored, in natural order, hashed, or with the reason it is not.

Walks and hashes; reads no fragment. Readers look a file's format up by its suffix in FORMATS.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from oh_pipeline.normal import natural_key
from oh_pipeline.sources.encoding import Encoding, EncodingProbe

FORMATS = {".txt": "txt"}
_CHUNK = 4 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file under raw/. `source_file` is its POSIX path below it; `problem` says why it cannot be read."""

    source_file: str
    file: Path
    order: int = 0
    sha256: str | None = None
    bytes: int | None = None
    format: str | None = None
    encoding: str | None = None
    encoding_guessed: bool = False
    problem: str | None = None


def take_inventory(raw: Path) -> list[SourceFile]:
    """Every file below `raw` that is not ignored, in natural order of paths; links inside `raw` are followed."""
    root = Path(os.path.realpath(raw))
    found = sorted(_walk(root, root, (str(root),)), key=lambda item: _order(item.source_file))
    return [_numbered(item, order) for order, item in enumerate(found)]


def fingerprint(files: Sequence[SourceFile]) -> str:
    """One hash of all paths and contents: changes when a file is added, changed or removed."""
    digest = hashlib.sha256()
    for item in files:
        digest.update(f"{item.source_file}\0{item.sha256 or item.problem}\n".encode())
    return digest.hexdigest()


def display_path(path: Path, root: Path) -> str:
    r"""POSIX path below `root`; bytes that are no UTF-8 as `\xNN`."""
    return os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")


def probe(item: SourceFile) -> SourceFile:
    """The file's hash, size and encoding as they are now; a file that cannot be read gets its problem."""
    digest, size, encoding = hashlib.sha256(), 0, EncodingProbe()
    kind = FORMATS.get(Path(item.source_file).suffix.lower())
    try:
        with item.file.open("rb", buffering=0) as handle:
            while chunk := handle.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                if kind == "txt":
                    encoding.feed(chunk)
    except OSError as error:
        return replace(item, problem=f"it cannot be opened or read ({error.strerror or type(error).__name__})")
    told = encoding.result() if kind == "txt" else Encoding("")
    problem = None if kind else "files of this kind are not supported"
    return replace(
        item,
        sha256=digest.hexdigest(),
        bytes=size,
        format=kind,
        encoding=told.name or None,
        encoding_guessed=told.guessed,
        problem=problem or told.problem or (None if size else "it is empty"),
    )


def _order(source_file: str) -> list[list[tuple[int, int, str]]]:
    return [natural_key(part) for part in source_file.split("/")]


def _numbered(item: SourceFile, order: int) -> SourceFile:
    return replace(item if item.problem else probe(item), order=order)


def _walk(folder: Path, root: Path, above: tuple[str, ...]) -> Iterator[SourceFile]:
    """Files below `folder`; `above` are the real paths of the folders that lead here, so that no link goes in a ring."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        yield SourceFile(display_path(folder, root), folder, problem="the folder cannot be opened")
        return
    for entry in entries:
        if entry.name.startswith((".", "~$")):
            continue
        path = Path(entry.path)
        shown = display_path(path, root)
        if entry.is_symlink():
            target = os.path.realpath(path)
            if not Path(target).exists():
                yield SourceFile(shown, path, problem="it is a link that leads nowhere")
                continue
            if target in above or Path(target) in root.parents or not Path(target).is_relative_to(root):
                yield SourceFile(shown, path, problem="it is a link that leads out of the raw folder or back above it")
                continue
        try:
            mode = path.stat().st_mode
        except OSError:
            yield SourceFile(shown, path, problem="it cannot be opened or read")
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(path, root, (*above, os.path.realpath(path)))
        elif stat.S_ISREG(mode):
            yield SourceFile(shown, path)
        else:
            yield SourceFile(shown, path, problem="it is a pipe, a socket or a device and no file")
