"""Word documents: tables of labels and values, paragraphs that are field lines, tables with a header.

Which of them make up a record, and what belongs to none. What a person sees is told by `wordtext`, what a label is by
`wordform`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

from oh_pipeline.normal import fold
from oh_pipeline.sources.archives.archive import check_package, package_part
from oh_pipeline.sources.documents.wordform import Entry, Naming, Reading, chosen, has_header, is_form, read_form
from oh_pipeline.sources.documents.wordparts import Import, Paragraph, Row, Table
from oh_pipeline.sources.documents.wordtext import Block, blocks
from oh_pipeline.sources.records import (
    HEADER_LABELS,
    LONGEST_VALUE,
    MOST_COLUMNS,
    Field,
    Labels,
    Note,
    Record,
    Unreadable,
)
from oh_pipeline.sources.tables.table import Table as Sheet
from oh_pipeline.sources.tables.table import known_labels

_NO_FIELD = "no table or line of it holds a field that the codebook knows"
_NOT_FILLED_IN = "nothing is filled in"
_MAIN_PART = "word/document.xml"
_CELL = re.compile(r"!([A-Z]+)(\d+)$")


def read(path: str, labels: Labels) -> Iterator[Record | Note]:
    """The records of a document. Raises Unreadable; what was handed up before counts."""
    check_package(path)
    pieces = package_part(path, _main_part(path))
    if pieces is None:
        raise Unreadable("it holds no Word document, whatever its name says", "Save it in the format of its name")
    document = _Document(labels)
    try:
        for block in blocks(pieces, document.is_form):
            yield from document.take(block)
    except Unreadable:
        yield from document.notes
        raise
    yield from document.close()
    if not document.has_fields:
        raise Unreadable(_NO_FIELD)
    if not document.has_records:
        raise Unreadable(_NOT_FILLED_IN)
    yield from document.notes


def _main_part(path: str) -> str:
    """The part that holds the text: the package says which, and some programs number it."""
    told = b"".join(islice(package_part(path, "_rels/.rels") or (), 1))
    try:
        for relation in fromstring(told, forbid_dtd=True):
            if relation.get("Type", "").endswith("/officeDocument"):
                return str(relation.get("Target", _MAIN_PART))
    except (ParseError, DefusedXmlException):
        pass
    return _MAIN_PART


@dataclass(slots=True)
class _Open:
    """The record that is being read. `takes_text`: a line that is no field goes on with the last one."""

    place: str
    entries: list[tuple[Entry, str]] = field(default_factory=list)
    overflow: list[Field] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    has_id: bool = False
    takes_text: bool = False
    ends_in_table: bool = False


class _Document:
    """Takes the blocks of a document and gives its records. `notes` are complete when it has ended."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._naming = Naming(labels)
        self._open: _Open | None = None
        self._outside: list[str] = []
        self._outside_place: str | None = None
        self._small: list[tuple[Reading, str]] = []  # tables above the first record, each a field or two
        self._skipped: list[Note] = []
        self.has_fields = False
        self.has_records = False

    @property
    def notes(self) -> list[Note]:
        """Text and tables that belong to no record. The text is kept."""
        text = "\n".join(self._outside)[:LONGEST_VALUE]
        outside = [Note("preamble", self._outside_place, text=text)] if text else []
        return outside + self._skipped

    def is_form(self, rows: list[Row]) -> bool:
        """Whether a table is read by itself wherever it stands."""
        return is_form(rows, self._naming) or has_header(rows, self._naming)

    def take(self, block: Block) -> Iterator[Record]:
        """The next block."""
        if isinstance(block, Paragraph):
            yield from self._paragraph(block)
        elif isinstance(block, Import):
            self._skipped.append(Note("skipped_sheet", f"imported part {block.number}"))
        elif any(cell for row in block.rows for cell in row.cells):
            yield from self._table(block)

    def close(self) -> Iterator[Record]:
        """No block is left."""
        if self.has_fields:
            self._skip_small()
        yield from self._take_small(set())
        yield from self._end()

    def _end(self) -> Iterator[Record]:
        """The record that is open is complete."""
        if self._open is not None:
            record = _record(self._open)
            self._open = None
            if any(item.value for item in (*record.fields, *record.overflow)):
                self.has_records = True
                yield record

    def _begin(self, labels: set[str], place: str) -> Iterator[Record]:
        """Begin a record for fields of these labels, folded, if the one that is open does not take them.

        It takes one id. A table is not continued by labels that it has.
        """
        yield from self._take_small(labels)
        has_id = not labels.isdisjoint(self._labels.begins)
        one = self._open
        if one is None or (has_id and one.has_id) or (one.ends_in_table and not labels.isdisjoint(one.known)):
            yield from self._end()
            one = self._open = _Open(place)
        one.has_id = one.has_id or has_id
        one.known |= labels
        self.has_fields = self.has_fields or bool(labels)

    def _take_small(self, labels: set[str]) -> Iterator[Record]:
        """Small tables above the first record belong to it, but for those that say what its own `labels` say."""
        small, self._small = self._small, []
        for reading, place in small:
            if reading.known.isdisjoint(labels):
                yield from self._begin(reading.known, place)
                self._add(reading, place)
            else:
                self._skipped.append(Note("skipped_sheet", place))

    def _skip_small(self) -> None:
        self._skipped += [Note("skipped_sheet", place) for _, place in self._small]
        self._small = []

    def _paragraph(self, paragraph: Paragraph) -> Iterator[Record]:
        place = f"paragraph {paragraph.number}"
        for line, bold in paragraph.lines:
            found = self._naming.field_line(line, len(line) if paragraph.is_heading else bold)
            if found:
                label, text = found
                is_known = fold(label) in self._labels.known
                yield from self._begin({fold(label)} if is_known else set(), place)
                assert self._open is not None
                self._open.entries.append((Entry(label.strip(), is_known, [text]), place))
                self._open.takes_text, self._open.ends_in_table = True, False
            elif self._open is not None and self._open.takes_text:
                self._open.entries[-1][0].lines.append(line)
            elif line.strip() and not paragraph.is_heading:
                self._outside_place = self._outside_place or place
                self._outside.append(line.strip())

    def _table(self, table: Table) -> Iterator[Record]:
        place = f"table {table.number}"
        if not is_form(table.rows, self._naming) and has_header(table.rows, self._naming):
            self._skip_small()
            yield from self._end()
            yield from self._sheet(table, place)
            return
        reading = read_form(table.rows, self._naming)
        if not self._is_ours(reading):
            if not self.has_fields and reading.known and 2 * reading.labelled_rows >= reading.filled_rows:
                self._small.append((reading, place))
            else:
                self._skipped.append(Note("skipped_sheet", place))
            return
        for number, part in enumerate(_parts(reading, self._labels.begins)):
            if self._open is not None and not part.known.isdisjoint(self._open.known):
                self._open.ends_in_table = True  # it says again what is said above: another record
            yield from self._begin(part.known, f"{place}, row {part.entries[0].row}" if number else place)
            self._add(part, place)

    def _add(self, reading: Reading, place: str) -> None:
        """Take what a table says into the open record."""
        one = self._open
        assert one is not None
        one.entries += [(entry, f"{place}, row {entry.row}") for entry in reading.entries]
        one.takes_text, one.ends_in_table = False, True
        taken = {item.label for item in one.overflow}
        for number, text in reading.others:
            where = f"{place}, row {number}"
            one.overflow.append(Field(where if f"row {number}" in taken else f"row {number}", text, where))

    def _is_ours(self, reading: Reading) -> bool:
        """Whether a table is a form, or a small part of one: more of an open record, or an id and what follows it."""
        known = reading.known
        if len(known) >= HEADER_LABELS:
            return True
        if 2 * reading.labelled_rows < reading.filled_rows:
            return False
        goes_on = self._open is not None and known.isdisjoint(self._open.known)
        return bool(known) and (goes_on or not known.isdisjoint(self._labels.begins))

    def _sheet(self, table: Table, place: str) -> Iterator[Record]:
        """A table with a header, a record a row."""
        self.has_fields = True
        is_bare = True
        for row in Sheet(self._labels, place).records(self._cells(table.rows)):
            is_bare = False
            record = row.record()
            record.place = _CELL.sub(r", row \2", record.place)
            for fields in (record.fields, record.overflow):
                fields[:] = [item._replace(place=_CELL.sub(r", row \2, column \1", item.place)) for item in fields]
            yield record
        self.has_records = self.has_records or not is_bare
        if is_bare:
            self._skipped.append(Note("skipped_sheet", place))

    def _cells(self, rows: list[Row]) -> Iterator[tuple[int, list[str], bool]]:
        """Rows of cells with the header's labels as the codebook has them."""
        is_above = True
        for number, row in enumerate(rows, start=1):
            cells = row.columns()
            if is_above:
                cells = [self._naming.known(cell) or cell for cell in cells]
                is_above = known_labels(cells, self._labels) < HEADER_LABELS
            else:
                cells = [chosen(cell) for cell in cells]
            yield number, cells, False


def _parts(reading: Reading, begins: frozenset[str]) -> Iterator[Reading]:
    """A table's fields, cut where a record begins other than the table's first."""
    starts = [at for at, entry in enumerate(reading.entries) if fold(entry.label) in begins][1:]
    for start, end in pairwise([0, *starts, len(reading.entries)]):
        entries = reading.entries[start:end]
        first = entries[0].row if start else 0
        last = reading.entries[end].row if end < len(reading.entries) else sys.maxsize
        yield Reading(entries, [other for other in reading.others if first <= other[0] < last])


def _record(one: _Open) -> Record:
    """A record that is complete. Raises Unreadable for one beyond the limits."""
    fields = [Field(entry.label, entry.value, place) for entry, place in one.entries]
    if any(len(item.value) > LONGEST_VALUE for item in fields):
        raise Unreadable(f"a value of it is longer than {LONGEST_VALUE >> 20} MiB", place=one.place)
    if len(fields) > MOST_COLUMNS:
        raise Unreadable(f"a record of it has more than {MOST_COLUMNS:,} fields", place=one.place)
    return Record(one.place, fields, one.overflow, bool(one.overflow))
