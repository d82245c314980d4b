"""The tables for patterns, indicators and history as their users know them: names, order and types of columns, grain."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from oh_pipeline.warehouse.build import Build

# Written down once more by hand: column by column, with a letter for its type.
LETTERS = {"s": "VARCHAR", "b": "BOOLEAN", "i": "INTEGER", "n": "BIGINT", "d": "DOUBLE", "l": "VARCHAR[]"}
TABLES = {
    "mart_outcomes": """
        outcome_key s outcome_number n fragment_id s programme s outcome_status s is_outcome b is_counted b duplicate_of s
        harvest_key s harvest s harvest_number i geography_key s geography s unit_type s iso3 s region s year i
        objective_key s objective_code s objective s social_actor_key s social_actor s scale_key s scale s scale_rank i
        significance_key s significance s significance_rank i contribution_key s contribution s contribution_rank i
        is_top_rated b is_confidential b is_open b is_unintended b is_negative b other_actors_contributed b
        objective_count i social_actor_count i result_count i change_type_count i description_length i
        contribution_length i has_usable_evidence b evidence_quality s missing_elements l substantiation_count i
        description_agreed i description_disagreed i contribution_agreed i contribution_disagreed i is_substantiated b
        version_count i is_withdrawn b withdrawn_from s content_hash s""",
    "mart_mentions": """
        outcome_key s outcome_number n breakdown s member_key s member s weight d harvest_key s harvest s harvest_number i
        geography_key s geography s year i objective_key s objective s is_counted b is_confidential b""",
    "mart_coverage": """
        harvest_key s harvest s harvest_number i geography_key s geography s objective_key s objective_code s objective s
        programme s outcomes n mentions n harvest_geography_outcomes n geography_outcomes n harvest_outcomes n""",
    "mart_ratings": """
        geography_key s geography s significance_key s significance s significance_rank i contribution_key s contribution s
        contribution_rank i is_top b outcomes n geography_outcomes n""",
    "mart_results": """
        result_key s geography_key s geography s code s label s status s outcomes n with_usable_evidence n substantiated n
        confidential n geography_outcomes n""",
    "dim_indicator": "indicator_key s programme s code s label s unit s donor s",
    "bridge_outcome_indicator": "outcome_key s indicator_key s weight d is_counted b",
    "mart_outcome_history": """
        outcome_key s version_number i fragment_id s harvest_number i source_file s source_location s delivery_order n
        changed_fields l change s significance_key_before s significance_rank_before i significance_key s significance_rank i
        contribution_key_before s contribution_rank_before i contribution_key s contribution_rank i
        is_after_substantiation b is_last_delivery b is_newest b""",
    "mart_publication_changes": "outcome_key s fragment_id s change s since_build_id s",
}
GRAIN = {
    "mart_outcomes": "outcome_key",
    "mart_mentions": "outcome_key, breakdown, member_key",
    "mart_coverage": "harvest_key, geography_key, objective_key",
    "mart_ratings": "geography_key, significance_key, contribution_key",
    "mart_results": "result_key",
    "dim_indicator": "indicator_key",
    "bridge_outcome_indicator": "outcome_key, indicator_key",
    "mart_outcome_history": "outcome_key, version_number",
    "mart_publication_changes": "outcome_key",
}


def asked(finished: tuple[Build, object], query: str) -> list[tuple[Any, ...]]:
    with closing(finished[0].connect(read_only=True)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", sorted(TABLES))
def test_columns_and_types_are_those_written_down(finished: tuple[Build, object], table: str) -> None:
    words = TABLES[table].split()
    query = f"select column_name, data_type from duckdb_columns() where table_name = '{table}' order by column_index"
    assert asked(finished, query) == [
        (name, LETTERS[letter]) for name, letter in zip(words[::2], words[1::2], strict=True)
    ]


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_lies_in_its_schema(finished: tuple[Build, object], table: str) -> None:
    schema = "history" if table == "mart_publication_changes" else "main"
    assert asked(finished, f"select schema_name from duckdb_tables() where table_name = '{table}'") == [(schema,)]


@pytest.mark.parametrize("table", sorted(GRAIN))
def test_a_row_is_what_the_grain_says(finished: tuple[Build, object], table: str) -> None:
    schema = "history" if table == "mart_publication_changes" else "main"
    ((rows, keys),) = asked(
        finished,
        f"select count(*), count(distinct ({GRAIN[table]},)) from {schema}.{table}",
    )
    assert rows == keys
