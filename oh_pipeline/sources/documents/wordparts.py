"""What a Word document is made of while it is walked: runs, paragraphs, tables, controls, form fields, symbols.

Holds and renders; which element opens and closes which of them is told by `wordtext`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from oh_pipeline.sources.records import MOST_COLUMNS, Unreadable

TICKED, UNTICKED = "☒", "☐"
BOXES = "☒☑☐"
_WINGDINGS = {0xFE: "☑", 0xFD: "☒", 0x78: "☒", 0xA8: "☐", 0x6F: "☐", 0xFC: "✓", 0xFB: "✗"}
_WINGDINGS_2 = {0x52: "☑", 0x51: "☒", 0x53: "☒", 0xA3: "☐", 0x50: "✓", 0x4F: "✗"}
_OFF = ("0", "false", "off")

Attributes = Mapping[str, str]
Parts = list[tuple[str, bool]]
"""Text, and whether it is bold."""


class Paragraph(NamedTuple):
    """A paragraph outside of tables: its number, its lines, each with how many characters of its beginning are bold."""

    number: int
    lines: list[tuple[str, int]]
    is_heading: bool


class Row(NamedTuple):
    """A table's row: its cells, how many columns each covers, and how many are left out before them."""

    cells: list[str]
    spans: list[int]
    before: int = 0

    def columns(self) -> list[str]:
        """A text a column, blank where a cell goes on."""
        spread = (
            text for cell, span in zip(self.cells, self.spans, strict=True) for text in (cell, *[""] * (span - 1))
        )
        return [*[""] * self.before, *spread]


class Table(NamedTuple):
    """A table: its number in the document, and its rows."""

    number: int
    rows: list[Row]


class Import(NamedTuple):
    """A file of another kind inside the document, which is not read: its number."""

    number: int


@dataclass(slots=True)
class OpenRun:
    """A run and how its text looks."""

    is_bold: bool = False
    is_hidden: bool = False


@dataclass(slots=True)
class OpenParagraph:
    """A paragraph; with `goes_on` its mark is deleted, so that the next one is its end."""

    number: int
    parts: Parts
    is_heading: bool = False
    goes_on: bool = False

    def done(self) -> Paragraph:
        """The whole of it."""
        lines: list[Parts] = [[]]
        for text, is_bold in self.parts:
            first, *rest = text.split("\n")
            lines[-1].append((first, is_bold))
            lines += [[(line, is_bold)] for line in rest]
        return Paragraph(self.number, [(joined(line), _bold(line)) for line in lines], self.is_heading)


def _bold(line: Parts) -> int:
    """How many characters at the beginning of a line are bold."""
    size = 0
    for text, is_bold in line:
        if not is_bold and text.strip():
            break
        size += len(text)
    return size


def joined(parts: Parts) -> str:
    """The text alone."""
    return "".join(text for text, _ in parts)


@dataclass(slots=True)
class OpenTable:
    """A table, and the row and cell that are open in it."""

    number: int
    rows: list[Row] = field(default_factory=list)
    row: Row = field(default_factory=lambda: Row([], []))
    row_is_gone: bool = False
    lines: list[str] = field(default_factory=list)
    span: int = 1
    cell_is_gone: bool = False

    def begin_row(self) -> None:
        """The row is new."""
        self.row, self.row_is_gone = Row([], []), False

    def end_row(self) -> None:
        """Keep the row, if it is not a deleted one."""
        if not self.row_is_gone:
            self.rows.append(self.row)

    def begin_cell(self) -> None:
        """The cell is new."""
        self.lines, self.span, self.cell_is_gone = [], 1, False

    def end_cell(self) -> None:
        """Keep the cell, if it is not a deleted one. Raises Unreadable."""
        if len(self.row.cells) >= MOST_COLUMNS:
            raise Unreadable(f"a table of it has more than {MOST_COLUMNS:,} columns")
        if not self.cell_is_gone:
            self.row.cells.append("\n".join(self.lines).strip())
            self.row.spans.append(self.span)

    def text(self) -> str:
        """The table as text."""
        return "\n".join("\t".join(row.cells) for row in self.rows)


@dataclass(slots=True)
class Control:
    """A content control: `shown` stands for its content; `is_prompt` where that only says what to enter."""

    is_prompt: bool = False
    shown: str | None = None


@dataclass(slots=True)
class FormField:
    """A form field of the older kind, as far as it shows something that no run holds."""

    kind: str = ""
    chosen: str = ""
    default: str = "0"
    entries: list[str] = field(default_factory=list)

    def tell(self, name: str, attributes: Attributes) -> None:
        """Take in one of its properties."""
        if name in ("w:checkBox", "w:ddList"):
            self.kind = name
        elif name in ("w:checked", "w:result"):
            self.chosen = value_of(attributes) or "1"
        elif name == "w:default":
            self.default = value_of(attributes) or "0"
        elif name == "w:listEntry":
            self.entries.append(value_of(attributes))

    def text(self) -> str:
        """What it shows."""
        told = self.chosen or self.default
        if self.kind == "w:checkBox":
            return UNTICKED if told in _OFF else TICKED
        at = int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else 0
        return self.entries[at] if self.kind and at < len(self.entries) else ""


def symbol(attributes: Attributes) -> str:
    """The character that a symbol of a picture font looks like; its own where none is known."""
    try:
        code = int(value_of(attributes, "char"), 16)
        own = chr(code)
    except (ValueError, OverflowError):
        return ""
    font = value_of(attributes, "font").casefold()
    table = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2}.get(font, {})
    return table.get(code & 0xFF, own)


def is_on(attributes: Attributes) -> bool:
    """Whether a property that may be switched off is on."""
    return value_of(attributes) not in _OFF


def value_of(attributes: Attributes, name: str = "val") -> str:
    """An attribute, whatever its namespace; blank where it is missing."""
    return next((value for key, value in attributes.items() if key.rpartition("}")[2] == name), "")


def number_of(attributes: Attributes) -> int:
    """A number of columns, from 1."""
    told = value_of(attributes)
    return max(1, min(int(told), MOST_COLUMNS)) if told.isascii() and told.isdecimal() and len(told) < 9 else 1
