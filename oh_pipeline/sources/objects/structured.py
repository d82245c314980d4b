"""JSON: an array of objects, an object a line, one object, or an object around an array of them (KoboToolbox's interface).

Which of these a file is, and where its records begin. What a record's keys become is told by `forms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from oh_pipeline.normal import shown
from oh_pipeline.sources.objects.forms import Form
from oh_pipeline.sources.objects.jsontext import BLANKS, JsonText, line_value, pieces
from oh_pipeline.sources.records import DEEPEST, HEADER_LABELS, LONGEST_RECORD, Labels, Note, Record, Unreadable

_MOST_SKIPPED = 100_000
_NO_OBJECT, _SEVERAL = "it is no JSON object", "none of it is a JSON object that can be read"
_NONE = {
    "line": "no line of it is a JSON object that can be read",
    "record": "no record of it is a JSON object that can be read",
}
_TOO_MANY = {
    "line": "so many lines of it are no JSON objects that the rest was not read",
    "record": "so many records of it are no JSON objects that the rest was not read",
}


def read_json(path: str, labels: Labels, encoding: str) -> Iterator[Record | Note]:
    """The records of a JSON document; of several, where one object stands behind the other. Raises Unreadable."""
    form = Form(labels)
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        text = JsonText(handle, encoding)
        opening = text.peek()
        if opening not in ("{", "["):
            raise Unreadable("it holds no JSON object" if opening else "it is empty")
        if opening == "[":
            values = text.elements()
        else:
            around = _Survey(form).result(path, encoding)
            yield from around.notes
            values = _inner(text, around) if around.arrays else _objects(text)
        yield from _records(enumerate(_to_the_end(values, text), start=1), "record", form)


def read_jsonl(path: str, labels: Labels, encoding: str) -> Iterator[Record | Note]:
    """The records of a file that holds an object a line. Raises Unreadable.

    A line that is none is noted and the next one read. A document handed in under this name is read as one.
    """
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        first = next((line for _, line in _lines(pieces(handle, encoding))), None)
        if first is None:
            raise Unreadable("it is empty")
        if first.strip(BLANKS) == "{" or first.lstrip(BLANKS).startswith("["):
            yield from read_json(path, labels, encoding)
            return
        handle.seek(0)
        yield from _records(_line_values(_lines(pieces(handle, encoding))), "line", Form(labels))


def _records(values: Iterator[tuple[int, Any]], unit: str, form: Form) -> Iterator[Record | Note]:
    """A record an object. Values that are none are noted, those that follow each other together."""
    skipped = _Skipped(unit)
    is_empty = True
    left = _MOST_SKIPPED
    try:
        for number, value in values:
            place = f"{unit} {number}"
            reason = value.reason if isinstance(value, Unreadable) else _NO_OBJECT
            record = None
            try:
                record = form.record(value, place) if isinstance(value, tuple) else None
            except Unreadable as error:
                if unit != "line":
                    raise
                reason = error.reason
            if record is None:
                skipped.add(number, reason)
                left -= 1
                if not left:
                    raise Unreadable(_TOO_MANY[unit], place=place)
                continue
            if not any(item.value for item in (*record.fields, *record.overflow)):
                continue  # as a wholly empty row
            yield from skipped.noted()
            yield record
            is_empty = False
    except Unreadable:
        yield from skipped.noted()
        raise
    if is_empty:
        raise Unreadable(_NONE[unit] if skipped.is_any else "it holds no record")
    yield from skipped.noted()


class _Skipped:
    """Values next to each other that are no records."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._first = self._last = 0
        self._reason = ""

    @property
    def is_any(self) -> bool:
        """Whether there is one that has not been noted."""
        return self._first > 0

    def add(self, number: int, reason: str) -> None:
        """One more, and why it is none."""
        self._reason = reason if self._reason in ("", reason) else _SEVERAL
        self._first, self._last = self._first or number, number

    def noted(self) -> Iterator[Note]:
        """The note of them, which are done with then."""
        if self.is_any:
            one = self._first == self._last
            place = f"{self._unit} {self._last}" if one else f"{self._unit}s {self._first} to {self._last}"
            yield Note("unreadable_file", place, self._reason)
            self._first, self._reason = 0, ""


def _to_the_end(values: Iterator[Any], text: JsonText) -> Iterator[Any]:
    """The same; text behind the document is no part of it."""
    yield from values
    if text.peek():
        raise text.broken()


def _objects(text: JsonText) -> Iterator[Any]:
    while text.peek() == "{":
        yield text.value()


@dataclass
class _Around:
    """Objects around arrays of records: which of their members these are, by number, and what of them is not read."""

    arrays: set[tuple[int, ...]] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)


class _Survey:
    """Whether a document is no record itself but holds some: told by where the labels are that the codebook knows."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._own: dict[str, bool] = {}
        self._within = 0
        self._found = _Around()

    def result(self, path: str, encoding: str) -> _Around:
        """Reads the document once through, or as far as it can be read; no arrays where it is a record.

        A label beside the records belongs to none of them and is noted.
        """
        with open(path, "rb") as handle, suppress(Unreadable):  # noqa: PTH123 - met again, and told, by who reads the records
            self._look(JsonText(handle, encoding), "", ())
        own = self._own
        if not self._within or len(own) >= HEADER_LABELS or (own and self._within < HEADER_LABELS):
            return _Around()
        self._found.notes += [Note("preamble", shown(label)) for label, is_blank in own.items() if not is_blank]
        return self._found

    def _look(self, text: JsonText, prefix: str, at: tuple[int, ...]) -> None:
        for number, key in enumerate(text.keys()):
            path = prefix + key
            opening = text.peek()
            if opening == "{" and len(at) < DEEPEST:
                self._look(text, f"{path}/", (*at, number))
            elif opening == "[" and not self._form.knows(path):
                self._array(text, path, (*at, number))
            else:
                for label, is_blank in self._form.known(((path, text.value()),)).items():
                    self._own[label] = self._own.get(label, True) and is_blank
            if len(self._own) >= HEADER_LABELS:
                return

    def _array(self, text: JsonText, path: str, at: tuple[int, ...]) -> None:
        met, holds_objects = 0, False
        for element in text.elements():
            if element and isinstance(element, tuple):
                holds_objects = True
                if met < HEADER_LABELS:
                    met = max(met, len(self._form.known(element)))
                    self._within = max(self._within, met)
                    if met:
                        self._found.arrays.add(at)
        if holds_objects and not met:
            self._found.notes.append(Note("skipped_sheet", shown(path)))


def _inner(text: JsonText, around: _Around, at: tuple[int, ...] = ()) -> Iterator[Any]:
    """The elements of the arrays that hold records."""
    for number, _ in enumerate(text.keys()):
        here = (*at, number)
        opening = text.peek()
        if opening == "[":
            for element in text.elements():
                if here in around.arrays:
                    yield element
        elif opening == "{" and len(here) <= DEEPEST:
            yield from _inner(text, around, here)
        else:
            text.value()


def _lines(texts: Iterator[str]) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, numbered."""
    held: list[str] = []
    number = size = 0
    for text in texts:
        *whole, rest = text.split("\n")
        for line in whole:
            number += 1
            if held:
                line = "".join([*held, line])
                held, size = [], 0
            if line.strip(BLANKS):
                yield number, line
        held.append(rest)
        size += len(rest)
        if size > LONGEST_RECORD:
            reason = f"a line of it is longer than {LONGEST_RECORD >> 20} MiB; what follows was not read"
            raise Unreadable(reason, place=f"line {number + 1}")
    last = "".join(held)
    if last.strip(BLANKS):
        yield number + 1, last


def _line_values(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, Any]]:
    for number, line in lines:
        try:
            yield number, line_value(line)
        except Unreadable as error:
            yield number, error
