"""Which numbers of a text are years: four digits that count nothing. Ordinary words in English and French, no vocabulary."""

from __future__ import annotations

import re

YEAR = r"\b(?:19|20)[0-9]{2}\b"
"""What may be one, for `re` and for Rust."""
_MONEY = r"(?:[$€£]|\b(?:usd|eur|euros?|dollars?|francs?|fcfa|xof|xaf))"
_TIME = (
    r"\b(?:in|since|until|till|during|year|en|depuis|dès|durant|pendant|année"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
)
_COUNTED = """
    people persons individuals citizens residents inhabitants women men girls boys children youths youth adults elders
    students pupils teachers farmers herders traders voters workers members participants attendees representatives
    leaders activists survivors victims refugees returnees families households villages communities schools signatures
    complaints copies hectares kilometres kilometers km metres meters hours personnes individus citoyens citoyennes
    habitants habitantes femmes hommes filles garçons enfants jeunes adultes élèves étudiants étudiantes enseignants
    agriculteurs éleveurs commerçants électeurs travailleurs membres participants participantes représentants militants
    survivantes victimes réfugiés retournés familles ménages communautés écoles plaintes exemplaires kilomètres mètres
    heures
"""
_NO_ADJECTIVE = r"(?!(?:the|a|an|some|many|most|all|these|those|its|their|our|les|des|ces|ses|leurs|nos|certaines?)\b)"
_NUMBER = re.compile(
    rf"(?P<time>{_TIME}\s+)?"
    rf"(?P<amount>{_MONEY}\s?|\b(?:more|fewer|less)\s+than\s+|\bat\s+least\s+|\b(?:plus|moins)\s+de\s+|\bau\s+moins\s+)?"
    rf"(?P<year>{YEAR})"
    rf"(?P<sum>\s?%|\s?{_MONEY}(?!\w))?"
    rf"(?P<counted>\s+(?:{_NO_ADJECTIVE}\w+\s+)?(?:{'|'.join(_COUNTED.split())})\b)?",
    re.IGNORECASE,
)


def named_years(text: str) -> list[int]:
    """The years that a text names, in its order. `2000 people` and `$2000` name none, `in 2023 women` does."""
    return [
        int(found["year"])
        for found in _NUMBER.finditer(text)
        if not (found["amount"] or found["sum"] or (found["counted"] and not found["time"]))
    ]
