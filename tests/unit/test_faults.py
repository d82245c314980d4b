"""What an error becomes at the border: a name, an exit code and a remedy, and nothing that it quotes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.faults import has_no_room, to_fault


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(28, "No space left on device"), Fault, "The disk is full"),
        (OSError(122, "Disk quota exceeded"), Fault, "The disk is full"),
        (OSError(27, "File too large"), Fault, "The disk is full"),
        (sqlite3.OperationalError("database or disk is full"), Fault, "The disk is full"),
        (sqlite3.OperationalError("disk I/O error"), Fault, "The disk cannot be written"),
        (sqlite3.OperationalError("unable to open database file"), Fault, "The disk cannot be written"),
        (sqlite3.OperationalError("attempt to write a readonly database"), UsageFault, "No permission to write"),
        (OSError(30, "Read-only file system"), UsageFault, "No permission to write"),
        (RuntimeError("IO Error: Cannot open file: Permission denied"), UsageFault, "No permission to write"),
        (MemoryError(), Fault, "Not enough memory"),
        (ValueError("could not convert 'Amina Otieno'"), Fault, "The work failed: ValueError"),
    ],
)
def test_an_error_has_a_name(error: Exception, kind: type[Fault], words: str) -> None:
    fault = to_fault(error, "The work")
    assert type(fault) is kind
    assert str(fault).startswith(words)
    assert "The work" in str(fault)
    assert "Amina" not in str(fault)
    assert fault.remedy


def test_the_cause_of_an_error_names_it() -> None:
    error = RuntimeError("storage")
    error.__cause__ = OSError(28, "No space left on device")
    assert str(to_fault(error, "The work")).startswith("The disk is full")


def test_a_fault_stays_what_it_is() -> None:
    error = RuntimeError("storage")
    error.__cause__ = UsageFault("It was wrong", "Correct it")
    fault = to_fault(error, "The work")
    assert (type(fault), str(fault)) == (UsageFault, "It was wrong. Correct it")


@pytest.mark.parametrize(
    ("bytes_left", "names", "names_left", "full"),
    [(1 << 20, 9, 9, True), (1 << 30, 9, 0, True), (1 << 30, 9, 9, False), (1 << 30, 0, 0, False)],
)
def test_an_error_that_says_nothing_on_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bytes_left: int, names: int, names_left: int, full: bool
) -> None:
    told = SimpleNamespace(f_bavail=bytes_left >> 12, f_frsize=1 << 12, f_files=names, f_favail=names_left)
    monkeypatch.setattr(os, "statvfs", lambda _: told)
    said = str(to_fault(RuntimeError("the database has been invalidated"), "dbt build", tmp_path))
    assert said.startswith("The disk is full (dbt build)" if full else "dbt build failed: RuntimeError")
    assert str(to_fault(RuntimeError("x"), "dbt build")).startswith("dbt build failed: RuntimeError")


def test_a_folder_that_is_gone_has_room(tmp_path: Path) -> None:
    assert not has_no_room(tmp_path / "gone")
    assert str(to_fault(RuntimeError("x"), "dbt build", tmp_path / "gone")).startswith("dbt build failed")
