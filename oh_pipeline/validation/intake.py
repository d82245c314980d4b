"""All source files through reading and rules, streamed: bytes in, rows of the raw tables out.

Spreads the work over the cores and keeps the order of files, so the rows are the same for any number of threads. Memory
holds a few blocks, never a file. Writes nothing.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.errors import Fault
from oh_pipeline.normal import fold
from oh_pipeline.sources import text
from oh_pipeline.sources.inventory import SourceFile, probe
from oh_pipeline.validation import schemas
from oh_pipeline.validation.examine import Examined, examine
from oh_pipeline.validation.members import member_table, merge_observed
from oh_pipeline.validation.rulebook import filled, rules

Progress = Callable[[str, int], None]

_SETTLE_TRIES, _SETTLE_SECONDS = 20, 0.25
_UNSUPPORTED_REMEDY = "Hand the records in as text fragments in UTF-8 (.txt)"
_NO_FIELD = "no line of it is a field that the codebook knows"


@dataclass
class _Outcome:
    """What one task brought: rows, and what became of each of its files."""

    examined: Examined | None
    files: list[SourceFile]
    continued: bool = False
    last: bool = True


@dataclass
class _Tally:
    """What is known of the files so far."""

    files: dict[int, SourceFile]
    found: dict[int, int] = field(default_factory=dict)
    preambles: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[int, str, dict[str, str], str | None]] = field(default_factory=list)
    observed: list[pl.DataFrame] = field(default_factory=list)


def intake(
    files: Sequence[SourceFile], codebook: Codebook, *, progress: Progress | None = None, threads: int | None = None
) -> Iterator[dict[str, pl.DataFrame]]:
    """Rows of the raw tables, to be appended in order; the last ones carry file issues, files and members.

    A file that cannot be read is an issue and stops no other. Raises Fault when a large file changes while it is read.
    """
    tally = _Tally({item.order: item for item in files})
    done = 0
    for outcome in _in_order(_tasks(files, codebook, tally), threads or min(4, os.cpu_count() or 1)):
        for item in outcome.files:
            tally.files[item.order] = item
        if outcome.examined is None:
            continue
        frames = _record(outcome, files, tally)
        done += sum(outcome.examined.found.values())
        if progress is not None:
            progress(outcome.files[-1].source_file if outcome.files else "", done)
        yield frames
    yield _closing(tally, codebook)


def _in_order(tasks: Iterable[Callable[[], _Outcome]], threads: int) -> Iterator[_Outcome]:
    """Run the tasks on some threads, a few ahead, and give what they bring in their order."""
    running: deque[Future[_Outcome]] = deque()
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


def _tasks(files: Sequence[SourceFile], codebook: Codebook, tally: _Tally) -> Iterator[Callable[[], _Outcome]]:
    """Small files together, large ones block by block."""
    begins = _begins_record(codebook)
    small: list[int] = []
    size = 0
    for position, item in enumerate(files):
        if item.problem:
            continue
        if (item.bytes or 0) > text.BLOCK:
            if small:
                yield _small_task(small, files, codebook, begins)
                small, size = [], 0
            yield from _large_tasks(position, files, codebook, begins, tally)
            continue
        small.append(position)
        size += item.bytes or 0
        if size >= text.BLOCK:
            yield _small_task(small, files, codebook, begins)
            small, size = [], 0
    if small:
        yield _small_task(small, files, codebook, begins)


def _begins_record(codebook: Codebook) -> text.BeginsRecord:
    return lambda label: codebook.fields.get(fold(label)) == "fragment_id"


def _small_task(
    positions: list[int], files: Sequence[SourceFile], codebook: Codebook, begins: text.BeginsRecord
) -> Callable[[], _Outcome]:
    def task() -> _Outcome:
        parts, segments, settled, start = [], [], [], 0
        for position in positions:
            item, data = _read_settled(files[position])
            settled.append(item)
            if data is None:
                continue
            segments.append(text.Segment(position, start))
            parts.append(data)
            start += len(data)
        if not segments:
            return _Outcome(None, settled)
        block = text.Block(b"".join(parts), tuple(segments))
        examined = examine(text.parse(block, begins), files, codebook)
        settled = [
            replace(item, problem=_NO_FIELD) if item.problem is None and position not in examined.found else item
            for position, item in zip(positions, settled, strict=True)
        ]
        return _Outcome(examined, settled)

    return task


def _read_settled(item: SourceFile) -> tuple[SourceFile, bytes | None]:
    """A small file's text as it was when hashed; one that is still being written waits, and then is left out."""
    for _ in range(_SETTLE_TRIES):
        try:
            with open(item.file, "rb", buffering=0) as handle:  # noqa: PTH123 - of many small files each would cost a Path
                data = handle.read()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return replace(item, problem=f"it cannot be opened or read ({reason})"), None
        if hashlib.sha256(data).hexdigest() == item.sha256:
            return _decode(item, data)
        time.sleep(_SETTLE_SECONDS)
        item = probe(item.source_file, item.file, item.order)
        if item.problem:
            return item, None
    return replace(item, problem="it is still being written"), None


def _decode(item: SourceFile, data: bytes) -> tuple[SourceFile, bytes | None]:
    try:
        plain = item.encoding == "utf-8" and data.isascii() and b"\r" not in data
        whole = data if plain else b"".join(text.decoded(io.BytesIO(data), item.encoding or "utf-8", lambda _: None))
    except UnicodeError:
        if item.encoding_guessed and item.encoding != "latin-1":
            return _decode(replace(item, encoding="latin-1"), data)
        return replace(item, problem=f"its bytes are no valid {item.encoding}"), None
    if b"\0" in whole:
        return replace(item, problem="it holds NUL characters and is no text"), None
    return item, whole if whole.endswith(b"\n") else whole + b"\n"


def _large_tasks(
    position: int, files: Sequence[SourceFile], codebook: Codebook, begins: text.BeginsRecord, tally: _Tally
) -> Iterator[Callable[[], _Outcome]]:
    item = _decodable(files[position])
    if item.problem:
        yield lambda: _Outcome(None, [item])
        return
    tally.files[item.order] = item
    digest = hashlib.sha256()
    try:
        with Path(item.file).open("rb") as handle:
            chunks = text.decoded(handle, item.encoding or "utf-8", digest.update)
            for block in text.blocks(chunks, position, begins):
                yield lambda block=block: _examine_block(block, item, position, files, codebook, begins)  # type: ignore[misc]
    except text.FragmentTooLong as error:
        reason = f"a fragment of it is longer than {text.LONGEST_FRAGMENT >> 20} MiB; what follows was not read"
        remedy = "Begin every record with its FragmentID line"
        tally.notes.append(
            (item.order, "unreadable_file", {"reason": _told(reason), "remedy": remedy}, f"line {error.line}")
        )
        return
    except OSError as error:
        raise Fault(f"A source file can no longer be read ({error.strerror or type(error).__name__})") from None
    if digest.hexdigest() != item.sha256:
        raise Fault("A source file changed while it was read", "Run again when it has arrived completely")


def _decodable(item: SourceFile) -> SourceFile:
    """A large file that is not proved to be UTF-8, looked at before anything of it is handed on.

    Where a guess from its beginning does not fit what follows, every byte counts as a letter of its own.
    """
    if item.encoding in ("utf-8", "utf-8-sig"):
        return item
    try:
        with Path(item.file).open("rb") as handle:
            for chunk in text.decoded(handle, item.encoding or "utf-8", lambda _: None):
                if b"\0" in chunk:
                    return replace(item, problem="it holds NUL characters and is no text")
    except UnicodeError:
        if item.encoding_guessed and item.encoding != "latin-1":
            return _decodable(replace(item, encoding="latin-1"))
        return replace(item, problem=f"its bytes are no valid {item.encoding}")
    return item


def _examine_block(
    block: text.Block,
    item: SourceFile,
    position: int,
    files: Sequence[SourceFile],
    codebook: Codebook,
    begins: text.BeginsRecord,
) -> _Outcome:
    examined = examine(text.parse(block, begins), files, codebook)
    if position not in examined.found and not block.segments[0].continued:
        return _Outcome(examined, [replace(item, problem=_NO_FIELD)])
    return _Outcome(examined, [], continued=block.segments[0].continued)


def _record(outcome: _Outcome, files: Sequence[SourceFile], tally: _Tally) -> dict[str, pl.DataFrame]:
    """Count what a task brought; number the records of a file that goes on from the block before."""
    examined = outcome.examined
    assert examined is not None
    frames = examined.frames
    if outcome.continued:
        for position in examined.found:
            base = tally.found.get(files[position].order, 0)
            moved = (pl.col("record_number") + base, pl.col("fragment_key") + base)
            frames = {name: frame.with_columns(*moved) for name, frame in frames.items()}
    for position, count in examined.found.items():
        order = files[position].order
        tally.found[order] = tally.found.get(order, 0) + count
    for position, preamble in examined.preambles.items():
        tally.preambles[files[position].order] = preamble
    if len(examined.observed):
        tally.observed.append(examined.observed)
        if len(tally.observed) > 64:
            tally.observed = [merge_observed(tally.observed)]
    return frames


def _told(reason: str) -> str:
    return f"The file was not read: {reason}"


def _closing(tally: _Tally, codebook: Codebook) -> dict[str, pl.DataFrame]:
    """The findings about files, the files themselves, and the members."""
    notes = list(tally.notes)
    rows = []
    for order, item in sorted(tally.files.items()):
        if item.problem:
            notes.append(
                (order, "unreadable_file", {"reason": _told(item.problem), "remedy": _UNSUPPORTED_REMEDY}, None)
            )
        elif item.encoding_guessed:
            notes.append((order, "encoding_guessed", {"value": item.encoding or ""}, None))
        if order in tally.preambles and not item.problem:
            notes.append((order, "preamble", {}, "line 1"))
        read = item.problem is None
        rows.append(
            (item.source_file, order, item.sha256, item.format if read else None, item.encoding if read else None)
            + (item.bytes, tally.found.get(order, 0), tally.preambles.get(order) if read else None)
        )
    return {
        "issues": _file_issues(sorted(notes, key=lambda note: (note[0], note[1])), tally),
        "source_files": pl.DataFrame(rows, schema=schemas.polars_schema("source_files"), orient="row"),
        "members": member_table(codebook, tally.observed),
    }


def _file_issues(notes: list[tuple[int, str, dict[str, str], str | None]], tally: _Tally) -> pl.DataFrame:
    rows = []
    for order, code, words, location in notes:
        rule = rules()[code]
        message, remedy = filled(rule.message, words), filled(rule.remedy, words)
        path = tally.files[order].source_file
        rows.append((path, None, location, None, None, code, rule.severity, message, remedy, None))
    return pl.DataFrame(rows, schema=schemas.polars_schema("issues"), orient="row")
