"""OpenDocument spreadsheets (.ods) to rows of text, as the XML comes: memory is that of a row.

Read here and not by the reader of other workbooks, which loses errors, tabs and cells without a type and takes comments
for text. What the cells become is told by `table`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from xml.parsers import expat

from oh_pipeline.sources.records import Unreadable
from oh_pipeline.sources.tables.cells import text_of
from oh_pipeline.sources.tables.plainrows import Attributes, Plain, PlainRows, plain
from oh_pipeline.sources.tables.table import Cells

# The names as every program writes them: with namespaces told apart, the parser takes twice the time.
_PREFIXES = {
    f"xmlns:{prefix}": f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0" for prefix in ("office", "table", "text")
}
_SHEET, _ROW = "table:table", "table:table-row"
_CELLS = frozenset(("table:table-cell", "table:covered-table-cell"))
_PARAGRAPHS = frozenset(("text:p", "text:h"))
# Blanks that are meant stand as elements, and here as characters that XML cannot hold until the others are collapsed.
_BLANKS = {"text:s": "\1", "text:tab": "\2", "text:line-break": "\3"}
# What lies in a cell and is none of its text: comments, drawings, notes, readings of words; and former contents.
_ASIDE = (
    *("office:annotation", "office:forms", "table:shapes", "table:tracked-changes", "table:detective", "draw:"),
    *("text:note", "text:ruby-text"),
)
_NO_NUMBER = re.compile(r"TRUE|FALSE|#N/A|#[A-Z0-9/]+[!?]|Err:\d+")  # what may be shown where a number stands for it
# What its format makes of a number or date that is more than that: `25%`, `007`, `SCC-014`, the year alone.
_MORE = {"percentage": re.compile(r".*%"), "float": re.compile(r"-?0\d+|.*[^\W\d_]{2}.*"), "date": re.compile(r"\d{4}")}
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
_MOST_COLUMNS, _MOST_ROWS, _MOST_BLANKS = 1 << 14, 1 << 20, 1 << 15
_NO_ROOM = 10**9
_TOO_OFTEN = "it repeats something more often than a sheet has room"
_REMEDY = "Open it in a spreadsheet program and save it as .xlsx"


def sheets(pieces: Iterator[bytes], wanted: Callable[[str], bool]) -> Iterator[tuple[str, Iterator[Cells]]]:
    """Name and rows of each wanted sheet, from the pieces of `content.xml`; rows have to be taken before the next sheet.

    Raises Unreadable. Cells that no sheet of a spreadsheet program could hold are beyond the limits.
    """
    content = _Content()
    for (_, name), rows in groupby(_fed(content, pieces), key=itemgetter(0)):
        if wanted(name):
            yield name, (row for _, row in rows)


def _fed(content: _Content, pieces: Iterator[bytes]) -> Iterator[tuple[tuple[int, str], Cells]]:
    rows = PlainRows()
    try:
        for piece in pieces:
            for part in rows.cut(piece):
                if isinstance(part, Plain):
                    content.take_row(part)
                    yield from content.taken()
                else:
                    yield from _parsed(content, part)
                    rows.may_take = content.is_between_rows
        yield from _parsed(content, rows.end())
        content.parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable("it is damaged: its XML breaks off or is not well-formed", _REMEDY) from None
    yield from content.taken()


def _parsed(content: _Content, data: bytes) -> Iterator[tuple[tuple[int, str], Cells]]:
    for start in range(0, len(data), 1 << 16):
        content.parser.Parse(data[start : start + (1 << 16)])
        yield from content.taken()


class _Content:
    """Takes the XML's events and holds the rows that came of them."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self._text: list[str] = []
        self.parser.CharacterDataHandler = self._text.append
        self._paragraphs: list[str] = []
        self._ready: list[tuple[tuple[int, str], int, int, list[str]]] = []
        self._sheet = (0, "")
        self._depth = 0  # of tables in tables: what lies in a cell's own table is that cell's text
        self._aside = 0
        self._before_aside = 0
        self._row = 0
        self._rows_repeated = 1
        self._is_in_row = False
        self._cells: list[str] = []
        self._blank = 0
        self._cell: Attributes = {}

    @property
    def is_between_rows(self) -> bool:
        """Whether a row of a sheet may come next."""
        return self._depth == 1 and not self._aside and not self._is_in_row

    def take_row(self, row: Plain) -> None:
        """A row that was told without the parser."""
        self._begin_row(row.attributes)
        cells = self._cells
        for cell, is_text, shown in row.cells:
            if is_text and shown and not self._blank:
                cells.append(shown)
            else:
                self._take_cell(cell, shown)
        if len(cells) > _MOST_COLUMNS:
            raise Unreadable(_TOO_OFTEN)
        self._end_row()

    def taken(self) -> Iterator[tuple[tuple[int, str], Cells]]:
        """The rows that are complete, each under its sheet's number and name."""
        ready, self._ready = self._ready, []
        for sheet, number, count, cells in ready:
            for repeated in range(count):
                yield sheet, (number + repeated, cells, False)

    def _begin(self, _: str, attributes: Attributes) -> None:
        """The element around all others."""
        if any(attributes.get(prefix) != name for prefix, name in _PREFIXES.items()):
            raise Unreadable("it is not written as OpenDocument spreadsheets are", _REMEDY)
        self.parser.StartElementHandler = self._start

    def _start(self, name: str, attributes: Attributes) -> None:
        if self._aside:
            self._aside += 1
        elif name in _PARAGRAPHS:
            self._text.clear()
        elif name in _CELLS and self._depth == 1:
            self._cell = attributes
            self._paragraphs.clear()
        elif name == _ROW and self._depth == 1:
            self._begin_row(attributes)
        elif name in _BLANKS:
            self._text.append(_BLANKS[name] * min(_count(attributes.get("text:c")), _MOST_BLANKS))
        elif name.startswith(_ASIDE):
            self._aside = 1
            self._before_aside = len(self._text)
        elif name == _SHEET:
            self._depth += 1
            if self._depth == 1:
                self._sheet = (self._sheet[0] + 1, attributes.get("table:name", ""))
                self._row = 1

    def _end(self, name: str) -> None:
        if self._aside:
            self._aside -= 1
            if not self._aside:
                del self._text[self._before_aside :]
        elif name in _PARAGRAPHS:
            self._paragraphs.append(plain("".join(self._text)))
        elif name in _CELLS and self._depth == 1:
            self._take_cell(self._cell, "\n".join(self._paragraphs))
        elif name == _ROW and self._depth == 1:
            self._end_row()
        elif name == _SHEET:
            self._depth -= 1

    def _begin_row(self, attributes: Attributes) -> None:
        self._rows_repeated = _count(attributes.get("table:number-rows-repeated"))
        self._cells = []
        self._blank = 0
        self._is_in_row = True

    def _end_row(self) -> None:
        if self._cells:
            if self._rows_repeated > _MOST_ROWS:
                raise Unreadable(_TOO_OFTEN)
            self._ready.append((self._sheet, self._row, self._rows_repeated, self._cells))
        self._row += self._rows_repeated
        self._is_in_row = False

    def _take_cell(self, cell: Attributes, shown: str) -> None:
        is_text = cell.get("office:value-type") == "string" and "office:string-value" not in cell
        value = shown if is_text else _value(cell, shown)
        count = _count(cell["table:number-columns-repeated"]) if "table:number-columns-repeated" in cell else 1
        if not value:
            self._blank += count
            return
        if len(self._cells) + self._blank + count > _MOST_COLUMNS:
            raise Unreadable(_TOO_OFTEN)
        if self._blank or count > 1:
            self._cells += [*[""] * self._blank, *[value] * (count - 1)]
            self._blank = 0
        self._cells.append(value)


def _value(cell: Attributes, shown: str) -> str:
    """The text that a person sees in a cell, where `shown` stands in it."""
    kind = cell.get("office:value-type")
    if kind == "string" or kind is None or cell.get("calcext:value-type") == "error":
        return cell.get("office:string-value") or shown or (_formula(cell) if kind is None else "")
    name = _ATTRIBUTE.get(kind, "office:value")
    value = cell.get(name)
    if value is None or (name == "office:value" and _NO_NUMBER.fullmatch(shown)):
        return shown
    if kind in _MORE and _MORE[kind].fullmatch(shown):
        return shown
    try:
        return _TEXT_OF.get(kind, _number)(value)
    except (ValueError, OverflowError):
        return shown or value


def _formula(cell: Attributes) -> str:
    """A formula that was never computed; blank where there is none."""
    formula = cell.get("table:formula", "")
    return formula[max(0, formula.find("=")) :]


def _number(value: str) -> str:
    return text_of(float(value))


def _flag(value: str) -> str:
    return text_of(value == "true")


def _date(value: str) -> str:
    return text_of(dt.datetime.fromisoformat(value) if "T" in value else dt.date.fromisoformat(value))


def _time(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        raise ValueError
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups()[1:])
    length = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return text_of(-length if match[1] else length)


_ATTRIBUTE = {"boolean": "office:boolean-value", "date": "office:date-value", "time": "office:time-value"}
_TEXT_OF = {"boolean": _flag, "date": _date, "time": _time}


def _count(text: str | None) -> int:
    """How often something stands here: once where that is not told, and no more than what no sheet has room for."""
    if not text or not text.isdecimal():
        return 1
    digits = text.lstrip("0") or "1"
    return int(digits) if len(digits) < 10 else _NO_ROOM


def _refuse(*_: object) -> None:
    raise Unreadable("an XML part of it holds a document type declaration")
