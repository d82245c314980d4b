"""Hostile and broken files, made on the spot: what nobody should hand in and somebody will.

Each has a name, a builder and what has to become of it. Grouped by what they attack, one module each.
"""

from __future__ import annotations

from . import archives, books, jsons, names, old_books, sheets, texts, words
from .kinds import Hostile


def hostile_files() -> list[Hostile]:
    """All of them; some are held whole until they are written."""
    return [made for kind in (names, texts, jsons, books, sheets, old_books, words, archives) for made in kind.files()]
