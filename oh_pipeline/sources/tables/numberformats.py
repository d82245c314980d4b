"""Number formats of an .xlsx package under which a person sees more than the number: `007`, `SCC-014`, `25%`, a year alone.

The reader of cells tells numbers and dates without their formats. Knows no sheet; raises nothing for what is damaged, for
which the reader of cells has words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

_BUILT_IN = {9: "0%", 10: "0.00%"}
_SECTION = re.compile(r"""(?:[^;"\\]|"[^"]*"|\\.)*""", re.DOTALL)
_LITERAL = r"""(?:"[^"]*"|\\.|[-+/ :()])*"""
_DIGITS = re.compile(
    rf"(?P<before>{_LITERAL})(?P<whole>0+)(?:\.(?P<part>0+))?(?P<percent>%?)(?P<after>{_LITERAL})", re.DOTALL
)
_YEAR = re.compile(r"(?:\[\$-[0-9A-F]+\])?yyyy", re.IGNORECASE)
_PLAIN = re.compile(r"""["\\]""")
_DAYS = {False: dt.date(1899, 12, 30), True: dt.date(1904, 1, 1)}
_LARGEST = Decimal(10) ** 15
_LONGEST_CODE = 255  # characters that a spreadsheet program takes


@dataclass(frozen=True, slots=True)
class Shown:
    """How a number is shown: texts around it, its least digits, places behind the point. `is_year`: a date's year alone."""

    before: str = ""
    after: str = ""
    digits: int = 1
    places: int = 0
    is_percent: bool = False
    is_year: bool = False

    def text(self, written: str, *, is_1904: bool) -> str | None:
        """What a person sees of a number; None where it is none, or beyond what a sheet tells."""
        try:
            value = Decimal(written)
            if not value.is_finite() or abs(value) >= _LARGEST:
                return None
            if self.is_year:
                return str((_DAYS[is_1904] + dt.timedelta(days=int(value))).year) if value >= 1 else None
            value *= 100 if self.is_percent else 1
            value = value.quantize(Decimal(1).scaleb(-self.places), ROUND_HALF_UP)
        except (InvalidOperation, OverflowError):
            return None
        whole, point, part = format(abs(value), "f").partition(".")
        sign = "-" if value < 0 else ""
        return f"{sign}{self.before}{whole.zfill(self.digits)}{point}{part}{'%' if self.is_percent else ''}{self.after}"


def shown_as(code: str) -> Shown | None:
    """What a format code makes of a number; None where it is the number itself, or more than is told here."""
    first = _SECTION.match(code) if len(code) <= _LONGEST_CODE else None
    section = first[0] if first else ""
    if _YEAR.fullmatch(section):
        return Shown(is_year=True)
    told = _DIGITS.fullmatch(section)
    if told is None:
        return None
    before, after = (_PLAIN.sub("", told[name]) for name in ("before", "after"))
    is_percent, digits = bool(told["percent"]), len(told["whole"])
    if not (before or after or is_percent or digits > 1):
        return None
    return Shown(before, after, digits, len(told["part"] or ""), is_percent)


def styles(styles_xml: bytes) -> dict[str, Shown]:
    """The cell styles, by the number that cells name them by, that show more than the number."""
    try:
        root = fromstring(styles_xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        return {}
    codes: dict[int, str] = dict(_BUILT_IN)
    for item in _children(root, "numFmts"):
        codes[_number(item.get("numFmtId"))] = item.get("formatCode") or ""
    found = {}
    for place, style in enumerate(_children(root, "cellXfs")):
        shown = shown_as(codes.get(_number(style.get("numFmtId")), ""))
        if shown is not None:
            found[str(place)] = shown
    return found


def _children(root: Element, name: str) -> Iterator[Element]:
    for part in root:
        if part.tag.rpartition("}")[2] == name:
            yield from part


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else -1
