"""What was found in a batch as rows of the raw tables: where each record comes from, and which are held back.

No typing and no rule: what a column holds is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import polars as pl

from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation import columns
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.substantiation import Read
from oh_pipeline.validation.tables import Fragments, Issues, Substantiations
from oh_pipeline.validation.typed import OBSERVED, Typed
from oh_pipeline.validation.wide import Wide

FILE_SPAN = 1 << 32  # more fragments than any file holds


class Held:
    """Which records of a batch are `accepted` and which `quarantined` (places), and the `issues` of those that are ours."""

    def __init__(self, batch: Batch, findings: Findings, known_files: Ints) -> None:
        ours, held = np.isin(batch.file_of, known_files), findings.quarantined()
        self.accepted = pl.Series("accepted", ours & ~held)
        self.quarantined = np.flatnonzero(ours & held)
        found = findings.frame()
        self.issues = found.filter(pl.Series(ours).gather(found["record"]))


def origin(batch: Batch, wide: Wide, files: Sequence[SourceFile]) -> pl.DataFrame:
    """Where each record comes from: a row a record."""
    used, index = np.unique(batch.file_of, return_inverse=True)
    names = pl.Series([files[i].source_file for i in used], dtype=pl.String)
    orders = pl.Series([files[i].order for i in used], dtype=pl.Int32).gather(index)
    numbers = pl.Series(batch.number_of, dtype=pl.Int64)
    return pl.DataFrame(
        {
            "source_file": names.gather(index),
            "file_order": orders,
            "record_number": numbers,
            "fragment_key": orders.cast(pl.Int64) * FILE_SPAN + numbers,
            "source_location": wide.located(batch.record_places),
            "id_as_given": wide.frame["fragment_id"],
        }
    )


def observed(observed: pl.DataFrame, is_confidential: pl.Series, accepted: pl.Series) -> pl.DataFrame:
    """Members met in accepted records, with whether their record is closed."""
    met = observed.filter(accepted.gather(observed["record"]))
    return met.with_columns(is_confidential.gather(met["record"]).alias("is_confidential"))


def none_observed() -> pl.DataFrame:
    """What `observed` gives where no member was met."""
    return pl.DataFrame(schema={**OBSERVED, "is_confidential": pl.Boolean})


def fragments(origin: pl.DataFrame, read: Typed, accepted: pl.Series) -> pl.DataFrame:
    """Rows of raw.fragments."""
    return pl.concat([origin, read.frame], how="horizontal").select(list(Fragments.columns)).filter(accepted)


def given(origin: pl.DataFrame, read: Read, accepted: pl.Series, *, is_in_outcome: bool) -> pl.DataFrame:
    """Rows of raw.substantiations."""
    frame = read.frame.filter(accepted.gather(read.frame["record"]))
    rows = pl.concat([origin[frame["record"]], frame], how="horizontal")
    return rows.with_columns(is_in_outcome=pl.lit(is_in_outcome)).select(list(Substantiations.columns))


def extra_fields(origin: pl.DataFrame, wide: Wide, extras: pl.DataFrame, accepted: pl.Series) -> pl.DataFrame:
    """Rows of raw.extra_fields, of `extras` as `Wide` has them."""
    extras = extras.filter(accepted.gather(extras["record"])).sort("record", "row")
    return pl.DataFrame(
        [
            *origin[extras["record"]].select("source_file", "record_number"),
            extras["label"],
            extras["value"],
            columns.collapse_all(extras["value"].fill_null("")).hash(0).reinterpret(signed=True).alias("value_hash"),
            extras["is_content"],
            wide.located(wide.batch.places.gather(extras["row"])),
            origin[extras["record"]]["fragment_key"],
        ]
    )


def coded_members(origin: pl.DataFrame, read: Typed, accepted: pl.Series) -> pl.DataFrame:
    """Rows of raw.coded_members."""
    members = read.members.filter(accepted.gather(read.members["record"])).sort("record", maintain_order=True)
    coded = members.select("vocabulary", "position", "scope_member", "member")
    about = origin.select("source_file", "record_number", "fragment_key")[members["record"]]
    return pl.concat(
        [about.select("source_file", "record_number"), coded, about.select("fragment_key")], how="horizontal"
    )


def issues(origin: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Rows of raw.issues."""
    about = origin[found["record"]].select("source_file", "record_number", "fragment_key", fragment_id="id_as_given")
    return pl.concat([about, found.drop("record")], how="horizontal").select(list(Issues.columns))


def quarantine(origin: pl.DataFrame, wide: Wide, result: Held) -> pl.DataFrame:
    """Held records with every field as delivered, in its order."""
    batch, held = wide.batch, result.quarantined
    begin = np.searchsorted(batch.record_of, held)
    end = np.searchsorted(batch.record_of, held, side="right")
    fields = []
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        labels = [batch.labels[label] for label in batch.label_of[start:stop]]
        pairs = list(zip(labels, batch.values[start:stop].to_list(), strict=True))
        fields.append(json.dumps(pairs, ensure_ascii=False))
    errors = result.issues.filter(pl.col("severity") == "error").group_by("record").agg(pl.col("rule").unique().sort())
    rules = dict(errors.iter_rows())
    about = origin[held].select("source_file", "record_number", "source_location", fragment_id="id_as_given")
    return about.with_columns(
        pl.Series("fields", fields, dtype=pl.String),
        pl.Series("rules", [rules[record] for record in held.tolist()], dtype=pl.List(pl.String)),
        origin[held]["fragment_key"],
    )
