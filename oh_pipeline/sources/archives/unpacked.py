"""Delivered `.zip` archives as the files that lie in them: each a source file of its own, below the archive's path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import SourceFile, probe, renumbered

_NOTHING = "no file of a supported kind lies in it"


def unpacked(files: Sequence[SourceFile], reader: Contained, scratch: Path) -> list[SourceFile]:
    """The files with those of their archives among them, numbered anew where there are any.

    What is unpacked lies in `scratch` under numbers, never under a name from an archive.
    """
    archives: list[SourceFile] = []
    found: list[SourceFile] = []
    for item in files:
        (archives if item.format == "zip" and item.problem is None else found).append(item)
    if not archives:
        return found
    for number, archive in enumerate(archives):
        folder = scratch / f"archive-{number}"
        folder.mkdir(mode=0o700)
        reading = reader.read(archive.file, "zip", None, archive.bytes or 0, str(folder))
        problem = reading.problem
        if problem is None and reading.sha256 != archive.sha256:
            problem = "it is still being written"
        if problem is None and not reading.members:
            problem = _NOTHING
        found.append(replace(archive, problem=problem, remedy=reading.remedy))
        if problem is None:
            for name, file, fault in reading.members:
                shown = f"{archive.source_file}/{name}"
                found.append(SourceFile(shown, "", problem=fault) if file is None else probe(shown, file, 0))
    return renumbered(found)
