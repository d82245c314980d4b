"""Donor indicators as the codebook lists them, and which results count towards them: whether it can be used as it stands.

Outcomes are led to indicators by SQL (`bridge_outcome_indicator`), over the labels just as they are listed; here they are
only looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from oh_pipeline.errors import UsageFault
from oh_pipeline.normal import fold
from oh_pipeline.seeds import Tables
from oh_pipeline.spellings import Member

_WEIGHT = re.compile(r"[0-9]+(?:\.[0-9]{1,9})?")


def check_indicators(tables: Tables, members: Iterable[Member]) -> None:
    """`members` are those of the whole codebook. Raises UsageFault with file and line for a row that cannot be used."""
    programmes = {row["code"] for _, row in tables["programmes"]}
    geographies = {row["label"] for _, row in tables["geographies"]}
    results = {(member.scope, member.label) for member in members if member.vocabulary == "result"}
    listed: set[tuple[str, str]] = set()
    keys: set[str] = set()
    for place, row in tables["indicators"]:
        if row["programme"] not in programmes:
            raise UsageFault(f"{place} of the codebook names a programme that programmes.csv does not list")
        if not row["code"] or not row["label"]:
            raise UsageFault(f"{place} of the codebook needs a code and a label")
        key = re.sub(r"[^a-z0-9]+", "_", f"{row['programme']}_{row['code']}".lower())
        if key in keys:
            raise UsageFault(f"{place} of the codebook lists a code whose letters and digits are those of one before")
        keys.add(key)
        listed.add((row["programme"], row["code"]))
    mapped: set[tuple[str, ...]] = set()
    for place, row in tables["indicator_results"]:
        if (row["programme"], row["indicator"]) not in listed:
            raise UsageFault(f"{place} of the codebook names an indicator that indicators.csv does not list")
        if row["geography"] not in geographies:
            raise UsageFault(f"{place} of the codebook names a geography that geographies.csv does not list")
        if (fold(row["geography"]), row["result"]) not in results:
            raise UsageFault(f"{place} of the codebook names a result that results.csv does not list for its geography")
        if not _WEIGHT.fullmatch(row["weight"]) or not 0 < float(row["weight"]) <= 1:
            raise UsageFault(f"{place} of the codebook needs a weight above 0 and at most 1")
        if fold(row["is_counted"]) not in ("true", "false"):
            raise UsageFault(f"{place} of the codebook needs a decision", "Write true or false in is_counted")
        pair = (row["programme"], row["indicator"], row["geography"], row["result"])
        if pair in mapped:
            raise UsageFault(f"{place} of the codebook maps a result to an indicator twice")
        mapped.add(pair)
