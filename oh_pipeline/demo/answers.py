"""What people say when they are asked about an outcome: the fields of a substantiation. Every name is invented.

A date lies in the year of the outcome or the one after it.
"""

from __future__ import annotations

from datetime import date, timedelta

from oh_pipeline.demo.draws import Draws
from oh_pipeline.demo.vocabulary import Vocabulary

WIDTH = 12
"""Numbers that a substantiation is drawn from."""
NOTE = "Synthetic answer made by oh demo; the person is invented."
_GIVEN = (
    "Alba", "Benno", "Cirel", "Doma", "Elwen", "Fado", "Gisa", "Harun", "Ilka", "Jorim", "Kesi", "Lumo", "Marit", "Nael",
    "Odina", "Pavo", "Quira", "Runo", "Sefa", "Timo", "Ulla", "Varek", "Wanda", "Xeno", "Yara", "Zeno",
)  # fmt: skip
_FAMILY = (
    "Amberfield", "Birkwater", "Cloudsley", "Dunemark", "Elderbrook", "Fernhollow", "Goldmere", "Hazelgate", "Ironwell",
    "Juniperson", "Kingfisher", "Lanternway", "Moonriver", "Northquay", "Oakenshade", "Pebbleton", "Quillmore", "Reedbank",
    "Saltmarsh", "Thornapple", "Underhill", "Violetto", "Willowby", "Yarrowdale",
)  # fmt: skip
_COMMENTS = (
    "", "", "Was present at the session.", "Heard of it from two members.", "Would name the date otherwise.",
    "The number of people was smaller.", "Others had begun before the programme came.", "Confirms every point.",
    "Saw the signed text.", "Knows only part of it.", "Says that the change is still in place.",
    "Thinks that the programme's part is told too large.", "Asks not to be named.", "Adds that women led the talks.",
)  # fmt: skip


def answer(words: Vocabulary, year: int, draws: Draws) -> dict[str, str]:
    """The six fields of one answer about an outcome of this year."""
    comment = draws.pick(_COMMENTS)
    on = date(year, 6, 1) + timedelta(days=draws.number() % 500)
    return {
        "substantiator": f"{draws.pick(_GIVEN)} {draws.pick(_FAMILY)}",
        "substantiator_role": draws.pick(words.roles) if words.roles else "",
        "substantiated_on": on.isoformat(),
        "description_agreement": _agreement(words, draws),
        "contribution_agreement": _agreement(words, draws),
        "substantiation_comment": f"{comment} {NOTE}".strip(),
    }


def _agreement(words: Vocabulary, draws: Draws) -> str:
    """More agree than do not: the last ranked value, which says most, in half of the cases."""
    most = words.agreement_in_full
    return most if most and draws.chance(0.5) else draws.pick(words.agreements)
