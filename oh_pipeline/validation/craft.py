"""Rules that look at several fields of one fragment together: completeness, agreement, craft. Each adds its findings."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import MARK_POLARS, fold
from oh_pipeline.sources.batch import Ints
from oh_pipeline.validation import columns, merged
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.typed import Typed
from oh_pipeline.validation.years import named_years

_THIN = 50  # characters, contract section 7
_ALIKE = 90  # percent of likeness from which a text repeats another
_PASSAGE = 40  # characters: a shorter passage stands in two texts by chance
_END = 30  # characters of a passage that are looked for first
_GENERIC_LONGEST = 200  # characters: a longer evidence names something
_TEXTS = ("description", "significance", "additional_information", "contribution", "other_contributors", "evidence")


def missing_description(typed: Typed, findings: Findings) -> None:
    """The outcome description is blank or nothing but marks."""
    column = typed.frame["description"]
    marked = typed.frame["redaction_count"] > 0
    withheld = columns.changed(columns.nowhere(column), marked, lambda _: columns.only_marks(column.filter(marked)))
    findings.where("missing_description", column.is_null() | withheld, "description")


def year_contradiction(typed: Typed, codebook: Codebook, findings: Findings) -> None:
    """The description speaks of later years only, up to the programme's last: later ones are what somebody plans for."""
    last = {programme.code: programme.last_year for programme in codebook.programmes.values()}
    programmes = columns.spellings(typed.frame["programme"])
    looked_at = typed.frame.select(
        "description", year="year_value", last=programmes.column(programmes.each(lambda code: last[code]), pl.Int32)
    ).with_row_index("record")
    rows: list[int] = []
    told: list[str] = []
    for (year, latest), some in looked_at.drop_nulls().group_by("year", "last"):
        later = "|".join(
            map(str, range(year + 1, latest + 1))
        )  # quick to look for, and a whole number or a part of one
        speaks_later = some.filter(pl.col("description").str.contains(later)) if later else some.clear()
        for record, text in speaks_later.select("record", "description").iter_rows():
            named = [found for found in named_years(text) if found <= latest]
            if named and min(named) > year:
                rows.append(record)
                told.append(str(year))
    findings.add("year_contradiction", pl.Series(rows, dtype=pl.Int64), "year", values=told)


def thin_contribution(typed: Typed, codebook: Codebook, findings: Findings) -> None:
    """Contribution rated highest with a text of fewer than fifty characters. Nobody knows how long a withheld one is."""
    text = typed.normal["contribution"]
    highest = typed.frame["contribution_member"] == codebook.top_contribution
    short = (text.str.len_chars().fill_null(0) < _THIN) & ~columns.only_marks(text).fill_null(False)
    findings.where("thin_contribution", highest & short, "contribution")


def generic_evidence(typed: Typed, codebook: Codebook, findings: Findings) -> pl.Series:
    """Every word of the evidence is one that names nothing that could be found; null where there is no evidence."""
    generic = only_generic(typed.normal["evidence"], codebook)
    findings.where("generic_evidence", generic, "evidence")
    return generic


def only_generic(column: pl.Series, codebook: Codebook) -> pl.Series:
    """Whether every word is one of the codebook's generic ones; null where null or long."""
    short = column.set((column.str.len_chars() > _GENERIC_LONGEST).fill_null(False), None)

    def generic(text: str) -> bool:
        words = re.findall(r"\w+", fold(text))
        return bool(words) and all(word in codebook.generic_words for word in words)

    spelled = columns.spellings(short)
    return spelled.column(spelled.each(generic), pl.Boolean)


def repeated_text(typed: Typed, findings: Findings) -> None:
    """Significance or contribution says what the description says."""
    from rapidfuzz import fuzz, process

    description = typed.normal["description"]
    size = description.str.len_chars().cast(pl.Int64)
    for field in ("significance", "contribution"):
        column = typed.normal[field]
        length = column.str.len_chars().cast(pl.Int64)
        repeats = columns.nowhere(description)
        long = columns.true_rows((size >= _PASSAGE) & (length >= _PASSAGE))
        repeats = repeats.scatter(long[_one_in_other(description[long], column[long])], True)
        # Texts that differ more in length than they may differ at all need no comparing.
        near = ((length - size).abs() * 100 <= (length + size) * (100 - _ALIKE)).fill_null(False)
        ours, theirs = columns.folded(column.filter(near)), columns.folded(description.filter(near))
        scores = process.cpdist(ours.to_list(), theirs.to_list(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        alike = np.flatnonzero(scores > 0)
        alike = alike[~columns.only_marks(ours[alike]).to_numpy()]
        repeats = repeats.scatter(columns.true_rows(near)[alike], True)
        findings.where("repeated_text", repeats, field)


def _one_in_other(ours: pl.Series, theirs: pl.Series) -> Ints:
    """The rows in which one of two texts, none shorter than a passage, stands in the other.

    A whole text is dear to look for, and its end is hardly ever there by chance: texts that open alike end apart.
    """
    is_ours = ours.str.len_bytes() <= theirs.str.len_bytes()
    shorter, longer = ours.zip_with(is_ours, theirs), theirs.zip_with(is_ours, ours)
    pairs = pl.DataFrame([shorter.alias("shorter"), longer.alias("longer")])
    ends = pairs.select(pl.col("longer").str.contains(pl.col("shorter").str.tail(_END), literal=True)).to_series()
    rows = columns.true_rows(ends)
    whole = pairs[rows].select(pl.col("longer").str.contains(pl.col("shorter"), literal=True)).to_series()
    found: Ints = rows[whole.to_numpy()]
    return found


def merged_text(typed: Typed, codebook: Codebook, findings: Findings) -> None:
    """The merged text against its parts, and what one field withholds and another shows."""
    headings = codebook.headings
    delivered = merged.expected(typed.frame, headings)
    differs = (typed.frame["merged_text"] != delivered).fill_null(False)
    unequal = typed.normal.select("merged_text", *headings).with_row_index("record").filter(differs)
    merged_texts = columns.collapse_all(unequal["merged_text"])
    unequal = unequal.with_columns(_holed(merged_texts), *[_holed(unequal[name]) for name in headings])
    disagreeing: list[int] = []
    shown: dict[str, list[int]] = {}
    for record, whole, *values in unequal.iter_rows():
        verdict = merged.compare(dict(zip(headings, values, strict=True)), headings, whole)
        if not verdict.agrees:
            disagreeing.append(record)
        for field in verdict.withheld:
            shown.setdefault(field, []).append(record)
    findings.add("merged_text_mismatch", pl.Series(disagreeing, dtype=pl.Int64), "merged_text")
    marked = typed.normal.select(_TEXTS).with_row_index("record").filter(typed.frame["redaction_count"] > 0)
    for row, texts in _with_holes(marked):
        for field in merged.withheld_elsewhere(texts):
            shown.setdefault(field, []).append(row)
    for field, records in sorted(shown.items()):
        findings.add("inconsistent_redaction", pl.Series(sorted(set(records)), dtype=pl.Int64), field)


def _holed(column: pl.Series) -> pl.Series:
    """The column with every mark one hole."""
    marked = column.str.contains("<", literal=True)
    return columns.changed(column, marked, lambda some: some.str.replace_all(MARK_POLARS, merged.HOLE))


def _with_holes(marked: pl.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Records (first column) and their texts, with holes for marks."""
    names = marked.columns[1:]
    holed = marked.with_columns(_holed(marked[name]) for name in names)
    return [
        (record, {name: value for name, value in zip(names, values, strict=True) if value is not None})
        for record, *values in holed.iter_rows()
    ]
