"""The home and its lock: modes, what stands in the way, one run at a time."""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.lock import is_held, read_holder, run_lock


def test_folders_have_their_modes_under_any_umask(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    before = os.umask(0)
    try:
        Home(tmp_path).prepare()
    finally:
        os.umask(before)
    modes = {
        name: stat.S_IMODE((tmp_path / name).stat().st_mode)
        for name in ("warehouse", "warehouse/restricted", "warehouse/open", "cache", "dagster")
    }
    assert modes == {
        "warehouse": 0o711,
        "warehouse/restricted": 0o700,
        "warehouse/open": 0o755,
        "cache": 0o700,
        "dagster": 0o700,
    }


@pytest.mark.parametrize("name", ["warehouse", "cache", "dagster", "warehouse/open"])
def test_a_file_in_the_way(tmp_path: Path, name: str) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("x")
    with pytest.raises(UsageFault, match=name):
        Home(tmp_path).prepare()


@pytest.mark.parametrize("name", ["a?b", "a%20b", os.fsdecode(b"a\xffb")])
def test_a_path_that_not_all_parts_take(tmp_path: Path, name: str) -> None:
    (tmp_path / name / "raw").mkdir(parents=True)
    with pytest.raises(UsageFault, match="path of the home"):
        Home(tmp_path / name).prepare()


def test_leftovers_are_cleared(home: Home) -> None:
    (home.building / "spill").mkdir()
    (home.building / "spill" / "x").write_text("x")
    (home.building / "outcomes.duckdb").write_text("x")
    (home.edition("open") / ".outcomes.duckdb.tmp").symlink_to("nowhere")
    home.clear_building()
    assert list(home.building.iterdir()) == []
    assert list(home.edition("open").iterdir()) == []


def test_the_lock_lets_one_in(home: Home) -> None:
    assert not is_held(home.lock_file)
    with run_lock(home.lock_file, run_id="one") as killed:
        assert killed is None
        assert is_held(home.lock_file)
        holder = read_holder(home.lock_file)
        assert holder is not None
        assert (holder.pid, holder.run_id) == (os.getpid(), "one")
        with pytest.raises(Fault, match="Another run"), run_lock(home.lock_file, run_id="two", wait_seconds=0):
            pass
        told: list[object] = []
        waits = run_lock(home.lock_file, run_id="two", wait_seconds=0.3, on_wait=told.append)
        with pytest.raises(Fault), waits:
            pass
        assert len(told) == 1
    assert not is_held(home.lock_file)
    assert read_holder(home.lock_file) is None


def test_a_run_that_shall_not_wait_ends_before_it_loads_what_is_heavy(home: Home) -> None:
    command = [sys.executable, "-X", "importtime", "-c", "from oh_pipeline.cli import main; main()"]
    with run_lock(home.lock_file, run_id="one"):
        said = subprocess.run([*command, "run", "--no-wait", "--home", home.root], capture_output=True, text=True)
    assert said.returncode == 3
    assert "Another run" in said.stderr
    loaded = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines() if line.startswith("import time:")}
    assert "pydantic" in loaded, "the settings are read"
    assert loaded.isdisjoint(
        {"polars", "numpy", "duckdb", "dagster", "rich.console", "oh_pipeline.orchestration.session"}
    )


def _die_holding(file: Path) -> None:
    with run_lock(file, run_id="dead"):
        os._exit(9)


def test_the_lock_of_a_killed_run_is_free_and_names_it(home: Home) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_die_holding, args=(home.lock_file,))
    process.start()
    process.join()
    assert process.exitcode == 9
    with run_lock(home.lock_file, run_id="next", wait_seconds=0) as killed:
        assert killed is not None
        assert killed.run_id == "dead"
