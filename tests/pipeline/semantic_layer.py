"""Asks a published warehouse through MetricFlow, as its own command line would, without a look into the network."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from oh_pipeline.modelling.manifest import ready_manifest
from oh_pipeline.settings import Settings


class _DuckDB:
    """What MetricFlow asks of a client where it only writes queries."""

    def __init__(self) -> None:
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer

        self.sql_engine_type = SqlEngine.DUCKDB
        self.sql_plan_renderer = DuckDbSqlPlanRenderer()

    def render_bind_parameter_key(self, bind_parameter_key: str) -> str:
        return f"${bind_parameter_key}"

    def close(self) -> None:
        return None


class SemanticLayer:
    """Metrics of the project, answered from one published file."""

    def __init__(self, home: Path, scratch: Path) -> None:
        from dbt.contracts.graph.semantic_manifest import SemanticManifest
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        written = scratch / "semantic_manifest.json"
        SemanticManifest(ready_manifest(Settings(home=home)).load()).write_json_to_file(str(written))
        parsed = parse_manifest_from_dbt_generated_manifest(manifest_json_string=written.read_text(encoding="utf-8"))
        self._engine = MetricFlowEngine(SemanticManifestLookup(parsed), _DuckDB())  # type: ignore[arg-type]
        self._file = (home / "warehouse" / "restricted" / "outcomes.duckdb").resolve()

    @property
    def metrics(self) -> set[str]:
        """Names of all metrics."""
        return {metric.name for metric in self._engine.list_metrics()}

    def sql(self, metrics: list[str], by: list[str]) -> str:
        """The query that MetricFlow writes."""
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=by or None, order_by_names=by or None
        )
        return str(self._engine.explain(request).sql_statement.sql)

    def ask(self, metrics: list[str], by: list[str]) -> list[tuple[Any, ...]]:
        """Rows: the columns of `by`, then the metrics."""
        with closing(duckdb.connect()) as connection:
            connection.execute(f"attach '{self._file}' as outcomes (read_only)")
            columns = ", ".join([*by, *metrics])
            return connection.execute(f"select {columns} from ({self.sql(metrics, by)})").fetchall()
