"""The parent's side of the modelling process: results as they come, and the judgement at the end.

dbt runs beside the orchestrator, not inside of it: it is imported on the other core while Dagster is, works on while Dagster
stores events, and lets go of the build file for certain, because its process ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from oh_pipeline.errors import Fault
from oh_pipeline.helper import Helper
from oh_pipeline.modelling.manifest import ReadyManifest
from oh_pipeline.modelling.results import DETAILS, FAILED, BuildOrder, NodeResult
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.build import Build


def expected_nodes(ready: ReadyManifest) -> set[str]:
    """Nodes that a build must report: seeds, models, tests."""
    kinds = ("seed", "model", "test", "snapshot")
    return {key for key, node in ready.contents["nodes"].items() if node["resource_type"] in kinds}


class Modelling:
    """One modelling process; it loads dbt at once, prepares what it is ordered and begins when it is heard."""

    def __init__(self, settings: Settings, helper: Helper) -> None:
        self._settings = settings
        self._helper = helper
        self.ordered: ReadyManifest | None = None

    def order(self, ready: ReadyManifest, build: Build, target: Path, forgotten: Path | None = None) -> None:
        """Say what is to be built, as soon as it is known."""
        (target / DETAILS).unlink(missing_ok=True)
        settings = self._settings.model_dump(mode="json")
        gone = None if forgotten is None else str(forgotten)
        order = BuildOrder(settings, str(ready.folder), str(build.file), str(target), gone)
        self._helper.order(asdict(order))
        self.ordered = ready

    def results(self) -> Iterator[NodeResult]:
        """Begin; results in the order in which nodes end. Raises Fault at the end where one failed or was left out."""
        assert self.ordered is not None
        self._helper.begin()
        seen: dict[str, NodeResult] = {}
        for message in self._helper.messages():
            if "said" in message:
                _judge(expected_nodes(self.ordered), seen, message["said"], success=message["success"])
                return
            result = NodeResult(**message["node"])
            seen[result.unique_id] = result
            yield result

    def close(self) -> None:
        """End the process, whatever it does."""
        self._helper.close()


def _judge(expected: set[str], seen: Mapping[str, NodeResult], said: Mapping[str, Any], *, success: bool) -> None:
    bad = {key: str(status) for key, status in said.items() if status in FAILED}
    bad |= {key: result.status for key, result in seen.items() if result.status in FAILED}
    if bad:
        first = ", ".join(_short(key, status, seen.get(key)) for key, status in sorted(bad.items())[:5])
        raise Fault(
            f"dbt: {len(bad)} of {len(expected)} nodes failed: {first}",
            f"Details that may quote values lie in the home under cache/dbt/{DETAILS}",
        )
    missing = expected - said.keys()
    if missing or not success:
        raise Fault(f"dbt left out {len(missing)} of {len(expected)} nodes", "Run again with `--debug`")


def _short(unique_id: str, status: str, result: NodeResult | None) -> str:
    kind = f" ({result.kind})" if result is not None and result.kind else ""
    return f"{unique_id.split('.')[2]} {status}{kind}"
