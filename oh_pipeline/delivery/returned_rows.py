"""Which records of a source file go into its return, and at which of their values each issue stands.

Takes batches as they come and keeps no more than a workbook can hold. Knows no workbook and no column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from oh_pipeline.delivery.problems import Problems, Spot
from oh_pipeline.fields import ALL_FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.sources import records
from oh_pipeline.sources.batch import Batch

MOST_RECORDS = 5_000
"""A file of so many records comes back whole."""
MOST_FLAGGED = 5_000
"""Of a larger one so many records with an error or a warning, those with an error first."""
MOST_TEXT = 50_000_000
"""Characters of all records together, `_OVERHEAD` for each value counted in."""
LONGEST_CELL = 32_767
"""UTF-16 units; what is longer a spreadsheet would cut."""
MOST_COLUMNS = records.MOST_COLUMNS - len(ALL_FIELDS) - 1
"""Columns of what is delivered, so that with those that are added and the row key a reader takes the workbook."""
MOST_HEADINGS = 100 * MOST_COLUMNS
"""So many are told apart."""

_OVERHEAD = 60
_AHEAD = 1.25  # so far the limits may be passed before what is too much is let go

FieldOf = Callable[[str], str | None]
Column = tuple[int, int]
"""A heading's number, and which of the values that one record has under it."""
Spots = dict[str, list[Spot]]
"""By place."""


@dataclass(slots=True, eq=False)
class Row:
    """One record. `values` stand under the columns of `shape`; there are none where a sheet cannot hold them.

    It cannot where a text is too long for a cell (`is_long`), or the labels are too many (`is_wide`). `marks` leads from a
    place in `shape` to the issues there; -1 stands for the record as such.
    """

    number: int
    place: str
    shape: tuple[Column, ...] = ()
    values: list[str] = field(default_factory=list)
    has_error: bool = False
    is_flagged: bool = False
    is_long: bool = False
    is_wide: bool = False
    size: int = 0
    marks: dict[int, list[Spot]] = field(default_factory=dict)


class Selection:
    """The records that go back. `found` of how many, `flagged` of them with an error or a warning; `rows` in file order.

    `erased` of them have a place and no row.
    """

    def __init__(self, batches: Iterable[Batch], problems: Problems, field_of: FieldOf) -> None:
        self.headings: list[str] = []
        self.fields: list[str | None] = []
        self.rows: list[Row] = []
        self.found = self.flagged = self.erased = 0
        self._field_of = field_of
        self._number_of: dict[str, int] = {}
        self._shapes: dict[tuple[Column, ...], tuple[Column, ...]] = {}
        self._spots = problems.by_location
        self._locations = pl.Series(list(self._spots), dtype=pl.String)
        self._is_large = False
        self._size = 0
        for batch in batches:
            self._take(batch)
        self._prune(1)

    def _heading(self, label: str) -> int:
        """The number of a heading, -1 for one too many. Labels that differ by case and blanks share the first spelling."""
        key = fold(label)
        if key not in self._number_of and len(self.headings) < MOST_HEADINGS:
            self._number_of[key] = len(self.headings)
            self.headings.append(label)
            self.fields.append(self._field_of(label))
        return self._number_of.get(key, -1)

    def _means(self, heading: int, name: str | None) -> bool:
        """Whether the field that an issue names is the one below a heading."""
        return name is not None and (self.fields[heading] == name or fold(self.headings[heading]) == fold(name))

    def _take(self, batch: Batch) -> None:
        places = batch.prefix + batch.places.cast(pl.String)
        own = batch.prefix + batch.record_places.cast(pl.String)
        hits = self._hits(batch, places, own)
        if not hits and self._is_large:
            self.found += batch.records
            return
        starts = np.searchsorted(batch.record_of, np.arange(batch.records + 1)).tolist()
        label_of, values = batch.label_of.tolist(), batch.values.to_list()
        located, own_place = places.to_list(), own.to_list()
        number_of: dict[int, int] = {}
        for record in range(batch.records):
            if self._is_large and record not in hits:
                continue
            row = Row(self.found + record + 1, own_place[record])
            spots = {place: self._spots[place] for place in hits.get(record, ())}
            for spot in (spot for there in spots.values() for spot in there):
                spot.record = row.number
                row.has_error |= spot.problem.severity == "error"
                row.is_flagged |= spot.problem.severity != "advice"
            if record in batch.erased:
                self.erased += 1
                continue
            self.flagged += row.is_flagged
            if self._is_large and not row.is_flagged:
                continue
            at = slice(starts[record], starts[record + 1])
            headings = self._headings(batch, label_of[at], number_of)
            self._fill(row, headings, values[at])
            if row.shape and spots:
                self._mark(row, headings, values[at], located[at], spots)
            elif spots:
                row.marks[-1] = [spot for there in spots.values() for spot in there]
            self.rows.append(row)
            self._size += row.size
            self._prune(_AHEAD)
        self.found += batch.records

    def _hits(self, batch: Batch, places: pl.Series, own: pl.Series) -> dict[int, dict[str, None]]:
        """The places of each record at which issues stand, in order."""
        found: dict[int, dict[str, None]] = {}
        if len(self._locations):
            for located, record_of in ((places, batch.record_of), (own, np.arange(batch.records))):
                at = located.is_in(self._locations.implode()).arg_true()
                for record, place in zip(record_of[at.to_numpy()].tolist(), located.gather(at).to_list(), strict=True):
                    found.setdefault(record, {})[place] = None
        return found

    def _headings(self, batch: Batch, labels: list[int], number_of: dict[int, int]) -> list[int]:
        """The numbers of a record's headings; where they are too many, -1 for each, and none is remembered."""
        if len(labels) > MOST_COLUMNS and len(set(labels)) > MOST_COLUMNS:
            return [-1] * len(labels)
        for label in labels:
            if label not in number_of:
                number_of[label] = self._heading(batch.labels[label])
        return [number_of[label] for label in labels]

    def _fill(self, row: Row, headings: list[int], values: list[str]) -> None:
        """The record's values, those that differ under one heading side by side."""
        under: dict[int, dict[str, None]] = {}
        for heading, value in zip(headings, values, strict=True):
            held = under.setdefault(heading, {})
            if value:
                held[value] = None
        row.is_wide = -1 in under or sum(len(held) or 1 for held in under.values()) > MOST_COLUMNS
        row.is_long = not row.is_wide and any(map(_is_long, (*values, *(self.headings[heading] for heading in under))))
        if not (row.is_wide or row.is_long):
            shape = tuple((heading, again) for heading, held in under.items() for again in range(len(held) or 1))
            row.shape = self._shapes.setdefault(shape, shape)
            row.values = [value for held in under.values() for value in held or ("",)]
            row.size = sum(len(value) + _OVERHEAD for value in row.values if value)

    def _mark(self, row: Row, headings: list[int], values: list[str], places: list[str], spots: Spots) -> None:
        """Give each issue the values that it is about: at its place and of its field, or else one at its place."""
        fields_at: dict[str, list[int]] = {}
        for number, place in enumerate(places):
            fields_at.setdefault(place, []).append(number)
        for place, there in spots.items():
            numbers = fields_at.get(place, [])
            for spot in there:
                fitting = [number for number in numbers if self._means(headings[number], spot.problem.field)]
                if not fitting and place != row.place:
                    fitting = numbers[:1]
                for column in dict.fromkeys(_column(row, headings[n], values[n]) for n in fitting) or (-1,):
                    row.marks.setdefault(column, []).append(spot)

    def _prune(self, slack: float) -> None:
        """Keep within the limits: first the records in order go, then those without an error, then the last ones."""
        if not self._is_large and (len(self.rows) > MOST_RECORDS or self._size > MOST_TEXT):
            self._is_large = True
            self.rows = [row for row in self.rows if row.is_flagged]
            self._size = sum(row.size for row in self.rows)
        if len(self.rows) <= MOST_FLAGGED * slack and self._size <= MOST_TEXT * slack:
            return
        kept: list[Row] = []
        size = 0
        for row in sorted(self.rows, key=lambda row: (not row.has_error, row.number)):
            if len(kept) == MOST_FLAGGED or size + row.size > MOST_TEXT:
                break
            kept.append(row)
            size += row.size
        self.rows, self._size = sorted(kept, key=lambda row: row.number), size


def _column(row: Row, heading: int, value: str) -> int:
    """Where a value stands in its record; a blank one that another took the place of stands there."""
    under = [number for number, (of, _) in enumerate(row.shape) if of == heading]
    return next((number for number in under if row.values[number] == value), under[0])


def _is_long(text: str) -> bool:
    return len(text) > LONGEST_CELL // 2 and len(text.encode("utf-16-le")) // 2 > LONGEST_CELL
