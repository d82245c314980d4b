"""What every reader hands on: fields as delivered, with their labels and places, and no meaning given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Some fragments, a field a row.

    `labels` are the distinct labels; `label_of`, `record_of` and `values` run over the fields, records never
    decreasing. `file_of` and `number_of` run over the records: place of the file in the run's list, and place of the
    record in its file, from 1 (for a file that continues from the batch before, from 1 again: `continued`).
    A location is `prefix` and the place. `blanks`: ASCII blanks other than the space that occur in values. `is_ascii`:
    no value holds anything but ASCII; false where nobody looked.
    `ragged`: the records whose cells do not match their header. `unnamed`: the fields whose cell has no heading.
    `ours`: every file has shown a known label before. `refused`: file and place of records beyond the limits, left out.
    `erased`: records of which nothing but the place is here.
    """

    labels: list[str]
    label_of: Ints
    record_of: Ints
    values: pl.Series
    places: pl.Series
    file_of: Ints
    number_of: Ints
    record_places: pl.Series
    prefix: str
    blanks: str = "\n\t\r\v\f"
    is_ascii: bool = False
    continued: bool = False
    preambles: dict[int, str] | None = None
    ragged: Ints | None = None
    unnamed: Ints | None = None
    ours: bool = False
    refused: Sequence[tuple[int, str]] = ()
    erased: frozenset[int] = frozenset()

    @property
    def records(self) -> int:
        """How many fragments."""
        return len(self.file_of)
