"""Mess in substantiations. Each function makes one kind of it and says whether it could."""

from __future__ import annotations

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.spelling import holdable, typo
from oh_pipeline.normal import fold

_VOCABULARY = {
    "substantiator_role": "substantiator_role", "description_agreement": "agreement", "contribution_agreement": "agreement",
}  # fmt: skip
_CODED = tuple(_VOCABULARY)


def unknown_outcome(d: Delivery) -> bool:
    """The id of no outcome: two letters changed round, or the place withheld."""
    given = d.values["fragment_id"]
    before, _, rest = given.rpartition("/")
    withheld = f"{before.rpartition('-')[0]}-<redacted>/{rest}"
    wrong = d.draws.pick((typo(given, d.draws, lambda text: fold(text) == fold(given)), withheld))
    if not wrong or not d.claim("fragment_id"):
        return False
    d.values["fragment_id"] = wrong
    return True


def name_withheld(d: Delivery) -> bool:
    """Who answered is not told."""
    if not d.claim("substantiator"):
        return False
    d.values["substantiator"] = d.draws.pick(("<person>", "<redacted>"))
    return True


def unknown_answer(d: Delivery) -> bool:
    """A role or an agreement misspelt so that the codebook does not know it."""
    name = d.draws.pick(_CODED)
    known = d.words.codebook.match
    wrong = typo(d.values.get(name, ""), d.draws, lambda text: known(_VOCABULARY[name], text) is not None)
    if not wrong or not d.claim(name):
        return False
    d.values[name] = wrong
    d.breaks("unknown_code")
    return True


def other_spelling_of_answer(d: Delivery) -> bool:
    """A role or an agreement under one of its other listed spellings."""
    name = d.draws.pick(_CODED)
    listed = d.words.aliases.get(_VOCABULARY[name], {}).get(fold(d.values.get(name, "")), ())
    spellings = holdable(listed, d.layout.encoding)
    if not spellings or not d.claim(name):
        return False
    d.values[name] = d.draws.pick(spellings)
    return True


def shouted_answer(d: Delivery) -> bool:
    """A role or an agreement in capitals, or with blanks around it."""
    name = d.claim_one(_CODED)
    if not name:
        return False
    value = d.values[name]
    made = d.draws.pick((value.upper(), f" {value}  ", value.replace(" ", "  ")))
    d.values[name] = made if fold(made) == fold(value) else value
    return d.values[name] != value


def wrong_date(d: Delivery) -> bool:
    """No day that there is."""
    if not d.claim("substantiated_on"):
        return False
    year = d.values["substantiated_on"][:4]
    d.values["substantiated_on"] = d.draws.pick(
        (f"{year}-02-30", "last week", f"{year}-13-01", f"5 May {year}", f"05/31/{year}")
    )
    d.breaks("invalid_date")
    return True


def other_date(d: Delivery) -> bool:
    """The same day written otherwise."""
    if not d.claim("substantiated_on"):
        return False
    year, month, day = d.values["substantiated_on"].split("-")
    d.values["substantiated_on"] = d.draws.pick(
        (
            f"{year}-{month}-{day} 00:00:00",
            f"{int(day)}/{int(month)}/{year}",
            f"{year}/{month}/{day}",
            f"{day}.{month}.{year}",
        )
    )
    return True


def nothing_said(d: Delivery) -> bool:
    """Neither an agreement nor a comment."""
    said = ("description_agreement", "contribution_agreement")
    if not d.claim(*said):
        return False
    d.values |= dict.fromkeys((*said, "substantiation_comment"), "")
    d.breaks("empty_substantiation")
    d.is_quarantined = True
    return True


def blank_answer(d: Delivery) -> bool:
    """A field that nobody filled in."""
    name = d.claim_one(("substantiator_role", "contribution_agreement", "substantiated_on"))
    if not name:
        return False
    d.values[name] = ""
    return True
