"""What would be lost of an .xlsx package when its cells are read: errors, formulas never computed, formats, cells far out.

The reader of cells takes errors for blanks, knows no number format and holds a sheet from its first to its last cell. So
sheets are looked through first, and where need be a copy is made in memory in which such cells hold their text.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape

from oh_pipeline.sources.archives.zipped import Part, content, directory
from oh_pipeline.sources.records import Unreadable
from oh_pipeline.sources.tables.numberformats import styles

MOST_CELLS = 8_000_000
"""So many, blank ones in between too, fit into the memory of the reading child."""
_LONGEST_ROW = 8 << 20
_LARGEST_PART = 8 << 20  # bytes of a part that is looked at as a whole
_FEW = 100  # numbers of styles that are looked for one by one
_STYLES, _BOOK = "xl/styles.xml", "xl/workbook.xml"
_IS_1904 = re.compile(rb"""\bdate1904\s*=\s*["'](?:1|true|on)["']""")
_SHEET = re.compile(rb"<(?:[\w.-]+:)?worksheet[\s>]")
_ERROR = re.compile(rb"""(<(?:[\w.-]+:)?c\s[^<>]*?\bt\s*=\s*)(?:"e"|'e')""")
# A formula without a value: its program never computed it. Where the type is that of text, the value is the blank text.
_MAY_BE_BARE = re.compile(rb"f>\s*<(?:(?:[\w.-]+:)?v\s*/>|(?:[\w.-]+:)?v>\s*</|/(?:[\w.-]+:)?c>)")
_BARE = re.compile(
    rb"""<(?P<ns>(?:[\w.-]+:)?)c(?P<attributes>(?:\s[^<>]*)?)>\s*<(?P=ns)f(?:\s[^<>]*)?>(?P<formula>[^<]*)</(?P=ns)f>\s*"""
    rb"""(?:<(?P=ns)v\s*/>|<(?P=ns)v>\s*</(?P=ns)v>)?\s*</(?P=ns)c>"""
)
_TYPE = re.compile(rb"""\st\s*=\s*["'](\w*)["']""")
_FAR_COLUMN = re.compile(rb"""r=["']([A-Z]{2,4})\d""")
_ROW = re.compile(rb"""row\s[^<>]*?\br=["'](\d{1,9})["']""")
_FILLED = re.compile(rb"""<(?:[\w.-]+:)?c\s[^<>]*?\br=["']([A-Z]{1,4})(\d{1,9})["'][^<>]*(?<!/)>""")


def opened(path: str) -> BinaryIO:
    """The package, or a copy of it in which no cell is lost. Raises Unreadable for a sheet of far too many cells."""
    handle = open(path, "rb")  # noqa: SIM115, PTH123 - the caller closes it; a name of any bytes
    try:
        parts = directory(handle)
        formats = _Formats(_whole(handle, parts, _STYLES), _whole(handle, parts, _BOOK))
        sheets = (part for part in parts if part.name.lower().endswith(".xml"))
        odd = {part.name for part in sheets if _needs_care(handle, part, formats)}
        if not odd:
            handle.seek(0)
            return handle
        copy = _copied(handle, parts, odd, formats)
    except BaseException:
        handle.close()
        raise
    handle.close()
    return copy


def _whole(handle: BinaryIO, parts: Iterable[Part], name: str) -> bytes:
    """A part that is not too large; nothing where there is none."""
    part = next((part for part in parts if part.name.lower() == name and part.size <= _LARGEST_PART), None)
    return b"" if part is None else b"".join(content(handle, part))


class _Formats:
    """Numbers of which a person sees more: finds their cells and makes them texts."""

    def __init__(self, styles_xml: bytes, book_xml: bytes) -> None:
        self._styles = styles(styles_xml)
        self._is_1904 = _IS_1904.search(book_xml) is not None
        numbers = "|".join(self._styles).encode() if 0 < len(self._styles) < _FEW else b"[0-9]+"
        self._cell = re.compile(
            rb"""<(?P<ns>(?:[\w.-]+:)?)c(?P<attributes>\s[^<>]*?\bs=["'](?P<style>%b)["'][^<>]*)(?<!/)>"""
            rb"""(?P<formula>(?:<(?P=ns)f(?:\s[^<>]*)?(?:/>|>[^<]*</(?P=ns)f>))?)"""
            rb"""<(?P=ns)v>(?P<value>[^<]+)</(?P=ns)v>\s*</(?P=ns)c>""" % numbers
        )

    def are_in(self, piece: bytes) -> bool:
        """Whether a part of a sheet has such a cell."""
        return bool(self._styles) and any(self._text(match) is not None for match in self._cell.finditer(piece))

    def applied(self, piece: bytes) -> bytes:
        """The part with those cells as texts."""
        return self._cell.sub(self._as_text, piece) if self._styles else piece

    def _text(self, match: re.Match[bytes]) -> str | None:
        kind = _TYPE.search(match["attributes"])
        if kind is not None and kind[1] != b"n":
            return None
        written = match["value"].decode("ascii", "replace").strip()
        shown = self._styles.get(match["style"].decode())
        return shown.text(written, is_1904=self._is_1904) if shown else None

    def _as_text(self, match: re.Match[bytes]) -> bytes:
        text = self._text(match)
        if text is None:
            return match[0]
        name, attributes = match["ns"], _TYPE.sub(b"", match["attributes"])
        shown = escape(text).encode()
        return b'<%bc%b t="str">%b<%bv>%b</%bv></%bc>' % (name, attributes, match["formula"], name, shown, name, name)


def _needs_care(handle: BinaryIO, part: Part, formats: _Formats) -> bool:
    """Whether a part is a sheet with cells that would be lost."""
    columns = {b"Z"}  # no column of one letter lies further out
    rows = 1
    found = False
    pieces = _whole_rows(content(handle, part))
    for number, piece in enumerate(pieces):
        if number == 0 and not _SHEET.search(piece[:65_536]):
            return False
        columns.update(_FAR_COLUMN.findall(piece))
        rows = max(rows, *(int(row) for row in _ROW.findall(piece)), 1)
        found = found or _has_errors(piece) or _has_bare(piece) or formats.are_in(piece)
    if rows * max(map(_column, columns)) > MOST_CELLS:
        _check_spread(_whole_rows(content(handle, part)))
    return found


def _has_errors(piece: bytes) -> bool:
    return (b'"e"' in piece or b"'e'" in piece) and _ERROR.search(piece) is not None


def _has_bare(piece: bytes) -> bool:
    return _MAY_BE_BARE.search(piece) is not None and any(map(_is_bare, _BARE.finditer(piece)))


def _check_spread(pieces: Iterable[bytes]) -> None:
    """Raise Unreadable where too many cells lie between the first that is filled and the last."""
    top = left = 1 << 40
    bottom = right = 0
    for piece in pieces:
        for column, row in set(_FILLED.findall(piece)):
            top, bottom = min(top, int(row)), max(bottom, int(row))
            left, right = min(left, _column(column)), max(right, _column(column))
    if max(0, bottom - top + 1) * max(0, right - left + 1) > MOST_CELLS:
        raise too_wide()


def too_wide() -> Unreadable:
    """Why a sheet with cells far out is not read."""
    reason = "a sheet of it spreads over more cells than can be read"
    return Unreadable(reason, "Delete what stands far below or to the right of the records")


def _column(name: bytes) -> int:
    """A column's number, from 1."""
    number = 0
    for letter in name:
        number = 26 * number + letter - 64
    return number


def _whole_rows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut behind rows."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        cut = data.rfind(b"</row>") + 6
        if cut < 6:
            cut = data.rfind(b":row>") + 5
        if cut < 5:
            cut = len(data) if len(data) > _LONGEST_ROW else 0
        if cut:
            yield data[:cut]
        rest = data[cut:]
    yield rest


def _is_bare(match: re.Match[bytes]) -> bool:
    kind = _TYPE.search(match["attributes"])
    return kind is None or kind[1] != b"str"


def _with_text(match: re.Match[bytes]) -> bytes:
    """A formula that was never computed, as its own text."""
    if not _is_bare(match):
        return match[0]
    name, attributes = match["ns"], _TYPE.sub(b"", match["attributes"])
    return b'<%bc%b t="str"><%bv>=%b</%bv></%bc>' % (name, attributes, name, match["formula"], name, name)


def _copied(handle: BinaryIO, parts: Iterable[Part], odd: set[str], formats: _Formats) -> BinaryIO:
    """The package's XML, its odd parts with errors, formulas without value and formatted numbers as text."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for part in parts:
            if not part.name.lower().endswith((".xml", ".rels")):
                continue
            with package.open(part.name, "w", force_zip64=True) as out:
                if part.name not in odd:
                    out.writelines(content(handle, part))
                    continue
                for piece in _whole_rows(content(handle, part)):
                    with_errors = _ERROR.sub(rb'\1"str"', piece) if _has_errors(piece) else piece
                    computed = _BARE.sub(_with_text, with_errors) if _has_bare(with_errors) else with_errors
                    out.write(formats.applied(computed))
    copy.seek(0)
    return copy
