"""The same synthetic records written in every format that is read: what unit and pipeline tests hand in.

A record is a mapping of labels to texts, as in `fragments`. Everything is written by the formats' usual libraries, none by
the project's own code.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence

import docx
import openpyxl

from .fragments import DEFAULTS

Record = Mapping[str, str]

RECORDS: list[Record] = [
    DEFAULTS,
    DEFAULTS
    | {
        "FragmentID": "SCC-KEN/CIV002",
        "Outcome description": 'In 2023 the council of the port, said "open", published\nits plan; twice.',
        "MCQType of change": "Capacity change  Safety and Security, Practice change",
        "TypeOfChangeCluster": "Capacity change, Practice change",
        "Additional information (use if needed) ": "",
        "Social actor": "Authorities; Media",
        "Evidence supporting the outcome statement": "Gazette no. 12, <redacted>",
    },
    DEFAULTS
    | {
        "FragmentID": "SCC-KEN/CIV003",
        "Outcome description": "En 2023 le comité des pêcheurs a signé la charte.",
        "Outcome statements is CONFIDENTIAL": "",
        "Year": "",
        "MCQType of change": "",
        "TypeOfChangeCluster": "",
    },
]
"""Three outcomes with what is awkward to write: quotation marks, line breaks, several members, marks, blanks."""

CLUSTERS = {
    "Capacity change  Safety and Security": "Capacity_change__Safety_and_Security",
    "Practice change": "Practice_change",
}


def labels(records: Sequence[Record]) -> list[str]:
    """Every label, in order of first appearance."""
    return list(dict.fromkeys(label for record in records for label in record))


def txt(records: Sequence[Record]) -> bytes:
    return "".join(f"**{label}**: {value}\n" for record in records for label, value in record.items()).encode()


def rows(records: Sequence[Record]) -> list[list[str]]:
    names = labels(records)
    return [names, *([record.get(name, "") for name in names] for record in records)]


def separated(records: Sequence[Record], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows(records))
    return out.getvalue().encode(encoding)


def xlsx(records: Sequence[Record], *, above: Sequence[Sequence[str]] = (), left: int = 0) -> bytes:
    """A sheet with rows above the header and columns left of it, and one of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [*above, *rows(records)]:
        sheet.append([*[None] * left, *(value or None for value in row)])
    book.create_sheet("Read me").append(["Fill in one row an outcome"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(records: Sequence[Record]) -> bytes:
    return json.dumps(list(records), ensure_ascii=False, indent=1).encode()


def jsonl(records: Sequence[Record]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def word(records: Sequence[Record]) -> bytes:
    """A table a record."""
    document = docx.Document()
    for record in records:
        document.add_paragraph()
        table = document.add_table(rows=0, cols=2)
        for label, value in record.items():
            cells = table.add_row().cells
            cells[0].text, cells[1].text = label, value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_lines(records: Sequence[Record]) -> bytes:
    """Paragraphs of the form `**Label**: value`."""
    document = docx.Document()
    for record in records:
        for label, value in record.items():
            for line in f"**{label}**: {value}".split("\n"):
                document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def submitted(records: Sequence[Record]) -> list[dict[str, str]]:
    """As a form app exports them: groups in the headings, a column an option, and what it adds of its own."""
    made = []
    for number, record in enumerate(records):
        row = {
            "start": f"2025-01-0{number + 1}T08:00:00.000+03:00",
            "_id": str(700 + number),
            "_uuid": f"uuid-{number}",
        }
        for label, value in record.items():
            if label == "MCQType of change":
                row |= {f"change/{label}/{option}": "1" if option in value else "0" for option in CLUSTERS}
            else:
                row[f"outcome/{label}"] = value
        made.append(row | {"_submission_time": "2025-02-01T10:00:00", "_index": str(number + 1)})
    return made


FORMATS: dict[str, Callable[[Sequence[Record]], bytes]] = {
    "plain.txt": txt,
    "comma.csv": separated,
    "semicolon.csv": lambda records: separated(records, ";", "utf-8-sig"),
    "wide.csv": lambda records: separated(records, ";", "utf-16"),
    "tabs.tsv": lambda records: separated(records, "\t"),
    "titled.csv": lambda records: b"Harvest of autumn, all countries\n\n" + separated(records),
    "book.xlsx": xlsx,
    "titled.xlsx": lambda records: xlsx(records, above=[["Harvest of autumn"], []], left=2),
    "list.json": as_json,
    "lines.jsonl": jsonl,
    "tables.docx": word,
    "lines.docx": word_lines,
    "submitted.csv": lambda records: separated(submitted(records)),
    "submitted.xlsx": lambda records: xlsx(submitted(records)),
    "submitted.json": lambda records: json.dumps({"count": 9, "results": submitted(records)}).encode(),
    "packed.zip": lambda records: zipped({"autumn/inside.csv": separated(records), "__MACOSX/._inside.csv": b"\0"}),
}
