"""An erasure leaves nothing, and one that keeps an older build is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof.erasing import PROOFS, harness
from ..proof.proving import Task, prove

pytestmark = pytest.mark.proof


def test_a_tenth_holds(tmp_path: Path) -> None:
    (proof,) = PROOFS
    found = prove(proof, proof.tenth, 2, tmp_path / "proof")
    assert found.broken == ()


def test_an_older_build_that_stays_is_found(tmp_path: Path) -> None:
    found = harness(Task(1, 1, tmp_path / "proof"), "tests.proof.breaking:older_builds_stay")
    assert any("left in warehouse/restricted/outcomes-" in line for line in found.broken), found.broken
