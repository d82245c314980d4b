"""Tables as files: nothing is lost, nothing is a formula, equal rows give equal bytes however they were cut."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from oh_pipeline.delivery.dictionary import Table, describe
from oh_pipeline.delivery.export_files import even, write_csv, write_parquet
from oh_pipeline.delivery.export_workbook import Limits, tables_workbook
from oh_pipeline.delivery.inert import STARTS_FORMULA, delivered, inert
from oh_pipeline.errors import UsageFault

TOLD = {"edition": "restricted", "build_id": "20260101T000000Z-00000001", "format": "any"}
TEXTS = [
    "plain",
    "",
    None,
    *(f"{start}HYPERLINK(1)" for start in STARTS_FORMULA),
    "'quoted",
    "''=twice",
    'a "b", c\r\nd',
    "lone \r here",
    " = later",
    "née 東京 \U0001f600",
    "<r><t>x</t></r>",
    "_x0041_",
    "2024",
    "-5",
]
KINDS: list[tuple[str, str, str | None]] = [
    ("key", "VARCHAR", "Which row"),
    ("words", "VARCHAR", "Anything; <person> | mark"),
    ("whole", "BIGINT", "A number"),
    ("part", "DOUBLE", "A share"),
    ("truth", "BOOLEAN", "Whether"),
    ("day", "DATE", "When"),
    ("moment", "TIMESTAMP", "When exactly, UTC"),
    ("several", "VARCHAR[]", "Some"),
]
TABLE = describe("main", "odd_things", "One row an odd thing. Said so.", KINDS)


def arrow(count: int | None = None) -> pa.Table:
    size = len(TEXTS) if count is None else count
    numbers = range(size)
    return pa.table(
        {
            "key": [f"k{number:07d}" for number in numbers],
            "words": pa.array([TEXTS[number % len(TEXTS)] for number in numbers], pa.string()),
            "whole": pa.array([None if number == 3 else number - 5 for number in numbers], pa.int64()),
            "part": pa.array([1 / (number + 3) for number in numbers], pa.float64()),
            "truth": pa.array([(True, False, None)[number % 3] for number in numbers], pa.bool_()),
            "day": pa.array([date(2024, 1 + number % 12, 5) for number in numbers], pa.date32()),
            "moment": pa.array([datetime(2024, 1, 5, 10, 11, 12, number % 1_000_000) for number in numbers]),
            "several": pa.array([["=a", "b, c"], [], None] * (size // 3 + 1), pa.list_(pa.string()))[:size],
        }
    )


def reader(rows: pa.Table, sizes: Sequence[int] = (10_000,)) -> pa.RecordBatchReader:
    """The same rows, cut like this."""
    batches, start, turn = [], 0, 0
    while start < rows.num_rows:
        size = sizes[turn % len(sizes)]
        batches += rows.slice(start, size).combine_chunks().to_batches()
        start, turn = start + size, turn + 1
    return pa.RecordBatchReader.from_batches(rows.schema, batches)


def book_of(file: Path, rows: pa.Table, table: Table = TABLE, limits: Limits | None = None, **sizes: Any) -> list[str]:
    with tables_workbook(file, [table], TOLD, limits) as book:
        count, sheets = book.add(table, table.name, reader(rows, **sizes))
    assert count == rows.num_rows
    return sheets


WRITERS: dict[str, Callable[[Path, pa.RecordBatchReader], object]] = {
    "parquet": lambda file, rows: write_parquet(file, TABLE, rows, TOLD),
    "csv": write_csv,
}


@pytest.mark.parametrize("text", [text for text in TEXTS if text is not None])
def test_an_inert_text_is_no_formula_and_can_be_taken_back(text: str) -> None:
    assert not inert(text).startswith(STARTS_FORMULA)
    assert delivered(inert(text)) == text


def test_what_is_no_formula_stays_as_it_is() -> None:
    for text in ("", "plain", "a=b", " =x", "1-2", "(=1)"):
        assert inert(text) == text


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_batches_are_even_however_they_come(size: int) -> None:
    rows = arrow(20)
    parts = list(even(reader(rows, (3, 1, 11, 2)), size))
    assert [part.num_rows for part in parts] == [size] * (20 // size) + ([20 % size] if 20 % size else [])
    assert pa.concat_tables(parts) == rows
    assert [part.num_rows for part in even(reader(rows.slice(0, 0)), size)] == [0]


def test_parquet_is_as_it_was_and_says_what_it_means(tmp_path: Path) -> None:
    rows = arrow()
    assert write_parquet(tmp_path / "a.parquet", TABLE, reader(rows), TOLD) == rows.num_rows
    assert pq.read_table(tmp_path / "a.parquet").cast(rows.schema) == rows
    assert pl.read_parquet(tmp_path / "a.parquet").equals(pl.DataFrame(pl.from_arrow(rows)), null_equal=True)
    schema = pq.read_schema(tmp_path / "a.parquet")
    assert schema.field("words").metadata[b"description"] == b"Anything; <person> | mark"
    assert schema.metadata[b"description"].startswith(b"One row")
    assert schema.metadata[b"build_id"] == TOLD["build_id"].encode()


def test_csv_holds_no_formula_and_gives_everything_back(tmp_path: Path) -> None:
    rows = arrow()
    assert write_csv(tmp_path / "a.csv", reader(rows)) == rows.num_rows
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as handle:
        header, *lines = csv.reader(handle)
    assert header == rows.column_names
    for row, line in zip(rows.to_pylist(), lines, strict=True):
        cells = dict(zip(header, line, strict=True))
        assert not cells["words"].startswith(STARTS_FORMULA)
        assert delivered(cells["words"]) == (row["words"] or "")
        assert cells["whole"] == ("" if row["whole"] is None else str(row["whole"]))
        assert float(cells["part"]) == row["part"]
        assert cells["truth"] == ("" if row["truth"] is None else str(row["truth"]).lower())
        assert date.fromisoformat(cells["day"]) == row["day"]
        assert datetime.fromisoformat(cells["moment"]) == row["moment"]
        assert (json.loads(cells["several"]) if cells["several"] else None) == row["several"]


def test_csv_tells_nothing_from_an_empty_text(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", reader(arrow()))
    back = pl.read_csv(tmp_path / "a.csv")
    assert back["words"][1] == ""
    assert back["words"][2] is None


def test_csv_without_rows_has_its_header(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "a.csv", reader(arrow(0))) == 0
    assert (tmp_path / "a.csv").read_bytes().decode() == ",".join(arrow(0).column_names) + "\r\n"


@pytest.mark.parametrize("form", WRITERS)
def test_equal_rows_give_equal_bytes(tmp_path: Path, form: str) -> None:
    rows = arrow(150_000)
    for number, sizes in enumerate([(16_384,), (2_048, 999), (150_000,)]):
        WRITERS[form](tmp_path / str(number), reader(rows, sizes))
    assert (tmp_path / "0").read_bytes() == (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()
    other = rows.set_column(2, "whole", pa.array(range(150_000), pa.int64()))
    WRITERS[form](tmp_path / "other", reader(other))
    assert (tmp_path / "0").read_bytes() != (tmp_path / "other").read_bytes()


def test_a_workbook_gives_everything_back(tmp_path: Path) -> None:
    rows = arrow()
    assert book_of(tmp_path / "a.xlsx", rows) == ["odd_things"]
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["contents", "dictionary", "odd_things"]
    sheet = book["odd_things"]
    header, *lines = sheet.iter_rows()
    assert [cell.value for cell in header] == rows.column_names
    for row, line in zip(rows.to_pylist(), lines, strict=True):
        cells = dict(zip(rows.column_names, line, strict=True))
        assert all(cell.data_type != "f" for cell in line)
        words = row["words"]
        if words and words.startswith(STARTS_FORMULA):
            assert cells["words"].quotePrefix
        assert unescape(cells["words"].value or "") == (words or "")
        assert cells["whole"].value == row["whole"]
        assert cells["part"].value == row["part"]
        assert cells["truth"].value is row["truth"]
        assert cells["day"].value.date() == row["day"]
        assert cells["moment"].value == row["moment"].isoformat()
        assert cells["several"].value == (None if row["several"] is None else json.dumps(row["several"]))
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:H{rows.num_rows + 1}"


def test_a_workbook_says_what_is_in_it(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", arrow())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    contents = [row for row in book["contents"].iter_rows(values_only=True) if any(row)]
    assert TOLD["build_id"] in contents[0][0]
    assert ("odd_things", "odd_things", arrow().num_rows, "One row an odd thing. Said so.") in contents
    told = list(book["dictionary"].iter_rows(values_only=True))
    assert ("main", "odd_things", 2, "words", "string", None, "Anything; <person> | mark") in told


def test_workbooks_have_equal_bytes_and_no_clock(tmp_path: Path) -> None:
    book_of(tmp_path / "a.xlsx", arrow(300), sizes=(7,))
    book_of(tmp_path / "b.xlsx", arrow(300), sizes=(300,))
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert {entry.date_time[0] for entry in ZipFile(tmp_path / "a.xlsx").infolist()} == {1980}


def test_rows_beyond_a_sheet_go_to_further_sheets(tmp_path: Path) -> None:
    sheets = book_of(tmp_path / "a.xlsx", arrow(25), limits=Limits(rows=11))
    assert sheets == ["odd_things", "odd_things_2", "odd_things_3"]
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    keys = [row[0] for name in sheets for row in list(book[name].iter_rows(values_only=True))[1:]]
    assert keys == arrow(25)["key"].to_pylist()
    assert [book[name].max_row for name in sheets] == [11, 11, 6]
    contents = [row[:3] for row in book["contents"].iter_rows(values_only=True)]
    assert [row for row in contents if row[1] == "odd_things"] == [
        ("odd_things", "odd_things", 10),
        ("odd_things_2", "odd_things", 10),
        ("odd_things_3", "odd_things", 5),
    ]


def test_a_sheet_that_is_just_full_has_no_second(tmp_path: Path) -> None:
    assert book_of(tmp_path / "a.xlsx", arrow(10), limits=Limits(rows=11)) == ["odd_things"]
    assert len(book_of(tmp_path / "b.xlsx", arrow(11), limits=Limits(rows=11))) == 2


def test_texts_beyond_a_cell_stand_whole_elsewhere(tmp_path: Path) -> None:
    long = "=" + "x" * 40_000
    paired = "\U0001f600" * 20_000  # each takes two units of a cell
    fitting = "y" * 32_767
    rows = pa.table({"key": ["a", "b", "c"], "words": [long, paired, fitting]})
    book_of(tmp_path / "a.xlsx", rows, describe("main", "odd_things", "One row", KINDS[:2]))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["odd_things"]
    assert sheet["B4"].value == fitting
    assert sheet["B2"].value.startswith("=xxx")
    assert sheet["B2"].value.endswith("[the whole text: sheet long_texts, rows 2 to 3]")
    assert sheet["B2"].quotePrefix
    kept = list(book["long_texts"].iter_rows(min_row=2, values_only=True))
    for cell, text in (("B2", long), ("B3", paired)):
        parts = [row for row in kept if row[2] == cell]
        assert [row[4] for row in parts] == list(range(1, parts[0][5] + 1))
        assert "".join(row[6] for row in parts) == text
        assert parts[0][:4] == ("odd_things", "odd_things", cell, "words")
    assert any(row[0] == "long_texts" for row in book["contents"].iter_rows(values_only=True))


def test_long_names_are_told_apart(tmp_path: Path) -> None:
    names = ["a" * 40 + "x", "A" * 40 + "y", "contents"]
    tables = [describe("main", name, f"One row {name}", KINDS[:1]) for name in names]
    rows = pa.table({"key": ["a"]})
    with tables_workbook(tmp_path / "a.xlsx", tables, TOLD) as book:
        sheets = [book.add(table, table.name, reader(rows))[1][0] for table in tables]
    assert sheets == ["a" * 31, "A" * 29 + "_2", "contents_2"]
    read = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert {row[:2] for row in read["contents"].iter_rows(values_only=True)} >= set(zip(sheets, names, strict=True))


def test_a_table_wider_than_a_sheet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="parquet or csv"):
        book_of(tmp_path / "a.xlsx", arrow(), limits=Limits(columns=7))
    assert list(tmp_path.iterdir()) == []


def test_numbers_that_a_cell_would_round_are_texts(tmp_path: Path) -> None:
    values = [10**15 - 1, 10**15, -(10**15), 2**62]
    rows = pa.table({"whole": pa.array(values, pa.int64()), "part": [0.1 + 0.2, 1 / 7, float("inf"), float("nan")]})
    table = describe("main", "odd_things", "One row", [KINDS[2], KINDS[3]])
    book_of(tmp_path / "a.xlsx", rows, table)
    lines = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["odd_things"].iter_rows(min_row=2, values_only=True))
    assert [line[0] for line in lines] == [values[0], *map(str, values[1:])]
    assert [line[1] for line in lines] == [0.1 + 0.2, 1 / 7, "inf", "nan"]
