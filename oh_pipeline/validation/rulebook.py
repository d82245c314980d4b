"""The rules' words: severity, message and remedy of each, read from the seed that dbt loads too. No rule's logic."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from oh_pipeline.errors import UsageFault

Language = Literal["en", "fr"]
LANGUAGES: tuple[str, ...] = get_args(Language)
SETTING = "OH_LANGUAGE"
RULES_FILE = Path(__file__).parents[2] / "dbt_project" / "rules" / "rules.csv"
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `message` and `remedy` may hold places for a value, in braces."""

    code: str
    severity: str
    message: str
    remedy: str


def chosen_language() -> str:
    """The language of this process: a setting, read from the environment because helper processes inherit that."""
    language = os.environ.get(SETTING, LANGUAGES[0])
    if language not in LANGUAGES:
        raise UsageFault(f"Wrong setting: {SETTING} is none of {', '.join(LANGUAGES)}", "Correct or unset it")
    return language


def rules(language: str | None = None) -> Mapping[str, Rule]:
    """All rules by code, in order of severity; in the language of the setting where none is named."""
    return _read(language or chosen_language())


@cache
def _read(language: str) -> Mapping[str, Rule]:
    suffix = "" if language == LANGUAGES[0] else f"_{language}"
    with RULES_FILE.open(encoding="utf-8", newline="") as handle:
        return {
            row["rule"]: Rule(row["rule"], row["severity"], row[f"message{suffix}"], row[f"remedy{suffix}"])
            for row in csv.DictReader(handle)
        }


def filled(template: str, words: Mapping[str, str]) -> str:
    """The template with its places filled, all at once: a word that looks like a place is none."""
    return _PLACE.sub(lambda place: words.get(place.group(1), place.group(0)), template)
