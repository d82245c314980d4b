"""What dbt knows of the project: tables, columns and types as the contract has them; and its own unit tests."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments, release_connections
from oh_pipeline.modelling.manifest import COPY, ReadyManifest
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.build import Build

# Contract section 4, written down once more by hand.
MARTS = {
    "fct_outcomes": "outcome_key fragment_id programme status_key harvest_key geography_key objective_key "
    "social_actor_key scale_key significance_key contribution_key year is_outcome is_confidential "
    "confidentiality_basis is_unintended is_negative other_actors_contributed redaction_count issue_count "
    "version_number version_count source_file source_location",
    "outcome_narratives": "outcome_key description significance additional_information contribution "
    "other_contributors evidence",
    "fct_outcome_versions": "outcome_key version_number source_file source_location content_hash changed_fields",
    "dim_social_actor": "social_actor_key label status",
    "dim_scale": "scale_key label rank status",
    "dim_objective": "objective_key programme code label status",
    "dim_geography": "geography_key label unit_type iso3 region status",
    "dim_harvest": "harvest_key label number status",
    "dim_significance": "significance_key label rank status",
    "dim_contribution": "contribution_key label rank status",
    "dim_change_type": "change_type_key cluster label status",
    "dim_result": "result_key geography_key code label status",
    "dim_outcome_status": "status_key label is_outcome status",
    "bridge_outcome_change_type": "outcome_key change_type_key weight",
    "bridge_outcome_result": "outcome_key result_key weight",
    "bridge_outcome_objective": "outcome_key objective_key weight",
    "bridge_outcome_social_actor": "outcome_key social_actor_key weight",
    "fct_substantiations": "substantiation_key outcome_key fragment_id role_key substantiated_on "
    "description_agreement_key contribution_agreement_key substantiator comment source_file source_location delivery_order",
    "dim_agreement": "agreement_key label rank is_agreement status",
    "dim_substantiator_role": "role_key label status",
    "quality_issues": "source_file location fragment_id outcome_key field rule severity message remedy",
    "quality_sources": "source_file sha256 format encoding bytes found accepted quarantined duplicate",
    "mart_substantiation_frame": "outcome_key fragment_id geography_key geography objective_key harvest_key year "
    "significance_key contribution_key social_actor_key scale_key is_eligible why_not",
    "meta_builds": "build_id built_at code_version codebook_hash source_hash",
}
ROOMS = {"patterns", "indicators", "history"}
WHOLE_NUMBERS = {"rank", "number", "year", "bytes", "found", "accepted", "quarantined", "duplicate", "delivery_order"}


def models(manifest: dict[str, Any], layer: str) -> dict[str, dict[str, Any]]:
    return {
        node["name"]: node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == layer
    }


def of_the_contract(manifest: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The marts but those of the rooms below `marts/` that are written down in tests of their own."""
    return {name: node for name, node in models(manifest, "marts").items() if node["fqn"][2] not in ROOMS}


def test_the_marts_are_those_of_the_contract(manifest: dict[str, Any]) -> None:
    assert set(of_the_contract(manifest)) == set(MARTS)


@pytest.mark.parametrize("name", sorted(MARTS))
def test_columns_are_those_of_the_contract(manifest: dict[str, Any], name: str) -> None:
    assert list(models(manifest, "marts")[name]["columns"]) == MARTS[name].split()


@pytest.mark.parametrize("layer", ["marts", "open"])
def test_what_is_published_is_a_table(manifest: dict[str, Any], layer: str) -> None:
    for name, node in models(manifest, layer).items():
        assert node["config"]["materialized"] == "table", name


def test_types_follow_from_names(manifest: dict[str, Any]) -> None:
    for name, node in of_the_contract(manifest).items():
        for column, about in node["columns"].items():
            kind = about["data_type"].lower()
            place = f"{name}.{column}"
            if column.startswith(("is_", "same_")) or column == "other_actors_contributed":
                assert kind.startswith("bool"), place
            elif column in WHOLE_NUMBERS or column.endswith(("_count", "_number")):
                assert "int" in kind, place
            elif column in ("weight", "score"):
                assert kind in ("double", "float"), place
            elif column.endswith("_on"):
                assert kind == "date", place
            elif column == "built_at":
                assert "timestamp" in kind, place
            elif column == "changed_fields":
                assert kind.endswith("[]") or "array" in kind or "text_list" in kind, place
            else:
                assert kind in ("string", "varchar", "text"), place


def test_the_types_in_the_file(finished: tuple[Build, object]) -> None:
    """What the contract names in so many words."""
    from contextlib import closing

    with closing(finished[0].connect(read_only=True)) as connection:
        kinds = dict(
            connection.execute(
                "select table_name || '.' || column_name, data_type from duckdb_columns() where schema_name = 'main'"
            ).fetchall()
        )
    assert kinds["fct_outcome_versions.changed_fields"] == "VARCHAR[]"
    assert kinds["fct_outcomes.is_confidential"] == "BOOLEAN"
    assert kinds["bridge_outcome_result.weight"] == "DOUBLE"
    assert kinds["fct_outcomes.outcome_key"] == "VARCHAR"


def test_only_staging_reads_sources(manifest: dict[str, Any]) -> None:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and any(up.startswith("source.") for up in node["depends_on"]["nodes"]):
            assert node["fqn"][1] == "staging", node["name"]


def test_dbts_unit_tests_pass(
    settings: Settings, ready: ReadyManifest, finished: tuple[Build, object], tmp_path: Path
) -> None:
    """On a copy of a finished build, whose tables tell dbt the types of what it is given."""
    copy = tmp_path / "outcomes.duckdb"
    shutil.copyfile(finished[0].file, copy)
    expected = set(ready.contents["unit_tests"])
    arguments = ["test", "--resource-type", "unit_test", *project_arguments(settings, tmp_path / "target")]
    with dbt_environment(settings, copy, ready.folder / COPY):
        try:
            outcome: Any = invoke(arguments, manifest=ready.load())
        finally:
            release_connections()
    assert len(expected) >= 10
    assert {result.node.unique_id for result in outcome.result.results} == expected
    assert [r.node.name for r in outcome.result.results if str(r.status).lower() not in ("pass", "success")] == []
    assert outcome.success


def test_models_take_the_place_of_what_is_there(
    settings: Settings, ready: ReadyManifest, finished: tuple[Build, object], tmp_path: Path
) -> None:
    """A table, a table where a view was, and a view where a table was."""
    copy = tmp_path / "outcomes.duckdb"
    shutil.copyfile(finished[0].file, copy)
    models = ("dim_scale", "dim_harvest", "int_issues")
    tables = "select table_name from duckdb_tables() union all select view_name from duckdb_views() order by all"
    with closing(duckdb.connect(copy)) as connection:
        names = connection.execute(tables).fetchall()
        counts = [connection.execute(f"select count(*) from main.{name}").fetchone() for name in models[:2]]
        connection.execute("drop table main.dim_harvest; create view main.dim_harvest as select 1 as a")
        connection.execute("drop view staging.int_issues; create table staging.int_issues as select 1 as a")
    arguments = ["run", "--select", *models, *project_arguments(settings, tmp_path / "target")]
    with dbt_environment(settings, copy, ready.folder / COPY):
        try:
            assert invoke(arguments, manifest=ready.load()).success
        finally:
            release_connections()
    with closing(duckdb.connect(copy, read_only=True)) as connection:
        assert connection.execute(tables).fetchall() == names
        assert [connection.execute(f"select count(*) from main.{name}").fetchone() for name in models[:2]] == counts
        kinds = connection.execute("select view_name from duckdb_views() where view_name = 'int_issues'").fetchall()
        assert kinds == [("int_issues",)]
