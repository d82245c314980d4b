"""What lies beside exported tables: the data dictionary as a table and as a page that says how the files are to be read."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from oh_pipeline.delivery import dictionary
from oh_pipeline.delivery.dictionary import Table
from oh_pipeline.delivery.inert import HOW_TO_READ, inert

DICTIONARY, PAGE = "dictionary.csv", "data-dictionary.md"
_READING = {
    "parquet": "One Parquet file a table. Texts are as delivered, lists are lists; each column's meaning lies in its "
    "field's metadata too. Rows stand in the order of the table's key.",
    "csv": 'One CSV file a table: UTF-8, comma, a header. What is null is empty, an empty text is `""`; true and false are '
    f"words, lists JSON. {HOW_TO_READ} Rows stand in the order of the table's key.",
    "xlsx": "One workbook, a sheet a table; the sheet `contents` says which is which, `dictionary` what each column means. "
    "Texts are texts: a cell that begins like a formula is marked as text and has nothing put before it. Lists are JSON, "
    "times are texts in UTC. What a sheet cannot hold stands elsewhere in the workbook, and `contents` says where.",
}
_AUDIENCE = {
    "restricted": "It holds free text and confidential outcomes: keep it as closed as the home. What is erased there later "
    "(`oh forget`) is not erased here: delete old exports.",
    "open": "It holds what anyone may see.",
}


def write_dictionary(folder: Path, tables: Sequence[Table]) -> None:
    """The dictionary as `dictionary.csv`: one row a table, then one for each of its columns."""
    with (folder / DICTIONARY).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(dictionary.HEADER)
        writer.writerows(
            [inert(cell) if isinstance(cell, str) else cell for cell in row] for row in dictionary.rows(tables)
        )


def write_page(
    folder: Path,
    tables: Sequence[Table],
    told: Mapping[str, str],
    rows: Mapping[str, int],
    places: Mapping[str, Sequence[str]],
) -> None:
    """The page `data-dictionary.md`, of the exported tables only."""
    listed = [f"| `{name}` | {rows[name]:,} | {', '.join(f'`{place}`' for place in places[name])} |" for name in rows]
    lines = [
        "# Data dictionary",
        "",
        f"The {told['edition']} edition of build `{told['build_id']}`. {_AUDIENCE[told['edition']]}",
        "",
        _READING[told["format"]],
        "",
        "| table | rows | where |",
        "|---|---|---|",
        *listed,
        "",
        dictionary.sections(tables),
    ]
    (folder / PAGE).write_text("\n".join(lines), encoding="utf-8")
