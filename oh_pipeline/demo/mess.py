"""Which kinds of mess a record may get, how often, and in what order they are made.

`mess` 1 gives each kind its share below; less gives less of the same: what is messy at 0.3 is so at 0.6 too.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from oh_pipeline.demo import wrong_answers, wrong_labels, wrong_texts, wrong_values
from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.draws import Drawn
from oh_pipeline.demo.layout import SECOND
from oh_pipeline.demo.outcomes import SUBSTANTIATION, merged_text

Make = Callable[[Delivery], bool]

# The merged text is made from what these leave; two neighbours come between.
_FIRST: Mapping[Make, float] = {
    wrong_texts.blank_description: 0.03,
    wrong_values.missing_id: 0.03,
    wrong_values.redacted_id: 0.05,
    wrong_texts.redacted_text: 0.1,
    wrong_texts.repeated_text: 0.03,
    wrong_texts.later_year: 0.03,
    wrong_texts.thin_contribution: 0.05,
    wrong_texts.generic_evidence: 0.06,
    wrong_values.decomposed: 0.05,
    wrong_texts.line_breaks: 0.08,
    wrong_values.blank_confidentiality: 0.05,
    wrong_values.odd_flag: 0.05,
    wrong_values.other_flag_word: 0.15,
    wrong_values.wrong_objective: 0.03,
    wrong_values.wrong_cluster: 0.05,
    wrong_values.unlisted_type: 0.03,
    wrong_values.redacted_value: 0.06,
    wrong_values.unknown_value: 0.07,
    wrong_values.wrong_year: 0.05,
    wrong_values.year_as_decimal: 0.1,
    wrong_values.other_separators: 0.3,
    wrong_values.blanks_in_types: 0.15,
    wrong_values.other_spelling: 0.12,
    wrong_values.shouted_value: 0.1,
    wrong_values.blank_field: 0.08,
    wrong_values.id_in_small_letters: 0.03,
}
_PAIRED: Mapping[Callable[[Delivery, Delivery], bool], float] = {
    wrong_labels.same_id: 0.03,
    wrong_labels.nearly_same_text: 0.03,
}
_LAST: Mapping[Make, float] = {
    wrong_texts.merged_missing: 0.06,
    wrong_texts.merged_disagrees: 0.04,
    wrong_texts.inconsistent_redaction: 0.06,
    wrong_labels.repeated_label: 0.04,
    wrong_labels.label_typo: 0.08,
    wrong_labels.unknown_field: 0.06,
    wrong_labels.listed_labels: 0.2,
    wrong_labels.blanks_in_labels: 0.2,
    wrong_labels.label_twice: 0.04,
    wrong_labels.absent_fields: 0.3,
    wrong_labels.other_order: 0.1,
    wrong_labels.stray_cell: 0.15,
}
_ASKED: Mapping[Make, float] = {
    wrong_answers.unknown_outcome: 0.04,
    wrong_answers.name_withheld: 0.06,
    wrong_answers.unknown_answer: 0.1,
    wrong_answers.other_spelling_of_answer: 0.15,
    wrong_answers.shouted_answer: 0.1,
    wrong_answers.wrong_date: 0.06,
    wrong_answers.other_date: 0.2,
    wrong_answers.nothing_said: 0.04,
    wrong_answers.blank_answer: 0.05,
    wrong_values.id_in_small_letters: 0.05,
    wrong_labels.label_typo: 0.08,
    wrong_labels.unknown_field: 0.06,
    wrong_labels.listed_labels: 0.2,
    wrong_labels.blanks_in_labels: 0.2,
    wrong_labels.label_twice: 0.04,
    wrong_labels.absent_fields: 0.3,
    wrong_labels.stray_cell: 0.15,
}
KINDS_OF_ANSWERS = tuple(make.__name__ for make in _ASKED)
_ASKED_MAKES = tuple(_ASKED)
KINDS = tuple(make.__name__ for make in (*_FIRST, *_PAIRED, *_LAST))
FURTHER = 32
WIDTH = max(len(KINDS), len(KINDS_OF_ANSWERS)) + FURTHER
"""Numbers that the mess of a record is drawn from; the last `FURTHER` are for what each kind draws."""
_SHARES = np.array([*_FIRST.values(), *_PAIRED.values(), *_LAST.values()])
_ASKED_SHARES = np.array([*_ASKED.values()])
_FIRST_MAKES, _PAIRED_MAKES, _LAST_MAKES = tuple(_FIRST), tuple(_PAIRED), tuple(_LAST)
_PAIRS_AT, _LAST_AT = len(_FIRST), len(_FIRST) + len(_PAIRED)


def happening(drawn: Drawn, mess: float, *, is_asked: bool = False) -> dict[int, list[int]]:
    """By row of the draws, which kinds shall happen to it, in their order. `is_asked`: to a substantiation."""
    limits: npt.NDArray[np.float64] = (_ASKED_SHARES if is_asked else _SHARES) * mess * 2.0**32
    found: dict[int, list[int]] = {}
    for row, kind in zip(*(part.tolist() for part in np.nonzero(drawn[:, : len(limits)] < limits)), strict=True):
        found.setdefault(row, []).append(kind)
    return found


def make_mess(d: Delivery, happens: Sequence[int], neighbour: Delivery | None) -> None:
    """Make the kinds of mess that shall happen to a delivery, those that can.

    `neighbour` stands before it in the file; None where nothing may be taken from it.
    """
    if d.record.kind == SUBSTANTIATION:
        d.kinds += [KINDS_OF_ANSWERS[kind] for kind in happens if _ASKED_MAKES[kind](d)]
        return
    first = bisect(happens, _PAIRS_AT - 1)
    last = bisect(happens, _LAST_AT - 1)
    for kind in happens[:first]:
        _note(d, kind, _FIRST_MAKES[kind](d))
    if neighbour is not None and d.is_alone and not d.is_quarantined:
        for kind in happens[first:last]:
            _note(d, kind, _PAIRED_MAKES[kind - _PAIRS_AT](d, neighbour))
    if happens and "merged_text" in d.values:
        d.values["merged_text"] = merged_text(d.values, d.words.codebook.headings)
    for kind in happens[last:]:
        _note(d, kind, _LAST_MAKES[kind - _LAST_AT](d))
    name, second = d.layout.second, f"{SECOND}{d.layout.second}"
    if name and not d.values.get(second) and d.draws.chance(0.5):
        d.values[second], d.values[name] = d.values.get(name, ""), ""


def _note(d: Delivery, kind: int, is_made: bool) -> None:
    if is_made:
        d.kinds.append(KINDS[kind])
