"""The sheet of the records: as delivered, the cells in question coloured, what is wrong with them as their notes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from oh_pipeline.delivery.problems import Spot
from oh_pipeline.delivery.returned_layout import Layout
from oh_pipeline.delivery.words import Words
from oh_pipeline.delivery.workbook import LINE, Book, Sheet, lines_of
from oh_pipeline.sources import records

NARROWEST, WIDEST = 12, 46
"""A column, in letters."""
TALLEST = 8
"""A row, in lines of text; higher ones are cut in sight, not in content."""
MOST_IN_NOTE = 10


def write_records(book: Book, layout: Layout, source_file: str, words: Words) -> None:
    """The first row holds the labels, every other a record; the last column, hidden, what tells the record again."""
    sheet = book.sheet(words["records_sheet"])
    widths = _set_up(sheet, book, layout)
    for column, heading in enumerate(layout.headings):
        is_added = column >= layout.added
        sheet.text(0, column, heading, "heading_added" if is_added else "heading")
        if is_added:
            sheet.note(0, column, words["note_added"], words["author"])
    key_column = len(layout.headings)
    sheet.text(0, key_column, records.ROW_KEY, "key")
    for number, row in enumerate(layout.rows):
        values = {layout.at[column]: value for column, value in zip(row.shape, row.values, strict=True)}
        for column in range(key_column):
            value, spots = values.get(column, ""), layout.marks.get((number, column))
            style = min(spots, key=_rank).problem.severity if spots else "delivered"
            if value:
                sheet.text(number + 1, column, value, style)
            elif spots:
                sheet.blank(number + 1, column, style)
            if spots:
                sheet.note(number + 1, column, _note(spots, words), words["author"])
        sheet.text(number + 1, key_column, row_key(source_file, row.place), "key")
        lines = max((lines_of(value, widths[column]) for column, value in values.items()), default=1)
        sheet.set_row(number + 1, min(lines, TALLEST) * LINE)


def row_key(source_file: str, place: str) -> str:
    """Stable for a record of a file as long as it stands at its place."""
    return hashlib.sha256(f"{source_file}\0{place}".encode()).hexdigest()[:16]


def _set_up(sheet: Sheet, book: Book, layout: Layout) -> list[int]:
    widths = _widths(layout)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, book.format("delivered"))
    last_row, last_column = len(layout.rows), len(layout.headings) - 1
    sheet.set_column(last_column + 1, last_column + 1, 4, book.format("key"), {"hidden": True})
    sheet.set_row(0, 48)
    starts_with_id = bool(layout.fields) and layout.fields[0] == "fragment_id"
    sheet.freeze_panes(1, 1 if starts_with_id else 0)
    sheet.autofilter(0, 0, last_row, last_column + 1)  # the key is sorted with its row
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    return widths


def _widths(layout: Layout) -> list[int]:
    """Wide enough for the longest line of a column, within reason."""
    widths = [max(NARROWEST, min(len(heading) // 2 + 4, 24)) for heading in layout.headings]
    for row in layout.rows:
        for column, value in zip(row.shape, row.values, strict=True):
            at = layout.at[column]
            if len(value) > widths[at] - 2 and widths[at] < WIDEST:
                widths[at] = max(widths[at], min(WIDEST, max(map(len, value.split("\n"))) + 2))
    return widths


def _rank(spot: Spot) -> int:
    return spot.problem.rank


def _note(spots: Sequence[Spot], words: Words) -> str:
    """All that is said of a cell, the worst first."""
    problems = list(dict.fromkeys(spot.problem for spot in sorted(spots, key=_rank)))
    told = []
    for problem in problems[:MOST_IN_NOTE]:
        said = words["note_said"].format(severity=words[problem.severity], message=problem.message)
        told.append(f"{said}\n{words['note_remedy'].format(remedy=problem.remedy)}")
    if len(problems) > MOST_IN_NOTE:
        told.append(words["note_more"].format(n=len(problems) - MOST_IN_NOTE))
    return "\n\n".join(told)
