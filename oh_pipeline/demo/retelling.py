"""An outcome's description as another office tells it: the same change, with light edits, never the same letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.spelling import typo

_ENGLISH = {
    "began": "started", "people": "persons", "households": "families", "neighbouring": "nearby", "talks": "negotiations",
    "villages": "hamlets", "adopted": "accepted", "region": "area", "public": "open", "community": "local",
    "members": "participants", "after": "following", "signed": "put its name to", "set up": "created", "first": "initial",
    "supported": "helped", "held": "organised", "meeting": "gathering", "published": "made known", "whole": "entire",
    "decision": "ruling", "asked": "requested", "took": "picked", "joint": "common", "months": "four-week periods",
}  # fmt: skip
_FRENCH = {
    "personnes": "individus", "ménages": "familles", "voisines": "proches", "créé": "mis sur pied", "tiennent": "gèrent",
    "accord": "pacte", "discussions": "échanges", "anciens": "aînés", "membres": "participants", "ouvert": "rendu public",
    "commencé": "débuté", "réunions": "rencontres", "requêtes": "demandes", "refus": "rejet", "surprise": "stupeur",
    "familles": "foyers", "villages": "localités", "après": "à la suite de", "lors": "au cours", "première": "nouvelle",
}  # fmt: skip
_MARKS = ("<organisation>", "<place>")
_LONG = 6


def retold(text: str, names: tuple[str, str], is_french: bool, further: str, draws: Draws) -> str:
    """The text with one to three edits. `names`: of an organisation and a place in it. `further`: a sentence to add."""
    words = _FRENCH if is_french else _ENGLISH
    light: tuple[Callable[[str], str], ...] = (
        lambda told: _misspelt(told, draws),
        lambda told: _other_words(told, words),
        lambda told: _withheld(told, names, draws),
    )
    heavy: tuple[Callable[[str], str], ...] = (
        lambda told: _turned(told),
        lambda told: _shortened(told),
        lambda told: f"{told} {further}",
    )
    found = draws.pick(heavy)(text) if draws.chance(0.6) else text
    first = draws.number() % len(light)
    for at in range(1 + draws.number() % 2):
        found = light[(first + at) % len(light)](found)
    return found if _letters(found) != _letters(text) else f"{found} {further}"


def _misspelt(text: str, draws: Draws) -> str:
    """Two letters of a long word changed round."""
    long = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _LONG]
    if not long:
        return text
    word = draws.pick(long)
    return text.replace(word, typo(word, draws, lambda _: False) or word, 1)


def _other_words(text: str, words: Mapping[str, str]) -> str:
    """The first two words for which another is known."""
    known = [word for word in words if re.search(rf"\b{word}\b", text)][:2]
    for word in known:
        text = re.sub(rf"\b{word}\b", words[word], text, count=1)
    return text


def _withheld(text: str, names: tuple[str, str], draws: Draws) -> str:
    """A name replaced by a mark."""
    which = draws.number() % 2
    return re.sub(rf"(?<!\w){re.escape(names[which])}(?!\w)", _MARKS[which], text, flags=re.IGNORECASE)


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", text)


def _turned(text: str) -> str:
    """What follows the first sentence stands before it."""
    first, *rest = _sentences(text)
    return " ".join([*rest, first])


def _shortened(text: str) -> str:
    """Without the last sentence."""
    told = _sentences(text)
    return " ".join(told[:-1] if len(told) > 1 else told)


def _letters(text: str) -> str:
    """What is left of a text in which neither case nor pointing counts."""
    return "".join(filter(str.isalnum, text.casefold()))
