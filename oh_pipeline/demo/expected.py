"""What a run must make of the records of one family, by the contract's words alone (section 6).

Written anew from the contract, and not from the code that does it, so that a run can be held against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.outcomes import SUBSTANTIATION
from oh_pipeline.demo.vocabulary import Vocabulary
from oh_pipeline.fields import SUBSTANTIATION_FIELDS
from oh_pipeline.normal import fold, has_mark

ACCEPTED, QUARANTINED, DUPLICATE = "accepted", "quarantined", "duplicate"
_SAID = tuple(field for field in SUBSTANTIATION_FIELDS if field != "substantiated_on")
Identity = tuple[str, ...]


def judge(family: Sequence[Delivery]) -> None:
    """Tell each delivery what is expected of it.

    An outcome bears the number of the first of its fragments. An id that collides belongs to families of one, which it
    leaves what they are.
    """
    outcomes: dict[Identity, list[Delivery]] = {}
    for delivery in family:
        if delivery.record.kind == SUBSTANTIATION:
            continue
        if delivery.is_quarantined:
            delivery.expected = QUARANTINED
        else:
            outcomes.setdefault(_identity(delivery), []).append(delivery)
    for members in outcomes.values():
        if len(members) == 1:
            _tell(members[0], ACCEPTED, members[0], 1)
            continue
        told = [(delivery, delivery.content()) for delivery in members]
        told.sort(key=lambda entry: (_harvest(entry[1], entry[0].words), entry[0].place.order, entry[0].place.number))
        version, before = 0, None
        for delivery, content in told:
            expected = DUPLICATE if content == before else ACCEPTED
            version += expected == ACCEPTED
            _tell(delivery, expected, told[0][0], version)
            before = content
    _judge_answers(family, outcomes)


def _judge_answers(family: Sequence[Delivery], outcomes: Mapping[Identity, Sequence[Delivery]]) -> None:
    """Substantiations: one is told by outcome, name and day, or where one of these is not known by all that it says.

    It repeats the one before it in the order of files where both say the same.
    """
    answers = [delivery for delivery in family if delivery.record.kind == SUBSTANTIATION]
    before: dict[Identity, Identity] = {}
    for delivery in sorted(answers, key=lambda answer: (answer.place.order, answer.place.number)):
        if delivery.is_quarantined:
            delivery.expected = QUARANTINED
            continue
        subject = _identity(delivery)
        told = delivery.told()
        name, day = told.get("substantiator", ""), told.get("substantiated_on", "")
        if day and "invalid_date" not in delivery.rules:
            day = delivery.record.fields["substantiated_on"]  # however it is written
        said = (fold(told.get("fragment_id", "")), fold(day), *(told.get(field, "") for field in _SAID))
        is_named = subject[0] == "id" and name and not has_mark(name)
        key = (*subject, fold(name), fold(day)) if is_named else ("said", *said)
        delivery.expected = DUPLICATE if before.get(key) == said else ACCEPTED
        before[key] = said
        if subject in outcomes and subject[0] == "id":
            delivery.outcome = outcomes[subject][0].outcome
        else:
            delivery.breaks("unlinked_substantiation")


def _tell(delivery: Delivery, expected: str, first: Delivery, version: int) -> None:
    delivery.expected, delivery.outcome, delivery.version = expected, first.record.number, version


def _identity(delivery: Delivery) -> Identity:
    given = delivery.values["fragment_id"]
    if given and not has_mark(given):
        return ("id", fold(given))
    return ("text", given, fold(delivery.values.get("description", "")))


def _harvest(content: dict[str, str], words: Vocabulary) -> int:
    """The harvest's number; fragments without one come first."""
    label = content.get("harvest", "")
    member = words.codebook.match("harvest", label)
    if member is not None and member.number is not None:
        return member.number
    numbers = re.findall("[0-9]{1,6}", label)
    return int(numbers[0]) if len(numbers) == 1 else -1
