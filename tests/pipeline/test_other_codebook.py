"""Another programme brings its own folder of CSV files, and nothing of the shipped one is left."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ..fragments import fragment
from .conftest import SEEDS, RunHome, oh, write

BOOK: dict[str, list[tuple[str, ...]]] = {
    "programmes": [("WIZ", "Wizards and weather", "true", "1990", "1999", "inferred")],
    "outcome_statuses": [("Done", "true", "inferred"), ("Undone", "false", "inferred")],
    "harvests": [("round 1", "1", "inferred"), ("round 2", "2", "inferred")],
    "geographies": [("Freedonia", "country", "", "Nowhere", "inferred"), ("Sylvania", "region", "", "", "inferred")],
    "objectives": [("WIZ", "MAG", "Magic, for all", "inferred"), ("WIZ", "RAIN", "Better rain", "inferred")],
    "social_actors": [("Wizards, elder", "inferred"), ("Witches", "inferred")],
    "scales": [("Village", "1", "inferred"), ("Kingdom", "2", "inferred")],
    "significance": [("meh", "1", "inferred"), ("wow", "2", "inferred")],
    "contribution": [("tiny", "1", "inferred"), ("huge", "2", "inferred")],
    "change_types": [("Weather", "Rain, light", "inferred"), ("Weather", "Weather", "inferred")],
    "results": [("Freedonia", "9.9", "Outcome 9.9", "inferred")],
    "aliases": [("geography", "Sylvanie", "Sylvania", "fr", "inferred")],
}
RECORD = fragment(
    {
        "FragmentID": None,
        "Kennung": "WIZ-FRE/MAG1",
        "Outcome status": "Done",
        "OH-harvesting period": "round 2",
        "coutnry": "Freedonia",
        "Year": "1995",
        "Outcome description": "In 1995 the guild opened its tower on every seventh day.",
        "Rating significance": "wow",
        "Social actor": "Witches; Wizards, elder",
        "Scale": "Kingdom",
        "Rating contribution": "huge",
        "Link to Outcomes in Results Framework ": "9.9",
        "Link to SCC Specific Objectives": "MAG: Magic, for all",
        "MCQType of change": "Weather  Rain, light",
        "TypeOfChangeCluster": "Weather",
    }
)


@pytest.fixture(scope="module")
def wizards(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    book = tmp_path_factory.mktemp("book")
    for seed in sorted(SEEDS.glob("*.csv")):
        with seed.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if seed.stem == "fields":
            rows = [row if row[1] != "FragmentID" else [row[0], "Kennung", *row[2:]] for row in rows]
        if seed.stem in BOOK:
            rows = [rows[0], *(list(row) for row in BOOK[seed.stem])]
        with (book / seed.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    home = RunHome(write(tmp_path_factory.mktemp("wizards"), {"one.txt": RECORD.encode()}))
    home.run("--json", env={"OH_CODEBOOK": str(book)})
    (home.root / "book").symlink_to(book)
    return home


def test_its_codes_are_known(wizards: RunHome) -> None:
    assert wizards.summary["issues"] == {"error": 0, "warning": 0, "advice": 0}
    found = wizards.one(
        "select fragment_id, programme, status_key, harvest_key, geography_key, objective_key, social_actor_key, "
        "scale_key, significance_key, contribution_key, year from fct_outcomes"
    )
    assert found == (
        "WIZ-FRE/MAG1",
        "WIZ",
        "done",
        "round_2",
        "freedonia",
        "magic_for_all",
        "witches",
        "kingdom",
        "wow",
        "huge",
        1995,
    )


def test_labels_with_commas_are_one(wizards: RunHome) -> None:
    assert wizards.rows("select social_actor_key, weight from bridge_outcome_social_actor order by 1") == [
        ("witches", 0.5),
        ("wizards_elder", 0.5),
    ]
    assert wizards.rows("select change_type_key, weight from bridge_outcome_change_type") == [
        ("weather_rain_light", 1.0)
    ]
    assert wizards.rows("select objective_key from bridge_outcome_objective") == [("magic_for_all",)]
    assert wizards.rows("select result_key from bridge_outcome_result") == [("freedonia_outcome_9_9",)]


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_nothing_of_the_shipped_codebook_is_there(wizards: RunHome, edition: str) -> None:
    shipped = set()
    for name in BOOK.keys() - {"aliases", "programmes"}:
        with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            shipped |= {row["label"] for row in csv.DictReader(file)}
    tables = wizards.column(
        "select table_name from duckdb_tables() where schema_name = 'main' and table_name like 'dim_%'", edition=edition
    )
    assert len(tables) == 10
    for table in tables:
        assert not shipped & set(wizards.column(f"select label from {table}", edition=edition)), table


def test_every_member_of_it_is_there(wizards: RunHome) -> None:
    assert wizards.column("select label from dim_geography where status = 'codebook' order by 1") == [
        "Freedonia",
        "Sylvania",
    ]
    assert wizards.column("select label from dim_objective where status = 'codebook' order by 1") == [
        "Better rain",
        "Magic, for all",
    ]
    assert wizards.rows("select cluster, label from dim_change_type where status = 'codebook' order by 1, 2") == [
        ("Weather", "Rain, light"),
        ("Weather", "Weather"),
    ]
    assert wizards.one("select count(*) from dim_result where status = 'codebook'") == 1


def test_the_shipped_codebook_is_untouched(wizards: RunHome, shipped: RunHome) -> None:
    one = wizards.one("select codebook_hash from meta_builds")
    assert one != shipped.one("select codebook_hash from meta_builds")
    book = Path(wizards.root / "book").resolve()
    said = oh("doctor", home=wizards.root, env={"OH_CODEBOOK": str(book), "COLUMNS": "400"})
    assert said.returncode == 0
    assert one[:12] in said.stdout
