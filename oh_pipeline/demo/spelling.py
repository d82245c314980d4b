"""Misspelling, and what an old code page can spell at all."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from oh_pipeline.demo.draws import Draws


def typo(text: str, draws: Draws, is_known: Callable[[str], bool]) -> str:
    """The text with two letters changed round, so that nobody knows it; nothing where that cannot be done."""
    spots = [at for at in range(1, len(text) - 1) if text[at : at + 2].isalpha() and text[at] != text[at + 1]]
    for _ in range(4 if spots else 0):
        at = draws.pick(spots)
        made = f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"
        if not is_known(made) and unicodedata.is_normalized("NFC", made):
            return made
    return ""


def holdable(options: Sequence[str], encoding: str) -> Sequence[str]:
    """Those that a file in this encoding can hold."""
    return options if encoding != "cp1252" else [text for text in options if fits(text)]


def fits(text: str) -> bool:
    """Whether Windows' Western code page can hold it."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
