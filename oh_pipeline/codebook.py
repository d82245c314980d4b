"""The programme's codebook: field labels, coded values and their aliases, read from the dbt seeds.

dbt loads the same files, so Python and SQL share one source. Knows no source format and no rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from oh_pipeline.decided import decided_pairs
from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import ALL_FIELDS
from oh_pipeline.indicators import check_indicators
from oh_pipeline.normal import fold
from oh_pipeline.seeds import COLUMNS, Tables, number, rows
from oh_pipeline.spellings import SEPARATOR, listed_members
from oh_pipeline.spellings import VOCABULARIES as VOCABULARIES
from oh_pipeline.spellings import Member as Member


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme and the years in which its outcomes can lie, both ends included."""

    code: str
    first_year: int
    last_year: int


class Written(NamedTuple):
    """A label or an alias as it is listed, and its language."""

    text: str
    language: str


@dataclass(frozen=True)
class Codebook:
    """Everything listed.

    `fields` leads from a folded label to its field, `aliases` from a vocabulary and a folded spelling to the member.
    `headings` are the parts of the merged text in their order: field to heading. `submission_labels` are the folded
    labels of what a form app adds about a submission. `written` leads from a folded label or alias to how it is listed.
    """

    hash: str
    fields: Mapping[str, str]
    headings: Mapping[str, str]
    members: tuple[Member, ...]
    aliases: Mapping[str, Mapping[str, Member]]
    results: Mapping[tuple[str | None, str], Member]
    programmes: Mapping[str, Programme]
    default_programme: Programme
    yes_words: frozenset[str]
    no_words: frozenset[str]
    generic_words: frozenset[str]
    top_contribution: str
    objective_codes: Mapping[tuple[str, str], Member] = field(default_factory=dict)
    """By programme and upper-case code: two programmes may use one code."""
    submission_labels: frozenset[str] = frozenset()
    decided: frozenset[tuple[str, str]] = frozenset()
    """Folded ids of pairs that somebody decided to be one outcome or two, either way round."""
    written: Mapping[str, Written] = field(default_factory=dict)

    def match(self, vocabulary: str, text: str) -> Member | None:
        """The member that `text` is a listed spelling of."""
        return self.aliases[vocabulary].get(fold(text))

    def objective(self, programme: str, text: str) -> Member | None:
        """An objective that `text` is a listed spelling of; a code, or a label behind it, is the programme's own."""
        code = text.partition(":")[0].strip().upper()
        own = self.objective_codes.get((programme, code))
        if own is not None and fold(text) in (fold(code), fold(f"{code}: {own.label}"), fold(f"{code}:{own.label}")):
            return own
        return self.match("objective", text)

    def result(self, geography: str | None, text: str) -> Member | None:
        """A result of the geography's own framework, by label or number."""
        return self.results.get((geography, fold(text)))

    @cached_property
    def types_by_label(self) -> Mapping[str, tuple[Member, ...]]:
        """The types of change that bear a label, whatever their cluster, by the folded label."""
        found: dict[str, tuple[Member, ...]] = {}
        for member in self.members:
            if member.vocabulary == "change_type":
                found[member.member] = (*found.get(member.member, ()), member)
        return found

    @cached_property
    def most_parts(self) -> Mapping[str, int]:
        """Of how many parts, told apart by SEPARATOR, the longest listed spelling of each vocabulary consists."""
        listed = {**self.aliases, "result": [spelling for _, spelling in self.results]}
        return {
            vocabulary: max((len(SEPARATOR.split(spelling)) // 2 + 1 for spelling in spellings), default=1)
            for vocabulary, spellings in listed.items()
        }

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every listed field label, folded: what a near miss may have meant."""
        return tuple(self.fields)


def load_codebook(folder: Path) -> Codebook:
    """Read the seeds. Raises UsageFault with file and line for a missing, malformed or contradictory one."""
    tables = {name: list(rows(folder, name)) for name in COLUMNS}
    digest = hashlib.sha256()
    for name in sorted(COLUMNS):
        file = folder / f"{name}.csv"
        digest.update(f"{name}\0".encode() + (file.read_bytes() if file.is_file() else b""))

    members, aliases, results = listed_members(tables)
    programmes, default = _programmes(tables)
    top = _top(tables)
    check_indicators(tables, members)
    return Codebook(
        hash=digest.hexdigest(),
        fields=_labels(tables),
        headings=_headings(tables),
        members=tuple(members),
        aliases=aliases,
        results=results,
        programmes=programmes,
        default_programme=default,
        yes_words=frozenset(fold(row["word"]) for _, row in tables["flag_words"] if fold(row["value"]) == "true"),
        no_words=frozenset(fold(row["word"]) for _, row in tables["flag_words"] if fold(row["value"]) == "false"),
        generic_words=frozenset(fold(row["word"]) for _, row in tables["generic_evidence"]),
        top_contribution=top,
        objective_codes={
            (m.programme or "", m.code.upper()): m for m in members if m.vocabulary == "objective" and m.code
        },
        submission_labels=frozenset(fold(row["label"]) for _, row in tables["submission_fields"]),
        decided=decided_pairs(tables),
        written=_written(tables),
    )


def _labels(tables: Tables) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, row in tables["fields"]:
        if row["field"] not in ALL_FIELDS:
            raise UsageFault(
                f"{place} of the codebook names a field that does not exist", f"Fields: {', '.join(ALL_FIELDS)}"
            )
        if found.setdefault(fold(row["label"]), row["field"]) != row["field"]:
            raise UsageFault(f"{place} of the codebook gives one label to two fields")
    return found


def _written(tables: Tables) -> dict[str, Written]:
    written: dict[str, Written] = {}
    for name, column in (("fields", "label"), ("aliases", "alias")):
        for _, row in tables[name]:
            written.setdefault(fold(row[column]), Written(row[column], row["language"]))
    return written


def _headings(tables: Tables) -> dict[str, str]:
    headings: dict[str, str] = {}
    for _, row in tables["merged_headings"]:
        headings.setdefault(row["field"], row["heading"])
    return headings


def _programmes(tables: Tables) -> tuple[dict[str, Programme], Programme]:
    programmes: dict[str, Programme] = {}
    default: Programme | None = None
    for place, row in tables["programmes"]:
        first, last = number(place, row["first_year"]), number(place, row["last_year"])
        programme = programmes[fold(row["code"])] = Programme(row["code"], first, last)
        if fold(row["is_default"]) == "true":
            if default is not None:
                raise UsageFault(f"{place} of the codebook names a second default programme")
            default = programme
    if default is None:
        raise UsageFault("programmes.csv of the codebook names no default programme", "Set is_default to true on one")
    return programmes, default


def _top(tables: Tables) -> str:
    """The contribution of the highest rank, folded, once every ordinal scale is seen to be numbered."""
    ranks: dict[str, int] = {}
    for name in ("scales", "significance", "contribution", "agreements"):
        ranked = {row["label"]: number(place, row["rank"]) for place, row in tables[name] if row["rank"]}
        if name == "contribution":
            ranks = ranked
    if not ranks:
        raise UsageFault("contribution.csv of the codebook ranks no value", "Number its ranks from 1")
    return fold(max(ranks, key=lambda label: ranks[label]))
