"""The rules' words: severity, message and remedy of each, read from the seed that dbt loads too. No rule's logic."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES_FILE = Path(__file__).parents[2] / "dbt_project" / "rules" / "rules.csv"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `message` and `remedy` may hold places for a value, in braces."""

    code: str
    severity: str
    message: str
    remedy: str


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code."""
    with RULES_FILE.open(encoding="utf-8", newline="") as handle:
        return {
            row["rule"]: Rule(row["rule"], row["severity"], row["message"], row["remedy"])
            for row in csv.DictReader(handle)
        }


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its places filled, all at once: a word that looks like a place is none."""
    return _PLACE.sub(lambda place: words.get(place.group(1), place.group(0)), template)
