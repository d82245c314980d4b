"""The engine that builds the models fetches and loads no extension by itself, as every other connection of the project's."""

from __future__ import annotations

from typing import Any

import pytest

from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments, release_connections
from oh_pipeline.modelling.manifest import COPY, ReadyManifest
from oh_pipeline.settings import Settings


@pytest.fixture(scope="module")
def settings_of_dbt(
    settings: Settings, ready: ReadyManifest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    place = tmp_path_factory.mktemp("engine")
    query = "select name, value from duckdb_settings()"
    arguments = ["show", "--inline", query, "--limit", "-1", *project_arguments(settings, place / "target")]
    with dbt_environment(settings, place / "outcomes.duckdb", ready.folder / COPY):
        try:
            shown: Any = invoke(arguments, manifest=ready.load()).result
        finally:
            release_connections()
    return {str(row[0]): str(row[1]) for row in shown.results[0].agate_table.rows}


@pytest.mark.parametrize("name", ["autoinstall_known_extensions", "autoload_known_extensions"])
def test_no_extension_comes_by_itself(settings_of_dbt: dict[str, str], name: str) -> None:
    assert settings_of_dbt[name] == "false"


def test_the_settings_are_those_of_the_connection(settings_of_dbt: dict[str, str]) -> None:
    assert settings_of_dbt["preserve_insertion_order"] == "false"
