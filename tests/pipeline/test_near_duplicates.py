"""Near-duplicates on a demo corpus with planted ones: found, right, decided; the rule follows what was decided."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks import near_duplicates
from benchmarks.near_duplicates import FILE, Measured
from benchmarks.planted import Planted

from .conftest import SEEDS, RunHome

RECORDS = 2000
DECISIONS = "fragment_id,other_fragment_id,decision,reason,source\n"
PAIRS = (
    "select one.fragment_id, other.fragment_id, pairs.decision from mart_near_duplicates as pairs "
    "join fct_outcomes as one using (outcome_key) "
    "join fct_outcomes as other on pairs.other_outcome_key = other.outcome_key "
)


@dataclass
class Corpus:
    home: RunHome
    planted: list[Planted]
    measured: Measured
    decided: dict[str, str]


def planted_id(number: int) -> str:
    return f"SCC-PLANTED/{number:07d}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A demo corpus of which every fourth retold outcome is decided about, half of them as the same."""
    root = tmp_path_factory.mktemp("near") / "home"
    planted = near_duplicates.write(root, RECORDS)
    truth = near_duplicates.told(root)
    decided = {}
    rows = []
    for number, one in enumerate(planted, 1):
        if one.is_same and number % 4 == 0:
            decided[planted_id(number)] = decision = "same" if number % 8 == 0 else "different"
            rows.append(f" {truth[one.origin].lower()},{planted_id(number)},{decision},seen by the team,x\n")
    codebook = root.parent / "codebook"
    shutil.copytree(SEEDS, codebook)
    (codebook / "near_duplicate_decisions.csv").write_text(DECISIONS + "".join(rows), encoding="utf-8")
    home = RunHome(root)
    home.run("--json", env={"OH_CODEBOOK": str(codebook)})
    return Corpus(home, planted, near_duplicates.measure(root, planted), decided)


def test_planted_pairs_are_found_and_found_pairs_are_right(corpus: Corpus) -> None:
    assert sum(corpus.measured.planted.values()) >= 30
    assert corpus.measured.recall >= 0.95
    assert corpus.measured.precision >= 0.9


def test_what_is_told_alike_is_mostly_no_pair(corpus: Corpus) -> None:
    """Another actor, place, day and number in the same sentence pattern is another outcome."""
    alike = [planted_id(number) for number, one in enumerate(corpus.planted, 1) if not one.is_same]
    paired = {id_ for one, other, _ in corpus.home.rows(PAIRS) for id_ in (one, other)}
    assert len(alike) >= 15
    assert len(paired & set(alike)) <= len(alike) // 5


def test_decisions_stand_beside_their_pairs(corpus: Corpus) -> None:
    found = {other: decision for _, other, decision in corpus.home.rows(PAIRS) if other in corpus.decided}
    found |= {one: decision for one, _, decision in corpus.home.rows(PAIRS) if one in corpus.decided}
    assert {"same", "different"} <= set(found.values())
    assert found == {name: corpus.decided[name] for name in found}
    assert len(found) >= 0.9 * len(corpus.decided)


def test_only_undecided_pairs_are_issues(corpus: Corpus) -> None:
    told = set(corpus.home.column("select fragment_id from quality_issues where rule = 'near_duplicate'"))
    expected = {id_ for one, other, decision in corpus.home.rows(PAIRS) if decision is None for id_ in (one, other)}
    assert told == expected
    assert expected
    assert set(corpus.decided) - told


def test_pairs_stand_in_order_of_delivery_and_once(corpus: Corpus) -> None:
    assert (
        corpus.home.one(
            "select count(*) from mart_near_duplicates where outcome_key = other_outcome_key or score < 0.63 or score > 1"
        )
        == 0
    )
    turned = (
        "select count(*) from mart_near_duplicates as a join mart_near_duplicates as b "
        "on a.outcome_key = b.other_outcome_key and a.other_outcome_key = b.outcome_key"
    )
    assert corpus.home.one(turned) == 0
    assert (
        corpus.home.one(
            "select count(*) from mart_near_duplicates as p join fct_outcomes as f using (outcome_key) "
            f"join fct_outcomes as o on p.other_outcome_key = o.outcome_key where f.source_file = '{FILE}' "
            f"and o.source_file <> '{FILE}' and f.harvest_key > o.harvest_key"
        )
        == 0
    )
    assert corpus.home.one("select count(*) from mart_near_duplicates where not same_geography") > 0
    assert Path(corpus.home.root, "raw", FILE).is_file()
