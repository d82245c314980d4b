"""Rows to records: where the header is found, what each column becomes, and that no cell below it is ever lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import fold
from oh_pipeline.sources import records as limits
from oh_pipeline.sources.records import ROW_KEY, Field, Labels, Row, Unreadable
from oh_pipeline.sources.tables import table
from oh_pipeline.sources.tables.table import Table, known_labels, letters

HEADER = ["FragmentID", "Country", "Year"]
GROUP = "MCQType of change"


def read(labels: Labels, *rows: Sequence[str], sheet: str | None = "S", first: int = 0) -> list[Row]:
    numbered = [(number, list(cells), False) for number, cells in enumerate(rows, start=1)]
    return list(Table(labels, sheet, first).records(numbered))


def values(record: Row) -> dict[str, str]:
    """By label; a label that stands twice is an error."""
    found = {item.label: item.value for item in record.fields}
    assert len(found) == len(record.fields)
    return found


@pytest.mark.parametrize(
    ("column", "name"),
    [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")],
)
def test_column_names(column: int, name: str) -> None:
    assert letters(column) == name


# The header


@pytest.mark.parametrize(
    "above",
    [
        [],
        [[]],
        [["Outcomes of 2023"]],
        [["Outcomes of 2023", "", ""], ["", "", ""]],
        [["Collected in", "Kenya, Mali", "2023", "by", "partners"]],
        [["", "", "", "Country: all", "Year: all"]],
        [["Country", "Year", "and more"]],
        [[""]] * 40,
    ],
)
def test_the_header_is_found_wherever_it_stands(labels: Labels, above: list[list[str]]) -> None:
    records = read(labels, *above, HEADER, ["K-1", "Kenya", "2023"])
    assert [values(record) for record in records] == [{"FragmentID": "K-1", "Country": "Kenya", "Year": "2023"}]
    assert records[0].place == f"S!A{len(above) + 2}"


@pytest.mark.parametrize(
    "header",
    [
        ["fragmentid", " COUNTRY ", "Année"],
        ["Fragment\nID", "Pays", "Year "],
        ["a/b/FragmentID", "a/Country", "Year"],
        ["", "FragmentID", "", "Country", "Year", ""],
        ["Something else", "FragmentID", "Country", "Year", "and more"],
    ],
)
def test_a_header(labels: Labels, header: list[str]) -> None:
    assert known_labels(header, labels) == 3
    assert len(read(labels, header, ["x"] * len(header))) == 1


@pytest.mark.parametrize(
    "cells",
    [
        ["FragmentID", "Country"],
        ["Country", "Country", "country", "a/Country"],
        ["FragmentID", "Country", "Yaer"],
        ["FragmentID Country Year"],
        [f"{GROUP}_a", f"{GROUP}_b", f"{GROUP}_c"],
        ["FragmentID", f"{GROUP}_a", f"{GROUP}/b"],
        ["x" * 5000 + "/Country", "FragmentID", "Year"],
    ],
)
def test_no_header(labels: Labels, cells: list[str]) -> None:
    seen = Table(labels, "S")
    assert list(seen.records([(1, cells, False), (2, ["a", "b", "c"], False)])) == []
    assert not seen.has_header
    assert not seen.is_empty


def test_options_of_one_group_are_one_known_label(labels: Labels) -> None:
    (record,) = read(labels, ["FragmentID", "Country", f"{GROUP}_a", f"{GROUP}_b"], ["K-1", "Kenya", "1", "1"])
    assert values(record) == {"FragmentID": "K-1", "Country": "Kenya", GROUP: "a, b"}


def test_nothing_at_all(labels: Labels) -> None:
    seen = Table(labels, "S")
    assert list(seen.records([(1, [], False), (2, ["", " ", "\u00a0"], False)])) == []
    assert seen.is_empty


def test_blank_rows_and_a_repeated_header_are_no_records(labels: Labels) -> None:
    header = [*HEADER, "Own", ""]
    rows = [header, ["K-1", "Kenya", "2023"], [], ["", " "], header[:4], [" fragmentid", "country", "YEAR", "own"]]
    records = read(labels, *rows, ["K-2", "Mali", "2022"])
    assert [(record.place, record.fields[0].value) for record in records] == [("S!A2", "K-1"), ("S!A7", "K-2")]


def test_a_second_table_below_has_its_own_header(labels: Labels) -> None:
    rows = [
        HEADER,
        ["K-1", "Kenya", "2023"],
        ["Second table"],
        ["Année", "FragmentID", "Pays"],
        ["2022", "K-2", "Mali"],
    ]
    records = read(labels, *rows)
    assert [values(record) for record in records] == [
        {"FragmentID": "K-1", "Country": "Kenya", "Year": "2023"},
        {"FragmentID": "Second table", "Country": "", "Year": ""},
        {"Année": "2022", "FragmentID": "K-2", "Pays": "Mali"},
    ]


def test_a_record_whose_values_are_labels_stays_one(labels: Labels) -> None:
    row = ["Country", "Year", "Scale", "text", "more text", "and", "more"]
    (record,) = read(labels, [*HEADER, "a", "b", "c", "d"], row)
    assert [item.value for item in record.fields] == row


def test_cells_looked_at_for_a_header_are_not_all_remembered(labels: Labels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_HEADINGS", 50)
    one = Labels(labels.known, labels.groups, labels.yes, labels.no)
    assert read(one, *([f"{row} {cell}" for cell in range(9)] for row in range(99)), HEADER, ["K-1"]) != []
    assert 0 < len(one._named) <= 50


# Columns


def test_places_are_those_of_the_cells(labels: Labels) -> None:
    (record,) = read(labels, [], ["", *HEADER], ["", "K-1", "", "2023"], first=2)
    assert record.place == "S!D3"
    assert [item.place for item in record.fields] == ["S!D3", "S!E3", "S!F3"]
    (record,) = read(labels, [], HEADER, ["K-1", "", "2023"], sheet=None)
    assert record.place == "line 3"
    assert [item.place for item in record.fields] == ["line 3, column A", "line 3, column B", "line 3, column C"]


def test_labels_stay_as_delivered_but_for_the_path_of_their_group(labels: Labels) -> None:
    header = ["about/you/FragmentID", " country", "Own\nnumber", "x/Own", "Year", "Année"]
    (record,) = read(labels, header, ["K-1", "Kenya", "b", "c", "2023", "2022"])
    assert [item.label for item in record.fields] == [
        "FragmentID",
        " country",
        "Year",
        "Année",
        "Own\nnumber",
        "x/Own",
    ]


def test_a_known_column_is_there_when_blank_and_an_unknown_one_is_not(labels: Labels) -> None:
    records = read(labels, [*HEADER, "Own"], ["K-1", " \n", "2023", " "], ["K-2", "Mali", "", " mine "])
    assert [values(record) for record in records] == [
        {"FragmentID": "K-1", "Country": "", "Year": "2023"},
        {"FragmentID": "K-2", "Country": "Mali", "Year": "", "Own": "mine"},
    ]


def test_two_columns_of_one_label_both_count(labels: Labels) -> None:
    (record,) = read(labels, [*HEADER, "second/Country"], ["K-1", "", "2023", "Mali"])
    assert [item for item in record.fields if item.label == "Country"] == [
        Field("Country", "", "S!B2"),
        Field("Country", "Mali", "S!D2"),
    ]


def test_cells_without_a_heading(labels: Labels) -> None:
    header = ["FragmentID", "", "Country", "Year", " "]
    row, full = ["K-1", "note", "Kenya", "2023", " ", "", "more"], ["K-2", "", "Mali", "2022", "", "", ""]
    first, second = read(labels, header, row, full)
    assert first.overflow == [Field("column B", "note", "S!B2"), Field("column G", "more", "S!G2")]
    assert first.ragged
    assert (second.overflow, second.ragged) == ([], False)


def test_a_short_row_lacks_something_only_among_lines(labels: Labels) -> None:
    rows = [[*HEADER, ""], ["K-1", "Kenya"], ["K-2", "Mali", ""]]
    assert [record.ragged for record in read(labels, *rows)] == [False, False]
    assert [record.ragged for record in read(labels, *rows, sheet=None)] == [True, False]
    assert [item.value for item in read(labels, *rows, sheet=None)[0].fields] == ["K-1", "Kenya", ""]


def test_a_row_that_its_source_could_not_tell_apart_is_ragged(labels: Labels) -> None:
    records = Table(labels).records([(1, HEADER, False), (2, ["a", "b", "c"], True), (3, ["a", "b", "c"], False)])
    assert [record.ragged for record in records] == [True, False]


def test_the_key_of_a_returned_row_is_no_field(labels: Labels) -> None:
    seen = Table(labels, "S")
    rows = [[*HEADER, ROW_KEY], ["K-1", "Kenya", "2023", "a1b2"], ["", "", "", "c3d4"]]
    (record,) = seen.records([(number, cells, False) for number, cells in enumerate(rows, start=1)])
    assert seen.is_return
    assert list(values(record)) == HEADER
    other = Table(labels, "S")
    assert len(list(other.records([(1, HEADER, False), (2, ["K-1", "", ""], False)]))) == 1
    assert not other.is_return


# One column an option


@pytest.mark.parametrize(
    ("cells", "chosen"),
    [
        (["1", "1.0"], "a b, c"),
        (["x", "X"], "a b, c"),
        (["true", "TRUE"], "a b, c"),
        (["yes", "oui"], "a b, c"),
        (["A b", "c"], "a b, c"),
        (["", "1"], "c"),
        (["0", "0.0"], ""),
        (["no", "non"], ""),
        (["false", "FALSE"], ""),
        (["", ""], ""),
    ],
)
@pytest.mark.parametrize("path", ["", "about/", "about / you/"])
@pytest.mark.parametrize("between", ["_", "/"])
def test_marked_options(labels: Labels, cells: list[str], chosen: str, path: str, between: str) -> None:
    header = [*HEADER, f"{path}{GROUP}{between}a b", f"{path}{GROUP}{between}c"]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", *cells])
    place = "S!E2" if chosen == "c" else "S!D2"
    assert record.fields[3:] == [Field(GROUP, chosen, place)]


def test_a_cell_that_is_no_mark_stays_under_its_own_heading(labels: Labels) -> None:
    header = [*HEADER, f"{GROUP}_a", f"{GROUP}_b"]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", "maybe", "1"])
    assert record.fields[3:] == [Field(GROUP, "b", "S!E2"), Field(f"{GROUP}_a", "maybe", "S!D2")]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", "0", "maybe"])
    assert record.fields[3:] == [Field(GROUP, "", "S!D2"), Field(f"{GROUP}_b", "maybe", "S!E2")]


@pytest.mark.parametrize(
    ("whole", "also"),
    [
        ("", False),
        ("a_1 c", False),
        ("c a_1", False),
        ("C, A_1", False),
        ("a_1", True),
        ("a_1 b c", True),
        ("other", True),
    ],
)
def test_a_group_given_twice(labels: Labels, whole: str, also: bool) -> None:
    header = [*HEADER, f"q/{GROUP}", f"q/{GROUP}/a_1", f"q/{GROUP}/b", f"q/{GROUP}/c"]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", whole, "1", "0", "1"])
    joined = Field(GROUP, "a_1, c", "S!E2")
    assert record.fields[3:] == ([joined, Field(GROUP, whole, "S!D2")] if also else [joined])


def test_options_of_two_questions_stay_apart(labels: Labels) -> None:
    header = [*HEADER, f"a/{GROUP}/x1", f"b/{GROUP}/x1", f"b/{GROUP}/x2"]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", "", "1", "1"])
    assert record.fields[3:] == [Field(GROUP, "", "S!D2"), Field(GROUP, "x1, x2", "S!E2")]


@pytest.mark.parametrize("again", ["_001", "_012", ".1"])
@pytest.mark.parametrize("between", ["_", "/"])
def test_a_group_of_an_edited_question_is_that_group(labels: Labels, again: str, between: str) -> None:
    header = [*HEADER, *(f"{GROUP}{suffix}{between}{option}" for suffix in ("", again) for option in ("a", "b"))]
    (record,) = read(labels, header, ["K-1", "Kenya", "2023", "0", "0", "1", "0"])
    assert record.fields[3:] == [Field(GROUP, "", "S!D2"), Field(GROUP, "a", "S!F2")]
    (record,) = read(labels, [*HEADER, GROUP, f"{GROUP}{again}"], ["K-1", "Kenya", "2023", "", "a"])
    assert record.fields[3:] == [Field(GROUP, "", "S!D2"), Field(GROUP, "a", "S!E2")]


@pytest.mark.parametrize(
    "heading", ["Remarks_001", "Country_1", "Country_0001", "Country001", "Country.0", "_001", ".1"]
)
def test_other_endings_make_another_label(labels: Labels, heading: str) -> None:
    (record,) = read(labels, [*HEADER, heading], ["K-1", "Kenya", "2023", "x"])
    assert [item.label for item in record.fields] == [*HEADER, heading]


# Limits


def unreadable(labels: Labels, *rows: list[str]) -> tuple[str, str | None]:
    with pytest.raises(Unreadable) as raised:
        read(labels, *rows)
    return raised.value.reason, raised.value.place


def test_limits(labels: Labels, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_COLUMNS", 5)
    assert len(read(labels, [*HEADER, "d", "e", "", ""], ["a"] * 10)) == 1
    assert unreadable(labels, [], [*HEADER, "d", "e", "f"]) == ("it has more than 5 columns", "S!A2")
    reason, place = unreadable(labels, HEADER, ["a"] * 9)
    assert ("more than 5 cells beyond" in reason, place) == (True, "S!A2")
    assert unreadable(labels, [*HEADER, "d" * 10_001])[1] == "S!A1"

    monkeypatch.setattr(table, "LONGEST_VALUE", 10)
    monkeypatch.setattr(table, "LONGEST_RECORD", 24)
    assert len(read(labels, HEADER, ["a" * 10, "b" * 10, "c"])) == 1
    assert unreadable(labels, HEADER, ["a"], ["a" * 11])[1] == "S!A3"
    assert unreadable(labels, HEADER, ["a" * 10, "b" * 10, "c" * 5])[1] == "S!A2"


# Whatever the layout, no cell is lost

OPTIONS = ["Safety and Security", "Networking", "Policy (new, adopted)"]


@dataclass
class Grid:
    """A sheet: rows of cells, the row that is its header, and rows below that repeat a header."""

    rows: list[list[str]]
    header: int
    random: random.Random
    first: int = 0
    repeats: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)

    @property
    def body(self) -> range:
        return range(self.header + 1, len(self.rows))

    @property
    def heading(self) -> list[str]:
        return self.rows[self.header]

    def insert_above(self, *rows: list[str]) -> None:
        self.rows[0:0] = rows
        self.header += len(rows)
        self.repeats = {number + len(rows) for number in self.repeats}

    def insert_column(self, at: int, heading: str, cell: Callable[[int], str]) -> None:
        for number, row in enumerate(self.rows):
            row += [""] * (at - len(row))
            here = heading if number == self.header else cell(number) if number in self.body else ""
            row.insert(at, here)

    def column(self) -> int:
        return self.random.randrange(len(self.heading))

    def row(self) -> int:
        return self.random.choice(self.body)


def _rename(grid: Grid, change: Callable[[str], str]) -> None:
    at = grid.column()
    grid.heading[at] = change(grid.heading[at])


def _permute(grid: Grid) -> None:
    order = list(range(len(grid.heading)))
    grid.random.shuffle(order)
    grid.rows = [[row[at] for at in order] if len(row) == len(order) else row for row in grid.rows]


def _repeat_header(grid: Grid) -> None:
    at = grid.row()
    grid.rows.insert(at, list(grid.heading))
    grid.repeats.add(at)


def _second_table(grid: Grid) -> None:
    at = len(grid.rows)
    grid.rows += [["Année", "Pays", "FragmentID", "Mine"], ["2020", "Mali", "last id", "last note"]]
    grid.repeats.add(at)


def _options(between: str, marks: Sequence[str]) -> Callable[[Grid], None]:
    def change(grid: Grid) -> None:
        for option in OPTIONS:
            grid.insert_column(grid.column(), f"{GROUP}{between}{option}", lambda _: grid.random.choice(marks))

    return change


def _whole_and_options(grid: Grid) -> None:
    _options("/", ["1", "0", ""])(grid)
    grid.insert_column(grid.column(), GROUP, lambda _: grid.random.choice(["", OPTIONS[0], "something else"]))


def _extra_cells(grid: Grid) -> None:
    row = grid.rows[grid.row()]
    row += ["", f"beyond {len(row)}", "and more"]


def _cut(grid: Grid) -> None:
    row = grid.rows[grid.row()]
    del row[grid.random.randrange(1, len(row)) :]


def _blank_cells(grid: Grid) -> None:
    for _ in range(9):
        row = grid.rows[grid.row()]
        if row:
            row[grid.random.randrange(len(row))] = grid.random.choice(["", " ", "\u00a0\n"])


def _blank_rows(grid: Grid) -> None:
    for _ in range(3):
        grid.rows.insert(grid.row(), [])


def _columns(grid: Grid, heading: str, cell: str, *columns: int) -> None:
    for at in columns:
        grid.insert_column(at, heading, partial(cell.format, at))


def _many_columns(grid: Grid) -> None:
    for number in range(60):
        grid.insert_column(3, f"Own {number}", partial("{} {}".format, number))


def _row_keys(grid: Grid) -> None:
    grid.dropped.add(len(grid.heading))
    grid.insert_column(len(grid.heading), ROW_KEY, str)


MUTATIONS: dict[str, Callable[[Grid], object]] = {
    "none": lambda _: None,
    "title": lambda grid: grid.insert_above(["Outcomes of all countries"]),
    "merged title": lambda grid: grid.insert_above(["Outcomes", *[""] * 8, "2023"], ["", "", "Country", "Year"]),
    "long title": lambda grid: grid.insert_above(["word " * 3000], ["a", "b", "c", "d"]),
    "blank rows above": lambda grid: grid.insert_above([], ["", " "], []),
    "blank rows between": _blank_rows,
    "starts to the right": lambda grid: setattr(grid, "first", 27),
    "blank columns": lambda grid: _columns(grid, "", "", 0, 1),
    "columns in another order": _permute,
    "a column without heading": lambda grid: grid.insert_column(grid.column(), " ", "numbered {}".format),
    "an unknown column": lambda grid: grid.insert_column(grid.column(), "Remarks (own)", "remark {}".format),
    "two unknown columns of one name": lambda grid: _columns(grid, "Remarks", "remark {} {}", 2, 5),
    "a known column twice": lambda grid: grid.insert_column(grid.column(), "Country", "land {}".format),
    "another language": lambda grid: grid.insert_column(grid.column(), "Pays", "pays {}".format),
    "heading with a typo": lambda grid: _rename(grid, lambda heading: heading[:2] + "q" + heading[2:]),
    "heading in capitals": lambda grid: _rename(grid, str.upper),
    "heading with blanks": lambda grid: _rename(grid, lambda heading: f"  {heading.replace(' ', '  ')} "),
    "heading with a line break": lambda grid: _rename(grid, lambda heading: heading.replace(" ", "\n")),
    "heading of a group": lambda grid: _rename(grid, lambda heading: f"group_ab12/part/{heading}"),
    "heading deleted": lambda grid: _rename(grid, lambda _: ""),
    "heading replaced": lambda grid: _rename(grid, lambda _: "Unnamed: 5"),
    "trailing headings": lambda grid: grid.heading.extend(["", " ", "Last", ""]),
    "header repeated": _repeat_header,
    "a second table": _second_table,
    "cells beyond the header": _extra_cells,
    "rows cut short": _cut,
    "cells blanked": _blank_cells,
    "a row deleted": lambda grid: grid.rows.pop(grid.row()),
    "a footer": lambda grid: grid.rows.extend([[], ["Total", "", "12"], ["Source: own count"]]),
    "options marked 1": _options("_", ["1", "0", "", "1.0"]),
    "options marked x": _options("/", ["x", "", "X", "TRUE", "false", "no"]),
    "options with notes": _options("_", ["1", "", "mostly", "see above"]),
    "group whole and in options": _whole_and_options,
    "row keys": _row_keys,
    "many columns": _many_columns,
    "line breaks in cells": lambda grid: grid.rows[grid.row()].__setitem__(0, "one\ntwo\n\nthree"),
}
TOGETHER = [
    ("title", "blank columns", "options marked x", "rows cut short"),
    ("a column without heading", "cells beyond the header", "heading of a group", "header repeated"),
    ("columns in another order", "heading with a typo", "heading deleted", "cells blanked"),
    ("group whole and in options", "a known column twice", "starts to the right", "merged title"),
    ("an unknown column", "another language", "blank rows between", "a footer", "a second table"),
]


def base(codebook: Codebook, seed: int) -> Grid:
    """A sheet with a column a field and a text of its own in every cell."""
    first_label = {name: label for label, name in reversed(list(codebook.fields.items()))}
    heading = [label for name, label in first_label.items() if name != "change_type"]
    chance = random.Random(seed)
    chance.shuffle(heading)
    body = [[f"cell {number} {at}" for at in range(len(heading))] for number in range(6)]
    return Grid([heading, *body], 0, chance)


def check_nothing_is_lost(grid: Grid, labels: Labels, *, in_lines: bool) -> None:
    """Every cell below the header stands in one field at its place, or is a mark of an option that is named."""
    seen = Table(labels, None if in_lines else "S", grid.first)
    numbered = [(number, list(cells), False) for number, cells in enumerate(grid.rows, start=1)]
    records = list(seen.records(numbered))
    assert seen.has_header
    found = Counter(item for record in records for item in (*record.fields, *record.overflow))
    assert max(found.values()) == 1
    by_place: dict[str, list[Field]] = {}
    for item in found:
        by_place.setdefault(item.place, []).append(item)
    heading = grid.heading
    kept = 0
    for number in grid.body:
        if number in grid.repeats:
            heading = grid.rows[number]
            continue
        marked: list[str] = []
        for at, cell in enumerate(grid.rows[number]):
            name = letters(grid.first + at)
            place = f"line {number + 1}, column {name}" if in_lines else f"S!{name}{number + 1}"
            over = heading[at] if at < len(heading) else ""
            here = [item for item in by_place.get(place, []) if item.value == cell.strip()]
            if not cell.strip() or (at in grid.dropped and number not in grid.repeats):
                continue
            option = next((option for option in OPTIONS if over.endswith(option)), None)
            if option and cell.lower() in ("1", "1.0", "x", "true"):
                marked.append(option)
            elif option and cell.lower() in ("0", "false", "no"):
                continue
            elif over == GROUP and cell in OPTIONS:
                group = [item.value for item in found if item.label == GROUP and f"{number + 1}" in item.place]
                assert any(cell in value for value in group)
            else:
                kept += 1
                assert len(here) == 1
                (item,) = here
                assert fold(item.label) in (fold(over), fold(over.rpartition("/")[2]), fold(f"column {name}"))
        record = [item for item in records if item.place.endswith(f"{'line ' if in_lines else ''}{number + 1}")]
        if marked:
            (group_field,) = [
                item for item in record[0].fields if item.label == GROUP and ", ".join(marked) == item.value
            ]
            assert group_field.value
    assert kept > 50


@pytest.mark.parametrize("in_lines", [False, True], ids=["sheet", "lines"])
@pytest.mark.parametrize("mutation", [*((name,) for name in MUTATIONS), *TOGETHER], ids=" and ".join)
def test_no_layout_loses_a_cell(mutation: Sequence[str], in_lines: bool, codebook: Codebook, labels: Labels) -> None:
    for seed in range(5):
        grid = base(codebook, seed)
        for name in mutation:
            MUTATIONS[name](grid)
        check_nothing_is_lost(grid, labels, in_lines=in_lines)


def test_a_lost_cell_would_be_seen(codebook: Codebook, labels: Labels, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = base(codebook, 1)
    MUTATIONS["a column without heading"](grid)
    check_nothing_is_lost(grid, labels, in_lines=False)
    whole = table._Header.record

    def without_overflow(*arguments: object) -> Row:
        record = whole(*arguments)  # type: ignore[arg-type]
        record.overflow = []
        return record

    monkeypatch.setattr(table._Header, "record", without_overflow)
    with pytest.raises(AssertionError):
        check_nothing_is_lost(grid, labels, in_lines=False)


def test_so_many_layouts() -> None:
    """Each as a sheet and as lines: the issue asks for fifty."""
    assert 2 * (len(MUTATIONS) + len(TOGETHER)) >= 50


@pytest.mark.parametrize(
    ("heading", "cut"),
    [
        ("Type_of_change_cluster/Policy change", ("Type_of_change_cluster", "Policy change")),
        ("codes/Type_of_change/Policy/law", ("Type_of_change", "Policy/law")),
        ("Type_of_change", None),
        ("Village_of_change/x", None),
    ],
)
def test_the_longest_label_stands_before_an_option(heading: str, cut: tuple[str, str] | None) -> None:
    groups = {"type_of_change": "change_type", "type_of_change_cluster": "change_cluster"}
    labels = Labels(frozenset(groups), groups, frozenset(), frozenset())
    assert labels.option(heading) == cut
