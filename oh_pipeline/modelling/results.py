"""What dbt said of one node, and the order to build them all. Names and counts only."""

from __future__ import annotations

from dataclasses import dataclass

PASSED = {"success", "pass"}
FAILED = {"error", "fail", "runtime error", "partial success"}
PARSED_ONLY = "parsed_only"
"""Tag of a model that dbt must know and no build makes."""
DETAILS = "details.txt"
"""dbt's messages, which quote values and SQL: kept whole in the home's cache, where values may lie."""


@dataclass(frozen=True)
class BuildOrder:
    """What is to be built: settings as JSON, the parsed project, the build file, where dbt may write, and the tombstones."""

    settings: dict[str, object]
    manifest: str
    build_file: str
    target: str
    forgotten: str | None = None


@dataclass(frozen=True)
class NodeResult:
    """What dbt said of one node. `rows` is known for tables, `failures` for tests, `kind` for errors."""

    unique_id: str
    status: str
    seconds: float
    failures: int | None = None
    rows: int | None = None
    kind: str = ""

    @property
    def passed(self) -> bool:
        """dbt said success or pass."""
        return self.status in PASSED
