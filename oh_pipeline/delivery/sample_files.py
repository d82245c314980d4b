"""A sample and its frame as files, and a frame read back. Nothing in them is free text or a live formula.

The frame is every outcome that could have been drawn, in the order of the draw: with it the draw can be repeated or extended
when the warehouse has long changed.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from oh_pipeline.delivery.inert import delivered, inert
from oh_pipeline.delivery.sample import BREAKDOWNS, COLUMNS, Drawn, Order, Values
from oh_pipeline.errors import UsageFault

_ORDER = ("build_id", "seed", "sample_size", "strata_by")
_PLACE = ("stratum", "stratum_drawn", "stratum_size", "selection_probability", "place_in_stratum")
SAMPLE_HEADER = (*_ORDER, *_PLACE, *COLUMNS)
FRAME_HEADER = (*_ORDER, *_PLACE, "is_drawn", *COLUMNS)
SAMPLE_SHEET, FRAME_SHEET = "sample", "frame"
_KEY = re.compile("[0-9a-f]{32}")
Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Frame:
    """What a draw was made from: the build, what was asked for then, and the outcomes that could be drawn."""

    build_id: str
    order: Order
    outcomes: list[Values]


def sample_rows(drawn: Iterable[Drawn], build_id: str, order: Order) -> Iterator[tuple[Cell, ...]]:
    """Rows under `SAMPLE_HEADER`, of what is drawn."""
    return (_row(each, build_id, order) for each in drawn if each.is_drawn)


def frame_rows(drawn: Iterable[Drawn], build_id: str, order: Order) -> Iterator[tuple[Cell, ...]]:
    """Rows under `FRAME_HEADER`, of all that could have been drawn."""
    at = len(_ORDER) + len(_PLACE)
    for each in drawn:
        row = _row(each, build_id, order)
        yield (*row[:at], each.is_drawn, *row[at:])


def write_csv(handle: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Rows as CSV, on standard output or in a file."""
    writer = csv.writer(handle)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)


def write_files(file: Path, drawn: Sequence[Drawn], build_id: str, order: Order) -> list[Path]:
    """The sample in `file` and its frame beside it, or as a sheet of it; gives what was written. Raises UsageFault, OSError.

    A file that holds another draw is never written over.
    """
    file = Path(os.path.realpath(file))
    if not file.parent.is_dir():
        raise UsageFault(f"'{file.parent}' is no folder", "Name a file in one that is there")
    with TemporaryDirectory(dir=file.parent, prefix=".", suffix=".tmp") as scratch:
        made = Path(scratch, file.name)
        if file.suffix.lower() == ".xlsx":
            _write_workbook(made, drawn, build_id, order)
            pairs = {file: made}
        else:
            frame = made.with_name(f"{made.stem}.frame.csv")
            pairs = {file: made, file.with_name(frame.name): frame}
            _write_text(made, SAMPLE_HEADER, sample_rows(drawn, build_id, order))
            _write_text(frame, FRAME_HEADER, frame_rows(drawn, build_id, order))
        for target, new in pairs.items():
            if os.path.lexists(target) and (not target.is_file() or target.read_bytes() != new.read_bytes()):
                raise UsageFault(f"'{target}' is there and holds something else", "Name another file, or remove it")
        for target, new in reversed(pairs.items()):  # the frame first: no sample without its frame
            new.replace(target)
    return list(pairs)


def read_frame(file: Path) -> Frame:
    """A frame as it was written, from CSV or a workbook. Raises UsageFault: what is wrong with it, without a value."""
    try:
        rows = _workbook_rows(file) if file.suffix.lower() == ".xlsx" else _text_rows(file)
        header = next(rows, [])
        lines = [dict(zip(header, row, strict=True)) for row in rows]
    except OSError:
        raise UsageFault(f"'{file}' cannot be read") from None
    except (ValueError, csv.Error):
        raise UsageFault(f"'{file}' is no frame of a sample", "Name the one that `oh sample --out` wrote") from None
    try:
        return _frame_of(lines)
    except (KeyError, ValueError):
        raise UsageFault(f"'{file}' is no frame of a sample", "Name the one that `oh sample --out` wrote") from None


def _frame_of(lines: Sequence[Mapping[str, str]]) -> Frame:
    told = {tuple(line[name] for name in _ORDER) for line in lines}
    ((build_id, seed, size, strata),) = told
    by = tuple(strata.split(","))
    outcomes: list[Values] = []
    for line in lines:
        values: dict[str, str | int | None] = {name: line[name] or None for name in COLUMNS}
        values["year"] = int(line["year"]) if line["year"] else None
        outcomes.append(values)
    keys = {str(values["outcome_key"]) for values in outcomes}
    if len(keys) != len(outcomes) or not all(map(_KEY.fullmatch, keys)) or not set(by) <= BREAKDOWNS.keys():
        raise ValueError("no frame")
    return Frame(build_id, Order(int(size), int(seed), by), outcomes)


def _row(each: Drawn, build_id: str, order: Order) -> tuple[Cell, ...]:
    asked = (build_id, order.seed, order.size, ",".join(order.by))
    place = (each.stratum, each.stratum_drawn, each.stratum_size, each.probability, each.place)
    return (*asked, *place, *(each.values[name] for name in COLUMNS))


def _cell(value: Cell) -> Cell:
    if isinstance(value, bool):
        return str(value).lower()
    return inert(value) if isinstance(value, str) else value


def _write_text(file: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        file.chmod(0o600)
        write_csv(handle, header, rows)


def _write_workbook(file: Path, drawn: Sequence[Drawn], build_id: str, order: Order) -> None:
    from oh_pipeline.delivery.export_workbook import STYLES, Limits
    from oh_pipeline.delivery.workbook import workbook

    if len(drawn) >= Limits().rows:
        raise UsageFault("The frame has more outcomes than a sheet has rows", "Write the sample as .csv")
    sheets = {
        SAMPLE_SHEET: (SAMPLE_HEADER, sample_rows(drawn, build_id, order)),
        FRAME_SHEET: (FRAME_HEADER, frame_rows(drawn, build_id, order)),
    }
    with workbook(file, STYLES, title=f"Substantiation sample, build {build_id}", author="oh sample") as book:
        for name, (header, rows) in sheets.items():
            sheet = book.sheet(name)
            for column, heading in enumerate(header):
                sheet.set_column(column, column, len(heading) + 6)
                sheet.text(0, column, heading, "head")
            last = 0
            for last, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, bool):
                        sheet.truth(last, column, value, "cell")
                    elif isinstance(value, int | float):
                        sheet.number(last, column, value, "cell")
                    elif value is not None:
                        sheet.text(last, column, value, "cell")
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(last, 1), len(header) - 1)


def _text_rows(file: Path) -> Iterator[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.reader(handle):
            yield [delivered(cell) for cell in row]


def _workbook_rows(file: Path) -> Iterator[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_name(FRAME_SHEET).to_python(skip_empty_area=False)
    except CalamineError as error:
        raise ValueError("no workbook") from error
    for row in rows:
        yield [str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell) for cell in row]
