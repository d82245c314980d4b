"""Patterns, indicators and history on seven outcomes in two deliveries, with every number worked out by hand.

`1.txt` holds CIV001 to CIV006; `2.txt` delivers it again without CIV006, with CIV002 edited and CIV005 rated anew, and adds
CIV007, which the codebook calls the same as CIV001. CIV003 is not an outcome. So of seven outcomes, five count. In
between, in `1_answers.txt`, three people answer about CIV001 and CIV005.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ..fragments import fragment
from .conftest import SEEDS, RunHome, write

GENDER = "More equal gender roles and relationships and transformation of harmful gender norms"
CIVIC = "Less suppression of civic space"
RATED, CONTRIBUTED = "Rating significance", "Rating contribution"
EVIDENCE = "Evidence supporting the outcome statement"


def piece(number: int, changes: Mapping[str, str | None] | None = None, /, **fields: str) -> str:
    text = f"In 2023 the council of ward {number} opened charter {number * 7} to all who live there."
    return fragment(changes, **{"id": f"SCC-KEN/CIV{number:03}", "harvest": "harvest 1", "description": text, **fields})


def two(year: str) -> str:
    return piece(
        2,
        {RATED: "small", CONTRIBUTED: "some", "Outcome is negative": "YES"},
        year=year,
        objective=f"CIV: {CIVIC}; {GENDER}",
        actor="Authorities; Media",
        types="Capacity change  Safety and Security, Practice change",
        clusters="Capacity change, Practice change",
    )


def five(rating: str) -> str:
    unintended = {RATED: rating, "The change was unintended": "YES"}
    return piece(5, unintended, country="Sahel", objective="", result="Outcome 1.2")


ONE = piece(1)
THREE = piece(3, {"Outcome status": "Not an outcome"}, country="Mali")
FOUR = piece(4, {EVIDENCE: "Photos"}, country="Sahel", result="Outcome 1.2", confidential="1")
SIX = piece(6, {RATED: ""}, country="Atlantis", actor="")
FIRST = ONE + two("2023") + THREE + FOUR + five("large") + SIX
SECOND = ONE + two("2022") + THREE + FOUR + five("medium") + piece(7, harvest="harvest 2")


def answer(number: int, who: str, description: str, contribution: str) -> str:
    return (
        f"**FragmentID**: SCC-KEN/CIV{number:03}\n**Substantiator**: {who}\n**Substantiator role**: Media\n"
        f"**Substantiation date**: 2024-05-0{number}\n**Agreement with description**: {description}\n"
        f"**Agreement with contribution**: {contribution}\n"
    )


ANSWERS = (
    answer(1, "A. Reader", "fully agree", "disagree")
    + answer(1, "B. Reader", "partly agree", "no opinion")
    + answer(5, "A. Reader", "disagree", "")
)

OF = "(select outcome_key from mart_outcomes where fragment_id = 'SCC-KEN/CIV00' || ?)"
CHANGES = "select right(fragment_id, 1)::int, change, since_build_id from history.mart_publication_changes order by all"


@dataclass
class Deliveries:
    """The home after both deliveries, and what the runs before and after said changed, with their builds."""

    home: RunHome
    changes: list[list[tuple[Any, ...]]]
    builds: list[str]
    said: list[str]


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Deliveries:
    """Five runs: the first file; both; both again; the first alone; and one beside a published file that is broken."""
    root = tmp_path_factory.mktemp("patterns")
    shutil.copytree(SEEDS, root / "codebook")
    pairs = "fragment_id,other_fragment_id,decision,reason,source\nSCC-KEN/CIV001,SCC-KEN/CIV007,same,one council,x\n"
    (root / "codebook" / "near_duplicate_decisions.csv").write_text(pairs)
    env = {"OH_CODEBOOK": str(root / "codebook")}
    home = RunHome(write(root / "home", {"1.txt": FIRST.encode(), "1_answers.txt": ANSWERS.encode()}))
    kept = RunHome(root / "kept")
    found = Deliveries(kept, [], [], [])

    def run() -> None:
        found.said.append(home.run("--json", env=env).stderr)
        found.changes.append(home.rows(CHANGES))
        found.builds.append(home.one("select build_id from meta_builds"))

    run()
    second = home.root / "raw" / "2.txt"
    second.write_text(SECOND)
    run()
    shutil.copytree(home.root / "warehouse", kept.root / "warehouse", symlinks=True)
    run()
    second.unlink()
    run()
    published = home.link().resolve()
    published.chmod(0o600)
    published.write_bytes(b"no database " * 1000)
    run()
    return found


def test_a_first_publication_has_nothing_to_differ_from(deliveries: Deliveries) -> None:
    assert deliveries.changes[0] == []


def test_what_changed_since_the_publication_before(deliveries: Deliveries) -> None:
    since = deliveries.builds[0]
    expected = [(2, "edited", since), (5, "re-rated", since), (6, "withdrawn", since), (7, "new", since)]
    assert deliveries.changes[1] == expected


def test_running_again_does_not_wipe_the_answer(deliveries: Deliveries) -> None:
    assert deliveries.builds[2] != deliveries.builds[1]
    assert deliveries.changes[2] == deliveries.changes[1]


def test_what_went_from_the_folder_is_removed(deliveries: Deliveries) -> None:
    since = deliveries.builds[2]
    expected = [(2, "edited", since), (5, "re-rated", since), (6, "reinstated", since), (7, "removed", since)]
    assert deliveries.changes[3] == expected


def test_a_broken_published_file_stops_nothing_and_is_told(deliveries: Deliveries) -> None:
    assert deliveries.changes[4] == []
    told = [line for line in deliveries.said[4].splitlines() if "cannot be compared with" in line]
    assert len(told) == 1
    assert not any("cannot be compared with" in said for said in deliveries.said[:4])


def test_what_counts(deliveries: Deliveries) -> None:
    rows = deliveries.home.rows(
        "select right(fragment_id, 1)::int, is_counted, is_outcome, duplicate_of is not null, is_withdrawn, withdrawn_from "
        "from mart_outcomes order by 1"
    )
    assert rows == [
        (1, True, True, False, False, None),
        (2, True, True, False, False, None),
        (3, False, False, False, False, None),
        (4, True, True, False, False, None),
        (5, True, True, False, False, None),
        (6, True, True, False, True, "2.txt"),
        (7, False, True, True, False, None),
    ]
    one = deliveries.home.one(f"select {OF}", 1)
    assert deliveries.home.one("select duplicate_of from mart_outcomes where not is_counted and is_outcome") == one


def test_an_outcome_has_its_labels_beside_it(deliveries: Deliveries) -> None:
    labels = (
        "programme, outcome_status, harvest, harvest_number, geography, unit_type, iso3, region, year, objective_code, "
        "objective, social_actor, scale, scale_rank, significance, significance_rank, contribution, contribution_rank"
    )
    assert deliveries.home.one(f"select {labels} from mart_outcomes where outcome_key = {OF}", 2) == (
        *("SCC", "Outcome", "harvest 1", 1, "Kenya", "country", "KEN", "Eastern Africa", 2022, "CIV"),
        *(CIVIC, "Authorities", "Local", 4, "small", 1, "some", 2),
    )


def test_an_outcome_has_its_counts_beside_it(deliveries: Deliveries) -> None:
    counts = (
        "objective_count, social_actor_count, result_count, change_type_count, version_count, is_top_rated, is_negative, "
        "is_unintended, evidence_quality, has_usable_evidence, missing_elements, is_confidential"
    )
    found = {number: deliveries.home.one(f"select {counts} from mart_outcomes where outcome_key = {OF}", number)
             for number in (1, 2, 4, 5, 6)}  # fmt: skip
    assert found == {
        1: (1, 1, 0, 1, 1, True, False, False, "named", True, [], False),
        2: (2, 2, 0, 2, 2, False, True, False, "named", True, [], False),
        4: (1, 1, 1, 1, 1, True, False, False, "generic", False, ["evidence"], True),
        5: (0, 1, 1, 1, 2, False, False, True, "named", True, [], False),
        6: (1, 0, 0, 1, 1, False, False, False, "named", True, ["who"], False),
    }


def test_lengths_are_those_of_the_texts(deliveries: Deliveries) -> None:
    wrong = deliveries.home.rows(
        "select 1 from mart_outcomes as o join outcome_narratives as n using (outcome_key) "
        "where o.description_length <> length(n.description) or o.contribution_length <> length(n.contribution)"
    )
    assert wrong == []


def test_mentions_and_distinct_outcomes_are_apart(deliveries: Deliveries) -> None:
    told = deliveries.home.rows(
        "select breakdown, count(*), round(sum(weight))::int, count(distinct outcome_key) from mart_mentions "
        "where is_counted group by all order by 1"
    )
    assert told == [
        ("change_cluster", 6, 5, 5),
        ("change_type", 6, 5, 5),
        ("objective", 6, 5, 5),
        ("result", 5, 5, 5),
        ("social_actor", 6, 5, 5),
    ]
    actors = "select member, count(*) from mart_mentions where is_counted and breakdown = 'social_actor' group by 1 order by 1"
    assert deliveries.home.rows(actors) == [("Authorities", 4), ("Media", 1), ("not coded", 1)]


def test_coverage(deliveries: Deliveries) -> None:
    told = "harvest, geography, objective_code, outcomes, mentions, harvest_geography_outcomes, geography_outcomes, harvest_outcomes"
    found = deliveries.home.rows(
        f"select {told} from mart_coverage where mentions > 0 order by geography, outcomes, objective_code"
    )
    assert found == [
        ("harvest 1", "Atlantis", "CIV", 1, 1, 1, 1, 5),
        ("harvest 1", "Kenya", None, 0, 1, 2, 2, 5),
        ("harvest 1", "Kenya", "CIV", 2, 2, 2, 2, 5),
        ("harvest 1", "Sahel", "CIV", 1, 1, 2, 2, 5),
        ("harvest 1", "Sahel", None, 1, 1, 2, 2, 5),
    ]
    # ten harvests, fifteen geographies and four objectives are listed; one cell is of Atlantis, one without an objective
    assert deliveries.home.one("select count(*), sum(outcomes), sum(mentions) from mart_coverage") == (602, 5, 6)
    assert deliveries.home.column("select distinct harvest_outcomes from mart_coverage where harvest_number = 2") == [0]


def test_the_matrix_of_ratings(deliveries: Deliveries) -> None:
    told = "geography, significance, contribution, is_top, outcomes, geography_outcomes"
    assert deliveries.home.rows(f"select {told} from mart_ratings where outcomes > 0 order by 1, 2") == [
        ("Atlantis", "not coded", "great", False, 1, 1),
        ("Kenya", "large", "great", True, 1, 2),
        ("Kenya", "small", "some", False, 1, 2),
        ("Sahel", "large", "great", True, 1, 2),
        ("Sahel", "medium", "great", False, 1, 2),
    ]
    # fifteen geographies by three by three, and one cell of Atlantis without a rating
    assert deliveries.home.one("select count(*), sum(outcomes), sum(is_top::int) from mart_ratings") == (136, 5, 15)


def test_results(deliveries: Deliveries) -> None:
    assert deliveries.home.rows("select * from mart_results") == [
        ("sahel_outcome_1_2", "sahel", "Sahel", "1.2", "Outcome 1.2", "codebook", 2, 1, 1, 1, 2)
    ]


def test_substantiation(deliveries: Deliveries) -> None:
    told = (
        "right(fragment_id, 1)::int, substantiation_count, description_agreed, description_disagreed, contribution_agreed, "
        "contribution_disagreed"
    )
    assert deliveries.home.rows(f"select {told} from mart_outcomes where is_substantiated order by 1") == [
        (1, 2, 2, 0, 0, 1),
        (5, 1, 0, 1, 0, 0),
    ]
    after = "select right(fragment_id, 1)::int, version_number from mart_outcome_history where is_after_substantiation"
    assert deliveries.home.rows(after) == [(5, 2)]


def test_indicators(deliveries: Deliveries) -> None:
    counted = deliveries.home.rows(
        "select i.code, count(o.outcome_key) from dim_indicator as i "
        "left join bridge_outcome_indicator as b on i.indicator_key = b.indicator_key and b.is_counted and b.weight = 1 "
        "left join mart_outcomes as o on b.outcome_key = o.outcome_key and o.is_counted group by all order by 1"
    )
    assert counted == [("SCS1", 0), ("SCS2", 0), ("SCS3", 2), ("SCS4", 0), ("SCS5", 0)]
    assert deliveries.home.column("select indicator_key from dim_indicator order by 1")[0] == "scc_scs1"


def test_history(deliveries: Deliveries) -> None:
    told = (
        "right(fragment_id, 1)::int, version_number, source_file, change, changed_fields, significance_key_before, "
        "significance_key, contribution_key_before, contribution_key, is_last_delivery, is_newest"
    )
    rows = deliveries.home.rows(f"select {told} from mart_outcome_history order by 1, 2")
    assert [row for row in rows if row[0] in (2, 5)] == [
        (2, 1, "1.txt", "new", [], None, "small", None, "some", False, False),
        (2, 2, "2.txt", "edited", ["year"], "small", "small", "some", "some", True, True),
        (5, 1, "1.txt", "new", [], None, "large", None, "great", False, False),
        (5, 2, "2.txt", "re-rated", ["significance_rating"], "large", "medium", "great", "great", True, True),
    ]
    assert [(row[0], row[3], row[9]) for row in rows if row[0] not in (2, 5)] == [
        (1, "new", False),
        (3, "new", False),
        (4, "new", False),
        (6, "new", False),
        (7, "new", True),
    ]


def test_the_open_edition_has_none_of_it(deliveries: Deliveries) -> None:
    tables = deliveries.home.column("select table_name from duckdb_tables()", edition="open")
    assert not [name for name in tables if name.startswith(("mart_", "dim_indicator", "bridge_outcome_indicator"))]


def test_a_codebook_is_needed_to_tell_them_apart(tmp_path: Path) -> None:
    """Without the decision and the mapping, both outcomes count and none leads to an indicator."""
    shutil.copytree(SEEDS, tmp_path / "codebook")
    for name in ("near_duplicate_decisions", "indicators", "indicator_results"):
        (tmp_path / "codebook" / f"{name}.csv").unlink()
    home = RunHome(write(tmp_path / "home", {"1.txt": FIRST.encode(), "2.txt": SECOND.encode()}))
    home.run("--json", env={"OH_CODEBOOK": str(tmp_path / "codebook")})
    assert home.one("select sum(is_counted::int), count(duplicate_of) from mart_outcomes") == (6, 0)
    assert home.one("select count(*) from bridge_outcome_indicator") == 0
    assert home.one("select count(*) from dim_indicator") == 0
