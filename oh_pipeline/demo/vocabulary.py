"""What the programme's codebook offers to a synthetic record: members, labels, years, words of flags. Nothing is drawn here.

Whatever programme it is: kinds of actor, topic and change are told from the labels' words, with a fallback.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from oh_pipeline.codebook import Codebook, Member, load_codebook
from oh_pipeline.demo import places
from oh_pipeline.demo.people import KIND_WORDS, kind_of
from oh_pipeline.demo.spelling import fits
from oh_pipeline.demo.stories import CHANGE_WORDS, TOPIC_WORDS
from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import FIELDS
from oh_pipeline.normal import fold, slug
from oh_pipeline.seeds import rows

SUBMISSION = ("_id", "_uuid", "_submission_time")
"""What a survey tool adds to a record."""
Kinded = tuple[str, str]  # a label, and the kind of story that it asks for


@dataclass(frozen=True, slots=True)
class Place:
    """A geography of the codebook. `settings`: country, regions, and whether French is spoken, of each place inside."""

    label: str
    short: str
    settings: tuple[tuple[str, tuple[str, ...], bool], ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Objective:
    """`text` as it stands in a record; `code` as it may stand in an id, or nothing."""

    text: str
    code: str
    topic: str


@dataclass(frozen=True, slots=True)
class ChangeType:
    """`text` names cluster and type, as in a record."""

    text: str
    cluster: str
    change: str


@dataclass(frozen=True, slots=True)
class Harvest:
    """`short` names files."""

    label: str
    short: str


@dataclass(frozen=True)
class Programme:
    """What belongs to one programme."""

    code: str
    objectives: tuple[Objective, ...]
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Vocabulary:
    """`labels`: of each field, the first listed label foremost; `languages`: the first of each language that has most.

    `aliases`: other spellings, by vocabulary and label. `has_submissions`: what a survey tool adds is known as such.
    `is_latin`: Windows' Western code page can hold it.
    """

    codebook: Codebook
    labels: Mapping[str, tuple[str, ...]]
    languages: Mapping[str, Mapping[str, str]]
    programmes: tuple[Programme, ...]
    places: tuple[Place, ...]
    harvests: tuple[Harvest, ...]
    actors: tuple[Kinded, ...]
    changes: tuple[ChangeType, ...]
    scales: tuple[str, ...]
    significance: tuple[str, ...]
    contribution: tuple[str, ...]
    outcomes: tuple[str, ...]
    others: tuple[str, ...]
    yes: str
    no: str
    confidential: str
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    generic_words: tuple[str, ...]
    aliases: Mapping[str, Mapping[str, tuple[str, ...]]]
    has_submissions: bool
    is_latin: bool
    _fields: dict[str, str | None] = field(default_factory=dict, compare=False)

    def field_of(self, label: str) -> str | None:
        """The field that a label means."""
        if label not in self._fields:
            self._fields[label] = self.codebook.fields.get(fold(label))
        return self._fields[label]


def load_vocabulary(folder: Path) -> Vocabulary:
    """Everything from one codebook's folder. Raises UsageFault where that is malformed."""
    codebook = load_codebook(folder)
    labels: dict[str, tuple[str, ...]] = dict.fromkeys(FIELDS, ())
    languages: dict[str, dict[str, str]] = {}
    for _, row in rows(folder, "fields"):
        if row["field"] not in labels:
            continue
        labels[row["field"]] += (row["label"],)
        languages.setdefault(row["language"], {}).setdefault(row["field"], row["label"])
    if not labels["fragment_id"] or not labels["description"]:
        raise UsageFault("The codebook gives no label to the fragment id or to the outcome description")
    yes_words, no_words = _flags(folder, "true"), _flags(folder, "false")
    statuses = [row for _, row in rows(folder, "outcome_statuses")]
    aliases: dict[str, dict[str, tuple[str, ...]]] = {}
    for _, row in rows(folder, "aliases"):
        found = aliases.setdefault(row["vocabulary"], {})
        found[fold(row["label"])] = (*found.get(fold(row["label"]), ()), row["alias"])
    spoken = "".join([*(m.label for m in codebook.members), *(label for each in labels.values() for label in each[:1])])
    return Vocabulary(
        codebook=codebook,
        labels={name: found for name, found in labels.items() if found},
        languages={name: found for name, found in languages.items() if len(found) > len(FIELDS) // 2},
        programmes=tuple(_programme(codebook, p.code, p.first_year, p.last_year) for p in codebook.programmes.values()),
        places=tuple(_places(folder, codebook)),
        harvests=tuple(_harvests(codebook)),
        actors=tuple((m.label, kind_of(m.label, KIND_WORDS, "civic")) for m in _of(codebook, "social_actor")),
        changes=tuple(_changes(codebook)),
        scales=_labels(codebook, "scale"),
        significance=_labels(codebook, "significance"),
        contribution=_labels(codebook, "contribution"),
        outcomes=tuple(row["label"] for row in statuses if fold(row["is_outcome"]) == "true"),
        others=tuple(row["label"] for row in statuses if fold(row["is_outcome"]) != "true"),
        yes=_preferred(("yes", "1"), yes_words).upper(),
        no=_preferred(("no", "0"), no_words).upper(),
        confidential=_preferred(("1", "yes"), yes_words),
        yes_words=yes_words,
        no_words=no_words,
        generic_words=tuple(sorted(word for word in codebook.generic_words if len(word) > 4 and word.isascii())),
        aliases=aliases,
        has_submissions=set(SUBMISSION) <= codebook.submission_labels,
        is_latin=fits(spoken),
    )


def _of(codebook: Codebook, vocabulary: str) -> list[Member]:
    return [member for member in codebook.members if member.vocabulary == vocabulary]


def _labels(codebook: Codebook, vocabulary: str) -> tuple[str, ...]:
    return tuple(member.label for member in _of(codebook, vocabulary))


def _flags(folder: Path, value: str) -> tuple[str, ...]:
    """Words of flags that every encoding can hold."""
    return tuple(
        row["word"] for _, row in rows(folder, "flag_words") if fold(row["value"]) == value and fits(row["word"])
    )


def _preferred(wanted: Sequence[str], words: Sequence[str]) -> str:
    """The first wanted word that is listed, else any that is, else nothing."""
    listed = {fold(word) for word in words}
    return next((word for word in wanted if word in listed), words[0] if words else "")


def _programme(codebook: Codebook, code: str, first_year: int, last_year: int) -> Programme:
    found = []
    for number, member in enumerate(m for m in _of(codebook, "objective") if m.programme in (code, None)):
        topic = kind_of(member.label, TOPIC_WORDS, TOPIC_WORDS[number % len(TOPIC_WORDS)][0])
        in_id = (member.code or "").upper()
        text = f"{member.code}: {member.label}" if member.code else member.label
        found.append(Objective(text, in_id if re.fullmatch("[A-Z]{2,8}", in_id) else "", topic))
    return Programme(code, tuple(found), first_year, last_year)


def _changes(codebook: Codebook) -> list[ChangeType]:
    clusters = {member.member: member.label for member in _of(codebook, "change_cluster")}
    kinds = [kind for kind, _ in CHANGE_WORDS]
    found = []
    for number, member in enumerate(_of(codebook, "change_type")):
        cluster = clusters[member.scope or member.member]
        text = cluster if member.member == member.scope else f"{cluster}  {member.label}"
        found.append(ChangeType(text, cluster, kind_of(text, CHANGE_WORDS, kinds[number % len(kinds)])))
    return found


def _harvests(codebook: Codebook) -> list[Harvest]:
    """In their order in time."""
    found = sorted(_of(codebook, "harvest"), key=lambda member: member.number or 0)
    labels = [member.label for member in found]
    return [Harvest(label, short) for label, short in zip(labels, _shorts(labels), strict=True)]


def _shorts(labels: Sequence[str]) -> list[str]:
    """What may stand for each label in the name of a file, no two alike."""
    slugs = [slug(label)[:40] for label in labels]
    return [short if slugs.count(short) == 1 else f"{short}_{at + 1}" for at, short in enumerate(slugs)]


def _places(folder: Path, codebook: Codebook) -> list[Place]:
    """Countries as they are; regions by their listed countries; units by all listed countries."""
    listed = [row for _, row in rows(folder, "geographies")]
    countries = [row for row in listed if fold(row["unit_type"]) == "country"]
    found = []
    for row, short in zip(listed, _shorts([row["label"] for row in listed]), strict=True):
        inside = [row]
        if fold(row["unit_type"]) != "country":
            near = [country for country in countries if row["region"] and country["region"] == row["region"]]
            inside = near or countries or inside
        settings = tuple(
            (
                country["label"],
                places.REGIONS.get(country["iso3"].upper(), ()),
                country["iso3"].upper() in places.FRENCH_SPOKEN,
            )
            for country in inside
        )
        own = [m.label for m in _of(codebook, "result") if m.scope == fold(row["label"])]
        found.append(Place(row["label"], short, settings, tuple(own)))
    return found
