"""The issues of one source file as its return needs them: alike ones together, in order of what blocks most.

Memory is bounded however many issues there are. Knows no workbook.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as made_by

SEVERITIES = ("error", "warning", "advice")
"""What blocks most first."""
MOST_SPOTS = 100_000
"""So many single issues of each severity are kept; further ones are counted."""
MOST_PROBLEMS = 20_000


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding of one rule: the columns of `quality_issues` that `oh check` shows too, without the file."""

    location: str | None
    fragment_id: str | None
    field: str | None
    rule: str
    severity: str
    message: str
    remedy: str


@dataclass(slots=True, eq=False)
class Spot:
    """Where one issue stands. `record`: its number in the file, None for the file as a whole. `cell`: row and column."""

    problem: Problem
    location: str | None
    fragment_id: str | None
    record: int | None = None
    cell: tuple[int, int] | None = None


@dataclass(slots=True, eq=False)
class Problem:
    """Issues that one action puts right: the same words about the same field. `count` of them; `spots` may be fewer."""

    severity: str
    rule: str
    field: str | None
    message: str
    remedy: str
    count: int = 0
    spots: list[Spot] = made_by(default_factory=list)

    @property
    def rank(self) -> int:
        """Place of the severity among all."""
        return SEVERITIES.index(self.severity)

    @property
    def is_of_file(self) -> bool:
        """Whether it is about the file as a whole, or parts of it that are no record. Known once records are met."""
        return bool(self.spots) and all(spot.record is None for spot in self.spots)

    @property
    def records(self) -> int:
        """How many records have it."""
        if len(self.spots) < self.count:
            return self.count
        return len({spot.record for spot in self.spots if spot.record is not None})


class Problems:
    """All issues of a file. `by_location` are the spots that a record may lie at; `counts` go by severity."""

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.by_location: dict[str, list[Spot]] = {}
        self.counts: Counter[str] = Counter()
        self._problems: dict[tuple[str, str, str | None, str, str], Problem] = {}
        kept: Counter[str] = Counter()
        for issue in issues:
            self.counts[issue.severity] += 1
            key = (issue.severity, issue.rule, issue.field, issue.message, issue.remedy)
            problem = self._problems.get(key)
            if problem is None:
                if len(self._problems) >= MOST_PROBLEMS:
                    continue
                problem = Problem(issue.severity, issue.rule, issue.field, issue.message, issue.remedy)
                self._problems[key] = problem
            problem.count += 1
            if kept[issue.severity] < MOST_SPOTS:
                kept[issue.severity] += 1
                spot = Spot(problem, issue.location, issue.fragment_id)
                problem.spots.append(spot)
                if issue.location is not None:
                    self.by_location.setdefault(issue.location, []).append(spot)

    def ordered(self) -> list[Problem]:
        """What blocks most first: by severity, then what is wrong with the whole file, then by number of records."""
        return sorted(self._problems.values(), key=lambda p: (p.rank, not p.is_of_file, -p.records))

    def held_back(self) -> int | None:
        """How many records an error keeps out; None where not every error is known by its record."""
        errors = [problem for problem in self._problems.values() if problem.severity == "error"]
        if sum(len(problem.spots) for problem in errors) < self.counts["error"]:
            return None
        return len({spot.record for problem in errors for spot in problem.spots if spot.record is not None})
