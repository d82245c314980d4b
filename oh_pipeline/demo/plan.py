"""How many records go where: lanes of a place, each with a file a harvest, dealt over the formats. Arithmetic alone.

A lane is one place's records of all harvests. What stands at one position in a lane, over its harvests, is one family: an
outcome, and what later harvests make of it. So a family is found without a look at any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

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
    """`sizes` and `formats`: records and form of each harvest. `first`: how many records stand in the lanes before."""

    number: int
    part: int
    place: Place
    programme: Programme
    sizes: tuple[int, ...]
    formats: tuple[str, ...]
    first: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`harvests`: how many there are. `parts`: how often each place has a lane."""

    order: Order
    vocabulary: Vocabulary
    harvests: int
    parts: int
    weights: tuple[tuple[int, ...], ...]
    places: tuple[Place, ...]

    def lanes(self) -> Iterator[Lane]:
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
            dealt = tuple(formats[(shift + harvest) % len(formats)] for harvest in range(self.harvests))
            if bounds[-1] > first:
                yield Lane(number, part, self.places[at], programmes[at % len(programmes)], sizes, dealt, first)
            first = bounds[-1]

    def file_limit(self, lane: Lane, harvest: int) -> int:
        """How many records one file of this place and harvest holds. Some small ones come as a text a record."""
        kind = lane.formats[harvest]
        if kind == "txt" and lane.sizes[harvest] <= _CELL_RECORDS and (lane.number + harvest) % 3 == 0:
            return 1
        return _MOST_IN_FILE.get(kind, _CELL)

    def path(self, lane: Lane, harvest: int, number: int, suffix: str) -> str:
        """Path below `raw/` of a place's file of a harvest, the `number`th from 0."""
        short = self.vocabulary.harvests[harvest].short
        part = f"_{lane.part + 1}" if self.parts > 1 else ""
        count = -(-lane.sizes[harvest] // self.file_limit(lane, harvest))
        piece = f"_{number + 1}" if count > 1 else ""
        return f"{short}/synthetic_{lane.place.short}_{short}{part}{piece}.{suffix}"


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
    return Plan(order, vocabulary, harvests, max(1, parts), weights, places)
