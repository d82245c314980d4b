"""Mess in labels, order and number of a record's fields, and what two neighbours in a file have in common.

Each function makes one kind and says whether it could. Labels of a table's columns are the file's and not a record's.
"""

from __future__ import annotations

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.layout import KEPT, SECOND
from oh_pipeline.demo.spelling import holdable, typo
from oh_pipeline.demo.wrong_values import without_country

_UNKNOWN = ("Village", "Focal point", "Remarks of the data team", "Coded by", "Interview held on")
_VALUES = ("Lower ward", "office at the bridge", "checked twice", "second round", "by telephone")
_OTHER_VALUES = {"year": "1999", "scale": "Another scale", "evidence": "Another document, filed elsewhere"}


def listed_labels(d: Delivery) -> bool:
    """One to three labels in other listed spellings, real typos and other languages among them."""
    if not d.layout.names_labels:
        return False
    for _ in range(1 + d.draws.number() % 3):
        name = d.draws.pick([name for name in d.words.labels if len(d.words.labels[name]) > 1] or list(d.words.labels))
        if name in d.values and name not in d.labels:
            options = holdable(d.words.labels[name], d.layout.encoding)
            d.labels[name] = d.draws.pick(options or [d.layout.labels[name]])
    return any(label != d.layout.labels[name] for name, label in d.labels.items())


def blanks_in_labels(d: Delivery) -> bool:
    """Blanks too many at the end of a label or inside it, or small letters."""
    name = d.draws.pick([*d.words.labels])
    if not d.layout.names_labels or name in d.labels or name not in d.values:
        return False
    label = d.layout.labels[name]
    d.labels[name] = d.draws.pick((f"{label} ", f" {label}  ", label.replace(" ", "  "), label.lower()))
    return d.labels[name] != label


def label_typo(d: Delivery) -> bool:
    """A label misspelt so that the codebook does not know it: what stands under it is lost to its field."""
    names = [name for name in d.words.labels if name not in KEPT and name not in d.labels]
    name = d.draws.pick(names or [""])
    if (
        not d.layout.names_labels
        or (name in d.words.codebook.headings and "merged_text" in d.claimed)
        or not d.claim(name)
    ):
        return False
    wrong = typo(d.layout.labels[name], d.draws, lambda label: d.words.field_of(label) is not None)
    if not wrong:
        return False
    d.labels[name], d.lost = wrong, name
    d.breaks("unmapped_field")
    if name == "confidential":
        d.breaks("blank_confidentiality")
    without_country(d, name)
    if name in d.words.codebook.headings and "<" not in d.values.get("merged_text", "<"):
        d.breaks("merged_text_mismatch")
    return True


def unknown_field(d: Delivery) -> bool:
    """A field that the form does not have."""
    label = d.draws.pick(_UNKNOWN)
    if not d.layout.names_labels or d.words.field_of(label) is not None:
        return False
    d.added.append((label, d.draws.pick(_VALUES)))
    d.breaks("unmapped_field")
    return True


def repeated_label(d: Delivery) -> bool:
    """One field twice with different values."""
    name = d.layout.second or d.draws.pick([*_OTHER_VALUES])
    value = _OTHER_VALUES.get(name, "Another value, entered later")
    if {"id_collision", "near_duplicate"} & set(d.rules):  # a quarantined record would take no part in these
        return False
    if not (d.layout.names_labels or d.layout.second) or d.values.get(f"{SECOND}{name}") or not d.claim(name):
        return False
    if d.layout.second:
        d.values[f"{SECOND}{name}"] = value
    else:
        d.added.append((d.layout.labels[name], value))
    d.breaks("duplicate_field")
    d.is_quarantined = True
    return True


def label_twice(d: Delivery) -> bool:
    """One field twice with the same value, or blank the second time: nothing is lost."""
    name = d.draws.pick([*d.words.labels])
    if not d.layout.names_labels or name == "fragment_id" or name not in d.values or name in d.labels:
        return False
    d.added.append((d.layout.labels[name], d.draws.pick((d.values[name], ""))))
    return True


def other_order(d: Delivery) -> bool:
    """The fields in another order; the id stays first, because it begins the record."""
    d.turned = 2 + d.draws.number() % 12 if d.layout.names_labels and len(d.values) > 14 else 0
    return d.turned > 0


def absent_fields(d: Delivery) -> bool:
    """Blank fields are left out altogether."""
    blank = [name for name, value in d.values.items() if not value and name != "fragment_id"]
    for name in blank:
        del d.values[name]
    return bool(blank) and d.layout.names_labels


def stray_cell(d: Delivery) -> bool:
    """A cell behind the last column, without a heading."""
    if "ragged" not in d.layout.kinds:
        return False
    d.overflow = d.draws.pick(("see mail", "asked again", "ok", "(handwritten)"))
    d.breaks("ragged_row")
    return True


def same_id(d: Delivery, other: Delivery) -> bool:
    """The id of the record before it in the file: it then identifies neither."""
    if other.is_quarantined or "objective" in d.claimed or not d.claim("fragment_id") or not other.claim("fragment_id"):
        return False
    d.values["fragment_id"] = other.values["fragment_id"]
    d.breaks("id_collision")
    other.breaks("id_collision")
    return True


def nearly_same_text(d: Delivery, other: Delivery) -> bool:
    """The description of the record before it, in capitals and pointed otherwise."""
    if other.is_quarantined or not d.claim("description") or not other.claim("description"):
        return False
    d.values["description"] = other.values["description"].upper().replace(",", " –").replace(".", " !")
    d.breaks("near_duplicate")
    other.breaks("near_duplicate")
    return True
