"""What a reader of structured files hands up: records as delivered, notes about the file, and why it cannot be read.

Readers run in a child process with limits, so this imports nothing heavy. No meaning is given to a value here; which
labels the codebook knows is asked of `Labels`, because a header is told from a title by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from oh_pipeline.normal import fold

HEADER_LABELS = 3
"""So many known labels make a row a header."""
MOST_COLUMNS = 1_000
LONGEST_VALUE = 16 << 20
LONGEST_RECORD = 16 << 20
"""Bytes of all its labels and values in UTF-8."""
DEEPEST = 32
"""Levels of groups in a form."""
_MOST_HEADINGS = 20_000  # so many are remembered
_AGAIN = re.compile(r"(?:_[0-9]{3}|\.[1-9][0-9]?)\Z")  # what form apps and pandas put behind a name that stands twice
ROW_KEY = "Row key (leave as it is)"
"""Heading of the hidden column of a returned workbook; no field of the form."""
FIX_SHEET = "What to fix"
"""First sheet of a returned workbook; holds no records."""


class Field(NamedTuple):
    """One value as delivered and where it stands; a blank one is the empty text."""

    label: str
    value: str
    place: str


@dataclass(slots=True)
class Record:
    """One fragment. `ragged`: it has cells without a heading, or lacks some; `overflow` are the former."""

    place: str
    fields: list[Field]
    overflow: list[Field] = field(default_factory=list)
    ragged: bool = False


class Column(NamedTuple):
    """A column of a table: the label of its cells, and what stands before and after a row's number in the place of one."""

    label: str
    before: str
    after: str


class Columns:
    """Columns that all rows below one header share, and the characters of their labels. Equal to none but itself."""

    __slots__ = ("_columns", "longest_label", "size")

    def __init__(self, columns: Iterable[Column]) -> None:
        self._columns = tuple(columns)
        lengths = [len(column.label) for column in self._columns]
        self.size = sum(lengths)
        self.longest_label = max(lengths, default=0)

    def __iter__(self) -> Iterator[Column]:
        return iter(self._columns)


@dataclass(slots=True)
class Row:
    """One fragment that is a row of a table: `values` of `columns`, which all rows below one header share, then `others`.

    As a Record it is the same, but its fields are made only where somebody asks for them.
    """

    place: str
    number: str
    columns: Columns
    values: list[str]
    others: list[Field] = field(default_factory=list)
    overflow: list[Field] = field(default_factory=list)
    ragged: bool = False

    @property
    def fields(self) -> list[Field]:
        """All fields, but those without a heading."""
        number = self.number
        cells = zip(self.columns, self.values, strict=True)
        own = [Field(label, value, f"{before}{number}{after}") for (label, before, after), value in cells]
        return own + self.others

    def record(self) -> Record:
        """The same as a Record."""
        return Record(self.place, self.fields, self.overflow, self.ragged)


@dataclass(frozen=True, slots=True)
class Note:
    """A finding about the file as a whole: a rule's code and where; for a part that was not read, why (no value quoted).

    `text` is what stands there, where it is kept.
    """

    rule: str
    place: str | None = None
    reason: str = ""
    text: str = ""


class Unreadable(Exception):
    """Why a file, or the rest of it, is not read: plain words that quote no value; `place` where it is known.

    What was handed up before it counts.
    """

    def __init__(self, reason: str, remedy: str = "", place: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy
        self.place = place


Item = Record | Row | Note
"""What a reader hands up."""


@dataclass(frozen=True)
class Labels:
    """What the codebook says of labels: `known` ones, those of `groups` (a field that may hold several values), folded.

    `groups` leads from a folded label to its field. `begins`: the labels that open a record. `yes` and `no` are the folded
    words of flags.
    """

    known: frozenset[str]
    groups: Mapping[str, str]
    yes: frozenset[str]
    no: frozenset[str]
    begins: frozenset[str] = frozenset()
    _named: dict[str, str | None] = field(default_factory=dict, compare=False)

    def to_message(self) -> dict[str, Any]:
        """As it goes to another process."""
        words = {name: sorted(getattr(self, name)) for name in ("known", "yes", "no", "begins")}
        return {**words, "groups": dict(self.groups)}

    @classmethod
    def from_message(cls, told: Mapping[str, Any]) -> Labels:
        """As it was told."""
        known, yes, no, begins = (frozenset(told[name]) for name in ("known", "yes", "no", "begins"))
        return cls(known, told["groups"], yes, no, begins)

    def named(self, heading: str) -> str | None:
        """The label that the codebook knows in a heading: the heading, or what stands behind its last `/`; else None.

        A question that was edited comes out as two columns, `name` and `name_001`: the second is the first once more.
        """
        if heading not in self._named:
            if len(self._named) >= _MOST_HEADINGS:
                self._named.clear()
            last = heading.rpartition("/")[2]
            written = (heading, last, _AGAIN.sub("", heading.rstrip()), _AGAIN.sub("", last.rstrip()))
            self._named[heading] = next((label for label in written if fold(label) in self.known), None)
        return self._named[heading]

    def option(self, heading: str) -> tuple[str, str] | None:
        """Label and option of a column that stands for one option of a group field: `label_option` or `label/option`.

        Before the label may stand the path of its group (`section/label/option`).
        """
        if self.named(heading):
            return None
        for at in range(len(heading) - 1, 0, -1):  # the longest label that fits
            if heading[at] in "_/":
                label, option = heading[:at].rpartition("/")[2], heading[at + 1 :].strip()
                for name in (label, _AGAIN.sub("", label)):
                    if option and fold(name) in self.groups:
                        return name, option
        return None
