"""Nothing small can be computed from the open edition: attacked with linear programming, over made corpora and two publications."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oh_pipeline.disclosure.bounds import count_computable
from oh_pipeline.disclosure.published import read_published

from ..attack import told
from .disclosing import LISTED, YEARS, Outcome, publish

K = 5
Compiled = dict[str, str]


def audited(file: Path) -> int:
    with closing(duckdb.connect(file, read_only=True)) as connection:
        return count_computable(read_published(lambda query: connection.execute(query).fetchall()), K)


def ask(file: Path, query: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(file, read_only=True)) as connection:
        return connection.execute(query).fetchall()


def some(draw: random.Random, count: int, spread: float = 1.0) -> list[Outcome]:
    """Outcomes of uneven frequency: some members are common, some rare, some on no list."""

    def pick(name: str, *more: str) -> str:
        members = [*LISTED[name], *more]
        return members[min(int(draw.expovariate(spread) * 1.5), len(members) - 1)]

    def several(name: str, *more: str) -> tuple[str, ...]:
        wanted = 1 if draw.random() < 0.8 else draw.choice([0, 2, 3])
        return tuple(dict.fromkeys(pick(name, *more) for _ in range(wanted)))

    return [
        Outcome(
            geography=pick("geography", "newland", "oldland", "not_coded"),
            year=draw.choice([*YEARS, *YEARS[2:], 2023, 2023, None]) if draw.random() < 0.7 else 2024,
            harvest=pick("harvest", "h9", "not_coded"),
            objective=several("objective", "own"),
            social_actor=several("social_actor", "own"),
            change_type=several("change_type", "own"),
            scale=pick("scale", "not_coded"),
            significance=pick("significance"),
            contribution=pick("contribution"),
            is_confidential=draw.random() < 0.1,
        )
        for _ in range(count)
    ]


def combinations(file: Path) -> Counter[tuple[object, ...]]:
    rows = ask(
        file,
        "select distinct f.outcome_key, f.geography_key, f.year, coalesce(a.social_actor_key, 'not_coded'), "
        "coalesce(t.change_type_key, 'not_coded') from fct_outcomes as f left join bridge_outcome_social_actor as a "
        "using (outcome_key) left join bridge_outcome_change_type as t using (outcome_key)",
    )
    return Counter(row[1:] for row in rows)


def check(file: Path, before: Path | None = None) -> None:
    assert told(file, K) == {}
    assert audited(file) == 0
    if before is not None:
        assert told(file, K, before) == {}
    assert all(n >= K for n in combinations(file).values())
    assert ask(file, f"select 1 from outcome_counts where outcomes < {K}") == []


@pytest.mark.parametrize(("seed", "count"), [(1, 3), (2, 12), (3, 40), (4, 150), (5, 600), (6, 2500)])
def test_nothing_small_is_told(tmp_path: Path, compiled: Compiled, seed: int, count: int) -> None:
    outcomes = some(random.Random(seed), count)
    file = publish(tmp_path / "now", compiled, outcomes)
    check(file)
    opened = sum(not each.is_confidential for each in outcomes)
    rows = ask(file, "select * from fct_outcomes")
    assert opened - len(rows) < K
    assert ask(file, "select outcomes from outcome_counts where breakdown = 'total'") == [
        (opened if opened >= K else None,)
    ]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 120), spread=st.sampled_from([0.4, 1.0, 2.5]))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_nothing_small_is_told_of_any_small_corpus(
    tmp_path_factory: pytest.TempPathFactory, compiled: Compiled, seed: int, count: int, spread: float
) -> None:
    check(publish(tmp_path_factory.mktemp("any") / "now", compiled, some(random.Random(seed), count, spread)))


@given(
    seed=st.integers(0, 10**6),
    count=st.integers(5, 250),
    more=st.sampled_from([0, 1, 2, 5, 30, 100]),
    spread=st.sampled_from([0.4, 1.0, 2.5]),
)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
def test_nothing_small_is_told_by_two_publications(
    tmp_path_factory: pytest.TempPathFactory, compiled: Compiled, seed: int, count: int, more: int, spread: float
) -> None:
    draw, folder = random.Random(seed), tmp_path_factory.mktemp("two")
    outcomes = some(draw, count, spread)
    first = publish(folder / "first", compiled, outcomes)
    outcomes += some(draw, more, spread)
    draw.shuffle(outcomes)
    check(publish(folder / "second", compiled, outcomes, before=folder / "first"), before=first)


def stated(file: Path) -> dict[tuple[object, ...], int | None]:
    rows = ask(file, "select * exclude (outcomes), outcomes from outcome_counts")
    return {row[:-1]: row[-1] for row in rows}  # type: ignore[misc]


def test_the_same_outcomes_published_again_are_the_same_edition(tmp_path: Path, compiled: Compiled) -> None:
    outcomes = some(random.Random(11), 300)
    first = publish(tmp_path / "first", compiled, outcomes)
    again = publish(tmp_path / "again", compiled, outcomes, before=tmp_path / "first")
    assert stated(first) == stated(again)
    assert ask(first, "select * from fct_outcomes order by all") == ask(
        again, "select * from fct_outcomes order by all"
    )


def empty(file: Path) -> set[tuple[str, ...]]:
    """Counts of one dimension that are of no outcome."""
    known = ask(file.with_name("outcomes.duckdb"), "select breakdown, member_key from staging.int_open_cells")
    listed = {
        (name, member)
        for name in ("harvest", "scale", "geography")
        for member in [*LISTED[name], "not_coded", "withheld"]
    }
    return {cell for cell in listed if cell not in known}


@pytest.mark.parametrize(
    ("model", "old", "new"),
    [
        # no cover for a count that a total tells
        ("int_open_cells", "covers.member_key is not null as is_cover", "false as is_cover"),
        # no cover in the tables of two
        ("int_open_cells", "pair_cells.is_large\n        and pair_covers.breakdown is null", "pair_cells.is_large"),
        # rows go on showing what counts withhold
        ("int_released_outcomes", "harvest_cells.breakdown is not null or harvests.breakdown is not null", "false"),
    ],
)
def test_the_attack_and_the_audit_find_a_planted_fault(
    tmp_path: Path, compiled: Compiled, model: str, old: str, new: str
) -> None:
    outcomes = [
        Outcome(geography=place, year=year)
        for place in ("mali", "chad", "iraq")
        for year in YEARS[:3]
        for _ in range(9)
    ]
    outcomes += [Outcome(year=2024) for _ in range(3)] + [Outcome("chad", 2024) for _ in range(9)]
    outcomes += [Outcome(harvest="h2") for _ in range(2)]
    outcomes += [Outcome("chad", harvest="h3") for _ in range(6)]
    assert old in compiled[f"model.outcomes.{model}"]

    def spoil(name: str, sql: str) -> str:
        if name != model:
            return sql
        if "covers.member_key" in old:
            sql = sql.replace("        and covers.member_key is null\n", "")
        return sql.replace(old, new)

    sound = publish(tmp_path / "sound", compiled, outcomes)
    spoilt = publish(tmp_path / "spoilt", compiled, outcomes, spoil=spoil)
    check(sound)
    if "covers.member_key" in old:  # what nobody was ever harvested for is no cover: people know
        assert told(sound, K, nothing=empty(sound)) == {}
        assert told(spoilt, K, nothing=empty(spoilt))
    else:
        assert told(spoilt, K)
        assert audited(spoilt) > 0


REST = "(others.is_rest or others.is_shown) as is_rest"


@pytest.mark.parametrize(
    "rare",
    [
        [Outcome("newland", harvest="h2"), *[Outcome("newland")] * 3, *[Outcome("oldland")] * 3],
        [Outcome("newland", year=None), *[Outcome("newland")] * 3, *[Outcome("oldland")] * 3],
        [Outcome("newland", objective=("civ", "peace")), *[Outcome("newland")] * 3, *[Outcome("oldland")] * 3],
        [Outcome("mali", harvest="h8"), *[Outcome("chad", harvest="h8")] * 3, *[Outcome("chad", harvest="h9")] * 3],
    ],
    ids=["harvest", "year", "objective", "harvests without a name"],
)
def test_what_has_no_name_is_not_told_by_what_the_listed_ones_leave(
    tmp_path: Path, compiled: Compiled, rare: list[Outcome]
) -> None:
    """Places or harvests that no list has are counted as one, which no row lists and the others leave of each total."""
    outcomes = [
        Outcome(geography=place, year=year, harvest=named, objective=(objective,))
        for place in [*LISTED["geography"], "not_coded"]
        for year in (2023, None)
        for harvest, objective in zip(LISTED["harvest"], LISTED["objective"], strict=True)
        for named in (harvest, "not_coded")
        for _ in range(K)
    ] + rare

    def spoil(name: str, sql: str) -> str:
        return sql.replace(REST, "false as is_rest") if name == "int_open_cells" else sql

    assert REST in compiled["model.outcomes.int_open_cells"]
    check(publish(tmp_path / "sound", compiled, outcomes))
    spoilt = publish(tmp_path / "spoilt", compiled, outcomes, spoil=spoil)
    assert told(spoilt, K)
    assert audited(spoilt) > 0


def test_the_attack_finds_what_the_edition_before_tells(tmp_path: Path, compiled: Compiled) -> None:
    """A count that was shown covers one that is small now, unless the models look at the edition before."""
    outcomes = [
        Outcome(geography=place, year=year)
        for place in ("mali", "chad", "iraq")
        for year in YEARS[:4]
        for _ in range(9)
    ]
    first = publish(tmp_path / "first", compiled, outcomes)
    outcomes += [Outcome(year=2025) for _ in range(2)] + [Outcome("chad", 2025) for _ in range(9)]
    blind = publish(tmp_path / "blind", compiled, outcomes)
    assert told(blind, K) == {}
    assert told(blind, K, first)
    for longer in ([], ["chad"], ["mali", "iraq"]):  # keys that changed since make nobody blind
        second = publish(tmp_path / f"second {longer}", compiled, outcomes, before=tmp_path / "first", longer=longer)
        check(second, before=first)
        assert ask(
            second.with_name("outcomes.duckdb"), "select 1 from staging.int_open_cells where is_due_to_previous limit 1"
        )
