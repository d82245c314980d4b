"""Chunks of tables and forms, as the reading child tells them, on their way into a batch.

What a chunk is, is told in `sources.chunk`. No meaning is given here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from oh_pipeline.sources.batch import Batch, Ints

_BATCH_RECORDS, _BATCH_FIELDS, _BATCH_CHARACTERS = 4_000, 100_000, 8 << 20


class Size(NamedTuple):
    """How much has gathered."""

    records: int = 0
    fields: int = 0
    characters: int = 0

    def and_of(self, chunk: dict[str, Any]) -> Size:
        """With a chunk more."""
        values = chunk["values"]
        return Size(
            self.records + len(chunk["record_places"]),
            self.fields + len(values),
            self.characters + sum(map(len, values)),
        )

    @property
    def is_batch(self) -> bool:
        """Whether it is enough for a batch."""
        return self.records >= _BATCH_RECORDS or self.fields >= _BATCH_FIELDS or self.characters >= _BATCH_CHARACTERS


class Gathered:
    """Chunks of several files on their way into one batch."""

    def __init__(self) -> None:
        self._labels: dict[str, int] = {}
        self._spots: dict[tuple[int, str | None, str | None], int] = {}
        self._columns: dict[str, list[str]] = {"values": [], "places": [], "numbers": [], "record_places": []}
        self._arrays: dict[str, list[Ints]] = {
            name: [] for name in ("spot_of", "fields_of", "ragged", "unnamed", "file_of", "number_of")
        }
        self.size = Size()

    def add(self, chunk: dict[str, Any], position: int, number: int) -> int:
        """Take a chunk of the file at `position`, of which `number` records came before; gives how many are now."""
        count = len(chunk["record_places"])
        labels = [self._labels.setdefault(label, len(self._labels)) for label in chunk["labels"]]
        spots = [
            self._spots.setdefault((labels[label], before, after), len(self._spots))
            for label, before, after in chunk["spots"]
        ]
        for name, values in self._columns.items():
            values += chunk[name]
        arrays = {
            "spot_of": np.array(spots, np.int64)[np.array(chunk["spot_of"], np.int64)],
            "fields_of": np.array(chunk["fields_of"], np.int64),
            "ragged": np.array(chunk["ragged"], np.int64) + self.size.records,
            "unnamed": np.array(chunk["unnamed"], np.int64) + self.size.fields,
            "file_of": np.full(count, position, np.int64),
            "number_of": np.arange(number + 1, number + count + 1, dtype=np.int64),
        }
        for name, array in arrays.items():
            self._arrays[name].append(array)
        self.size = self.size.and_of(chunk)
        return number + count

    def batch(self) -> Batch:
        """All of it."""
        arrays = {name: np.concatenate(parts) for name, parts in self._arrays.items()}
        record_of = np.repeat(np.arange(self.size.records, dtype=np.int64), arrays["fields_of"])
        values = pl.Series(self._columns["values"], dtype=pl.String)
        return Batch(
            labels=list(self._labels),
            label_of=np.array([label for label, _, _ in self._spots], np.int64)[arrays["spot_of"]],
            record_of=record_of,
            values=values.str.strip_chars(),
            places=self._places(arrays["spot_of"], record_of),
            file_of=arrays["file_of"],
            number_of=arrays["number_of"],
            record_places=pl.Series(self._columns["record_places"], dtype=pl.String),
            prefix="",
            ragged=arrays["ragged"],
            unnamed=arrays["unnamed"],
            ours=True,
        )

    def _places(self, spot_of: Ints, record_of: Ints) -> pl.Series:
        """Where each field stands: made of its column and its record's number, or as it came."""
        given = pl.Series(self._columns["places"], dtype=pl.String)
        of_cells = np.array([before is not None for _, before, _ in self._spots], bool)[spot_of]
        if not of_cells.any():
            return given
        before, after = (
            pl.Series([spot[part] for spot in self._spots], dtype=pl.String).gather(spot_of) for part in (1, 2)
        )
        made = before + pl.Series(self._columns["numbers"], dtype=pl.String).gather(record_of) + after
        return made if of_cells.all() else made.scatter(np.flatnonzero(~of_cells), given)
