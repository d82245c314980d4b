"""Rows of cells to records: the header found by its labels, every cell under its heading.

Knows no file format. Cells come as text, rows numbered as their source counts them; no meaning is given to a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from oh_pipeline.normal import fold
from oh_pipeline.sources import options
from oh_pipeline.sources.records import (
    HEADER_LABELS,
    LONGEST_RECORD,
    LONGEST_VALUE,
    MOST_COLUMNS,
    ROW_KEY,
    Column,
    Columns,
    Field,
    Labels,
    Row,
    Unreadable,
)

Cells = tuple[int, list[str], bool]
"""A row as it is read: number, cells, and whether its source could not tell its cells apart as written."""

NO_HEADER = f"no row of it is a header with at least {HEADER_LABELS} labels that the codebook knows"
NO_RECORD = "it holds a header and no record below it"
HEADER_REMEDY = "Give each column the label of its field, in one row above the records"
_LONGEST_LABEL = 1_000  # longer cells are text, and are not looked up
_LONGEST_HEADING = 10_000


def letters(column: int) -> str:
    """A column's name, from 0: A, B, …, Z, AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name = chr(65 + rest) + name
        column -= 1
    return name


def known_labels(cells: Sequence[str], labels: Labels) -> int:
    """How many different labels of the codebook stand in a row; the columns of one group count as one."""
    short = [cell for cell in cells if cell and len(cell) <= _LONGEST_LABEL]
    found = {fold(label) for cell in short if (label := labels.named(cell))}
    if 0 < len(found) < HEADER_LABELS:
        found |= {fold(option[0]) for cell in short if (option := labels.option(cell))}
    return len(found)


def _is_label(cell: str, labels: Labels) -> bool:
    return len(cell) <= _LONGEST_LABEL and (labels.named(cell) or labels.option(cell)) is not None


class _Column(NamedTuple):
    """A column with a heading. A place in it is `before`, the row's number, `after`."""

    at: int
    label: str
    before: str
    after: str

    def taken(self, cells: Sequence[str], number: str) -> Field:
        """Its field in a row."""
        return Field(self.label, cells[self.at].strip(), f"{self.before}{number}{self.after}")


@dataclass(slots=True)
class _Group:
    """Columns that are one option each of one field, and those that hold the field undivided."""

    label: str
    options: list[tuple[str, _Column]] = field(default_factory=list)
    whole: list[_Column] = field(default_factory=list)

    def fields(self, cells: Sequence[str], number: str, labels: Labels) -> list[Field]:
        """The options marked in a row as one field, and what says something else."""
        chosen: list[tuple[str, Field]] = []
        odd: list[tuple[str, Field]] = []
        for option, column in self.options:
            if value := cells[column.at].strip():
                is_marked = options.marked(value, option, labels)
                if is_marked is not False:
                    (chosen if is_marked else odd).append((option, column.taken(cells, number)))
        if not chosen:
            option, first = self.options[0]
            chosen = [(option, first.taken(cells, number)._replace(value=""))]
        whole = [column.taken(cells, number) for column in self.whole]
        return options.gather(self.label, chosen + odd, whole, labels)


class Table:
    """One sheet, or a file of lines where `sheet` is None: there a short row lacks separators.

    `first` is the column of a row's first cell. What was seen of the table holds once its rows have been read.
    """

    def __init__(self, labels: Labels, sheet: str | None = None, first: int = 0) -> None:
        self._labels = labels
        self._sheet = sheet
        self._first = first
        self.is_empty = True
        self.has_header = False
        self.is_return = False
        """It has the column of row keys that only our own returned workbooks have."""

    def records(self, rows: Iterable[Cells]) -> Iterator[Row]:
        """A record a row below the header. Raises Unreadable for what is beyond the limits.

        A row that repeats the header is none; a row of other labels is the header of what stands below it.
        """
        header: _Header | None = None
        for number, cells, is_broken in rows:
            if not any(cells) or not any(map(str.strip, cells)):
                continue
            self.is_empty = False
            if header is None or header.may_recur_in(cells):
                if header is not None and header.is_repeated_by(cells):
                    continue
                if self._is_header(cells, is_first=header is None):
                    header = _Header(cells, number, self._labels, self._sheet, self._first)
                    self.has_header = True
                    self.is_return = self.is_return or header.is_return
                    continue
                if header is None:
                    continue
            if header.is_return and header.has_only_its_key(cells):
                continue
            yield header.record(number, cells, is_broken)

    def _is_header(self, cells: Sequence[str], *, is_first: bool) -> bool:
        """Whether a row is a header; one below another must be little else than labels."""
        if known_labels(cells, self._labels) < HEADER_LABELS and ROW_KEY not in cells:
            return False
        filled = [cell for cell in cells if cell.strip()]
        return is_first or 2 * sum(_is_label(cell, self._labels) for cell in filled) >= len(filled)


class _Header:
    """A header's columns: which field each holds."""

    def __init__(self, cells: Sequence[str], number: int, labels: Labels, sheet: str | None, first: int) -> None:
        self._labels = labels
        self._sheet = sheet
        self._first = first
        self._folded = _without_blank_end([fold(cell) for cell in cells])
        self._width = len(self._folded)
        self._from = next(at for at, heading in enumerate(self._folded) if heading)
        self._known: list[_Column] = []
        self._unknown: list[_Column] = []
        self._groups: dict[str, _Group] = {}
        self._nameless: list[int] = []
        self.is_return = fold(ROW_KEY) in self._folded
        self._words = labels.known | {cell.casefold() for cell in cells if cell.strip()}
        self._longest_word = max(map(len, self._words))
        if sum(map(bool, self._folded)) > MOST_COLUMNS:
            raise Unreadable(f"it has more than {MOST_COLUMNS:,} columns", place=self._place(number))
        if max(map(len, cells)) > _LONGEST_HEADING:
            raise Unreadable("a heading of it is as long as a text", place=self._place(number))
        for at, heading in enumerate(cells[: self._width]):
            self._add(at, heading)
        self._take_whole()
        self._columns = Columns(Column(label, before, after) for _, label, before, after in self._known)
        self._known_cells = _picked([column.at for column in self._known])
        self._place_before = self._place("")

    def _add(self, at: int, heading: str) -> None:
        key = self._folded[at]
        if not key:
            self._nameless.append(at)
        elif label := self._labels.named(heading):
            self._known.append(self._column(at, label))
        elif option := self._labels.option(heading):
            label, name = option
            path = fold(heading.strip().removesuffix(name).strip()[:-1])
            self._groups.setdefault(path, _Group(label)).options.append((name, self._column(at, heading)))
        elif key != fold(ROW_KEY):
            self._unknown.append(self._column(at, heading))

    def _take_whole(self) -> None:
        """Columns that hold a group undivided go to the group: what they say is compared with its options."""
        for column in list(self._known):
            if group := self._groups.get(self._folded[column.at]):
                group.whole.append(column)
                self._known.remove(column)

    def _column(self, at: int, label: str) -> _Column:
        name = letters(self._first + at)
        if self._sheet is None:
            return _Column(at, label, "line ", f", column {name}")
        return _Column(at, label, f"{self._sheet}!{name}", "")

    def _place(self, number: int | str) -> str:
        """A record's own place: that of its row's first cell below a heading."""
        return f"line {number}" if self._sheet is None else f"{self._sheet}!{letters(self._first + self._from)}{number}"

    def may_recur_in(self, cells: Sequence[str]) -> bool:
        """Whether a cell of a row may be of a header. To fold a text case makes it no shorter."""
        longest = self._longest_word
        return not self._words.isdisjoint([cell.casefold() for cell in cells if cell and len(cell) <= longest])

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        """Whether a row is this header once more."""
        return _without_blank_end([fold(cell) for cell in cells]) == self._folded

    def has_only_its_key(self, cells: Sequence[str]) -> bool:
        """Whether somebody emptied a row of a returned workbook and left its hidden key."""
        key = self._folded.index(fold(ROW_KEY))
        return not any(cell.strip() for at, cell in enumerate(cells) if at != key)

    def record(self, number: int, cells: list[str], is_broken: bool) -> Row:
        """A row below it. Raises Unreadable for one beyond the limits."""
        missing = self._width - len(cells)
        if missing > 0:
            cells = cells + [""] * missing
        self._check_size(number, cells)
        digits = str(number)
        others = [column.taken(cells, digits) for column in self._unknown if cells[column.at].strip()]
        for group in self._groups.values():
            others += group.fields(cells, digits, self._labels)
        overflow = self._overflow(number, cells) if self._nameless or missing < 0 else []
        is_ragged = is_broken or bool(overflow) or (missing > 0 and self._sheet is None)
        values = list(map(str.strip, self._known_cells(cells)))
        return Row(self._place_before + digits, digits, self._columns, values, others, overflow, is_ragged)

    def _overflow(self, number: int, cells: Sequence[str]) -> list[Field]:
        """What stands below a blank heading or beyond the last."""
        found = [
            self._column(at, f"column {letters(self._first + at)}").taken(cells, str(number))
            for at in (*self._nameless, *range(self._width, len(cells)))
            if cells[at].strip()
        ]
        if len(found) > MOST_COLUMNS:
            reason = f"a row of it has more than {MOST_COLUMNS:,} cells beyond its header"
            raise Unreadable(reason, place=self._place(number))
        return found

    def _check_size(self, number: int, cells: Sequence[str]) -> None:
        size = sum(map(len, cells))
        if size > LONGEST_VALUE and max(map(len, cells)) > LONGEST_VALUE:
            raise Unreadable(f"a cell of it is longer than {LONGEST_VALUE >> 20} MiB", place=self._place(number))
        if size > LONGEST_RECORD:
            raise Unreadable(f"a row of it is longer than {LONGEST_RECORD >> 20} MiB", place=self._place(number))


def _picked(ats: Sequence[int]) -> Callable[[Sequence[str]], Iterable[str]]:
    """What picks the cells at some places out of a row."""
    if len(ats) > 1:
        return itemgetter(*ats)
    return lambda cells: [cells[at] for at in ats]


def _without_blank_end(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells
