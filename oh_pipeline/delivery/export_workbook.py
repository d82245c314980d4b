"""Tables as one workbook: a sheet a table, what is on them first, the data dictionary second.

What a sheet cannot hold is never cut: further rows go to further sheets, long texts whole to a sheet of their own, and the
sheet `contents` says so. Knows no edition.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import LargeZipFile

from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

from oh_pipeline.delivery import dictionary
from oh_pipeline.delivery.dictionary import Table
from oh_pipeline.delivery.workbook import Book, Sheet, Style, workbook
from oh_pipeline.errors import UsageFault

if TYPE_CHECKING:
    import pyarrow as pa

CONTENTS, DICTIONARY, LONG_TEXTS = "contents", "dictionary", "long_texts"
STYLES: Mapping[str, Style] = {
    "head": {"bold": True, "font_color": "#FFFFFF", "bg_color": "#2F4A5F", "valign": "vcenter"},
    "title": {"bold": True, "font_size": 16, "font_color": "#2F4A5F"},
    "cell": {"valign": "top"},
    "words": {"valign": "top", "text_wrap": True},
    "day": {"valign": "top", "num_format": "yyyy-mm-dd"},
}
_WIDTHS = {"boolean": 9, "integer": 10, "bigint": 12, "double": 10, "date": 12, "timestamp": 24}
_FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets do not agree on the days
_SHOWN = 1_000  # characters of a long text where it stands


@dataclass(frozen=True)
class Limits:
    """What a sheet holds: rows with the header, columns, letters of its name, UTF-16 units of a cell, digits of a number."""

    rows: int = 1_048_576
    columns: int = 16_384
    name: int = 31
    cell: int = 32_767
    digits: int = 15


@contextmanager
def tables_workbook(
    file: Path, tables: Sequence[Table], told: Mapping[str, str], limits: Limits | None = None
) -> Iterator[TablesBook]:
    """A workbook that takes these tables. Raises OSError; UsageFault where a table or all of them are too large for one."""
    title = f"Outcome harvest, {told['edition']} edition, build {told['build_id']}"
    try:
        with workbook(file, STYLES, title=title, author="oh export") as book:
            made = TablesBook(book, title, tables, limits or Limits())
            yield made
            made.finish()
    except LargeZipFile:
        raise UsageFault("These tables are too large for one workbook", "Export them as parquet or csv") from None


@dataclass(frozen=True)
class _Line:
    """One line of the contents."""

    sheet: str
    table: str
    rows: int
    description: str


class TablesBook:
    """The workbook in the making."""

    def __init__(self, book: Book, title: str, tables: Sequence[Table], limits: Limits) -> None:
        self._book, self._title, self._limits = book, title, limits
        self._names = {CONTENTS, DICTIONARY, LONG_TEXTS}
        self._lines: list[_Line] = []
        self._contents = book.sheet(CONTENTS)
        dictionary_sheet = book.sheet(DICTIONARY)
        _write_rows(dictionary_sheet, dictionary.HEADER, dictionary.rows(tables), (10, 28, 7, 28, 12, 24, 110))
        self._long = _LongTexts(book, limits)

    def add(self, table: Table, name: str, batches: pa.RecordBatchReader) -> tuple[int, list[str]]:
        """A sheet for a table, more where it is too long for one. Gives its rows and the names of its sheets."""
        if len(table.columns) > self._limits.columns:
            raise UsageFault(f"Table {name} has more columns than a sheet", "Export as parquet or csv")
        pages = [_Page(self._sheet(name), table, self._limits.rows)]
        rows = 0
        for batch in batches:
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if pages[-1].is_full:
                    pages[-1].finish()
                    pages.append(_Page(self._sheet(name, len(pages) + 1), table, self._limits.rows))
                self._write(pages[-1], name, values)
                rows += 1
        pages[-1].finish()
        for number, page in enumerate(pages):
            words = table.description if not number else f"Further rows of {name}"
            self._lines.append(_Line(page.sheet.get_name(), name, page.rows, words))
        return rows, [page.sheet.get_name() for page in pages]

    def finish(self) -> None:
        """What is known at the end: the contents."""
        sheet, style = self._contents, "cell"
        sheet.text(0, 0, self._title, "title")
        header = ("sheet", "table", "rows", "what it holds")
        lines = [(line.sheet, line.table, line.rows, line.description) for line in self._lines]
        lines.insert(0, (DICTIONARY, "", 0, "What each table and column means"))
        if self._long.rows:
            whole = (
                "Texts that are too long for a cell, whole: the parts of one, in order, joined without anything between"
            )
            lines.append((LONG_TEXTS, "", self._long.rows, whole))
        _write_rows(sheet, header, lines, (32, 32, 12, 110), top=2)
        for row, line in enumerate(lines, start=3):
            sheet.write_url(row, 0, f"internal:'{line[0]}'!A1", self._book.format(style), line[0])
        self._long.finish()

    def _sheet(self, name: str, number: int = 1) -> Sheet:
        """A new sheet, its name cut and numbered until no other has it, whatever its case."""
        attempt = number
        while True:
            mark = "" if attempt == 1 else f"_{attempt}"
            short = name[: self._limits.name - len(mark)] + mark
            if short.lower() not in self._names:
                self._names.add(short.lower())
                return self._book.sheet(short)
            attempt += 1

    def _write(self, page: _Page, table: str, values: Sequence[Any]) -> None:
        row = page.next_row()
        for column, value in enumerate(values):
            if value is None:
                continue
            text = self._write_plain(page.sheet, row, column, value)
            if text is None:
                continue
            if len(text) > self._limits.cell // 2 and _units(text) > self._limits.cell:
                where = (table, page.sheet.get_name(), xl_rowcol_to_cell(row, column), page.columns[column])
                text = self._long.keep(where, text)
            page.sheet.text(row, column, text, "cell")

    def _write_plain(self, sheet: Sheet, row: int, column: int, value: Any) -> str | None:
        """Write what is no text; gives the text of what is, or would not be held exactly."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            sheet.truth(row, column, value, "cell")
        elif self._is_number(value):
            sheet.number(row, column, value, "cell")
        elif isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST_DAY:
            sheet.day(row, column, value, "day")
        else:
            return _words(value)
        return None

    def _is_number(self, value: Any) -> bool:
        """Whether a cell holds it exactly."""
        if isinstance(value, float):
            return math.isfinite(value)
        return isinstance(value, int) and abs(value) < 10**self._limits.digits


class _Page:
    """One sheet of a table, written from the top down."""

    def __init__(self, sheet: Sheet, table: Table, most: int) -> None:
        self.sheet, self.columns, self._most, self.rows = sheet, [column.name for column in table.columns], most, 0
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, max(_WIDTHS.get(column.type, 24), len(column.name) + 4))
            sheet.text(0, number, column.name, "head")
        sheet.freeze_panes(1, 0)

    @property
    def is_full(self) -> bool:
        """No further row fits."""
        return self.rows + 1 >= self._most

    def next_row(self) -> int:
        """The row to write."""
        self.rows += 1
        return self.rows

    def finish(self) -> None:
        """Filters over what was written."""
        self.sheet.autofilter(0, 0, max(self.rows, 1), len(self.columns) - 1)


@dataclass
class _LongTexts:
    """The sheet of texts that no cell holds, made when the first comes."""

    book: Book
    limits: Limits
    rows: int = 0
    sheet: Sheet | None = field(default=None)

    def keep(self, where: tuple[str, str, str, str], text: str) -> str:
        """Keep a text whole, in parts; gives what stands in its place. `where`: table, sheet, cell, column."""
        if self.sheet is None:
            self.sheet = self.book.sheet(LONG_TEXTS)
            for column, name in enumerate(("table", "sheet", "cell", "column", "part", "parts", "text")):
                self.sheet.text(0, column, name, "head")
            self.sheet.freeze_panes(1, 0)
        step = self.limits.cell if _units(text) == len(text) else self.limits.cell // 2
        parts = [text[start : start + step] for start in range(0, len(text), step)]
        if self.rows + 1 + len(parts) > self.limits.rows:
            raise UsageFault("There are more long texts than a sheet has rows", "Export them as parquet or csv")
        first = self.rows + 2
        for number, part in enumerate(parts, start=1):
            self.rows += 1
            for column, cell in enumerate(where):
                self.sheet.text(self.rows, column, cell, "cell")
            self.sheet.number(self.rows, 4, number, "cell")
            self.sheet.number(self.rows, 5, len(parts), "cell")
            self.sheet.text(self.rows, 6, part, "cell")
        rows = f"rows {first} to {self.rows + 1}" if len(parts) > 1 else f"row {first}"
        return f"{text[: min(_SHOWN, step // 2)]} … [the whole text: sheet {LONG_TEXTS}, {rows}]"

    def finish(self) -> None:
        """Filters."""
        if self.sheet is not None:
            self.sheet.autofilter(0, 0, self.rows, 6)


def _write_rows(
    sheet: Sheet, header: Sequence[str], rows: Sequence[Sequence[str | int]], widths: Sequence[int], top: int = 0
) -> None:
    for column, (name, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.text(top, column, name, "head")
    for row, values in enumerate(rows, start=top + 1):
        for column, value in enumerate(values):
            if isinstance(value, int):
                sheet.number(row, column, value, "cell")
            else:
                sheet.text(row, column, value, "words")
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top + max(len(rows), 1), len(header) - 1)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _words(value: Any) -> str:
    from oh_pipeline.delivery.export_files import list_texts

    if isinstance(value, list):
        return list_texts([value])[0] or ""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
