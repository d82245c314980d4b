"""Holds every frame of a raw table against its pandera schema and counts what fails.

Of what a check found, only counts and names of columns and checks are kept; a failing value never is.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pandera.errors
import polars as pl

from oh_pipeline.validation.schemas import SCHEMAS


@dataclass
class SchemaWatch:
    """Rows seen and failures found, by table; failures by column and check."""

    rows: Counter[str] = field(default_factory=Counter)
    failures: dict[str, Counter[str]] = field(default_factory=lambda: {table: Counter() for table in SCHEMAS})

    def look_at(self, table: str, frame: pl.DataFrame) -> None:
        """Validate one eager frame by column, to the end."""
        self.rows[table] += frame.height
        try:
            SCHEMAS[table].validate(frame, lazy=True)
        except pandera.errors.SchemaErrors as error:
            cases = error.failure_cases
            for column, check in zip(cases["column"].to_list(), cases["check"].to_list(), strict=True):
                # pandera names missing and unexpected columns in place of a column; those are names too.
                self.failures[table][f"{column}: {check}"] += 1

    @property
    def failed(self) -> list[str]:
        """Tables with a failing check."""
        return [table for table, failures in self.failures.items() if failures]
