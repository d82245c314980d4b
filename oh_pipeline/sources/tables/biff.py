"""What would be lost of an .xls workbook when its cells are read: errors. And why one cannot be read at all.

The reader of cells takes errors for blanks and holds a sheet from its first to its last cell, so the workbook's records
are walked once first. Nothing but errors and the places of cells is read here.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from oh_pipeline.sources.records import Unreadable
from oh_pipeline.sources.tables.ooxml import MOST_CELLS, too_wide

Errors = dict[int, dict[int, str]]
"""By row and column, both from 0."""

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BEGIN, _END, _SHEET, _PASSWORD, _FORMULA, _ERROR, _SEVERAL = 0x809, 0x0A, 0x85, 0x2F, 0x06, 0x205, 0xBD
_CELLS = frozenset((_FORMULA, _ERROR, _SEVERAL, 0x203, 0x27E, 0xFD, 0x204, 0xD6))
_NO_SECTOR = 0xFFFFFFFA
_HEADER = 512
_AGAIN = "Open it in a spreadsheet program and save it as .xlsx"


def cell_errors(path: str) -> list[Errors]:
    """The errors of each sheet, in the workbook's order.

    Raises Unreadable for what is encrypted, damaged or no workbook, and for a sheet of far too many cells.
    """
    with (
        open(path, "rb") as handle,  # noqa: PTH123 - a name of any bytes
        mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        try:
            return _errors(_workbook(data))
        except (struct.error, IndexError):
            raise Unreadable("it is damaged or was not copied to its end", _AGAIN) from None


def _workbook(data: mmap.mmap) -> bytes:
    """The stream that holds the workbook, out of the container that lies around it."""
    container = _Container(data)
    streams = container.streams()
    if "encryptedpackage" in streams:
        raise Unreadable("it is encrypted", "Save it without a password")
    found = streams.get("workbook") or streams.get("book")
    if found is None:
        raise Unreadable("it is an Office file, but no workbook", "Save it in the format of its name")
    return container.read(*found)


class _Container:
    """An OLE file: streams in chains of sectors, the small ones in sectors of a stream of their own."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._size = 1 << struct.unpack_from("<H", data, 30)[0]
        self._small_size = 1 << struct.unpack_from("<H", data, 32)[0]
        if self._size not in (512, 4096) or self._small_size > self._size:
            raise struct.error
        self._directory, _, self._least, self._small_table = struct.unpack_from("<4I", data, 48)
        self._table = self._numbers(self._table_sectors())

    def _sector(self, number: int) -> bytes:
        start = max(self._size, _HEADER) + number * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise IndexError
        return sector.ljust(self._size, b"\0")

    def _numbers(self, sectors: Iterator[int]) -> list[int]:
        found: list[int] = []
        for sector in sectors:
            found += struct.unpack(f"<{self._size // 4}I", self._sector(sector))
        return found

    def _table_sectors(self) -> Iterator[int]:
        """Where the table of chains lies: listed in the header, and in sectors that lead from one to the next."""
        yield from (number for number in struct.unpack_from("<109I", self._data, 76) if number < _NO_SECTOR)
        following, count = struct.unpack_from("<2I", self._data, 68)
        for _ in range(min(count, len(self._data) // self._size)):
            *numbers, following = self._numbers(iter((following,)))
            yield from (number for number in numbers if number < _NO_SECTOR)

    @staticmethod
    def _chain(first: int, table: list[int]) -> Iterator[int]:
        for _ in range(len(table)):
            if first >= _NO_SECTOR:
                return
            yield first
            first = table[first]

    def read(self, start: int, size: int) -> bytes:
        """A stream."""
        if size >= self._least:
            return b"".join(map(self._sector, self._chain(start, self._table)))[:size]
        table = self._numbers(self._chain(self._small_table, self._table))
        step = self._small_size
        small = self._small_stream
        return b"".join(small[number * step : (number + 1) * step] for number in self._chain(start, table))[:size]

    @property
    def _small_stream(self) -> bytes:
        start, _ = struct.unpack_from("<2I", self._sector(self._directory), 116)
        return b"".join(map(self._sector, self._chain(start, self._table)))

    def streams(self) -> dict[str, tuple[int, int]]:
        """Start and size of the streams at the top, by name in small letters; what is embedded has its own below."""
        entries = b"".join(map(self._sector, self._chain(self._directory, self._table)))
        found: dict[str, tuple[int, int]] = {}
        waiting, seen = [struct.unpack_from("<I", entries, 76)[0]], set()
        while waiting:
            number = waiting.pop()
            at = number * 128
            if number in seen or at + 128 > len(entries):
                continue
            seen.add(number)
            length, kind, _, left, right = struct.unpack_from("<H2B2I", entries, at + 64)
            waiting += [left, right]
            if kind == 2:
                name = entries[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
                found[name] = struct.unpack_from("<2I", entries, at + 116)
        return found


@dataclass
class _Sheet:
    """Of one sheet: the errors, and from where to where its cells lie."""

    errors: Errors = field(default_factory=dict)
    top: int = 1 << 16
    bottom: int = -1
    left: int = 1 << 16
    right: int = -1

    def check(self) -> None:
        """Raise Unreadable where too many cells lie between the first and the last."""
        if (self.bottom - self.top + 1) * (self.right - self.left + 1) > MOST_CELLS and self.bottom >= 0:
            raise too_wide()


def _errors(workbook: bytes) -> list[Errors]:
    sheets: dict[int, _Sheet] = {}
    sheet: _Sheet | None = None
    depth = at = 0
    while at + 4 <= len(workbook):
        kind, size = struct.unpack_from("<2H", workbook, at)
        if kind in _CELLS:
            if sheet is not None and depth == 1:  # a chart in a sheet has cells of its own
                _take(sheet, kind, workbook, at + 4, size)
        elif kind == _BEGIN:
            depth += 1
            sheet = sheets.get(at, sheet)
        elif kind == _END:
            depth -= 1
        elif kind == _SHEET:
            sheets[struct.unpack_from("<I", workbook, at + 4)[0]] = _Sheet()
        elif kind == _PASSWORD:
            raise Unreadable("it is encrypted", "Save it without a password")
        at += 4 + size
    for found in sheets.values():
        found.check()
    return [found.errors for found in sheets.values()]


def _take(sheet: _Sheet, kind: int, workbook: bytes, at: int, size: int) -> None:
    row, column = struct.unpack_from("<2H", workbook, at)
    last = struct.unpack_from("<H", workbook, at + size - 2)[0] if kind == _SEVERAL else column
    if row > sheet.bottom:
        sheet.bottom = row
    if row < sheet.top:
        sheet.top = row
    if column < sheet.left:
        sheet.left = column
    if last > sheet.right:
        sheet.right = last
    code = None
    if kind == _ERROR and workbook[at + 7]:
        code = workbook[at + 6]
    elif kind == _FORMULA and workbook[at + 12 : at + 14] == b"\xff\xff" and workbook[at + 6] == 2:
        code = workbook[at + 8]
    if code is not None:
        sheet.errors.setdefault(row, {})[column] = _ERRORS.get(code, "#ERROR!")
