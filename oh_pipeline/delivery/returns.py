"""Returns: for a source file with issues a workbook that goes back to who delivered it.

It holds the records as delivered, with the cells in question coloured and what is wrong as their notes; before them a sheet
that says what to fix first. Corrected and handed in again it is read like any other file. The order of the steps; what each
step does is in its own module.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from oh_pipeline.delivery.fix_sheet import Told, write_fixes
from oh_pipeline.delivery.look import STYLES
from oh_pipeline.delivery.names import return_name
from oh_pipeline.delivery.problems import Issue, Problems
from oh_pipeline.delivery.records_sheet import write_records
from oh_pipeline.delivery.returned_layout import HeadingOf, laid_out
from oh_pipeline.delivery.returned_rows import FieldOf, Selection
from oh_pipeline.delivery.words import Words
from oh_pipeline.delivery.workbook import workbook
from oh_pipeline.sources.batch import Batch

__all__ = ["Issue", "return_name", "write_return"]


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
