"""One outcome as it truly is, told for the first time or taken up again. Which record comes where is told by `truth`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from oh_pipeline.demo import places
from oh_pipeline.demo.answers import answer
from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.plan import Lane, Plan
from oh_pipeline.demo.retelling import retold
from oh_pipeline.demo.stories import THIN, Setting, Teller
from oh_pipeline.demo.vocabulary import ChangeType, Kinded, Objective, Place, Programme, Vocabulary
from oh_pipeline.fields import ALL_FIELDS
from oh_pipeline.normal import fold

T = TypeVar("T")
OPEN, WITHHELD = "0", "<redacted>"
OUTCOME, SUBSTANTIATION = "outcome", "substantiation"
UNLISTED_ACTORS = ("Diaspora associations", "Refugee committees", "Long-distance transporters")
"""Actors that a codebook may lack: met in the data only."""
_FRENCH, _UNLISTED, _ANSWERED, _GAP, _THIN = 0.35, 0.02, 0.3, 0.06, 0.03
_LEFT_OUT = 0.4
_GAPS = (("social_actor",), ("significance",), ("contribution",), ("year",), ("country", "result"))
"""What is sometimes not filled in, together; each is something that a good statement tells."""


@dataclass(slots=True)
class Record:
    """One record as it truly is.

    `fields` are its texts in the order of the form. `several`: the members of fields that may hold more than one. `names`:
    what in the texts names somebody, and a place. `number`: its own number in the corpus, from 1. `outcome`: that of the
    first version, of which this is the `version`th (none: it is a substantiation); `is_repeated`: the one before unchanged.
    `drawn_at`: harvest, series and place of the draws that made it what it is. `evidence`: its quality.
    `near_duplicate_of`: number of the outcome that this one tells again under an id of its own.
    """

    fields: dict[str, str]
    several: dict[str, list[str]]
    names: tuple[str, str]
    number: int
    outcome: int
    programme: str
    is_confidential: bool
    is_french: bool
    year: int
    drawn_at: tuple[int, int, int]
    evidence: str
    kind: str = OUTCOME
    version: int | None = 1
    is_repeated: bool = False
    near_duplicate_of: int | None = None


def merged_text(fields: Mapping[str, str], headings: Mapping[str, str]) -> str:
    """What exports make of the narrative fields: heading, colon, two blanks, text."""
    return " ".join(f"{heading}:  {text}" for field, heading in headings.items() if (text := fields.get(field)))


class Outcomes:
    """Makes the outcomes of one lane."""

    def __init__(self, plan: Plan, lane: Lane) -> None:
        self._words: Vocabulary = plan.vocabulary
        self._lane = lane
        self._headings = self._words.codebook.headings
        self._years = [years_of(lane.programme, harvest, plan.harvests) for harvest in range(plan.harvests)]
        short = lane.place.short
        initials = "".join(word[0] for word in short.split("_")) if "_" in short else short
        self._id = f"{lane.programme.code}-DEMO-{initials[:3].upper()}/"
        self._confidential = 0.04 + 0.05 * (Draws.of("confidential", lane.place.label, width=1).number() % 9)
        self._objectives = _worked_on(lane)
        actors = self._words.codebook.aliases["social_actor"]
        self._unlisted = [label for label in UNLISTED_ACTORS if fold(label) not in actors]

    def first(
        self,
        number: int,
        at: tuple[int, int, int],
        draws: Draws,
        source: Record | None = None,
        *,
        is_asked: bool = False,
    ) -> Record:
        """An outcome told for the first time; that of `source` told again, if there is one.

        `is_asked`: the form has room for a substantiation.
        """
        words, place, programme, harvest = self._words, self._lane.place, self._lane.programme, at[0]
        actors = _some(draws, words.actors, 0.12)
        objectives = _some(draws, self._objectives, 0.08)
        changes = _some(draws, words.changes, 0.15) if draws.chance(0.9) else []
        year = draws.pick(self._years[harvest])
        setting = _setting(draws, place, actors, objectives, changes, year)
        if source is not None:
            setting = replace(setting, is_french=source.is_french, year=source.year)
        teller = Teller(draws, setting)
        story = teller.story()
        is_confidential = draws.chance(self._confidential)
        results = _some(draws, place.results, 0.2) if draws.chance(0.9) else []
        several = {
            "social_actor": [label for label, _ in actors],
            "result": list(results),
            "objective": [objective.text for objective in objectives],
            "change_type": [change.text for change in changes],
            "change_cluster": list(dict.fromkeys(change.cluster for change in changes)),
        }
        if self._unlisted and draws.chance(_UNLISTED):
            several["social_actor"] = [draws.pick(self._unlisted)]
        if draws.chance(_UNLISTED):
            several["result"] = [f"Outcome {2 + draws.number() % 7}.{1 + draws.number() % 9}"]
        code = objectives[0].code if objectives else ""
        description, names = story.description, story.names
        if source is not None:
            same = ["social_actor", "change_type", "change_cluster"]
            shared = [o for o in self._objectives if o.text in source.several["objective"]]
            if len(shared) == len(source.several["objective"]):
                same.append("objective")
                code = shared[0].code if shared else ""
            several.update({name: source.several[name] for name in same})
            description = retold(source.fields["description"], source.names, source.is_french, teller.later(), draws)
            names = source.names
        evidence, quality = self._evidence(story.evidence, draws)
        fields = dict.fromkeys(ALL_FIELDS, "")
        fields |= {
            "fragment_id": f"{self._id}{code}{number:07d}",
            "outcome_status": _one(draws, words.outcomes if draws.chance(0.95) or not words.others else words.others),
            "harvest": words.harvests[harvest].label,
            "country": place.label,
            "year": str(setting.year),
            "description": description,
            "significance": story.significance,
            "additional_information": story.additional_information,
            "significance_rating": _one(draws, words.significance),
            "scale": _one(draws, words.scales),
            "contribution": story.contribution,
            "other_contributors": story.other_contributors,
            "contribution_rating": _one(draws, words.contribution),
            "unintended": ("" if draws.chance(0.1) else words.no) if draws.chance(0.85) else words.yes,
            "evidence": evidence,
            "confidential": words.confidential if is_confidential else OPEN,
            "negative": words.no if draws.chance(0.95) else words.yes,
        }
        if words.top_contribution and draws.chance(_THIN):
            fields |= {"contribution": draws.pick(THIN), "contribution_rating": words.top_contribution}
        blank = draws.pick(_GAPS) if draws.chance(_GAP) else ()
        several.update({name: [] for name in blank if name in several})
        fields.update({name: ", ".join(found) for name, found in several.items()})
        fields.update(dict.fromkeys(blank, ""))
        if is_asked and draws.chance(_ANSWERED):
            fields |= answer(words, setting.year, draws)
        fields["merged_text"] = merged_text(fields, self._headings)
        return Record(
            fields, several, names, number, number, programme.code, is_confidential, setting.is_french, setting.year, at,
            quality, near_duplicate_of=source.number if source else None,
        )  # fmt: skip

    def next(self, record: Record, number: int, at: tuple[int, int, int], draws: Draws) -> Record:
        """The next version: rated anew, told further, or with more to prove it; the change itself stays."""
        words, fields, quality = self._words, dict(record.fields), record.evidence
        teller = Teller(draws, Setting("civic", "civic", "policy", "", "", record.year, record.is_french))
        fields["harvest"] = words.harvests[at[0]].label
        if draws.chance(0.6):
            fields["significance_rating"] = _one(draws, words.significance)
            fields["contribution_rating"] = _one(draws, words.contribution)
        if draws.chance(0.5):
            fields["description"] += f" {teller.later()}"
        if draws.chance(0.2):
            fields["scale"] = _one(draws, words.scales)
        if draws.chance(0.4) or fields == record.fields:
            more = teller.evidence()
            fields["evidence"] = f"{fields['evidence']}; {more}" if fields["evidence"] else more
            quality = "named"
        fields["merged_text"] = merged_text(fields, self._headings)
        version = (record.version or 0) + 1
        return replace(
            record, fields=fields, number=number, drawn_at=at, evidence=quality, version=version, is_repeated=False
        )

    def _evidence(self, told: str, draws: Draws) -> tuple[str, str]:
        """What is to prove it, and how good that is: sometimes nothing, or nothing that anybody could look for."""
        share, generic = draws.number() % 100, self._words.generic_words
        if share < 5:
            return "", "none"
        if share < 7:
            return WITHHELD, "withheld"
        if share < 12 and generic:
            return ", ".join(draws.pick(generic) for _ in range(2)).capitalize(), "generic"
        return told, "named"


def years_of(programme: Programme, harvest: int, harvests: int) -> range:
    """The programme's years are shared out among the harvests."""
    years = programme.last_year - programme.first_year + 1
    first = programme.first_year + harvest * years // harvests
    last = programme.first_year + (harvest + 1) * years // harvests
    return range(first, max(first + 1, last))


def _worked_on(lane: Lane) -> Sequence[Objective]:
    """The objectives of a place: some places leave one out, so that not every place has outcomes of each."""
    objectives, draws = lane.programme.objectives, Draws.of("objectives", lane.place.label, width=2)
    if len(objectives) < 2 or not draws.chance(_LEFT_OUT):
        return objectives
    left_out = draws.number() % len(objectives)
    return [objective for number, objective in enumerate(objectives) if number != left_out]


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
