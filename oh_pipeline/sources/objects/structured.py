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
_NOTHING = object()  # where a value should stand and none that can be read does


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
    skipped: list[int] = []
    is_empty = True
    left = _MOST_SKIPPED
    try:
        for number, value in values:
            place = f"{unit} {number}"
            try:
                record = form.record(value, place) if isinstance(value, tuple) else None
            except Unreadable:
                if unit != "line":
                    raise
                record = None
            if record is None:
                skipped = [*skipped[:1], number]
                left -= 1
                if not left:
                    raise Unreadable(
                        f"so many {unit}s of it are no JSON objects that the rest was not read", place=place
                    )
                continue
            if not any(item.value for item in (*record.fields, *record.overflow)):
                continue  # as a wholly empty row
            if skipped:
                yield _skipped(skipped, unit)
                skipped = []
            yield record
            is_empty = False
    except Unreadable:
        if skipped:
            yield _skipped(skipped, unit)
        raise
    if is_empty:
        raise Unreadable(f"no {unit} of it is a JSON object that can be read" if skipped else "it holds no record")
    if skipped:
        yield _skipped(skipped, unit)


def _skipped(numbers: list[int], unit: str) -> Note:
    first, last = numbers[0], numbers[-1]
    return Note("unreadable_file", f"{unit} {first}" if first == last else f"{unit}s {first} to {last}")


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
        except (ValueError, RecursionError):
            yield number, _NOTHING
