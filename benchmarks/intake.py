"""Parsing, typing and validation alone: bytes of a folder in, rows of the raw tables out. Prints one JSON line."""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from pathlib import Path

import psutil

from oh_pipeline.codebook import load_codebook
from oh_pipeline.settings import load_settings
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake


class Helpers:
    """Looks after the memory of the processes that this one starts: what the system counts of a child, it has inherited."""

    def __init__(self) -> None:
        self.peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Helpers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._ended.wait(0.02):
            for child in me.children():
                try:
                    self.peak = max(self.peak, child.memory_info().rss)
                except psutil.Error:
                    continue


def main(raw: Path) -> None:
    """Read `raw` once."""
    codebook = load_codebook(load_settings().codebook)
    files = take_inventory(raw)
    size = sum(item.bytes or 0 for item in files)
    with Helpers() as helpers:
        begin = time.perf_counter()
        rows = sum(
            len(frames["fragments"]) + len(frames["quarantine"])
            for frames in intake(files, codebook)
            if "fragments" in frames
        )
        seconds = time.perf_counter() - begin
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "records": rows,
        "bytes": size,
        "seconds": seconds,
        "busy": sum(used.ru_utime + used.ru_stime for used in usage),
        "megabytes": usage[0].ru_maxrss / 1024,
        "child_megabytes": helpers.peak / (1 << 20),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
