"""What can be computed from an open edition: the counts that it withholds, each between a least and a greatest value.

Everything that is published is an equation or inequality between the withheld counts (linear programming, HiGHS): totals
and parts, and rows, which count where they show a member and may count where they withhold it. A fault is a withheld
count that only one whole number from 1 to k - 1 fits.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

from oh_pipeline.disclosure.published import PAIRED, SEVERAL, SINGLE, WITHHELD, Published

_NEAR = 1e-6
_LOOKS = 12
Name = tuple[str, ...]


@dataclass
class System:
    """Variables, each with its bounds, and linear relations between them."""

    ceiling: float
    """More than any count can be, so that every question has an answer."""
    index: dict[Name, int] = field(default_factory=dict)
    bounds: list[tuple[float, float]] = field(default_factory=list)
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    at_most: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def variable(self, *name: str, least: float = 0, most: float | None = None) -> int:
        """The variable of this name, made where it is new."""
        if name not in self.index:
            self.index[name] = len(self.bounds)
            self.bounds.append((least, self.ceiling if most is None else most))
        return self.index[name]

    def count(self, value: int | None, *name: str, least: float = 0) -> int:
        """A count: known, or to be found out."""
        return self.variable(*name, least=least if value is None else value, most=value)

    def relate(self, kind: str, parts: Iterable[int], whole: int | None = None, constant: float = 0) -> None:
        """Sum of parts - whole = (or >=) constant."""
        row: dict[int, float] = defaultdict(float)
        for part in parts:
            row[part] += 1
        if whole is not None:
            row[whole] -= 1
        if kind == "equal":
            self.equal.append((row, constant))
        else:
            self.at_most.append(({place: -value for place, value in row.items()}, -constant))

    @cached_property
    def _relations(self) -> dict[str, Any]:
        """All relations as HiGHS takes them, made once: nothing is related any more when the first question is asked."""
        equal, equal_to = _matrix(self.equal, len(self.bounds))
        most, at_most = _matrix(self.at_most, len(self.bounds))
        return {"A_ub": most, "b_ub": at_most, "A_eq": equal, "b_eq": equal_to, "bounds": self.bounds}

    def extreme(self, weights: np.ndarray) -> np.ndarray | None:
        """The values at which the weighted sum is least; None where no values fit what is published."""
        found = linprog(weights, **self._relations, method="highs")
        return None if found.x is None else np.asarray(found.x)


def count_computable(published: Published, k: int) -> int:
    """How many withheld counts from 1 to k - 1 follow from what is published.

    Raises ValueError where it contradicts itself.
    """
    system = system_of(published)
    counts = np.array([place for name, place in system.index.items() if name[0] == "count"])
    unknown = np.array([place for place in counts if system.bounds[place][0] != system.bounds[place][1]], dtype=int)
    low, high = np.full(len(unknown), np.inf), np.full(len(unknown), -np.inf)
    draw = np.random.default_rng(0)
    # Each solution shows for many counts at once that they may be something else; the few left are asked one by one.
    for _ in range(_LOOKS if len(unknown) else 0):
        weights = np.zeros(len(system.bounds))
        weights[unknown] = draw.uniform(-1, 1, len(unknown))
        seen = system.extreme(weights)
        if seen is None:
            raise ValueError("the open edition contradicts itself")
        low, high = np.minimum(low, seen[unknown]), np.maximum(high, seen[unknown])
    seen_alone = [_is_told(*between, k) for between in zip(low, high, strict=True)]
    suspects = [int(place) for place, alone in zip(unknown, seen_alone, strict=True) if alone]
    return sum(_is_told(*range_of(system, place), k) for place in suspects)


def range_of(system: System, place: int) -> tuple[float, float]:
    """Least and greatest value of one variable; infinite where nothing bounds it."""
    weights = np.zeros(len(system.bounds))
    weights[place] = 1
    least, most = system.extreme(weights), system.extreme(-weights)
    return (-math.inf if least is None else float(least[place]), math.inf if most is None else float(most[place]))


def system_of(published: Published) -> System:
    """The relations that hold between the counts of an open edition, known and withheld."""
    known = [count or 0 for counts in published.counts.values() for count in counts.values()]
    system = System(ceiling=2 * max([published.total or 0, published.row_count, *known]) + 1000)
    total = system.count(published.total, "count", "total", least=published.row_count)
    left_out = system.variable("left out")
    system.relate("equal", [left_out], total, -published.row_count)
    for dimension in SINGLE:
        members = _members(system, published, dimension)
        if members:
            system.relate("equal", members.values(), total)
    for dimension in SEVERAL:
        members = _members(system, published, dimension)
        if members:
            system.relate("at least", members.values(), total)
        for member, place in members.items():
            system.relate("at least", [total], place)
            hidden = published.rows[dimension][member] + published.hidden[dimension]
            system.relate("at least", [left_out], place, -hidden)
    for dimension in PAIRED:
        if published.pair_counts[dimension]:
            _pairs(system, published, dimension, left_out)
    return system


def _members(system: System, published: Published, dimension: str) -> dict[str, int]:
    counts, rows = published.counts[dimension], published.rows[dimension]
    return {
        member: system.count(count, "count", dimension, member, least=rows[member]) for member, count in counts.items()
    }


def _pairs(system: System, published: Published, dimension: str, left_out: int) -> None:
    """Geography and another: cells add up to their members, and rows that withhold lie somewhere."""
    several = dimension in SEVERAL
    kind = "at least" if several else "equal"
    rows = published.pair_rows[dimension]
    geographies = [name for name in published.counts["geography"] if name != WITHHELD] + [WITHHELD]
    others = list(published.counts[dimension])
    hidden = system.variable("hidden", dimension)  # rows that show neither, and those that are not there
    system.relate("equal", [hidden], left_out, rows[WITHHELD, WITHHELD])
    by_row: dict[str, list[int]] = defaultdict(list)
    by_column: dict[str, list[int]] = defaultdict(list)
    neither: list[int] = []
    cells: dict[tuple[str, str], int] = {}
    for geography in geographies:
        for other in others:
            value = published.pair_counts[dimension].get((geography, other))
            cell = cells[geography, other] = system.count(value, "count", dimension, geography, other)
            parts = [system.variable(part, dimension, geography, other) for part in ("row", "column", "neither")]
            seen = rows[geography, other] if WITHHELD not in (geography, other) else 0
            system.relate("equal", parts, cell, -seen)
            by_row[geography].append(parts[0])
            by_column[other].append(parts[1])
            neither.append(parts[2])
            if several:
                system.relate("at least", [system.count(None, "count", "geography", geography)], cell)
                system.relate("at least", [hidden], parts[2])
    for geography in geographies:
        known = rows[geography, WITHHELD] if geography != WITHHELD else 0
        system.relate(kind, by_row[geography], None, known)
        if several:
            for part in by_row[geography]:
                system.relate("at least", [], part, -known)
        system.relate(kind, [cells[geography, o] for o in others], system.index["count", "geography", geography])
    for other in others:
        known = rows[WITHHELD, other] if other != WITHHELD else 0
        system.relate("equal", by_column[other], None, known)
        system.relate("equal", [cells[g, other] for g in geographies], system.index["count", dimension, other])
    system.relate(kind, neither, hidden)


def _is_told(low: float, high: float, k: int) -> bool:
    """Whether one whole number alone lies between, and it is a small count."""
    if math.isinf(low) or math.isinf(high):
        return False
    least = math.ceil(low - _NEAR)
    return least == math.floor(high + _NEAR) and 1 <= least < k


def _matrix(rows: list[tuple[dict[int, float], float]], width: int) -> tuple[csr_matrix, np.ndarray]:
    entries = [(place, column, value) for place, (row, _) in enumerate(rows) for column, value in row.items()]
    places, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return csr_matrix((values, (places, columns)), shape=(len(rows), width)), np.array([each for _, each in rows])
