"""Parsing, typing and validation alone: bytes of a folder in, rows of the raw tables out. Prints one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from oh_pipeline.codebook import load_codebook
from oh_pipeline.settings import load_settings
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake


def main(raw: Path) -> None:
    """Read `raw` once."""
    codebook = load_codebook(load_settings().codebook)
    files = take_inventory(raw)
    size = sum(item.bytes or 0 for item in files)
    begin = time.perf_counter()
    rows = sum(
        len(frames["fragments"]) + len(frames["quarantine"])
        for frames in intake(files, codebook)
        if "fragments" in frames
    )
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"records": rows, "bytes": size, "seconds": seconds, "megabytes": peak}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
