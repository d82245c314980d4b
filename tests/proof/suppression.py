"""No small count can be computed from what is published, neither from one open edition nor from two in a row.

Seeded corpora of many sizes, with little mess or much, each published for one of several `k`; then some outcomes come, and
others are told in other words, and it is published once more. Every edition is attacked alone, the second one also together with
the first, by `tests/attack.py`, which shares no code with the project. Outcomes that were withdrawn or coded otherwise between two editions are
not defended against (docs/open-edition.md), so none is.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

from ..attack import told
from ..demos import make
from ..fragments import fragment
from .proving import Found, Proof, Task
from .twin import Project, compile_project, publish_anew, rows

KS = (5, 3, 8)
SIZES = (30, 120, 400, 1200)
COUNTRIES = ("Kenya", "Mali", "Iraq", "Burundi", "Atlantis")
_COMBINATIONS = """
    select distinct f.outcome_key, f.geography_key, f.year, coalesce(a.social_actor_key, 'not_coded'),
        coalesce(t.change_type_key, 'not_coded')
    from fct_outcomes as f
    left join bridge_outcome_social_actor as a using (outcome_key)
    left join bridge_outcome_change_type as t using (outcome_key)
"""
Projects = Mapping[int, Project]


def attack(file: Path, k: int, before: Path | None = None) -> list[str]:
    """What an edition tells that it must not; breakdowns, never members or counts."""
    wrong = [f"{cell[0]}: a suppressed count can be computed" for cell in told(file, k)]
    if before is not None:
        wrong += [f"{cell[0]}: computed with the edition before" for cell in told(file, k, before)]
    carried = Counter(row[1:] for row in rows(file, _COMBINATIONS))
    wrong += ["a combination of fewer than k"] * any(n < k for n in carried.values())
    wrong += ["a count below k"] * bool(rows(file, f"select 1 from outcome_counts where outcomes < {k}"))
    return wrong


def own(draw: random.Random, count: int, wording: str, number: int = 0) -> str:
    """Outcomes of uneven codes, told in these words."""
    places = draw.sample(COUNTRIES, 3)
    return "".join(
        fragment(
            id=f"SCC-KEN/CIV{number + at}",
            country=places[min(int(draw.expovariate(1.2)), 2)],
            year=str(2025 - min(int(draw.expovariate(0.7)), 4)),
            harvest=f"harvest {1 + min(int(draw.expovariate(1)), 3)}",
            actor=draw.choice(("Authorities", "Authorities", "Media", "Authorities, Media")),
            description=f"In ward {number + at} the council {wording}.",
        )
        for at in range(count)
    )


def share(task: Task, projects: Projects, first: int) -> Found:
    """So many corpora in this process, the first of this number."""
    broken = []
    shown = withheld = 0
    for number in range(first, first + task.tries):
        draw = random.Random(f"{task.seed} {number}")
        k, size = KS[number % len(KS)], SIZES[number % len(SIZES)]
        root = make(task.scratch / str(number), size, draw.choice((0, 0.1, 1)), "csv", seed=draw.randint(0, 10**6))
        mine = root / "raw" / "own"
        mine.mkdir()
        early, count = random.Random(draw.random()), draw.choice((12, 40))
        state = early.getstate()
        (mine / "early.txt").write_text(own(early, count, "opened its books", 900_000))
        before = publish_anew(root, projects[k], returns=False).open
        early.setstate(state)
        (mine / "early.txt").write_text(own(early, count, "let people see its books", 900_000))
        (mine / "late.txt").write_text(own(draw, draw.choice((1, 2, 7, 30)), "heard the elders", 950_000))
        after = publish_anew(root, projects[k], returns=False).open
        wrong = attack(before, k) + attack(after, k, before)
        broken += [f"corpus {number}, {size} records, k {k}: {one}" for one in dict.fromkeys(wrong)]
        for edition in (before, after):
            ((some, all_of_them),) = rows(edition, "select count(outcomes), count(*) from outcome_counts")
            shown, withheld = shown + some, withheld + all_of_them - some
    return Found(task.tries, broken, f"{shown} {withheld}")


def compiled(scratch: Path) -> dict[int, Project]:
    """The project for every `k`."""
    found = {}
    for k in KS:
        place = scratch / f"compiled-{k}"
        place.mkdir(parents=True)
        found[k] = compile_project(place, k)
    return found


def harness(task: Task, spoil: Callable[[Project], Project] = lambda project: project) -> Found:
    """Corpora over all cores. `spoil` plants a fault into what publishes."""
    projects = {k: spoil(project) for k, project in compiled(task.scratch).items()}
    workers = min(os.cpu_count() or 1, task.tries)
    ends = [task.tries * at // workers for at in range(workers + 1)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        asked = [
            pool.submit(share, Task(end - start, task.seed, task.scratch), projects, start)
            for start, end in pairwise(ends)
        ]
        found = [each.result() for each in asked]
    shown, withheld = (sum(int(one.remark.split()[at]) for one in found) for at in (0, 1))
    remark = (
        f"two publications each, k of {', '.join(map(str, sorted(KS)))}; {shown:,} counts shown, {withheld:,} withheld"
    )
    return Found(sum(one.tried for one in found), [line for one in found for line in one.broken], remark)


PROOFS = (
    Proof(
        "suppressed",
        "no count below k can be computed from an open edition, nor from two in a row",
        "corpora",
        60,
        harness,
        least=4,
    ),
)
