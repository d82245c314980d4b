"""dbt-duckdb's plugin that attaches an encrypted build before dbt does: the key is in no profile and no variable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from oh_pipeline.warehouse.build import ROW_GROUP
from oh_pipeline.warehouse.cipher import attach


class Plugin(BasePlugin):
    """`file`: the build; `key_file`: where its key lies, blank where it is not encrypted."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Keep both."""
        self._file, self._key_file = Path(plugin_config["file"]), plugin_config["key_file"]

    def configure_connection(self, conn: Any) -> None:
        """Attach it. Raises Fault."""
        if self._key_file:
            attach(conn, self._file, Path(self._key_file), options={"row_group_size": ROW_GROUP})
