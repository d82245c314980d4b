"""Workbooks: what a cell says, which sheets are read, and why a file is not. The fixtures were saved by LibreOffice."""

from __future__ import annotations

import datetime as dt
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oh_pipeline.sources.records import FIX_SHEET, ROW_KEY, Field, Labels, Unreadable
from oh_pipeline.sources.tables import biff, ooxml, opendocument, plainrows, workbook
from oh_pipeline.sources.tables.cells import Value, text_of
from oh_pipeline.sources.tables.numberformats import shown_as
from oh_pipeline.sources.tables.table import NO_HEADER, NO_RECORD

from .reading import Read

FIXTURES = Path(__file__).parents[1] / "fixtures" / "workbooks"
HEADER = ["FragmentID", "Country", "Year", "Remarks"]
Sheets = dict[str, list[list[Any]]]


ReadFile = Callable[[Path], Read]


@pytest.fixture(scope="module")
def read(labels: Labels) -> ReadFile:
    return lambda path: Read(workbook.read(str(path), labels))


def write(path: Path, sheets: Sheets) -> Path:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


# Packages made by hand

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
HEADER_CELLS = "".join(f'<c t="inlineStr"><is><t>{label}</t></is></c>' for label in HEADER)


def package(path: Path, rows: str, sheet: str = '<worksheet xmlns="{}"><sheetData>{}</sheetData></worksheet>') -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, content in {**PARTS, "xl/worksheets/sheet1.xml": sheet.format(MAIN, rows)}.items():
            parts.writestr(name, content)
    return path


def records_sheet(cells: str) -> str:
    return f"<row>{HEADER_CELLS}</row><row>{cells}</row>"


ODF = "urn:oasis:names:tc:opendocument:xmlns:"
NAMESPACES = " ".join(
    f'xmlns:{name}="{ODF}{uri}:1.0"'
    for name, uri in [("office", "office"), ("table", "table"), ("text", "text"), ("draw", "drawing")]
)
ODS_HEADER = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{label}</text:p></table:table-cell>' for label in HEADER
)


def ods(path: Path, rows: str, name: str = "S", namespaces: str = NAMESPACES) -> Path:
    body = f'<table:table table:name="{name}">{rows}</table:table>' if name else rows
    content = f"<office:document-content {namespaces}><office:body>{body}</office:body></office:document-content>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("content.xml", content)
    return path


def ods_rows(cells: str) -> str:
    return f"<table:table-row>{ODS_HEADER}</table:table-row><table:table-row>{cells}</table:table-row>"


# Cells as text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2023, "2023"),
        (2023.0, "2023"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1.1, "1.1"),
        (1 / 3, "0.333333333333333"),
        (1234567.891, "1234567.891"),
        (999999999999999.0, "999999999999999"),
        (123456789012345678.0, "123456789012346000"),
        (1e20, "100000000000000000000"),
        (0.00001, "0.00001"),
        (1.5e-7, "0.00000015"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2023, 5, 1), "2023-05-01"),
        (dt.datetime(2023, 5, 1), "2023-05-01"),
        (dt.datetime(2023, 5, 1, 14, 30), "2023-05-01 14:30"),
        (dt.datetime(2023, 5, 1, 14, 30, 15), "2023-05-01 14:30:15"),
        (dt.datetime(2023, 5, 1, 23, 59, 59, 999000), "2023-05-02"),
        (dt.datetime.max, "9999-12-31 23:59:59"),
        (dt.time(14, 30), "14:30"),
        (dt.time(14, 30, 5, 400000), "14:30:05"),
        (dt.timedelta(hours=42), "42:00"),
        (dt.timedelta(minutes=-90), "-01:30"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("", ""),
    ],
)
def test_a_cell_as_text(value: Value, text: str) -> None:
    assert text_of(value) == text


# The same workbook in every format


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_every_format_reads_the_same(read: ReadFile, suffix: str) -> None:
    found = read(FIXTURES / f"outcomes.{suffix}")
    assert found.problem is None
    assert found.notes == [("skipped_sheet", "Notes")]
    assert found.rows == [
        ["KEN-CIV-001", "Kenya", "2023", "The council\nadopted a policy.", "TRUE", "0.3"],
        ["KEN-CIV-002", "Kenya", "#DIV/0!", "A formula", "0", "#N/A"],
        ["KEN-CIV-003", "Kenya", "2021", "A  text with blanks", "", "2023-05-01"],
        ["KEN-CIV-004", "Kenya", "2021", "Dates", "", "2023-05-01 14:30"],
        ["KEN-CIV-005", "Kenya", "2021", "Durations", "", "42:00"],
        ["KEN-CIV-006", "Kenya", "2021", "Same", ""],
        ["KEN-CIV-007", "Kenya", "2021", "Same", ""],
        ["MLI-CIV-001", "Mali", "2022"],
    ]
    assert found.places == [f"Outcomes!B{number}" for number in (5, 6, 8, 9, 10, 11, 12)] + ["More!A2"]
    assert found.records[1].fields[2] == Field("Year", "#DIV/0!", "Outcomes!D6")


def test_the_content_tells_the_kind_not_the_name(read: ReadFile, tmp_path: Path) -> None:
    for suffix, other in (("xls", "xlsx"), ("xlsx", "xls"), ("ods", "xlsx"), ("xlsx", "xlsm")):
        path = tmp_path / f"misnamed_{suffix}.{other}"
        shutil.copy(FIXTURES / f"outcomes.{suffix}", path)
        assert len(read(path).records) == 8


def test_errors_of_xls_stand_in_their_sheet(read: ReadFile) -> None:
    """Charts are sheets of their own, and have cells of their own where they lie in a sheet."""
    errors = biff.cell_errors(str(FIXTURES / "charts.xls"))
    assert errors == [{}, {}, {1: {2: "#DIV/0!", 3: "#N/A"}}, {3: {2: "#DIV/0!"}}]
    assert read(FIXTURES / "charts.xls").notes == [("skipped_sheet", name) for name in ("A", "B", "OnlyErr")]


# Sheets


def test_other_sheets_are_named_and_empty_ones_left_out(read: ReadFile, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Title"], [], HEADER, ["K-1", "Kenya", 2023, "x"]]
    found = read(write(tmp_path / "a.xlsx", {"Read me": [["text"]], "Empty": [], "One": rows, "Two": rows[2:]}))
    assert found.notes == [("skipped_sheet", "Read me")]
    assert found.places == ["One!A4", "Two!A2"]


def test_no_sheet_with_a_header(read: ReadFile, tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.xlsx", {"One": [["a"]], "Two": [["b"]], "Empty": []}))
    assert (found.reason, found.notes) == (NO_HEADER, [("skipped_sheet", "One"), ("skipped_sheet", "Two")])
    assert read(write(tmp_path / "b.xlsx", {"One": [], "Two": []})).reason == "every sheet of it is empty"
    assert read(write(tmp_path / "c.xlsx", {"One": [HEADER]})).reason == NO_RECORD


def test_what_to_fix_is_passed_over_in_a_returned_workbook(read: ReadFile, tmp_path: Path) -> None:
    row = ["K-1", "Kenya", 2023, "x"]
    fix = [HEADER, ["not", "a", "record", ""]]
    returned = read(write(tmp_path / "a.xlsx", {FIX_SHEET: fix, "Records": [[*HEADER, ROW_KEY], [*row, "a1"]]}))
    assert (returned.rows, returned.notes) == ([["K-1", "Kenya", "2023", "x"]], [])
    other = read(write(tmp_path / "b.xlsx", {FIX_SHEET: fix, "Records": [HEADER, row]}))
    assert [row[0] for row in other.rows] == ["K-1", "not"]
    noted = read(write(tmp_path / "c.xlsx", {FIX_SHEET: [["x"]], "Records": [HEADER, row]}))
    assert noted.notes == [("skipped_sheet", FIX_SHEET)]


# .xlsx


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A", "#SPILL!", "#ERROR!", "Err:508"])
@pytest.mark.parametrize("cell", ['<c t="e"><f>1/0</f><v>{}</v></c>', "<c r='A2' s=\"0\" t='e' ><v>{}</v></c>"])
def test_errors_are_text(read: ReadFile, tmp_path: Path, error: str, cell: str) -> None:
    found = read(package(tmp_path / "a.xlsx", records_sheet(f"{cell.format(error)}<c><v>7</v></c>")))
    assert found.rows == [[error, "7", ""]]


def test_a_part_with_prefixes(read: ReadFile, tmp_path: Path) -> None:
    cells = "".join(f'<x:c t="str"><x:v>{label}</x:v></x:c>' for label in HEADER)
    rows = f'<x:row>{cells}</x:row><x:row><x:c t="e"><x:v>#REF!</x:v></x:c><x:c><x:f>1+1</x:f></x:c></x:row>'
    sheet = '<x:worksheet xmlns:x="{}"><x:sheetData>{}</x:sheetData></x:worksheet>'
    assert read(package(tmp_path / "a.xlsx", rows, sheet)).rows == [["#REF!", "=1+1", ""]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><f>B1&amp;1</f></c>", "=B1&1"),
        ("<c><f>1+1</f><v></v></c>", "=1+1"),
        ('<c t="n"><f ca="1">1+1</f><v/></c>', "=1+1"),
        ('<c t="b"><f>A1</f> <v /></c>', "=A1"),
        ('<c t="str"><f>A1</f><v></v></c>', ""),
        ("<c><f>1+1</f><v>2</v></c>", "2"),
        ("<c/>", ""),
        ("<c><v/></c>", ""),
    ],
)
def test_a_formula_without_value_is_not_blank(read: ReadFile, tmp_path: Path, cell: str, text: str) -> None:
    found = read(package(tmp_path / "a.xlsx", records_sheet(f"<c><v>1</v></c>{cell}<c><v>3</v></c>")))
    assert found.rows == [["1", text, "3"]]


FORMATS = [
    ("000", 7, "007"),
    ("000", -7, "-007"),
    ("000", 2023.4, "2023"),
    ('"SCC-KEN/CIV"000', 14, "SCC-KEN/CIV014"),
    ("\\C\\I\\V00", 3, "CIV03"),
    ('0" years"', 3, "3 years"),
    ("0%", 0.25, "25%"),
    ("0.0%", 0.2567, "25.7%"),
    ("0%;[Red]-0%", 0.5, "50%"),
    ("yyyy", 45047, "2023"),
    ("[$-409]yyyy", 45047, "2023"),
    ("General", 7, "7"),
    ("0", 2023, "2023"),
    ("#,##0.00", 2023, "2023"),
    ("0.00E+00", 2023, "2023"),
    ("dd/mm/yyyy", 45047, "2023-05-01"),
]


@pytest.mark.parametrize(("code", "number", "text"), FORMATS)
def test_numbers_as_their_format_shows_them(
    read: ReadFile, tmp_path: Path, code: str, number: float, text: str
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["a", number])
        sheet.write_number(1, 2, number, book.add_format({"num_format": code}))
        sheet.write_formula(2, 2, "=1+1", book.add_format({"num_format": code}), number)
        sheet.write_string(3, 2, "7", book.add_format({"num_format": code}))
    found = read(path).rows
    assert [row[2] for row in found] == [text, text, "7"]
    assert found[0][1] == format(number, "g"), "the other cells are as they were"


def test_a_year_of_the_other_calendar(read: ReadFile, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_number(1, 0, 43585, book.add_format({"num_format": "yyyy"}))
    assert read(path).rows == [["2023", "", ""]]


@pytest.mark.parametrize("code", ["0" * 300, "0" * 255, "0%" * 50, '"' * 99, "\\" * 99, "yyyy" * 50, ";;;", '"<&>"0'])
@pytest.mark.parametrize("value", ["7", "1e400", "1e-400", "nan", "x", "99999999999999999999"])
def test_odd_formats_and_numbers(code: str, value: str) -> None:
    told = shown_as(code)
    shown = told.text(value, is_1904=False) if told else None
    assert shown is None or shown.strip("-0%<&>") == value.replace("1e-400", "")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<is><t>a_x000D_\nb</t></is>", "a\nb"),
        ("<is><t>a_x005F_x000D_b</t></is>", "a_x000D_b"),
        ("<is><t>_x263A_</t></is>", "_x263A_"),
        ('<is><r><t xml:space="preserve">rich </t></r><r><rPr><b/></rPr><t>text</t></r></is>', "rich text"),
        ("<is><t>a</t><rPh sb='0' eb='1'><t>reading</t></rPh></is>", "a"),
        ("<is><t xml:space='preserve'>  &lt;a&gt;&#10;&amp; </t></is>", "<a>\n&"),
        ("<is><t>'quoted</t></is>", "'quoted"),
    ],
)
def test_texts(read: ReadFile, tmp_path: Path, cell: str, text: str) -> None:
    found = read(package(tmp_path / "a.xlsx", records_sheet(f'<c t="inlineStr">{cell}</c>')))
    assert found.rows == [[text, "", ""]]


def test_a_row_longer_than_a_piece_of_the_part(read: ReadFile, tmp_path: Path) -> None:
    """Sheets are looked through in pieces of a megabyte; none of their cells is cut."""
    cells = "".join(f'<c t="inlineStr"><is><t>{letter * 700_001}</t></is></c>' for letter in "abc")
    rows = records_sheet(f'{cells}<c t="e"><v>#REF!</v></c>') + '<row><c t="e"><v>#N/A</v></c></row>'
    found = read(package(tmp_path / "a.xlsx", rows))
    assert [[len(cell) for cell in row] for row in found.rows] == [[700_001, 700_001, 700_001, 5], [4, 0, 0]]


@pytest.mark.parametrize(
    ("far", "is_read"),
    [
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', False),
        ('<row r="1048576"><c r="AZ1048576"><v>1</v></c></row>', False),
        ('<row r="1048576"><c r="XFD1048576" s="1"/></row>', True),
        ('<row r="3"><c r="XFD3"><v>1</v></c></row>', True),
        ('<row r="100000"><c r="D100000"><v>1</v></c></row>', True),
    ],
)
def test_sparse_sheets(read: ReadFile, tmp_path: Path, far: str, is_read: bool) -> None:
    header = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{label}</t></is></c>' for at, label in zip("ABCD", HEADER, strict=True)
    )
    rows = f'<row r="1">{header}</row><row r="2"><c r="A2"><v>1</v></c></row>{far}'
    found = read(package(tmp_path / "a.xlsx", rows))
    if is_read:
        assert found.rows[0] == ["1", "", ""]
    else:
        assert (found.reason, found.records) == (ooxml.too_wide().reason, [])


def test_sparse_xls(monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(FIXTURES / "outcomes.xls")
    monkeypatch.setattr(biff, "MOST_CELLS", 11 * 6)
    biff.cell_errors(path)
    monkeypatch.setattr(biff, "MOST_CELLS", 11 * 6 - 1)
    with pytest.raises(Unreadable, match="more cells than can be read"):
        biff.cell_errors(path)


# .ods


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('office:value-type="float" office:value="2023"><text:p>2,023.00</text:p>', "2023"),
        ('office:value-type="percentage" office:value="0.5"><text:p>50%</text:p>', "50%"),
        ('office:value-type="percentage" office:value="0.5"/', "0.5"),
        ('office:value-type="float" office:value="7"><text:p>007</text:p>', "007"),
        ('office:value-type="float" office:value="14"><text:p>SCC-KEN/CIV014</text:p>', "SCC-KEN/CIV014"),
        ('office:value-type="float" office:value="1e20"><text:p>1E+20</text:p>', "100000000000000000000"),
        ('office:value-type="date" office:date-value="2023-05-01"><text:p>2023</text:p>', "2023"),
        ('office:value-type="date" office:date-value="2023-05-01"><text:p>1 May 23</text:p>', "2023-05-01"),
        ('office:value-type="currency" office:value="12.5"><text:p>12.50</text:p>', "12.5"),
        ('office:value-type="float" office:value="1"><text:p>TRUE</text:p>', "TRUE"),
        ('office:value-type="float" office:value="0"><text:p>#REF!</text:p>', "#REF!"),
        ('office:value-type="boolean" office:boolean-value="false"><text:p>FALSE</text:p>', "FALSE"),
        ('office:value-type="date" office:date-value="2023-05-01"><text:p>01.05.23</text:p>', "2023-05-01"),
        ('office:value-type="date" office:date-value="2023-05-01T14:30:00.1"/', "2023-05-01 14:30"),
        ('office:value-type="date" office:date-value="2023-05"/', "2023-05"),
        ('office:value-type="date" office:date-value="-0044-03-15"><text:p>44 BC</text:p>', "44 BC"),
        ('office:value-type="time" office:time-value="PT42H00M00S"/', "42:00"),
        ('office:value-type="time" office:time-value="-P1DT1H"/', "-25:00"),
        ('office:value-type="time" office:time-value="noon"/', "noon"),
        ('office:value-type="string"><text:p>a<text:tab/>b<text:line-break/>c<text:s text:c="3"/>d</text:p>', "a\tb\nc   d"),
        ('office:value-type="string"><text:p>a\n      b  c</text:p>\n<text:p/>\n<text:p>d</text:p>', "a b  c\n\nd"),
        ('office:value-type="string"><text:p>a<text:span>b<text:a>c</text:a></text:span></text:p>', "abc"),
        ('office:value-type="string" office:string-value="in full"><text:p>shown</text:p>', "in full"),
        ('office:value-type="string" office:string-value=""><text:p>#NAME?</text:p>', "#NAME?"),
        ("><text:p>no type</text:p>", "no type"),
        ('table:formula="of:=1+1"/', "=1+1"),
        ('office:value-type="string"><office:annotation><text:p>aside</text:p></office:annotation><text:p>a</text:p>', "a"),
        ('office:value-type="string"><text:p>a<text:note><text:p>aside</text:p></text:note>b</text:p>', "ab"),
        ('office:value-type="string"><draw:frame><text:p>aside</text:p></draw:frame><text:p>a</text:p>', "a"),
        ('office:value-type="string"><table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>', "a"),
    ],
)  # fmt: skip
def test_cells_of_ods(read: ReadFile, tmp_path: Path, cell: str, text: str) -> None:
    end = "" if cell.endswith("/") else "</table:table-cell>"
    found = read(
        ods(
            tmp_path / "a.ods",
            ods_rows(f"<table:table-cell {cell}>{end}<table:table-cell><text:p>b</text:p></table:table-cell>"),
        )
    )
    assert found.rows == [[text, "b", ""]]


def test_repeated_cells_and_rows_of_ods(read: ReadFile, tmp_path: Path) -> None:
    rows = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        f"<table:table-header-rows><table:table-row><table:table-cell/>{ODS_HEADER}</table:table-row></table:table-header-rows>"
        '<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/>'
        '<table:table-cell table:number-columns-repeated="3" office:value-type="float" office:value="1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    )
    found = read(ods(tmp_path / "a.ods", rows))
    assert (found.rows, found.places) == ([["1", "1", "1"]] * 2, ["S!B4", "S!B5"])


def test_sheets_of_ods_without_a_name_or_of_one_name(read: ReadFile, tmp_path: Path) -> None:
    one = f"{ods_rows('<table:table-cell><text:p>a</text:p></table:table-cell>')}</table:table>"
    tables = "".join(f"<table:table{name}>{one}" for name in (' table:name="S"', ' table:name="S"', ""))
    assert read(ods(tmp_path / "a.ods", tables, name="")).places == ["S!A2", "S!A2", "!A2"]


@pytest.mark.parametrize(
    "repeated", ["table-cell table:number-columns-repeated", "table-row table:number-rows-repeated"]
)
def test_too_much_repeated(read: ReadFile, tmp_path: Path, repeated: str) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1"/>'
    rows = ods_rows(cell).replace(f"<table:{repeated.split()[0]}>", f'<table:{repeated}="9999999">')
    if "row" not in repeated:
        rows = ods_rows(cell.replace("table:table-cell", f'table:{repeated}="99999"'))
    assert "repeats something" in read(ods(tmp_path / "a.ods", rows)).reason


def test_ods_that_is_written_otherwise(read: ReadFile, tmp_path: Path) -> None:
    assert read(ods(tmp_path / "a.ods", "<table:table-row>")).reason.startswith("it is damaged")
    other = NAMESPACES.replace("xmlns:table=", "xmlns:t=").replace("xmlns:draw=", 'xmlns:table="urn:x" xmlns:draw=')
    assert "not written as OpenDocument" in read(ods(tmp_path / "b.ods", "", namespaces=other)).reason


def test_ods_with_a_document_type() -> None:
    content = b'<!DOCTYPE a [<!ENTITY b "c">]><office:document-content/>'
    with pytest.raises(Unreadable, match="document type"):
        list(opendocument.sheets(iter([content]), lambda _: True))


# What is no workbook


def zipped(**parts: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as package:
            for name, content in parts.items():
                package.writestr(name.replace("__", "/").replace("_dot_", "."), content)

    return make


def ole(*names: str) -> Callable[[Path], None]:
    """An OLE container with streams of these names and nothing in them."""

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        head = raw.ljust(64, b"\0") + struct.pack("<H2B3I", len(raw), kind, 1, 0xFFFFFFFF, right, child)
        return head.ljust(116, b"\0") + struct.pack("<3I", 0xFFFFFFFE, 0, 0)

    def make(path: Path) -> None:
        magic = bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\0") + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
        header = magic.ljust(44, b"\0") + struct.pack("<8I", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        header = (header + struct.pack("<I", 0)).ljust(512, b"\xff")
        table = struct.pack("<2I", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
        last = len(names)
        entries = [entry("Root Entry", 5, 0xFFFFFFFF, 1 if names else 0xFFFFFFFF)]
        entries += [
            entry(name, 2, 0xFFFFFFFF if at == last else at + 1, 0xFFFFFFFF) for at, name in enumerate(names, start=1)
        ]
        path.write_bytes(header + table + b"".join(entries).ljust(512, b"\0"))

    return make


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def copied(name: str, change: Callable[[bytes], bytes] = bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(change((FIXTURES / name).read_bytes()))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(content(b""), "empty", id="empty"),
        pytest.param(content(b"<html><table><tr><td>a</td></tr></table></html>"), "web page", id="html"),
        pytest.param(content(b'\xef\xbb\xbf\n<?xml version="1.0"?><Workbook/>'), "web page or XML", id="xml"),
        pytest.param(content(b"FragmentID;Country;Year\nK-1;Kenya;2023\n"), "no workbook", id="csv"),
        pytest.param(content(b"\x09\x04\x06\0\0\0\x10\0" + b"\0" * 99), "before 1995", id="excel 4"),
        pytest.param(content(b"\x89PNG\r\n"), "no workbook", id="picture"),
        pytest.param(zipped(a_dot_txt="x"), "package without a workbook", id="other zip"),
        pytest.param(zipped(xl__workbook_dot_bin="x"), "binary workbook", id="xlsb"),
        pytest.param(zipped(word__document_dot_xml="<a/>"), "Word document", id="docx"),
        pytest.param(zipped(xl__workbook_dot_xml="<a/>"), "damaged", id="no sheets"),
        pytest.param(ole("EncryptionInfo", "EncryptedPackage"), "encrypted", id="encrypted xlsx"),
        pytest.param(ole("WordDocument"), "no workbook", id="doc"),
        pytest.param(ole(), "no workbook", id="nothing in it"),
        pytest.param(copied("locked.xls"), "encrypted", id="encrypted xls"),
        pytest.param(copied("locked.ods"), "encrypted", id="encrypted ods"),
        pytest.param(copied("outcomes.xls", lambda data: data[:600]), "damaged", id="xls header"),
        pytest.param(copied("outcomes.xls", lambda data: data[: len(data) // 2]), "damaged", id="half an xls"),
        pytest.param(copied("outcomes.xlsx", lambda data: data[: len(data) // 2]), "damaged", id="half an xlsx"),
        pytest.param(copied("outcomes.ods", lambda data: data[: len(data) // 2]), "damaged", id="half an ods"),
    ],
)
def test_no_workbook(read: ReadFile, tmp_path: Path, make: Callable[[Path], object], reason: str) -> None:
    make(tmp_path / "a.xlsx")
    found = read(tmp_path / "a.xlsx")
    assert reason in found.reason
    assert found.records == []


def test_a_sheet_that_breaks_off(read: ReadFile, tmp_path: Path) -> None:
    broken = "<worksheet xmlns='{}'><sheetData>{}"
    found = read(package(tmp_path / "a.xlsx", records_sheet("<c><v>1</v></c>"), broken))
    assert found.problem is not None
    assert (found.problem.place, "damaged" in found.reason) == ("S", True)


def test_a_reader_that_panics(read: ReadFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    class Panics:
        error: BaseException = PanicException("index out of bounds")

        @classmethod
        def from_filelike(cls, _: object) -> None:
            raise cls.error

    path = write(tmp_path / "a.xlsx", {"S": [HEADER, ["K-1", "Kenya", 2023, "x"]]})
    assert read(path).problem is None
    monkeypatch.setattr(workbook, "CalamineWorkbook", Panics)
    assert "damaged" in read(path).reason
    Panics.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        read(path)


@pytest.mark.parametrize("name", ["outcomes.xls", "charts.xls"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_container_gives_a_reason(name: str, tmp_path: Path, data: st.DataObject) -> None:
    """What is damaged where only our own look at a workbook goes, ends in errors or a reason and nothing else."""
    whole = bytearray((FIXTURES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.xls"
    path.write_bytes(whole[: data.draw(st.integers(512, len(whole)))])
    try:
        biff.cell_errors(str(path))
    except Unreadable as error:
        assert error.reason


# .ods: rows told without the parser

ODS_CELLS = [
    "<table:table-cell/>",
    '<table:table-cell table:style-name="ce1" table:number-columns-repeated="3"/>',
    '<table:table-cell office:value-type="string"><text:p>a &amp; b &lt;c&gt; &apos;d&apos; ] ]&gt;</text:p></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p>one</text:p><text:p/><text:p>  two\n\t three </text:p></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p/></table:table-cell>',
    '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d<text:s/></text:p></table:table-cell>',
    '<table:table-cell office:value-type="string" office:string-value="held"><text:p>shown</text:p></table:table-cell>',
    '<table:table-cell office:value-type="float" office:value="2023.50" table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>',
    '<table:table-cell office:value-type="date" office:date-value="2023-05-01"/>',
    '<table:table-cell table:formula="of:=IF([.A1]&gt;1;&quot;x&quot;)"></table:table-cell>',
    '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>',
    "<table:table-cell><text:p>\u00e9t\u00e9\u00a0\u2028\x7f</text:p></table:table-cell>",
]
ODS_ODD = [
    '<table:table-cell office:value-type="string"><text:p>a<text:span text:style-name="T1">b</text:span></text:p></table:table-cell>',
    "<table:table-cell><office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p></table:table-cell>",
    "<table:table-cell><table:table><table:table-row><table:table-cell><text:p>in</text:p></table:table-cell></table:table-row>"
    "</table:table></table:table-cell>",
    "<table:covered-table-cell/>",
    "<table:table-cell><text:p>a&#233;\r\nb</text:p></table:table-cell>",
    '<table:table-cell table:formula="a > b"><text:p>a</text:p></table:table-cell>',
    "<table:table-cell><text:p>a</text:p> </table:table-cell>",
    "<table:table-cell ><text:p>a</text:p></table:table-cell>",
    "<table:table-cell><!-- <table:table-row><table:table-cell/></table:table-row> --><text:p>a</text:p></table:table-cell>",
    "<table:table-cell><text:p><![CDATA[<table:table-row></table:table-row>]]></text:p></table:table-cell>",
]
ODS_WRONG = [
    "<table:table-cell>",
    "<table:table-cell/></table:table-cell>",
    '<table:table-cell a="1" a="2"/>',
    "<table:table-cell a=1/>",
    "<table:table-cell><text:p>a]]>b</text:p></table:table-cell>",
    "<table:table-cell><text:p>a\x01b</text:p></table:table-cell>",
    "<table:table-cell><text:p>a\ufffeb</text:p></table:table-cell>",
    '<table:table-cell a="\x02"/>',
    '<table:table-cell a="<"/>',
    "<table:table-cell><text:p>&nbsp;</text:p></table:table-cell>",
    "<table:table-cell><text:p>a</table:table-cell>",
]


def ods_told(content: bytes, size: int) -> tuple[list[tuple[str, list[Any]]], str | None]:
    """Sheets, their rows, and why no more was read."""
    told: list[tuple[str, list[Any]]] = []
    try:
        for name, rows in opendocument.sheets(
            (content[at : at + size] for at in range(0, len(content), size)), lambda _: True
        ):
            told.append((name, []))
            for row in rows:
                told[-1][1].append(row)
    except Unreadable as error:
        return told, error.reason
    return told, None


def ods_content(rows: list[str], head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> bytes:
    middle = len(rows) // 2
    one, two = (
        f'<table:table table:name="{name}">{"".join(part)}</table:table>'
        for name, part in zip("AB", (rows[:middle], rows[middle:]), strict=True)
    )
    return f'{head}<office:document-content {NAMESPACES} xmlns:calcext="x">{one}<a/>{two}</office:document-content>'.encode()


def ods_row(cells: list[str], attributes: str = "") -> str:
    return f"<table:table-row{attributes}>{''.join(cells)}</table:table-row>"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.builds(
            ods_row,
            st.lists(st.sampled_from(ODS_CELLS * 3 + ODS_ODD), max_size=4),
            st.sampled_from(
                ["", "", ' table:style-name="ro1"', ' table:number-rows-repeated="3"', ' a="1" b="&quot;"']
            ),
        ),
        max_size=8,
    ),
    wrong=st.none() | st.sampled_from(ODS_WRONG),
    size=st.integers(1, 4_000),
)
def test_rows_of_ods_are_the_same_with_and_without_the_parser(
    monkeypatch: pytest.MonkeyPatch, rows: list[str], wrong: str | None, size: int
) -> None:
    content = ods_content([*rows, ods_row([wrong])] if wrong else rows)
    found = ods_told(content, size)
    with monkeypatch.context() as patched:
        patched.setattr(plainrows.PlainRows, "_row", lambda *_: None)
        assert found == ods_told(content, size)
    assert (found[1] is not None) == (wrong is not None)


def test_plain_rows_of_ods_do_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[plainrows.Plain] = []
    take = opendocument._Content.take_row

    def counted(self: opendocument._Content, row: plainrows.Plain) -> None:
        taken.append(row)
        take(self, row)

    monkeypatch.setattr(opendocument._Content, "take_row", counted)
    plain = [ods_row([cell]) for cell in ODS_CELLS]
    ods_told(ods_content(plain), 100)
    assert len(taken) == len(ODS_CELLS)
    for head in ("", '<?xml version="1.0"?>', "\ufeff<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n"):
        taken.clear()
        ods_told(ods_content(plain, head), 1 << 20)
        assert len(taken) == len(ODS_CELLS)
    taken.clear()
    for odd in ODS_ODD + ODS_WRONG:
        ods_told(ods_content([ods_row([odd]), ""]), 1 << 20)
    ods_told(ods_content(plain, "<!-- -->"), 1 << 20)
    assert all(row.cells == [({}, False, "in")] for row in taken)


@pytest.mark.parametrize(("count", "times"), [("1", 1), ("0002", 2), ("0", 1), ("", 1), ("-1", 1), ("x", 1)])
def test_how_often_a_row_of_ods_stands(count: str, times: int) -> None:
    rows = [ods_row([ODS_CELLS[2]], f' table:number-rows-repeated="{count}"'), ""]
    told, _ = ods_told(ods_content(rows), 1 << 20)
    assert [number for number, _, _ in told[0][1]] == list(range(1, times + 1))


@pytest.mark.parametrize("count", ["9999999", "9999999999", "1" + "0" * 5000])
def test_more_than_a_sheet_has_room_for(count: str) -> None:
    for attributes, cell in (
        (f' table:number-rows-repeated="{count}"', ODS_CELLS[2]),
        ("", f'<table:table-cell table:number-columns-repeated="{count}"><text:p>a</text:p></table:table-cell>'),
    ):
        assert "more often" in str(ods_told(ods_content([ods_row([cell], attributes), ""]), 1 << 20)[1])
