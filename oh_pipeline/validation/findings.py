"""Collects what the rules find, with place, words and severity. Knows no rule's logic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from oh_pipeline.normal import shown
from oh_pipeline.sources.batch import Ints
from oh_pipeline.validation import columns
from oh_pipeline.validation.rulebook import filled, rules
from oh_pipeline.validation.wide import Wide

COLUMNS = {
    "record": pl.Int64,
    "location": pl.String,
    "field": pl.String,
    "rule": pl.String,
    "severity": pl.String,
    "message": pl.String,
    "remedy": pl.String,
}


class Findings:
    """Findings about the records of one batch."""

    def __init__(self, wide: Wide) -> None:
        self._wide = wide
        self._frames: list[pl.DataFrame] = []

    def add(
        self,
        rule: str,
        records: Ints | pl.Series,
        field: str | None,
        *,
        values: list[str] | None = None,
        hints: list[str] | None = None,
        words: dict[str, list[str]] | None = None,
        labels: list[str] | None = None,
        locations: pl.Series | None = None,
    ) -> None:
        """One finding a record. `values` are shown in the message, `labels` name fields the codebook does not know."""
        at = np.asarray(records, dtype=np.int64)
        if not len(at):
            return
        told = rules()[rule]
        message: pl.Series | pl.Expr = pl.lit(told.message)
        if values is not None:
            holes = {"value": [shown(value) for value in values], "hint": hints or [""] * len(values), **(words or {})}
            rows = zip(*holes.values(), strict=True)
            texts = [filled(told.message, dict(zip(holes, row, strict=True))) for row in rows]
            message = pl.Series(texts, dtype=pl.String)
        self._frames.append(
            pl.select(
                pl.Series(at).alias("record"),
                (self._wide.places(field, at) if locations is None else locations).alias("location"),
                (pl.lit(field, dtype=pl.String) if labels is None else pl.Series(labels, dtype=pl.String)).alias(
                    "field"
                ),
                pl.lit(rule).alias("rule"),
                pl.lit(told.severity).alias("severity"),
                message.alias("message"),
                pl.lit(told.remedy).alias("remedy"),
            )
        )

    def where(self, rule: str, mask: pl.Series, field: str | None) -> None:
        """One finding for each record for which `mask` is true; null is not."""
        self.add(rule, columns.true_rows(mask), field)

    def frame(self) -> pl.DataFrame:
        """All findings in order of record, then of rule."""
        if not self._frames:
            return pl.DataFrame(schema=COLUMNS)
        return pl.concat(self._frames).sort(["record", "rule", "field", "location"], maintain_order=True)

    def quarantined(self) -> npt.NDArray[np.bool_]:
        """Which records have a finding of severity error."""
        held = np.zeros(self._wide.batch.records, dtype=bool)
        for frame in self._frames:
            held[frame.filter(pl.col("severity") == "error")["record"].to_numpy()] = True
        return held
