"""Edits in any order end as one clean run does, and what is remembered from before is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from oh_pipeline.delivery import deliver
from oh_pipeline.sources import inventory

from ..proof import edits
from ..proof.edits import PROOFS, share
from ..proof.proving import Task, prove
from ..proof.twin import Project, compile_project

IN_TESTS = 16  # of the hundred that are a tenth, which take three minutes of two cores
REAL_IN_TESTS = 1  # of the two that are a tenth: each is two runs of the real `oh`, and one for both before
NOISE = (
    'select * replace (outcomes + (select count(*) from "staging"."stg_previous_open_cells") as outcomes) from final'
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return compile_project(tmp_path_factory.mktemp("compiled"), edits.K)


def test_it_holds(tmp_path: Path) -> None:
    found = prove(PROOFS[0], IN_TESTS, 2, tmp_path / "proof")
    assert found.broken == ()


@pytest.mark.proof
def test_it_holds_with_the_real_command(tmp_path: Path) -> None:
    found = prove(PROOFS[1], REAL_IN_TESTS, 3, tmp_path / "proof")
    assert found.broken == ()


@pytest.mark.proof
def test_a_file_remembered_by_its_name_is_found(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    remembered: dict[str, Any] = {}
    sound = inventory.probe

    def stale(shown: str, path: str, order: int) -> Any:
        found = sound(shown, path, order)
        return found if "/clean/" in path else remembered.setdefault(path, found)  # a clean run remembers nothing

    monkeypatch.setattr(inventory, "probe", stale)
    monkeypatch.setattr(edits, "WHOLE", 1000)
    found = share(Task(20, 1, tmp_path / "proof"), project)
    assert found.broken and "raw." in found.broken[0]


@pytest.mark.proof
def test_returns_that_are_kept_though_they_changed_are_found(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "_states", lambda issues, *_: dict.fromkeys(issues, "as it was"))
    monkeypatch.setattr(edits, "WHOLE", 1)
    found = share(Task(12, 1, tmp_path / "proof"), project)
    assert found.broken and "returns" in found.broken[0]


@pytest.mark.proof
def test_numbers_that_hang_on_the_publication_before_are_found(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edits, "WHOLE", 1)
    found = share(Task(2, 1, tmp_path / "proof"), project.spoilt("open_outcome_counts", "select * from final", NOISE))
    assert found.broken and "open" in found.broken[0]
