"""The harness that kills publications: it finds none of ours torn, and finds those that are torn on purpose."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof import kills_inside
from ..proof.proving import Task, prove

(PROOF,) = kills_inside.PROOFS


def test_no_kill_tears_an_edition(tmp_path: Path) -> None:
    found = prove(PROOF, PROOF.tenth, 2, tmp_path / "scratch")
    assert not found.broken
    assert not found.remark.startswith("0 died")


@pytest.mark.parametrize(
    ("plant", "words"),
    [
        ("links_that_are_gone_for_a_moment", "leads to none"),
        ("files_that_are_written_in_place", "cannot be read"),
        ("nobody_clears", "could not publish"),
    ],
)
def test_a_torn_edition_is_found(tmp_path: Path, plant: str, words: str) -> None:
    found = kills_inside.kills(Task(30, 1, tmp_path), f"tests.proof.plants:{plant}")
    assert any(words in each for each in found.broken), found.broken[:5]
