"""The Dagster code location, assembled; nothing else. Loaded on call, so that importing the package does no work."""

from __future__ import annotations

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Every asset, check, job, schedule and sensor."""
    from oh_pipeline.orchestration.assembly import assemble

    return assemble()
