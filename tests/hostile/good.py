"""Files in order, one a format, that lie among the hostile ones: not a record of theirs may be lost."""

from __future__ import annotations

import json

from . import books, old_books, sheets, words
from .kinds import csv_text, lines, record, rows
from .packing import Part, zipped

RECORDS = 3


def good_files() -> dict[str, bytes]:
    """Their content by name below the raw folder, each of RECORDS records; they stand before, amid and behind the others."""
    return {
        "text/good.txt": "".join(lines() for _ in range(RECORDS)).encode(),
        "text/good in UTF-16.txt": "".join(lines() for _ in range(RECORDS)).encode("utf-16"),
        "tables/good.csv": csv_text(rows(RECORDS)).encode(),
        "tables/good.tsv": csv_text(rows(RECORDS), "\t").encode("utf-8-sig"),
        "books/good.xlsx": books.book(books.sheet(books.cells(rows(RECORDS)))),
        "books/good.ods": sheets.ods(sheets.ods_rows(rows(RECORDS))),
        "old books/good.xls": old_books.book(old_books.stream(old_books.labels(rows(RECORDS)))),
        "json/good.json": json.dumps([record() for _ in range(RECORDS)]).encode(),
        "json/good.jsonl": "".join(json.dumps(record()) + "\n" for _ in range(RECORDS)).encode(),
        "words/good.docx": words.word(words.document("<w:p/>".join(words.form() for _ in range(RECORDS)))),
        "archives/good.zip": zipped([Part("inside.txt", "".join(lines() for _ in range(RECORDS)).encode())]),
        "zz/behind all others.txt": "".join(lines() for _ in range(RECORDS)).encode(),
    }
