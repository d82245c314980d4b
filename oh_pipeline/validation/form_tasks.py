"""Tables and forms as tasks: files read in the contained child, their records gathered into batches, examined.

Many small files share a batch, because a batch costs the same whether it holds one record or some thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import GROUP_FIELDS
from oh_pipeline.sources.contained import Contained
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.sources.kept import Keeper, Reading
from oh_pipeline.sources.records import Labels
from oh_pipeline.validation.ahead import Ahead
from oh_pipeline.validation.examine import examine
from oh_pipeline.validation.gathered import Gathered
from oh_pipeline.validation.tally import FileNote, Outcome, unreadable, unreadable_part
from oh_pipeline.validation.text_tasks import SETTLE_TRIES, decodable, settled
from oh_pipeline.validation.tombstones import Tombstones

_MOST_WAITING = 8_000  # files whose fate is known and not yet told


def labels_of(codebook: Codebook) -> Labels:
    """What readers of tables and forms need to know of the codebook."""
    return Labels(
        known=frozenset(codebook.fields),
        groups={label: name for label, name in codebook.fields.items() if name in GROUP_FIELDS},
        yes=codebook.yes_words,
        no=codebook.no_words,
        begins=frozenset(label for label, name in codebook.fields.items() if name == "fragment_id"),
    )


class FormTasks:
    """Tasks over the tables and forms among `files`, which are handed in one after the other."""

    def __init__(self, files: Sequence[SourceFile], codebook: Codebook, reader: Contained, gone: Tombstones) -> None:
        self._files = files
        self._codebook = codebook
        self._reader = reader
        self._gone = gone
        self._gathered = Gathered()
        self._waiting: list[SourceFile] = []
        self._notes: list[tuple[int, FileNote]] = []

    def read(self, position: int) -> Iterator[Callable[[], Outcome]]:
        """Read one file; gives tasks whenever enough has gathered. What fills a batch is examined while it is read."""
        with Ahead(position, self._files, self._codebook, self._reader.scratch, self._gone) as ahead:
            item, reading = read_form(self._files[position], self._reader, ahead)
            yield from self._told(item, reading, ahead, position)

    def _told(self, item: SourceFile, reading: Reading, ahead: Ahead, position: int) -> Iterator[Callable[[], Outcome]]:
        self._notes += [(item.order, note) for note in _notes(reading)]
        if reading.problem and reading.has_records:
            self._notes.append((item.order, unreadable(reading.problem, reading.remedy, reading.place)))
        elif reading.problem:
            item = replace(item, problem=reading.problem, remedy=reading.remedy, place=reading.place)
        if ahead.number:
            yield from self.rest()  # of the files before: their rows come first
            for batch in ahead.batches():
                yield lambda batch=batch: Outcome(batch(), [item])  # type: ignore[misc]
        self._waiting.append(item)
        number = ahead.number
        for chunk in ahead.chunks:
            number = self._gathered.add(chunk, position, number)
            if self._gathered.size.is_batch:
                yield self._task()
        if len(self._waiting) > _MOST_WAITING:
            yield self._task()

    def rest(self) -> Iterator[Callable[[], Outcome]]:
        """What has gathered."""
        if self._waiting or self._notes or self._gathered.size.records:
            yield self._task()

    def _task(self) -> Callable[[], Outcome]:
        gathered, waiting, notes, gone = self._gathered, self._waiting, self._notes, self._gone
        self._gathered, self._waiting, self._notes = Gathered(), [], []

        def task() -> Outcome:
            records = gathered.size.records
            examined = examine(gathered.batch(), self._files, self._codebook, gone) if records else None
            return Outcome(examined, waiting, notes=notes)

        return task


def read_form(item: SourceFile, reader: Contained, keeper: Keeper | None = None) -> tuple[SourceFile, Reading]:
    """A file's records as they were when it was hashed; one that is still being written waits, and then is left out.

    They are kept by the keeper, or by what is given back.
    """
    if item.encoding_guessed:
        item = decodable(item)
        if item.problem:
            return item, Reading(problem=item.problem)
    for _ in range(SETTLE_TRIES):
        reading = reader.read(item.file, item.format or "", item.encoding, item.bytes or 0, keeper=keeper)
        if reading.sha256 in (None, item.sha256):
            return item, reading
        reading.drop()
        item = settled(item)
        if item.problem:
            return item, Reading(problem=item.problem)
    return item, Reading(problem="it is still being written")


def _notes(reading: Reading) -> Iterator[FileNote]:
    for note in reading.notes:
        if note.rule == "unreadable_file":
            yield unreadable_part(note.reason, note.place)
        else:
            yield FileNote(note.rule, note.place, text=note.text or None)
