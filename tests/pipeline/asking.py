"""Questions that several tests of the rich corpus ask of its warehouse."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import Any

from .conftest import RunHome


def outcome(rich: RunHome, number: int) -> str:
    """Key of the one outcome with this id."""
    return str(rich.one("select outcome_key from fct_outcomes where fragment_id = ?", f"SCC-KEN/CIV{number}"))


def versions(rich: RunHome, key: str) -> list[tuple[Any, ...]]:
    return rich.rows(
        "select version_number, source_file, source_location, changed_fields from fct_outcome_versions "
        "where outcome_key = ? order by version_number",
        key,
    )


def places(rich: RunHome, rule: str) -> set[tuple[str, str | None]]:
    """File and location of a rule's issues."""
    return set(rich.rows("select source_file, location from quality_issues where rule = ?", rule))


def fact(rich: RunHome, number: int, columns: str) -> Any:
    return rich.one(f"select {columns} from fct_outcomes where fragment_id = ?", f"SCC-KEN/CIV{number}")


def label_hash(label: str) -> str:
    return hashlib.sha256(unicodedata.normalize("NFC", label.strip()).encode()).hexdigest()[:8]
