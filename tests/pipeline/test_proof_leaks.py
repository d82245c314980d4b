"""The harnesses that look for leaks: they find none of ours, and find those that are planted."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..proof import canaries, flags, modes, network, sql_escapes
from ..proof.canaries import ENDINGS, Ending
from ..proof.proving import Proof, Task, prove

PROOFS = [
    *(proof for module in (canaries, flags, sql_escapes) for proof in module.PROOFS),
    *(pytest.param(proof, marks=pytest.mark.proof) for module in (modes, network) for proof in module.PROOFS),
]
PLANTS = "tests.proof.breaking:"


@pytest.mark.parametrize("proof", PROOFS, ids=lambda value: value.name if isinstance(value, Proof) else None)
def test_nothing_leaks(proof: Proof, tmp_path: Path) -> None:
    found = prove(proof, proof.tenth, 2, tmp_path / "scratch")
    assert not found.broken


RAISING = next(ending for ending in ENDINGS if ending.plants == ("publishing_raises",))


@pytest.mark.proof
@pytest.mark.parametrize(
    ("ending", "plant", "words"),
    [
        (RAISING, "leaking_faults", ["dagster/history", "what it printed"]),
        (Ending("it goes well", 0, ("leaking_file",)), "leaking_history", ["a temporary file", "an answer of the UI"]),
    ],
)
def test_a_canary_that_is_out_is_found(tmp_path: Path, ending: Ending, plant: str, words: list[str]) -> None:
    found = canaries.canaries(Task(1, 1, tmp_path), PLANTS + plant, endings=(ending,))
    for each in words:
        assert any(each in line for line in found.broken), found.broken


def test_a_flag_that_opens_is_found(tmp_path: Path) -> None:
    found = flags.flags(Task(40, 1, tmp_path), f"{PLANTS}lenient_flags")
    assert len(found.broken) == 5
    assert all('"nope" opens' in each for each in found.broken)


def test_a_door_that_is_open_is_found(tmp_path: Path) -> None:
    found = sql_escapes.escapes(Task(4, 1, tmp_path), f"{PLANTS}doors_left_open")
    assert any("told what it must not see" in each for each in found.broken)


@pytest.mark.proof
def test_calls_and_listeners_are_found(tmp_path: Path) -> None:
    found = network.network(Task(2, 1, tmp_path), f"{PLANTS}calling_home", f"{PLANTS}listening_everywhere")
    assert any("it asked for 192.0.2.1" in each for each in found.broken), found.broken
    assert any("it listens on 00000000:" in each for each in found.broken), found.broken


@pytest.mark.proof
def test_an_open_file_is_found(tmp_path: Path) -> None:
    found = modes.modes(Task(1, 1, tmp_path), f"{PLANTS}everybody_may_read")
    assert any("had the mode" in each for each in found.broken)
