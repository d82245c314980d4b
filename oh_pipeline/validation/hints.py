"""The nearest listed spelling, as a hint in a message. Suggests, never applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import fold, shown

_LIKENESS = 75  # percent


def hints(values: list[str], codebook: Codebook, vocabulary: str) -> list[str]:
    """For each unknown value of a vocabulary the nearest member, worded, or nothing."""
    listed: Mapping[str, str] = {spelling: member.label for spelling, member in codebook.aliases[vocabulary].items()}
    return _worded(values, list(listed), lambda near: listed[near])


def result_hints(values: list[str], geographies: list[str | None], codebook: Codebook) -> list[str]:
    """For each unknown result the nearest one of its own geography's framework, worded, or nothing."""
    told = []
    for value, geography in zip(values, geographies, strict=True):
        listed = {spelling: m.label for (scope, spelling), m in codebook.results.items() if scope == geography}
        told += _worded([value], list(listed), listed.__getitem__) if listed else [""]
    return told


def label_hints(labels: list[str], codebook: Codebook) -> list[str]:
    """For each unknown label the nearest listed one, worded, or nothing."""
    return _worded(labels, list(codebook.labels), lambda near: near)


def _worded(values: list[str], spellings: list[str], show: Callable[[str], str]) -> list[str]:
    from rapidfuzz import fuzz, process

    told: dict[str, str] = {}
    for value in set(values):
        near = process.extractOne(fold(value)[:200], spellings, scorer=fuzz.ratio, score_cutoff=_LIKENESS)
        told[value] = f"; the nearest is '{shown(show(near[0]))}'" if near else ""
    return [told[value] for value in values]
