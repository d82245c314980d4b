"""A reading child that does what a test needs, in place of the real one."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from oh_pipeline.sources import contained

CHILD = "child.py"


def put_in_place_of_the_child(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """From now on the child runs this Python program. Gives a scratch folder, empty."""
    script = folder / CHILD
    script.write_text(program)
    scratch = folder / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(contained, "_COMMAND", (sys.executable, str(script)))
    monkeypatch.setattr(contained, "SECONDS", 4.0)
    return scratch


def living_children() -> list[psutil.Process]:
    """Children of this process that run a reader, or stand in for one. A test runner has helpers of its own."""
    found = []
    for process in psutil.Process().children():
        words = " ".join(process.cmdline())
        if CHILD in words or contained._COMMAND[-1] in words:
            found.append(process)
    return found
