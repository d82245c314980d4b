"""One folder gives one result, and a build that looks at times of files is found."""

from __future__ import annotations

from pathlib import Path

from ..proof.one_result import PROOFS, harness
from ..proof.proving import Task, prove

IN_TESTS = (
    3  # of the six that are a tenth: each is a run and two exports of the real `oh`, a minute of one core for four
)
BY_TIME = """
import os
import oh_pipeline.sources.inventory as inventory

_found = inventory.take_inventory
inventory.take_inventory = lambda raw: inventory.renumbered(
    sorted(_found(raw), key=lambda one: -1 if one.problem or "/" not in one.source_file else _time(one.file))
)


def _time(file):
    while not os.path.exists(file):
        file = os.path.dirname(file)
    return os.stat(file).st_mtime
"""


def test_it_holds(tmp_path: Path) -> None:
    (proof,) = PROOFS
    found = prove(proof, IN_TESTS, 2, tmp_path / "proof")
    assert found.broken == ()
    assert found.remark.startswith("1 distinct result, 1")


def test_a_build_that_goes_by_times_is_found(tmp_path: Path) -> None:
    found = harness(Task(2, 1, tmp_path / "proof"), BY_TIME)
    assert any("fct_outcome_versions" in line for line in found.broken), found.broken


def test_runs_that_all_fail_are_no_one_result(tmp_path: Path) -> None:
    found = harness(Task(1, 1, tmp_path / "proof"), "raise SystemExit(3)")
    assert found.broken == ["build 0: oh run ended with 3"]
