"""Whole columns into normal form: the vectorised twins of `oh_pipeline.normal`, and stable hashes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl
from polars._typing import PolarsDataType

from oh_pipeline import sliced
from oh_pipeline.normal import BETWEEN_MARKS, MARK_POLARS, fold

T = TypeVar("T")

_BLANKS = r"\s{2,}|[^\S ]"
_SPACE = 32
_SPACED = bytes(byte if byte < 128 and chr(byte).isalnum() else _SPACE for byte in range(256))
_MAY_DECOMPOSE = r"[^\x00-\x{2ff}]"  # below U+0300 all text is NFC


def holds_ascii(column: pl.Series) -> bool:
    """Whether every value is ASCII."""
    return bool((column.str.len_bytes().sum() or 0) == (column.str.len_chars().sum() or 0))


def not_collapsed(column: pl.Series, blanks: str, *, is_ascii: bool = False) -> pl.Series:
    """Which values, their ends already trimmed, may not be in the form of `normal.collapse`.

    `blanks` are the blank characters other than the space that occur at all; `is_ascii`: all is known to be ASCII.
    """
    if is_ascii or holds_ascii(column):
        odd = column.str.contains("  ", literal=True)  # plain searches: a pattern costs more
        for blank in blanks:
            odd |= column.str.contains(blank, literal=True)
        return odd
    return column.str.contains(f"{_BLANKS}|{_MAY_DECOMPOSE}")


def collapse_all(column: pl.Series) -> pl.Series:
    """`normal.collapse` over a column whose ends are already trimmed."""
    flat = column.str.replace_all(_BLANKS, " ")
    return flat if holds_ascii(flat) else flat.str.normalize("NFC")


def folded(column: pl.Series) -> pl.Series:
    """`normal.fold` over a column that is collapsed."""
    low = column.str.to_lowercase()
    if holds_ascii(column):
        return low
    beyond = column.str.len_bytes() != column.str.len_chars()
    originals = column.filter(beyond.fill_null(False)).to_list()
    return changed(low, beyond, lambda _: pl.Series([fold(text) for text in originals], dtype=pl.String))


def words_alone(column: pl.Series) -> pl.Series:
    """The letters and digits of a column without null, what stands between them one space, none at the ends."""
    if not holds_ascii(column):
        return column.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    text, at = sliced.laid_out(column)
    spaced = np.frombuffer(text.translate(_SPACED), dtype=np.uint8)
    is_space = spaced == _SPACE
    again = np.flatnonzero(is_space[1:] & is_space[:-1]) + 1
    kept, at = np.delete(spaced, again), at - np.searchsorted(again, at)
    if not len(kept):
        return column
    start, end = at[:-1], at[1:]
    start = start + ((kept[np.minimum(start, len(kept) - 1)] == _SPACE) & (start < end))
    return sliced.slices(kept, start, np.maximum(end - (kept[end - 1] == _SPACE), start))


def changed(column: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The column with the values at `where` (null is false) changed, all at once."""
    if not where.any():
        return column
    rows = true_rows(where)
    return column.scatter(rows, change(column[rows]))


def true_rows(mask: pl.Series) -> npt.NDArray[np.int64]:
    """The rows that are true; null is not."""
    return np.flatnonzero((mask.fill_null(False) if mask.null_count() else mask).to_numpy())


def nowhere(column: pl.Series) -> pl.Series:
    """False for every value of the column."""
    return pl.Series(column.name, [False], dtype=pl.Boolean).new_from_index(0, len(column))


def hex_hashes(texts: pl.Series) -> pl.Series:
    """A hash of 128 bits a value, 32 hex digits, equal wherever and whenever it is taken."""
    sha256 = hashlib.sha256
    return pl.Series([sha256(text).hexdigest()[:32] for text in texts.cast(pl.Binary).to_list()], dtype=pl.String)


def only_marks(column: pl.Series) -> pl.Series:
    """`normal.only_marks` over a column; false where null."""
    marked = column.str.contains("<", literal=True)
    return changed(nowhere(column), marked, lambda _: _only_marks(column.filter(marked)))


def _only_marks(column: pl.Series) -> pl.Series:
    rest = column.str.replace_all(MARK_POLARS, "").str.strip_chars(BETWEEN_MARKS)
    return (rest == "") & column.str.contains(MARK_POLARS)


@dataclass(frozen=True, slots=True)
class Spellings:
    """A column by its distinct values: what a value means costs by the spelling, not by the row.

    `values` are these in order of their first row. `which` runs over the rows: the place of the row's value among them,
    their number where it is null.
    """

    name: str
    values: list[str]
    which: npt.NDArray[np.uint32]

    def each(self, meaning: Callable[[str], T]) -> list[T]:
        """What each of the values means."""
        return [meaning(value) for value in self.values]

    def column(self, meanings: Sequence[object], dtype: PolarsDataType, absent: object = None) -> pl.Series:
        """Each row's meaning, of those of the values; `absent` where the row is null."""
        return pl.Series(self.name, [*meanings, absent], dtype=dtype)[self.which]

    def mask(self, holds: Sequence[bool]) -> npt.NDArray[np.bool_]:
        """For which rows it holds, of for which values; for none that is null."""
        return np.array([*holds, False], dtype=bool)[self.which]


def spellings(column: pl.Series) -> Spellings:
    """The column by its distinct values."""
    coded = column.cast(pl.Categorical(pl.Categories.random()))
    values, which = coded.cat.get_categories().to_list(), coded.to_physical()
    if column.null_count():
        which = which.set(column.is_null(), len(values))
    return Spellings(column.name, values, which.to_numpy())
