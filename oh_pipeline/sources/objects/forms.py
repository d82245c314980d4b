"""What the keys of a JSON object become: groups to paths, keys an option to the group's field, values to their text.

Values stay as they are written. Knows nothing of files and where a record begins.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from oh_pipeline.normal import fold, shown
from oh_pipeline.sources import options
from oh_pipeline.sources.objects.jsontext import TOO_DEEP
from oh_pipeline.sources.records import DEEPEST, LONGEST_VALUE, MOST_COLUMNS, Field, Labels, Record, Unreadable

_SURROGATE = re.compile("[\ud800-\udfff]")
_WORDS = {True: "true", False: "false", None: ""}
_MOST_HEADINGS = 20_000  # so many paths are remembered

Pairs = tuple[tuple[str, Any], ...]


class _Heading(NamedTuple):
    """A path: the label under which it goes on, whether the codebook knows that, and what it is an option of.

    `key` is what the paths of a group's options have in common, and the path of the group undivided.
    """

    label: str
    is_known: bool
    option: str | None
    key: str
    shown: str


class Form:
    """Reads objects by the codebook's labels."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._headings: dict[str, _Heading] = {}

    def record(self, pairs: Pairs, place: str) -> Record:
        """One object as a record. Raises Unreadable for one beyond the limits.

        A key without a name is kept by its number. An unknown key without a value is none.
        """
        leaves = _leaves(pairs, place)
        record = Record(place, [])
        keys: list[str] = []
        groups: dict[str, tuple[str, list[tuple[str, Field]]]] = {}
        for number, (path, value) in enumerate(leaves, start=1):
            heading = self._headings.get(path) or self._heading(path)
            if len(value) > LONGEST_VALUE:
                raise Unreadable(f"a value of it is longer than {LONGEST_VALUE >> 20} MiB", place=place)
            if heading.option:
                item = Field(path, value, f"{place}, {heading.shown}")
                groups.setdefault(heading.key, (heading.label, []))[1].append((heading.option, item))
            elif heading.is_known or (value and heading.label):
                record.fields.append(Field(heading.label, value, f"{place}, {heading.shown}"))
                keys.append(heading.key)
            elif value:
                record.overflow.append(Field(f"field {number}", value, place))
        if groups:
            self._put_together(record, keys, groups, place)
        if len(record.fields) > MOST_COLUMNS:
            raise Unreadable(f"a record of it has more than {MOST_COLUMNS:,} fields", place=place)
        record.ragged = bool(record.overflow)
        return record

    def _put_together(
        self, record: Record, keys: list[str], groups: dict[str, tuple[str, list[tuple[str, Field]]]], place: str
    ) -> None:
        """Give groups that came apart as one field each, instead of or beside what holds them undivided."""
        whole: dict[str, list[Field]] = {key: [] for key in groups}
        kept: list[Field] = []
        for key, item in zip(keys, record.fields, strict=True):
            whole.get(key, kept).append(item)
        record.fields = kept
        for key, (label, found) in groups.items():
            group, *rest = options.gather(label, found, whole[key], self._labels)
            record.fields += [group._replace(place=f"{place}, {shown(label)}"), *rest]

    def knows(self, path: str) -> bool:
        """Whether the codebook knows the label of a path."""
        heading = self._heading(path)
        return heading.is_known or bool(heading.option)

    def known(self, pairs: Pairs) -> dict[str, bool]:
        """The labels of an object that the codebook knows, and whether each is blank. Raises Unreadable."""
        found: dict[str, bool] = {}
        for path, value in _leaves(pairs, None):
            heading = self._heading(path)
            if heading.is_known or heading.option:
                found[heading.label] = found.get(heading.label, True) and not value
        return found

    def _heading(self, path: str) -> _Heading:
        heading = self._headings.get(path)
        if heading is None:
            if len(self._headings) >= _MOST_HEADINGS:
                self._headings.clear()
            label = self._labels.named(path)
            group = None if label is not None else self._labels.option(path)
            if group:
                key = fold(path.strip().removesuffix(group[1]).strip()[:-1])
                heading = _Heading(group[0].strip(), False, group[1], key, shown(path))
            else:
                heading = _Heading((label or path).strip(), label is not None, None, fold(path), shown(path))
            self._headings[path] = heading
        return heading


def _leaves(pairs: Pairs, place: str | None) -> list[tuple[str, str]]:
    """Path and text of every value, in their order. Raises Unreadable."""
    found: list[tuple[str, str]] = []
    _object(pairs, "", found, 0, place)
    return found


def _object(pairs: Pairs, prefix: str, found: list[tuple[str, str]], depth: int, place: str | None) -> None:
    if depth > DEEPEST:
        raise Unreadable(TOO_DEEP, place=place)
    for key, value in pairs:
        path = prefix + (key if key.isascii() else _text(key))
        if isinstance(value, str):
            found.append((path, _text(value)))
        elif isinstance(value, tuple):
            if value:
                _object(value, f"{path}/", found, depth + 1, place)
            else:
                found.append((path, ""))
        elif isinstance(value, list):
            _array(value, path, found, depth + 1, place)
        else:
            found.append((path, _WORDS[value]))


def _array(values: list[Any], path: str, found: list[tuple[str, str]], depth: int, place: str | None) -> None:
    """Single values joined; groups and arrays inside by their number."""
    if depth > DEEPEST:
        raise Unreadable(TOO_DEEP, place=place)
    single = [_text(value) if isinstance(value, str) else _WORDS[value] for value in values if _is_single(value)]
    joined = ", ".join(text for text in single if text)
    if joined or len(single) == len(values):
        found.append((path, joined))
    for number, value in enumerate(values, start=1):
        if isinstance(value, tuple):
            _object(value, f"{path}[{number}]/", found, depth + 1, place)
        elif isinstance(value, list):
            _array(value, f"{path}[{number}]", found, depth + 1, place)


def _is_single(value: Any) -> bool:
    return not isinstance(value, tuple | list)


def _text(value: str) -> str:
    r"""A text as it can be held: line ends `\n`, NULs and halves of a surrogate pair as escapes, no blanks at the ends."""
    if "\r" in value:
        value = value.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in value:
        value = value.replace("\0", "\\u0000")
    if not value.isascii() and _SURROGATE.search(value):
        value = value.encode("utf-8", "backslashreplace").decode()
    return value.strip()
