"""Word forms: packages as hostile as workbooks, tables in tables, and documents that are none."""

from __future__ import annotations

import random
from collections.abc import Mapping
from xml.sax.saxutils import escape

from .books import XML, Content, relations, sheet
from .books import book as workbook_file
from .kinds import ENTITY, MEBI, PASSWD, Hostile, cut, harmless, lines, new_id, partly, record, unread
from .markup import attacks, nested
from .packing import Packed, Part, compound, deflated, zipped

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def document(body: str, head: str = XML) -> str:
    """A document of this body, as it is written."""
    return f'{head}<w:document xmlns:w="{_MAIN}"><w:body>{body}</w:body></w:document>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def form(fields: Mapping[str, str] | None = None) -> str:
    """A record as a table of labels and values."""
    pairs = (fields or record()).items()
    return "<w:tbl>" + "".join(_row(paragraph(escape(k)), paragraph(escape(v))) for k, v in pairs) + "</w:tbl>"


def parts(content: Content, more: Mapping[str, Content | None] | None = None) -> list[Part]:
    """The parts of a document; `more` replaces, adds or (None) leaves out some."""
    made: dict[str, Content | None] = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{_KIND}"/></Types>',
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": content,
    }
    made.update(more or {})
    return [
        Part(name, part.encode() if isinstance(part, str) else part) for name, part in made.items() if part is not None
    ]


def word(content: Content, more: Mapping[str, Content | None] | None = None) -> bytes:
    """A Word file."""
    return zipped(parts(content, more))


def _packages() -> list[Hostile]:
    good = word(document(form()))
    noise = random.Random(7).randbytes(20_000)
    wrong = parts(document(form()))
    return [
        unread("words/noise.docx", noise),
        unread("words/text.docx", lines().encode()),
        unread("words/rich text.docx", b"{\\rtf1\\ansi FragmentID}"),
        unread("words/a workbook.docx", workbook_file(sheet(""))),
        unread("words/an archive of nothing.docx", zipped([])),
        *[unread(f"words/cut off at {share}.docx", cut(good, share / 100)) for share in (10, 50, 99)],
        unread(
            "words/encrypted.docx", compound({"EncryptionInfo": noise[:500], "EncryptedPackage": noise}), "encrypted"
        ),
        unread("words/an older document.docx", compound({"WordDocument": noise}), "older"),
        unread(
            "words/members with a password.docx", zipped([Part(p.name, p.content, flags=1) for p in wrong]), "encrypted"
        ),
        unread("words/wrong sums.docx", zipped([Part(p.name, p.content, crc=7) for p in wrong]), "damaged"),
        unread("words/no document.docx", word("", {"word/document.xml": None})),
        unread("words/an empty document.docx", word("")),
        unread("words/no relations.docx", word(document(""), {"_rels/.rels": None})),
        unread(
            "words/relations to themselves.docx",
            word("", {"_rels/.rels": relations(("officeDocument", "_rels/.rels"))}),
        ),
        unread(
            "words/a document elsewhere.docx",
            word("", {"_rels/.rels": relations(("officeDocument", PASSWD), mode=' TargetMode="External"')}),
        ),
        unread(
            "words/a document above.docx",
            word("", {"_rels/.rels": relations(("officeDocument", "../../../../etc/passwd"))}),
        ),
        unread("words/a gigabyte of zeros.docx", word(deflated((bytes(MEBI), 1024))), "unpacks|beginning"),
        unread(
            "words/a gigabyte beside it.docx",
            word(document(form()), {"word/media/image1.png": deflated((bytes(MEBI), 1024))}),
            "unpacks",
        ),
        unread("words/a gigabyte of paragraphs.docx", word(_long(16_000)), "unpacks"),
        harmless(
            "words/a picture from elsewhere.docx",
            word(
                document(form()),
                {
                    "word/_rels/document.xml.rels": relations(
                        ("image", PASSWD), ("attachedTemplate", "http://127.0.0.1:9/x"), mode=' TargetMode="External"'
                    )
                },
            ),
        ),
        harmless(
            "words/a piece of another kind.docx",
            word(
                document(form() + '<w:altChunk r:id="rId1" xmlns:r="x"/>'),
                {"word/page.html": f"<!DOCTYPE html><html>{ENTITY}</html>"},
            ),
        ),
    ]


def _long(times: int) -> Packed:
    head, tail = document("\0").encode().split(b"\0")
    return deflated((head, 1), (paragraph("x").encode() * 1_900, times), (tail, 1))


def _documents() -> list[Hostile]:
    deep = form()
    for _ in range(300):
        deep = f"<w:tbl>{_row(deep)}</w:tbl>"
    wide = "<w:tbl>" + _row(*[paragraph("x")] * 10_000) * 3 + "</w:tbl>"
    return [
        unread("words/nothing in it.docx", word(document(""))),
        unread("words/a letter.docx", word(document(paragraph("Dear colleagues")))),
        unread("words/markup cut off.docx", word(document(form())[:-40])),
        unread("words/markup mixed up.docx", word(document("<w:p></w:r></w:p>" + form()))),
        unread("words/other markup.docx", word(f"{XML}<html><body>{ENTITY}</body></html>")),
        unread("words/bytes that are no UTF-8.docx", word(document(form()).encode().replace(b"Kenya", b"Ken\xff\xfe"))),
        unread("words/elements in elements.docx", word(document(nested("w:p", 200_000)))),
        unread("words/elements without end.docx", word(f"{XML}{'<a>' * 500_000}")),
        unread("words/10,000 columns.docx", word(document(wide))),
        unread("words/tables in tables.docx", word(document(deep))),
        unread(
            "words/a text of 40 MiB.docx",
            word(
                deflated(
                    (document("\0").encode().split(b"\0")[0] + b"<w:p><w:r><w:t>**FragmentID**: ", 1),
                    (b"x" * MEBI, 40),
                    (b"</w:t></w:r></w:p></w:body></w:document>", 1),
                )
            ),
        ),
        harmless("words/empty paragraphs by the thousand.docx", word(document(form() + "<w:p/>" * 200_000))),
        harmless(
            "words/deleted and inserted.docx",
            word(document(f'<w:ins w:id="1" w:author="x">{paragraph("x")}</w:ins>' + form())),
        ),
        partly(
            "words/labels by the thousand.docx",
            word(document(form() + form(record() | {f"Own {i}": "x" for i in range(2_000)}))),
            1,
            "more than 1,000 fields",
        ),
        harmless(
            "words/an id twice by the hundred.docx",
            word(
                document("".join(form({"FragmentID": new_id(), "Year": "2023", "Scale": "Local"}) for _ in range(300)))
            ),
            300,
            quarantined=300,
        ),
    ]


def files() -> list[Hostile]:
    """All of them, made anew."""

    def declared(head: str, text: str) -> bytes:
        return document(form() + paragraph(text), head).encode()

    return [
        *[
            unread(f"{name}.docx", word(part), "declaration|damaged|beginning")
            for name, part in attacks("words/declared", declared)
        ],
        *_packages(),
        *_documents(),
    ]
