"""Workbooks (.xlsx, .xlsm, .xls, .ods): every sheet that has a header becomes records, every other is named.

Which kind a file is tells its content. Cells of .xlsx and .xls are read by calamine, what it loses is told by `ooxml` and
`biff`; .ods by `opendocument`. What the cells become is told by `table`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO, NamedTuple

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from oh_pipeline.sources.archives import archive
from oh_pipeline.sources.archives.zipped import directory
from oh_pipeline.sources.records import FIX_SHEET, Item, Labels, Note, Unreadable
from oh_pipeline.sources.tables import biff, ooxml, opendocument
from oh_pipeline.sources.tables.cells import text_of
from oh_pipeline.sources.tables.table import HEADER_REMEDY, NO_HEADER, NO_RECORD, Cells, Table

_AGAIN = "Open it in a spreadsheet program and save it as .xlsx"
_NO_PASSWORD = "Save it as .xlsx without a password"  # noqa: S105 - advice, no password
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER_PACKAGES = {
    "xl/workbook.bin": "it is a binary workbook (.xlsb), which is not supported",
    "word/document.xml": "it is a Word document, whatever its name says",
    "ppt/presentation.xml": "it is a presentation, whatever its name says",
}


class _Sheet(NamedTuple):
    """A sheet's name, the column its rows begin in, and its rows, to be taken before the next sheet."""

    name: str
    first: int
    rows: Iterator[Cells]


_Sheets = Callable[[Callable[[str], bool]], Iterator[_Sheet]]
"""The sheets of a workbook whose name is wanted, in their order."""


def read(path: str, labels: Labels) -> Iterator[Item]:
    """The records of a workbook, and a note for each sheet without a header. Raises Unreadable.

    A sheet without any cell is left out, and so is the list of what to fix in a workbook that we returned.
    """
    sheets = _sheets(path)
    tables = _Tables(labels)
    yield from tables.records(sheets(tables.is_met))
    if tables.passed_over and not tables.is_return:
        yield from tables.records(sheets(FIX_SHEET.__eq__))
    tables.check()


class _Tables:
    """The tables of one workbook, and what was seen of them."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._is_empty = True
        self._has_header = False
        self._has_record = False
        self.is_return = False
        self.passed_over = False

    def is_met(self, name: str) -> bool:
        """Whether a sheet is read at first: not what may be the list of what to fix."""
        self.passed_over = self.passed_over or name == FIX_SHEET
        return name != FIX_SHEET

    def records(self, sheets: Iterator[_Sheet]) -> Iterator[Item]:
        """What the sheets hold."""
        for sheet in sheets:
            table = Table(self._labels, sheet.name, sheet.first)
            for record in table.records(sheet.rows):
                self._has_record = True
                yield record
            self._is_empty = self._is_empty and table.is_empty
            self._has_header = self._has_header or table.has_header
            self.is_return = self.is_return or table.is_return
            if not table.has_header and not table.is_empty:
                yield Note("skipped_sheet", sheet.name)

    def check(self) -> None:
        """Raise Unreadable where nothing was found."""
        if self._is_empty:
            raise Unreadable("every sheet of it is empty")
        if not self._has_header:
            raise Unreadable(NO_HEADER, HEADER_REMEDY)
        if not self._has_record:
            raise Unreadable(NO_RECORD)


def _sheets(path: str) -> _Sheets:
    """How the sheets of this kind of file are read. Raises Unreadable for what is no workbook."""
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        head = handle.read(64)
    if head.startswith(_ZIP):
        archive.check_package(path)
        return _package_sheets(path)
    if head.startswith(_OLE):
        errors = biff.cell_errors(path)
        return lambda wanted: _calamine_sheets(open(path, "rb"), wanted, errors)  # noqa: PTH123
    if not head:
        raise Unreadable("it is empty")
    if head[0] == 9 and head[1:2] in (b"\0", b"\2", b"\4", b"\x08"):
        raise Unreadable("it was written by a spreadsheet program before 1995", _AGAIN)
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable("it is a web page or XML under the name of a workbook", _AGAIN)
    raise Unreadable("it is no workbook, whatever its name says", f"{_AGAIN}, or as .csv if it is text")


def _package_sheets(path: str) -> _Sheets:
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        names = {part.name.lower() for part in directory(handle)}
    for name, reason in _OTHER_PACKAGES.items():
        if name in names:
            raise Unreadable(reason, _AGAIN)
    if any(name.startswith("xl/") for name in names):
        return lambda wanted: _calamine_sheets(ooxml.opened(path), wanted, [])
    if "content.xml" in names:
        return lambda wanted: _open_sheets(path, wanted)
    raise Unreadable("it is a package without a workbook in it", _AGAIN)


def _open_sheets(path: str, wanted: Callable[[str], bool]) -> Iterator[_Sheet]:
    pieces = archive.package_part(path, "content.xml") or iter(())
    for name, rows in opendocument.sheets(pieces, wanted):
        yield _Sheet(name, 0, rows)


def _calamine_sheets(handle: BinaryIO, wanted: Callable[[str], bool], errors: list[biff.Errors]) -> Iterator[_Sheet]:
    with closing(handle), _told(None):
        workbook = CalamineWorkbook.from_filelike(handle)
        names = workbook.sheet_names
    for number, name in enumerate(names):
        if not wanted(name):
            continue
        with _told(name):
            sheet = workbook.get_sheet_by_index(number)
        yield _Sheet(
            name, sheet.start[1] if sheet.start else 0, _rows(sheet, errors[number] if number < len(errors) else {})
        )


def _rows(sheet: CalamineSheet, errors: biff.Errors) -> Iterator[Cells]:
    first = sheet.start[1] if sheet.start else 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [value if isinstance(value, str) and "\r" not in value else text_of(value) for value in values]
        for column, error in errors.get(number - 1, {}).items():
            if 0 <= column - first < len(cells):
                cells[column - first] = error
        yield number, cells, False


@contextmanager
def _told(sheet: str | None) -> Iterator[None]:
    """What calamine raises, in plain words: its own may quote cells."""
    try:
        yield
    except PasswordError:
        raise Unreadable("it is encrypted", _NO_PASSWORD) from None
    except CalamineError:
        raise Unreadable("it is damaged, or not written as workbooks are", _AGAIN, sheet) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("it is damaged, or not written as workbooks are", _AGAIN, sheet) from None
