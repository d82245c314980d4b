"""Normal forms of text: how labels, ids and values are compared, keyed and hashed, and what a mark is.

Pure functions of one string, and the patterns that the vectorised code shares with them. Nothing about any vocabulary.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata

# A mark opens with a letter, so that `<5>` and `a < b` are text, and has no dot or colon, so that addresses are; at most
# 40 characters, so that a stray `<` swallows no sentence. The two spellings are one pattern for `re` and for Rust.
MARK = r"<[^\W\d_][\w /,'’-]{0,39}>"
MARK_POLARS = r"<\p{L}[\w /,'’-]{0,39}>"
BETWEEN_MARKS = " \t\r\n\v\f\u00a0,;.:/-–—()[]!?…\"'"
_MARK = re.compile(MARK)

_SHORT_RUN = 100
_LONG_RUN = re.compile(
    rf"[^\x00-\u02ff\w\s]{{{_SHORT_RUN},}}"
)  # no combining mark is a letter, a blank or below U+0300

SHOWN = 60  # characters of a value that a message may show

# Latin letters that have no decomposition into a base letter and accents.
_LATIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "ng"}
)


def collapse(text: str) -> str:
    """NFC, every run of blanks one space, none at the ends."""
    return " ".join(nfc(text).split())


def nfc(text: str) -> str:
    """Normal form C. Long runs of combining marks are put in order first: alone, `normalize` takes their length squared."""
    if len(text) > _SHORT_RUN and not text.isascii():
        text = _LONG_RUN.sub(lambda run: _in_order(run.group()), text)
    return unicodedata.normalize("NFC", text)


def _in_order(run: str) -> str:
    ordered: list[str] = []
    for _, chars in itertools.groupby(run, lambda char: unicodedata.combining(char) > 0):
        ordered += sorted(chars, key=unicodedata.combining)
    return "".join(ordered)


def fold(text: str) -> str:
    """The form in which labels, coded values and ids are matched: `collapse` with case folded."""
    return nfc(collapse(text).casefold())


def slug(label: str) -> str:
    """A readable ASCII key; `member_` and the label's hash where the label has no Latin letter: `№` is none."""
    if not re.search(r"[a-z]", _plain("".join(char for char in label if char.isalpha()))):
        return f"member_{label_hash(label)}"
    return re.sub(r"[^a-z0-9]+", "_", _plain(label)).strip("_")


def _plain(text: str) -> str:
    """Small letters without accents, ligatures and other dress."""
    base = unicodedata.normalize("NFKD", text.casefold().translate(_LATIN)).casefold()  # `№` comes apart into capitals
    return "".join(char for char in base if not unicodedata.combining(char))


def label_hash(label: str) -> str:
    """First eight hex digits of the SHA-256 of the trimmed NFC label."""
    return hashlib.sha256(nfc(label.strip()).encode()).hexdigest()[:8]


def only_marks(text: str) -> bool:
    """Whether nothing but marks, blanks and punctuation between them stands here, and at least one mark."""
    rest, marks = _MARK.subn("", text)
    return marks > 0 and not rest.strip(BETWEEN_MARKS)


def has_mark(text: str) -> bool:
    """Whether a mark stands anywhere in the text."""
    return _MARK.search(text) is not None


def shown(value: str) -> str:
    """A coded value as a message may show it: blanks collapsed, at most 60 characters, an ellipsis counted in."""
    flat = collapse(value)
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def as_year(text: str) -> int | None:
    """`2023`, `2023.0` and `2023.00` as a number; None for anything else."""
    match = re.fullmatch(r"\s*([0-9]{4})(?:\.0+)?\s*", text)
    return int(match.group(1)) if match else None


def flag_word(text: str) -> str:
    """The word by which a flag is looked up: folded, `1.0` as `1` and `0.0` as `0`."""
    word = fold(text)
    return word[0] if word in ("0.0", "1.0") else word


def natural_key(path: str) -> list[tuple[int, int, str]]:
    """Sort key under which `harvest_2` stands before `harvest_10`."""
    parts = re.split(r"([0-9]+)", path)
    return [(0, int(part), part) if i % 2 else (1, 0, part) for i, part in enumerate(parts)]
