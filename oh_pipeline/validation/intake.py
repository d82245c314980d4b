"""All source files through reading and rules, streamed: bytes in, rows of the raw tables out.

Spreads the work over the cores and keeps the order of files, so the rows are the same for any number of threads. Memory
holds a few blocks, never a file. Writes nothing but what is unpacked into the scratch folder.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.archives.unpacked import unpacked
from oh_pipeline.sources.batch import Batch
from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.sources.text import cutting
from oh_pipeline.sources.text.parsing import parse
from oh_pipeline.validation.form_tasks import FormTasks, labels_of, read_form
from oh_pipeline.validation.gathered import Gathered
from oh_pipeline.validation.tally import Outcome, Tally
from oh_pipeline.validation.text_tasks import TextTasks, begins_record, decodable, large_blocks, read_settled
from oh_pipeline.validation.tombstones import NONE, Tombstones

Progress = Callable[[str, int], None]


def intake(
    files: Sequence[SourceFile],
    codebook: Codebook,
    *,
    progress: Progress | None = None,
    threads: int | None = None,
    scratch: Path | None = None,
    gone: Tombstones = NONE,
) -> Iterator[dict[str, pl.DataFrame]]:
    """Rows of the raw tables, to be appended in order; the last ones carry file issues, files and members.

    `scratch` is a private folder for what is unpacked; without it, a temporary one. A file that cannot be read is an issue
    and stops no other; a record among `gone` is held back without a value. Raises Fault when a
    large text file changes while it is read.
    """
    with (
        tempfile.TemporaryDirectory(prefix="oh-", dir=scratch) as folder,
        Contained(labels_of(codebook), Path(folder)) as reader,
    ):
        files = unpacked(files, reader, Path(folder))
        pl.DataFrame(
            [pl.Series()]
        )  # polars notes at the first such call how it is done; two threads must not do so at once
        tally = Tally({item.order: item for item in files})
        done = 0
        for outcome in _in_order(_tasks(files, codebook, tally, reader, gone), threads or min(4, os.cpu_count() or 1)):
            frames = tally.record(outcome, files)
            if outcome.examined is None:
                continue
            done += sum(outcome.examined.found.values())
            if progress is not None:
                progress(outcome.files[-1].source_file if outcome.files else "", done)
            yield frames
        yield tally.closing(codebook)


def delivered(item: SourceFile, codebook: Codebook, reader: Contained) -> Iterator[Batch]:
    """The fields of one readable file as they were delivered, in order, as far as it can be read."""
    begins = begins_record(codebook)
    if item.format != "txt":
        _, reading = read_form(item, reader)
        number = 0
        for chunk in reading.chunks():
            gathered = Gathered()
            number = gathered.add(chunk, 0, number)
            yield gathered.batch()
    elif (item.bytes or 0) > cutting.BLOCK:
        item = decodable(item)
        if item.problem is None:
            with suppress(cutting.FragmentTooLong):
                for block in large_blocks(item, 0, begins, lambda _: None):
                    yield parse(block, begins)
    else:
        _, data = read_settled(item)
        if data is not None:
            with suppress(cutting.FragmentTooLong):
                for block in cutting.blocks(cutting.pieces(data), 0, begins):
                    yield parse(block, begins)


def _in_order(tasks: Iterable[Callable[[], Outcome]], threads: int) -> Iterator[Outcome]:
    """Run the tasks on some threads, a few ahead, and give what they bring in their order."""
    running: deque[Future[Outcome]] = deque()
    with ThreadPoolExecutor(threads, thread_name_prefix="intake") as pool:
        try:
            for task in tasks:
                running.append(pool.submit(task))
                if len(running) > threads:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            for future in running:
                future.cancel()


def _tasks(
    files: Sequence[SourceFile], codebook: Codebook, tally: Tally, reader: Contained, gone: Tombstones
) -> Iterator[Callable[[], Outcome]]:
    """Small files together, large ones and those of very many lines block by block; text and forms apart."""
    texts = TextTasks(files, codebook, tally, gone)
    forms = FormTasks(files, codebook, reader, gone)
    small: list[int] = []
    size = lines = 0
    for position, item in enumerate(files):
        if item.problem or item.format == "zip":
            continue
        if item.format != "txt":
            yield from forms.read(position)
            continue
        own = item.bytes or 0
        is_alone = own > cutting.BLOCK or cutting.is_dense(item.lines, own)
        if small and (is_alone or size >= cutting.BLOCK or cutting.is_dense(lines + item.lines, size + own)):
            yield texts.small(small)
            small, size, lines = [], 0, 0
        if is_alone:
            yield from texts.large(position) if own > cutting.BLOCK else texts.dense(position)
        else:
            small.append(position)
            size, lines = size + own, lines + item.lines
    if small:
        yield texts.small(small)
    yield from forms.rest()
