"""Every record is accounted for, and a reader that loses one is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oh_pipeline.validation import intake as reading

from ..proof.accounting import PROOFS, count, harness
from ..proof.proving import Found, Task, prove
from ..proof.twin import compile_project, publish_anew


def test_a_tenth_holds(tmp_path: Path) -> None:
    (proof,) = PROOFS
    found = prove(proof, proof.tenth, 2, tmp_path / "proof")
    assert found.broken == ()
    assert found.tried == proof.tenth


def test_a_record_that_is_lost_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No audit of the project's can see one that was lost before anybody counted."""
    sound = reading.intake

    def losing(*given: Any, **named: Any) -> Iterator[dict[str, pl.DataFrame]]:
        for frames in sound(*given, **named):
            kept = dict(frames)
            if "fragments" in kept and kept["fragments"].height > 1:
                kept["fragments"] = kept["fragments"].slice(1)
                files = kept.get("source_files")
                if files is not None and "found" in files.columns:
                    kept["source_files"] = files.with_columns(found=pl.max_horizontal(pl.col("found") - 1, 0))
            yield kept

    monkeypatch.setattr(reading, "intake", losing)
    (tmp_path / "compiled").mkdir()
    project = compile_project(tmp_path / "compiled", 5)
    found = harness(Task(60, 3, tmp_path / "proof"), lambda root: publish_anew(root, project, returns=False).restricted)
    assert any("not where it belongs" in line for line in found.broken)
    assert any("records lie there" in line for line in found.broken)


def test_a_format_that_nobody_counts_is_no_zero() -> None:
    with pytest.raises(KeyError):
        count("a.pdf", b"")
    assert count("a.txt", "**FragmentID**: A\n**Year**: 1\n** fragmentid **: B\n".encode("utf-16")) == 2


def test_a_harness_that_tried_too_little_has_proven_nothing(tmp_path: Path) -> None:
    (proof,) = PROOFS
    lazy = replace(proof, harness=lambda task: Found(task.tries - 1))
    assert prove(lazy, 10, 1, tmp_path / "proof").broken


def test_a_run_that_fails_breaks_the_promise(tmp_path: Path) -> None:
    (proof,) = PROOFS

    def fails(_: Task) -> Found:
        raise AssertionError("oh run ended with 1, not 0")

    found = prove(replace(proof, harness=fails), 10, 1, tmp_path / "proof")
    assert found.tried == 0
    assert "oh run ended with 1" in found.broken[0]
