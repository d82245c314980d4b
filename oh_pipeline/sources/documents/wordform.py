"""Labels in a Word document: how a cell or line names a field, and what the rows of a table of labels and values say.

Knows neither XML nor where a record begins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from oh_pipeline.normal import collapse, fold
from oh_pipeline.sources.documents.wordparts import BOXES, UNTICKED, Row
from oh_pipeline.sources.records import HEADER_LABELS, Labels

_FIELD_LINE = re.compile(r"[\s\ufeff]*\*\*(.*?)\*\*[^\S\n]*:")
_AROUND_LABEL = " \t\n\r\u00a0:：*"
_LABEL_ENDS = re.compile(r"[:：\t]")
_LONGEST_LABEL = 200
_BOX = re.compile(f"([{BOXES}])")
_GOES_ON = re.compile(r"\s[^:]*:|\n")
"""In the text of a box: more than the name of what is chosen."""


@dataclass(slots=True)
class Entry:
    """A field while it is read: its label, its lines, and the row it stands in."""

    label: str
    is_known: bool
    lines: list[str] = field(default_factory=list)
    row: int = 0

    @property
    def value(self) -> str:
        """Its text, that of the boxes ticked where it is a choice."""
        return chosen("\n".join(self.lines).strip())


class Naming:
    """Tells labels by the codebook."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    def known(self, text: str) -> str | None:
        """The label that a cell or line is: with or without colon and star, and with what explains it in further lines."""
        if not text or len(text) > 10 * _LONGEST_LABEL:
            return None
        for candidate in (text, text.strip(_AROUND_LABEL), text.strip().split("\n", 1)[0].strip(_AROUND_LABEL)):
            if candidate and fold(candidate) in self._labels.known:
                return candidate.strip()
        return None

    def begins_record(self, label: str) -> bool:
        """Whether a record begins with this label."""
        return fold(label) in self._labels.begins

    def field_line(self, line: str, bold: int | None = None) -> tuple[str, str] | None:
        """Label and text of a line that is a field; None for any other.

        `**Label**: text`, whatever the label, or a known label in front of a colon or tab. `bold`: it counts only within so
        many characters, or where the whole line is bold and nothing but the label.
        """
        if (match := _FIELD_LINE.match(line)) and match.group(1).strip():
            return match.group(1), line[match.end() :]
        within = len(line) if bold is None else bold
        for end in _LABEL_ENDS.finditer(line):
            if len(line[: end.start()].rstrip(_AROUND_LABEL)) > within:
                break
            if label := self.known(line[: end.start()]):
                return label, line[end.end() :]
        if bold is not None and bold >= len(line.rstrip()) and (label := self.known(line)):
            return label, ""
        return None


@dataclass(slots=True)
class Reading:
    """A table read as labels and values. `others` are rows that stand under no label, by number."""

    entries: list[Entry] = field(default_factory=list)
    others: list[tuple[int, str]] = field(default_factory=list)
    labelled_rows: int = 0
    filled_rows: int = 0

    @property
    def known(self) -> set[str]:
        """Its known labels, folded."""
        return {fold(entry.label) for entry in self.entries if entry.is_known}


def read_form(rows: list[Row], naming: Naming) -> Reading:
    """The rows of a table, each a label and its value. A row without a label goes on with the one above.

    Further pairs may stand beside the first. A row of a single cell is a label with its value in the next row, or a title.
    """
    found = Reading()
    is_awaited = False
    for number, row in enumerate(rows, start=1):
        cells = row.cells
        if not any(cells):
            continue
        found.filled_rows += 1
        before = len(found.entries)
        if len(cells) == 1:
            is_awaited = _single(found, cells[0], number, naming, is_awaited=is_awaited)
        elif cells[0]:
            is_awaited = False
            _pairs(found, cells, number, naming)
        elif found.entries:
            found.entries[-1].lines += [cell for cell in cells if cell]
        else:
            found.others.append((number, _text(cells)))
        found.labelled_rows += any(entry.is_known for entry in found.entries[before:])
    return found


def is_form(rows: list[Row], naming: Naming) -> bool:
    """Whether a table can only be read as labels and values: enough of its first cells are known labels."""
    return len({fold(label) for row in rows if row.cells and (label := naming.known(row.cells[0]))}) >= HEADER_LABELS


def has_header(rows: list[Row], naming: Naming) -> bool:
    """Whether a row of the table is a header: enough known labels, some of them side by side."""
    for row in rows:
        known = [naming.known(cell) for cell in row.cells]
        if len({fold(label) for label in known if label}) >= HEADER_LABELS and any(a and b for a, b in pairwise(known)):
            return True
    return False


def _single(found: Reading, cell: str, number: int, naming: Naming, *, is_awaited: bool) -> bool:
    """Take in a row of one cell: a label, field lines, the value of the label above, a title. Whether a value is awaited."""
    if label := naming.known(cell):
        found.entries.append(Entry(label, is_known=True, row=number))
        return True
    lines = cell.split("\n")
    begin = next((at for at, line in enumerate(lines) if naming.field_line(line)), len(lines))
    if title := "\n".join(lines[:begin]).strip():
        if is_awaited:
            found.entries[-1].lines.append(title)
        elif found.entries:
            found.others.append((number, title))
    for line in lines[begin:]:
        if told := naming.field_line(line):
            found.entries.append(Entry(told[0].strip(), naming.known(told[0]) is not None, [told[1]], number))
        else:
            found.entries[-1].lines.append(line)
    return False


def _pairs(found: Reading, cells: list[str], number: int, naming: Naming) -> None:
    """Take in a row of a label and its value, and of a second and third pair beside them."""
    for at, cell in enumerate(cells):
        label = naming.known(cell) if at % 2 == 0 and (at == 0 or at + 1 < len(cells)) else None
        if label is None and at == 0:
            label = collapse(cell).rstrip(_AROUND_LABEL) or cell
            if len(label) > _LONGEST_LABEL:
                found.others.append((number, _text(cells)))
                return
            found.entries.append(Entry(label, is_known=False, row=number))
        elif label is not None:
            found.entries.append(Entry(label, is_known=True, row=number))
        elif cell:
            found.entries[-1].lines.append(cell)


def _text(cells: list[str]) -> str:
    return "\n".join(cell for cell in cells if cell)


def chosen(text: str) -> str:
    """What is ticked in a text that consists of boxes and their names; any other text as it is.

    A box alone is a mark or nothing. Where the name of an empty box goes on with other text, nothing is left out.
    """
    before, *pieces = _BOX.split(text)
    boxes, after = pieces[::2], [piece.strip(" \t\n,;/|") for piece in pieces[1::2]]
    if not boxes:
        return text
    before = before.strip(" \t\n,;/|")
    if len(boxes) == 1 and not before and not after[0]:
        return "" if boxes[0] == UNTICKED else "x"
    names = after if not before else [before, *after[:-1]]
    is_plain = all(names) and bool(before) != bool(after[-1])
    if not is_plain or any(_GOES_ON.search(name) for box, name in zip(boxes, names, strict=True) if box == UNTICKED):
        return text
    return ", ".join(name for box, name in zip(boxes, names, strict=True) if box != UNTICKED)
