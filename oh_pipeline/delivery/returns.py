"""Returns: for a source file with issues a workbook that goes back to who delivered it.

It holds the records as delivered, with the cells in question coloured and what is wrong as their notes; before them a sheet
that says what to fix first. Corrected and handed in again it is read like any other file. The order of the steps and the
name of the file; what each step does is in its own module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from oh_pipeline.delivery.fix_sheet import Told, write_fixes
from oh_pipeline.delivery.look import STYLES
from oh_pipeline.delivery.problems import Issue, Problems
from oh_pipeline.delivery.records_sheet import write_records
from oh_pipeline.delivery.returned_layout import HeadingOf, laid_out
from oh_pipeline.delivery.returned_rows import FieldOf, Selection
from oh_pipeline.delivery.words import Words
from oh_pipeline.delivery.workbook import workbook
from oh_pipeline.sources.batch import Batch

__all__ = ["SUFFIX", "Issue", "return_name", "write_return"]

SUFFIX = ".return.xlsx"

_LONGEST_NAME = 255  # bytes, on every file system in use
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_LIKE_OURS = re.compile(r"~[0-9a-f]{12}$")


def write_return(
    target: Path,
    source_file: str,
    batches: Iterable[Batch],
    issues: Iterable[Issue],
    *,
    field_of: FieldOf,
    heading_of: HeadingOf,
    language: str = "en",
) -> None:
    """Write the return of one source file to `target`, whole or not at all; folders that are missing are made.

    `batches` are those of this file alone, in order; `issues` all that were found about it. `field_of` tells which field a
    label means, `heading_of` a label that the codebook lists for a field. Equal input gives equal bytes. Memory is bounded,
    whatever the size of the file. Raises OSError where it cannot be written.
    """
    words = Words(language)
    problems = Problems(issues)
    selection = Selection(batches, problems, field_of)
    layout = laid_out(selection, heading_of)
    with workbook(target, STYLES, title=words["title"], author=words["author"]) as book:
        write_fixes(book, Told(source_file, problems, selection, layout, heading_of, words))
        if layout.rows:
            write_records(book, layout, source_file, words)


def return_name(source_file: str) -> str:
    """Path of a source file's return below `returns/`: the same folders and name, `.return.xlsx` added.

    Names that some system cannot hold are changed and told apart by a hash, so each source file has its own.
    """
    *folders, name = source_file.split("/")
    return "/".join([*(_safe(folder, "") for folder in folders), _safe(name, SUFFIX)])


def _safe(name: str, suffix: str) -> str:
    """A name as it is where every system takes it and no other can come to it, else changed, with its hash."""
    safe = _UNSAFE.sub("_", name)
    in_the_way = _LIKE_OURS.search(name) is not None or (not suffix and name.endswith(SUFFIX))
    is_odd = in_the_way or safe != name or not name or name[0] in ".~" or name[-1] in ". "
    if not is_odd and len((name + suffix).encode()) <= _LONGEST_NAME:
        return name + suffix
    mark = f"~{hashlib.sha256(name.encode()).hexdigest()[:12]}{suffix}"
    return safe.lstrip(".~").encode()[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark
