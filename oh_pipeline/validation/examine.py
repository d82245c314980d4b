"""One batch of fragments through all rules: what goes into the raw tables, and what is held back.

The order of the steps and the shape of the outcome; each step's logic is in its own module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation import craft, kinds, quality, raw_rows, substantiation, tombstones
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.hints import label_hints
from oh_pipeline.validation.members import distinct_observed
from oh_pipeline.validation.tables import TABLES
from oh_pipeline.validation.tombstones import Tombstones
from oh_pipeline.validation.typed import typed
from oh_pipeline.validation.wide import Wide, to_fields

_TABLES = ("fragments", "substantiations", "extra_fields", "coded_members", "issues", "quarantine")


@dataclass(frozen=True)
class Examined:
    """`frames`: rows of the raw tables. `found`: fragments by file. `observed`: members no list has, as met.

    `erased`: the files with a record that was erased.
    """

    frames: dict[str, pl.DataFrame]
    found: dict[int, int]
    observed: pl.DataFrame
    preambles: dict[int, str]
    erased: frozenset[int] = frozenset()


def examine(
    batch: Batch, files: Sequence[SourceFile], codebook: Codebook, gone: Tombstones = tombstones.NONE
) -> Examined:
    """Type and check one batch. `files` is the run's list that `batch.file_of` counts in.

    A file without any known label is none of ours: its records are left out and it is missing in `found`. What was erased
    is told apart before anything else is done with it.
    """
    every, known_files = batch, _known_files(batch, codebook)
    parts: list[_Part] = []
    erased = gone.among(batch, codebook)
    if erased is not None:
        rows = tombstones.held_back(kinds.taken(batch, erased), known_files, files)
        parts.append(_Part(rows, raw_rows.none_observed()))
        batch = kinds.taken(batch, ~erased)
    asked = kinds.substantiations(batch, codebook)
    if (batch.records or not parts) and (asked is None or not asked.all()):
        outcomes = batch if asked is None or not asked.any() else kinds.taken(batch, ~asked)
        parts.append(_outcomes(outcomes, files, codebook, known_files))
    if asked is not None and asked.any():
        others = batch if asked.all() else kinds.taken(batch, asked)
        parts.append(_substantiations(others, files, codebook, known_files))
    ours = np.isin(every.file_of, known_files)
    return Examined(
        frames=_together([part.frames for part in parts]),
        found={int(f): int(n) for f, n in zip(*np.unique(every.file_of[ours], return_counts=True), strict=True)},
        observed=distinct_observed(pl.concat([part.observed for part in parts])),
        preambles={file: text for file, text in (batch.preambles or {}).items() if file in known_files},
        erased=frozenset() if erased is None else frozenset(every.file_of[erased].tolist()),
    )


@dataclass(frozen=True)
class _Part:
    """What one kind of record brings: rows of the raw tables, and members as met with whether their record is closed."""

    frames: dict[str, pl.DataFrame]
    observed: pl.DataFrame


def _outcomes(batch: Batch, files: Sequence[SourceFile], codebook: Codebook, known_files: Ints) -> _Part:
    wide = to_fields(batch, codebook)
    findings = Findings(wide)
    _labels(wide, codebook, findings)
    read = typed(wide, codebook, findings)
    craft.missing_description(read, findings)
    craft.year_contradiction(read, codebook, findings)
    craft.thin_contribution(read, codebook, findings)
    generic = craft.generic_evidence(read, codebook, findings)
    craft.repeated_text(read, findings)
    craft.merged_text(read, codebook, findings)
    read = quality.assessed(read, generic, codebook)

    given, extras = None, wide.extras
    if len(wide.rows) > len(FIELDS):  # some label of a substantiation is among them
        answered = substantiation.given_in(wide)
        given = substantiation.read(wide, answered, codebook, findings)
        rest = pl.Series(np.setdiff1d(np.arange(batch.records), answered.to_numpy()), dtype=pl.Int64)
        extras = pl.concat([extras, substantiation.beside(wide, rest, is_outcome=True)])

    held = raw_rows.Held(batch, findings, known_files)
    origin = raw_rows.origin(batch, wide, files)
    frames = {
        "fragments": raw_rows.fragments(origin, read, held.accepted),
        "extra_fields": raw_rows.extra_fields(origin, wide, extras, held.accepted),
        "coded_members": raw_rows.coded_members(origin, read, held.accepted),
        "issues": raw_rows.issues(origin, held.issues),
        "quarantine": raw_rows.quarantine(origin, wide, held),
    }
    observed = [raw_rows.observed(read.observed, read.frame["is_confidential"], held.accepted)]
    if given is not None:
        frames["substantiations"] = raw_rows.given(origin, given, held.accepted, is_in_outcome=True)
        observed.append(raw_rows.observed(given.observed, read.frame["is_confidential"], held.accepted))
    return _Part(frames, pl.concat(observed))


def _substantiations(batch: Batch, files: Sequence[SourceFile], codebook: Codebook, known_files: Ints) -> _Part:
    wide = to_fields(batch, codebook)
    findings = Findings(wide)
    _labels(wide, codebook, findings)
    every = pl.Series(np.arange(batch.records), dtype=pl.Int64)
    read = substantiation.read(wide, every, codebook, findings)
    substantiation.empty_substantiation(wide, findings)
    context = substantiation.beside(wide, every, is_outcome=False)
    extras = pl.concat([wide.extras.with_columns(is_content=pl.lit(False)), context])

    held = raw_rows.Held(batch, findings, known_files)
    origin = raw_rows.origin(batch, wide, files)
    closed = pl.Series([True], dtype=pl.Boolean).new_from_index(0, batch.records)  # none of it is ever open
    return _Part(
        {
            "substantiations": raw_rows.given(origin, read, held.accepted, is_in_outcome=False),
            "extra_fields": raw_rows.extra_fields(origin, wide, extras, held.accepted),
            "issues": raw_rows.issues(origin, held.issues),
            "quarantine": raw_rows.quarantine(origin, wide, held),
        },
        raw_rows.observed(read.observed, closed, held.accepted),
    )


def _together(parts: Sequence[dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Rows of both kinds of record, in the order of records; of every table, if only none."""
    together = {}
    for table in _TABLES:
        frames = [frames[table] for frames in parts if table in frames]
        if len(frames) > 1:
            together[table] = pl.concat(frames).sort("fragment_key", maintain_order=True)
        else:
            together[table] = frames[0] if frames else TABLES[table].empty()
    return together


def _known_files(batch: Batch, codebook: Codebook) -> Ints:
    """The files that have shown a label that the codebook knows."""
    known = np.array([fold(label) in codebook.fields for label in batch.labels], dtype=bool)
    met = np.bincount(batch.record_of[known[batch.label_of]], minlength=batch.records) > 0
    return np.unique(batch.file_of[met | batch.ours])


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
