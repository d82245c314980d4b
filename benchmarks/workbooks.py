"""The synthetic fragments as tables: one file of each format, as the programs write them that people use.

`.xls` has no writer among the project's libraries: LibreOffice makes it of the `.xlsx` where it is installed.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]

from benchmarks import corpus

FORMATS = ("csv", "xlsx", "xls", "ods")
_FIELD = re.compile(r"^\*\*(.*?)\*\*: (.*)$", re.MULTILINE)
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_SPACES = {
    **{name: f"{_ODF}:{name}:1.0" for name in ("office", "table", "text", "style")},
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def rows(count: int) -> Iterator[list[str]]:
    """The header, then a row a fragment."""
    for number, fragment in enumerate(corpus.fragments(count)):
        fields = _FIELD.findall(fragment)
        if not number:
            yield [label for label, _ in fields]
        yield [value for _, value in fields]


def write(folder: Path, kind: str, count: int) -> bool:
    """One file of the kind in a folder of its own; whether there is a writer for it."""
    folder.mkdir(parents=True)
    path = folder / f"outcomes.{kind}"
    if kind == "csv":
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows(rows(count))
    elif kind == "xlsx":
        _write_xlsx(path, count)
    elif kind == "ods":
        _write_ods(path, count)
    else:
        return _write_xls(path, count)
    return True


def _write_xlsx(path: Path, count: int) -> None:
    """Texts in the shared table, as spreadsheet programs keep them; years and flags are numbers."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Outcomes")
        for number, row in enumerate(rows(count)):
            for column, value in enumerate(row):
                if _is_number(value):
                    sheet.write_number(number, column, float(value))
                elif value:
                    sheet.write_string(number, column, value)


def _write_ods(path: Path, count: int) -> None:
    """As LibreOffice writes it: a style and two types a cell, blank cells counted."""
    spaces = " ".join(f'xmlns:{name}="{uri}"' for name, uri in _SPACES.items())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        with parts.open("content.xml", "w") as content:
            content.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {spaces}>'.encode())
            content.write(b'<office:body><office:spreadsheet><table:table table:name="Outcomes">')
            for row in rows(count):
                cells = "".join(map(_ods_cell, row))
                content.write(f'<table:table-row table:style-name="ro1">{cells}</table:table-row>'.encode())
            content.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")


def _ods_cell(value: str) -> str:
    if not value:
        return '<table:table-cell table:style-name="ce1"/>'
    if _is_number(value):
        kind = f'office:value-type="float" office:value="{float(value):g}" calcext:value-type="float"'
        return f'<table:table-cell table:style-name="ce1" {kind}><text:p>{float(value):g}</text:p></table:table-cell>'
    kind = 'office:value-type="string" calcext:value-type="string"'
    return f'<table:table-cell table:style-name="ce1" {kind}><text:p>{escape(value)}</text:p></table:table-cell>'


def _write_xls(path: Path, count: int) -> bool:
    office = shutil.which("soffice")
    if office is None:
        return False
    made = path.with_suffix(".xlsx")
    _write_xlsx(made, count)
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [office, profile, "--headless", "--convert-to", "xls", "--outdir", str(path.parent), str(made)]
    subprocess.run(command, capture_output=True, check=True)
    made.unlink()
    shutil.rmtree(path.parent / "profile", ignore_errors=True)
    return path.exists()


def _is_number(value: str) -> bool:
    return value.replace(".", "", 1).isdecimal()
