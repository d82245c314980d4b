"""Peer: what one would write by hand. Parse the same files into a frame, labels matched as the codebook's, drop duplicates,
factor out three dimensions, write DuckDB tables. No validation, no versions, no tests, no editions."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path

import duckdb
import pandas as pd

LINE = re.compile(r"\s*\*\*(.+?)\*\*\s*:\s*(.*)")
FIELDS = Path(__file__).parent.parent / "dbt_project" / "seeds" / "fields.csv"


def normal(label: str) -> str:
    """A label as it is compared."""
    return " ".join(unicodedata.normalize("NFC", label).casefold().split())


def main(raw: Path, target: Path) -> None:
    """Read `raw`, write `target`."""
    listed = pd.read_csv(FIELDS)
    fields = {normal(label): field for label, field in zip(listed["label"], listed["field"], strict=True)}
    records: list[dict[str, str]] = []
    for path in sorted(raw.rglob("*.txt")):
        current: dict[str, str] = {}
        field = ""
        with path.open(encoding="utf-8") as handle:
            for line in handle:
                if match := LINE.match(line):
                    label, value = match.groups()
                    field = str(fields.get(normal(label), label))
                    if field == "fragment_id":
                        current = {}
                        records.append(current)
                    current[field] = value.strip()
                elif field:
                    current[field] += "\n" + line.rstrip("\n")
    frame = pd.DataFrame(records).drop_duplicates()
    con = duckdb.connect(str(target))
    for column in ("social_actor", "scale", "objective"):
        codes, labels = pd.factorize(frame[column])
        frame[column] = codes
        dimension = pd.DataFrame({"key": range(len(labels)), "label": labels})
        con.execute(f"create table dim_{column} as select * from dimension")  # reads the local frame
        del dimension
    con.execute("create table fct_outcomes as select * from frame")
    con.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
