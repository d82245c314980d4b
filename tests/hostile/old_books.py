"""Workbooks of the older kind: a container of streams, and in it records that say how long they are."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

from .kinds import Hostile, csv_text, cut, either, harmless, rows, unread
from .packing import compound

_BOF, _EOF, _SHEET, _LABEL, _PASSWORD, _TEXTS, _TEXT, _DIMENSIONS = 0x809, 0x0A, 0x85, 0x204, 0x2F, 0xFC, 0xFD, 0x200


def _record(kind: int, data: bytes, size: int | None = None) -> bytes:
    return struct.pack("<2H", kind, len(data) if size is None else size) + data


def _begin(kind: int) -> bytes:
    return _record(_BOF, struct.pack("<4H2L", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))


def _label(row: int, column: int, text: str) -> bytes:
    return _record(_LABEL, struct.pack("<4HB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))


def labels(table: Sequence[Sequence[str]]) -> bytes:
    """A table as cells."""
    return b"".join(_label(r, c, text) for r, row in enumerate(table) for c, text in enumerate(row))


def stream(cells: bytes, *, globals_: bytes = b"", offset: int | None = None, name: bytes = b"Data") -> bytes:
    """The stream of a workbook of one sheet."""
    begin = _begin(5)
    listed = len(_record(_SHEET, bytes(8) + name))
    at = len(begin) + len(globals_) + listed + len(_record(_EOF, b""))
    told = struct.pack("<LHBB", at if offset is None else offset, 0, len(name), 0) + name
    return begin + globals_ + _record(_SHEET, told) + _record(_EOF, b"") + _begin(16) + cells + _record(_EOF, b"")


def book(content: bytes) -> bytes:
    """A container of that stream."""
    return compound({"Workbook": content})


def files() -> list[Hostile]:
    """All of them, made anew."""
    good = labels(rows())
    whole = book(stream(good))
    noise = random.Random(9).randbytes(9_000)
    scattered = bytearray(whole)
    for at in random.Random(4).sample(range(512, len(whole)), 400):
        scattered[at] ^= 0xFF
    page = (
        "<html><table>" + "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in r)}</tr>" for r in rows()) + "</table></html>"
    )
    return [
        harmless("old books/in order.xls", whole),
        unread(
            "old books/encrypted.xls",
            book(stream(noise, globals_=_record(_PASSWORD, b"\1\0\1\0\1\0" + noise[:48]))),
            "encrypted|password",
        ),
        unread("old books/a page.xls", page.encode()),
        unread("old books/a table.xls", csv_text(rows(), "\t").encode()),
        unread(
            "old books/markup.xls",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Workbook>&a;</Workbook>',
        ),
        unread("old books/its head alone.xls", whole[:8]),
        *[unread(f"old books/cut off at {share}.xls", cut(whole, share / 100)) for share in (5, 50, 95)],
        unread("old books/noise inside.xls", compound({"Workbook": noise})),
        unread("old books/another stream.xls", compound({"WordDocument": stream(good)})),
        unread("old books/no stream.xls", compound({})),
        either("old books/scattered faults.xls", bytes(scattered)),
        unread("old books/sectors in a ring.xls", compound({"Workbook": stream(good)}, fat={3: 1})),
        unread("old books/a sector that follows itself.xls", compound({"Workbook": stream(good)}, fat={0: 0})),
        unread("old books/a sector far away.xls", compound({"Workbook": stream(good)}, fat={0: 0x7FFFFFF0})),
        unread("old books/no sector size.xls", compound({"Workbook": stream(good)}, shift=0)),
        unread("old books/sectors of two gigabytes.xls", compound({"Workbook": stream(good)}, shift=31)),
        unread("old books/sectors beyond all.xls", compound({"Workbook": stream(good)}, shift=0xFFFF)),
        unread("old books/a sheet beyond the end.xls", book(stream(good, offset=0x7FFFFFFF))),
        unread("old books/a sheet that is the beginning.xls", book(stream(good, offset=0))),
        either("old books/a record beyond the end.xls", book(stream(good + _record(_LABEL, b"\0" * 8, 0xFFFF)))),
        either("old books/a record too short.xls", book(stream(good + _record(_LABEL, b"\0")))),
        either(
            "old books/a text longer than its record.xls",
            book(stream(good + _record(_LABEL, struct.pack("<4HB", 3, 0, 0, 0xFFFF, 1)))),
        ),
        either(
            "old books/four billion texts.xls",
            book(stream(good, globals_=_record(_TEXTS, struct.pack("<2L", 0xFFFFFFFF, 0xFFFFFFFF)))),
        ),
        either(
            "old books/a text that is not there.xls",
            book(stream(good + _record(_TEXT, struct.pack("<3HL", 3, 0, 0, 0xFFFFFFFF)))),
        ),
        unread(
            "old books/four billion rows.xls",
            book(stream(_record(_DIMENSIONS, struct.pack("<2L3H", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + good)),
        ),
        unread("old books/a cell at the far corner.xls", book(stream(good + _label(65_535, 65_535, "far away")))),
        either("old books/records of nothing.xls", book(stream(good + _record(0, b"") * 500_000))),
    ]
