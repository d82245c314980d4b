"""Days as people and programs write them. Pure functions of one text; nothing is guessed.

The year stands in four digits, first or last. Where it stands last, the day comes before the month, whatever the numbers:
`5/13/2024` is no date, and never the 13th of May, because `5/12/2024` cannot be told from its like.
"""

from __future__ import annotations

import re
from datetime import date

_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?: ?[AaPp]\.?[Mm]\.?)?"
_ZONE = r" ?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
_CLOCK = rf"(?:[T ]+{_TIME}(?:{_ZONE})?)?"
_YEAR = r"((?:19|20)[0-9]{2})"
_YEAR_FIRST = re.compile(rf"{_YEAR}([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_CLOCK}")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2{_YEAR}{_CLOCK}")


def as_date(text: str) -> date | None:
    """The day of `2024-05-31`, `31/5/2024` or either with a time of day behind it; None for anything else.

    A time zone plays no part: it is the day that was written.
    """
    if first := _YEAR_FIRST.fullmatch(text.strip()):
        year, _, month, day = first.groups()
    elif last := _YEAR_LAST.fullmatch(text.strip()):
        day, _, month, year = last.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
