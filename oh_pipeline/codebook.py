"""The programme's codebook: field labels, coded values and their aliases, read from the dbt seeds.

dbt loads the same files, so Python and SQL share one source. Knows no source format and no rule.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.seeds import COLUMNS, number, rows

VOCABULARIES = (
    "outcome_status",
    "harvest",
    "geography",
    "objective",
    "social_actor",
    "scale",
    "significance",
    "contribution",
    "change_cluster",
    "change_type",
    "result",
)

_FILE_OF = {
    "outcome_status": "outcome_statuses",
    "harvest": "harvests",
    "geography": "geographies",
    "objective": "objectives",
    "social_actor": "social_actors",
    "scale": "scales",
    "significance": "significance",
    "contribution": "contribution",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A listed value. `member` is its folded label; `scope` the folded cluster or geography it belongs to."""

    vocabulary: str
    label: str
    member: str
    scope: str | None = None
    code: str | None = None
    number: int | None = None
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme and the years in which its outcomes can lie, both ends included."""

    code: str
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Codebook:
    """Everything listed.

    `fields` leads from a folded label to its field, `aliases` from a vocabulary and a folded spelling to the member.
    `headings` are the parts of the merged text in their order: field to heading.
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
    def labels(self) -> tuple[str, ...]:
        """Every listed field label, folded: what a near miss may have meant."""
        return tuple(self.fields)


def load_codebook(folder: Path) -> Codebook:
    """Read the seeds. Raises UsageFault with file and line for a missing, malformed or contradictory one."""
    tables = {name: list(rows(folder, name)) for name in COLUMNS}
    digest = hashlib.sha256()
    for name in sorted(COLUMNS):
        digest.update(f"{name}\0".encode() + (folder / f"{name}.csv").read_bytes())

    members, aliases = _members(tables)
    results = _results(tables, aliases, members)
    _aliases(tables, aliases, results)
    programmes, default = _programmes(tables)
    top = _top(tables)
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
    )


def _labels(tables: Mapping[str, list[tuple[str, dict[str, str]]]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, row in tables["fields"]:
        if row["field"] not in FIELDS:
            raise UsageFault(
                f"{place} of the codebook names a field that does not exist", f"Fields: {', '.join(FIELDS)}"
            )
        if found.setdefault(fold(row["label"]), row["field"]) != row["field"]:
            raise UsageFault(f"{place} of the codebook gives one label to two fields")
    return found


def _headings(tables: Mapping[str, list[tuple[str, dict[str, str]]]]) -> dict[str, str]:
    headings: dict[str, str] = {}
    for _, row in tables["merged_headings"]:
        headings.setdefault(row["field"], row["heading"])
    return headings


def _members(
    tables: Mapping[str, list[tuple[str, dict[str, str]]]],
) -> tuple[list[Member], dict[str, dict[str, Member]]]:
    """Every listed member in the order of its file, and the spellings that follow from the label alone."""
    members: list[Member] = []
    aliases: dict[str, dict[str, Member]] = {vocabulary: {} for vocabulary in VOCABULARIES}

    def add(place: str, member: Member, *spellings: str) -> Member:
        if not member.member:
            raise UsageFault(f"{place} of the codebook has a blank label")
        if fold(spellings[0]) in aliases[member.vocabulary]:
            raise UsageFault(f"{place} of the codebook lists a label twice")
        members.append(member)
        for spelling in spellings:
            aliases[member.vocabulary].setdefault(fold(spelling), member)
        return member

    for vocabulary, name in _FILE_OF.items():
        for place, row in tables[name]:
            label = row["label"]
            member = Member(
                vocabulary,
                label,
                fold(label),
                code=row.get("code") or None,
                number=number(place, row["number"]) if vocabulary == "harvest" else None,
                programme=row.get("programme") or None,
            )
            code = member.code
            add(place, member, label, *([f"{code}: {label}", f"{code}:{label}", code] if code else []))

    by_label: dict[str, list[Member]] = {}
    for place, row in tables["change_types"]:
        cluster, label = row["cluster"], row["label"]
        if fold(cluster) not in aliases["change_cluster"]:
            add(place, Member("change_cluster", cluster, fold(cluster)), cluster)
        kind = Member("change_type", label, fold(label), scope=fold(cluster))
        bare = fold(label) == fold(cluster)
        add(place, kind, label if bare else f"{cluster} {label}", *([] if bare else [f"{cluster}: {label}"]))
        if not bare:
            by_label.setdefault(kind.member, []).append(kind)
    for cluster_member in [m for m in members if m.vocabulary == "change_cluster"]:
        if cluster_member.member not in aliases["change_type"]:
            kind = Member("change_type", cluster_member.label, cluster_member.member, scope=cluster_member.member)
            add("change_types.csv", kind, cluster_member.label)
    for spelling, kinds in by_label.items():
        if len(kinds) == 1:  # a type that only one cluster has may be given without its cluster
            aliases["change_type"].setdefault(spelling, kinds[0])
    return members, aliases


def _results(
    tables: Mapping[str, list[tuple[str, dict[str, str]]]],
    aliases: Mapping[str, Mapping[str, Member]],
    members: list[Member],
) -> dict[tuple[str | None, str], Member]:
    results: dict[tuple[str | None, str], Member] = {}
    for place, row in tables["results"]:
        geography = aliases["geography"].get(fold(row["geography"]))
        if geography is None:
            raise UsageFault(f"{place} of the codebook names a geography that geographies.csv does not list")
        code = row["code"] or None
        member = Member("result", row["label"], fold(row["label"]), scope=geography.member, code=code)
        if (geography.member, member.member) in results:
            raise UsageFault(f"{place} of the codebook lists a label twice")
        members.append(member)
        results[geography.member, member.member] = member
        if code:
            results.setdefault((geography.member, fold(code)), member)
    return results


def _aliases(
    tables: Mapping[str, list[tuple[str, dict[str, str]]]],
    aliases: dict[str, dict[str, Member]],
    results: dict[tuple[str | None, str], Member],
) -> None:
    for place, row in tables["aliases"]:
        vocabulary, label = row["vocabulary"], fold(row["label"])
        if vocabulary == "result":
            for (scope, spelling), member in list(results.items()):
                if spelling == label:
                    results.setdefault((scope, fold(row["alias"])), member)
            continue
        if vocabulary not in aliases:
            raise UsageFault(f"{place} of the codebook names an unknown vocabulary")
        target = aliases[vocabulary].get(label)
        if target is None:
            raise UsageFault(f"{place} of the codebook gives an alias to a label that is not listed")
        if aliases[vocabulary].setdefault(fold(row["alias"]), target) != target:
            raise UsageFault(f"{place} of the codebook gives one alias to two members")


def _programmes(
    tables: Mapping[str, list[tuple[str, dict[str, str]]]],
) -> tuple[dict[str, Programme], Programme]:
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


def _top(tables: Mapping[str, list[tuple[str, dict[str, str]]]]) -> str:
    """The contribution of the highest rank, folded, once every ordinal scale is seen to be numbered."""
    ranks: dict[str, int] = {}
    for name in ("scales", "significance", "contribution"):
        ranked = {row["label"]: number(place, row["rank"]) for place, row in tables[name] if row["rank"]}
        if name == "contribution":
            ranks = ranked
    if not ranks:
        raise UsageFault("contribution.csv of the codebook ranks no value", "Number its ranks from 1")
    return fold(max(ranks, key=lambda label: ranks[label]))
