"""One record on its way into a file: what is left of its truth, which mess was made of it, which rules that must break."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.layout import OTHER, Layout
from oh_pipeline.demo.outcomes import SUBSTANTIATION, Record
from oh_pipeline.demo.vocabulary import Vocabulary
from oh_pipeline.fields import SUBSTANTIATION_FIELDS
from oh_pipeline.normal import collapse, fold

_THIN = 50  # characters, contract section 7
_NO_CONTENT = frozenset({"merged_text", *SUBSTANTIATION_FIELDS})
_NUMERIC = ("year", "unintended", "negative", "confidential")


class Place(NamedTuple):
    """Where a record stands: its number, from 1, in a file of so many `records`.

    `order` sorts files as a run reads them.
    """

    order: list[list[tuple[int, int, str]]]
    number: int
    file: str
    records: int


@dataclass(slots=True)
class Delivery:
    """`values` by key of the layout's columns: blank is "", absent is not there.

    `kinds`: the mess that was made. `rules`: codes that a run must report because of it. `claimed`: fields that a kind of
    mess has changed already, so that no other spoils it. Where every record names its labels: `labels` are other labels
    than the layout's, `added` further fields, `turned` by how many the fields are moved round,
    `lost` the field whose label nobody knows. `overflow` is a cell
    without a heading. `expected`, `outcome`, `version`: what a run must make of it, as `expected` tells.
    `withdrawn_from`: the file of the later delivery that lacks the outcome, or nothing.
    """

    record: Record
    layout: Layout
    place: Place
    values: dict[str, str]
    words: Vocabulary
    draws: Draws
    is_alone: bool
    kinds: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    claimed: set[str] = field(default_factory=lambda: {"additional_information", "substantiation_comment"})
    labels: dict[str, str] = field(default_factory=dict)
    added: list[tuple[str, str]] = field(default_factory=list)
    turned: int = 0
    lost: str = ""
    overflow: str = ""
    is_quarantined: bool = False
    expected: str = "accepted"
    outcome: int | None = None
    version: int | None = None
    withdrawn_from: str = ""

    def claim(self, *fields: str) -> bool:
        """Whether these fields are there and unspoilt; they then belong to who asked."""
        if not self.claimed.isdisjoint(fields) or not all(self.values.get(name) for name in fields):
            return False
        self.claimed.update(fields)
        return True

    def breaks(self, *rules: str) -> None:
        """A run must report these."""
        self.rules += [rule for rule in rules if rule not in self.rules]

    def claim_one(self, fields: tuple[str, ...]) -> str:
        """One of the fields, claimed; nothing where that is taken or blank."""
        name = self.draws.pick(fields)
        return name if self.claim(name) else ""

    def fields(self) -> list[tuple[str, str]]:
        """Labels and values in their order, as a form that names its labels has them."""
        labels = {**self.layout.labels, **self.labels} if self.labels else self.layout.labels
        found = [(labels[key], value) for key, value in self.values.items()]
        if self.turned:
            found = [found[0], *found[self.turned :], *found[1 : self.turned]]
        return found + self.added

    def content(self) -> dict[str, str]:
        """What makes a difference between two versions of an outcome."""
        return {name: value for name, value in self.told().items() if name not in _NO_CONTENT}

    def told(self) -> dict[str, str]:
        """What is not blank: by field or unknown label, in the form in which it is compared."""
        found: dict[str, str] = {}
        for label, value in self.fields():
            if not value:
                continue
            name = self.words.field_of(label)
            key = f"{OTHER}{fold(label)}" if name is None else name
            if key not in found:
                flat = collapse(value)
                found[key] = flat.removesuffix(".0") if name in _NUMERIC else flat
        if self.overflow:
            found[f"{OTHER}{OTHER}{len(self.layout.columns)}"] = self.overflow  # it is named by its place
        return found


def new_delivery(
    record: Record, layout: Layout, place: Place, words: Vocabulary, draws: Draws, *, is_alone: bool
) -> Delivery:
    """The record as it is, before any mess but that of its file. `is_alone`: its family has no other member."""
    values = {name: record.fields[name] for name in layout.names}
    if "social_actor" in layout.split and any(label not in _listed(words) for label in record.several["social_actor"]):
        values["social_actor"] = ""  # there is no column for it
    if layout.extra:
        values[layout.extra] = "Entered by the country office"
    delivery = Delivery(record, layout, place, values, words, draws, is_alone)
    delivery.claimed |= layout.split
    delivery.claimed.add(layout.lost)
    if record.kind != SUBSTANTIATION:
        _keep_flaws(delivery)
    return delivery


def _listed(words: Vocabulary) -> set[str]:
    return {label for label, _ in words.actors}


def _keep_flaws(d: Delivery) -> None:
    """What a run must report of the record as it truly is. No mess makes it better."""
    rated = d.values.get("contribution_rating")
    is_thin = bool(rated) and rated == d.words.top_contribution and len(d.values.get("contribution", "")) < _THIN
    if is_thin and {"contribution", "contribution_rating"}.isdisjoint(d.claimed):
        d.claimed |= {"contribution", "contribution_rating"}
        d.breaks("thin_contribution")
    if d.record.evidence == "generic" and d.claim("evidence"):
        d.breaks("generic_evidence")
    record, words = d.record, d.words
    if any(label not in _listed(words) for label in record.several["social_actor"]) and d.claim("social_actor"):
        d.breaks("unknown_code")
    place = fold(record.fields["country"])
    if any(words.codebook.result(place, label) is None for label in record.several["result"]) and d.claim("result"):
        d.breaks("unknown_code")
