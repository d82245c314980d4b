"""What the value of one field says by itself: harvest numbers, years, flags, confidentiality, other contributors.

By distinct spellings: each is read once. What a member of the codebook is, is told in `coded`.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import as_year, flag_word, only_marks
from oh_pipeline.validation import columns
from oh_pipeline.validation.findings import Findings

# Only these open a record, whatever the codebook lists: a word that somebody adds must not be able to.
_OPEN_WORDS = frozenset({"0", "no", "false", "non"})


def harvest_numbers(harvest: pl.Series, codebook: Codebook) -> pl.Series:
    """`harvest_number`: the codebook's, or the one in the label."""

    def number(value: str) -> int | None:
        known = codebook.match("harvest", value)
        return known.number if known else harvest_number(value)

    spelled = columns.spellings(harvest)
    return spelled.column(spelled.each(number), pl.Int32).alias("harvest_number")


def harvest_number(label: str) -> int | None:
    """The number in a harvest's label; None where it has none or several."""
    found = re.findall(r"[0-9]{1,6}", label)
    return int(found[0]) if len(found) == 1 else None


def year_values(frame: pl.DataFrame, codebook: Codebook, findings: Findings) -> pl.Series:
    """`year_value`; what is no year of the record's programme is a finding, and null."""
    delivered = frame["year"]
    spelled, programmes = columns.spellings(delivered), columns.spellings(frame["programme"])
    number = spelled.column(spelled.each(lambda v: None if only_marks(v) else as_year(v) or -1), pl.Int32)
    known = {programme.code: programme for programme in codebook.programmes.values()}
    first = programmes.column(programmes.each(lambda code: known[code].first_year), pl.Int32)
    last = programmes.column(programmes.each(lambda code: known[code].last_year), pl.Int32)
    rows = columns.true_rows((number < first) | (number > last))
    words = {"first": first[rows].cast(pl.String).to_list(), "last": last[rows].cast(pl.String).to_list()}
    findings.add("invalid_year", rows, "year", values=delivered[rows].to_list(), words=words)
    return number.scatter(rows, None).alias("year_value")


def flag(value: str, codebook: Codebook) -> bool | None:
    """A yes-word, a no-word, or neither; `1.0` is `1`."""
    word = flag_word(value)
    return True if word in codebook.yes_words else False if word in codebook.no_words else None


def flags(delivered: pl.Series, name: str, field: str, codebook: Codebook, findings: Findings) -> pl.Series:
    """A field of yes and no as the column `name`; what is neither is a finding, and null."""
    spelled = columns.spellings(delivered)
    read = spelled.each(lambda value: flag(value, codebook))
    odd = [meaning is None and not only_marks(v) for v, meaning in zip(spelled.values, read, strict=True)]
    rows = np.flatnonzero(spelled.mask(odd))
    findings.add("invalid_flag", rows, field, values=delivered[rows].to_list())
    return spelled.column(read, pl.Boolean).alias(name)


def confidentiality(value: str, codebook: Codebook) -> tuple[bool, str]:
    """Whether a declaration makes a record confidential, and on what basis. Doubt is confidential."""
    word = flag_word(value)
    if word in _OPEN_WORDS and value.strip().isascii():  # a letter that only folds to one of these is no typing of it
        return False, "declared"
    return (True, "declared") if word in codebook.yes_words else (True, "unparseable")


def confidentialities(delivered: pl.Series, codebook: Codebook, findings: Findings) -> list[pl.Series]:
    """`is_confidential`, never null, and `confidentiality_basis`; a declaration that is blank or odd is a finding."""
    findings.where("blank_confidentiality", delivered.is_null(), "confidential")
    spelled = columns.spellings(delivered)
    read = spelled.each(lambda value: confidentiality(value, codebook))
    odd = [basis == "unparseable" and not only_marks(v) for v, (_, basis) in zip(spelled.values, read, strict=True)]
    rows = np.flatnonzero(spelled.mask(odd))
    findings.add("invalid_flag", rows, "confidential", values=delivered[rows].to_list())
    closed = spelled.column([closed for closed, _ in read], pl.Boolean, absent=True)
    basis = spelled.column([basis for _, basis in read], pl.String, absent="blank")
    return [closed.alias("is_confidential"), basis.alias("confidentiality_basis")]


def others(delivered: pl.Series, codebook: Codebook) -> pl.Series:
    """Blank or only marks: null; a bare no-word: false; anything else: true. Only short texts can be either."""
    short = delivered.set((delivered.str.len_chars() > 60).fill_null(False), None)
    spelled = columns.spellings(short)
    read = spelled.each(lambda v: None if only_marks(v) else flag(v.strip(" .!"), codebook) is not False)
    meant = spelled.column(read, pl.Boolean)
    long = delivered.is_not_null() & short.is_null()
    return meant.set(long & ~columns.only_marks(delivered), True).alias("other_actors_contributed")
