"""Workbooks: packages that lie, unfold, reach out or are broken. What stands in their cells is in `sheets`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from .kinds import ENTITY, MEBI, PASSWD, Hostile, csv_text, cut, harmless, lines, rows, unread
from .markup import attacks, nested
from .packing import STORED, Packed, Part, compound, deflated, zipped

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MIB = b"x" * MEBI

Content = bytes | str | Packed


def sheet(body: str, head: str = XML, before: str = "") -> str:
    """A sheet of these rows, as they are written."""
    return f'{head}<worksheet xmlns="{_MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'


def letters(column: int) -> str:
    """The name of a column, from 0."""
    name = ""
    while column >= 0:
        name = chr(65 + column % 26) + name
        column = column // 26 - 1
    return name


def cells(table: Sequence[Sequence[str]], first: int = 1) -> str:
    """Rows of inline texts."""
    return "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{letters(i)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
            for i, text in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(table, start=first)
    )


def workbook(sheets: Sequence[str] = ("Data",), head: str = XML) -> str:
    """The part that lists the sheets."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, start=1)
    )
    return f'{head}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets></workbook>'


def relations(*targets: tuple[str, str], mode: str = "") -> str:
    """What belongs to what: kind and target of each."""
    made = "".join(
        f'<Relationship Id="rId{i}" Type="{_REL}/{kind}" Target="{escape(target)}"{mode}/>'
        for i, (kind, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'


def parts(body: Content, more: Mapping[str, Content | None] | None = None) -> list[Part]:
    """The parts of a workbook of one sheet; `more` replaces, adds or (None) leaves out some."""
    made: dict[str, Content | None] = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": workbook(),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": body,
        "xl/sharedStrings.xml": f'{XML}<sst xmlns="{_MAIN}"/>',
    }
    made.update(more or {})
    return [
        Part(name, content.encode() if isinstance(content, str) else content)
        for name, content in made.items()
        if content is not None
    ]


def book(body: Content, more: Mapping[str, Content | None] | None = None) -> bytes:
    """A workbook of one sheet."""
    return zipped(parts(body, more))


def _good(count: int = 1) -> str:
    return cells(rows(count))


def _shared(head: str, text: str) -> bytes:
    return f'{head}<sst xmlns="{_MAIN}"><si><t>{text}</t></si></sst>'.encode()


def _declared() -> list[Hostile]:
    def in_sheet(head: str, text: str) -> bytes:
        return sheet(_good() + f'<row r="3"><c r="A3" t="inlineStr"><is><t>{text}</t></is></c></row>', head).encode()

    made = [
        unread(f"{name}.xlsx", book(part), "declaration|damaged|beginning|empty")
        for name, part in attacks("books/sheet", in_sheet)
    ]
    calling = sheet(_good() + '<row r="3"><c r="A3" t="s"><v>0</v></c></row>')
    for name, part in list(attacks("books/shared texts", _shared))[2:6]:
        made.append(unread(f"{name}.xlsx", book(calling, {"xl/sharedStrings.xml": part}), "declaration"))
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "{PASSWD}">]>'
    for name, old in (
        ("xl/workbook.xml", workbook(["&a;"])),
        ("xl/_rels/workbook.xml.rels", relations(("worksheet", "&a;"))),
        ("[Content_Types].xml", f'{XML}<Types xmlns="{_PACKAGE}/content-types">&a;</Types>'),
        ("docProps/core.xml", f"{XML}<x>&a;</x>"),
    ):
        shown = name.replace("/", " ").replace("[", "").replace("]", "")
        made.append(
            unread(
                f"books/an entity in {shown}.xlsx",
                book(sheet(_good()), {name: old.replace("\n", "\n" + entity, 1)}),
                "declaration",
            )
        )
    return made


def _packages() -> list[Hostile]:
    good = book(sheet(_good(20)))
    noise = random.Random(5).randbytes(20_000)
    wrong = parts(sheet(_good()))
    sum_wrong = [Part(p.name, p.content, crc=1) if p.name == "xl/worksheets/sheet1.xml" else p for p in wrong]
    locked = [Part(p.name, p.content, flags=1) for p in wrong]
    other_way = [Part(p.name, p.content, method=99) for p in wrong]
    lying = [Part(p.name, p.content, size=10) if p.name == "xl/worksheets/sheet1.xml" else p for p in wrong]
    over = [Part(p.name, p.content, offset=0) for p in wrong]
    secret = {"EncryptionInfo": b"\4\0\4\0\x40\0\0\0" + noise[:500], "EncryptedPackage": noise}
    return [
        unread("books/noise.xlsx", noise),
        unread("books/noise.xls", noise),
        unread("books/noise.ods", noise),
        unread("books/NULs.xlsx", bytes(5_000)),
        unread("books/text.xlsx", lines().encode()),
        unread("books/a table.xlsx", csv_text(rows()).encode()),
        unread("books/a document.xlsx", b"%PDF-1.7\n" + noise),
        unread("books/an archive of nothing.xlsx", zipped([])),
        unread("books/an archive of something.xlsx", zipped([Part("a.txt", lines().encode())])),
        *[unread(f"books/cut off at {share}.xlsx", cut(good, share / 100)) for share in (1, 10, 50, 90, 99)],
        unread("books/its end alone.xlsx", good[-22:]),
        unread("books/noise inside.xlsx", good[:900] + noise[:300] + good[1_200:], "damaged"),
        unread("books/encrypted.xlsx", compound(secret), "encrypted"),
        unread("books/encrypted.xlsm", compound(secret), "encrypted"),
        unread(
            "books/encrypted.ods",
            book("", {"mimetype": "x", "META-INF/manifest.xml": "<m><encryption-data/></m>"}),
            "encrypted",
        ),
        unread("books/members with a password.xlsx", zipped(locked), "encrypted"),
        unread("books/packed in another way.xlsx", zipped(other_way), "packed"),
        unread("books/a wrong sum.xlsx", zipped(sum_wrong), "damaged"),
        unread("books/a wrong size.xlsx", zipped(lying), "damaged"),
        unread("books/parts over each other.xlsx", zipped(over), "over each other|damaged"),
        unread("books/parts twice.xlsx", zipped([*wrong, *wrong]), "one name"),
        unread(
            "books/20,000 parts.xlsx",
            zipped([*wrong, *(Part(f"x/{i}", b"", STORED) for i in range(20_000))]),
            "members",
        ),
        unread("books/no list of sheets.xlsx", book(sheet(_good()), {"xl/workbook.xml": None})),
        unread("books/no sheet.xlsx", book(sheet(_good()), {"xl/worksheets/sheet1.xml": None})),
        unread("books/no relations.xlsx", book(sheet(_good()), {"xl/_rels/workbook.xml.rels": None})),
        unread("books/no sheets at all.xlsx", book("", {"xl/workbook.xml": workbook([])})),
        unread(
            "books/a sheet elsewhere.xlsx",
            book("", {"xl/_rels/workbook.xml.rels": relations(("worksheet", PASSWD), mode=' TargetMode="External"')}),
        ),
        unread(
            "books/a sheet above.xlsx",
            book("", {"xl/_rels/workbook.xml.rels": relations(("worksheet", "../../../../../../etc/passwd"))}),
        ),
        unread(
            "books/a sheet that is the list.xlsx",
            book("", {"xl/_rels/workbook.xml.rels": relations(("worksheet", "workbook.xml"))}),
        ),
        unread(
            "books/relations to themselves.xlsx",
            book("", {"xl/_rels/workbook.xml.rels": relations(("worksheet", "_rels/workbook.xml.rels"))}),
        ),
        unread(
            "books/a Word form.xlsx",
            zipped([Part("[Content_Types].xml", b"<Types/>"), Part("word/document.xml", b"<w/>")]),
        ),
        harmless(
            "books/no kinds of parts.xlsx",
            book(sheet(_good()), {"[Content_Types].xml": f'{XML}<Types xmlns="{_PACKAGE}/content-types"/>'}),
        ),
        unread("books/bytes before it.xlsx", zipped(parts(sheet(_good())), before=b"#!/bin/sh\n")),
        harmless(
            "books/a picture that is a page.xlsx",
            book(sheet(_good()), {"xl/media/image1.svg": f"<!DOCTYPE svg><svg>{ENTITY}</svg>"}),
        ),
    ]


def _bombs() -> list[Hostile]:
    head, tail = sheet("\0").encode().split(b"\0")
    row = b"<row/>" * 100_000
    zeros = bytes(MEBI)
    texts = deflated((f'{XML}<sst xmlns="{_MAIN}"><si><t>'.encode(), 1), (_MIB, 60), (b"</t></si></sst>", 1))
    called = sheet(_good() + "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, 5_000)))
    medium = f'{XML}<sst xmlns="{_MAIN}"><si><t>{"long " * 6_000}</t></si></sst>'
    often = "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c><c r="F{n}" t="s"><v>0</v></c></row>' for n in range(3, 100_000)
    )
    return [
        unread("books/a gigabyte of zeros.xlsx", book(deflated((zeros, 1024))), "unpacks"),
        unread("books/a gigabyte of rows.xlsx", book(deflated((head, 1), (row, 1_700), (tail, 1))), "unpacks"),
        unread(
            "books/a gigabyte beside it.xlsx",
            book(sheet(_good()), {"xl/media/image1.png": deflated((zeros, 1024))}),
            "unpacks",
        ),
        unread("books/four gigabytes.xlsx", book(deflated((_MIB, 4_000))), "unpacks"),
        unread(
            "books/a gigabyte in many parts.xlsx",
            book(sheet(_good()), {f"xl/x{i}.xml": deflated((zeros, 16)) for i in range(64)}),
            "unpacks|beginning",
        ),
        unread(
            "books/a gigabyte of zeros.ods",
            zipped([Part("mimetype", b"x", STORED), Part("content.xml", deflated((zeros, 1024)))]),
            "unpacks",
        ),
        unread("books/one text of 60 MiB.xlsx", book(called, {"xl/sharedStrings.xml": texts})),
        unread("books/one text in every cell.xlsx", book(sheet(_good() + often), {"xl/sharedStrings.xml": medium})),
        unread(
            "books/an attribute of 50 MiB.xlsx",
            book(deflated((head + b'<row r="', 1), (b"1" * MEBI, 50), (b'"/>' + tail, 1))),
        ),
        unread("books/elements in elements.xlsx", book(sheet(nested("row", 200_000)))),
        unread("books/elements without end.xlsx", book(f"{XML}{'<a>' * 500_000}")),
    ]


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [*_declared(), *_packages(), *_bombs()]
