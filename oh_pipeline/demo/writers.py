"""Writers of text formats: text fragments, CSV, JSON, JSON lines. Each writes record by record and holds none."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from json.encoder import encode_basestring
from pathlib import Path
from typing import Literal, Protocol, TextIO

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.draws import key_of
from oh_pipeline.demo.layout import TITLES, Layout, group_of
from oh_pipeline.demo.vocabulary import SUBMISSION

BLANK_EVERY = 7
"""Records between two blank rows."""
_ROW_END = "\r\n"
TYPED = ("year", "confidential")


class Writer(Protocol):
    """Takes deliveries in their order."""

    def write(self, delivery: Delivery) -> None:
        """Write one record."""

    def close(self) -> None:
        """Finish the file."""


def open_writer(path: Path, layout: Layout, records: int) -> Writer:
    """A writer for a file that will hold so many records."""
    if layout.format in ("xlsx", "docx"):
        from oh_pipeline.demo import office

        return office.Workbook(path, layout, records) if layout.format == "xlsx" else office.Document(path, layout)
    if layout.format == "txt":
        return Fragments(path, layout)
    return Rows(path, layout) if layout.format == "csv" else Objects(path, layout)


def cells(delivery: Delivery) -> list[str]:
    """The values of a table's row, a column each."""
    values, several, marks = delivery.values, delivery.record.several, delivery.layout.marks
    return [
        marks[option not in several[key]] if option else values.get(key) or _added_by_form(delivery, key)
        for key, _, option in delivery.layout.columns
    ]


def _added_by_form(delivery: Delivery, key: str) -> str:
    """What a survey tool adds to a submission."""
    if key not in SUBMISSION:
        return ""
    number = key_of(delivery.place.file, delivery.place.number)
    made = f"{number:016x}{number ^ 0x5DEECE66D:016x}"
    told = (
        str(number % 10**8),
        f"{made[:8]}-{made[8:12]}-4{made[13:16]}-a{made[17:20]}-{made[20:32]}",
        f"{delivery.record.year}-{1 + number % 12:02d}-{1 + number % 28:02d}T{number % 24:02d}:00:00",
    )
    return told[SUBMISSION.index(key)]


class _Text:
    """A text file in the layout's encoding, with its line ends."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._layout = layout
        self._handle = path.open("w", encoding=layout.encoding, newline="")

    def _put(self, text: str) -> None:
        self._handle.write(text if self._layout.line_end == "\n" else text.replace("\n", self._layout.line_end))

    def close(self) -> None:
        """Finish the file."""
        self._handle.close()


class Fragments(_Text):
    """`**Label**: value`, a field a line."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout)
        self._indent = "  " if "indented" in layout.kinds else ""
        self._after = "\n" if "blank_lines" in layout.kinds else ""
        if "preamble" in layout.kinds:
            self._put("".join(f"{title}\n" for title in TITLES) + "\n")

    def write(self, delivery: Delivery) -> None:
        """One fragment."""
        indent = self._indent
        lines = [f"{indent}**{label}**: {value}\n" for label, value in delivery.fields()]
        self._put("".join(lines) + self._after)


class _Ended:
    """Takes rows that end in a way of their own and ends them as asked for."""

    def __init__(self, handle: TextIO, line_end: str) -> None:
        self._handle, self._line_end = handle, line_end

    def write(self, row: str) -> None:
        """One row; line breaks inside it stay."""
        self._handle.write(row.removesuffix(_ROW_END) + self._line_end)


class Rows(_Text):
    """CSV in one of its dialects."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout)
        quoting: Literal[0, 1] = csv.QUOTE_ALL if "all_quoted" in layout.kinds else csv.QUOTE_MINIMAL
        # Ended as CSV is by its standard, whatever is written: so a value with either line break in it is quoted.
        handle = _Ended(self._handle, layout.line_end)
        self._rows = csv.writer(handle, delimiter=layout.delimiter, quoting=quoting, lineterminator=_ROW_END)
        if "title_rows" in layout.kinds:
            self._rows.writerows([[title] for title in TITLES])
            self._rows.writerow([])
        self._rows.writerow([label for _, label, _ in layout.columns])
        self._blank_every = BLANK_EVERY if "blank_rows" in layout.kinds else 0

    def write(self, delivery: Delivery) -> None:
        """One row."""
        row = cells(delivery)
        if delivery.overflow:
            row.append(delivery.overflow)
        self._rows.writerow(row)
        if self._blank_every and delivery.place.number % self._blank_every == 0:
            self._rows.writerow([""] * len(row))


class Objects(_Text):
    """JSON: an array of objects, such an array inside an object, or an object a line."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout)
        self._is_lines = layout.format == "jsonl"
        self._blank = "null" if "nulls" in layout.kinds else '""'
        self._break = "\n  " if "indented" in layout.kinds and not self._is_lines else ""
        self._is_nested = "nested" in layout.kinds
        self._is_wrapped = "wrapped" in layout.kinds
        self._between = ""
        if not self._is_lines:
            self._put('{"count": null, "results": [\n' if self._is_wrapped else "[\n")

    def write(self, delivery: Delivery) -> None:
        """One object."""
        self._put(self._between + self._object(delivery))
        self._between = "\n" if self._is_lines else ",\n"

    def close(self) -> None:
        """Finish the file."""
        self._put("\n" if self._is_lines else "\n]}\n" if self._is_wrapped else "\n]\n")
        super().close()

    def _object(self, delivery: Delivery) -> str:
        """Nested, a field that the form does not know stands beside the groups."""
        members: list[str] = []
        groups: dict[str, list[str]] = {}
        for key, label, value in self._members(delivery):
            is_inside = self._is_nested and key and key != delivery.lost
            into = groups.setdefault(group_of(key), []) if is_inside else members
            into.append(self._member(key, label, value))
        return self._joined([*(f'"{group}": {self._joined(found)}' for group, found in groups.items()), *members])

    def _joined(self, members: list[str]) -> str:
        return f"{{{self._break}{f', {self._break}'.join(members)}{self._break}}}"

    def _members(self, delivery: Delivery) -> Iterator[tuple[str, str, str]]:
        """Key, label and value of each field; a field beside the form has no key."""
        layout = delivery.layout
        if layout.columns:
            for (key, label, _), value in zip(layout.columns, cells(delivery), strict=True):
                yield key, label, value
            return
        keys = [*delivery.values]
        turned = delivery.turned
        ordered = [*keys[:1], *keys[turned:], *keys[1:turned]] if turned else keys
        for key in ordered:
            yield key, delivery.labels.get(key) or layout.labels[key], delivery.values[key]
        for label, value in delivery.added:
            yield "", label, value

    def _member(self, key: str, label: str, value: str) -> str:
        is_number = key in TYPED and "typed_cells" in self._layout.kinds and value.isdecimal() and value.isascii()
        told = value if is_number else encode_basestring(value) if value else self._blank
        return f"{encode_basestring(label)}: {told}"
