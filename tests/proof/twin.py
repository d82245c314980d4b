"""A home's build in this process, at a tenth of what a run costs: what harnesses with hundreds of builds build with.

Reading, loading, comparing with what was published, publishing and returning are the project's own functions. The models are
the SQL that dbt compiled, run in dbt's order; dbt's tests, contracts and comments are left to the real `oh`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from oh_pipeline.codebook import load_codebook
from oh_pipeline.delivery.deliver import place_returns, prepare_returns
from oh_pipeline.ingest.messages import Order, Told
from oh_pipeline.ingest.worker import carry_out
from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments, release_connections
from oh_pipeline.modelling.manifest import COPY, ready_manifest
from oh_pipeline.modelling.results import PARSED_ONLY
from oh_pipeline.seeds import COLUMNS, OPTIONAL
from oh_pipeline.settings import Settings
from oh_pipeline.validation.tombstones import NONE
from oh_pipeline.warehouse.build import Build, begin_build, new_build_id
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.publish import publish, recover, write_open_edition

PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "dbt_project" / "seeds"
KEEP = 2
_TYPES = {"string": "varchar", "varchar": "varchar"}
_SCHEMAS = ("main", "staging", "open", "codebook", "history")


@dataclass(frozen=True)
class Model:
    """One model as it is built."""

    name: str
    schema: str
    alias: str
    kind: str
    sql: str


@dataclass(frozen=True)
class Project:
    """The compiled project for one `k`. `seeds`: table, schema, and the types of its columns; `home` holds told."""

    k: int
    models: tuple[Model, ...]
    seeds: tuple[tuple[str, str, Mapping[str, str]], ...]

    def spoilt(self, name: str, old: str, new: str) -> Project:
        """With other SQL in one model: how a fault is planted."""
        found = next(model for model in self.models if model.name == name)
        assert old in found.sql, f"{name} does not hold what is to be replaced"
        changed = replace(found, sql=found.sql.replace(old, new))
        return replace(self, models=tuple(changed if model is found else model for model in self.models))


def compile_project(scratch: Path, k: int) -> Project:
    """What dbt makes of the project for a `k`."""
    settings = Settings(home=scratch, k=k)
    ready = ready_manifest(settings)
    arguments = ["compile", "--no-introspect", *project_arguments(settings, scratch / f"target-{k}")]
    with dbt_environment(settings, scratch / "outcomes.duckdb", ready.folder / COPY):
        try:
            compiled: Any = invoke(arguments, manifest=ready.load()).result
        finally:
            release_connections()
    nodes = [(result.node, result.node.compiled_code) for result in compiled.results]
    models = tuple(
        Model(node.name, node.schema, node.alias, str(node.config.materialized), sql)
        for node, sql in nodes
        if node.resource_type == "model" and PARSED_ONLY not in node.tags
    )
    seeds = tuple(
        (node.name, node.schema, dict(node.config.column_types)) for node, _ in nodes if node.resource_type == "seed"
    )
    return Project(k, models, seeds)


@dataclass(frozen=True)
class Built:
    """A build that was published in a home."""

    home: Home
    restricted: Path
    open: Path


def ingest(root: Path, codebook: Path = SEEDS) -> Build:
    """Read a home into a fresh build, as a run begins; told is published. Raises what the project raises."""
    with _private():
        home = Home(root)
        home.prepare()
        recover(home)
        build_id = new_build_id(after=home.published_id("restricted"))
        build = begin_build(home, build_id, "1GB", 1)
        published = home.link("restricted")
        order = Order(
            raw=str(home.raw),
            codebook=str(codebook),
            build_id=build_id,
            build_file=str(build.file),
            memory_limit=build.memory_limit,
            threads=1,
            previous=str(published.resolve()) if published.exists() else None,
            forgotten=str(home.forgotten),
        )
        told: list[Told] = []
        carry_out(order, told.append)
    return build


def publish_anew(root: Path, project: Project, codebook: Path = SEEDS, *, returns: bool = True) -> Built:
    """Build a home anew and publish it, as a run does under its lock. Raises what the project raises."""
    home, build = Home(root), ingest(root, codebook)
    with _private():
        _model(build, project, codebook)
        open_file = write_open_edition(build)
        prepared = prepare_returns(home, build.file, load_codebook(codebook), "en", NONE) if returns else None
        made = publish(home, build, open_file, KEEP)
        if prepared is not None:
            place_returns(home, prepared)
        home.clear_building()
    return Built(home, made.files["restricted"], made.files["open"])


def _model(build: Build, project: Project, codebook: Path) -> None:
    with closing(build.connect()) as connection:
        connection.execute("set enable_progress_bar = false")
        for schema in _SCHEMAS:
            connection.execute(f'create schema if not exists "{schema}"')
        for name, schema, types in project.seeds:
            _load_seed(connection, f'"{schema}"."{name}"', _seed_file(codebook, name), types)
        for model in project.models:
            connection.execute(f'create {model.kind} "{model.schema}"."{model.alias}" as {model.sql}')
        connection.execute("checkpoint")


def _seed_file(codebook: Path, name: str) -> Path | None:
    if name not in COLUMNS:
        return PROJECT / "dbt_project" / "rules" / f"{name}.csv"
    file = codebook / f"{name}.csv"
    return None if name in OPTIONAL and not file.is_file() else file


def _load_seed(connection: duckdb.DuckDBPyConnection, table: str, file: Path | None, types: Mapping[str, str]) -> None:
    columns = ", ".join(f'"{column}" {_TYPES.get(kind, kind)}' for column, kind in types.items())
    connection.execute(f"create table {table} ({columns})")
    if file is not None:
        connection.execute(
            f"copy {table} from '{str(file).replace(chr(39), chr(39) * 2)}' (format csv, header true, auto_detect false, "
            "strict_mode false, delimiter ',', quote '\"', escape '\"', nullstr '')"
        )


@contextmanager
def _private() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def rows(file: Path, query: str) -> list[tuple[Any, ...]]:
    """The answer of a query on a published file."""
    with closing(duckdb.connect(file.resolve(), read_only=True, config={"threads": 1})) as connection:
        return connection.execute(query).fetchall()


def digests(file: Path, *schemas: str) -> dict[str, str]:
    """`schema.table` → a hash of its rows as a bag, of every table of these schemas but the build's own."""
    with closing(duckdb.connect(file.resolve(), read_only=True, config={"threads": 1})) as connection:
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal and table_name <> 'meta_builds' "
            "order by all"
        ).fetchall()
        found = {}
        for schema, table in tables:
            if schema in schemas:
                query = (
                    "select cast(count(*) as varchar) || ':' || coalesce(cast(sum(hash(everything::varchar)::hugeint) "
                    f'as varchar), \'\') from "{schema}"."{table}" as everything'
                )
                (answer,) = connection.execute(query).fetchone() or ("",)
                found[f"{schema}.{table}"] = str(answer)
    return found


def differing(one: Mapping[str, str], two: Mapping[str, str]) -> list[str]:
    """Names that are not the same in both; never a value."""
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def file_digests(folder: Path) -> dict[str, str]:
    """Path below the folder → hash of its bytes."""
    import hashlib

    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def copied(home: Path, target: Path) -> Path:
    """A copy of a home, links kept."""
    shutil.copytree(home, target, symlinks=True)
    return target
