"""The harness of readers: none of ours reads a torn or an older edition, and it sees those who do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof import readers
from ..proof.proving import Task, prove


def test_everyone_reads_whole_builds_in_their_order(tmp_path: Path) -> None:
    found = prove(readers.PROOF, readers.IN_TESTS, 2, tmp_path / "scratch")
    assert not found.broken


@pytest.mark.parametrize(
    ("plant", "words"),
    [("links_that_are_gone_for_a_moment", "an open failed"), ("links_that_go_back", "a build before was read again")],
)
def test_a_reader_who_is_failed_is_seen(tmp_path: Path, plant: str, words: str) -> None:
    found = readers.reads(Task(1_200, 1, tmp_path), f"tests.proof.plants:{plant}")
    assert any(words in each for each in found.broken), found.broken[:5]
