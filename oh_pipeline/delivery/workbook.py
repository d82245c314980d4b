"""A workbook as everything that goes out as one is written: private, whole or not at all, equal bytes for equal content.

All text is text: no cell holds a live formula, nor one that becomes live when it is edited. Knows no record.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from oh_pipeline.delivery.inert import STARTS_FORMULA

_TEXT_ONLY = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
LINE = 15
"""Height of a line of text, in points."""

_CREATED = datetime(2000, 1, 1)  # no clock in what is written
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NOTE_WIDTH, _NOTE_LETTERS, _NOTE_LINE = 340, 52, 17  # pixels; letters a line; pixels a line

Style = Mapping[str, Any]


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes, wrapped in a column of a width in letters: programs do not work it out by themselves."""
    if len(text) <= width and "\n" not in text:
        return 1
    return sum(1 + max(0, len(line) - 1) // width for line in text.split("\n"))


class Sheet(Worksheet):  # type: ignore[misc]
    """A sheet whose rows are written from the top down. Rows and columns count from 0; a style is a name of the book's."""

    book: Book

    def text(self, row: int, column: int, value: str, style: str) -> None:
        """A text exactly as it is; at most 32,767 UTF-16 units, which the caller sees to."""
        if value:
            self.write_string(row, column, value, self.book.format(style, quoted=value.startswith(STARTS_FORMULA)))
        else:
            self.blank(row, column, style)

    def blank(self, row: int, column: int, style: str) -> None:
        """An empty cell that is seen."""
        self.write_blank(row, column, None, self.book.format(style))

    def number(self, row: int, column: int, value: int | float, style: str) -> None:
        """A number that a cell can hold: finite, a whole one of at most 15 digits."""
        self.write_number(row, column, value, self.book.format(style))

    def truth(self, row: int, column: int, value: bool, style: str) -> None:
        """TRUE or FALSE."""
        self.write_boolean(row, column, value, self.book.format(style))

    def day(self, row: int, column: int, value: date, style: str) -> None:
        """A date from 1900 on."""
        self.write_datetime(row, column, value, self.book.format(style))

    def link(self, row: int, column: int, sheet: str, cell: tuple[int, int], style: str) -> None:
        """The name of a cell of another sheet, leading there; at most 65,530 a sheet. `sheet` has no quote in it."""
        name = xl_rowcol_to_cell(*cell)
        self.write_url(row, column, f"internal:'{sheet}'!{name}", self.book.format(style), name)

    def note(self, row: int, column: int, text: str, author: str) -> None:
        """A comment of at most some thousand letters, in a box that shows all of it."""
        text = _NOT_IN_XML.sub("\ufffd", text)
        lines = sum(1 + len(line) // _NOTE_LETTERS for line in text.split("\n"))
        box = {"width": _NOTE_WIDTH, "height": min(lines + 1, 24) * _NOTE_LINE, "font_size": 9}
        self.write_comment(row, column, text, {**box, "author": author})

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        """The writer takes a text between `<r>` and `</r>` for its own markup: what is delivered is only ever text."""
        self._xml_inline_string(string, True, attributes)

    def _xml_number_element(self, number: float, attributes: Any = ()) -> None:
        """The writer cuts a number at 16 digits; some need 17."""
        attribute = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{attribute}><v>{number!r}</v></c>")


class Book:
    """Sheets, and the styles of their cells."""

    def __init__(self, writer: Any, styles: Mapping[str, Style]) -> None:
        self._writer = writer
        self._styles = styles
        self._formats: dict[tuple[str, bool], Any] = {}

    def sheet(self, name: str) -> Sheet:
        """A further sheet."""
        sheet: Sheet = self._writer.add_worksheet(name, worksheet_class=Sheet)
        sheet.book = self
        return sheet

    def format(self, style: str, quoted: bool = False) -> Any:
        """A style; `quoted` for a text that would else become a formula when somebody edits it."""
        key = (style, quoted)
        if key not in self._formats:
            properties = {**self._styles[style], **({"quote_prefix": True} if quoted else {})}
            self._formats[key] = self._writer.add_format(properties)
        return self._formats[key]


@contextmanager
def workbook(target: Path, styles: Mapping[str, Style], *, title: str, author: str) -> Iterator[Book]:
    """A new workbook at `target`, which is there when all of it is written. Raises OSError.

    File and folders are made for this user alone. What a kill leaves beside the target is a folder `.*.tmp`.
    """
    _make_private(target.parent)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".", suffix=".tmp") as scratch:
        made = Path(scratch, "workbook.xlsx")
        writer = xlsxwriter.Workbook(str(made), {"constant_memory": True, "tmpdir": scratch, **_TEXT_ONLY})
        writer.set_properties({"title": title, "author": author, "created": _CREATED})
        try:
            yield Book(writer, styles)
            writer.close()
        except FileCreateError as error:
            raise error.args[0] from None
        finally:
            for sheet in writer.worksheets():
                sheet._opt_close()  # its rows so far, where writing them failed
        made.chmod(0o600)
        made.replace(target)


def _make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, closed to others."""
    if not folder.is_dir():
        _make_private(folder.parent)
        folder.mkdir(0o700, exist_ok=True)
        folder.chmod(0o700)
