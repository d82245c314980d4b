"""No small count is told by made corpora, and models that cover too little, or forget the edition before, are found."""

from __future__ import annotations

from pathlib import Path

from ..proof.proving import Task, prove
from ..proof.suppression import PROOFS, compiled, share

IN_TESTS = 4  # of the six that are a tenth: a minute of one core


def test_it_holds(tmp_path: Path) -> None:
    (proof,) = PROOFS
    found = prove(proof, IN_TESTS, 2, tmp_path / "proof")
    assert found.broken == ()
    assert " 0 withheld" not in found.remark


def test_rows_that_show_what_counts_withhold_are_found(tmp_path: Path) -> None:
    projects = {
        k: project.spoilt(
            "int_released_outcomes", "harvest_cells.breakdown is not null or harvests.breakdown is not null", "false"
        )
        for k, project in compiled(tmp_path).items()
    }
    found = share(Task(2, 1, tmp_path / "proof"), projects, 0)
    assert any("can be computed" in line for line in found.broken)
