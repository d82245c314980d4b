"""Another programme brings its own folder of CSV files and its own language, and nothing of the shipped one is left."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from .. import river
from .conftest import SEEDS, RunHome, oh, write

OWN = "l'autre codebook"
SETTINGS = {"OH_CODEBOOK": str(river.BOOK), "OH_LANGUAGE": "fr"}
VOCABULARIES = {
    "dim_outcome_status": "outcome_statuses",
    "dim_harvest": "harvests",
    "dim_geography": "geographies",
    "dim_objective": "objectives",
    "dim_social_actor": "social_actors",
    "dim_scale": "scales",
    "dim_significance": "significance",
    "dim_contribution": "contribution",
    "dim_change_type": "change_types",
    "dim_result": "results",
    "dim_agreement": "agreements",
    "dim_substantiator_role": "substantiator_roles",
}
CLOSED = {"dim_agreement", "dim_substantiator_role"}
"""Of these it lists nothing, and the open edition has none."""
LAGOON = {
    "Numéro du récit": "LAG-LGN/EAU002",
    "Campagne": "campagne des crues",
    "Tronçon": "Alto",
    "Millésime": "2018",
    "Récit du changement": "En 2018 los ribereños cerraron la toma y lo escribieron en la pared del muelle.",
    "Qui a changé": "Ribereños",
    "Axe": "EAU",
    "Repère du cadre": "Hito 3.1",
    "Nature du changement": "Usos  Riego por goteo",
    "Famille de changement": "Usos",
}
# Tells the first story again, under another id and on a reach that nobody lists.
AGAIN = {"Numéro du récit": "RIV-AMT/EAU008", "Tronçon": "Amontt", "Repère du cadre": ""}


@pytest.fixture(scope="module")
def basin(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    files = {
        "one.txt": river.record({"Récit assemblé": river.merged()}),
        "two.txt": river.record(LAGOON, spanish=True),
        "three.txt": river.record(AGAIN),
    }
    home = RunHome(write(tmp_path_factory.mktemp("basin"), {name: text.encode() for name, text in files.items()}))
    as_spreadsheets_save_it(home.root / OWN)
    home.run("--json", env=own_settings(home))
    return home


def own_settings(home: RunHome) -> dict[str, str]:
    return SETTINGS | {"OH_CODEBOOK": str(home.root / OWN)}


def as_spreadsheets_save_it(folder: Path) -> None:
    """The codebook with a byte order mark and the line ends of another system, the last of them its own."""
    folder.mkdir()
    for file in river.BOOK.glob("*.csv"):
        lines = file.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        saved = "\r\n".join(lines) + "\n"
        (folder / file.name).write_bytes(saved.encode("utf-8-sig"))


def labels(folder: str, name: str) -> list[str]:
    place = river.BOOK if folder == "river" else SEEDS
    if not (place / f"{name}.csv").exists():
        return []
    with (place / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row["label"] for row in csv.DictReader(file)]


def test_its_codes_are_known(basin: RunHome) -> None:
    assert basin.summary["records"] == {"found": 3, "accepted": 3, "quarantined": 0, "duplicate": 0}
    assert basin.summary["issues"] == {"error": 0, "warning": 1, "advice": 2}
    found = basin.one(
        "select fragment_id, programme, status_key, harvest_key, geography_key, objective_key, social_actor_key, "
        "scale_key, significance_key, contribution_key, year, is_outcome, is_confidential, is_unintended, is_negative, "
        "other_actors_contributed from fct_outcomes where source_file = 'one.txt'"
    )
    assert found == (
        "RIV-AMT/EAU007",
        "RIV",
        "retenu",
        "campagne_d_etiage",
        "delta_rive_gauche",
        "de_l_eau_propre_pour_tous",
        "comite_de_bassin",
        "bief",
        "vague",
        "decisive",
        2011,
        True,
        False,
        True,
        False,
        False,
    )


def test_its_second_programme(basin: RunHome) -> None:
    found = basin.one(
        "select programme, harvest_key, geography_key, objective_key, social_actor_key, year from fct_outcomes "
        "where fragment_id = 'LAG-LGN/EAU002'"
    )
    assert found == ("LAG", "campagne_des_crues", "amont", "agua_limpia_en_la_laguna", "riverains", 2018)


def test_labels_with_commas_are_one(basin: RunHome) -> None:
    def bridge(name: str) -> dict[str, float]:
        rows = basin.rows(
            f"select bridge.{name}_key, weight from bridge_outcome_{name} as bridge join fct_outcomes using (outcome_key) "
            "where source_file = 'one.txt'"
        )
        return dict(rows)

    assert bridge("social_actor") == {"comite_de_bassin": 0.5, "pecheurs_mareyeuses": 0.5}
    assert bridge("change_type") == {"usages_arrosage_au_goutte": 0.5, "regles_tour_d_eau": 0.5}
    assert bridge("objective") == {"de_l_eau_propre_pour_tous": 0.5, "une_peche_qui_dure": 0.5}
    assert bridge("result") == {"delta_rive_gauche_repere_3_1": 1.0}


def test_issues_are_told_in_french(basin: RunHome) -> None:
    """Those that Python finds, and those that only SQL can."""
    found = basin.rows("select rule, message, remedy from quality_issues order by rule, source_file")
    told = [tuple(text.replace("\u00a0", " ") for text in row) for row in found]
    again = (
        "near_duplicate",
        "La description est presque la même que celle d'un autre résultat",
        "Vérifiez s'il s'agit d'un seul et même résultat",
    )
    assert told == [
        again,
        again,
        (
            "unknown_code",
            "Le livre de codes ne connaît pas « Amontt » pour ce champ ; le plus proche est « Amont » (1 lettre de différence)",
            "Corrigez la valeur ou ajoutez-la au livre de codes",
        ),
    ]


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_nothing_of_the_shipped_codebook_is_there(basin: RunHome, edition: str) -> None:
    shipped = {label for name in VOCABULARIES.values() for label in labels("shipped", name)}
    tables = basin.column(
        "select table_name from duckdb_tables() where schema_name = 'main' and table_name like 'dim_%'", edition=edition
    )
    assert set(tables) - {"dim_indicator"} == VOCABULARIES.keys() - (CLOSED if edition == "open" else set())
    for table in tables:
        assert not shipped & set(basin.column(f"select label from {table}", edition=edition)), table


@pytest.mark.parametrize("table", sorted(VOCABULARIES))
def test_every_member_of_it_is_there(basin: RunHome, table: str) -> None:
    listed = labels("river", VOCABULARIES[table])
    if table == "dim_change_type":
        listed += ["Usages", "Règles"]  # a cluster is a type of its own too
    assert sorted(basin.column(f"select label from {table} where status = 'codebook'")) == sorted(listed)


def test_its_ranks_are_its_own(basin: RunHome) -> None:
    assert basin.column("select label from dim_contribution where rank is not null order by rank") == [
        "nulle",
        "mince",
        "notable",
        "décisive",
    ]


def test_the_shipped_codebook_is_untouched(basin: RunHome, shipped: RunHome) -> None:
    one = basin.one("select codebook_hash from meta_builds")
    assert one != shipped.one("select codebook_hash from meta_builds")
    said = oh("doctor", home=basin.root, env={**own_settings(basin), "COLUMNS": "400"})
    assert said.returncode == 0
    assert one[:12] in said.stdout


@pytest.mark.parametrize("command", ["run", "doctor"])
def test_another_language_is_refused(basin: RunHome, command: str) -> None:
    said = oh(command, home=basin.root, env={"OH_LANGUAGE": "klingon"})
    assert said.returncode == 2
    assert "OH_LANGUAGE" in said.stderr and "klingon" not in said.stderr
