"""The harnesses that harm runs of the real `oh`: each finds no harm done, and finds the harm that is planted.

In one file, because they share a published home; so few of each, because each needs runs.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof import disks, fault_points, kills, oddities, starts
from ..proof.proving import Proof, Task, prove

pytestmark = pytest.mark.proof

WRITTEN = "tests.proof.plants:published_files_are_written_to"


@pytest.mark.parametrize(
    ("proof", "tries"),
    [
        (kills.PROOF, kills.IN_TESTS),
        (fault_points.PROOF, fault_points.IN_TESTS),
        (disks.PROOF, disks.IN_TESTS),
        (starts.PROOF, starts.IN_TESTS),
        (oddities.PROOF, oddities.IN_TESTS),
    ],
    ids=lambda value: value.name if isinstance(value, Proof) else "",
)
def test_no_edition_is_harmed(tmp_path: Path, proof: Proof, tries: int) -> None:
    found = prove(proof, tries, 2, tmp_path / "scratch")
    assert not found.broken


def test_a_run_that_has_published_does_not_fail(tmp_path: Path) -> None:
    """What follows is noted: here, that the disk is full when the history is told of the new edition."""
    point = fault_points.Point("history STEP_OUTPUT editions #12", "28")
    assert not fault_points.faults(Task(1, 1, tmp_path), wanted=[point]).broken


def test_a_kill_that_does_harm_is_found(tmp_path: Path) -> None:
    found = kills.kills(Task(1, 1, tmp_path), WRITTEN, phases=["sources"])
    assert any("the restricted edition before was written to" in line for line in found.broken), found.broken


def test_a_fault_that_does_harm_is_found(tmp_path: Path) -> None:
    point = fault_points.Point("call os.rename warehouse/open/outcomes.duckdb #1", "28")
    plant = "tests.proof.plants:nothing_is_taken_back"
    found = fault_points.faults(Task(1, 1, tmp_path), plant, wanted=[point])
    assert any("a failed run changed the restricted edition" in line for line in found.broken), found.broken


def test_a_fault_that_is_not_reached_is_told(tmp_path: Path) -> None:
    point = fault_points.Point("call os.rename nowhere #1", "28")
    found = fault_points.faults(Task(1, 1, tmp_path), "tests.proof.plants:nobody_begins", wanted=[point])
    assert any("was not reached" in line for line in found.broken), found.broken


def test_a_full_disk_that_does_harm_is_found(tmp_path: Path) -> None:
    found = disks.full(Task(1, 1, tmp_path), WRITTEN, wanted=[disks.Disk("limit", 1024)])
    assert any("a failed run changed the restricted edition" in line for line in found.broken), found.broken


@pytest.mark.skipif(not disks.namespaces(), reason="this user may not mount in a namespace of their own")
def test_disks_of_all_kinds_are_tried() -> None:
    assert {disk.kind for disk in disks.disks(1, 12)} == {"space", "files", "filling", "closed", "limit"}


def test_two_at_once_are_found(tmp_path: Path) -> None:
    found = starts.starts(Task(2, 1, tmp_path), "tests.proof.plants:nobody_locks")
    assert any("two at once" in line for line in found.broken), found.broken


def test_an_oddity_that_does_harm_is_found(tmp_path: Path) -> None:
    found = oddities.odd(Task(1, 1, tmp_path), WRITTEN, kinds=["_large"])
    assert any("a failed run changed the restricted edition" in line for line in found.broken), found.broken
