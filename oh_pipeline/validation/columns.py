"""Whole columns into normal form: the vectorised twins of `oh_pipeline.normal`, and stable hashes of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import TypeVar

import polars as pl

from oh_pipeline.normal import BETWEEN_MARKS, MARK_POLARS, fold

T = TypeVar("T")

_BLANKS = r"\s{2,}|[^\S ]"
_MAY_DECOMPOSE = r"[^\x00-\x{2ff}]"  # below U+0300 all text is NFC


def is_ascii(column: pl.Series) -> bool:
    """Whether every value is ASCII."""
    return bool((column.str.len_bytes().sum() or 0) == (column.str.len_chars().sum() or 0))


def not_collapsed(column: pl.Series, blanks: str) -> pl.Series:
    """Which values, their ends already trimmed, may not be in the form of `normal.collapse`.

    `blanks` are the blank characters other than the space that occur at all.
    """
    if is_ascii(column):
        odd = column.str.contains("  ", literal=True)  # plain searches: a pattern costs more
        for blank in blanks:
            odd |= column.str.contains(blank, literal=True)
        return odd
    return column.str.contains(f"{_BLANKS}|{_MAY_DECOMPOSE}")


def collapse_all(column: pl.Series) -> pl.Series:
    """`normal.collapse` over a column whose ends are already trimmed."""
    flat = column.str.replace_all(_BLANKS, " ")
    return flat if is_ascii(flat) else flat.str.normalize("NFC")


def folded(column: pl.Series) -> pl.Series:
    """`normal.fold` over a column that is collapsed."""
    low = column.str.to_lowercase()
    if is_ascii(column):
        return low
    beyond = column.str.len_bytes() != column.str.len_chars()
    originals = column.filter(beyond.fill_null(False)).to_list()
    return changed(low, beyond, lambda _: pl.Series([fold(text) for text in originals], dtype=pl.String))


def changed(column: pl.Series, where: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The column with the values at `where` (null is false) changed, all at once."""
    rows = where.fill_null(False).arg_true()
    return column.scatter(rows, change(column.gather(rows))) if len(rows) else column


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
    return changed(nowhere(column), marked, lambda _: _only_marks(column.filter(marked.fill_null(False))))


def _only_marks(column: pl.Series) -> pl.Series:
    rest = column.str.replace_all(MARK_POLARS, "").str.strip_chars(BETWEEN_MARKS)
    return (rest == "") & column.str.contains(MARK_POLARS)


def by_distinct(column: pl.Series, meaning: Callable[[str], T]) -> tuple[list[str], list[T]]:
    """The distinct values but null, and what each means: typing costs by the spelling, not by the row."""
    values = column.drop_nulls().unique().to_list()
    return values, [meaning(value) for value in values]


def mapped(column: pl.Series, values: Iterable[str], meanings: Iterable[object], dtype: pl.DataType) -> pl.Series:
    """Each value's meaning; null stays null."""
    old = pl.Series(list(values), dtype=pl.String)
    if not len(old):
        return pl.Series(column.name, [None] * len(column), dtype=dtype)
    new = pl.Series(list(meanings), dtype=dtype)
    return column.replace_strict(old, new, default=None, return_dtype=dtype)
