"""One batch of fragments through all rules: what goes into the raw tables, and what is held back.

The order of the steps and the shape of the outcome; each step's logic is in its own module.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation import craft, quality
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.hints import label_hints
from oh_pipeline.validation.members import distinct_observed
from oh_pipeline.validation.tables import Fragments, Issues
from oh_pipeline.validation.typed import Typed, typed
from oh_pipeline.validation.wide import Wide, to_fields

_FILE_SPAN = 1 << 32  # more fragments than any file holds


@dataclass(frozen=True)
class Examined:
    """`frames`: rows of the raw tables. `found`: fragments by file. `observed`: members no list has, as met."""

    frames: dict[str, pl.DataFrame]
    found: dict[int, int]
    observed: pl.DataFrame
    preambles: dict[int, str]


def examine(batch: Batch, files: Sequence[SourceFile], codebook: Codebook) -> Examined:
    """Type and check one batch. `files` is the run's list that `batch.file_of` counts in.

    A file without any known label is none of ours: its records are left out and it is missing in `found`.
    """
    wide = to_fields(batch, codebook)
    findings = Findings(wide)
    _labels(wide, codebook, findings)
    read = typed(wide, codebook, findings)
    craft.missing_description(read, findings)
    craft.year_contradiction(read, findings)
    craft.thin_contribution(read, codebook, findings)
    generic = craft.generic_evidence(read, codebook, findings)
    craft.repeated_text(read, findings)
    craft.merged_text(read, codebook, findings)
    read = quality.assessed(read, generic, codebook)

    met = (wide.rows >= 0).any(axis=0) | batch.ours
    known_files = np.unique(batch.file_of[met]) if batch.records else batch.file_of
    ours = np.isin(batch.file_of, known_files)
    held = findings.quarantined()
    accepted = pl.Series("accepted", ours & ~held)
    origin = _origin(batch, wide, files, read)
    issues = findings.frame()
    return Examined(
        frames={
            "fragments": _fragments(origin, read, accepted),
            "extra_fields": _extra_fields(origin, wide, accepted),
            "coded_members": _coded_members(origin, read, accepted),
            "issues": _issues(origin, issues.filter(pl.Series(ours).gather(issues["record"]))),
            "quarantine": _quarantine(origin, wide, issues, np.flatnonzero(ours & held)),
        },
        found={int(f): int(n) for f, n in zip(*np.unique(batch.file_of[ours], return_counts=True), strict=True)},
        observed=distinct_observed(_observed(read, accepted)),
        preambles={file: text for file, text in (batch.preambles or {}).items() if file in known_files},
    )


def _labels(wide: Wide, codebook: Codebook, findings: Findings) -> None:
    """Labels that the codebook does not know, labels that stand twice, and rows that do not match their header."""
    if wide.batch.ragged is not None:
        findings.add("ragged_row", wide.batch.ragged, None)
    for rule, found in (("unmapped_field", wide.extras.filter("is_unknown")), ("duplicate_field", wide.conflicts)):
        labels = found["label"].to_list()
        findings.add(
            rule,
            found["record"],
            None,
            values=labels,
            hints=label_hints(labels, codebook) if rule == "unmapped_field" else None,
            labels=found["field"].to_list() if rule == "duplicate_field" else labels,
            locations=wide.located(wide.batch.places.gather(found["row"])),
        )


def _origin(batch: Batch, wide: Wide, files: Sequence[SourceFile], read: Typed) -> pl.DataFrame:
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
            "fragment_key": orders.cast(pl.Int64) * _FILE_SPAN + numbers,
            "source_location": wide.located(batch.record_places),
            "id_as_given": read.frame["fragment_id"],
        }
    )


def _observed(read: Typed, accepted: pl.Series) -> pl.DataFrame:
    met = read.observed.filter(accepted.gather(read.observed["record"]))
    return met.with_columns(read.frame["is_confidential"].gather(met["record"]))


def _fragments(origin: pl.DataFrame, read: Typed, accepted: pl.Series) -> pl.DataFrame:
    columns = list(Fragments.columns)
    return pl.concat([origin, read.frame], how="horizontal").select(columns).filter(accepted)


def _extra_fields(origin: pl.DataFrame, wide: Wide, accepted: pl.Series) -> pl.DataFrame:
    extras = wide.extras.filter(accepted.gather(wide.extras["record"]))
    return pl.DataFrame(
        [
            *origin[extras["record"]].select("source_file", "record_number"),
            extras["label"],
            extras["value"],
            extras["value"].fill_null("").hash(0).reinterpret(signed=True).alias("value_hash"),
            extras["is_content"],
            wide.located(wide.batch.places.gather(extras["row"])),
            origin[extras["record"]]["fragment_key"],
        ]
    )


def _coded_members(origin: pl.DataFrame, read: Typed, accepted: pl.Series) -> pl.DataFrame:
    members = read.members.filter(accepted.gather(read.members["record"])).sort("record", maintain_order=True)
    coded = members.select("vocabulary", "position", "scope_member", "member")
    about = origin[members["record"]]
    return pl.concat(
        [about.select("source_file", "record_number"), coded, about.select("fragment_key")], how="horizontal"
    )


def _issues(origin: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    about = origin[found["record"]].select("source_file", "record_number", "fragment_key", fragment_id="id_as_given")
    return pl.concat([about, found.drop("record")], how="horizontal").select(list(Issues.columns))


def _quarantine(origin: pl.DataFrame, wide: Wide, found: pl.DataFrame, held: Ints) -> pl.DataFrame:
    """Held records with every field as delivered, in its order."""
    batch = wide.batch
    begin = np.searchsorted(batch.record_of, held)
    end = np.searchsorted(batch.record_of, held, side="right")
    fields = []
    for start, stop in zip(begin.tolist(), end.tolist(), strict=True):
        labels = [batch.labels[label] for label in batch.label_of[start:stop]]
        pairs = list(zip(labels, batch.values[start:stop].to_list(), strict=True))
        fields.append(json.dumps(pairs, ensure_ascii=False))
    errors = found.filter(pl.col("severity") == "error").group_by("record").agg(pl.col("rule").unique().sort())
    rules = dict(errors.iter_rows())
    about = origin[held].select("source_file", "record_number", "source_location", fragment_id="id_as_given")
    return about.with_columns(
        pl.Series("fields", fields, dtype=pl.String),
        pl.Series("rules", [rules[record] for record in held.tolist()], dtype=pl.List(pl.String)),
        origin[held]["fragment_key"],
    )
