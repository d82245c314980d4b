"""Typing: every field of a fragment read into its column, and the findings that typing itself brings.

One fragment at a time in meaning, whole columns at a time in doing. What looks at several fields together is in `craft`
and `merged`; what looks at several fragments is SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import CONTENT_FIELDS
from oh_pipeline.normal import MARK_POLARS, collapse, fold
from oh_pipeline.sources.batch import Ints
from oh_pipeline.validation import coded, columns, readings
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.hints import hints, result_hints
from oh_pipeline.validation.wide import Wide

_FLAGS = {"unintended": "is_unintended", "negative": "is_negative"}
_SINGLES = {
    "outcome_status": ("outcome_status", "outcome_status_member"),
    "harvest": ("harvest", "harvest_member"),
    "country": ("geography", "geography_member"),
    "significance_rating": ("significance", "significance_member"),
    "scale": ("scale", "scale_member"),
    "contribution_rating": ("contribution", "contribution_member"),
}

OBSERVED = {
    "record": pl.Int64,
    "vocabulary": pl.String,
    "scope_member": pl.String,
    "member": pl.String,
    "label": pl.String,
    "programme": pl.String,
    "scope_label": pl.String,
}


@dataclass(frozen=True)
class Typed:
    """`frame`: a row a record, the delivered fields and the typed ones. `normal`: the delivered fields in normal form.

    `members`: a row a record and member of the fields that may hold several. `observed`: a row a record and member that
    no list has.
    """

    frame: pl.DataFrame
    normal: pl.DataFrame
    members: pl.DataFrame
    observed: pl.DataFrame


def typed(wide: Wide, codebook: Codebook, findings: Findings) -> Typed:
    """All typed columns of one batch."""
    frame = wide.frame
    ids = _identity(wide, codebook, findings)
    frame = frame.with_columns(ids)
    observed: list[pl.DataFrame] = []
    codings: list[pl.Series] = []
    for field, (vocabulary, name) in _SINGLES.items():
        coding, unknown = coded.single(codebook, vocabulary, frame[field])
        codings.append(coding.alias(name))
        observed += unknown_singles(frame, field, vocabulary, unknown, codebook, findings)
    frame = frame.with_columns(codings)
    members = _several(frame, codebook, findings, observed)
    frame = frame.with_columns(
        readings.harvest_numbers(frame["harvest"], codebook),
        readings.year_values(frame, codebook, findings),
        *readings.confidentialities(frame["confidential"], codebook, findings),
        *[readings.flags(frame[field], name, field, codebook, findings) for field, name in _FLAGS.items()],
        readings.others(frame["other_contributors"], codebook),
        pl.Series("redaction_count", wide.marks, dtype=pl.Int32),
    )
    return Typed(frame, wide.normal, members, pl.concat(observed) if observed else pl.DataFrame(schema=OBSERVED))


def _identity(wide: Wide, codebook: Codebook, findings: Findings) -> list[pl.Series]:
    """Programme, id and content, each in the form in which SQL compares it."""
    given, normal, extras = wide.frame["fragment_id"], wide.normal, wide.extras
    marked = given.str.contains(MARK_POLARS)
    findings.where("missing_id", given.is_null(), "fragment_id")
    findings.where("redacted_id", marked, "fragment_id")
    named = named_outcome(given, normal["fragment_id"], codebook)
    content = normal.select(pl.concat_str(pl.col(CONTENT_FIELDS).fill_null(""), separator="\0")).to_series()
    if len(extras):
        content = _with_extras(content, extras.filter("is_content"))
    described = columns.folded(normal["description"].fill_null(""))
    alike = columns.words_alone(described)
    alike = columns.changed(alike, alike == "", lambda _: described.filter(alike == ""))
    return [
        *named,
        columns.hex_hashes(described).alias("text_key"),
        alike.hash(0).reinterpret(signed=True).alias("alike_key"),
        columns.hex_hashes(content).alias("content_hash"),
        pl.Series("field_hashes", wide.hashes(CONTENT_FIELDS)).arr.to_list(),
    ]


def named_outcome(given: pl.Series, normal: pl.Series, codebook: Codebook) -> list[pl.Series]:
    """`programme` and `id_key` of fragment ids, delivered and in normal form; the latter null where blank or withheld."""
    prefixes = columns.spellings(given.str.extract(r"^([^-]*)-", 1))
    default = codebook.default_programme
    codes = prefixes.each(lambda prefix: codebook.programmes.get(fold(prefix), default).code)
    programme = prefixes.column(codes, pl.String, default.code)
    marked = columns.true_rows(given.str.contains(MARK_POLARS))
    return [programme.alias("programme"), columns.folded(normal).scatter(marked, None).alias("id_key")]


def _with_extras(content: pl.Series, extras: pl.DataFrame) -> pl.Series:
    added: dict[int, list[str]] = {}
    for record, label, value in extras.select("record", "label", "value").iter_rows():
        added.setdefault(record, []).append(f"{fold(label)}\0{collapse(value or '')}")
    rows = sorted(added)
    texts = [
        f"{text}\0\0{chr(0).join(sorted(added[row]))}" for row, text in zip(rows, content.gather(rows), strict=True)
    ]
    return content.scatter(rows, texts)


def unknown_singles(
    frame: pl.DataFrame,
    field: str,
    vocabulary: str,
    rows: Ints,
    codebook: Codebook,
    findings: Findings,
    *,
    records: pl.Series | None = None,
) -> list[pl.DataFrame]:
    """Report the rows of unknown spelling; gives them as OBSERVED. `records`: which record each row is about."""
    if not len(rows):
        return []
    at = pl.Series(rows) if records is None else records[rows]
    values = frame[field][rows].to_list()
    findings.add("unknown_code", at, field, values=values, hints=hints(values, codebook, vocabulary))
    return [
        pl.DataFrame(
            {
                "record": at.cast(pl.Int64),
                "vocabulary": pl.Series([vocabulary] * len(rows), dtype=pl.String),
                "scope_member": pl.Series([None] * len(rows), dtype=pl.String),
                "member": [fold(value) for value in values],
                "label": [collapse(value) for value in values],
                "programme": frame["programme"][rows],
                "scope_label": pl.Series([None] * len(rows), dtype=pl.String),
            },
            schema=OBSERVED,
        )
    ]


def _several(frame: pl.DataFrame, codebook: Codebook, findings: Findings, observed: list[pl.DataFrame]) -> pl.DataFrame:
    """Members of the fields that may hold several."""
    types, missing = coded.change_types(codebook, frame["change_type"], frame["change_cluster"])
    rows = columns.true_rows(missing.is_not_null())
    findings.add("cluster_mismatch", rows, "change_cluster", values=missing[rows].to_list())
    members = pl.concat(
        [
            coded.group(codebook, "social_actor", "social_actor", frame["social_actor"], None),
            coded.group(codebook, "objective", "objective", frame["objective"], frame["programme"]),
            coded.group(codebook, "result", "result", frame["result"], frame["geography_member"]),
            types,
        ]
    )
    for (vocabulary, field), found in members.filter(~pl.col("known")).group_by(
        "vocabulary", "field", maintain_order=True
    ):
        values = found["value"].to_list()
        if vocabulary == "result":
            told = result_hints(values, found["scope_member"].to_list(), codebook)
        else:
            told = hints(values, codebook, str(vocabulary))
        findings.add("unknown_code", found["record"], str(field), values=values, hints=told)
        programmes = frame["programme"][found["record"]]
        observed.append(found.with_columns(programmes).select(list(OBSERVED)))
    _objectives(frame, codebook, findings)
    return members


def _objectives(frame: pl.DataFrame, codebook: Codebook, findings: Findings) -> None:
    """Objective codes in ids against the coded objectives, by distinct slot and spelling."""
    slots = frame["fragment_id"].str.extract(r"(/[^/]*)$", 1).str.replace(r"[0-9]+\s*$", "0")
    keys = frame.select(pl.concat_str("programme", slots.alias("slot"), "objective", separator="\0")).to_series()

    def conflict(key: str) -> str | None:
        programme, slot, text = key.split("\0", 2)
        named = coded.objectives(codebook, programme, text)
        members = [member.member if member else fold(value) for member, value in named]
        return coded.objective_conflict(codebook, programme, slot, members)

    spelled = columns.spellings(keys)
    told = spelled.each(conflict)
    rows = np.flatnonzero(spelled.mask([code is not None for code in told]))
    codes = [told[which] or "" for which in spelled.which[rows].tolist()]
    findings.add("objective_mismatch", rows, "objective", values=codes)
