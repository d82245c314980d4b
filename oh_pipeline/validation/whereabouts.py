"""Where a record that was erased still stands: places in source files and in the codebook, never a value."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from oh_pipeline.codebook import Codebook
from oh_pipeline.seeds import rows
from oh_pipeline.sources.archives.unpacked import unpacked
from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.form_tasks import labels_of
from oh_pipeline.validation.intake import delivered
from oh_pipeline.validation.tombstones import Tombstones

DECISIONS = "near_duplicate_decisions"
Place = tuple[str, str]
"""A source file, and where in it."""


def places_in(
    files: Sequence[SourceFile], gone: Tombstones, codebook: Codebook, scratch: Path | None = None
) -> Iterator[Place]:
    """Where records among `gone` stand in the files and in their archives. Raises OSError."""
    with (
        tempfile.TemporaryDirectory(prefix="oh-", dir=scratch) as folder,
        Contained(labels_of(codebook), Path(folder)) as reader,
    ):
        for item in unpacked(files, reader, Path(folder)):
            if item.problem is not None or item.format == "zip":
                continue
            for batch in delivered(item, codebook, reader):
                erased = gone.among(batch, codebook)
                if erased is not None:
                    places = batch.record_places.gather(np.flatnonzero(erased)).cast(str).to_list()
                    yield from ((item.source_file, f"{batch.prefix}{place}") for place in places)


def decisions_about(codebook: Path, gone: Tombstones) -> list[str]:
    """The lines of a codebook's decisions about near-duplicates that name an erased fragment id."""
    named = ((place, (row["fragment_id"], row["other_fragment_id"])) for place, row in rows(codebook, DECISIONS))
    return [place for place, ids in named if any(map(gone.have_id, ids))]
