"""An outcome statement put together: who changed what, when and where, why it matters, what helped, what proves it.

Takes the words of one language and draws among them. What of the codebook the story is about is decided by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass

from oh_pipeline.demo import english, french, people
from oh_pipeline.demo.draws import Draws

NOTE = "Synthetic record made by oh demo; people and organisations are invented."
NOTE_FRENCH = f"{NOTE} Fiche fictive, établie par « oh demo »."
TOPIC_WORDS = (
    ("civic", ("civic", "freedom", "space", "media", "expression")),
    ("gender", ("gender", "women", "girl")),
    ("stress", ("stress", "climate", "environment", "disaster")),
    ("peace", ("conflict", "peace", "justice", "violence", "security")),
)
CHANGE_WORDS = (
    ("policy", ("policy", "polic", "law", "rule", "agenda")),
    ("relationship", ("relation", "alliance", "network", "trust")),
    ("capacity", ("capacit", "skill", "safety", "security", "knowledge")),
    ("practice", ("practice", "behavio", "action")),
)
THIN = ("Training.", "The programme gave advice.", "We accompanied the process.")
"""What hardly says how the programme contributed."""
_PLAIN = 0.15
"""Share of descriptions without a remark on the side."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a story is about: `actor`, `topic` and `change` are kinds of the word lists."""

    actor: str
    topic: str
    change: str
    region: str
    country: str
    year: int
    is_french: bool


@dataclass(frozen=True, slots=True)
class Story:
    """The texts of an outcome, and the names in them that somebody may have to withhold: organisation, then place."""

    description: str
    significance: str
    additional_information: str
    contribution: str
    other_contributors: str
    evidence: str
    names: tuple[str, str]


class Teller:
    """Tells one story out of one row of draws."""

    def __init__(self, draws: Draws, setting: Setting) -> None:
        self._draws = draws
        self._words = french if setting.is_french else english
        self._setting = setting
        self._topic = draws.pick(self._words.TOPICS[setting.topic])

    def story(self) -> Story:
        """All of it."""
        draws, words, setting = self._draws, self._words, self._setting
        actor, name = self._actor()
        place = words.IN_PLACE.format(region=setting.region, country=setting.country)
        description = draws.pick(words.DESCRIPTIONS).format(
            day=1 + draws.number() % 28,
            month=draws.pick(words.MONTHS),
            year=setting.year,
            actor=actor,
            Actor=actor[0].upper() + actor[1:],
            place=place,
            predicate=draws.pick(words.PREDICATES[setting.change]),
            topic=self._topic,
            tail=self._say(words.TAILS),
            follow=self._say(words.FOLLOWS),
            second=self._say(words.FOLLOWS),
        )
        if not draws.chance(_PLAIN):
            description += f" {self._aside()}"
        did, more = self._two(words.DID)
        contribution = draws.pick(words.CONTRIBUTIONS).format(did=did, more=more, effect=self._say(words.EFFECT))
        before, meaning = self._say(words.BEFORE), self._two(words.MEANING)
        note = self._say(words.NOTES)
        return Story(
            description,
            f"{before} {' '.join(meaning[: 1 + draws.chance(0.6)])}",
            f"{NOTE_FRENCH if setting.is_french else NOTE}{' ' if note else ''}{note}",
            contribution,
            self._others(),
            self._evidence(),
            (name, setting.region),
        )

    def later(self) -> str:
        """What a later harvest adds to the description."""
        return self._say(self._words.LATER)

    def evidence(self) -> str:
        """One more document."""
        return self._document()

    def _aside(self) -> str:
        """What somebody did on the side."""
        draws, words = self._draws, self._words
        who, did, when = draws.pick(words.ASIDE_WHO), draws.pick(words.ASIDE_DID), draws.pick(words.ASIDE_WHEN)
        return f"{who} {did} {when}."

    def _actor(self) -> tuple[str, str]:
        """The actor, and what of it names it."""
        draws, words = self._draws, self._words
        role = draws.pick(words.ROLES[self._setting.actor] if words is french else people.ROLES[self._setting.actor])
        first, second, area = self._names()
        name = f"{first} {second}"
        actor = role.format(name=name, area=area)
        return actor, name if "{name}" in role else actor

    def _names(self) -> tuple[str, str, str]:
        draws = self._draws
        lists = french if self._words is french else people
        return draws.pick(lists.FIRST), draws.pick(lists.SECOND), draws.pick(lists.AREAS)

    def _others(self) -> str:
        draws = self._draws
        if draws.chance(0.3):
            return "Non" if self._setting.is_french else "No"
        if draws.chance(0.2):
            return ""
        first, second = self._two(self._words.OTHERS)
        return first if draws.chance(0.6) else f"{first} {second}"

    def _evidence(self) -> str:
        draws = self._draws
        first = self._document()
        return first if draws.chance(0.5) else f"{first}; {self._document()}"

    def _document(self) -> str:
        return f"{self._say(self._words.DOCUMENTS)}, {self._draws.pick(self._words.KEPT)}"

    def _two(self, options: tuple[str, ...]) -> tuple[str, str]:
        """Two different ones."""
        draws = self._draws
        at = draws.number() % len(options)
        other = (at + 1 + draws.number() % (len(options) - 1)) % len(options)
        return self._filled(options[at]), self._filled(options[other])

    def _say(self, options: tuple[str, ...]) -> str:
        return self._filled(self._draws.pick(options))

    def _filled(self, text: str) -> str:
        if "{" not in text:
            return text
        number = self._draws.number()  # one for all: most texts need one or two of them
        return text.format(
            count=21 + number % 960,  # below 1900: no year
            few=3 + number // 960 % 12,
            topic=self._topic,
            day=1 + number // 11_520 % 28,
            month=self._words.MONTHS[number // 322_560 % 12],
            year=self._setting.year,
        )
