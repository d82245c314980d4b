"""The one line that would make an unknown label or value known to the codebook. Suggests, never writes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from oh_pipeline.codebook import Codebook, Member
from oh_pipeline.normal import collapse, fold, has_mark, shown
from oh_pipeline.spellings import FILES
from oh_pipeline.validation.hints import Listed

LABEL = "label"
OBSERVED = "observed"
_VOCABULARY_OF = {
    "country": "geography",
    "significance_rating": "significance",
    "contribution_rating": "contribution",
    "description_agreement": "agreement",
    "contribution_agreement": "agreement",
}
_CODED = re.compile(r"([A-Za-z]{2,8}): ?(.+)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A line of the codebook, told as `file.csv: the line`.

    Where `near` is set, `line` takes the value for another spelling of it, `distance` letters away; `otherwise` is then
    the line that lists the value on its own account.
    """

    value: str
    line: str
    near: str | None = None
    distance: int | None = None
    otherwise: str | None = None


def codebook_line(kind: str, value: str, codebook: Codebook, *, scope: str | None = None) -> str | None:
    """The line of `suggestion`, or None."""
    found = suggestion(kind, value, codebook, scope=scope)
    return found.line if found else None


def suggestion(
    kind: str, value: str, codebook: Codebook, *, scope: str | None = None, programme: str | None = None
) -> Suggestion | None:
    """What would make `value` known, alone and at once. `kind` is a vocabulary, a coded field, or LABEL.

    `scope` is the cluster of a type of change or the geography of a result. None for what is known or holds a mark, for
    what is like nothing listed and too long to be a code, for a label that is like no other (nobody knows its field),
    and for a result of a geography that is not listed itself.
    """
    text = collapse(value)
    if not text or has_mark(text):
        return None
    if kind == LABEL:
        return _label(text, codebook)
    vocabulary = _VOCABULARY_OF.get(kind, kind)
    listed = _listed(vocabulary, scope, codebook)
    if fold(text) in listed:
        return None
    own = None
    if shown(text) == text:
        own = _own_row(vocabulary, text, scope, programme or codebook.default_programme.code, codebook)
    near = Listed(listed).nearest(text)
    if near is None:
        return Suggestion(text, own) if own else None
    member = listed[near.spelling]
    language = "" if near.spelling == member.member else _language(near.spelling, codebook)
    alias = _told("aliases", vocabulary, text, _reference(member, codebook), language, OBSERVED)
    return Suggestion(text, alias, member.label, near.distance, own)


def suggestions(members: pl.DataFrame, labels: Iterable[str], codebook: Codebook) -> list[Suggestion]:
    """For every observed row of raw.members and every unknown label what would settle it, each line once."""
    found: dict[str, Suggestion] = {}
    for kind, value, scope, programme in (*((LABEL, label, None, None) for label in labels), *_observed(members)):
        told = suggestion(kind, value, codebook, scope=scope, programme=programme)
        if told is not None:
            found.setdefault(told.line, told)
    return list(found.values())


def _observed(members: pl.DataFrame) -> Iterator[tuple[str, str, str | None, str | None]]:
    """Vocabulary, label, scope and programme; clusters without those that one of their types brings along."""
    met = members.filter(pl.col("status") == OBSERVED)
    clusters = {row["member"]: row["label"] for row in met.filter(vocabulary="change_cluster").iter_rows(named=True)}
    brought = set(met.filter(vocabulary="change_type")["scope_member"])
    for row in met.iter_rows(named=True):
        if row["vocabulary"] != "change_cluster" or row["member"] not in brought:
            scope = row["scope_member"]
            yield row["vocabulary"], row["label"], clusters.get(scope, scope), row["programme"]


def _label(text: str, codebook: Codebook) -> Suggestion | None:
    near = None if fold(text) in codebook.fields else Listed(codebook.labels).nearest(text)
    if near is None:
        return None
    line = _told("fields", codebook.fields[near.spelling], text, _language(near.spelling, codebook), OBSERVED)
    return Suggestion(text, line, codebook.written[near.spelling].text, near.distance)


def _language(spelling: str, codebook: Codebook) -> str:
    written = codebook.written.get(spelling)
    return written.language if written else ""


def _listed(vocabulary: str, scope: str | None, codebook: Codebook) -> Mapping[str, Member]:
    """The spellings that the value could be one of: of a type those of its cluster, of a result of its geography."""
    if vocabulary == "result":
        owner = codebook.match("geography", scope or "")
        key = owner.member if owner else None
        return {spelling: member for (within, spelling), member in codebook.results.items() if within == key}
    every = codebook.aliases[vocabulary]
    cluster = codebook.match("change_cluster", scope) if vocabulary == "change_type" and scope else None
    if cluster is None:
        return every
    return {spelling: member for spelling, member in every.items() if member.scope == cluster.member}


def _reference(member: Member, codebook: Codebook) -> str:
    """How a row of aliases.csv names the member: its label, with the cluster before it where several have that type."""
    if member.vocabulary == "change_type" and codebook.match("change_type", member.label) != member:
        return f"{codebook.aliases['change_cluster'][member.scope or ''].label} {member.label}"
    return member.label


def _own_row(vocabulary: str, text: str, scope: str | None, programme: str, codebook: Codebook) -> str | None:
    """The line that lists `text` as a member of its own; what nobody can know of it stays blank."""
    if vocabulary in ("change_type", "change_cluster"):
        cluster = codebook.match("change_cluster", scope) if scope else None
        return _told("change_types", cluster.label if cluster else collapse(scope or text), text, OBSERVED)
    if vocabulary == "result":
        owner, digits = codebook.match("geography", scope or ""), re.search(r"[0-9]+(?:\.[0-9]+)*", text)
        return _told("results", owner.label, digits.group(0) if digits else "", text, OBSERVED) if owner else None
    if vocabulary == "objective":
        coded = _CODED.fullmatch(text)
        code, label = (coded.group(1).upper(), coded.group(2)) if coded else ("", text)
        taken = fold(label) in codebook.aliases["objective"] or (programme, code) in codebook.objective_codes
        return None if taken else _told("objectives", programme, code, label, OBSERVED)
    if vocabulary == "harvest":
        numbers = re.findall(r"[0-9]{1,6}", text)
        known = [member.number or 0 for member in codebook.members if member.vocabulary == "harvest"]
        number = numbers[0] if len(numbers) == 1 else str(max(known, default=0) + 1)
        return _told(FILES[vocabulary], text, number, OBSERVED)
    blanks = {"geography": ("country", "", ""), "agreement": ("", ""), "social_actor": (), "substantiator_role": ()}
    between = blanks.get(vocabulary, ("",))
    return _told(FILES[vocabulary], text, *between, OBSERVED)


def _told(file: str, *cells: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return f"{file}.csv: {line.getvalue()}"
