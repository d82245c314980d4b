"""What unit tests share: the shipped codebook, and raw rows from texts without any home."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.sources.records import Labels
from oh_pipeline.validation.form_tasks import labels_of
from oh_pipeline.validation.intake import intake

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"

Frames = dict[str, pl.DataFrame]
TakeIn = Callable[..., Frames]


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    """The codebook that the project ships."""
    return load_codebook(SEEDS)


@pytest.fixture(scope="session")
def labels(codebook: Codebook) -> Labels:
    """What readers are told of it."""
    return labels_of(codebook)


@pytest.fixture
def take_in(tmp_path: Path, codebook: Codebook) -> TakeIn:
    """Raw tables from files given as `name=content`, or from one text."""

    def run(*texts: str, threads: int = 2, book: Codebook | None = None, **files: str | bytes) -> Frames:
        contents = {f"file_{i}.txt": text for i, text in enumerate(texts)} | {f"{k}.txt": v for k, v in files.items()}
        for name, content in contents.items():
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        found: dict[str, list[pl.DataFrame]] = {}
        for frames in intake(take_inventory(tmp_path), book or codebook, threads=threads):
            for table, frame in frames.items():
                found.setdefault(table, []).append(frame)
        return {table: pl.concat(frames) for table, frames in found.items()}

    return run
