"""Typing of substantiations: what somebody who was asked about an outcome said of its description and of the contribution.

They come as records of their own, and in rows that tell an outcome too. One at a time in meaning, whole columns at a time
in doing. Which outcome each is about, and which repeat another, is SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import MARK_POLARS, collapse, only_marks
from oh_pipeline.validation import coded, columns
from oh_pipeline.validation.dates import as_date
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.typed import OBSERVED, named_outcome, unknown_singles
from oh_pipeline.validation.wide import Wide

_ANSWERS = ("description_agreement", "contribution_agreement", "substantiation_comment")
_SINGLES = {
    "substantiator_role": ("substantiator_role", "role_member"),
    "description_agreement": ("agreement", "description_agreement_member"),
    "contribution_agreement": ("agreement", "contribution_agreement_member"),
}


@dataclass(frozen=True)
class Read:
    """`frame`: a row a substantiation, `record` and its fields, delivered and typed. `observed`: as in `typed`."""

    frame: pl.DataFrame
    observed: pl.DataFrame


def given_in(wide: Wide) -> pl.Series:
    """The records of outcomes that give a substantiation too: those with an answer."""
    return _answered(wide.frame).arg_true().cast(pl.Int64)


def empty_substantiation(wide: Wide, findings: Findings) -> None:
    """Neither agreement nor comment: nothing is said, blank or marks."""
    findings.where("empty_substantiation", ~_answered(wide.frame), "description_agreement")


def read(wide: Wide, records: pl.Series, codebook: Codebook, findings: Findings) -> Read:
    """The substantiations of these records (places in `wide`), with what typing finds."""
    frame = wide.frame[records].with_columns(records.alias("record"))
    normal = wide.normal[records]
    frame = frame.with_columns(named_outcome(frame["fragment_id"], normal["fragment_id"], codebook))
    observed: list[pl.DataFrame] = []
    for field, (vocabulary, name) in _SINGLES.items():
        coding, unknown = coded.single(codebook, vocabulary, frame[field])
        frame = frame.with_columns(coding.alias(name))
        observed += unknown_singles(frame, field, vocabulary, unknown, codebook, findings, records=records)
    frame = frame.with_columns(_day(frame["substantiated_on"], records, findings))
    frame = frame.with_columns(_identity(frame, normal))
    return Read(frame, pl.concat(observed) if observed else pl.DataFrame(schema=OBSERVED))


def beside(wide: Wide, records: pl.Series, *, is_outcome: bool) -> pl.DataFrame:
    """Fields of the form that these records have and that are loaded as none: as rows of `Wide.extras`, no content.

    Beside a substantiation those of an outcome, which only name it; beside an outcome those of a substantiation that has
    no answer yet.
    """
    batch, frames = wide.batch, []
    first = len(FIELDS) if is_outcome else 1  # the id comes first, and is loaded
    for code in range(first, len(FIELDS) if not is_outcome else len(wide.rows)):
        rows = wide.rows[code, records.to_numpy()]
        values = wide.frame[wide.frame.columns[code]].gather(records)
        labels = [collapse(batch.labels[batch.label_of[row]]) for row in rows.tolist() if row >= 0]
        held = pl.DataFrame({"record": records, "row": pl.Series(rows, dtype=pl.Int64), "value": values})
        held = held.filter(pl.col("row") >= 0).with_columns(pl.Series("label", labels, dtype=pl.String))
        frames.append(held.filter(pl.col("value").is_not_null()))
    found = pl.concat(frames).with_columns(is_unknown=pl.lit(False), is_content=pl.lit(False))
    return found.select(wide.extras.columns)


def _answered(frame: pl.DataFrame) -> pl.Series:
    """Whether something is said, marks aside."""
    return pl.select(
        pl.any_horizontal(frame[name].is_not_null() & ~columns.only_marks(frame[name]) for name in _ANSWERS)
    ).to_series()


def _day(delivered: pl.Series, records: pl.Series, findings: Findings) -> pl.Series:
    spelled = columns.spellings(delivered)
    days = spelled.each(as_date)
    odd = [day is None and not only_marks(value) for value, day in zip(spelled.values, days, strict=True)]
    rows = np.flatnonzero(spelled.mask(odd))
    findings.add("invalid_date", records[rows], "substantiated_on", values=delivered[rows].to_list())
    return spelled.column(days, pl.Date).alias("day")


def _identity(frame: pl.DataFrame, normal: pl.DataFrame) -> list[pl.Series]:
    """Substantiator and date, and all that was said, each in the form in which SQL compares it.

    A date counts as the day that it is, however it is written. A name that is blank or withheld names nobody.
    """
    day = frame["day"].cast(pl.String).fill_null(columns.folded(normal["substantiated_on"])).fill_null("")
    name = columns.folded(normal["substantiator"])
    name = name.set(name.str.contains(MARK_POLARS).fill_null(False), None)
    grain = pl.select(pl.concat_str(name, day, separator="\0")).to_series()
    said = [normal[field].fill_null("") for field in SUBSTANTIATION_FIELDS if field != "substantiated_on"]
    named = columns.folded(normal["fragment_id"]).fill_null("")
    content = pl.select(pl.concat_str(frame["programme"], named, day, *said, separator="\0")).to_series()
    return [
        columns.changed(grain, grain.is_not_null(), columns.hex_hashes).alias("grain_key"),
        columns.hex_hashes(content).alias("content_hash"),
    ]
