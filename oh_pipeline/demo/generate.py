"""From an order to a folder of files and their truth, lane by lane; memory holds some hundred positions of one lane.

How the work is shared out among processes is told in `shares`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from oh_pipeline.demo.delivery import Delivery, Place, new_delivery
from oh_pipeline.demo.draws import Drawn, Draws, drawn, key_of
from oh_pipeline.demo.expected import judge
from oh_pipeline.demo.layout import Layout, make_layout
from oh_pipeline.demo.mess import KINDS, happening, make_mess
from oh_pipeline.demo.mess import WIDTH as MESS_WIDTH
from oh_pipeline.demo.plan import Lane, Plan
from oh_pipeline.demo.truth import WIDTH, Record, Truth
from oh_pipeline.demo.writers import Writer, open_writer
from oh_pipeline.normal import natural_key

_POSITIONS = 256


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is planned, the `number`th of its place and harvest."""

    number: int
    layout: Layout
    path: str
    order: list[list[tuple[int, int, str]]]
    records: int


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The draws of one harvest's records at some positions."""

    truth: list[list[int]]
    mess: Drawn
    happens: dict[int, list[int]]


def write_lane(plan: Plan, lane: Lane, raw: Path) -> Iterator[list[Delivery]]:
    """Write all files of a lane below `raw`; gives its deliveries in the order of the truth, some at a time."""
    work = _LaneWork(plan, lane, raw)
    try:
        for start in range(0, max(lane.sizes), _POSITIONS):
            deliveries = work.deliver(start)
            work.write(deliveries)
            yield deliveries
    finally:
        work.close()


class _LaneWork:
    def __init__(self, plan: Plan, lane: Lane, raw: Path) -> None:
        self._plan, self._lane, self._raw = plan, lane, raw
        self._truth = Truth(plan, lane)
        self._limits = [plan.file_limit(lane, harvest) for harvest in range(len(lane.sizes))]
        self._files: dict[int, _File] = {}
        self._last: dict[int, Delivery] = {}
        self._open: dict[str, Writer] = {}

    def deliver(self, start: int) -> list[Delivery]:
        """Every record at the positions from `start` on, told what is expected of it."""
        numbers = [self._numbers(harvest, start) for harvest in range(len(self._lane.sizes))]
        self._last.clear()
        found: list[Delivery] = []
        for at in range(max(len(some.truth) for some in numbers)):
            rows = [some.truth[at] if at < len(some.truth) else None for some in numbers]
            for family in self._truth.family(start + at, rows):
                made = [
                    self._one(start + at, at, harvest, record, numbers[record.row], is_alone=len(family) == 1)
                    for harvest, record in family
                ]
                judge(made)
                found += made
        return found

    def _numbers(self, harvest: int, start: int) -> _Numbers:
        order, lane = self._plan.order, self._lane
        count = max(0, min(_POSITIONS, lane.sizes[harvest] - start))
        truth = drawn(key_of(order.seed, "truth", lane.number, harvest), start, count, WIDTH)
        mess = drawn(key_of(order.seed, "mess", lane.number, harvest), start, count, MESS_WIDTH)
        return _Numbers(truth.tolist(), mess, happening(mess, order.mess))

    def _one(
        self, position: int, at: int, harvest: int, record: Record, numbers: _Numbers, *, is_alone: bool
    ) -> Delivery:
        file, place = self._place(harvest, position)
        last = self._last.get(harvest)
        if last is not None and not (last.is_alone and last.place.file == place.file):
            last = None
        happens = numbers.happens.get(at, [])
        draws = Draws(cycle(numbers.mess[at, len(KINDS) :].tolist()) if happens or file.layout.second else ())
        delivery = new_delivery(record, file.layout, place, self._plan.vocabulary, draws, is_alone=is_alone)
        make_mess(delivery, happens, last)
        self._last[harvest] = delivery
        return delivery

    def _place(self, harvest: int, position: int) -> tuple[_File, Place]:
        """The file in which the record at a position stands, and where."""
        number, within = divmod(position, self._limits[harvest])
        file = self._files.get(harvest)
        if file is None or file.number != number:
            file = self._files[harvest] = self._plan_file(harvest, number, self._limits[harvest])
        return file, Place(file.order, within + 1, file.path, file.records)

    def _plan_file(self, harvest: int, number: int, limit: int) -> _File:
        order, lane = self._plan.order, self._lane
        kind = lane.formats[harvest]
        draws = Draws.of(order.seed, "file", lane.number, harvest, number)
        layout = make_layout(kind, self._plan.vocabulary, order.mess, draws)
        path = self._plan.path(lane, harvest, number, layout.suffix)
        records = min(limit, lane.sizes[harvest] - number * limit)
        return _File(number, layout, path, [natural_key(part) for part in path.split("/")], records)

    def write(self, deliveries: Iterable[Delivery]) -> None:
        """Write them into their files, in order; a file is closed with its last record."""
        for delivery in deliveries:
            place = delivery.place
            writer = self._open.get(place.file)
            if writer is None:
                path = self._raw / place.file
                path.parent.mkdir(parents=True, exist_ok=True)
                writer = self._open[place.file] = open_writer(path, delivery.layout, place.records)
            writer.write(delivery)
            if place.number == place.records:
                self._open.pop(place.file).close()

    def close(self) -> None:
        """Let go of what a failure left open; that failure is the one to be told."""
        for writer in self._open.values():
            with suppress(Exception):
                writer.close()
        self._open.clear()
