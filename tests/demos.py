"""Corpora of `oh demo` and their truth, for tests of what is in them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from oh_pipeline.codebook import load_codebook
from oh_pipeline.demo.corpus import make_corpus
from oh_pipeline.demo.plan import FORMATS, Order
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake

SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"


def nothing(place: str, done: int) -> None:
    """No progress is shown."""


def make(target: Path, records: int, amount: float, *formats: str, seed: int = 1, book: Path = SEEDS) -> Path:
    made = make_corpus(target, Order(records, seed, formats or FORMATS, amount), book, nothing)
    assert made.counts["accepted"] + made.counts["quarantined"] + made.counts["duplicate"] == records
    return target


def truth_of(target: Path) -> pl.DataFrame:
    return pl.read_parquet(target / "truth.parquet")


def outcomes_of(target: Path) -> pl.DataFrame:
    return truth_of(target).filter(pl.col("kind") == "outcome")


def contents(target: Path) -> dict[str, bytes]:
    return {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def taken_in(target: Path, book: Path = SEEDS) -> dict[str, pl.DataFrame]:
    found: dict[str, list[pl.DataFrame]] = {}
    for frames in intake(take_inventory(target / "raw"), load_codebook(book)):
        for table, frame in frames.items():
            found.setdefault(table, []).append(frame)
    return {table: pl.concat(frames) for table, frames in found.items()}
