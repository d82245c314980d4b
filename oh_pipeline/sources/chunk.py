"""Some records of one file as columns: how they go up from the reading child. What takes them is `validation.gathered`."""

from __future__ import annotations

from typing import Any

from oh_pipeline.sources.records import LONGEST_RECORD, Column, Columns, Field, Record, Row, Unreadable

CHUNK_RECORDS, CHUNK_FIELDS, CHUNK_TEXT = 4_000, 100_000, 4 << 20
LONGEST_LABEL = 10_000


class Chunk:
    """Some records of one file, as columns.

    Of a field goes up which of `spots` it is in, and its value. A spot is the number of a label, and what stands before
    and after the record's number in the place of a table's cell; where it has neither, the place stands in `places`.
    """

    def __init__(self) -> None:
        self._labels: dict[str, int] = {}
        self._spots: dict[Column | str, int] = {}
        self._spots_of: dict[Columns, list[int]] = {}
        self._told: dict[str, list[Any]] = {
            name: []
            for name in ("spots", "spot_of", "values", "places")
            + ("fields_of", "numbers", "record_places", "ragged", "unnamed")
        }
        self._size = 0

    def add(self, record: Record | Row) -> None:
        """Take one record. Raises Unreadable for one beyond the limits."""
        size, told = _size_of(record), self._told
        if record.ragged:
            told["ragged"].append(len(told["record_places"]))
        before = len(told["values"])
        if isinstance(record, Row):
            spots = self._spots_of.get(record.columns)
            if spots is None:
                spots = self._spots_of[record.columns] = [self._spot(*column) for column in record.columns]
            told["spot_of"] += spots
            told["values"] += record.values
            others = record.others
        else:
            others = record.fields
        for item in others:
            self._field(item)
        for item in record.overflow:
            told["unnamed"].append(len(told["values"]))
            self._field(item)
        told["fields_of"].append(len(told["values"]) - before)
        told["numbers"].append(record.number if isinstance(record, Row) else "")
        told["record_places"].append(record.place)
        self._size += size

    def _field(self, item: Field) -> None:
        self._told["spot_of"].append(self._spot(item.label))
        self._told["values"].append(item.value)
        self._told["places"].append(item.place)

    def _spot(self, label: str, before: str | None = None, after: str | None = None) -> int:
        key = label if before is None or after is None else Column(label, before, after)
        spot = self._spots.get(key)
        if spot is None:
            spot = self._spots[key] = len(self._spots)
            number = self._labels.setdefault(label, len(self._labels))
            self._told["spots"].append((number, before, after))
            self._size += len(label)
        return spot

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go up."""
        return not self._told["record_places"]

    @property
    def is_full(self) -> bool:
        """Whether it should go up."""
        told = self._told
        return (
            len(told["record_places"]) >= CHUNK_RECORDS
            or len(told["values"]) >= CHUNK_FIELDS
            or self._size >= CHUNK_TEXT
        )

    def columns(self) -> dict[str, list[Any]]:
        """As it goes up."""
        return {"labels": list(self._labels), **self._told}


def _size_of(record: Record | Row) -> int:
    """Characters of a record's labels and values. Raises Unreadable for one beyond the limits."""
    if isinstance(record, Row):
        size, longest = record.columns.size + sum(map(len, record.values)), record.columns.longest_label
        others = (*record.others, *record.overflow)
    else:
        size, longest = 0, 0
        others = (*record.fields, *record.overflow)
    for label, value, _ in others:
        longest = max(longest, len(label))
        size += len(label) + len(value)
    if longest > LONGEST_LABEL:
        raise Unreadable(f"a label of it is longer than {LONGEST_LABEL:,} characters", place=record.place)
    if 4 * size > LONGEST_RECORD:
        told = [text for item in (*record.fields, *record.overflow) for text in item[:2]]
        if sum(len(text) if text.isascii() else len(text.encode("utf-8", "replace")) for text in told) > LONGEST_RECORD:
            raise Unreadable(f"a record of it is longer than {LONGEST_RECORD >> 20} MiB", place=record.place)
    return size
