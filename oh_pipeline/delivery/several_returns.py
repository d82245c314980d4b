"""The returns of several source files: each file read again, its issues put where they belong. Knows no home."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from oh_pipeline.codebook import Codebook
from oh_pipeline.delivery.names import return_name
from oh_pipeline.delivery.returns import Issue, write_return
from oh_pipeline.normal import fold
from oh_pipeline.sources.archives.unpacked import unpacked
from oh_pipeline.sources.batch import Batch
from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.form_tasks import labels_of
from oh_pipeline.validation.intake import delivered
from oh_pipeline.validation.tombstones import NONE, Tombstones, emptied


def write_returns(
    wanted: Iterable[tuple[str, Iterable[Issue]]],
    files: Sequence[SourceFile],
    codebook: Codebook,
    folder: Path,
    language: str,
    gone: Tombstones = NONE,
) -> list[str]:
    """A return for each wanted source file with its issues, below `folder`; gives their paths below it.

    `files` are those that the records are read from again; of a record among `gone` only its place is. Raises OSError.
    """
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix=".", suffix=".tmp") as scratch,
        Contained(labels_of(codebook), Path(scratch)) as reader,
    ):
        found = {item.source_file: item for item in unpacked(files, reader, Path(scratch))}
        headings: dict[str, str] = {}
        for label, name in codebook.fields.items():
            headings.setdefault(name, codebook.written[label].text)
        names = []
        for source_file, issues in wanted:
            item = found.get(source_file)
            readable = item is not None and item.problem is None and item.format != "zip"
            write_return(
                folder / return_name(source_file),
                source_file,
                _kept(delivered(item, codebook, reader), codebook, gone) if item is not None and readable else [],
                issues,
                field_of=lambda label: codebook.fields.get(fold(label)),
                heading_of=lambda name: headings.get(name, name),
                language=language,
            )
            names.append(return_name(source_file))
        return names


def _kept(batches: Iterable[Batch], codebook: Codebook, gone: Tombstones) -> Iterator[Batch]:
    for batch in batches:
        erased = gone.among(batch, codebook)
        yield batch if erased is None else emptied(batch, erased)
