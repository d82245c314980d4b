"""Typing: every field of a fragment read into its column, and the findings that typing itself brings.

One fragment at a time in meaning, whole columns at a time in doing. What looks at several fields together is in `craft`
and `merged`; what looks at several fragments is SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import CONTENT_FIELDS
from oh_pipeline.normal import MARK_POLARS, as_year, collapse, flag_word, fold, only_marks
from oh_pipeline.sources.batch import Ints
from oh_pipeline.validation import coded, columns
from oh_pipeline.validation.findings import Findings
from oh_pipeline.validation.hints import hints, result_hints
from oh_pipeline.validation.wide import Wide

# Only these open a record, whatever the codebook lists: a word that somebody adds must not be able to.
_OPEN_WORDS = frozenset({"0", "no", "false", "non"})
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
        _harvest_number(frame["harvest"], codebook),
        _year(frame, codebook, findings),
        *_confidentiality(frame["confidential"], codebook, findings),
        *[_flag(frame[field], name, field, codebook, findings) for field, name in _FLAGS.items()],
        _others(frame["other_contributors"], codebook),
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


def _harvest_number(harvest: pl.Series, codebook: Codebook) -> pl.Series:
    def number(value: str) -> int | None:
        known = codebook.match("harvest", value)
        return known.number if known else harvest_number(value)

    spelled = columns.spellings(harvest)
    return spelled.column(spelled.each(number), pl.Int32).alias("harvest_number")


def harvest_number(label: str) -> int | None:
    """The number in a harvest's label; None where it has none or several."""
    found = re.findall(r"[0-9]{1,6}", label)
    return int(found[0]) if len(found) == 1 else None


def _year(frame: pl.DataFrame, codebook: Codebook, findings: Findings) -> pl.Series:
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


def _flag(delivered: pl.Series, name: str, field: str, codebook: Codebook, findings: Findings) -> pl.Series:
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


def _confidentiality(delivered: pl.Series, codebook: Codebook, findings: Findings) -> list[pl.Series]:
    findings.where("blank_confidentiality", delivered.is_null(), "confidential")
    spelled = columns.spellings(delivered)
    read = spelled.each(lambda value: confidentiality(value, codebook))
    odd = [basis == "unparseable" and not only_marks(v) for v, (_, basis) in zip(spelled.values, read, strict=True)]
    rows = np.flatnonzero(spelled.mask(odd))
    findings.add("invalid_flag", rows, "confidential", values=delivered[rows].to_list())
    closed = spelled.column([closed for closed, _ in read], pl.Boolean, absent=True)
    basis = spelled.column([basis for _, basis in read], pl.String, absent="blank")
    return [closed.alias("is_confidential"), basis.alias("confidentiality_basis")]


def _others(delivered: pl.Series, codebook: Codebook) -> pl.Series:
    """Blank or only marks: null; a bare no-word: false; anything else: true. Only short texts can be either."""
    short = delivered.set((delivered.str.len_chars() > 60).fill_null(False), None)
    spelled = columns.spellings(short)
    read = spelled.each(lambda v: None if only_marks(v) else flag(v.strip(" .!"), codebook) is not False)
    meant = spelled.column(read, pl.Boolean)
    long = delivered.is_not_null() & short.is_null()
    return meant.set(long & ~columns.only_marks(delivered), True).alias("other_actors_contributed")
