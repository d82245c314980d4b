"""Fields that came apart: one key or column an option (`Type of change/Practice change` marked 1) put together again.

What counts as marked, and when the whole field that stands beside them says the same. Knows no format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from oh_pipeline.normal import flag_word, fold
from oh_pipeline.sources.records import Field, Labels

_MARKED = frozenset({"1", "x", "true", "✓", "✔", "☑", "☒"})
_UNMARKED = frozenset({"", "0", "no", "false", "☐"})
_BETWEEN = " ,;"


def marked(value: str, option: str, labels: Labels) -> bool | None:
    """Whether an option is chosen: by a yes-word or its own name; None where the value is neither that nor a no."""
    if value in ("", "0"):
        return False
    if value == "1":
        return True
    word = flag_word(value)
    if word in _MARKED or word in labels.yes or word == fold(option):
        return True
    return False if word in _UNMARKED or word in labels.no else None


def gather(label: str, options: Sequence[tuple[str, Field]], whole: Sequence[Field], labels: Labels) -> list[Field]:
    """The field of a group from its options' fields, in their order, and whatever of them has to stand by itself.

    `whole` are the fields that hold the group undivided: given only where they hold something else than the options do.
    A value that is no mark stays under its own label, and so does one that contradicts another of the same option.
    """
    chosen: list[str] = []
    odd: list[Field] = []
    told: dict[str, bool] = {}
    for option, item in options:
        is_marked = marked(item.value, option, labels)
        if is_marked is None or (item.value and told.setdefault(option, is_marked) != is_marked):
            odd.append(item)
        elif is_marked and option not in chosen:
            chosen.append(option)
    first = Field(label, ", ".join(chosen), options[0][1].place)
    return [first, *(item for item in whole if not _says_the_same(item.value, chosen)), *odd]


def _says_the_same(value: str, chosen: Sequence[str]) -> bool:
    """Whether an undivided field is blank or holds these options, in any order and however they are parted."""
    rest = fold(value)
    if not rest:
        return True
    for option in sorted({fold(option) for option in chosen}, key=len, reverse=True):
        rest, found = re.subn(rf"(?<![^{_BETWEEN}]){re.escape(option)}(?![^{_BETWEEN}])", " ", rest)
        if not found:
            return False
    return not rest.strip(_BETWEEN)
