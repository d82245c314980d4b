"""dbt's seeds and models as assets, its tests as asset checks, and what dbt said of each as Dagster's events."""

from collections.abc import Iterator, Mapping
from threading import Thread
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from oh_pipeline.errors import Fault
from oh_pipeline.modelling.child import expected_nodes
from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.modelling.results import NodeResult
from oh_pipeline.orchestration.boundary import guarded_step
from oh_pipeline.orchestration.resources import OWNERS, WRITER_POOL
from oh_pipeline.orchestration.session import RunSession
from oh_pipeline.warehouse.audit import load_solver

LINEAGE = "dagster/column_lineage"
Event = dg.MaterializeResult[None] | dg.AssetCheckResult


class WarehouseTranslator(DagsterDbtTranslator):
    """Layers as groups; one sentence, owners, kinds and column lineage on each asset; every test a check."""

    def __init__(self, ready: ReadyManifest) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
        self._lineage = ready.column_lineage

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer, as `meta.dagster.group` of the folder or the model has it; sources are `raw`."""
        meta = dbt_resource_props.get("config", {}).get("meta") or dbt_resource_props.get("meta") or {}
        return str(meta.get("dagster", {}).get("group", "raw"))

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The YAML's own words, without the SQL."""
        return dbt_resource_props.get("description") or f"dbt {dbt_resource_props['resource_type']}"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:  # noqa: ARG002
        """Everything has the same owner."""
        return OWNERS

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Add kinds and column lineage."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        columns = self._lineage.get(unique_id)
        if columns is None or LINEAGE in spec.metadata:
            return spec
        parents = {parent for origins in columns.values() for parent, _ in origins}
        keys = {
            parent: super(WarehouseTranslator, self).get_asset_spec(manifest, parent, project).key for parent in parents
        }
        lineage = dg.TableColumnLineage(
            {column: [dg.TableColumnDep(keys[up], name) for up, name in origins] for column, origins in columns.items()}
        )
        return spec.merge_attributes(metadata={LINEAGE: lineage})

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        """A check for each test. A test of several models that names none of them goes to the last in the graph."""
        spec = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        test = manifest["nodes"][unique_id]
        if spec is not None:
            return _described(spec, test)
        parents = test["depends_on"]["nodes"]
        if test.get("attached_node") or _names_one_of(parents, test):
            return None
        home = sorted(parents, key=lambda parent: (_depth(manifest, parent), parent))[-1]
        if asset_spec.metadata.get(DAGSTER_DBT_UNIQUE_ID_METADATA_KEY) != home:
            return None
        blocking = (test["config"].get("severity") or "error").lower() == "error"
        return _described(
            dg.AssetCheckSpec(
                test["name"],
                asset=asset_spec.key,
                blocking=blocking,
                metadata={DAGSTER_DBT_UNIQUE_ID_METADATA_KEY: unique_id},
            ),
            test,
        )


def _names_one_of(parents: list[str], test: Mapping[str, Any]) -> bool:
    meta = test.get("config", {}).get("meta") or test.get("meta") or {}
    name = meta.get("dagster", {}).get("ref", {}).get("name")
    return len(parents) < 2 or any(parent.split(".")[2] == name for parent in parents)


def _described(spec: dg.AssetCheckSpec, test: Mapping[str, Any]) -> dg.AssetCheckSpec:
    words = test.get("description") or spec.description
    return spec._replace(description=words) if words else spec


def _depth(manifest: Mapping[str, Any], unique_id: str) -> int:
    parents = manifest["nodes"].get(unique_id, {}).get("depends_on", {}).get("nodes", [])
    return max((1 + _depth(manifest, parent) for parent in parents), default=0)


def build_dbt_assets(ready: ReadyManifest) -> dg.AssetsDefinition:
    """All seeds and models of the manifest as one step. Raises Fault where a test would not be seen as a check."""

    @dbt_assets(
        manifest=ready.contents, name="dbt", dagster_dbt_translator=WarehouseTranslator(ready), pool=WRITER_POOL
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
    assets = {spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]: spec.key for spec in definition.specs}
    checks = {
        str((spec.metadata or {})[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]): spec.key for spec in definition.check_specs
    }
    return assets, checks


def _model(context: dg.AssetExecutionContext, session: RunSession, ready: ReadyManifest) -> Iterator[Event]:
    if context.is_subset or session.loaded is None:
        raise Fault("A build is made whole, not table by table", "Launch the job that materialises everything")
    assets, checks = _keys(context.assets_def)
    lineage = {spec.key: spec.metadata[LINEAGE] for spec in context.assets_def.specs if LINEAGE in spec.metadata}
    session.progress.stage("models", len(expected_nodes(ready)))
    Thread(target=load_solver, name="solver", daemon=True).start()  # this process waits for dbt's most of the time
    for done, result in enumerate(session.model(ready).results(), start=1):
        session.progress.advance(result.unique_id.split(".")[2], done)
        yield from _events(result, assets, checks, lineage)
    session.modelled = True


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
