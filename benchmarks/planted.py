"""Outcomes planted beside a demo corpus: the same change told again with light edits, and other changes told alike.

The other changes are the hard side: the same sentence pattern for another actor, place, day and number.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]{4,}")
_NUMBER = re.compile(r"\b[0-9]{1,3}\b")
_MONTH = "January|February|March|April|June|July|August|September|October|November|December"
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_NAME = re.compile(rf"(?<![.!?] )(?<!^)(?!{_MONTH})\b[A-ZÉÈÀÎÔ][\w'’-]{{3,}}")
_MARKS = ("<redacted>", "<person>", "<place>", "<organisation>")
_SYLLABLES = ("ka", "mo", "ri", "tu", "be", "sa", "lo", "ni", "wa", "du", "fe", "gi")
_ADDED = (
    "The programme's team learned of it during a visit.", "Local media reported on this.", "More is expected to follow.",
    "L'équipe l'a appris lors d'une visite.", "This was confirmed by two observers who were there.",
)  # fmt: skip
_OPENINGS = (
    "As our partners in a neighbouring country report: ", "Seen from our office, ", "It was noted across the border that ",
    "Selon le bureau voisin, ",
)  # fmt: skip
_OTHER_WORDS = {
    "adopted": "agreed on", "began": "started", "started": "began", "people": "persons", "groups": "associations",
    "villages": "settlements", "months": "months' time", "members": "participants", "public": "open", "talks": "discussions",
    "personnes": "gens", "groupes": "associations", "mois": "mois environ", "membres": "participants", "once": "as soon as",
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A description made from that of `origin` (its number), and how; `is_same` tells whether the outcome is the same."""

    origin: int
    kind: str
    description: str
    is_same: bool


def plant(told: Sequence[tuple[int, str]], seed: int) -> list[Planted]:
    """Plantings beside outcomes `told` (number, description): 4 % of them retold, 2 % told alike, 0.3 % of one pattern."""
    draw = random.Random(seed)
    names = sorted({name for _, text in told[:5000] for name in _NAME.findall(text)})
    asides = sorted({part for _, text in told[:5000] for part in _SENTENCE.split(text) if _is_aside(part)})
    planted = []
    for number, text in draw.sample(told, len(told) // 25):
        kind = draw.choice(list(KINDS))
        planted.append(Planted(number, kind, KINDS[kind](text, draw), is_same=True))
    for number, text in draw.sample(told, len(told) // 50):
        planted.append(Planted(number, "told alike", told_alike(text, names, asides, draw), is_same=False))
    for number, _ in draw.sample(told, len(told) // 333):
        planted.append(Planted(number, "one pattern", _pattern(draw), is_same=False))
    return planted


def told_alike(text: str, names: Sequence[str], asides: Sequence[str], draw: random.Random) -> str:
    """Another change in the same words: other names, days and numbers, and other asides, as of another event."""
    first, *rest = _SENTENCE.split(text)
    swapped = " ".join([first, *(draw.choice(asides) if _is_aside(part) else part for part in rest)])
    swapped = _NAME.sub(lambda _: draw.choice(names), swapped)
    return _NUMBER.sub(lambda found: str(_another(int(found.group()), draw)), swapped)


def _is_aside(sentence: str) -> bool:
    """A sentence that names nobody and counts nothing: nothing else would tell it from the same event's."""
    return not _NAME.search(sentence) and not _NUMBER.search(sentence)


def _pattern(draw: random.Random) -> str:
    place = "".join(draw.choice(_SYLLABLES) for _ in range(3)).capitalize()
    return (
        f"In {draw.randrange(2021, 2026)} the council of {place} opened its sittings to the public for the first time."
    )


def _another(number: int, draw: random.Random) -> int:
    return draw.choice([other for other in (range(1, 29) if number < 29 else range(30, 999)) if other != number])


def _typos(text: str, draw: random.Random) -> str:
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    for start, end in sorted(draw.sample(words, min(draw.choice((1, 2, 3)), len(words))), reverse=True):
        at = draw.randrange(start + 1, end - 1)
        middle = draw.choice((text[at + 1] + text[at], "", text[at] * 2))
        text = text[:at] + middle + text[at + (2 if len(middle) == 2 and middle[0] != middle[1] else 1) :]
    return text


def _order(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    first = sentences[0].rstrip(".")
    words = first.split(" ")
    at = draw.randrange(len(words) // 4, 3 * len(words) // 4 + 1)
    turned = " ".join([*words[at:], *words[:at]]).rstrip(",")
    return " ".join([turned[0].upper() + turned[1:] + ".", *reversed(sentences[1:])])


def _dropped(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    if len(sentences) > 1 and draw.random() < 0.6:
        del sentences[draw.randrange(1, len(sentences))]
        return " ".join(sentences)
    words = sentences[0].split(" ")
    cut = max(2, len(words) // 4)
    at = draw.randrange(len(words) - cut)
    return " ".join([" ".join(words[:at] + words[at + cut :]), *sentences[1:]])


def _added(text: str, draw: random.Random) -> str:
    return f"{text} {draw.choice(_ADDED)}"


def _other_office(text: str, draw: random.Random) -> str:
    opening = draw.choice(_OPENINGS)
    said = " ".join(_OTHER_WORDS.get(word, word) for word in text.split(" "))
    return opening + said[0].lower() + said[1:]


def _marked(text: str, draw: random.Random) -> str:
    words = text.split(" ")
    for at in draw.sample(range(len(words)), min(draw.choice((1, 1, 2)), len(words))):
        words[at] = draw.choice(_MARKS)
    return " ".join(words)


def _case(text: str, draw: random.Random) -> str:
    return text.upper().replace(" ", "  ", draw.choice((1, 3))).replace(".", " !")


def _two(text: str, draw: random.Random) -> str:
    for kind in draw.sample(("typos", "order", "added", "mark"), 2):
        text = KINDS[kind](text, draw)
    return text


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?]) ", text)


KINDS: Mapping[str, Callable[[str, random.Random], str]] = {
    "case and blanks": _case,
    "typos": _typos,
    "order": _order,
    "dropped": _dropped,
    "added": _added,
    "other office": _other_office,
    "mark": _marked,
    "two edits": _two,
}
