"""Writers of office formats: workbooks by XlsxWriter, row by row; Word forms by a small template of their own.

python-docx builds a document as a tree and takes a hundred times as long; a form needs tables and paragraphs only. Both
kinds of file bear fixed dates, so that the same records give the same bytes.
"""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.layout import TITLES, Layout
from oh_pipeline.demo.writers import BLANK_EVERY, TYPED, cells

_WRITTEN = datetime(2024, 1, 1)
_AS_TEXT = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PARTS = {
    "[Content_Types].xml": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    ),
}
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TABLE = (
    f'<w:tbl><w:tblPr><w:tblW w:w="9600" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    '<w:tblGrid><w:gridCol w:w="3000"/><w:gridCol w:w="6600"/></w:tblGrid>'
)


class Workbook:
    """Sheets with a heading row; the records share out among them where there are several."""

    def __init__(self, path: Path, layout: Layout, records: int) -> None:
        self._book = xlsxwriter.Workbook(str(path), {**_AS_TEXT, "tmpdir": str(path.parent)})
        self._book.set_properties({"title": TITLES[0], "comments": TITLES[1], "created": _WRITTEN})
        self._layout = layout
        self._typed = frozenset(TYPED if "typed_cells" in layout.kinds else ())
        self._blank_every = BLANK_EVERY if "blank_rows" in layout.kinds else 0
        self._break = "\r\n" if "carriage_returns" in layout.kinds else "\n"  # stored as `_x000D_` and a line feed
        if "skipped_sheet" in layout.kinds:
            notes = self._book.add_worksheet("Read me")
            notes.write_string(0, 0, TITLES[0])
            notes.write_string(1, 0, TITLES[1])
        count = 2 if "several_sheets" in layout.kinds and records > 1 else 1
        self._on_sheet = -(-records // count)
        self._sheet = self._new_sheet(layout.content)
        self._sheets = 1

    def _new_sheet(self, name: str) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        self._row = 0
        if "title_rows" in self._layout.kinds:
            sheet.merge_range(1, 0, 1, 4, "")
            sheet.write_string(1, 0, TITLES[0])
            sheet.write_string(2, 1, TITLES[1])
            self._row = 4
        for number, (_, label, _) in enumerate(self._layout.columns):
            sheet.write_string(self._row, number, label)
        self._row += 1
        return sheet

    def write(self, delivery: Delivery) -> None:
        """One row."""
        if delivery.place.number > self._on_sheet * self._sheets:
            self._sheets += 1
            self._sheet = self._new_sheet(f"{self._layout.content} {self._sheets}")
        put, row, typed = self._sheet.write_string, self._row, self._typed
        columns = self._layout.columns
        for number, value in enumerate(cells(delivery)):
            if not value:
                continue
            if typed and columns[number].key in typed and value.isdecimal() and value.isascii():
                self._sheet.write_number(row, number, int(value))
            else:
                put(row, number, value if self._break == "\n" else value.replace("\n", self._break))
        if delivery.overflow:
            put(row, len(columns), delivery.overflow)
        self._row += 2 if self._blank_every and delivery.place.number % self._blank_every == 0 else 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


class Document:
    """A table of labels and values a record, or a paragraph a field."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self._is_table = "paragraphs" not in layout.kinds
        self._has_headings = "headings" in layout.kinds and self._is_table  # else one would go on with the field above
        self._body: list[str] = [*map(_paragraph, TITLES)] if "headings" in layout.kinds else []

    def write(self, delivery: Delivery) -> None:
        """One form."""
        if self._has_headings:
            self._body.append(_paragraph(f"Synthetic record {delivery.place.number}"))
        if self._is_table:
            rows = [f"<w:tr>{_cell(label, 3000)}{_cell(value, 6600)}</w:tr>" for label, value in delivery.fields()]
            self._body.append(f"{_TABLE}{''.join(rows)}</w:tbl><w:p/>")
        else:
            self._body += [_paragraph(f"**{label}**: {value}") for label, value in delivery.fields()]

    def close(self) -> None:
        """Write the file: a form holds few records."""
        text = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{_WORD}"><w:body>'
            f"{''.join(self._body)}<w:sectPr/></w:body></w:document>"
        )
        with zipfile.ZipFile(self._path, "w") as archive:
            for name, part in {**_PARTS, "word/document.xml": text}.items():
                entry = zipfile.ZipInfo(name, _ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, part.encode())


def _cell(text: str, width: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(text)}</w:tc>'


def _paragraph(text: str) -> str:
    told = escape(text).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:p><w:r><w:t xml:space="preserve">{told}</w:t></w:r></w:p>'
