"""What a statement holds, as analysis asks for it: how long its texts are, what its evidence names, which elements it lacks.

Columns of raw.fragments, a row a record; no finding is made here and nothing is held back. A mark is no value: what is
withheld cannot be used, so an element that is nothing but marks is lacking, and marks add nothing to a length.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import BETWEEN_MARKS, MARK_POLARS
from oh_pipeline.validation import columns
from oh_pipeline.validation.craft import only_generic
from oh_pipeline.validation.readings import flag
from oh_pipeline.validation.tables import ELEMENTS
from oh_pipeline.validation.typed import Typed
from oh_pipeline.validation.years import YEAR, named_years

TELLING = 25  # characters: a shorter description cannot say what changed
_SHORT = 60  # characters: a longer text is more than a word that says no


def assessed(read: Typed, generic: pl.Series, codebook: Codebook) -> Typed:
    """`read` with the columns of quality. `generic`: whose evidence names nothing that could be found (null is false)."""
    marked = read.frame["redaction_count"] > 0
    lengths = [
        _length(read.normal[field], marked).alias(f"{field}_length") for field in ("description", "contribution")
    ]
    evidence = _evidence(read.normal["evidence"], marked, generic, codebook)
    missing = _missing(read, lengths[0], evidence.is_in(["none", "withheld", "generic"]))
    return replace(read, frame=read.frame.with_columns(evidence, missing, *lengths))


def _bare(column: pl.Series) -> pl.Series:
    """The texts without their marks."""
    return column.str.replace_all(MARK_POLARS, " ").str.replace_all(r"\s+", " ").str.strip_chars()


def _length(column: pl.Series, marked: pl.Series) -> pl.Series:
    length = column.str.len_chars().cast(pl.Int32)
    held = marked & column.is_not_null()
    bare = columns.changed(length, held, lambda _: _bare(column.filter(held)).str.len_chars().cast(pl.Int32))
    return bare.fill_null(0)


def _evidence(column: pl.Series, marked: pl.Series, generic: pl.Series, codebook: Codebook) -> pl.Series:
    """`none`: blank, or a bare no-word; `withheld`: marks with nothing of use beside them; else by what it names."""
    none = column.is_null() | _says_no(column, codebook)
    held = (marked & column.str.contains(MARK_POLARS)).fill_null(False)

    def nothing_beside(some: pl.Series) -> pl.Series:
        rest = _bare(some)
        return _says_no(rest, codebook) | only_generic(rest, codebook).fill_null(False)

    withheld = columns.changed(columns.nowhere(column), held, lambda _: nothing_beside(column.filter(held)))
    told = (
        pl.when(none)
        .then(pl.lit("none"))
        .when(withheld)
        .then(pl.lit("withheld"))
        .when(generic.fill_null(False))
        .then(pl.lit("generic"))
        .otherwise(pl.lit("named"))
    )
    return pl.select(told.alias("evidence_quality")).to_series()


def _says_no(column: pl.Series, codebook: Codebook) -> pl.Series:
    """True where a text has no letter and no digit, or is one of the codebook's no-words alone. False where null."""
    short = column.set((column.str.len_chars() > _SHORT).fill_null(False), None)
    spelled = columns.spellings(short)
    verdicts = spelled.each(
        lambda text: not re.search(r"[^\W_]", text) or flag(text.strip(BETWEEN_MARKS), codebook) is False
    )
    return spelled.column(verdicts, pl.Boolean, absent=False)


def _missing(read: Typed, description_length: pl.Series, unusable: pl.Series) -> pl.Series:
    """The elements that a statement lacks, in the order of ELEMENTS."""
    frame = read.frame
    named = read.members.filter(pl.col("vocabulary") == "social_actor")["record"].unique()
    undated = frame["year_value"].is_null()
    description = frame["description"].filter(undated)
    lacking = {
        "who": columns.nowhere(frame["description"]).scatter(named, True).not_(),
        "what": description_length < TELLING,
        "when": columns.changed(undated, undated, lambda _: _names_no_year(description)),
        "where": frame["geography_member"].is_null(),
        "significance": _blank(frame["significance"]),
        "contribution": _blank(frame["contribution"]),
        "evidence": unusable,
    }
    bits = [lacking[element].to_numpy().astype(np.uint32) << place for place, element in enumerate(ELEMENTS)]
    lacks: pl.Series = _choices()[np.bitwise_or.reduce(bits)]
    return lacks.alias("missing_elements")


@cache
def _choices() -> pl.Series:
    """Every choice of ELEMENTS, each at the number that tells it bit by bit."""
    return pl.Series(
        [
            [element for place, element in enumerate(ELEMENTS) if choice >> place & 1]
            for choice in range(1 << len(ELEMENTS))
        ],
        dtype=pl.List(pl.String),
    )


def _names_no_year(texts: pl.Series) -> pl.Series:
    """Whether a text names no year; a number of people is none."""
    numbered = texts.str.contains(YEAR).fill_null(False)
    none = pl.Series([not named_years(text) for text in texts.filter(numbered)], dtype=pl.Boolean)
    return columns.changed(~numbered, numbered, lambda _: none)


def _blank(column: pl.Series) -> pl.Series:
    return column.is_null() | columns.only_marks(column)
