"""One folder gives one result, and a build that hangs on its process is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof.one_result import PROOFS, harness
from ..proof.proving import Task, prove

pytestmark = pytest.mark.proof

IN_TESTS = 3  # of the six that are a tenth: each is a run and two exports of the real `oh`, some 15 s of one core


def test_it_holds(tmp_path: Path) -> None:
    (proof,) = PROOFS
    found = prove(proof, IN_TESTS, 2, tmp_path / "proof")
    assert found.broken == ()
    assert found.remark.startswith("1 distinct result, 1")


def test_a_build_that_goes_by_the_hashes_of_its_process_is_found(tmp_path: Path) -> None:
    found = harness(Task(2, 1, tmp_path / "proof"), "tests.proof.breaking:order_by_hash")
    assert any("fct_outcome_versions" in line for line in found.broken), found.broken


def test_runs_that_all_fail_are_no_one_result(tmp_path: Path) -> None:
    found = harness(Task(1, 1, tmp_path / "proof"), "tests.proof.breaking:ends_at_once")
    assert found.broken == ["build 0: oh run ended with 3: without a word"]
