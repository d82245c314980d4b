"""The models of disclosure control on any outcomes: what dbt compiled, run on tables that a test fills, written as an edition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from oh_pipeline.disclosure.published import SEVERAL
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.previous import previous_open_cells
from oh_pipeline.warehouse.publish import write_open_edition

LISTED: dict[str, list[str]] = {
    "geography": ["mali", "chad", "iraq", "kenya", "yemen"],
    "harvest": ["h1", "h2", "h3"],
    "objective": ["civ", "peace", "gender"],
    "social_actor": ["media", "authorities"],
    "change_type": ["policy", "practice"],
    "scale": ["local", "national"],
    "significance": ["large", "small"],
    "contribution": ["great", "slight"],
    "outcome_status": ["told"],
    "result": [],
}
YEARS = (2021, 2022, 2023, 2024, 2025)
ORDER = (
    "int_previous_open_cells",
    "int_countable_outcomes",
    "int_countable_members",
    "int_open_cells",
    "int_released_outcomes",
    "int_released_members",
    "int_open_members",
    "int_open_coded_members",
    "int_open_outcomes",
    "open_fct_outcomes",
    "open_bridge_outcome_change_type",
    "open_bridge_outcome_objective",
    "open_bridge_outcome_result",
    "open_bridge_outcome_social_actor",
    "open_outcome_counts",
)
Spoil = Callable[[str, str], str] | None
SINGLE = ("geography", "harvest", "scale", "significance", "contribution")


@dataclass(frozen=True)
class Outcome:
    """What disclosure control looks at."""

    geography: str = "mali"
    year: int | None = 2023
    harvest: str = "h1"
    objective: tuple[str, ...] = ("civ",)
    social_actor: tuple[str, ...] = ("media",)
    change_type: tuple[str, ...] = ("policy",)
    scale: str = "local"
    significance: str = "large"
    contribution: str = "great"
    is_confidential: bool = False

    def but(self, **changes: Any) -> Outcome:
        """Another like it."""
        return replace(self, **changes)


def publish(
    folder: Path,
    compiled: Mapping[str, str],
    outcomes: list[Outcome],
    before: Path | None = None,
    spoil: Spoil = None,
    longer: Sequence[str] = (),
) -> Path:
    """Build file and open edition in the folder; gives the latter.

    `compiled`: node id → SQL. `before`: the folder of the edition published before. `spoil` changes a model's SQL. The
    geographies in `longer` have a longer key, as where somebody, in confidence, wrote one with a hyphen.
    """
    folder.mkdir(parents=True)
    file = folder / "outcomes.duckdb"
    with closing(duckdb.connect(file)) as connection:
        _inputs(connection, outcomes, before)
        for table, where in (("main.fct_outcomes", "true"), ("staging.int_members", "vocabulary = 'geography'")):
            key = "geography_key" if table.startswith("main") else "member_key"
            connection.execute(
                f"update {table} set {key} = {key} || '_12345678' where {where} and list_contains(?, {key})",
                [list(longer)],
            )
        for name in ORDER:
            sql = compiled[f"model.outcomes.{name}"]
            schema, table = ("open", name.removeprefix("open_")) if name.startswith("open_") else ("staging", name)
            connection.execute(f"create table {schema}.{table} as {spoil(name, sql) if spoil else sql}")
    return write_open_edition(Build("b", file, "512MB", 2))


def _inputs(connection: duckdb.DuckDBPyConnection, outcomes: list[Outcome], before: Path | None) -> None:
    for schema in ("main", "staging", "open", "codebook", "history"):
        connection.execute(f"create schema if not exists {schema}")
    keys = ", ".join(f"{each}_key varchar" for each in SINGLE)
    connection.execute(
        f"create table main.fct_outcomes (outcome_key varchar, status_key varchar, {keys}, year integer, is_outcome boolean, "
        "is_unintended boolean, is_negative boolean, is_confidential boolean)"
    )
    connection.execute("create table staging.int_outcomes (fragment_key bigint, outcome_key varchar)")
    connection.execute(
        "create table staging.int_coded_members (fragment_key bigint, vocabulary varchar, member_key varchar, place integer, "
        "weight double)"
    )
    connection.execute(
        "create table staging.int_members (vocabulary varchar, scope_member varchar, member varchar, slug varchar, "
        "label_hash varchar, label varchar, status varchar, code varchar, number integer, programme varchar, "
        "member_key varchar, scope_key varchar, scope_label varchar)"
    )
    connection.execute("create table codebook.programmes as select 2021 as first_year, 2025 as last_year")
    connection.execute(
        "create table staging.stg_builds as select 'b' as build_id, now()::timestamp as built_at, '1' as code_version, "
        "'c' as codebook_hash"
    )
    facts, newest, coded = [], [], []
    met: dict[str, set[str]] = {name: set(listed) for name, listed in LISTED.items()}
    for number, each in enumerate(outcomes, start=1):
        values = [getattr(each, name) for name in SINGLE]
        facts.append((f"o{number}", "told", *values, each.year, True, None, None, each.is_confidential))
        newest.append((number, f"o{number}"))
        for name, value in zip(SINGLE, values, strict=True):
            met[name].add(value)
        for name in SEVERAL:
            members = getattr(each, name)
            met[name].update(members)
            coded += [(number, name, member, place, 1 / len(members)) for place, member in enumerate(members, start=1)]
    _fill(connection, "main.fct_outcomes", facts)
    _fill(connection, "staging.int_outcomes", newest)
    _fill(connection, "staging.int_coded_members", coded)
    members = []
    for name, labels in met.items():
        for label in sorted(labels - {"not_coded"}):
            status = "codebook" if label in LISTED[name] else "observed"
            members.append((name, None, label, label, "0" * 8, label, status, None, None, None, label, None, None))
        members.append(
            (name, None, None, None, None, "not coded", "not_coded", None, None, None, "not_coded", None, None)
        )
    _fill(connection, "staging.int_members", members)
    connection.execute(
        "create table staging.stg_previous_open_cells (breakdown varchar, geography_key varchar, member_key varchar, "
        "geography_member varchar, scope_member varchar, member varchar, outcomes bigint, is_shown boolean, "
        "is_hidden_in_rows boolean)"
    )
    if before is not None:
        cells = previous_open_cells(before / "outcomes.duckdb").to_arrow()
        connection.register("cells", cells)
        connection.execute("insert into staging.stg_previous_open_cells by name select * from cells")
        connection.unregister("cells")


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        names = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
        incoming = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None).to_arrow()
        connection.register("incoming", incoming)
        connection.execute(f"insert into {table} by name select * from incoming")
        connection.unregister("incoming")
