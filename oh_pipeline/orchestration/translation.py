"""What dbt's project is in Dagster's words: an asset a seed and model, a check a test, columns and where they come from.

Translated once for a parsed project (see `kept_specs`): it takes half of dbt to be imported, which no run needs.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtProject, dbt_assets

from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.orchestration.kept_specs import LINEAGE, UNIQUE_ID
from oh_pipeline.orchestration.resources import OWNERS

_OF_THE_TRANSLATION = ("dagster_dbt/manifest", "dagster_dbt/dagster_dbt_translator")
"""Metadata that is neither shown nor told: the whole project, for those who call dbt through dagster-dbt."""

Specs = tuple[list[dg.AssetSpec], list[dg.AssetCheckSpec]]


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
        if asset_spec.metadata.get(UNIQUE_ID) != home:
            return None
        blocking = (test["config"].get("severity") or "error").lower() == "error"
        return _described(
            dg.AssetCheckSpec(
                test["name"],
                asset=asset_spec.key,
                blocking=blocking,
                metadata={UNIQUE_ID: unique_id},
            ),
            test,
        )


def translate(ready: ReadyManifest) -> Specs:
    """Assets and checks of all seeds, models and tests, in order of their names."""

    @dbt_assets(manifest=ready.contents, name="dbt", dagster_dbt_translator=WarehouseTranslator(ready))
    def project() -> Any:
        """Never run: asked for its specs alone."""
        yield from ()

    assets = [
        spec.replace_attributes(
            metadata={name: value for name, value in spec.metadata.items() if name not in _OF_THE_TRANSLATION}
        )
        for spec in project.specs
    ]
    checks = sorted(project.check_specs, key=lambda spec: (list(spec.asset_key.path), spec.name))
    return sorted(assets, key=lambda spec: list(spec.key.path)), checks


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
