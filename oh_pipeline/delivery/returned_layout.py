"""The records that go back as a table: its columns, and the cell of each issue.

Every value keeps the heading under which it was delivered. A field that an issue asks for and the file lacks gets a column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from oh_pipeline.delivery.problems import Spot
from oh_pipeline.delivery.returned_rows import MOST_COLUMNS, Column, Row, Selection
from oh_pipeline.fields import ALL_FIELDS

HeadingOf = Callable[[str], str]
Shape = tuple[Column, ...]


@dataclass(frozen=True)
class Layout:
    """`headings` from left to right, those from `added` on for fields that the file lacks; the rows in file order.

    `at` leads from a row's column to that of the table. `long` and `wide` are the records that no row can
    hold.
    """

    headings: list[str]
    fields: list[str | None]
    added: int
    at: dict[Column, int]
    rows: list[Row]
    long: list[Row]
    wide: list[Row]
    marks: dict[tuple[int, int], list[Spot]]
    """By record and column, both from 0."""


def laid_out(selection: Selection, heading_of: HeadingOf) -> Layout:
    """The table; gives each issue that is about a record in it its cell, below a row of headings."""
    long = [row for row in selection.rows if row.is_long]
    order, wide_shapes = _columns([row.shape for row in selection.rows])
    wide = [row for row in selection.rows if row.is_wide or row.shape in wide_shapes]
    left_out = {row.number for row in (*long, *wide)}
    rows = [row for row in selection.rows if row.number not in left_out]
    headings = [selection.headings[heading] for heading, _ in order]
    fields = [selection.fields[heading] for heading, _ in order]
    added = len(order)
    for name in _lacking(rows, fields):
        headings.append(heading_of(name))
        fields.append(name)
    at = {column: number for number, column in enumerate(order)}
    layout = Layout(headings, fields, added, at, rows, long, wide, {})
    for number, row in enumerate(rows):
        for position, spots in row.marks.items():
            for spot in spots:
                column = at[row.shape[position]] if position >= 0 else _of_record(spot, row, layout)
                if column < len(headings):
                    spot.cell = spot.cell or (number + 1, column)
                    layout.marks.setdefault((number, column), []).append(spot)
    return layout


def _columns(shapes: Sequence[Shape]) -> tuple[list[Column], set[Shape]]:
    """All columns: each behind the one it follows where it is first met. And the shapes that would make too many.

    Room is given to what most records have, then to records of few labels.
    """
    counts = Counter(shapes)
    known: set[Column] = set()
    wide: set[Shape] = set()
    for shape in sorted(counts, key=lambda shape: (-counts[shape], len(shape))):
        if len(known) + sum(column not in known for column in shape) > MOST_COLUMNS:
            wide.add(shape)
        else:
            known.update(shape)
    order: list[Column] = []
    placed: set[Column] = set()
    for shape in counts:
        for number, column in enumerate(() if shape in wide else shape):
            if column not in placed:
                heading, again = column
                follows = (heading, again - 1) if again else shape[number - 1] if number else None
                order.insert(order.index(follows) + 1 if follows else 0, column)
                placed.add(column)
    return order, wide


def _lacking(rows: Sequence[Row], fields: Sequence[str | None]) -> list[str]:
    """The fields that issues of records name and no column holds, in the order of the form."""
    named = {spot.problem.field for row in rows for spot in row.marks.get(-1, ())}
    return [name for name in ALL_FIELDS if name in named and name not in fields]


def _of_record(spot: Spot, row: Row, layout: Layout) -> int:
    """The cell for an issue about the record as such: the record's own of that field, else the field's, else its first."""
    named = spot.problem.field
    own = sorted(layout.at[column] for column in row.shape)
    of_field = [number for number in own if layout.fields[number] == named] or [
        number for number, field in enumerate(layout.fields) if field == named
    ]
    return of_field[0] if named and of_field else 0
