"""dbt's seeds and models as assets, its tests as asset checks, and what dbt said of each as Dagster's events."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from threading import Thread
from typing import Any

import dagster as dg

from oh_pipeline.errors import Fault
from oh_pipeline.modelling.child import expected_nodes
from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.modelling.results import NodeResult
from oh_pipeline.orchestration.boundary import guarded_step
from oh_pipeline.orchestration.kept_specs import LINEAGE, UNIQUE_ID, kept_specs
from oh_pipeline.orchestration.resources import WRITER_POOL
from oh_pipeline.orchestration.session import RunSession
from oh_pipeline.warehouse.audit import load_solver

Event = dg.MaterializeResult[None] | dg.AssetCheckResult


def build_dbt_assets(ready: ReadyManifest) -> dg.AssetsDefinition:
    """All seeds and models of the manifest as one step. Raises Fault where a test would not be seen as a check."""
    assets, checks = kept_specs(ready)

    @dg.multi_asset(
        name="dbt",
        specs=assets,
        check_specs=checks,
        can_subset=True,
        pool=WRITER_POOL,
        allow_arbitrary_check_specs=True,  # a source's tests are checks of a raw table
    )
    def warehouse_models(context: dg.AssetExecutionContext, session: dg.ResourceParam[RunSession]) -> Any:
        """Codebook, staging, intermediate, marts and open tables: built and tested by dbt."""
        yield from guarded_step("Modelling", session, lambda: _model(context, session, ready))

    tests = {key for key, node in ready.contents["nodes"].items() if node["resource_type"] == "test"}
    unseen = tests - _keys(warehouse_models)[1].keys()
    if unseen:
        names = ", ".join(sorted(key.split(".")[2] for key in unseen))
        raise Fault(f"These dbt tests are no asset checks: {names}", "Give each a name of its own and a model")
    return warehouse_models


def _keys(definition: dg.AssetsDefinition) -> tuple[dict[str, dg.AssetKey], dict[str, dg.AssetCheckKey]]:
    assets = {spec.metadata[UNIQUE_ID]: spec.key for spec in definition.specs}
    checks = {str((spec.metadata or {})[UNIQUE_ID]): spec.key for spec in definition.check_specs}
    return assets, checks


def _model(context: dg.AssetExecutionContext, session: RunSession, ready: ReadyManifest) -> Iterator[Event]:
    if context.is_subset or session.loaded is None:
        raise Fault("A build is made whole, not table by table", "Launch the job that materialises everything")
    assets, checks = _keys(context.assets_def)
    lineage = {spec.key: spec.metadata[LINEAGE] for spec in context.assets_def.specs if LINEAGE in spec.metadata}
    session.progress.stage("models", len(expected_nodes(ready)))
    Thread(target=_load_ahead, name="ahead", daemon=True).start()  # this process waits for dbt's most of the time
    for done, result in enumerate(session.model(ready).results(), start=1):
        session.progress.advance(result.unique_id.split(".")[2], done)
        yield from _events(result, assets, checks, lineage)
    session.modelled = True


def _load_ahead() -> None:
    """Import what publishing needs of other packages: nearly every delivery has something to mend."""
    load_solver()
    import_module("oh_pipeline.delivery.several_returns")


def _events(
    result: NodeResult,
    assets: Mapping[str, dg.AssetKey],
    checks: Mapping[str, dg.AssetCheckKey],
    lineage: Mapping[dg.AssetKey, Any],
) -> Iterator[Event]:
    """What dbt said, no more: a node that was skipped gives nothing."""
    if result.unique_id in assets and result.passed:
        key = assets[result.unique_id]
        metadata: dict[str, Any] = {"seconds": round(result.seconds, 3)}
        if result.rows is not None:
            metadata["dagster/row_count"] = result.rows
        if key in lineage:
            metadata[LINEAGE] = lineage[key]  # with the event, as dagster-dbt has it
        yield dg.MaterializeResult(asset_key=key, metadata=metadata)
    elif result.unique_id in checks and result.status != "skipped":
        check = checks[result.unique_id]
        counted = {} if result.failures is None else {"failures": result.failures}
        yield dg.AssetCheckResult(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=result.passed,
            severity=dg.AssetCheckSeverity.WARN if result.status == "warn" else dg.AssetCheckSeverity.ERROR,
            metadata={"status": result.status, **counted, **({"kind": result.kind} if result.kind else {})},
        )
