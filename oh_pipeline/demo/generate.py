"""From an order to a folder of files and their truth, lane by lane; memory holds some hundred positions of one lane.

How the work is shared out among processes is told in `shares`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from oh_pipeline.demo.cells import AGAIN, ASKED, TOLD
from oh_pipeline.demo.delivery import Delivery, Place, new_delivery
from oh_pipeline.demo.draws import Drawn, Draws, drawn, key_of
from oh_pipeline.demo.expected import judge
from oh_pipeline.demo.layout import Layout, make_layout
from oh_pipeline.demo.mess import FURTHER, WIDTH, happening, make_mess
from oh_pipeline.demo.plan import Lane, Plan
from oh_pipeline.demo.truth import NAMES, WIDTHS, Delivered, Truth
from oh_pipeline.demo.writers import Writer, open_writer
from oh_pipeline.fields import FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import natural_key

_POSITIONS = 256
_ASKED_FIELDS = ("fragment_id", "harvest", *SUBSTANTIATION_FIELDS)
Stream = tuple[int, int]  # a harvest and a series


@dataclass(frozen=True, slots=True)
class _File:
    """A file as it is planned, the `number`th of its place, harvest and series; its records begin behind `before` others."""

    number: int
    layout: Layout
    path: str
    order: list[list[tuple[int, int, str]]]
    before: int
    records: int


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The draws of a stream's records, from the one at `first` on."""

    first: int
    truth: list[list[int]]
    mess: Drawn
    happens: dict[int, list[int]]


def write_lane(plan: Plan, lane: Lane, raw: Path) -> Iterator[list[Delivery]]:
    """Write all files of a lane below `raw`; gives its deliveries in the order of the truth, some at a time."""
    work = _LaneWork(plan, lane, raw)
    try:
        for start in range(0, max(cell.told for cell in lane.cells), _POSITIONS):
            deliveries = work.deliver(start)
            work.write(deliveries)
            yield deliveries
    finally:
        work.close()


class _LaneWork:
    def __init__(self, plan: Plan, lane: Lane, raw: Path) -> None:
        self._plan, self._lane, self._raw = plan, lane, raw
        self._truth = Truth(plan, lane)
        self._numbers: dict[Stream, _Numbers] = {}
        self._files: dict[Stream, _File] = {}
        self._last: dict[int, Delivery] = {}
        self._open: dict[str, Writer] = {}

    def deliver(self, start: int) -> list[Delivery]:
        """Every record at the positions from `start` on, told what is expected of it."""
        self._last.clear()
        cells = self._lane.cells
        stop = min(start + _POSITIONS, max(cell.told for cell in cells))
        for harvest, cell in enumerate(cells):
            count = max(0, min(stop, cell.told) - start)
            self._draw((harvest, TOLD), start, count)
            self._draw((harvest, AGAIN), start, count if cell.again else 0)
            self._draw((harvest, ASKED), *self._truth.answers(harvest, start, stop))
        found: list[Delivery] = []
        for position in range(start, stop):
            for family in self._truth.family(position, self._truth_numbers):
                made = [self._one(member, is_alone=len(family) == 1) for member in family]
                judge(made)
                self._note_withdrawal(position, family, made)
                found += made
        return found

    def _draw(self, stream: Stream, first: int, count: int) -> None:
        (harvest, series), order = stream, self._plan.order
        key = (self._lane.number, harvest)
        truth = drawn(key_of(order.seed, NAMES[series], *key), first, count, WIDTHS[series])
        mess = drawn(key_of(order.seed, f"mess of {NAMES[series]}", *key), first, count, WIDTH)
        happens = happening(mess, order.mess, is_asked=series == ASKED)
        self._numbers[stream] = _Numbers(first, truth.tolist(), mess, happens)

    def _truth_numbers(self, harvest: int, series: int, at: int) -> list[int]:
        numbers = self._numbers[harvest, series]
        return numbers.truth[at - numbers.first]

    def _one(self, member: Delivered, *, is_alone: bool) -> Delivery:
        harvest, series, at, record = member
        file, place = self._place(harvest, series, at)
        last = self._last.get(harvest)
        if last is not None and not (last.is_alone and last.place.file == place.file):
            last = None
        own_harvest, own_series, own_at = record.drawn_at
        numbers = self._numbers[own_harvest, own_series]
        row = own_at - numbers.first
        happens = numbers.happens.get(row, [])
        draws = Draws(cycle(numbers.mess[row, -FURTHER:].tolist()) if happens or file.layout.second else ())
        delivery = new_delivery(record, file.layout, place, self._plan.vocabulary, draws, is_alone=is_alone)
        make_mess(delivery, happens, last)
        if series == TOLD:
            self._last[harvest] = delivery
        return delivery

    def _place(self, harvest: int, series: int, at: int) -> tuple[_File, Place]:
        """The file in which a record stands, and where."""
        number = at // self._plan.file_limit(self._lane, harvest, series)
        file = self._files.get((harvest, series))
        if file is None or file.number != number:
            file = self._files[harvest, series] = self._plan_file(harvest, series, number)
        before = self._truth.again_before(harvest, at) if series == AGAIN else at
        return file, Place(file.order, before - file.before + 1, file.path, file.records)

    def _plan_file(self, harvest: int, series: int, number: int) -> _File:
        """The second delivery has the form of the first."""
        order, lane = self._plan.order, self._lane
        cell, limit = lane.cells[harvest], self._plan.file_limit(lane, harvest, series)
        first = number * limit
        stop = min(first + limit, cell.asked if series == ASKED else cell.told)
        if series == AGAIN:
            first, stop = (self._truth.again_before(harvest, at) for at in (first, stop))
        outcome_fields = (*FIELDS, *SUBSTANTIATION_FIELDS) if cell.has_answers else FIELDS
        layout = make_layout(
            lane.formats[harvest][series],
            self._plan.vocabulary,
            order.mess,
            Draws.of(order.seed, "file of answers" if series == ASKED else "file", lane.number, harvest, number),
            _ASKED_FIELDS if series == ASKED else outcome_fields,
        )
        path = self._plan.path(lane, harvest, series, number, layout.suffix)
        return _File(number, layout, path, [natural_key(part) for part in path.split("/")], first, stop - first)

    def _note_withdrawal(self, position: int, family: list[Delivered], made: list[Delivery]) -> None:
        """An outcome is withdrawn where a file delivers one that held it again without it, and none from there on has it."""
        told = [delivery for member, delivery in zip(family, made, strict=True) if member.series != ASKED]
        for harvest, series, *_ in family:
            is_held = series != TOLD or not self._lane.cells[harvest].again or self._truth.is_again(harvest, position)
            if is_held:
                continue
            later, _ = self._place(harvest, AGAIN, position)
            if all(delivery.place.order < later.order for delivery in told):
                for delivery in told:
                    delivery.withdrawn_from = later.path
                return

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
