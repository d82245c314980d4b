"""The first sheet of a return: how bad it is, what to do first, and every single issue with a way to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from oh_pipeline.delivery.problems import SEVERITIES, Problem, Problems, Spot
from oh_pipeline.delivery.returned_layout import HeadingOf, Layout
from oh_pipeline.delivery.returned_rows import LONGEST_CELL, Row, Selection
from oh_pipeline.delivery.words import Words
from oh_pipeline.delivery.workbook import LINE, Book, Sheet, lines_of
from oh_pipeline.fields import ALL_FIELDS
from oh_pipeline.sources import records

MOST_LINES = 10_000
MOST_OPEN = 40
"""A longer list shows its problems only, until one is opened."""
MOST_PLACES = 20

_COLUMNS = (
    ("col_severity", 12),
    ("col_records", 12),
    ("col_message", 46),
    ("col_remedy", 42),
    ("col_field", 24),
    ("col_cell", 13),
    ("col_place", 20),
    ("col_record", 20),
    ("col_rule", 21),
)
_LAST = len(_COLUMNS) - 1
_TALLEST = 10  # lines
_LETTERS = 175  # of a sentence in one line over all columns


@dataclass(frozen=True)
class Told:
    """What the sheet tells of."""

    source_file: str
    problems: Problems
    selection: Selection
    layout: Layout
    heading_of: HeadingOf
    words: Words


def write_fixes(book: Book, told: Told) -> None:
    """The sheet, from its title to the last line."""
    words = told.words
    sheet = book.sheet(records.FIX_SHEET)
    for column, (_, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
    lines = _lines(told.problems.ordered())
    is_folded = sum(1 + len(spots) for _, spots in lines) > MOST_OPEN
    head = _write_head(sheet, told, lines, is_folded)
    for column, (key, _) in enumerate(_COLUMNS):
        sheet.text(head, column, words[key], "table_head")
    sheet.set_row(head, 2 * LINE + 4)
    row = head + 1
    for problem, spots in lines:
        row = _write_problem(sheet, told, row, problem, spots, is_folded)
    sheet.autofilter(head, 0, max(row - 1, head + 1), _LAST)
    sheet.freeze_panes(head + 1, 0)
    sheet.outline_settings(True, False, True, False)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)


def _lines(problems: Sequence[Problem]) -> list[tuple[Problem, list[Spot]]]:
    """What is listed: each problem, and below it, where it stands more than once, its spots in order of the file."""
    found: list[tuple[Problem, list[Spot]]] = []
    room = MOST_LINES
    for problem in problems[:room]:
        room -= 1
        spots = sorted(problem.spots, key=lambda spot: (spot.record or 0, spot.cell or (0, 0)))
        found.append((problem, spots[:room] if problem.count > 1 else []))
        room -= len(found[-1][1])
        if room <= 0:
            break
    return found


def _write_head(sheet: Sheet, told: Told, lines: Sequence[tuple[Problem, list[Spot]]], is_folded: bool) -> int:
    """Title, counts, what to do, what was left out. Returns the row below."""
    words, counts = told.words, told.problems.counts
    sheet.text(0, 0, words["title"], "title")
    sheet.set_row(0, 28)
    sheet.text(1, 0, _shown(told.source_file, 1_000), "file")
    sheet.set_row(1, 20)
    row = 2
    for severity in SEVERITIES:
        if counts[severity]:
            sheet.text(row, 0, words[severity], f"word_{severity}")
            said = words.say(f"{severity}_said", counts[severity])
            if severity == "error" and (held := told.problems.held_back()):
                said += f" {words.say('held', held, all=words.number(told.selection.found))}"
            sheet.text(row, 1, said, "total_bold" if severity == "error" else "total")
            row += 1
    listed = sum(len(spots) or (problem.count == 1) for problem, spots in lines)
    how = words["how"].format(sheet=words["records_sheet"]) if told.layout.rows else words["how_file"]
    sentences = [(f"{how} {words['expand']}" if is_folded else how, "said")]
    sentences += [(sentence, "left") for sentence in _left_out(told, counts.total() - listed)]
    for sentence, style in sentences:
        sheet.merge_range(row, 0, row, _LAST, "", sheet.book.format(style))
        sheet.text(row, 0, sentence, style)
        sheet.set_row(row, 6 + LINE * lines_of(sentence, _LETTERS))
        row += 1
    return row


def _left_out(told: Told, unlisted: int) -> list[str]:
    """A sentence for everything that the file holds and the workbook does not."""
    words, selection, layout = told.words, told.selection, told.layout
    flagged = selection.flagged - sum(row.is_flagged for row in selection.rows)
    in_order = selection.found - selection.erased - len(selection.rows) - flagged
    said = {
        "left_flagged": (flagged, ""),
        "left_in_order": (in_order, ""),
        "left_long": (len(layout.long), _places(layout.long, words)),
        "left_wide": (len(layout.wide), _places(layout.wide, words)),
        "left_lines": (unlisted, ""),
    }
    holes = {"sheet": words["records_sheet"], "limit": words.number(LONGEST_CELL)}
    return [words.say(key, n, places=places, **holes) for key, (n, places) in said.items() if n]


def _places(rows: Sequence[Row], words: Words) -> str:
    some = ", ".join(_shown(row.place) for row in rows[:MOST_PLACES])
    rest = len(rows) - MOST_PLACES
    return words.say("more", rest, first=some) if rest > 0 else some


def _write_problem(sheet: Sheet, told: Told, row: int, problem: Problem, spots: Sequence[Spot], is_folded: bool) -> int:
    """One line that says what is wrong in how many records, and one for each of them. Returns the row below."""
    words, severity = told.words, problem.severity
    first = spots[0] if spots else problem.spots[0] if problem.spots else None
    is_single, field = problem.count == 1, _shown(_field(problem, told))
    sheet.text(row, 0, words[severity], f"word_{severity}")
    if problem.is_of_file:
        sheet.text(row, 1, words["whole_file"], "summary_count")
    else:
        sheet.number(row, 1, problem.records, "summary_count")
    sheet.text(row, 2, problem.message, "summary_bold")
    sheet.text(row, 3, problem.remedy, "summary")
    sheet.text(row, 4, field, "summary")
    _write_cell(sheet, row, first, words, "summary")
    place = _shown(first.location) if first else ""
    if place and not is_single:
        place = words.say("more", problem.count - 1, first=place)
    sheet.text(row, 6, place, "summary")
    fragment_id = _shown(first.fragment_id) if first and is_single else ""
    sheet.text(row, 7, fragment_id, "summary")
    sheet.text(row, 8, problem.rule, "summary_small")
    wrapped = {2: problem.message, 3: problem.remedy, 4: field, 6: place, 7: fragment_id}
    lines = max(lines_of(text, _COLUMNS[column][1] - 1) for column, text in wrapped.items())
    sheet.set_row(row, 4 + LINE * min(lines, _TALLEST), None, {"collapsed": True} if spots and is_folded else {})
    for below, spot in enumerate(spots, start=row + 1):
        sheet.text(below, 0, words[severity], "detail_word")
        sheet.text(below, 2, problem.message, "detail")
        sheet.text(below, 4, field, "detail")
        _write_cell(sheet, below, spot, words, "detail")
        sheet.text(below, 6, _shown(spot.location), "detail")
        sheet.text(below, 7, _shown(spot.fragment_id), "detail")
        sheet.set_row(below, LINE, None, {"level": 1, "hidden": is_folded})
    return row + 1 + len(spots)


def _write_cell(sheet: Sheet, row: int, spot: Spot | None, words: Words, style: str) -> None:
    if spot is None or spot.cell is None:
        sheet.blank(row, 5, style)
    else:
        sheet.link(row, 5, words["records_sheet"], spot.cell, f"{style}_link")


def _shown(text: str | None, most: int = 200) -> str:
    """A name or place as far as one wants to read it, what cannot be seen made visible."""
    text = "".join(char if char.isprintable() else "\ufffd" for char in (text or "")[: most + 1])
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _field(problem: Problem, told: Told) -> str:
    """The field as the file calls it, else as the codebook does."""
    name = problem.field
    if name is None or name not in ALL_FIELDS:
        return name or ""
    if name in told.layout.fields:
        columns = (spot.cell[1] for spot in problem.spots if spot.cell)
        column = next((number for number in columns if told.layout.fields[number] == name), None)
        return told.layout.headings[told.layout.fields.index(name) if column is None else column]
    return told.heading_of(name)
