"""Rows of an OpenDocument sheet that are written the plain way, told without a parser: texts and numbers, no more.

A parser calls back five times a cell, which takes most of the time that reading takes. So a row in which everything is
as expected to the last character is taken as it stands; whatever else there is, goes to the parser. No meaning is given
here: a row that both tell, they tell alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_ROW_END = "</table:table-row>"
_LONGEST_ROW = 8 << 20  # bytes in which the end of a row is awaited
_MOST_KNOWN = 4_096  # spellings of attributes remembered
_BLANK = r'<text:s(?: text:c="[0-9]{1,4}")?/>|<text:tab/>|<text:line-break/>'
_PARAGRAPH = rf"<text:p>[^<]*+(?:(?:{_BLANK})[^<]*+)*+</text:p>|<text:p/>"
_ROW = re.compile("<table:table-row([^>]*)>")
_CELL = re.compile(rf"(<table:table-cell([^>]*+)>(?:((?:{_PARAGRAPH})*+)(</table:table-cell>))?)")
# What is not looked for at every place, being slow: no characters of XML, and the carriage return, a line end to XML.
_ODD = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ATTRIBUTES = re.compile(r'(?: [A-Za-z][A-Za-z0-9:._-]*="[^"<\t\n]*")*')
_ATTRIBUTE = re.compile(r' ([^=]+)="([^"]*)"')
_BLANKS = re.compile(r'<text:(s|tab|line-break)(?: text:c="([0-9]+)")?/>')
_CHARACTER = {"s": "\1", "tab": "\2", "line-break": "\3"}
_INDENT = re.compile(r" *[\t\r\n][ \t\r\n]*")
_MEANT = str.maketrans("\1\2\3", " \t\n")
_REFERENCE = re.compile("&(amp|lt|gt|quot|apos);")
_REFERRED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_DECLARATION = re.compile(
    r"""\ufeff?<\?xml\sversion=["']1\.0["'](?:\sencoding=["'](?:UTF|utf)-8["'])?(?:\sstandalone=["']\w+["'])?\s?\?>"""
)

_MORE = ("office:string-value", "table:number-columns-repeated")

Attributes = dict[str, str]


class _Opening(NamedTuple):
    """An element's attributes, whether they say no more than that it holds a text, and whether it ends at once."""

    attributes: Attributes
    is_text: bool
    is_closed: bool


class Plain(NamedTuple):
    """A row: its attributes; of each cell its attributes, whether they say no more than that it is a text, and the text."""

    attributes: Attributes
    cells: list[tuple[Attributes, bool, str]]


class PlainRows:
    """Cuts the bytes of `content.xml` into plain rows and what a parser has to see. `may_take`: a row may stand here."""

    def __init__(self) -> None:
        self.may_take = False
        self._is_on = True
        self._is_first = True
        self._rest = b""
        self._known: dict[str, _Opening | None] = {}

    def cut(self, piece: bytes) -> Iterator[bytes | Plain]:
        """What a piece brings: rows, and bytes. Before the next is asked for, the parser has to have seen the bytes."""
        data = self._rest + piece
        end = data.rfind(_ROW_END.encode()) + len(_ROW_END) if self._is_on else len(data)
        if end < len(_ROW_END):
            end = 0 if len(data) < _LONGEST_ROW else len(data)
            self._is_on = self._is_on and not end
        self._rest = data[end:]
        yield from self._cut(data[:end])

    def end(self) -> bytes:
        """What is left."""
        return self._rest

    def _cut(self, block: bytes) -> Iterator[bytes | Plain]:
        text = ""
        try:
            text = block.decode() if self._is_on else ""
        except UnicodeDecodeError:
            self._is_on = False
        at = 0
        while self._is_on and at < len(text):
            end = text.find(_ROW_END, at)
            row = self._row(text, at, end) if self.may_take else None
            if row is None:
                # To the next row, or through this one, so that the parser can tell whether one may stand there.
                start = text.find("<table:table-row", at)
                cut = start if at < start < end else end + len(_ROW_END)
                passed = text[at:cut]
                self._look_at(passed)
                yield passed.encode()
                at = cut
            else:
                yield row
                at = end + len(_ROW_END)
        if not self._is_on:
            yield text[at:].encode() if at else block

    def _look_at(self, passed: str) -> None:
        """Comments and the like may hold what looks like rows: where one is, all that follows goes to the parser."""
        if self._is_first:
            self._is_first = False
            passed = _DECLARATION.sub("", passed, count=1)
        self._is_on = "<!" not in passed and "<?" not in passed

    def _row(self, text: str, at: int, end: int) -> Plain | None:
        match = _ROW.match(text, at, end)
        row = self._attributes(match[1]) if match else None
        if match is None or row is None or row.is_closed or text.find("]]>", at, end) >= 0:
            return None
        length = end - match.end()
        cells = []
        for whole, written, body, end_tag in _CELL.findall(text, match.end(), end):
            length -= len(whole)
            told = self._known[written] if written in self._known else self._attributes(written)
            inner = body[8:-9]
            is_shown = "<" not in inner and "&" not in inner and inner.isprintable()
            shown = inner if is_shown else _shown(body)
            if told is None or shown is None or told.is_closed == bool(end_tag):
                return None
            cells.append((told.attributes, told.is_text, shown))
        return None if length else Plain(row.attributes, cells)

    def _attributes(self, written: str) -> _Opening | None:
        """What is written between an element's name and its end; None where it is not plain."""
        bare = written.removesuffix("/")
        found = {name: _without_references(value) for name, value in _ATTRIBUTE.findall(bare)}
        known = {name: value for name, value in found.items() if value is not None}
        is_text = known.get("office:value-type") == "string" and known.keys().isdisjoint(_MORE)
        is_plain = _ATTRIBUTES.fullmatch(bare) and not _ODD.search(bare) and len(known) == bare.count('="')
        told = _Opening(known, is_text, bare != written) if is_plain else None
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[written] = told
        return told


def plain(text: str) -> str:
    """A paragraph without the line breaks and indents of its XML, and with the blanks that are meant."""
    if text.isprintable():
        return text
    return _INDENT.sub(" ", text).translate(_MEANT)


def _shown(body: str) -> str | None:
    """The text of a cell's paragraphs; None where they are not plain."""
    if _ODD.search(body):
        return None
    told = []
    for text in body.replace("<text:p/>", "<text:p></text:p>")[8:-9].split("</text:p><text:p>"):
        # Blanks that are meant become characters that no XML holds until the others are collapsed.
        known = _without_references(_BLANKS.sub(_blanks, text) if "<" in text else text)
        if known is None:
            return None
        told.append(plain(known))
    return "\n".join(told)


def _blanks(match: re.Match[str]) -> str:
    return _CHARACTER[match[1]] * max(1, int(match[2] or 1))


def _without_references(text: str) -> str | None:
    """The text with its characters that XML has names for; None where others are referred to."""
    if "&" not in text:
        return text
    known, count = _REFERENCE.subn(lambda match: _REFERRED[match[1]], text)
    return known if count == text.count("&") else None
