"""The truth: outcomes as they are, and what later harvests make of them, before any mess and whatever the format.

A family's members are drawn from their own place in the corpus: the first one tells the outcome, a later one takes it up
again (a new version), hands it in once more as it was, or begins another outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from oh_pipeline.demo import places
from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.plan import Lane, Plan
from oh_pipeline.demo.stories import Setting, Teller
from oh_pipeline.demo.vocabulary import ChangeType, Kinded, Objective, Place, Programme, Vocabulary

T = TypeVar("T")
WIDTH = 112
"""Numbers that a record is drawn from."""
OPEN = "0"
_NEW_VERSION, _ONCE_MORE, _FRENCH, _CONFIDENTIAL = 0.08, 0.04, 0.35, 0.2


@dataclass(slots=True)
class Record:
    """One record as it truly is.

    `fields` are its texts in the order of the form. `several`: the members of fields that may hold more than one. `names`:
    what in the texts names somebody, and a place. `number`: its own number in the corpus, from 1. `outcome`: that of the
    first version, of which this is the `version`th; `is_repeated`: the one before unchanged. `row`: harvest of the draws
    that made it what it is.
    """

    fields: dict[str, str]
    several: dict[str, list[str]]
    names: tuple[str, str]
    number: int
    outcome: int
    programme: str
    is_confidential: bool
    is_french: bool
    row: int
    version: int = 1
    is_repeated: bool = False


def merged_text(fields: Mapping[str, str], headings: Mapping[str, str]) -> str:
    """What exports make of the narrative fields: heading, colon, two blanks, text."""
    return " ".join(f"{heading}:  {text}" for field, heading in headings.items() if (text := fields.get(field)))


class Truth:
    """Makes the families of one lane."""

    def __init__(self, plan: Plan, lane: Lane) -> None:
        self._words: Vocabulary = plan.vocabulary
        self._lane = lane
        self._headings = self._words.codebook.headings
        programme = lane.programme
        self._years = [_years(programme, harvest, plan.harvests) for harvest in range(plan.harvests)]
        before = [lane.first]
        for size in lane.sizes:
            before.append(before[-1] + size)
        self._before = before
        short = (
            "".join(word[0] for word in lane.place.short.split("_")) if "_" in lane.place.short else lane.place.short
        )
        self._id = f"{programme.code}-DEMO-{short[:3].upper()}/"

    def family(self, position: int, drawn: Sequence[list[int] | None]) -> list[list[tuple[int, Record]]]:
        """The records at one position of the lane with their harvests, parted into families.

        `drawn` are the numbers for each harvest, `WIDTH` of them; None where that has no record here.
        """
        families: list[list[tuple[int, Record]]] = []
        now: Record | None = None
        for harvest, numbers in enumerate(drawn):
            if numbers is None:
                now = None
                continue
            draws = Draws(numbers)
            number = self._before[harvest] + position + 1
            chance = draws.number() / 2**32
            if now is None or chance >= _NEW_VERSION + _ONCE_MORE:
                now = self._first(number, harvest, draws)
                families.append([])
            elif chance < _NEW_VERSION:
                now = self._next(now, number, harvest, draws)
            else:
                now = replace(now, number=number, is_repeated=True)
            families[-1].append((harvest, now))
        return families

    def _first(self, number: int, harvest: int, draws: Draws) -> Record:
        words, place, programme = self._words, self._lane.place, self._lane.programme
        actors = _some(draws, words.actors, 0.12)
        objectives = _some(draws, programme.objectives, 0.08)
        changes = _some(draws, words.changes, 0.15) if draws.chance(0.9) else []
        year = draws.pick(self._years[harvest])
        setting = _setting(draws, place, actors, objectives, changes, year)
        story = Teller(draws, setting).story()
        is_confidential = draws.chance(_CONFIDENTIAL)
        results = _some(draws, place.results, 0.2) if draws.chance(0.9) else []
        several = {
            "social_actor": [label for label, _ in actors],
            "result": list(results),
            "objective": [objective.text for objective in objectives],
            "change_type": [change.text for change in changes],
            "change_cluster": list(dict.fromkeys(change.cluster for change in changes)),
        }
        fields = {
            "fragment_id": f"{self._id}{objectives[0].code if objectives else ''}{number:07d}",
            "outcome_status": _one(draws, words.outcomes if draws.chance(0.95) or not words.others else words.others),
            "harvest": words.harvests[harvest].label,
            "country": place.label,
            "year": str(year),
            "description": story.description,
            "significance": story.significance,
            "additional_information": story.additional_information,
            "significance_rating": _one(draws, words.significance),
            "social_actor": "",
            "scale": _one(draws, words.scales),
            "contribution": story.contribution,
            "other_contributors": story.other_contributors,
            "contribution_rating": _one(draws, words.contribution),
            "unintended": ("" if draws.chance(0.1) else words.no) if draws.chance(0.85) else words.yes,
            "evidence": story.evidence,
            "confidential": words.confidential if is_confidential else OPEN,
            "result": "",
            "objective": "",
            "merged_text": "",
            "negative": words.no if draws.chance(0.95) else words.yes,
            "change_type": "",
            "change_cluster": "",
        }
        fields.update({name: ", ".join(found) for name, found in several.items()})
        fields["merged_text"] = merged_text(fields, self._headings)
        is_french = setting.is_french
        return Record(fields, several, story.names, number, number, programme.code, is_confidential, is_french, harvest)

    def _next(self, record: Record, number: int, harvest: int, draws: Draws) -> Record:
        """The next version: rated anew, told further, or with more to prove it; the change itself stays."""
        words, fields = self._words, dict(record.fields)
        teller = Teller(draws, Setting("civic", "civic", "policy", "", "", int(fields["year"]), record.is_french))
        fields["harvest"] = words.harvests[harvest].label
        if draws.chance(0.5):
            fields["significance_rating"] = _one(draws, words.significance)
            fields["contribution_rating"] = _one(draws, words.contribution)
        if draws.chance(0.5):
            fields["description"] += f" {teller.later()}"
        if draws.chance(0.4):
            fields["evidence"] += f"; {teller.evidence()}"
        if draws.chance(0.2):
            fields["scale"] = _one(draws, words.scales)
        fields["merged_text"] = merged_text(fields, self._headings)
        version = record.version + 1
        return replace(record, fields=fields, number=number, row=harvest, version=version, is_repeated=False)


def _years(programme: Programme, harvest: int, harvests: int) -> range:
    """The programme's years are shared out among the harvests."""
    years = programme.last_year - programme.first_year + 1
    first = programme.first_year + harvest * years // harvests
    last = programme.first_year + (harvest + 1) * years // harvests
    return range(first, max(first + 1, last))


def _one(draws: Draws, options: Sequence[str]) -> str:
    return draws.pick(options) if options else ""


def _some(draws: Draws, options: Sequence[T], share: float) -> list[T]:
    """One of the options, or in this share of cases two, in their order; none where there are none."""
    if not options:
        return []
    first, second = draws.number() % len(options), draws.number() % len(options)
    if first == second or not draws.chance(share):
        return [options[first]]
    return [options[at] for at in sorted((first, second))]


def _setting(
    draws: Draws,
    place: Place,
    actors: Sequence[Kinded],
    objectives: Sequence[Objective],
    changes: Sequence[ChangeType],
    year: int,
) -> Setting:
    """What the story is about, so that it fits what is coded."""
    country, regions, is_french = draws.pick(place.settings)
    is_french = draws.chance(_FRENCH) and is_french
    nameless = places.NAMELESS_FRENCH if is_french else places.NAMELESS
    return Setting(
        actor=actors[0][1] if actors else "civic",
        topic=objectives[0].topic if objectives else "civic",
        change=changes[0].change if changes else "practice",
        region=draws.pick(regions or nameless),
        country=country,
        year=year,
        is_french=is_french,
    )
