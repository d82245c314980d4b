"""What somebody computes who has nothing but published open editions: the least and greatest value of each withheld count.

Written apart from the audit of the project, and otherwise: rows are grouped by all that they show at once (geography and the
member), each group's outcomes are spread over the counts they may belong to, and every count is asked alone. Of two editions,
one after the other, it is taken that nothing was withdrawn in between: no count became smaller.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import lil_matrix

BRIDGED = ("objective", "social_actor", "change_type")
ALONE = ("geography", "year", "harvest", "scale", "significance", "contribution", *BRIDGED)
TWO = ("year", "harvest", "objective")
NEAR = 1e-6
Cell = tuple[str, ...]


@dataclass
class Program:
    ceiling: float  # more than any count can be, so that every goal has a best
    names: dict[Any, int] = field(default_factory=dict)
    limits: list[list[float]] = field(default_factory=list)
    rows: list[tuple[str, dict[int, float], float]] = field(default_factory=list)

    def at(self, *name: Any) -> int:
        if name not in self.names:
            self.names[name] = len(self.limits)
            self.limits.append([0, self.ceiling])
        return self.names[name]

    def say(self, sense: str, plus: Iterable[int], minus: Iterable[int] = (), value: float = 0) -> None:
        row: dict[int, float] = defaultdict(float)
        for place in plus:
            row[place] += 1
        for place in minus:
            row[place] -= 1
        self.rows.append((sense, row, value))

    def solve(self, goal: np.ndarray) -> np.ndarray | None:
        parts: dict[str, Any] = {}
        for sense, matrix, target in (("=", "A_eq", "b_eq"), ("<=", "A_ub", "b_ub")):
            chosen = [(row, value) for kind, row, value in self.rows if kind == sense]
            if chosen:
                table = lil_matrix((len(chosen), len(self.limits)))
                for number, (row, _) in enumerate(chosen):
                    for place, factor in row.items():
                        table[number, place] = factor
                parts |= {matrix: table.tocsr(), target: [value for _, value in chosen]}
        self.parts = parts
        return self.again(goal)

    def again(self, goal: np.ndarray) -> np.ndarray | None:
        found = linprog(goal, **self.parts, bounds=self.limits, method="highs")
        return None if found.x is None else np.asarray(found.x)


@dataclass
class Edition:
    counts: dict[Cell, int | None]
    shown: dict[str, Counter[frozenset[str]]]  # members that a row shows, by dimension
    shown_with: dict[str, Counter[tuple[str, frozenset[str]]]]  # and its geography
    rows: int


def read(file: Path) -> Edition:
    with closing(duckdb.connect(file.resolve(), read_only=True)) as connection:
        columns = [row[0] for row in connection.execute("describe outcome_counts").fetchall()]
        cells: dict[Cell, int | None] = {}
        for row in connection.execute("select * from outcome_counts").fetchall():
            told = dict(zip(columns, row, strict=True))
            breakdown = told["breakdown"]
            dimensions = [] if breakdown == "total" else [breakdown]
            if breakdown.startswith("geography_"):
                dimensions = ["geography", breakdown.removeprefix("geography_")]
            keys = [str(told["year"]) if each == "year" else told[f"{each}_key"] for each in dimensions]
            assert (breakdown, *keys) not in cells, "a count stands twice"
            cells[breakdown, *keys] = told["outcomes"]
        facts = connection.execute(
            "select outcome_key, geography_key, coalesce(cast(year as varchar), 'withheld'), harvest_key, scale_key, "
            "significance_key, contribution_key from fct_outcomes"
        ).fetchall()
        shown: dict[str, dict[int, set[str]]] = {each: defaultdict(set) for each in ALONE}
        places = {}
        for key, *values in facts:
            places[key] = values[0]
            for dimension, value in zip(ALONE, values, strict=False):
                shown[dimension][key] = {value}
        for dimension in BRIDGED:
            for key, member in connection.execute(
                f"select outcome_key, {dimension}_key from bridge_outcome_{dimension}"
            ).fetchall():
                shown[dimension][key].add(member)
            for key in places:
                shown[dimension][key] = shown[dimension].get(key) or {"not_coded"}
    return Edition(
        cells,
        {each: Counter(frozenset(shown[each][key]) for key in places) for each in ALONE},
        {each: Counter((places[key], frozenset(shown[each][key])) for key in places) for each in TWO},
        len(places),
    )


def describe(program: Program, edition: Edition, when: str) -> None:
    """All that an edition tells, as relations between its counts."""

    def count(*cell: str) -> int:
        place = program.at(when, *cell)
        value = edition.counts.get(cell)
        if value is not None:
            program.limits[place] = [value, value]
        return place

    total, absent = count("total"), program.at(when, "absent")
    program.say("=", [total], [absent], edition.rows)
    members = {each: [cell[1] for cell in edition.counts if cell[0] == each] for each in ALONE}
    for dimension in ALONE:
        if not members[dimension]:
            continue
        everything = [count(dimension, member) for member in members[dimension]]
        program.say("=" if dimension not in BRIDGED else "<=", [total], everything)
        for member, place in zip(members[dimension], everything, strict=True):
            with_it = sum(n for seen, n in edition.shown[dimension].items() if member in seen and member != "withheld")
            possible = sum(n for seen, n in edition.shown[dimension].items() if member in seen or "withheld" in seen)
            program.say("<=", [], [place], -with_it)
            program.say("<=", [place], [absent], possible)
    for dimension in TWO:
        if any(cell[0] == f"geography_{dimension}" for cell in edition.counts):
            describe_two(program, edition, when, dimension, members)


def describe_two(program: Program, edition: Edition, when: str, dimension: str, members: dict[str, list[str]]) -> None:
    """Groups of rows that show the same of both are spread over the pairs that they may belong to."""
    geographies, others = members["geography"], members[dimension]
    several = dimension in BRIDGED
    landing: dict[tuple[str, str], list[int]] = defaultdict(list)
    fixed: Counter[tuple[str, str]] = Counter()
    groups = [(place, seen, n, None) for (place, seen), n in edition.shown_with[dimension].items()]
    absent = program.at(when, "absent")
    for number, (place, seen, n, _) in enumerate([*groups, ("withheld", frozenset({"withheld"}), 0, absent)]):
        size = program.at(when, "rows that show the same", dimension, number)
        if number == len(groups):
            program.say("=", [size], [absent])
        else:
            program.limits[size] = [n, n]
        for member in sorted(seen):
            maybe_where = geographies if place == "withheld" else [place]
            maybe_what = (
                [each for each in others if each not in seen or each == member] if member == "withheld" else [member]
            )
            if len(maybe_where) == len(maybe_what) == 1:
                fixed[maybe_where[0], maybe_what[0]] += n
                continue
            spread = []
            for where in maybe_where:
                for what in maybe_what:
                    part = program.at(when, "those of them there", dimension, number, member, where, what)
                    program.limits[part][1] = program.ceiling if number == len(groups) else n
                    spread.append(part)
                    landing[where, what].append(part)
            if several and member == "withheld":  # one member at least, perhaps more
                program.say("<=", [size], spread)
            else:
                program.say("=", spread, [size])
    for where in geographies:
        for what in others:
            cell = program.at(when, f"geography_{dimension}", where, what)
            value = edition.counts.get((f"geography_{dimension}", where, what))
            if value is not None:
                program.limits[cell] = [value, value]
            program.say("=", [cell], landing[where, what], fixed[where, what])
            if several:
                program.say("<=", [cell], [program.at(when, "geography", where)])
    for where in geographies:
        cells = [program.at(when, f"geography_{dimension}", where, what) for what in others]
        program.say("<=" if several else "=", [program.at(when, "geography", where)], cells)
    for what in others:
        cells = [program.at(when, f"geography_{dimension}", where, what) for where in geographies]
        program.say("=", [program.at(when, dimension, what)], cells)


def told(file: Path, k: int, before: Path | None = None, nothing: Iterable[Cell] = ()) -> dict[Cell, int]:
    """The counts of an edition from 1 to k - 1, withheld or without a row, that only one whole number fits, and that number.

    `nothing`: counts of which everybody knows that they are none.
    """
    edition = read(file)
    program = Program(ceiling=2 * max(edition.rows, *(value or 0 for value in edition.counts.values())) + 1000)
    describe(program, edition, "now")
    for cell in nothing:
        program.limits[program.at("now", *cell)] = [0, 0]
    if before is not None:
        earlier = read(before)
        describe(program, earlier, "before")
        breakdowns = {cell[0] for cell in earlier.counts}
        for name, place in list(program.names.items()):
            cell, later = name[1:], ("now", *name[1:])
            # What is not named may be named by now, so that fewer are without a name.
            if name[0] == "before" and later in program.names and cell[0] in breakdowns and "withheld" not in cell:
                program.say("<=", [place], [program.names[later]])
    withheld = {cell: program.at("now", *cell) for cell, value in edition.counts.items() if value is None}
    # nor may a count be told that has no row: that of a place without a name and a member
    withheld |= {
        name[1:]: place
        for name, place in program.names.items()
        if name[0] == "now" and name[1] in {f"geography_{each}" for each in TWO} and name[1:] not in edition.counts
    }
    low, high = dict.fromkeys(withheld, math.inf), dict.fromkeys(withheld, -math.inf)
    draw = np.random.default_rng(7)
    goal = np.zeros(len(program.limits))
    solution = program.solve(goal)
    assert solution is not None, "what is published contradicts itself"

    def look(goal: np.ndarray) -> None:
        found = program.again(goal)
        assert found is not None
        for cell, place in withheld.items():
            low[cell], high[cell] = min(low[cell], found[place]), max(high[cell], found[place])

    for _ in range(6):  # shows most of them, whatever the goal, to be open; each of the others is asked alone
        goal = np.zeros(len(program.limits))
        goal[list(withheld.values())] = draw.uniform(-1, 1, len(withheld))
        look(goal)
    found = {}
    for cell, place in withheld.items():
        for sign in (1, -1):
            if _alone(low[cell], high[cell]) and high[cell] > NEAR and low[cell] < k:
                goal = np.zeros(len(program.limits))
                goal[place] = sign
                look(goal)
        value = _alone(low[cell], high[cell])
        if value is not None and 1 <= value < k:
            found[cell] = value
    return found


def _alone(low: float, high: float) -> int | None:
    least, greatest = math.ceil(low - NEAR), math.floor(high + NEAR)
    return least if least >= greatest else None
