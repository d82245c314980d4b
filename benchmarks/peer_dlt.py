"""Peer: dlt loading the parsed records alone into DuckDB, with its defaults."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import dlt


def records(raw: Path) -> Iterator[dict[str, str]]:
    """One dictionary a fragment."""
    for path in sorted(raw.rglob("*.txt")):
        current: dict[str, str] = {}
        with path.open(encoding="utf-8") as handle:
            for line in handle:
                if line.startswith("**") and (end := line.find("**:", 2)) > 0:
                    label, value = line[2:end].strip(), line[end + 3 :].strip()
                    if label == "FragmentID" and current:
                        yield current
                        current = {}
                    current[label] = value
        if current:
            yield current


def main(raw: Path, folder: Path) -> None:
    """Load `raw` into a DuckDB file in `folder`."""
    pipeline = dlt.pipeline(
        "peer",
        destination=dlt.destinations.duckdb(str(folder / "dlt.duckdb")),
        dataset_name="raw",
        pipelines_dir=str(folder),
    )
    pipeline.run(records(raw), table_name="fragments")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
