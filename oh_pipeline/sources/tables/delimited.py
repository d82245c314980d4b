"""CSV and its kin: lines to rows of cells. The separator is the one with which a header is found, never a guess.

Memory stays that of a row. What the cells become is told by `table`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress

from oh_pipeline.sources.encoding import error_handler
from oh_pipeline.sources.records import HEADER_LABELS, LONGEST_RECORD, LONGEST_VALUE, Item, Labels, Unreadable
from oh_pipeline.sources.tables.table import HEADER_REMEDY, NO_HEADER, NO_RECORD, Cells, Table, known_labels

SEPARATORS = ",;\t|"
_LOOKED_AT = 1 << 20
"""Characters at the beginning of a file in which its header is looked for."""
_QUOTE_REMEDY = "Close the quotation mark, or write two of them where one is meant"


def read(path: str, labels: Labels, encoding: str) -> Iterator[Item]:
    """The records of a file. Raises Unreadable; what was handed up before counts."""
    separator = _separator(path, labels, encoding)
    table = Table(labels)
    with _Lines(path, encoding) as lines:
        is_bare = True
        for record in table.records(_rows(lines, separator)):
            is_bare = False
            yield record
    if is_bare:
        raise Unreadable(NO_RECORD)


class _NoEnd(Unreadable):
    """A quoted cell does not end."""


class _Lines:
    r"""The lines of a file, with `\n` at their ends, for `csv` to take. `held` are those of the row it is at."""

    def __init__(self, path: str, encoding: str, most: int | None = None) -> None:
        self._encoding = encoding
        self._left = most
        self._again: list[str] = []
        self._handle = open(path, encoding=encoding, errors=error_handler(encoding))  # noqa: SIM115, PTH123
        self.held: list[str] = []
        self.size = 0
        self.number = 0
        self.has_ended = False
        self.is_cut = False

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else self._read()
        self.has_ended = not line
        if not line:
            raise StopIteration
        if self.held and self.size + len(line) > LONGEST_RECORD:
            raise _too_long(self.first)
        self.number += 1
        self.size += len(line)
        self.held.append(line)
        return line

    def _read(self) -> str:
        try:
            line = self._handle.readline()
        except UnicodeError:
            reason = f"some of its bytes are no text in its encoding, {self._encoding}; what follows was not read"
            raise Unreadable(reason, "Save it as UTF-8", f"line {self.number + 1}") from None
        if "\0" in line:
            raise Unreadable("it holds NUL characters and is no text", place=f"line {self.number + 1}")
        if self._left is not None:
            self._left -= len(line)
            self.is_cut = self._left < 0
        return "" if self.is_cut else line

    @property
    def first(self) -> int:
        """Number of the first line held."""
        return self.number - len(self.held) + 1

    def start_row(self) -> None:
        """The lines held are done with."""
        self.held, self.size = [], 0

    def give_back(self, count: int) -> None:
        """The last lines are to come once more."""
        kept = len(self.held) - count
        self._again += reversed(self.held[kept:])
        del self.held[kept:]
        self.number -= count
        self.size = sum(map(len, self.held))


def _separator(path: str, labels: Labels, encoding: str) -> str:
    """The separator with which the header has most labels."""
    best, most = "", 0
    problem = Unreadable(NO_HEADER, HEADER_REMEDY)
    for separator in SEPARATORS:
        try:
            with _Lines(path, encoding, _LOOKED_AT) as lines:
                for _, cells, _ in _rows(lines, separator):
                    if (found := known_labels(cells, labels)) >= HEADER_LABELS:
                        if found > most:
                            best, most = separator, found
                        break
        except _NoEnd as error:
            if not lines.is_cut:
                problem = error
    if not best:
        raise problem
    return best


def _rows(lines: _Lines, separator: str) -> Iterator[Cells]:
    """Rows that are not blank. Raises Unreadable where a quoted cell does not end."""
    csv.field_size_limit(LONGEST_VALUE)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    while True:
        lines.start_row()
        is_broken = False
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells, is_broken = _mended(lines, separator)
        if len(lines.held) > 1:
            is_broken = is_broken or _may_be_several(lines.held, separator, len(cells))
        if cells:
            yield lines.first, cells, is_broken


def _may_be_several(held: list[str], separator: str, width: int) -> bool:
    """Whether each line of a row has separators enough for one of its own: two stray marks may have made one of several."""
    return width > 1 and all(line.count(separator) >= width - 1 for line in held)


def _mended(lines: _Lines, separator: str) -> tuple[list[str], bool]:
    """A row with text behind a closed quotation mark, and whether its cells are a guess.

    On one line the text goes with its cell. Over several, a mark that was none may have swallowed rows: then marks are
    taken for text, the row for its first line, and what follows is read afresh.
    """
    if lines.has_ended:
        raise _not_closed(lines, separator)
    if lines.size > LONGEST_VALUE:
        raise _too_long(lines.first)
    lines.give_back(len(lines.held))
    cells: list[str] = []
    with suppress(csv.Error):  # one that grows too long
        cells = next(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    if cells and len(lines.held) == 1 and not lines.has_ended:
        return cells, False
    lines.give_back(len(lines.held) - 1)
    return lines.held[0].rstrip("\n").split(separator), True


def _not_closed(lines: _Lines, separator: str) -> _NoEnd:
    cells = next(csv.reader(lines.held, delimiter=separator, skipinitialspace=True))
    line = lines.first + sum(cell.count("\n") for cell in cells[:-1])
    reason = f"a quotation mark opens in line {line} and is not closed; what follows was not read"
    return _NoEnd(reason, _QUOTE_REMEDY, f"line {line}")


def _too_long(line: int) -> _NoEnd:
    reason = f"a cell in the row that begins in line {line} is longer than {LONGEST_VALUE >> 20} MiB"
    return _NoEnd(f"{reason}; what follows was not read", _QUOTE_REMEDY, f"line {line}")
