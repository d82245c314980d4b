"""JSON as it comes: a file's text taken value by value, so that memory holds one record and never the file.

Knows JSON and nothing of records. An object is a tuple of its pairs (a key may stand twice), an array a list, a number
the text it is written with.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from oh_pipeline.sources.encoding import error_handler
from oh_pipeline.sources.records import DEEPEST, LONGEST_RECORD, Unreadable

PIECE = 1 << 18
MOST_VALUES = 500_000
"""In one record: so many that they take ten times the memory of their text."""
_LONGEST_END = 16
"""A value that is cut off may be faulted so many characters before the cut: a word, an escape, an exponent."""
BLANKS = " \t\n\r\ufeff"
_SEEN = re.compile(f"[^{BLANKS}]")
TOO_DEEP = f"its groups are nested more than {DEEPEST} levels deep"
_TOO_MANY = f"a record of it has more than {MOST_VALUES:,} values"
_NO_JSON = "it is no valid JSON"

_decode = json.JSONDecoder(
    object_pairs_hook=tuple,
    parse_int=str,
    parse_float=str,
    parse_constant=lambda word: None if word == "NaN" else word,  # what pandas writes for an empty cell
    strict=False,  # a tab or line break inside a string is read as what it is
).raw_decode


def pieces(handle: BinaryIO, encoding: str, size: int = PIECE) -> Iterator[str]:
    r"""The text of a file with `\n` line ends. Raises Unreadable where its bytes are no text."""
    decoder = io.IncrementalNewlineDecoder(
        codecs.getincrementaldecoder(encoding)(error_handler(encoding)), translate=True
    )
    while True:
        raw = handle.read(size)
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeError:
            raise Unreadable(f"some of its bytes are no text in its encoding, {encoding}") from None
        if text:
            yield text
        if not raw:
            return


def line_value(text: str) -> Any:
    """The one value that a line holds. Raises Unreadable."""
    if len(text) > MOST_VALUES and text.count(",") > MOST_VALUES:
        raise Unreadable(_TOO_MANY)
    try:
        value, end = _decode(text, len(text) - len(text.lstrip(BLANKS)))
    except ValueError:
        raise Unreadable(_NO_JSON) from None
    except RecursionError:
        raise Unreadable(TOO_DEEP) from None
    if text[end:].strip(BLANKS):
        raise Unreadable(_NO_JSON)
    return value


class JsonText:
    """The text of one JSON file and how far it is read. Every method may raise Unreadable."""

    def __init__(self, handle: BinaryIO, encoding: str, size: int = PIECE) -> None:
        self._pieces = pieces(handle, encoding, size)
        self._held = ""
        self._at = 0
        self._line = 1
        self._ended = False

    def peek(self) -> str:
        """The next character that is no blank; nothing at the end."""
        while True:
            if found := _SEEN.search(self._held, self._at):
                self._at = found.start()
                return found.group()
            self._at = len(self._held)
            if self._ended:
                return ""
            self._more()

    def value(self) -> Any:
        """The value that begins here, whole."""
        self.peek()
        while True:
            try:
                value, end = _decode(self._held, self._at)
            except json.JSONDecodeError as error:
                cut_off = error.msg.startswith("Unterminated") or error.pos >= len(self._held) - _LONGEST_END
                if self._ended or not cut_off:
                    is_end = error.msg.startswith("Unterminated") or not self._held[error.pos :].strip(BLANKS)
                    raise self._fault(error.pos, is_end) from None
            except RecursionError:
                raise Unreadable(TOO_DEEP, place=self._place(self._at)) from None
            else:
                if self._ended or end < len(self._held) - _LONGEST_END:  # a number may go on behind the cut
                    self._check_size(end)
                    self._at = end
                    return value
            self._check_size(len(self._held))
            self._more()

    def elements(self) -> Iterator[Any]:
        """The values of the array that begins here."""
        self._take("[")
        if self.peek() == "]":
            self._take("]")
            return
        while True:
            yield self.value()
            if self.peek() != ",":
                self._take("]")
                return
            self._take(",")

    def keys(self) -> Iterator[str]:
        """The keys of the object that begins here; who asks takes the value before the next."""
        self._take("{")
        if self.peek() == "}":
            self._take("}")
            return
        while True:
            if self.peek() != '"':
                raise self.broken()
            key = self.value()
            self._take(":")
            yield key
            if self.peek() != ",":
                self._take("}")
                return
            self._take(",")

    def broken(self) -> Unreadable:
        """Why nothing is read from here on."""
        is_end = not self.peek()
        return self._fault(self._at, is_end)

    def _fault(self, at: int, is_end: bool) -> Unreadable:
        place = self._place(at)
        if is_end:
            return Unreadable(f"it breaks off at {place}: its end is missing", place=place)
        return Unreadable(f"it is no valid JSON from {place} on; what follows was not read", place=place)

    def _check_size(self, end: int) -> None:
        """Refuse a value that goes so far."""
        size = end - self._at
        if size > LONGEST_RECORD:
            reason = f"a record of it is longer than {LONGEST_RECORD >> 20} MiB; what follows was not read"
            raise Unreadable(reason, place=self._place(self._at))
        if size > MOST_VALUES and self._held.count(",", self._at, end) > MOST_VALUES:
            raise Unreadable(f"{_TOO_MANY}; what follows was not read", place=self._place(self._at))

    def _take(self, char: str) -> None:
        if self.peek() != char:
            raise self.broken()
        self._at += 1

    def _more(self) -> None:
        """Drop what is read; hold at least half as much again, so that a long value is not begun too often."""
        rest = self._held[self._at :]
        self._line += self._held.count("\n", 0, self._at)
        self._at, self._held = 0, ""
        taken, size = [rest], 0
        while size <= len(rest) // 2:
            piece = next(self._pieces, "")
            if not piece:
                self._ended = True
                break
            taken.append(piece)
            size += len(piece)
        self._held = "".join(taken)

    def _place(self, at: int) -> str:
        return f"line {self._line + self._held.count(chr(10), 0, at)}"
