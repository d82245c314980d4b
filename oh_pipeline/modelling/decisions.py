"""Decisions about near-duplicates without those that name an erased fragment id: what dbt loads where there are such.

The codebook itself is somebody's own file and is not changed.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from oh_pipeline.seeds import COLUMNS, rows
from oh_pipeline.validation.tombstones import Tombstones
from oh_pipeline.validation.whereabouts import DECISIONS, decisions_about

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


def leave_out_erased(manifest: Manifest, codebook: Path, gone: Tombstones, folder: Path) -> None:
    """Have dbt read the decisions from a copy in the private `folder`, where one of them names an erased id."""
    from dbt.contracts.graph.nodes import SeedNode

    named = set(decisions_about(codebook, gone))
    if not named:
        return
    with (folder / f"{DECISIONS}.csv").open("w", encoding="utf-8", newline="") as copy:
        writer = csv.DictWriter(copy, COLUMNS[DECISIONS])
        writer.writeheader()
        writer.writerows(row for place, row in rows(codebook, DECISIONS) if place not in named)
    for node in manifest.nodes.values():
        if isinstance(node, SeedNode) and node.name == DECISIONS:
            node.root_path, node.original_file_path = str(folder), f"{DECISIONS}.csv"
