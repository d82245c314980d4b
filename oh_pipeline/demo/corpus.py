"""A corpus put where it was asked for, whole or not at all: written beside, moved there when it is complete."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from oh_pipeline.demo.plan import Order
from oh_pipeline.demo.shares import RAW, TRUTH, Progress, write_corpus
from oh_pipeline.errors import UsageFault

_UNFINISHED = ".demo"


@dataclass(frozen=True, slots=True)
class Corpus:
    """Where a corpus lies, and what a run must find in it: records by what becomes of them, outcomes, files."""

    raw: Path
    truth: Path
    counts: Counter[str]


def make_corpus(target: Path, order: Order, codebook: Path, progress: Progress, *, debug: bool = False) -> Corpus:
    """Write `target/raw` and `target/truth.parquet`, closed to group and others.

    Raises UsageFault where something lies there already or the codebook is unusable; Fault where a process failed.
    """
    raw, truth = target / RAW, target / TRUTH
    if target.exists() and not target.is_dir():
        raise UsageFault("There is a file where the folder for the corpus should be", "Name another folder")
    if os.path.lexists(raw) and (raw.is_symlink() or not raw.is_dir() or any(raw.iterdir())):
        raise UsageFault("The folder has a raw/ that is not empty", "Name another folder: nothing is ever overwritten")
    if os.path.lexists(truth):
        raise UsageFault(f"The folder has a {TRUTH} already", "Name another folder: nothing is ever overwritten")
    with _private():
        target.mkdir(parents=True, exist_ok=True)
        unfinished = target / _UNFINISHED
        shutil.rmtree(unfinished, ignore_errors=True)  # what a killed one left
        unfinished.mkdir()
        try:
            counts = write_corpus(order, codebook, unfinished, progress, debug=debug)
            (unfinished / TRUTH).rename(truth)
            (unfinished / RAW).rename(raw)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return Corpus(raw, truth, counts)


@contextmanager
def _private() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
