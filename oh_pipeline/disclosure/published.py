"""An open edition as its reader has it: the counts of each breakdown, and the rows, each with what it shows.

Reads nothing but the open file. What follows from it is worked out in `bounds`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

WITHHELD, NOT_CODED = "withheld", "not_coded"
SINGLE = ("geography", "harvest", "scale", "significance", "contribution", "year")
SEVERAL = ("objective", "social_actor", "change_type")
PAIRED = ("year", "harvest", "objective")
# A null year is an unknown one where it is counted; in a row it may be any.
UNKNOWN = "unknown"

Pair = tuple[str, str]
Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a query on the open file."""


@dataclass
class Published:
    """Counts by member (None: withheld), and rows by what they show.

    `rows[dimension][member]`: rows that show the member; of `hidden[dimension]` rows one does not see it, or not all of
    it. `pair_rows[dimension][geography, member]`: the same for two, `WITHHELD` standing for what one does not see.
    """

    total: int | None = None
    row_count: int = 0
    counts: dict[str, dict[str, int | None]] = field(default_factory=dict)
    pair_counts: dict[str, dict[Pair, int | None]] = field(default_factory=dict)
    rows: dict[str, Counter[str]] = field(default_factory=dict)
    hidden: dict[str, int] = field(default_factory=dict)
    pair_rows: dict[str, Counter[Pair]] = field(default_factory=dict)


def read_published(ask: Ask) -> Published:
    """What an open edition tells, of its tables `outcome_counts`, `fct_outcomes` and the bridges."""
    found = Published()
    ((found.total,),) = ask("select max(outcomes) from main.outcome_counts where breakdown = 'total'")
    ((found.row_count,),) = ask("select count(*) from main.fct_outcomes")
    for dimension in SINGLE + SEVERAL:
        key = _key(dimension, UNKNOWN)
        query = f"select {key}, outcomes from main.outcome_counts where breakdown = '{dimension}'"  # noqa: S608
        found.counts[dimension] = dict(ask(query))
        shown = f"select {_key(dimension, WITHHELD)}, count(*) from {_rows(dimension)} group by 1"  # noqa: S608
        found.rows[dimension] = Counter(dict(ask(shown)))
        found.hidden[dimension] = found.rows[dimension].pop(WITHHELD, 0)
    for dimension in PAIRED:
        query = f"""
            select geography_key, {_key(dimension, UNKNOWN)}, outcomes from main.outcome_counts
            where breakdown = 'geography_{dimension}'
        """  # noqa: S608
        found.pair_counts[dimension] = {(g, m): n for g, m, n in ask(query)}
        shown = f"select geography_key, {_key(dimension, WITHHELD)}, count(*) from {_rows(dimension)} group by all"  # noqa: S608
        found.pair_rows[dimension] = Counter({(g, m): n for g, m, n in ask(shown)})
    return found


def _key(dimension: str, without_year: str) -> str:
    return f"coalesce(cast(year as varchar), '{without_year}')" if dimension == "year" else f"{dimension}_key"


def _rows(dimension: str) -> str:
    """One row an outcome that is shown and member of the dimension."""
    if dimension not in SEVERAL:
        return "main.fct_outcomes"
    return (
        f"(select f.geography_key, coalesce(b.{dimension}_key, '{NOT_CODED}') as {dimension}_key "  # noqa: S608
        f"from main.fct_outcomes as f left join main.bridge_outcome_{dimension} as b using (outcome_key))"
    )
