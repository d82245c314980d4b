"""The ready manifest: dbt's project parsed once, kept by content, so that no run parses it again.

Kept in `dbt_project/target/`, or in the home's cache where the checkout is read-only, with a copy of the codebook it
was parsed from: dbt writes the SQL of a seed to its target folder joined with the seed's path, so a codebook that it
knew by an absolute path would be overwritten. What runs the models is elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from oh_pipeline.codebook import load_codebook
from oh_pipeline.errors import Fault
from oh_pipeline.modelling.results import PARSED_ONLY
from oh_pipeline.seeds import COLUMNS, OPTIONAL
from oh_pipeline.settings import Settings

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

PACKAGES = ("dbt-core", "dbt-duckdb", "dbt-adapters", "dbt-common", "sqlglot")
LAYOUT = "4"
KEPT = 4
COPY = "codebook-copy"
PACKED = "manifest.msgpack"
QUIET = ("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-version-check")
_SKIPPED = {"target", "logs", "dbt_packages", "__pycache__"}
_PARTS = ("metadata", "nodes", "sources", "exposures", "metrics", "groups", "selectors", "unit_tests", "functions")
_MORE_PARTS = ("semantic_models", "saved_queries", "parent_map", "child_map", "disabled")


@dataclass(frozen=True)
class ReadyManifest:
    """A parsed project in a folder of its own."""

    folder: Path

    @cached_property
    def contents(self) -> dict[str, Any]:
        """What dagster-dbt reads, without macros and docs."""
        contents: dict[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        return contents

    @cached_property
    def column_lineage(self) -> dict[str, dict[str, list[list[str]]]]:
        """Node id → column → [[id of a parent, its column], …]."""
        lineage: dict[str, dict[str, list[list[str]]]] = json.loads((self.folder / "lineage.json").read_bytes())
        return lineage

    def load(self) -> Manifest:
        """What dbt itself runs from; its seeds are read from the copy."""
        return self._load(PACKED)

    def load_rendered(self, settings: Settings) -> Manifest:
        """The same with every node's SQL rendered, where that was done for these settings; for builds alone."""
        rendered = _rendered_name(settings)
        return self._load(rendered if (self.folder / rendered).is_file() else PACKED)

    def _load(self, name: str) -> Manifest:
        from dbt.contracts.graph.manifest import Manifest
        from dbt.contracts.graph.nodes import SeedNode
        from dbt.parser.manifest import extended_mashumuro_decoder

        packed = (self.folder / name).read_bytes()
        manifest: Manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
        for node in manifest.nodes.values():
            if isinstance(node, SeedNode) and node.original_file_path.startswith(f"{COPY}/"):
                node.root_path = str(self.folder)
        return manifest


def ready_manifest(settings: Settings) -> ReadyManifest:
    """The manifest of the project as it lies on disk now; parses it where nobody has.

    Raises UsageFault for a codebook that cannot be used, Fault where the project does not parse.
    """
    key, places = project_key(settings), _places(settings)
    kept = _kept(places, key)
    if kept is not None:
        return kept
    load_codebook(settings.codebook)  # it names file and line, where dbt could only fail
    for place in places:
        made = _make(settings, place, key)
        if made is not None:
            return made
    raise Fault("The parsed dbt project cannot be kept", "Make dbt_project/target or the home's cache writable")


def kept_manifest(settings: Settings) -> ReadyManifest | None:
    """The same where somebody has parsed the project already; nothing where it is still to be parsed."""
    return _kept(_places(settings), project_key(settings))


def _places(settings: Settings) -> list[Path]:
    return [settings.dbt_project / "target", settings.home / "cache" / "dbt-manifests"]


def _kept(places: list[Path], key: str) -> ReadyManifest | None:
    for place in places:
        if (place / key / PACKED).is_file():
            with suppress(OSError):
                os.utime(place / key)  # the least recently used go first
            return ReadyManifest(place / key)
    return None


def variables(settings: Settings) -> dict[str, int | str]:
    """What the project's SQL asks for of the settings."""
    return {"k": settings.k, "language": settings.language}


def _rendered_name(settings: Settings) -> str:
    return "-".join(("rendered", *map(str, variables(settings).values()))) + ".msgpack"


def project_key(settings: Settings) -> str:
    """A hash of the project's files, the codebook's files, and the versions that parse them."""
    digest = hashlib.sha256(LAYOUT.encode())
    for package in PACKAGES:
        digest.update(f"{package} {version(package)}\0".encode())
    files = [file for file in _files(settings.dbt_project) if settings.dbt_project / "seeds" not in file.parents]
    for file in (*files, *sorted(settings.codebook.glob("*.csv"))):
        digest.update(f"{file.name}\0{file.parent.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:24]


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        found += [Path(root, name) for name in sorted(names) if not name.startswith(".")]
    return found


def _make(settings: Settings, place: Path, key: str) -> ReadyManifest | None:
    try:
        place.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=place))
    except OSError:
        return None
    try:
        made = scratch / key
        made.mkdir()
        _parse_into(settings, scratch, made)
        try:
            made.rename(place / key)
        except OSError:
            # Another process was first; what it made is the same.
            if not (place / key / PACKED).is_file():
                raise
        _prune(place, key)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return ReadyManifest(place / key)


def _parse_into(settings: Settings, scratch: Path, made: Path) -> None:
    from dbt.contracts.graph.nodes import SeedNode
    from dbt.parser.manifest import extended_mashumaro_encoder

    from oh_pipeline.modelling.column_lineage import trace_columns
    from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments
    from oh_pipeline.modelling.rendered import render

    for copy in (scratch / COPY, made / COPY):
        copy.mkdir()
        for name in OPTIONAL:  # models may ask for them
            (copy / f"{name}.csv").write_text(",".join(COLUMNS[name]) + "\n", encoding="utf-8")
        for file in settings.codebook.glob("*.csv"):
            shutil.copyfile(file, copy / file.name)
    # The name of the file is the name of the catalog, so it must be that of a build.
    arguments = project_arguments(settings, scratch / "target")
    with dbt_environment(settings, scratch / "outcomes.duckdb", scratch / COPY):
        manifest = cast("Manifest", invoke(["parse", "--no-partial-parse", *arguments]).result)
        written = json.loads((scratch / "target" / "manifest.json").read_bytes())
        for node in manifest.nodes.values():
            if isinstance(node, SeedNode) and Path(node.original_file_path).is_absolute():
                place = {"original_file_path": f"{COPY}/{node.name}.csv", "root_path": str(made)}
                node.original_file_path, node.root_path = place["original_file_path"], place["root_path"]
                written["nodes"][node.unique_id].update(place)
        packed = manifest.to_msgpack(extended_mashumaro_encoder)  # before compiling leaves its traces in the nodes
        compiled: Any = invoke(["compile", "--no-introspect", *arguments], manifest=manifest).result
    written = {part: written[part] for part in (*_PARTS, *_MORE_PARTS) if part in written} | {"macros": {}, "docs": {}}
    unbuilt = {key for key, node in manifest.nodes.items() if PARSED_ONLY in node.tags}
    for part in ("nodes", "parent_map", "child_map"):  # what no build makes is no asset either
        written[part] = {key: entry for key, entry in written[part].items() if key not in unbuilt}
    code = {result.node.unique_id: result.node.compiled_code for result in compiled.results}
    (made / "lineage.json").write_text(json.dumps(trace_columns(written, code)), encoding="utf-8")
    (made / "manifest.json").write_text(json.dumps(written), encoding="utf-8")
    (made / PACKED).write_bytes(packed)
    fresh = ReadyManifest(made).load()
    render(fresh, code)
    (made / _rendered_name(settings)).write_bytes(fresh.to_msgpack(extended_mashumaro_encoder))


def _prune(place: Path, key: str) -> None:
    made = [folder for folder in place.iterdir() if (folder / PACKED).is_file() and folder.name != key]
    for folder in sorted(made, key=lambda each: each.stat().st_mtime, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
