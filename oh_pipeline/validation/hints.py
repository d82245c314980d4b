"""The nearest listed spelling of an unknown label or value, with its distance, as a hint in a message. Never applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from oh_pipeline.codebook import Codebook, Member
from oh_pipeline.normal import fold, shown
from oh_pipeline.validation.rulebook import chosen_language

_LIKENESS = 75  # percent
_COMPARED = 200  # characters: longer values are no spelling of anything listed
# The nearest spelling, an alias and what it stands for, and how far it is, by language.
_WORDS = {
    "en": (
        "; the nearest is '{}' ({})",
        "; the nearest is '{}' for '{}' ({})",
        "1 letter differs",
        "{} letters differ",
    ),
    "fr": (
        "\u00a0; le plus proche est «\u00a0{}\u00a0» ({})",
        "\u00a0; le plus proche est «\u00a0{}\u00a0» pour «\u00a0{}\u00a0» ({})",
        "1 lettre de différence",
        "{} lettres de différence",
    ),
}


@dataclass(frozen=True, slots=True)
class Near:
    """A listed spelling, folded, and in how many letters it differs."""

    spelling: str
    distance: int


class Listed:
    """Listed spellings, folded, to be searched for the one that is most like a value."""

    def __init__(self, spellings: Iterable[str]) -> None:
        self._by_numbers: dict[tuple[str, ...], list[str]] = {}
        for spelling in spellings:
            self._by_numbers.setdefault(_numbers(spelling), []).append(spelling)

    def nearest(self, value: str) -> Near | None:
        """The spelling that is most like `value`, if one is like it at all. What differs in a number is not."""
        from rapidfuzz import fuzz, process
        from rapidfuzz.distance import Levenshtein

        folded = fold(value)
        if len(folded) > _COMPARED:
            return None
        alike = self._by_numbers.get(_numbers(folded), [])
        found = process.extractOne(folded, alike, scorer=fuzz.ratio, score_cutoff=_LIKENESS)
        return Near(found[0], Levenshtein.distance(folded, found[0])) if found else None


def hints(values: list[str], codebook: Codebook, vocabulary: str) -> list[str]:
    """For each unknown value of a vocabulary the nearest spelling, worded, or nothing."""
    return _worded(values, codebook.aliases[vocabulary], codebook)


def result_hints(values: list[str], geographies: list[str | None], codebook: Codebook) -> list[str]:
    """For each unknown result the nearest one of its own geography's framework, worded, or nothing."""
    told: dict[tuple[str | None, str], str] = {}
    for geography in set(geographies):
        listed = {spelling: member for (scope, spelling), member in codebook.results.items() if scope == geography}
        own = [value for value, given in zip(values, geographies, strict=True) if given == geography]
        told |= {(geography, value): hint for value, hint in zip(own, _worded(own, listed, codebook), strict=True)}
    return [told[geography, value] for value, geography in zip(values, geographies, strict=True)]


def label_hints(labels: list[str], codebook: Codebook) -> list[str]:
    """For each unknown label the nearest listed one, worded, or nothing."""
    return _worded(labels, dict.fromkeys(codebook.labels), codebook)


def _worded(values: list[str], listed: Mapping[str, Member | None], codebook: Codebook) -> list[str]:
    """`listed`: spellings with what they stand for, where that is not themselves."""
    plain, standing, one, many = _WORDS[chosen_language()]
    if not values:
        return []
    searched = Listed(listed)
    told: dict[str, str] = {}
    for value in set(values):
        near = searched.nearest(value)
        if near is None:
            told[value] = ""
            continue
        far = one if near.distance == 1 else many.format(near.distance)
        written, member = codebook.written.get(near.spelling), listed[near.spelling]
        if member is None:
            told[value] = plain.format(shown(written.text if written else near.spelling), far)
        elif written is None or near.spelling == member.member:
            told[value] = plain.format(shown(member.label), far)
        else:
            told[value] = standing.format(shown(written.text), shown(member.label), far)
    return [told[value] for value in values]


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[0-9]+", text))
