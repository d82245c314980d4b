"""Mess in coded values, years, flags and ids. Each function makes one kind of it and says whether it could.

The codebook's spellings decide what is known; `mess` decides how often each kind comes.
"""

from __future__ import annotations

import unicodedata

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.outcomes import OPEN
from oh_pipeline.demo.spelling import holdable, typo
from oh_pipeline.normal import flag_word, fold

_VOCABULARY = {
    "country": "geography", "scale": "scale", "significance_rating": "significance", "contribution_rating": "contribution",
    "social_actor": "social_actor", "outcome_status": "outcome_status", "harvest": "harvest",
}  # fmt: skip
_CODED = tuple(_VOCABULARY)
_FLAGS = ("unintended", "negative", "confidential")
_ODD_FLAGS = ("maybe", "?", "to be confirmed", "N/A", "partly", "see note", "2")
_OPEN_WORDS = ("0.0", "no", "NO", "false", "non", " 0")
_MARKS = ("<redacted>", "<withheld>", "<location>")


def redacted_value(d: Delivery) -> bool:
    """A code, year or flag withheld as a whole."""
    name = d.claim_one((*_CODED, "year", *_FLAGS, "objective"))
    if not name:
        return False
    d.values[name] = d.draws.pick(_MARKS)
    without_country(d, name)
    return True


def unknown_value(d: Delivery) -> bool:
    """A value misspelt so that the codebook does not know it."""
    name = d.draws.pick(_CODED)
    vocabulary = _VOCABULARY[name]
    known = d.words.codebook.match
    if name in d.layout.split or not known(vocabulary, d.values.get(name, "")):
        return False
    wrong = typo(d.values[name], d.draws, lambda text: known(vocabulary, text) is not None)
    if not wrong or not d.claim(name):
        return False
    d.values[name] = wrong
    d.breaks("unknown_code")
    without_country(d, name)
    return True


def without_country(d: Delivery, name: str) -> None:
    """A results framework is a country's own: without that nobody knows the result."""
    if name == "country" and d.claim("result"):
        d.breaks("unknown_code")


def unlisted_type(d: Delivery) -> bool:
    """A type of change that no cluster has."""
    cluster = d.values.get("change_cluster", "")
    text = f"{cluster}  {d.draws.pick(('Peer learning', 'Use of new media', 'Joint planning'))}"
    if "change_type" in d.layout.split or d.words.codebook.match("change_cluster", cluster) is None:
        return False
    if d.words.codebook.match("change_type", text) or not d.claim("change_type", "change_cluster"):
        return False
    d.values["change_type"] = text
    d.breaks("unknown_code")
    return True


def shouted_value(d: Delivery) -> bool:
    """A listed value in capitals or with blanks too many: still the same value."""
    name = d.draws.pick((*_CODED, "objective", "change_type"))
    if name in d.layout.split or not d.claim(name):
        return False
    value = d.values[name]
    made = d.draws.pick((value.upper(), value.replace(" ", "  "), f" {value}  ", value.replace(" ", "\u00a0")))
    if len(d.record.several.get(name, ())) > 1:  # the separator is a comma and a blank
        made = value.upper()
    d.values[name] = made if fold(made) == fold(value) else value
    return d.values[name] != value


def other_spelling(d: Delivery) -> bool:
    """A listed value under one of its other listed spellings, French ones among them."""
    name = d.draws.pick(_CODED)
    listed = d.words.aliases.get(_VOCABULARY[name], {}).get(fold(d.values.get(name, "")), ())
    spellings = holdable(listed, d.layout.encoding)
    if not spellings or name in d.layout.split or not d.claim(name):
        return False
    d.values[name] = d.draws.pick(spellings)
    return True


def other_separators(d: Delivery) -> bool:
    """Several values of one field parted in another way."""
    several = [name for name, found in d.record.several.items() if len(found) > 1 and name not in d.layout.split]
    name = d.draws.pick(several) if several else ""
    if not name or not d.claim(name):
        return False
    d.values[name] = d.draws.pick(("; ", "\n")).join(d.record.several[name])
    return True


def blanks_in_types(d: Delivery) -> bool:
    """The double blank between cluster and type became one, or three."""
    if "change_type" in d.layout.split or "  " not in d.values.get("change_type", "") or not d.claim("change_type"):
        return False
    d.values["change_type"] = d.values["change_type"].replace("  ", d.draws.pick((" ", "   ")))
    return True


def wrong_cluster(d: Delivery) -> bool:
    """The cluster field names another cluster than that of the type."""
    own = d.record.several["change_cluster"]
    others = sorted({change.cluster for change in d.words.changes} - set(own))
    if len(own) != 1 or not others or not d.claim("change_type", "change_cluster"):
        return False
    d.values["change_cluster"] = d.draws.pick(others)
    d.breaks("cluster_mismatch")
    return True


def wrong_objective(d: Delivery) -> bool:
    """The coded objective is another than the one that the id names."""
    programme = next(programme for programme in d.words.programmes if programme.code == d.record.programme)
    own = set(d.record.several["objective"])
    first = [objective for objective in programme.objectives if objective.text in own][:1]
    others = [objective for objective in programme.objectives if objective.text not in own]
    if not first or not first[0].code or not others or "fragment_id" in d.claimed or not d.claim("objective"):
        return False
    d.values["objective"] = d.draws.pick(others).text
    d.breaks("objective_mismatch")
    return True


def year_as_decimal(d: Delivery) -> bool:
    """`2023.0`, as a spreadsheet's export has it."""
    if not d.claim("year"):
        return False
    d.values["year"] += ".0"
    return True


def wrong_year(d: Delivery) -> bool:
    """No year, or one outside of the programme's."""
    programme = next(programme for programme in d.words.programmes if programme.code == d.record.programme)
    year = d.values.get("year", "")
    if not d.claim("year"):
        return False
    outside = (str(programme.first_year - 20), str(programme.last_year + 9))
    d.values["year"] = d.draws.pick(
        (*outside, f"{year}{year[-1]}", f"{year}/{year}", f"{year[:2]} {year[2:]}", "last year")
    )
    d.breaks("invalid_year")
    return True


def other_flag_word(d: Delivery) -> bool:
    """Another word for the same: `1.0`, `oui`, `x`. What opens a record is fixed, whatever the codebook lists."""
    name = d.claim_one(_FLAGS)
    if not name:
        return False
    value = flag_word(d.values[name])
    if name == "confidential" and value == OPEN:
        d.values[name] = d.draws.pick(_OPEN_WORDS)
    else:
        is_yes = value in d.words.codebook.yes_words
        d.values[name] = d.draws.pick(
            (*(d.words.yes_words if is_yes else d.words.no_words), "1.0" if value == "1" else value)
        )
    return True


def odd_flag(d: Delivery) -> bool:
    """Neither a yes nor a no."""
    odd = d.draws.pick(_ODD_FLAGS)
    if fold(odd) in d.words.codebook.yes_words | d.words.codebook.no_words:
        return False
    name = d.claim_one(_FLAGS)
    if not name:
        return False
    d.values[name] = odd
    d.breaks("invalid_flag")
    return True


def blank_confidentiality(d: Delivery) -> bool:
    """Nobody said whether it is confidential."""
    if not d.claim("confidential"):
        return False
    d.values["confidential"] = ""
    d.breaks("blank_confidentiality")
    return True


def missing_id(d: Delivery) -> bool:
    """The id is blank. Only of the default programme: of another one it would be lost which."""
    if d.record.programme != d.words.codebook.default_programme.code or not d.claim("fragment_id"):
        return False
    d.values["fragment_id"] = ""
    d.breaks("missing_id")
    return True


def redacted_id(d: Delivery) -> bool:
    """The place in the id is withheld."""
    if not d.claim("fragment_id"):
        return False
    before, _, rest = d.values["fragment_id"].rpartition("/")
    d.values["fragment_id"] = f"{before.rpartition('-')[0]}-<redacted>/{rest}"
    d.breaks("redacted_id")
    return True


def id_in_small_letters(d: Delivery) -> bool:
    """The same id, typed carelessly."""
    if not d.claim("fragment_id"):
        return False
    d.values["fragment_id"] = d.values["fragment_id"].lower()
    return True


def blank_field(d: Delivery) -> bool:
    """A field that nobody filled in."""
    name = d.claim_one(("scale", "evidence", "other_contributors", "significance_rating", "result", "social_actor"))
    if not name:
        return False
    d.values[name] = ""
    return True


def decomposed(d: Delivery) -> bool:
    """Accents as letters of their own, as some systems write them."""
    name = d.claim_one(("description", "significance", "contribution", "evidence"))
    if not name or d.layout.encoding == "cp1252":
        return False
    text = unicodedata.normalize("NFD", d.values[name])
    changed, d.values[name] = text != d.values[name], text
    return changed
