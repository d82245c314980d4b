"""`docs/data-dictionary.md` from the models' YAML: `python -m oh_pipeline.modelling.dictionary_page` writes it.

The same words lie in every build as comments and go out with every export. Knows no table by name.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from oh_pipeline.delivery import dictionary
from oh_pipeline.delivery.dictionary import Table

PAGE = Path(__file__).parents[2] / "docs" / "data-dictionary.md"

_HEAD = """\
# Data dictionary

<!-- Generated from the models' YAML by `python -m oh_pipeline.modelling.dictionary_page`: change the words there. -->

What each table of the published editions holds, a row at a time, and what each column means. A table's first sentence is its
grain. The same words lie in the warehouse as comments, where DuckDB's `duckdb_columns()` and most clients show them, and go
out with every `oh export`.

Names tell what to expect: `…_key` leads to the table after the arrow; where nothing is coded it is `not_coded`; `is_…` is
true or false, and null where that is unknown; `…_count`, and whole numbers without a unit, count; `rank` is a place on an
ordinal scale, never to be averaged; `weight` is a share of one outcome. Times are UTC.
"""
_EDITIONS = {
    "restricted": ("## Restricted edition", "Everything, confidential outcomes and free text too."),
    "open": ("## Open edition", "What anyone may see: nothing of a confidential outcome, no text, no id, no path."),
}


def tables_of(manifest: Mapping[str, Any]) -> dict[str, list[Table]]:
    """The tables of each edition, as dbt knows them."""
    found: dict[str, list[Table]] = {edition: [] for edition in _EDITIONS}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["fqn"][1] not in ("marts", "open"):
            continue
        is_open = node["fqn"][1] == "open"
        columns = [(name, about["data_type"], about["description"]) for name, about in node["columns"].items()]
        schema = "main" if is_open else node["schema"]
        table = dictionary.describe(schema, node["alias"], node["description"], columns)
        found["open" if is_open else "restricted"].append(table)
    return {edition: dictionary.related(tables) for edition, tables in found.items()}


def page(manifest: Mapping[str, Any]) -> str:
    """The whole page."""
    parts = [_HEAD]
    for edition, tables in tables_of(manifest).items():
        heading, words = _EDITIONS[edition]
        parts += [f"{heading}\n\n{words}\n", dictionary.sections(tables, level=3)]
    return "\n".join(parts)


def main() -> int:
    """Write the page."""
    from oh_pipeline.modelling.manifest import ready_manifest
    from oh_pipeline.settings import load_settings

    PAGE.write_text(page(ready_manifest(load_settings()).contents), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
