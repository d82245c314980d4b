"""What is planted for `oddities`: files that change while they are read, and a reading child that hangs."""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

Plant = Callable[[ModuleType], object]


def plants() -> dict[str, Plant]:
    """By the process that this is; told which files."""
    told = json.loads(os.environ["PROVING_TOLD"])
    words = " ".join(sys.orig_argv)
    if "oh_pipeline.sources.reader" in words:
        return {"oh_pipeline.sources.tables.delimited": _hang}
    if "oh_pipeline.ingest.worker" in words:
        return {"oh_pipeline.sources.inventory": lambda module: _change(module, told["files"])}
    return {}


def _hang(module: ModuleType) -> None:
    real = module.read

    def read(file: str, *rest: Any) -> Any:
        if "hangs" in file:
            time.sleep(1e6)
        return real(file, *rest)

    module.read = read  # type: ignore[attr-defined]


def _change(module: ModuleType, files: dict[str, str]) -> None:
    """Once they are listed and hashed, and before they are read."""
    real = module.take_inventory

    def take_inventory(raw: Path) -> Any:
        found = real(raw)
        for name, what in files.items():
            change(raw / name, what)
        return found

    module.take_inventory = take_inventory  # type: ignore[attr-defined]


def change(file: Path, what: str) -> None:
    """Do it to the file; what keeps growing goes on in a thread."""
    if what == "vanishes":
        file.unlink()
    elif what == "replaced":
        other = file.with_name(f".{file.name}")
        other.write_bytes(file.read_bytes().replace(b"ward", b"town"))
        other.replace(file)
    elif what == "grown":
        with file.open("ab") as grown:
            grown.write(b"\n")
    else:
        threading.Thread(target=_grow, args=(file,), daemon=True).start()


def _grow(file: Path) -> None:
    while True:
        with file.open("ab") as growing:
            growing.write(b"\n")
        time.sleep(0.01)
