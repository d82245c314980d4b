"""Sheets: cells far away and beside the point, rows without end; and OpenDocument, which repeats what it likes."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from .books import XML, book, cells, letters, relations, sheet, workbook
from .kinds import MEBI, Hostile, cut, either, harmless, record, rows, unread
from .markup import attacks, nested
from .packing import STORED, Part, zipped


def _good() -> str:
    return cells(rows())


def _cell(place: str, text: str = "far away") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def _sheets() -> list[Hostile]:
    wide = [f"c{i}" for i in range(16_384)]
    header, values = rows()
    return [
        unread(
            "books/a cell at the far corner.xlsx",
            book(sheet(_good() + f'<row r="1048576">{_cell("XFD1048576")}</row>')),
        ),
        unread(
            "books/a cell at the far bottom.xlsx", book(sheet(_good() + f'<row r="1048576">{_cell("A1048576")}</row>'))
        ),
        unread(
            "books/cells far from each other.xlsx",
            book(sheet(f'<row r="1">{_cell("A1")}{_cell("XFD1")}</row><row r="1048576">{_cell("A1048576")}</row>')),
        ),
        unread(
            "books/a cell beyond all sheets.xlsx",
            book(sheet(_good() + f'<row r="3">{_cell("ZZZZZZ99999999999")}</row>')),
        ),
        unread("books/a row with a minus.xlsx", book(sheet(_good() + f'<row r="-5">{_cell("A-5")}</row>'))),
        unread("books/row zero.xlsx", book(sheet(_good() + f'<row r="0">{_cell("A0")}</row>'))),
        either("books/a cell with an odd name.xlsx", book(sheet(_good() + f'<row r="3">{_cell("&#x1F4BE;")}</row>'))),
        unread(
            "books/10,000 columns.xlsx",
            book(sheet(cells([[*header, *wide[:10_000]], [*values, *wide[:10_000]]]))),
            "column",
        ),
        unread("books/16,384 columns.xlsx", book(sheet(cells([wide, wide])))),
        unread(
            "books/a text that is not there.xlsx",
            book(sheet(_good() + '<row r="3"><c r="A3" t="s"><v>7</v></c></row>')),
        ),
        either(
            "books/a text number below zero.xlsx",
            book(sheet(_good() + '<row r="3"><c r="A3" t="s"><v>-1</v></c></row>')),
        ),
        unread(
            "books/a text number beyond all.xlsx",
            book(sheet(_good() + f'<row r="3"><c r="A3" t="s"><v>{"9" * 400}</v></c></row>')),
        ),
        either(
            "books/a style that is not there.xlsx",
            book(
                sheet(
                    _good()
                    + '<row r="3"><c r="A3" s="4294967295"><v>45000</v></c><c r="F3" t="inlineStr"><is><t>x</t></is></c></row>'
                )
            ),
        ),
        either(
            "books/a number of a million digits.xlsx",
            book(sheet(_good() + f'<row r="3"><c r="A3"><v>{"9" * MEBI}</v></c></row>')),
        ),
        either(
            "books/a day that is none.xlsx",
            book(sheet(_good() + '<row r="3"><c r="A3" t="d"><v>9999-99-99T99:99</v></c></row>')),
        ),
        either(
            "books/a kind that is none.xlsx", book(sheet(_good() + '<row r="3"><c r="A3" t="zzz"><v>x</v></c></row>'))
        ),
        unread("books/markup cut off.xlsx", book(sheet(_good())[:-200])),
        unread("books/markup mixed up.xlsx", book(sheet(_good() + "<row></c></row>"))),
        unread("books/bytes that are no UTF-8.xlsx", book(sheet(_good()).encode().replace(b"Kenya", b"Ken\xff\xfe"))),
        unread("books/other markup.xlsx", book(f"{XML}<html><body/></html>")),
        unread("books/an empty part.xlsx", book("")),
        harmless("books/a corner that is told.xlsx", book(sheet(_good(), before='<dimension ref="A1:XFD1048576"/>'))),
        either("books/a corner that is none.xlsx", book(sheet(_good(), before='<dimension ref="&#x202E;:ZZZZZ0"/>'))),
        harmless("books/a million empty rows.xlsx", book(sheet(_good() + "<row/>" * MEBI))),
        harmless(
            "books/merged to the far corner.xlsx",
            book(
                sheet(_good()).replace(
                    "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A3:XFD1048576"/></mergeCells>'
                )
            ),
        ),
        harmless(
            "books/merged by the thousand.xlsx",
            book(
                sheet(_good()).replace(
                    "</sheetData>",
                    "</sheetData><mergeCells>"
                    + "".join(f'<mergeCell ref="A{n}:B{n + 1}"/>' for n in range(3, 60_000, 2))
                    + "</mergeCells>",
                )
            ),
        ),
        harmless(
            "books/live formulas.xlsx",
            book(
                sheet(
                    _good()
                    + '<row r="3">'
                    + "".join(
                        f'<c r="{letters(i)}3" t="str"><f>HYPERLINK("http://x")</f><v>{escape(v)}</v></c>'
                        for i, v in enumerate(record().values())
                    )
                    + "</row>"
                )
            ),
            2,
        ),
        harmless(
            "books/a sheet with an odd name.xlsx",
            book(sheet(_good()), {"xl/workbook.xml": workbook(["'!A1]&<{reason}"])}),
        ),
        _many_sheets(),
    ]


def _many_sheets() -> Hostile:
    """Two thousand sheets that are one part."""
    names = [f"S{i}" for i in range(2_000)]
    every = relations(*[("worksheet", "worksheets/sheet1.xml")] * 2_000)
    empty = sheet(cells([["a", "b"]]))
    return unread(
        "books/2,000 sheets.xlsx",
        book(empty, {"xl/workbook.xml": workbook(names), "xl/_rels/workbook.xml.rels": every}),
    )


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"


def ods(table: str) -> bytes:
    """An OpenDocument sheet of these rows, as they are written."""
    return _package(_content(table))


def _content(table: str, head: str = XML) -> bytes:
    spaces = f'xmlns:office="{_OFFICE}:office:1.0" xmlns:table="{_OFFICE}:table:1.0" xmlns:text="{_OFFICE}:text:1.0"'
    body = (
        '<office:body><office:spreadsheet><table:table table:name="Data">'
        f"{table}</table:table></office:spreadsheet></office:body>"
    )
    return f"{head}<office:document-content {spaces}>{body}</office:document-content>".encode()


def _package(content: bytes) -> bytes:
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped([Part("mimetype", kind, STORED), Part("content.xml", content)])


def ods_rows(table: Sequence[Sequence[str]], repeat: str = "") -> str:
    """Rows of texts."""

    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'

    return "".join(f"<table:table-row{repeat}>{''.join(map(cell, row))}</table:table-row>" for row in table)


def _open_documents() -> list[Hostile]:
    header, values = rows()
    good = ods_rows([header, values])

    def declared(head: str, text: str) -> bytes:
        return _content(good + ods_rows([[""]]).replace("<text:p>", f"<text:p>{text}"), head)

    other = ods_rows([list(record().values())], ' table:number-rows-repeated="1000000000"')
    wide = good.replace("<table:table-cell ", '<table:table-cell table:number-columns-repeated="1000000000" ', 1)
    return [
        *[
            unread(f"{name}.ods", _package(part), "declaration|damaged|beginning")
            for name, part in attacks("books", declared)
        ],
        unread("books/cut off.ods", cut(ods(good), 0.6)),
        unread(
            "books/no content.ods",
            zipped([Part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", STORED)]),
        ),
        unread("books/other markup.ods", ods("").replace(b"office:body", b"office:nobody")),
        unread("books/elements in elements.ods", ods(nested("table:table-row", 200_000))),
        either("books/a row a billion times.ods", ods(ods_rows([header]) + other)),
        either("books/a cell a billion times.ods", ods(wide)),
        harmless(
            "books/a blank row a billion times, then one.ods",
            ods(
                good
                + '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell/></table:table-row>'
                + ods_rows([list(record().values())])
            ),
            2,
        ),
        harmless(
            "books/blank cells to the far corner.ods",
            ods(
                good
                + '<table:table-row table:number-rows-repeated="1048574"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            ),
        ),
        either(
            "books/a number that is none.ods",
            ods(
                good
                + '<table:table-row table:number-rows-repeated="-7"><table:table-cell office:value-type="float" office:value="NaN"/></table:table-row>'
            ),
        ),
    ]


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [*_sheets(), *_open_documents()]
