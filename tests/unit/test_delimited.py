"""CSV and its kin: how the separator is found, where rows begin and end, and that no row goes under."""

from __future__ import annotations

import codecs
import csv
import io
import random
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.records import Field, Labels, Note, Record, Row, Unreadable
from oh_pipeline.sources.tables import delimited, table
from oh_pipeline.validation.form_tasks import labels_of

HEADER = "FragmentID,Country,Year,Remarks\n"
SEPARATORS = (",", ";", "\t", "|")


class Read:
    """What a file gave."""

    def __init__(self, path: Path, labels: Labels, encoding: str) -> None:
        self.records: list[Record | Row] = []
        self.problem: Unreadable | None = None
        try:
            for item in delimited.read(str(path), labels, encoding):
                assert not isinstance(item, Note)
                self.records.append(item)
        except Unreadable as error:
            self.problem = error

    @property
    def rows(self) -> list[list[str]]:
        return [[item.value for item in record.fields] for record in self.records]

    @property
    def places(self) -> list[str]:
        return [record.place for record in self.records]

    @property
    def ragged(self) -> list[bool]:
        return [record.ragged for record in self.records]


ReadText = Callable[..., Read]


@pytest.fixture(scope="module")
def labels(codebook: Codebook) -> Labels:
    return labels_of(codebook)


@pytest.fixture(scope="module")
def read(labels: Labels, tmp_path_factory: pytest.TempPathFactory) -> ReadText:
    path = tmp_path_factory.mktemp("delimited") / "file.csv"

    def run(content: str | bytes, encoding: str = "utf-8") -> Read:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Read(path, labels, encoding)

    return run


# The separator


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize(
    "above", ["", "\n\n", "Outcomes, all; of\tthem|yes\n", "sep={}\n", '"A title, with\na break"\n']
)
def test_the_separator_is_the_one_of_the_header(read: ReadText, separator: str, above: str) -> None:
    header = separator.join(["FragmentID", "Country", "Year", "a,b;c\td|e".replace(separator, "-")])
    row = separator.join(["K-1", "Kenya", "2023", f'"x{separator}y"'])
    found = read(f"{above.format(separator)}{header}\n{row}\n")
    assert found.rows == [["K-1", "Kenya", "2023", f"x{separator}y"]]
    assert found.problem is None
    assert found.records[0].fields[0].place == f"line {above.count(chr(10)) + 2}, column A"


def test_most_labels_win(read: ReadText) -> None:
    found = read("FragmentID;Country;Year;Scale, Social actor, Outcome status\nK-1;Kenya;2023;National\n")
    assert found.rows == [["K-1", "Kenya", "2023", "National"]]


def test_the_header_may_stand_below_much_else(read: ReadText) -> None:
    found = read("a long title, with commas\n" * 5000 + HEADER.replace(",", ";") + "K-1;Kenya;2023\n")
    assert found.places == ["line 5002"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", table.NO_HEADER),
        ("\n\n", table.NO_HEADER),
        ("a,b,c\n1,2,3\n", table.NO_HEADER),
        ("FragmentID,Country\nK-1,Kenya\n", table.NO_HEADER),
        ("text and\nmore text\n", table.NO_HEADER),
        ("x\n" * 600_000 + HEADER + "K-1,Kenya,2023,\n", table.NO_HEADER),
        (HEADER, table.NO_RECORD),
        (f"{HEADER}\n,,,\n{HEADER}", table.NO_RECORD),
    ],
    ids=["empty", "blank", "other labels", "two labels", "text", "too far down", "header alone", "header twice"],
)
def test_nothing_in_it(read: ReadText, content: str, reason: str) -> None:
    found = read(content)
    assert found.problem is not None
    assert (found.problem.reason, found.rows) == (reason, [])


# Encodings and line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(read: ReadText, encoding: str, end: str) -> None:
    lines = ["FragmentID,Pays,Année", 'K-1,"Côte d’Ivoire\nouest",2023'.replace("’", "'"), "", "K-2,Bénin,2022"]
    found = read("\n".join(lines).replace("\n", end).encode(encoding), encoding)
    assert found.rows == [["K-1", "Côte d'Ivoire\nouest", "2023"], ["K-2", "Bénin", "2022"]]
    assert found.places == ["line 2", "line 5"]


def test_line_separators_of_unicode_are_text(read: ReadText) -> None:
    assert read(f"{HEADER}K-1,a\u2028b\x85c\x0bd\x0ce,2023,\n").rows == [["K-1", "a\u2028b\x85c\x0bd\x0ce", "2023"]]


def test_stray_bytes(read: ReadText) -> None:
    assert read(HEADER.encode() + b"K-1,caf\xe9 \x93a\x94 \x81,2023,\n").rows == [["K-1", "café “a” \x81", "2023"]]


def test_bytes_of_no_encoding(read: ReadText) -> None:
    found = read(codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le") + b"K\0\n\0\x00\xdc\x00\xdc", "utf-16")
    assert found.problem is not None
    assert "no text in its encoding" in found.problem.reason


@pytest.mark.parametrize("content", [f"{HEADER}K-1,a\0b,2023,\nK-2,c,2022,\n", f"\0{HEADER}K-1,a,2023,\n"])
def test_nul_characters(read: ReadText, content: str) -> None:
    found = read(content)
    assert found.problem is not None
    assert "NUL" in found.problem.reason
    assert found.rows == []


# Quotation marks


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"a,b"', "a,b"),
        ('"a ""b"" c"', 'a "b" c'),
        ('"a\n\nb\r\nc"', "a\n\nb\nc"),
        (' "a,b"', "a,b"),
        ('a "b" c', 'a "b" c'),
        ('a"', 'a"'),
        ('""', ""),
        ('"a" b', "a b"),
        ('"a"b"', 'ab"'),
        ('"a, b" and "c"', 'a, b and "c"'),
        ("'a'", "'a'"),
        ("\\", "\\"),
    ],
)
def test_quoted_cells(read: ReadText, cell: str, value: str) -> None:
    found = read(f"{HEADER}K-1,{cell},2023,\nK-2,Mali,2022,\n")
    assert found.problem is None
    assert found.rows == [["K-1", value, "2023"], ["K-2", "Mali", "2022"]]
    assert found.places == ["line 2", f"line {3 + cell.count(chr(10))}"]
    assert not any(found.ragged)


def test_a_row_begins_where_its_first_line_is(read: ReadText) -> None:
    found = read('"Frag\nmentID","Fragment\nID",Country,Year\n\n1,"K\n-1",Kenya,"20\n23"\n1,K-2,Mali,2022\n')
    assert found.places == ["line 5", "line 8"]
    assert [item.place for item in found.records[0].fields][:2] == ["line 5, column B", "line 5, column C"]


def test_a_mark_never_closed(read: ReadText) -> None:
    found = read(f'{HEADER}K-1,Kenya,2023,"one\ntwo"\nK-2,"a\nb","2022,\nK-3,Mali,2021,\n')
    assert [row[0] for row in found.rows] == ["K-1"]
    assert found.problem is not None
    reason = "a quotation mark opens in line 5 and is not closed; what follows was not read"
    assert (found.problem.reason, found.problem.place) == (reason, "line 5")


def test_a_mark_never_closed_above_the_header(read: ReadText) -> None:
    found = read(f'"A title, 2023\n{HEADER}K-1,Kenya,2023,\n')
    assert found.problem is not None
    assert found.problem.place == "line 1"


def test_a_mark_that_is_none_swallows_no_row(read: ReadText) -> None:
    rows = [
        "K-1,Kenya,2023,plain",
        'K-2,"Mali,2022,stray',
        "K-3,Niger,2021,",
        'K-4,"Togo",2020,"quoted, well"',
        "K-5,Benin,2019,",
    ]
    found = read(HEADER + "\n".join(rows))
    assert found.problem is None
    assert [row[0] for row in found.rows] == ["K-1", "K-2", "K-3", "K-4", "K-5"]
    assert found.rows[1] == ["K-2", '"Mali', "2022", "stray"]
    assert found.rows[3] == ["K-4", "Togo", "2020", "quoted, well"]
    assert found.ragged == [False, True, False, False, False]
    assert found.places == [f"line {number}" for number in range(2, 7)]


def test_text_behind_a_mark_and_another_never_closed(read: ReadText) -> None:
    found = read(f'{HEADER}K-1,"Kenya" and,"2023,x\nK-2,Mali,2022,\n')
    assert [row[0] for row in found.rows] == ["K-1", "K-2"]
    assert found.rows[0][1:] == ['"Kenya" and', '"2023', "x"]
    assert found.ragged == [True, False]


def test_rows_that_two_stray_marks_made_one_are_reported(read: ReadText) -> None:
    found = read(f'{HEADER}K-1,"Kenya,2023,a\nK-2,Mali",2022,b\nK-3,"Niger,\nor so",2021,c\n')
    assert found.rows == [["K-1", "Kenya,2023,a\nK-2,Mali", "2022", "b"], ["K-3", "Niger,\nor so", "2021", "c"]]
    assert found.ragged == [True, False]


# Ragged rows and limits


def test_ragged_rows(read: ReadText) -> None:
    rows = ["K-1,Kenya", "K-2,Mali,2022,a,b,,c", "K-3,Niger,2021,,,", "K-4,Togo,2020,", " ,", "K-5"]
    found = read("FragmentID,Country,Year,Remarks,,\n" + "\n".join(rows))
    assert found.ragged == [True, True, False, False, True]
    assert found.records[1].overflow == [
        Field("column E", "b", "line 3, column E"),
        Field("column G", "c", "line 3, column G"),
    ]
    assert found.rows[0] == ["K-1", "Kenya", ""]


def test_a_cell_too_long(read: ReadText, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (delimited, table):
        monkeypatch.setattr(module, "LONGEST_VALUE", 1000)
    whole = f"{HEADER}K-1,Kenya,2023,\nK-2,{'a' * 1000},2022,\n"
    assert len(read(whole).rows) == 2
    for cell in ("a" * 1001, f'"{"a" * 1001}"', '"' + "a\n" * 501 + '"'):
        found = read(f"{HEADER}K-1,Kenya,2023,\nK-2,{cell},2022,\n")
        assert len(found.rows) == 1
        assert found.problem is not None
        assert found.problem.place == "line 3"


def test_a_mended_row_that_would_grow_too_long(read: ReadText, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "LONGEST_VALUE", 500)
    found = read(f'{HEADER}K-1,"Kenya" and,"2023,x\n' + "K-2,Mali,2022,\n" * 90)
    assert [row[0] for row in found.rows] == ["K-1", *["K-2"] * 90]
    assert found.ragged == [True, *[False] * 90]


def test_a_row_too_long(read: ReadText, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (delimited, table):
        monkeypatch.setattr(module, "LONGEST_RECORD", 1000)
    long = '"' + "a\n" * 300 + '"'
    found = read(f"{HEADER}K-1,Kenya,2023,\nK-2,{long},{long},\n")
    assert len(found.rows) == 1
    assert found.problem is not None
    assert found.problem.place == "line 3"


def test_ten_thousand_columns(read: ReadText) -> None:
    found = read(HEADER.strip() + ",x" * 10_000 + "\nK-1,Kenya,2023\n")
    assert found.problem is not None
    assert "columns" in found.problem.reason
    found = read(HEADER + "K-1,Kenya,2023" + ",x" * 10_000 + "\n")
    assert found.problem is not None
    assert "cells beyond its header" in found.problem.reason


def test_memory_does_not_grow_with_the_file(tmp_path: Path, labels: Labels) -> None:
    path = tmp_path / "large.csv"
    row = f'K-1,Kenya,2023,"{"some words " * 30}"\n'
    path.write_text(HEADER + row * 20_000, encoding="utf-8")
    assert path.stat().st_size > 6 << 20
    tracemalloc.start()
    try:
        assert sum(1 for _ in delimited.read(str(path), labels, "utf-8")) == 20_000
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


# Properties

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(" \",;\t|\n'a"), max_size=12)
PROPERTY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def plain(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip()


@PROPERTY
@given(
    rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), min_size=1, max_size=6),
    separator=st.sampled_from(SEPARATORS),
    quoting=st.sampled_from((csv.QUOTE_ALL, csv.QUOTE_MINIMAL)),
    title=st.sampled_from(([], ["Title; of, it"], ["", "a", ""])),
)
def test_what_was_written_is_read(
    read: ReadText, rows: list[list[str]], separator: str, quoting: int, title: list[str]
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(title)
    writer.writerow(["FragmentID", "Country", "Year", "Scale"])
    writer.writerows(rows)
    wanted = [[plain(cell) for cell in row] for row in rows if any(map(plain, row))]
    found = read(out.getvalue())
    assert found.rows == wanted
    assert not any(found.ragged)
    assert (found.problem is None) == bool(wanted)


def mangled(chance: random.Random) -> list[str]:
    """Rows in which marks stand anywhere; every cell has a word of its own."""
    rows = []
    for number in range(chance.randrange(1, 12)):
        cells = [f"w{number}x{at}" for at in range(4)]
        for at, cell in enumerate(cells):
            kind = chance.random()
            if kind < 0.15:
                cells[at] = f'"{cell}, and more"'
            elif kind < 0.2:
                cells[at] = f'"{cell}\nmore"'
            elif kind < 0.3:
                cells[at] = cell[:2] + chance.choice(['"', '""']) + cell[2:] if chance.random() < 0.5 else cell + '"'
            elif kind < 0.4:
                cells[at] = chance.choice(['"', '""', ' "']) + cell
        rows.append(",".join(cells))
    return rows


@pytest.mark.parametrize("seed", range(200))
def test_stray_marks_lose_no_word(read: ReadText, seed: int) -> None:
    """Every word below the header is in a record, or below the line that the problem names."""
    rows = mangled(random.Random(seed))
    content = HEADER + "\n".join(rows) + "\n"
    found = read(content)
    values = [item.value for record in found.records for item in (*record.fields, *record.overflow)]
    read_words = re.findall(r"w\d+x\d", "\n".join(values).replace('"', ""))
    assert len(read_words) == len(set(read_words))
    lines = content.split("\n")
    before = len(lines)
    if found.problem is not None:
        assert found.problem.place is not None
        before = int(found.problem.place.removeprefix("line ")) - 1
        while before and not lines[before].startswith(("w", '"w', ' "w', '""w')):
            before -= 1  # the row in which the mark opens is not read either
    wanted = re.findall(r"w\d+x\d", "\n".join(lines[1:before]).replace('"', ""))
    assert set(wanted) <= set(read_words)
