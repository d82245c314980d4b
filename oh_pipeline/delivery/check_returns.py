"""The returns of a check: a workbook for each file with issues, in a folder of whoever asks for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from oh_pipeline.codebook import Codebook
from oh_pipeline.delivery.returns import Issue
from oh_pipeline.delivery.several_returns import write_returns
from oh_pipeline.delivery.together import by_return, returned_with
from oh_pipeline.errors import UsageFault
from oh_pipeline.sources.given import STDIN
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.check import Checked


def return_checked(
    checked: Checked, files: Sequence[SourceFile], codebook: Codebook, folder: Path, language: str
) -> int:
    """Write the return of each file with issues below `folder`, which is made; how many. Raises UsageFault, OSError.

    `files` are those that were checked; they are read again.
    """
    if checked.issues.is_empty():
        return 0
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise UsageFault(f"'{folder}' is no folder and cannot be made one") from None
    names = near_names([item.source_file for item in files])
    rows = ((_near(row[0], names), Issue(*row[1:])) for row in checked.issues.iter_rows())
    named = [replace(item, source_file=names[item.source_file]) for item in files]
    unread = [_near(path, names) for path in checked.files.filter(found=0)["source_file"]]
    together = returned_with(unread, frozenset(names.values()))
    return len(write_returns(by_return(rows, together), named, codebook, folder, language))


def near_names(source_files: Sequence[str]) -> dict[str, str]:
    """Under which name a file is handed back: its own below a folder, its last part where it lies somewhere else.

    Those that would share a name keep as much of their path as tells them apart.
    """
    whole = {name: "/".join(part for part in name.split("/") if part not in ("", ".", "..")) for name in source_files}
    names = {name: path.rpartition("/")[2] if _is_elsewhere(name) else path for name, path in whole.items()}
    for longer in (whole, {name: name for name in source_files}):
        shared = {name for name, count in Counter(names.values()).items() if count > 1}
        names = {name: longer[name] if near in shared else near for name, near in names.items()}
    return names | ({STDIN: "standard-input"} if STDIN in names else {})


def _is_elsewhere(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/")


def _near(source_file: str, names: Mapping[str, str]) -> str:
    """The name of a file, or of one in an archive."""
    if source_file in names:
        return names[source_file]
    places = (at for at, letter in enumerate(source_file) if letter == "/")
    archive = next(source_file[:at] for at in places if source_file[:at] in names)
    return names[archive] + source_file[len(archive) :]
