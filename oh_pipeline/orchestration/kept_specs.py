"""The translation of a parsed project, kept beside it, so that a run need not translate it again.

Its name tells what it was made by: the packages and the source of the translation. What is kept has been read back and
compared before; what cannot be read is made anew.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
from dagster_shared.serdes.errors import DeserializationError

from oh_pipeline.modelling.manifest import ReadyManifest

if TYPE_CHECKING:
    from oh_pipeline.orchestration.translation import Specs

LINEAGE = "dagster/column_lineage"
UNIQUE_ID = "dagster_dbt/unique_id"
"""Metadata of an asset or check: where its columns come from, which node of dbt's it is."""

_PACKAGES = ("dagster", "dagster-dbt")
_SOURCES = ("kept_specs.py", "resources.py", "translation.py")
_KIND = "dagster/kind/"


def kept_specs(ready: ReadyManifest) -> Specs:
    """Assets and checks of the project; translates it where nobody has, or where what is kept cannot be read."""
    file = ready.folder / f"specs-{_key()}.json"
    with suppress(OSError, ValueError, LookupError, TypeError, DeserializationError, dg.DagsterError):
        return _unpacked(file.read_text(encoding="utf-8"))
    from oh_pipeline.orchestration.translation import translate

    made = translate(ready)
    packed = dg.serialize_value(_packed(made))
    if _unpacked(packed) == made:
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        with suppress(OSError):
            fresh.write_text(packed, encoding="utf-8")
            fresh.replace(file)
    return made


def _key() -> str:
    digest = hashlib.sha256()
    for package in _PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    for name in _SOURCES:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()[:16]


def _packed(specs: Specs) -> dict[str, Any]:
    assets, checks = specs
    return {
        "assets": [
            {
                "key": spec.key,
                "deps": _packed_deps(spec.deps),
                "description": spec.description,
                "metadata": dict(spec.metadata),
                "skippable": spec.skippable,
                "group_name": spec.group_name,
                "code_version": spec.code_version,
                "owners": list(spec.owners),
                "tags": {name: value for name, value in spec.tags.items() if not name.startswith(_KIND)},
                "kinds": sorted(spec.kinds),
            }
            for spec in assets
        ],
        "checks": [
            {
                "name": spec.name,
                "asset": spec.asset_key,
                "description": spec.description,
                "additional_deps": _packed_deps(spec.additional_deps),
                "blocking": spec.blocking,
                "metadata": dict(spec.metadata),
            }
            for spec in checks
        ],
    }


def _packed_deps(deps: Iterable[dg.AssetDep]) -> list[dict[str, Any]]:
    return [{"asset": dep.asset_key, "metadata": dict(dep.metadata)} for dep in deps]


def _unpacked(packed: str) -> Specs:
    told: dict[str, Any] = dg.deserialize_value(packed, dict)
    assets = [
        dg.AssetSpec(**{**asset, "deps": _unpacked_deps(asset["deps"]), "kinds": set(asset["kinds"])})
        for asset in told["assets"]
    ]
    checks = [
        dg.AssetCheckSpec(**{**check, "additional_deps": _unpacked_deps(check["additional_deps"])})
        for check in told["checks"]
    ]
    return assets, checks


def _unpacked_deps(deps: list[dict[str, Any]]) -> list[dg.AssetDep]:
    return [dg.AssetDep(**dep) for dep in deps]
