"""Assets from the raw folder to the raw tables: what lies there, and its typed fragments. The work is elsewhere."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import dagster as dg

from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.boundary import guarded_step
from oh_pipeline.orchestration.resources import OWNERS, WRITER_POOL
from oh_pipeline.orchestration.schema_checks import check_spec, raw_key, schema_results, table_schema
from oh_pipeline.orchestration.session import RunSession
from oh_pipeline.validation.tables import TABLES
from oh_pipeline.warehouse.audit import audit_loaded
from oh_pipeline.warehouse.build import Loaded

RAW_FOLDER = dg.AssetKey("raw_folder")
SOURCE_FILES = dg.AssetKey("source_files")
CONSERVATION = dg.AssetCheckSpec(
    "conservation_of_fragments",
    asset=raw_key("source_files"),
    description="Every record counted while reading is accepted or quarantined, file by file.",
    blocking=True,
)


def raw_folder() -> dg.AssetSpec:
    """The folder where people put what they deliver; nothing here writes to it."""
    return dg.AssetSpec(
        RAW_FOLDER,
        group_name="sources",
        kinds={"file"},
        owners=OWNERS,
        description="What was delivered: exports, workbooks, forms and text under `raw/` in the home. Never written.",
    )


@dg.asset(key=SOURCE_FILES, deps=[RAW_FOLDER], group_name="sources", kinds={"python"}, owners=OWNERS)
def source_files(session: dg.ResourceParam[RunSession]) -> Any:
    """One entry a file under `raw/` that is not ignored, in natural order of paths, with the hash of its bytes."""
    yield from guarded_step("Reading the raw folder", session, lambda: _inventory(session))


def _inventory(session: RunSession) -> Iterator[dg.MaterializeResult[None]]:
    session.progress.stage("sources")
    sources = session.read().sources()
    if not sources.files and not session.allow_empty:
        raise Fault("There is no source file under raw/", "Put one there, or publish an empty warehouse: --allow-empty")
    session.progress.advance("sources", sources.files)
    yield dg.MaterializeResult(metadata=asdict(sources))


def raw_specs() -> list[dg.AssetSpec]:
    """One asset a raw table."""
    return [
        dg.AssetSpec(
            raw_key(table),
            deps=[SOURCE_FILES],
            group_name="raw",
            kinds={"python", "polars", "duckdb"},
            owners=OWNERS,
            description=(model.__doc__ or "").strip(),
            metadata={"dagster/column_schema": table_schema(table), "dagster/table_name": f"raw.{table}"},
        )
        for table, model in TABLES.items()
    ]


@dg.multi_asset(
    name="raw",
    specs=raw_specs(),
    check_specs=[*(check_spec(table) for table in TABLES), CONSERVATION],
    pool=WRITER_POOL,
)
def raw_tables(session: dg.ResourceParam[RunSession]) -> Any:
    """Fragments read, typed, checked and loaded, all tables in one transaction."""
    yield from guarded_step("Reading the source files", session, lambda: _load(session))


def _load(session: RunSession) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    session.progress.stage("fragments")
    done = session.read().done(session.progress.advance)
    loaded = Loaded(done.rows, done.accepted, done.quarantined, done.found)
    yield from schema_results(done.checked, done.failures)
    conservation = audit_loaded(loaded)
    yield dg.AssetCheckResult(
        asset_key=CONSERVATION.asset_key,
        check_name=CONSERVATION.name,
        passed=not conservation.faults,
        metadata={"files": len(loaded.found), "faults": conservation.faults},
    )
    if failed := [table for table, failures in done.failures.items() if failures]:
        raise Fault(f"Rows do not meet their schema in: {', '.join(failed)}", "This is a fault of the reader")
    if conservation.faults:
        raise Fault(f"Fragments were lost or doubled in {conservation.faults} files", "This is a fault of the reader")
    session.loaded = loaded
    if done.is_uncompared:
        session.progress.note(f"{done.compared}: what changed since then is not told")
    for table in TABLES:
        about = {"compared": done.compared} if table == "previous_outcomes" else {}
        yield dg.MaterializeResult(
            asset_key=raw_key(table), metadata={"dagster/row_count": loaded.rows[table], **about}
        )
