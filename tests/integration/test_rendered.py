"""What a build runs from is what dbt would render, and lacks no macro that it may call."""

from __future__ import annotations

from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.modelling.rendered import render
from oh_pipeline.settings import Settings


def test_a_build_runs_the_sql_that_dbt_compiles(
    settings: Settings, ready: ReadyManifest, compiled: dict[str, str]
) -> None:
    rendered, plain = ready.load_rendered(settings), ready.load()
    assert rendered.nodes.keys() == plain.nodes.keys()
    of_sql = {key: sql for key, sql in compiled.items() if sql}
    assert len(of_sql) > 100
    assert {key: rendered.nodes[key].raw_code for key in of_sql} == of_sql
    assert all(key.startswith("seed.") for key in rendered.nodes.keys() - of_sql.keys())
    for key, node in plain.nodes.items():
        assert rendered.nodes[key].config == node.config
        assert rendered.nodes[key].depends_on == node.depends_on
        assert rendered.nodes[key].description == node.description


def test_what_nothing_calls_is_left_out_and_nothing_else(settings: Settings, ready: ReadyManifest) -> None:
    kept, every = ready.load_rendered(settings).macros, ready.load().macros
    assert len(kept) < 0.6 * len(every)
    assert {key for key in every if key.startswith("macro.outcomes.")} <= kept.keys()
    # Where a contract is broken, a schema is missing, something is in the way; and of every engine, whichever it is.
    for name in (
        "dbt.assert_columns_equivalent",
        "dbt.default__format_column",
        "dbt.get_empty_schema_sql",
        "dbt_duckdb.duckdb__create_schema",
        "dbt_duckdb.duckdb__drop_relation",
        "dbt_duckdb.duckdb__list_relations_without_caching",
        "dbt.default__get_create_view_as_sql",
        "dbt.materialization_seed_default",
        "dbt.materialization_test_default",
    ):
        assert f"macro.{name}" in every, name
        assert f"macro.{name}" in kept, name


def test_other_settings_are_rendered_by_dbt(settings: Settings, ready: ReadyManifest) -> None:
    """Their SQL is another."""
    other = ready.load_rendered(settings.model_copy(update={"k": settings.k + 1}))
    plain = ready.load()
    assert {key: node.raw_code for key, node in other.nodes.items()} == {
        key: node.raw_code for key, node in plain.nodes.items()
    }
    assert other.macros.keys() == plain.macros.keys()


def test_sql_that_looks_like_a_template_is_left_to_dbt(ready: ReadyManifest) -> None:
    manifest, plain = ready.load(), ready.load()
    test = next(key for key, node in plain.nodes.items() if getattr(node, "test_metadata", None) is not None)
    render(manifest, {test: "select '{{'"})
    assert manifest.nodes[test].raw_code == plain.nodes[test].raw_code
    assert manifest.nodes[test].test_metadata == plain.nodes[test].test_metadata  # type: ignore[union-attr]
    assert "macro.dbt.get_where_subquery" in manifest.macros
