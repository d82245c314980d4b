"""Text files as tasks: many small ones share a block, a large one has many. Reads, parses, has examined."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from oh_pipeline.codebook import Codebook
from oh_pipeline.errors import Fault
from oh_pipeline.normal import fold
from oh_pipeline.sources.batch import Batch
from oh_pipeline.sources.inventory import SourceFile, probe
from oh_pipeline.sources.records import MOST_COLUMNS
from oh_pipeline.sources.text import cutting
from oh_pipeline.sources.text.parsing import parse
from oh_pipeline.validation.examine import examine
from oh_pipeline.validation.tally import FileNote, Outcome, Tally, unreadable, unreadable_part
from oh_pipeline.validation.tombstones import Tombstones

Task = Callable[[], Outcome]

SETTLE_TRIES, _SETTLE_SECONDS = 20, 0.25
_NO_FIELD = "no line of it is a field that the codebook knows"
_BEGIN = "Begin every record with the line of its id"


class TextTasks:
    """Tasks over the text files among `files`."""

    def __init__(self, files: Sequence[SourceFile], codebook: Codebook, tally: Tally, gone: Tombstones) -> None:
        self._files = files
        self._codebook = codebook
        self._tally = tally
        self._gone = gone
        self._begins = begins_record(codebook)

    def small(self, positions: list[int]) -> Task:
        """One task over several small files."""

        def task() -> Outcome:
            settled: list[SourceFile] = []
            segments, parts, start = [], [], 0
            for position in positions:
                item, data = read_settled(self._files[position])
                settled.append(item)
                if data is None:
                    continue
                segments.append(cutting.Segment(position, start))
                parts.append(data)
                start += len(data)
            if not segments:
                return Outcome(None, settled)
            batch = parse(cutting.Block(b"".join(parts), tuple(segments)), self._begins)
            examined = examine(batch, self._files, self._codebook, self._gone)
            ours = {*examined.found, *(position for position, _ in batch.refused)}
            settled = [
                replace(item, problem=_NO_FIELD) if item.problem is None and position not in ours else item
                for position, item in zip(positions, settled, strict=True)
            ]
            return Outcome(examined, settled, notes=self._refused(batch))

        return task

    def dense(self, position: int) -> Iterator[Task]:
        """The tasks of one small file of so many lines that it makes several blocks."""
        item, data = read_settled(self._files[position])
        if data is None:
            yield lambda: Outcome(None, [item])
            return
        yield from self._blocks(item, position, cutting.blocks(cutting.pieces(data), position, self._begins))

    def large(self, position: int) -> Iterator[Task]:
        """The tasks of one large file. Raises Fault when it changes while it is read."""
        item = decodable(self._files[position])
        if item.problem:
            yield lambda: Outcome(None, [item])
            return
        digest = hashlib.sha256()
        try:
            blocks = large_blocks(item, position, self._begins, digest.update)
            is_whole = yield from self._blocks(item, position, blocks)
        except OSError as error:
            raise Fault(f"A source file can no longer be read ({error.strerror or type(error).__name__})") from None
        if is_whole and digest.hexdigest() != item.sha256:
            raise Fault("A source file changed while it was read", "Run again when it has arrived completely")

    def _blocks(self, item: SourceFile, position: int, blocks: Iterator[cutting.Block]) -> Generator[Task, None, bool]:
        """The tasks of the blocks; whether they were read to the end."""
        self._tally.files[item.order] = item
        try:
            for block in blocks:
                yield lambda block=block: self._examine(block, item, position)  # type: ignore[misc]
        except cutting.FragmentTooLong as error:
            reason = f"a fragment of it is longer than {cutting.LONGEST_FRAGMENT >> 20} MiB; what follows was not read"
            self._tally.notes.append((item.order, unreadable(reason, _BEGIN, f"line {error.line}")))
            return False
        return True

    def _examine(self, block: cutting.Block, item: SourceFile, position: int) -> Outcome:
        continued = block.segments[0].continued
        batch = parse(block, self._begins)
        examined = examine(batch, self._files, self._codebook, self._gone)
        if position not in examined.found and not batch.refused and not continued:
            return Outcome(examined, [replace(item, problem=_NO_FIELD)])
        return Outcome(examined, [], continued=continued, notes=self._refused(batch))

    def _refused(self, batch: Batch) -> list[tuple[int, FileNote]]:
        """The findings about records that were left out."""
        reason = f"a record of it has more than {MOST_COLUMNS:,} fields"
        return [
            (self._files[position].order, unreadable_part(reason, place, _BEGIN)) for position, place in batch.refused
        ]


def begins_record(codebook: Codebook) -> cutting.BeginsRecord:
    """Whether a label opens a record."""
    return lambda label: codebook.fields.get(fold(label)) == "fragment_id"


def large_blocks(
    item: SourceFile, position: int, begins: cutting.BeginsRecord, observe: Callable[[bytes], object]
) -> Iterator[cutting.Block]:
    """A large file's blocks; `observe` sees its bytes. Raises OSError, FragmentTooLong."""
    with Path(item.file).open("rb") as handle:
        chunks = cutting.decoded(handle, item.encoding or "utf-8", observe)
        yield from cutting.blocks(chunks, position, begins)


def read_settled(item: SourceFile) -> tuple[SourceFile, bytes | None]:
    """A small file's text as it was when hashed; one that is still being written waits, and then is left out."""
    for _ in range(SETTLE_TRIES):
        try:
            with open(item.file, "rb", buffering=0) as handle:  # noqa: PTH123 - of many small files each would cost a Path
                data = handle.read()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return replace(item, problem=f"it cannot be opened or read ({reason})"), None
        if hashlib.sha256(data).hexdigest() == item.sha256:
            return _decode(item, data)
        item = settled(item)
        if item.problem:
            return item, None
    return replace(item, problem="it is still being written"), None


def settled(item: SourceFile) -> SourceFile:
    """The file as it is a little later."""
    time.sleep(_SETTLE_SECONDS)
    return probe(item.source_file, item.file, item.order)


def _decode(item: SourceFile, data: bytes) -> tuple[SourceFile, bytes | None]:
    try:
        plain = item.encoding == "utf-8" and data.isascii() and b"\r" not in data
        whole = data if plain else b"".join(cutting.decoded(io.BytesIO(data), item.encoding or "utf-8", lambda _: None))
    except UnicodeError:
        if item.encoding_guessed and item.encoding != "latin-1":
            return _decode(replace(item, encoding="latin-1"), data)
        return replace(item, problem=f"its bytes are no valid {item.encoding}"), None
    if b"\0" in whole:
        return replace(item, problem="it holds NUL characters and is no text"), None
    return item, whole if whole.endswith(b"\n") else whole + b"\n"


def decodable(item: SourceFile) -> SourceFile:
    """A large file that is not proved to be UTF-8, looked at before anything of it is handed on.

    Where a guess from its beginning does not fit what follows, every byte counts as a letter of its own.
    """
    if item.encoding in ("utf-8", "utf-8-sig"):
        return item
    try:
        with Path(item.file).open("rb") as handle:
            for chunk in cutting.decoded(handle, item.encoding or "utf-8", lambda _: None):
                if b"\0" in chunk:
                    return replace(item, problem="it holds NUL characters and is no text")
    except UnicodeError:
        if item.encoding_guessed and item.encoding != "latin-1":
            return decodable(replace(item, encoding="latin-1"))
        return replace(item, problem=f"its bytes are no valid {item.encoding}")
    return item
