"""How many records go where: lanes of a place, each with a file a harvest, dealt over the formats. Arithmetic alone.

A lane is one place's records of all harvests. What stands at one position in a lane, over its harvests, is one family: an
outcome, what later deliveries make of it, and what was answered about it. So a family is found without a look at any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isqrt

from oh_pipeline.demo.cells import AGAIN, ASKED, TOLD, Cell, make_cell
from oh_pipeline.demo.draws import drawn, key_of
from oh_pipeline.demo.vocabulary import Place, Programme, Vocabulary
from oh_pipeline.errors import UsageFault

FORMATS = ("txt", "csv", "xlsx", "json", "jsonl", "docx")
MOST_RECORDS = 10_000_000
_CELL = 20_000
"""Most records of one place and harvest, and of one file."""
_MOST_IN_FILE = {"docx": 200}
_CELL_RECORDS = 10
"""Fewest records of one place and harvest before there are more of these."""
_MOST_HARVESTS = 4
"""In a programme of few years; else one a year."""
_NAMED = {TOLD: "", AGAIN: "_corrected", ASKED: "_substantiation"}
"""What the name of a file of each series ends in: a second delivery stands behind the first, and answers behind both."""
_ASKED_BY = 3
"""By how many places in the list the format of substantiations is another than that of the outcomes."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. Raises UsageFault where it is nothing that can be made."""

    records: int
    seed: int
    formats: tuple[str, ...]
    mess: float

    def __post_init__(self) -> None:
        if not 1 <= self.records <= MOST_RECORDS:
            raise UsageFault(f"--records must lie between 1 and {MOST_RECORDS:,}")
        if not 0 <= self.mess <= 1:
            raise UsageFault("--mess must lie between 0 and 1")
        if not self.formats or not set(self.formats) <= set(FORMATS):
            raise UsageFault(f"--formats takes a list of {', '.join(FORMATS)}, separated by commas")


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of a list with commas, each once and in one order, so that `csv,txt` gives what `txt,csv` gives."""
    named = [name.strip().lower() for name in text.split(",")]
    unknown = tuple(name for name in named if name not in FORMATS)
    return tuple(name for name in FORMATS if name in named) + unknown


@dataclass(frozen=True, slots=True)
class Lane:
    """`cells` and `formats`: records of each harvest, and the form of each of their series.

    `first`: how many records stand in the lanes before.
    """

    number: int
    part: int
    place: Place
    programme: Programme
    cells: tuple[Cell, ...]
    formats: tuple[tuple[str, str, str], ...]
    first: int

    @property
    def records(self) -> int:
        """All of them."""
        return sum(sum(cell.sizes) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Plan:
    """`harvests`: how many there are. `parts`: how often each place has a lane. `lanes`: those that hold any record."""

    order: Order
    vocabulary: Vocabulary
    harvests: int
    parts: int
    weights: tuple[tuple[int, ...], ...]
    places: tuple[Place, ...]
    lanes: tuple[Lane, ...] = ()

    def lane_after(self, lane: Lane) -> Lane | None:
        """The next lane of another place and the same programme, after the last one the first."""
        at = 1 + self.lanes.index(lane)
        others = (*self.lanes[at:], *self.lanes[: at - 1])
        return next((o for o in others if o.place != lane.place and o.programme == lane.programme), None)

    def dealt(self) -> Iterator[Lane]:
        """The lanes that hold any record, in order; together they hold as many as were ordered."""
        whole = self.parts * sum(map(sum, self.weights))
        formats, programmes = self.order.formats, self.vocabulary.programmes
        weight = first = 0
        for number in range(self.parts * len(self.places)):
            part, at = divmod(number, len(self.places))
            ends = [weight := weight + cell for cell in self.weights[at]]
            bounds = [first, *(self.order.records * end // whole for end in ends)]
            sizes = tuple(after - before for before, after in pairwise(bounds))
            shift = at * self.harvests + part + (at if self.harvests % len(formats) == 0 else 0)
            dealt = tuple(
                (formats[turn % len(formats)],) * 2 + (formats[(turn + _ASKED_BY) % len(formats)],)
                for turn in range(shift, shift + self.harvests)
            )
            if bounds[-1] > first:
                cells = tuple(self._cell(number, harvest, size) for harvest, size in enumerate(sizes))
                yield Lane(number, part, self.places[at], programmes[at % len(programmes)], cells, dealt, first)
            first = bounds[-1]

    def _cell(self, lane: int, harvest: int, records: int) -> Cell:
        key = key_of(self.order.seed, "cell", lane, harvest)
        return make_cell(records, key, has_substantiations=self.vocabulary.has_substantiations)

    def file_limit(self, lane: Lane, harvest: int, series: int) -> int:
        """How many positions, or answers, one file holds. Some small ones come as a text a record."""
        kind, cell = lane.formats[harvest][series], lane.cells[harvest]
        is_small = kind == "txt" and cell.sizes[series] <= _CELL_RECORDS and not cell.again
        return 1 if is_small and (lane.number + harvest) % 3 == 0 else _MOST_IN_FILE.get(kind, _CELL)

    def path(self, lane: Lane, harvest: int, series: int, number: int, suffix: str) -> str:
        """Path below `raw/` of a file of a place, harvest and series, the `number`th from 0."""
        short, cell = self.vocabulary.harvests[harvest].short, lane.cells[harvest]
        part = f"_{lane.part + 1}" if self.parts > 1 else ""
        places = cell.asked if series == ASKED else cell.told
        piece = f"_{number + 1}" if places > self.file_limit(lane, harvest, series) else ""
        return f"{short}/synthetic_{lane.place.short}_{short}{part}{piece}{_NAMED[series]}.{suffix}"


def make_plan(order: Order, vocabulary: Vocabulary) -> Plan:
    """The grid of places and harvests: small for few records, and in several parts for very many."""
    if not vocabulary.places or not vocabulary.harvests:
        raise UsageFault("The codebook lists no geography or no harvest, so there is nothing to deal the records to")
    least = min(programme.last_year - programme.first_year + 1 for programme in vocabulary.programmes)
    all_harvests = min(len(vocabulary.harvests), max(least, _MOST_HARVESTS))
    cells = max(5, order.records // _CELL_RECORDS)
    harvests = min(all_harvests, max(2, isqrt(cells)))
    count = min(len(vocabulary.places), -(-cells // harvests))
    key = key_of(order.seed, "grid")
    ranked = drawn(key, 0, len(vocabulary.places), 2)
    chosen = sorted(range(len(vocabulary.places)), key=lambda at: int(ranked[at, 0]))[:count]
    weights = tuple(tuple((6 + int(ranked[at, 1]) % 9) * (4 + harvest) for harvest in range(harvests)) for at in chosen)
    largest = max(max(row) for row in weights)
    parts = -(-order.records * largest // (_CELL * sum(map(sum, weights))))
    places = tuple(vocabulary.places[at] for at in chosen)
    plan = Plan(order, vocabulary, harvests, max(1, parts), weights, places)
    return replace(plan, lanes=tuple(plan.dealt()))
