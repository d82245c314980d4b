"""What kind of file bytes without a name are most likely, as the suffix that such a file would have.

Only for standard input: a delivered file is what its name says. Text fragments wherever nothing speaks for another kind.
"""

from __future__ import annotations

import codecs
import json
import re
from pathlib import Path

from oh_pipeline.normal import fold
from oh_pipeline.sources.records import HEADER_LABELS

_HEAD = 64 << 10
_TAIL = 66_000  # the end of a ZIP's directory, and the longest comment behind it
_DIRECTORY = 1 << 20
_ZIP, _ZIP_END, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMBERS = {b"xl/workbook.": ".xlsx", b"word/document.": ".docx", b"content.xml": ".ods"}
_MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FIELD_LINE = re.compile(r"^[^\S\n]*\*\*.*?\*\*[^\S\n]*:", re.MULTILINE)
_JSON = re.compile(r"\s*(?:(\[)\s*[{\]]|\{\s*[\"}])")
_SEPARATORS = re.compile(r"[,;\t]")


def likely_suffix(path: Path, known_labels: frozenset[str]) -> str:
    """The suffix for the file's content. `known_labels` are those of the codebook, folded."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((_ZIP, _ZIP_END)):
        directory = _zip_directory(path)
        return next((suffix for name, suffix in _MEMBERS.items() if name in directory), ".zip")
    if head.startswith(_OLE):
        return ".xls"
    encoding = next((name for mark, name in _MARKED if head.startswith(mark)), "utf-8")
    text = head.decode(encoding, "replace")
    if found := _JSON.match(text):
        return ".json" if found.group(1) else _json_or_lines(text)
    return ".csv" if not _FIELD_LINE.search(text) and _has_header(text, known_labels) else ".txt"


def _zip_directory(path: Path) -> bytes:
    """The list of what is in a ZIP archive, unread; nothing where it is cut off."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        at = tail.rfind(_ZIP_END)
        if at < 0 or len(tail) < at + 22:
            return b""
        file.seek(min(size, int.from_bytes(tail[at + 16 : at + 20], "little")))
        return file.read(min(_DIRECTORY, int.from_bytes(tail[at + 12 : at + 16], "little")))


def _json_or_lines(text: str) -> str:
    """One object, or an object a line."""
    first, _, rest = text.strip("\ufeff").lstrip().partition("\n")
    if not rest.lstrip().startswith("{"):
        return ".json"
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return ".json"
    return ".jsonl"


def _has_header(text: str, known_labels: frozenset[str]) -> bool:
    """Whether some line has, between separators, as many known labels as make a header."""
    for line in text.splitlines():
        cells = {fold(cell.strip('" \t')) for cell in _SEPARATORS.split(line)}
        if len(cells & known_labels) >= HEADER_LABELS:
            return True
    return False
