"""Mess in the narrative fields: withheld names, texts that are missing, thin, repeated or disagree with each other.

Each function makes one kind and says whether it could. The merged text is made anew between the two groups.
"""

from __future__ import annotations

import re

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.outcomes import merged_text
from oh_pipeline.demo.stories import THIN

TEXTS = ("description", "significance", "additional_information", "contribution", "other_contributors", "evidence")
_MARKS = (("<redacted>", "<organisation>", "<person>"), ("<redacted>", "<location>", "<place>"))


def _withhold(text: str, name: str, mark: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", mark, text, flags=re.IGNORECASE)


def redacted_text(d: Delivery) -> bool:
    """A name withheld, in every field in which it stands."""
    which = d.draws.number() % 2
    name, mark = d.record.names[which], d.draws.pick(_MARKS[which])
    if not d.claim("description", "significance", "contribution"):
        return False
    d.claimed.update(TEXTS)
    before = d.values["description"]
    for field in TEXTS:
        if field in d.values:
            d.values[field] = _withhold(d.values[field], name, mark)
    return d.values["description"] != before


def blank_description(d: Delivery) -> bool:
    """Nothing, or nothing but marks, says what changed."""
    if d.values.get("substantiator") or not d.claim("description"):  # it could be taken for a substantiation alone
        return False
    d.values["description"] = d.draws.pick(("", "", "<redacted>", "<redacted> <person>."))
    d.breaks("missing_description")
    d.is_quarantined = True
    return True


def line_breaks(d: Delivery) -> bool:
    """Sentences on lines of their own; one of them after a blank line."""
    name = d.claim_one(("description", "significance", "contribution"))
    if not name:
        return False
    before = d.values[name]
    d.values[name] = before.replace(". ", d.draws.pick((".\n", ".\n\n")))
    return d.values[name] != before


def later_year(d: Delivery) -> bool:
    """The description speaks of a later year only."""
    year = d.values.get("year", "")
    last = d.words.codebook.default_programme.last_year
    if not year.isdigit() or int(year) >= last or year not in d.values.get("description", ""):
        return False
    if not d.claim("description", "year"):
        return False
    later = min(int(year) + 1 + d.draws.number() % 2, last)
    d.values["description"] = d.values["description"].replace(year, str(later))
    d.breaks("year_contradiction")
    return True


def thin_contribution(d: Delivery) -> bool:
    """Rated highest, and hardly a word about it."""
    highest = d.words.top_contribution
    if not highest or not d.claim("contribution", "contribution_rating"):
        return False
    d.values["contribution"] = d.draws.pick(THIN)
    d.values["contribution_rating"] = highest
    d.breaks("thin_contribution")
    return True


def generic_evidence(d: Delivery) -> bool:
    """Nothing that anybody could look for."""
    if not d.words.generic_words or not d.claim("evidence"):
        return False
    d.values["evidence"] = ", ".join(d.draws.pick(d.words.generic_words) for _ in range(2)).capitalize()
    d.breaks("generic_evidence")
    return True


def repeated_text(d: Delivery) -> bool:
    """The description stands again where something else is asked."""
    if not d.claim("description", "significance"):
        return False
    d.values["significance"] = d.values["description"]
    d.breaks("repeated_text")
    return True


def merged_missing(d: Delivery) -> bool:
    """The derived text was not exported."""
    if not d.claim("merged_text"):
        return False
    d.values["merged_text"] = ""
    return True


def merged_disagrees(d: Delivery) -> bool:
    """The merged text is of an earlier wording."""
    headings = d.words.codebook.headings
    if "contribution" not in headings or "<" in d.values.get("merged_text", "<"):
        return False
    if not d.claim("merged_text", "contribution"):
        return False
    earlier = "An earlier wording of this contribution stood here."
    d.values["merged_text"] = merged_text({**d.values, "contribution": earlier}, headings)
    d.breaks("merged_text_mismatch")
    return True


def inconsistent_redaction(d: Delivery) -> bool:
    """A name withheld in the description and readable in the merged text, or the other way round."""
    which = d.draws.number() % 2
    name, mark = d.record.names[which], d.draws.pick(_MARKS[which])
    field = d.draws.pick(("description", "merged_text"))
    headings = d.words.codebook.headings
    if "description" not in headings or d.layout.lost in headings or not d.claim("description", "merged_text"):
        return False
    before = d.values[field]
    d.values[field] = _withhold(before, name, mark)
    if d.values[field] == before:
        return False
    d.breaks("inconsistent_redaction")
    return True
