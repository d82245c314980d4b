"""Text and tables in text: what is no text, lines and cells without end, letters that take for ever."""

from __future__ import annotations

import codecs
import random

from .kinds import (
    ENTITY,
    MEBI,
    Hostile,
    csv_text,
    cut,
    harmless,
    lines,
    partly,
    record,
    repeated,
    rows,
    sparse,
    unread,
)
from .packing import Part, zipped

_GIGABYTE = 1 << 30
_NOISE = random.Random(3).randbytes(50_000)
_TABLE = csv_text(rows(3)).encode()
_PICTURE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + _NOISE
_PAGE = b"<!DOCTYPE html><html><body><table><tr><td>FragmentID</td></tr></table></body></html>"
_MANY_LABELS = "".join(f"**Own {i}**: x\n" for i in range(5_000))
_MARKS = "\u0315\u0300"  # two that have to change places


def _texts() -> list[Hostile]:
    good = lines().encode()
    return [
        unread("text/blanks.txt", b" \n\t\n\r\n" * 500, "no line"),
        unread("text/noise.txt", _NOISE),
        unread("text/NULs.txt", bytes(5_000), "NUL"),
        unread("text/a NUL in a value.txt", lines(record(description="a\0b")).encode(), "NUL"),
        unread(
            "text/NULs in UTF-16.txt",
            codecs.BOM_UTF16_LE + lines(record(description="a\0b")).encode("utf-16-le"),
            "NUL",
        ),
        unread("text/a line of a gigabyte.txt", sparse(good, _GIGABYTE), r"line|NUL"),
        unread("text/a line of 40 MiB in UTF-16.txt", sparse(codecs.BOM_UTF16_LE, 40 * MEBI), "line"),
        unread("text/a line of 17 MiB.txt", repeated(good, b"x" * MEBI, 17), "line"),
        unread("text/stars.txt", b"*" * (2 * MEBI), "no line"),
        unread("text/labels without end.txt", b"**" + b"a" * (2 * MEBI), "no line"),
        unread("text/marked as UTF-8.txt", codecs.BOM_UTF8 + good + b"\xff\xfe\xc3", "UTF-8"),
        unread("text/half a letter of UTF-16.txt", good.decode().encode("utf-16") + b"\0", "utf-16"),
        unread(
            "text/half a pair of UTF-16.txt",
            codecs.BOM_UTF16_LE + b"\x00\xd8" + good.decode().encode("utf-16-le"),
            "utf-16",
        ),
        unread("text/no UTF-32.txt", codecs.BOM_UTF32_LE + b"\xff" * 4_000, "NUL"),
        unread("text/UTF-16 of noise.txt", codecs.BOM_UTF16_BE + _NOISE),
        unread("text/EBCDIC.txt", lines().encode("cp500"), "no line"),
        unread("text/a document.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + _NOISE),
        unread("text/a picture.txt", _PICTURE),
        unread("text/an archive.txt", zipped([Part("a.txt", good)])),
        unread("text/a page.txt", _PAGE, "no line"),
        unread("text/somebody else's.txt", f"{ENTITY}\n**Password**: x\n".encode(), "no line"),
        unread("text/a script.txt", b"#!/bin/sh\nrm -rf /\n", "no line"),
        unread("text/marks on marks, no field.txt", ("a" + _MARKS * MEBI).encode(), "no line"),
        harmless(
            "text/marks on marks in a value.txt", lines(record(description=f"In 2023 a{_MARKS * 300_000}")).encode()
        ),
        harmless("text/marks on marks in a code.txt", lines(record(actor=f"a{_MARKS * 300_000}")).encode()),
        harmless("text/marks on marks in a label.txt", (lines() + f"**a{_MARKS * 300_000}**: x\n").encode()),
        harmless("text/redactions without end.txt", lines(record(description="<redacted> <" * 200_000)).encode()),
        harmless(
            "text/redactions in the same words.txt",
            lines(
                record(description="one two three <redacted> four " * 20_000, evidence="one two tree " * 20_000)
            ).encode(),
        ),
        harmless(
            "text/a merged text of other words.txt",
            (
                lines(record(description="In 2023 " + " ".join(map(str, range(200_000)))))
                + "**StoryFragment_Merged**: Outcome description:  "
                + " ".join(map(str, range(200_000, 0, -1)))
                + "\n"
            ).encode(),
        ),
        unread("text/a fragment of 70 MiB.txt", repeated(good, b"x" * 1023 + b"\n", 70 << 10), r"longer than \d+ MiB"),
        harmless("text/marks on marks in an id.txt", lines(record(id=f"SCC-a{_MARKS * 300_000}")).encode()),
        harmless("text/a long label.txt", lines().encode() + b"**" + b"long " * (MEBI // 2) + b"**: x\n"),
        harmless("text/a long code.txt", lines(record(scale="long " * 200_000)).encode()),
        harmless("text/codes without end.txt", lines(record(types="Practice change, " * 100_000)).encode()),
        harmless(
            "text/blanks without end.txt", lines(record(description="In 2023" + " \t" * MEBI + "it changed.")).encode()
        ),
        harmless(
            "text/digits without end.txt", lines(record(year="9" * MEBI, harvest="harvest " + "9" * MEBI)).encode()
        ),
        partly(
            "text/labels by the thousand.txt",
            (lines() + lines() + _MANY_LABELS + lines()).encode(),
            2,
            "more than 1,000 fields",
        ),
        unread(
            "text/labels by the thousand alone.txt",
            ("**Year**: 2023\n" + _MANY_LABELS).encode(),
            "more than 1,000 fields",
        ),
        harmless("text/ids by the thousand.txt", b"**FragmentID**: SCC-1\n" * 2_000, 2_000, quarantined=2_000),
    ]


def _tables() -> list[Hostile]:
    good = csv_text(rows()).encode()
    header = csv_text(rows()[:1])
    wide = [f"c{i}" for i in range(10_000)]
    return [
        unread("tables/blanks.csv", b"\n" * 5_000),
        unread("tables/noise.csv", _NOISE),
        unread("tables/NULs.csv", bytes(5_000), "NUL"),
        unread("tables/a line of NULs.csv", sparse(_TABLE, 40 * MEBI), r"line|NUL"),
        unread("tables/a line of 17 MiB.csv", repeated(_TABLE, b"x" * MEBI, 17), "line"),
        unread("tables/separators.csv", b"," * MEBI),
        unread("tables/separators in lines.csv", b",,,,,,,,,\n" * 50_000),
        unread("tables/quotation marks.csv", b'"' * MEBI),
        unread("tables/a header alone.csv", header.encode()),
        unread("tables/no header.csv", b"a,b,c\n1,2,3\n" * 20),
        unread("tables/10,000 columns.csv", csv_text([[*rows()[0], *wide], [*rows()[1], *wide]]).encode(), "column"),
        unread("tables/10,000 columns and no header.tsv", csv_text([wide, wide], "\t").encode()),
        unread("tables/a workbook.csv", zipped([Part("xl/workbook.xml", b"<workbook/>")])),
        unread("tables/a page.csv", _PAGE),
        unread("tables/a page.tsv", _PAGE),
        unread("tables/statements.csv", b"insert into fct_outcomes values ('x', 'y');\ndrop table fct_outcomes;\n"),
        unread("tables/half a letter of UTF-16.csv", _TABLE.decode().encode("utf-16") + b"\0"),
        unread("tables/marked as UTF-8.csv", codecs.BOM_UTF8 + _TABLE + b"\xff\xfe\n"),
        partly("tables/an open quotation.csv", _TABLE + b'"open ' + b"and on and on\n" * 100_000, 3, "quotation"),
        harmless("tables/an open quotation at once.csv", b'"' + _TABLE + b"and on\n" * 2_000, 2_003, quarantined=2_000),
        unread("tables/cut off.csv", cut(good, 0.9), "quotation"),
        unread("tables/a cell of 17 MiB.csv", repeated(header.encode() + b'"', b"x\n" * (MEBI // 2), 17, b'"\n')),
        partly(
            "tables/rows wider than the header.csv", good + b",".join([b"x"] * 5_000) + b"\n", 1, "beyond its header"
        ),
        harmless("tables/blank lines by the thousand.csv", good + b"\n" * 200_000),
        harmless(
            "tables/live formulas.csv",
            csv_text([*rows(), list(record(description="=cmd|'/c calc'!A1 in 2023").values())]).encode(),
            2,
        ),
        harmless(
            "tables/marks on marks.csv",
            csv_text([*rows(), list(record(description="In 2023 a" + _MARKS * 300_000).values())]).encode(),
            2,
        ),
        harmless(
            "tables/own columns by the hundred.csv",
            csv_text([row + [f"c{i}" for i in range(900)] for row in rows(9)]).encode(),
            9,
        ),
    ]


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [*_texts(), *_tables()]
