"""Why a file was not read, in the language asked for: `reasons.csv` beside this has every reason in English and in French.

Readers give reasons in English, from which the other language is found: whole, or with what stands in its places.
"""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from oh_pipeline.validation.rulebook import LANGUAGES, chosen_language

REASONS_FILE = Path(__file__).with_name("reasons.csv")
HOLE = "{}"
"""Where something stands in a reason that changes from file to file: a limit, a place, another reason."""
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_NARROW_BLANK = "\u202f"


def said(text: str, language: str | None = None) -> str:
    """An English reason in the language of the setting where none is named; as it is where no other words are known."""
    chosen = language or chosen_language()
    return text if chosen == LANGUAGES[0] else _translated(text, chosen)


@lru_cache(maxsize=4096)
def _translated(text: str, language: str) -> str:
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", _NARROW_BLANK)
    for pattern, told in _read(language):
        if found := pattern.fullmatch(text):
            return told.format(*(_translated(word, language) for word in found.groups()))
    return text


@cache
def _read(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns of the English reasons with the words for them; of two that fit a text, that with more of it comes first."""
    with REASONS_FILE.open(encoding="utf-8", newline="") as handle:
        rows = [(row["en"], row[language]) for row in csv.DictReader(handle)]
    rows.sort(key=lambda row: (-len(row[0].replace(HOLE, "")), row[0]))
    return tuple((re.compile("(.+)".join(map(re.escape, english.split(HOLE)))), told) for english, told in rows)
