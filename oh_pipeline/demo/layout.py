"""How one file looks: its labels or columns, its encoding, what stands around the records. The mess that concerns a file.

Decides and writes nothing; how a record fares in it is decided in `mess`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.spelling import holdable, typo
from oh_pipeline.demo.vocabulary import SUBMISSION, Vocabulary
from oh_pipeline.fields import ALL_FIELDS, FIELDS

TITLES = ("Synthetic corpus made by oh demo", "People and organisations are invented")
OTHER, SECOND, ADDED = "\0", "2:", "+"
"""Begin a key: of an unknown label, of a field's second column, of a column that the form does not have."""
GROUPS = {
    "basics": ("fragment_id", "outcome_status", "harvest", "country", "year", "confidential"),
    "story": (
        "description", "significance", "additional_information", "contribution", "other_contributors", "evidence",
        "merged_text",
    ),
}  # fmt: skip
KEPT = ("fragment_id", "description", "additional_information", "substantiation_comment")
"""Their labels stay known: what begins a record, what it cannot be without, and what marks it as synthetic."""
OTHER_GROUP = "codes"
_EXTRA = ("Focal point", "Village", "Remarks of the data team", "Date of entry")
_SECOND = ("evidence", "contribution", "scale", "significance_rating")
_SPLIT = ("change_type", "change_cluster", "social_actor")

_TABLE = {
    "listed_headings": 0.3, "heading_typo": 0.15, "blanks_in_headings": 0.3, "column_order": 0.25, "added_column": 0.15,
    "two_columns_of_a_field": 0.3, "column_an_option": 0.35, "form_export": 0.2,
}  # fmt: skip
_ENCODED = {"byte_order_mark": 0.25, "utf_16": 0.15, "cp1252": 0.2, "line_ends": 0.4}
KINDS: Mapping[str, Mapping[str, float]] = {
    "txt": {**_ENCODED, "preamble": 0.25, "blank_lines": 0.3, "indented": 0.2},
    "csv": {
        **_TABLE, **_ENCODED, "other_delimiter": 0.45, "all_quoted": 0.3, "title_rows": 0.35, "blank_rows": 0.3,
        "ragged": 0.3,
    },
    "xlsx": {
        **_TABLE, "title_rows": 0.4, "blank_rows": 0.3, "ragged": 0.2, "skipped_sheet": 0.35, "several_sheets": 0.3,
        "typed_cells": 0.4, "carriage_returns": 0.2,
    },
    "json": {"form_export": 0.25, "nested": 0.35, "nulls": 0.3, "typed_cells": 0.35, "wrapped": 0.25, "indented": 0.4},
    "jsonl": {"nested": 0.35, "nulls": 0.3, "typed_cells": 0.35, "byte_order_mark": 0.2, "line_ends": 0.2},
    "docx": {"paragraphs": 0.35, "headings": 0.3},
}  # fmt: skip
"""What may happen to files of a format, and to what share of them where mess is highest."""
_BY_HAND = frozenset(
    {"title_rows", "blank_rows", "ragged", "several_sheets", "skipped_sheet", "heading_typo", "listed_headings"}
    | {"column_order", "utf_16", "cp1252", "nested", "wrapped"}
)


class Column(NamedTuple):
    """A column by the key of its values. `option`: it marks where this member is chosen."""

    key: str
    label: str
    option: str = ""


@dataclass(frozen=True)
class Layout:
    """`kinds`: the mess that was made of the file. `names`: the fields that it has. `labels`: by key of a value.

    `marks`: what stands in a column of an option where it is chosen, and where not. `lost`: the field whose heading nobody
    knows. `second`: the field that has two columns. `extra`: key of a column that the form does not have. `split`: fields
    that come as a column an option.
    """

    format: str
    kinds: frozenset[str]
    names: tuple[str, ...]
    labels: Mapping[str, str]
    columns: tuple[Column, ...]
    suffix: str
    encoding: str = "utf-8"
    line_end: str = "\n"
    delimiter: str = ","
    marks: tuple[str, str] = ("1", "")
    lost: str = ""
    second: str = ""
    extra: str = ""
    split: frozenset[str] = field(default_factory=frozenset)

    @property
    def content(self) -> str:
        """What the file holds, in a word."""
        return "Outcomes" if "description" in self.names else "Substantiations"

    @property
    def names_labels(self) -> bool:
        """Whether every record names its labels, so that they may differ."""
        return self.format in ("txt", "docx") or (self.format in ("json", "jsonl") and "form_export" not in self.kinds)


def make_layout(kind: str, words: Vocabulary, mess: float, draws: Draws, fields: Sequence[str] = FIELDS) -> Layout:
    """A file of the format `kind` with these fields, and each kind of mess as often as its share says."""
    names = tuple(name for name in fields if name in words.labels)
    kinds = {name for name, share in KINDS[kind].items() if draws.chance(share * mess)}
    if not words.has_submissions:
        kinds.discard("form_export")
    if "form_export" in kinds:  # a machine writes it
        kinds -= _BY_HAND
        kinds |= {"xml_names"} if "xml" in words.languages and draws.chance(0.5) else set()
    if kinds & {"utf_16", "byte_order_mark"}:
        kinds -= {"cp1252"} | ({"byte_order_mark"} if "utf_16" in kinds else set())
    if not words.is_latin:
        kinds.discard("cp1252")
    is_table = kind in ("csv", "xlsx")
    is_split = is_table and kinds & {"column_an_option", "form_export"}
    labels = {name: words.labels[name][0] for name in names}
    split = frozenset(labels) & frozenset(_SPLIT[: 1 + draws.number() % 3] if is_split else ())
    second = draws.pick(_SECOND) if "two_columns_of_a_field" in kinds else ""
    extra = f"{ADDED}{draws.pick(_EXTRA)}" if "added_column" in kinds else ""
    lost = _other_headings(kinds, labels, {second, *split}, words, draws)
    if extra:
        labels[extra] = extra.removeprefix(ADDED)
    if second in labels:
        labels[f"{SECOND}{second}"] = labels[second]
    else:
        second = ""
    columns = _columns(kinds, labels, words, second, extra, split, draws) if is_table or "form_export" in kinds else []
    delimiter = draws.pick((";", "\t")) if "other_delimiter" in kinds else ","
    return Layout(
        format=kind,
        kinds=frozenset(kinds),
        names=names,
        labels=labels,
        columns=tuple(columns),
        suffix="tsv" if kind == "csv" and delimiter == "\t" else kind,
        encoding=_encoding(kinds),
        line_end=draws.pick(("\r\n", "\r\n", "\r")) if "line_ends" in kinds else "\n",
        delimiter=delimiter,
        marks=("1", "0") if "form_export" in kinds else draws.pick((("1", ""), ("x", ""), ("1", "0"), ("TRUE", ""))),
        lost=lost,
        second=second,
        extra=extra,
        split=split,
    )


def _encoding(kinds: set[str]) -> str:
    codecs = {"byte_order_mark": "utf-8-sig", "utf_16": "utf-16", "cp1252": "cp1252"}
    return next((codec for name, codec in codecs.items() if name in kinds), "utf-8")


def _other_headings(
    kinds: set[str], labels: dict[str, str], in_parts: set[str], words: Vocabulary, draws: Draws
) -> str:
    """Labels of the whole file changed; gives the field whose label is unknown now. Those in several columns stay known."""
    free = [name for name in labels if name not in in_parts and name not in KEPT]
    encoding = _encoding(kinds)
    if "xml_names" in kinds:
        labels.update({name: label for name, label in words.languages["xml"].items() if name in labels})
    if "listed_headings" in kinds:
        language = words.languages[draws.pick([*words.languages])] if words.languages and draws.chance(0.6) else {}
        for name in labels:
            options = [language[name]] if name in language else words.labels[name]
            labels[name] = draws.pick(holdable(options, encoding) or [labels[name]])
    if "blanks_in_headings" in kinds:
        for _ in range(3):
            name = draws.pick([*labels])
            labels[name] = draws.pick((f"{labels[name]}  ", labels[name].replace(" ", "  "), labels[name].upper()))
    if "heading_typo" in kinds and free:
        name = draws.pick(free)
        wrong = typo(labels[name], draws, lambda label: words.field_of(label) is not None)
        if wrong:
            labels[name] = wrong
            return name
    kinds.discard("heading_typo")
    return ""


def _columns(
    kinds: set[str],
    labels: Mapping[str, str],
    words: Vocabulary,
    second: str,
    extra: str,
    split: frozenset[str],
    draws: Draws,
) -> list[Column]:
    """The columns in their order; a form's own export has the path of the group before each label."""
    is_form = "form_export" in kinds
    options = {
        "change_type": tuple(change.text for change in words.changes),
        "change_cluster": tuple(dict.fromkeys(change.cluster for change in words.changes)),
        "social_actor": tuple(label for label, _ in words.actors),
    }
    found = [Column(name, name) for name in SUBMISSION[:1]] if is_form else []
    for name in (name for name in ALL_FIELDS if name in labels):
        heading = f"{group_of(name)}/{labels[name]}" if is_form and "/" not in labels[name] else labels[name]
        if name not in split or is_form:
            found.append(Column(name, heading))
        if name in split:
            between = "/" if is_form else "_"
            found += [Column(name, f"{heading}{between}{option}", option) for option in options[name]]
        if name == second:
            found.append(Column(f"{SECOND}{name}", heading))
    if extra:
        found.append(Column(extra, labels[extra]))
    if is_form:
        found += [Column(name, name) for name in SUBMISSION[1:]]
    if "column_order" in kinds:
        at = 1 + draws.number() % (len(found) - 1)
        found = found[at:] + found[:at]
    return found


def group_of(name: str) -> str:
    """The section of the form in which a field stands."""
    return next((group for group, names in GROUPS.items() if name in names), OTHER_GROUP)
