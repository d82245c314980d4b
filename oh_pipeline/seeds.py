"""The codebook's files as they lie: which columns each has, its rows with their places. What they mean is in `codebook`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from oh_pipeline.errors import UsageFault

Tables = Mapping[str, list[tuple[str, dict[str, str]]]]
"""The rows of every file, each with its place."""

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "fields": ("field", "label", "language", "source"),
    "aliases": ("vocabulary", "alias", "label", "language", "source"),
    "programmes": ("code", "label", "is_default", "first_year", "last_year", "source"),
    "outcome_statuses": ("label", "is_outcome", "source"),
    "harvests": ("label", "number", "source"),
    "geographies": ("label", "unit_type", "iso3", "region", "source"),
    "objectives": ("programme", "code", "label", "source"),
    "social_actors": ("label", "source"),
    "scales": ("label", "rank", "source"),
    "significance": ("label", "rank", "source"),
    "contribution": ("label", "rank", "source"),
    "change_types": ("cluster", "label", "source"),
    "results": ("geography", "code", "label", "source"),
    "flag_words": ("word", "value", "language", "source"),
    "generic_evidence": ("word", "language", "source"),
    "merged_headings": ("field", "heading", "language", "source"),
    "submission_fields": ("label", "source"),
    "agreements": ("label", "rank", "agrees", "source"),
    "substantiator_roles": ("label", "source"),
    "indicators": ("programme", "code", "label", "unit", "donor", "source"),
    "indicator_results": (
        "programme",
        "indicator",
        "geography",
        "result",
        "weight",
        "is_counted",
        "reason",
        "source",
    ),
    "near_duplicate_decisions": ("fragment_id", "other_fragment_id", "decision", "reason", "source"),
}
OPTIONAL = frozenset(
    {
        "submission_fields",
        "agreements",
        "substantiator_roles",
        "indicators",
        "indicator_results",
        "near_duplicate_decisions",
    }
)
"""Files that a codebook may lack: then nothing is listed there."""


def rows(folder: Path, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of one seed with their place, cells trimmed."""
    path = folder / f"{name}.csv"
    if name in OPTIONAL and not path.is_file():
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UsageFault(f"The codebook has no {name}.csv", "Copy it from dbt_project/seeds and adapt it") from None
    except (OSError, UnicodeDecodeError):
        raise UsageFault(f"{name}.csv of the codebook cannot be read as UTF-8", "Save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS[name]:
        semicolons = ";".join(COLUMNS[name]) == (reader.fieldnames or [""])[0]
        raise UsageFault(
            f"{name}.csv of the codebook must have the header {','.join(COLUMNS[name])}",
            "Save it with commas between its cells, not semicolons" if semicolons else None,
        )
    try:
        for row in reader:
            place = f"{name}.csv line {reader.line_num}"
            if None in row or None in row.values():
                raise UsageFault(f"{place} of the codebook has another number of cells than its header")
            yield place, {key: value.strip() for key, value in row.items()}
    except csv.Error:
        raise UsageFault(f"{name}.csv of the codebook is no valid CSV near line {reader.line_num}") from None


def number(place: str, text: str) -> int:
    """A cell that must be a whole number."""
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise UsageFault(f"{place} of the codebook needs a whole number")
    return int(text)
