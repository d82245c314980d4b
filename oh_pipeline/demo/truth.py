"""The truth: which records come where, before any mess and whatever the format.

A family's members are drawn from their own place in the corpus: the first one tells the outcome, a later one takes it up
again (a new version), hands it in once more as it was, or says what somebody answered about it. Some tell again, under an
id of their own, what another place or harvest has told.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from oh_pipeline.demo import answers
from oh_pipeline.demo.answers import answer
from oh_pipeline.demo.cells import AGAIN, ASKED, TOLD, may_go_on
from oh_pipeline.demo.draws import Draws, drawn, key_of
from oh_pipeline.demo.outcomes import SUBSTANTIATION, Outcomes, Record
from oh_pipeline.demo.plan import Lane, Plan
from oh_pipeline.fields import ALL_FIELDS

WIDTHS = (128, 16, answers.WIDTH)
"""Numbers that a record of each series is drawn from."""
NAMES = ("truth", "again", "answers")
"""Keys of their streams."""
_NEW_VERSION, _ONCE_MORE, _EDITED, _RETOLD = 0.32, 0.14, 0.2, 0.2
_SAID_ONCE_MORE, _SAID_OTHERWISE = 0.1, 0.1
_TWELVE = 12
_RETELLING = {1: (1, 0), 5: (0, 1), 9: (1, 1)}
"""At which of twelve positions another outcome may be told again: of the next lane or this, how many harvests before.

It stands one position before. No two tell the same one, none tells one that tells another, and none of them goes on.
"""
Numbers = Callable[[int, int, int], list[int]]
"""Those of a harvest, a series and a place in it."""


class Delivered(NamedTuple):
    """A record where it stands: its harvest, its series, and its place there, from 0.

    That is a position for outcomes, of which a second delivery may lack some, and a running number for answers.
    """

    harvest: int
    series: int
    at: int
    record: Record


class Truth:
    """Makes the families of one lane. `withdrawn`: by harvest, the positions that a second delivery lacks."""

    def __init__(self, plan: Plan, lane: Lane) -> None:
        self._plan, self._lane = plan, lane
        self._words = plan.vocabulary
        self._outcomes = Outcomes(plan, lane)
        self._before = _numbers_before(lane)
        self.withdrawn = [cell.withdrawn() for cell in lane.cells]
        self._asked = [cell.substantiated() for cell in lane.cells]
        after = plan.lane_after(lane)
        self._told_by = ((lane, self._outcomes), (after, Outcomes(plan, after)) if after is not None else None)

    def answers(self, harvest: int, start: int, stop: int) -> tuple[int, int]:
        """The answers about what stands at the positions from start to stop: number of the first, and how many."""
        found = [self._asked[harvest][at] for at in range(start, stop) if at in self._asked[harvest]]
        return (found[0][0], sum(count for _, count in found)) if found else (0, 0)

    def again_before(self, harvest: int, position: int) -> int:
        """How many records of the second delivery stand before that of a position."""
        return position - bisect_left(self.withdrawn[harvest], position)

    def is_again(self, harvest: int, position: int) -> bool:
        """Whether the second delivery holds what was told at a position."""
        if not self._lane.cells[harvest].again:
            return False
        lacking = self.withdrawn[harvest]
        at = bisect_left(lacking, position)
        return at == len(lacking) or lacking[at] != position

    def family(self, position: int, numbers: Numbers) -> list[list[Delivered]]:
        """The records at one position of the lane in the order of their deliveries, parted into families."""
        families: list[list[Delivered]] = []
        now: Record | None = None
        for harvest, cell in enumerate(self._lane.cells):
            if position >= cell.told:
                now = None
                continue
            before = self._before[harvest]
            draws = Draws(numbers(harvest, TOLD, position))
            chance = draws.number() / 2**32
            if now is None or not may_go_on(position) or chance >= _NEW_VERSION + _ONCE_MORE:
                now = self._first(harvest, position, draws)
                families.append([])
            elif chance < _NEW_VERSION:
                now = self._outcomes.next(now, before + position + 1, (harvest, TOLD, position), draws)
            else:
                now = replace(now, number=before + position + 1, is_repeated=True)
            family = families[-1]
            family.append(Delivered(harvest, TOLD, position, now))
            if self.is_again(harvest, position):
                now = self._again(now, harvest, position, Draws(numbers(harvest, AGAIN, position)))
                family.append(Delivered(harvest, AGAIN, position, now))
            first, count = self._asked[harvest].get(position, (0, 0))
            said: Record | None = None
            for at in range(first, first + count):
                said = self._answer(now, said, harvest, at, Draws(numbers(harvest, ASKED, at)))
                family.append(Delivered(harvest, ASKED, at, said))
        return families

    def _first(self, harvest: int, position: int, draws: Draws) -> Record:
        source = self._source(harvest, position) if draws.chance(_RETOLD) else None
        number = self._before[harvest] + position + 1
        has_answers = self._lane.cells[harvest].has_answers and not may_go_on(position)
        return self._outcomes.first(number, (harvest, TOLD, position), draws, source, is_asked=has_answers)

    def _source(self, harvest: int, position: int) -> Record | None:
        """The outcome that may be told again at this position."""
        after, back = _RETELLING.get(position % _TWELVE, (0, -1))
        found = self._told_by[after]
        at = (harvest - back, TOLD, position - 1)
        if back < 0 or harvest < back or found is None or position > found[0].cells[at[0]].told:
            return None
        lane, outcomes = found
        key = key_of(self._plan.order.seed, NAMES[TOLD], lane.number, at[0])
        draws = Draws(drawn(key, position - 1, 1, WIDTHS[TOLD])[0].tolist())
        draws.number(), draws.number()  # whether it goes on, whether it tells another: it does neither
        return outcomes.first(_numbers_before(lane)[at[0]] + position, at, draws)

    def _again(self, now: Record, harvest: int, position: int, draws: Draws) -> Record:
        """The same in the second delivery, as it was or edited."""
        number = self._before[harvest] + self._lane.cells[harvest].told + self.again_before(harvest, position) + 1
        if draws.chance(_EDITED):
            return self._outcomes.next(now, number, (harvest, AGAIN, position), draws)
        return replace(now, number=number, is_repeated=True)

    def _answer(self, about: Record, before: Record | None, harvest: int, at: int, draws: Draws) -> Record:
        """What somebody says of an outcome; now and then the same once more, or the same person with another answer."""
        cell = self._lane.cells[harvest]
        number = self._before[harvest] + cell.told + cell.again + at + 1
        chance = draws.number() / 2**32
        if before is not None and chance < _SAID_ONCE_MORE:
            return replace(before, number=number, is_repeated=True)
        fields = dict.fromkeys(ALL_FIELDS, "") | answer(self._words, about.year, draws)
        if before is not None and chance < _SAID_ONCE_MORE + _SAID_OTHERWISE:
            fields |= {
                name: before.fields[name] for name in ("substantiator", "substantiator_role", "substantiated_on")
            }
        fields |= {"fragment_id": about.fields["fragment_id"], "harvest": self._words.harvests[harvest].label}
        return replace(
            about,
            fields=fields,
            several={},
            number=number,
            drawn_at=(harvest, ASKED, at),
            evidence="",
            kind=SUBSTANTIATION,
            version=None,
            is_repeated=False,
            near_duplicate_of=None,
        )


def _numbers_before(lane: Lane) -> list[int]:
    """The number of the last record before each harvest's."""
    found = [lane.first]
    for cell in lane.cells:
        found.append(found[-1] + sum(cell.sizes))
    return found
