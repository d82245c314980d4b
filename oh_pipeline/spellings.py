"""The codebook's members, and every spelling under which each is known: its label, code and cluster, and its aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from oh_pipeline.errors import UsageFault
from oh_pipeline.normal import fold
from oh_pipeline.seeds import Tables, number

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
    "agreement",
    "substantiator_role",
)

FILES: Mapping[str, str] = {
    "outcome_status": "outcome_statuses",
    "harvest": "harvests",
    "geography": "geographies",
    "objective": "objectives",
    "social_actor": "social_actors",
    "scale": "scales",
    "significance": "significance",
    "contribution": "contribution",
    "agreement": "agreements",
    "substantiator_role": "substantiator_roles",
}
"""The file of each vocabulary that is a plain list."""

SEPARATOR = re.compile(r"(, |; |\n)")
"""What stands between the values of a field that may hold several."""


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


Spellings = dict[str, dict[str, Member]]
Results = dict[tuple[str | None, str], Member]


def listed_members(tables: Tables) -> tuple[list[Member], Spellings, Results]:
    """Members in the order of their files; those by vocabulary and spelling; results by geography and spelling."""
    members, aliases = _members(tables)
    results = _results(tables, aliases, members)
    _aliases(tables, aliases, results)
    _type_spellings(members, aliases)
    return members, aliases, results


def _members(tables: Tables) -> tuple[list[Member], Spellings]:
    """Every listed member in the order of its file, and the spellings that follow from the label alone."""
    members: list[Member] = []
    aliases: Spellings = {vocabulary: {} for vocabulary in VOCABULARIES}

    def add(place: str, member: Member, *spellings: str) -> Member:
        if not member.member:
            raise UsageFault(f"{place} of the codebook has a blank label")
        if fold(spellings[0]) in aliases[member.vocabulary]:
            raise UsageFault(f"{place} of the codebook lists a label twice")
        members.append(member)
        for spelling in spellings:
            aliases[member.vocabulary].setdefault(fold(spelling), member)
        return member

    for vocabulary, name in FILES.items():
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


def _results(tables: Tables, aliases: Spellings, members: list[Member]) -> Results:
    results: Results = {}
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


def _aliases(tables: Tables, aliases: Spellings, results: Results) -> None:
    for place, row in tables["aliases"]:
        vocabulary, label = row["vocabulary"], fold(row["label"])
        if vocabulary == "result":
            named = [(scope, member) for (scope, spelling), member in results.items() if spelling == label]
            for scope, member in named:
                results.setdefault((scope, fold(row["alias"])), member)
            if not named:
                raise UsageFault(f"{place} of the codebook gives an alias to a label that is not listed")
            continue
        if vocabulary not in aliases:
            raise UsageFault(f"{place} of the codebook names an unknown vocabulary")
        target = aliases[vocabulary].get(label)
        if target is None:
            raise UsageFault(f"{place} of the codebook gives an alias to a label that is not listed")
        if aliases[vocabulary].setdefault(fold(row["alias"]), target) != target:
            raise UsageFault(f"{place} of the codebook gives one alias to two members")
        if vocabulary == "objective" and target.code:
            for between in (": ", ":"):
                aliases[vocabulary].setdefault(fold(f"{target.code}{between}{row['alias']}"), target)


def _type_spellings(members: list[Member], aliases: Spellings) -> None:
    """A type is known by each spelling of its own behind each of its cluster's, a bare cluster by each of its own."""
    fronts: dict[str | None, list[str]] = {}
    for spelling, cluster in aliases["change_cluster"].items():
        fronts.setdefault(cluster.member, []).append(spelling)
    known = aliases["change_type"]
    own: dict[tuple[str | None, str], list[str]] = {}
    for spelling, kind in known.items():
        if not spelling.startswith(tuple(f"{front}{end}" for front in fronts[kind.scope] for end in " :_")):
            own.setdefault((kind.scope, kind.member), []).append(spelling)
    for kind in members:
        if kind.vocabulary != "change_type":
            continue
        for front in fronts[kind.scope]:
            if kind.member == kind.scope:
                known.setdefault(front, kind)
                continue
            for spelling in dict.fromkeys((kind.member, *own.get((kind.scope, kind.member), ()))):
                known.setdefault(f"{front} {spelling}", kind)
                known.setdefault(f"{front}: {spelling}", kind)
