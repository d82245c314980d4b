"""Peer: what one would write by hand. Parse the same files into a frame, drop duplicates, factor out three dimensions,
write DuckDB tables. No validation, no versions, no tests, no editions."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pandas as pd


def main(raw: Path, target: Path) -> None:
    """Read `raw`, write `target`."""
    records: list[dict[str, str]] = []
    for path in sorted(raw.rglob("*.txt")):
        current: dict[str, str] = {}
        label = ""
        with path.open(encoding="utf-8") as handle:
            for line in handle:
                if line.startswith("**") and (end := line.find("**:", 2)) > 0:
                    label, value = line[2:end].strip(), line[end + 3 :].strip()
                    if label == "FragmentID":
                        current = {}
                        records.append(current)
                    current[label] = value
                elif label:
                    current[label] += "\n" + line.rstrip("\n")
    frame = pd.DataFrame(records).drop_duplicates()
    con = duckdb.connect(str(target))
    for column, table in (
        ("Social actor", "dim_social_actor"),
        ("Scale", "dim_scale"),
        ("Link to SCC Specific Objectives", "dim_objective"),
    ):
        codes, labels = pd.factorize(frame[column])
        frame[column] = codes
        dimension = pd.DataFrame({"key": range(len(labels)), "label": labels})
        con.execute(f"create table {table} as select * from dimension")  # reads the local frame
        del dimension
    con.execute("create table fct_outcomes as select * from frame")
    con.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
