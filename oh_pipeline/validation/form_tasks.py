"""Tables and forms as tasks: files read in the contained child, their records gathered into batches, examined.

Many small files share a batch, because a batch costs the same whether it holds one record or some thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import GROUP_FIELDS
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.contained import Contained, Reading
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.sources.records import Labels
from oh_pipeline.validation.examine import examine
from oh_pipeline.validation.tally import FileNote, Outcome, unreadable
from oh_pipeline.validation.text_tasks import SETTLE_TRIES, decodable, settled

_BATCH_RECORDS, _BATCH_FIELDS, _BATCH_TEXT = 8_000, 200_000, 16 << 20


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

    def __init__(self, files: Sequence[SourceFile], codebook: Codebook, reader: Contained) -> None:
        self._files = files
        self._codebook = codebook
        self._reader = reader
        self._gathered = Gathered()
        self._waiting: list[SourceFile] = []
        self._notes: list[tuple[int, FileNote]] = []

    def read(self, position: int) -> Iterator[Callable[[], Outcome]]:
        """Read one file; gives tasks whenever enough has gathered."""
        item, reading = read_form(self._files[position], self._reader)
        self._notes += [(item.order, note) for note in _notes(reading)]
        if reading.problem and reading.has_records:
            self._notes.append((item.order, unreadable(reading.problem, reading.remedy, reading.place)))
        elif reading.problem:
            item = replace(item, problem=reading.problem, remedy=reading.remedy, place=reading.place)
        self._waiting.append(item)
        number = 0
        for chunk in reading.chunks():
            number = self._gathered.add(chunk, position, number)
            if self._gathered.full:
                yield self._task()
        if len(self._waiting) > _BATCH_RECORDS:
            yield self._task()

    def rest(self) -> Iterator[Callable[[], Outcome]]:
        """What is left when all files are read."""
        if self._waiting or self._notes or self._gathered.records:
            yield self._task()

    def _task(self) -> Callable[[], Outcome]:
        gathered, waiting, notes = self._gathered, self._waiting, self._notes
        self._gathered, self._waiting, self._notes = Gathered(), [], []

        def task() -> Outcome:
            examined = examine(gathered.batch(), self._files, self._codebook) if gathered.records else None
            return Outcome(examined, waiting, notes=notes)

        return task


def read_form(item: SourceFile, reader: Contained) -> tuple[SourceFile, Reading]:
    """A file's records as they were when it was hashed; one that is still being written waits, and then is left out."""
    if item.encoding_guessed:
        item = decodable(item)
        if item.problem:
            return item, Reading(problem=item.problem)
    for _ in range(SETTLE_TRIES):
        reading = reader.read(item.file, item.format or "", item.encoding, item.bytes or 0)
        if reading.sha256 in (None, item.sha256):
            return item, reading
        reading.drop()
        item = settled(item)
        if item.problem:
            return item, Reading(problem=item.problem)
    return item, Reading(problem="it is still being written")


def _notes(reading: Reading) -> Iterator[FileNote]:
    for rule, place in reading.notes:
        if rule == "unreadable_file":
            yield unreadable("a part of it is no record", "Correct this part; then hand the file in again", place)
        else:
            yield FileNote(rule, place)


class Gathered:
    """Chunks of several files on their way into one batch."""

    def __init__(self) -> None:
        self.records = 0
        self._labels: dict[str, int] = {}
        self._spots: dict[tuple[int, str | None, str | None], int] = {}
        self._columns: dict[str, list[str]] = {"values": [], "places": [], "numbers": [], "record_places": []}
        self._arrays: dict[str, list[Ints]] = {
            name: [] for name in ("spot_of", "fields_of", "ragged", "unnamed", "file_of", "number_of")
        }
        self._fields = 0
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether it is enough for a batch."""
        return self.records >= _BATCH_RECORDS or self._fields >= _BATCH_FIELDS or self._size >= _BATCH_TEXT

    def add(self, chunk: dict[str, Any], position: int, number: int) -> int:
        """Take a chunk of the file at `position`, of which `number` records came before; gives how many are now."""
        count = len(chunk["record_places"])
        labels = [self._labels.setdefault(label, len(self._labels)) for label in chunk["labels"]]
        spots = [
            self._spots.setdefault((labels[label], before, after), len(self._spots))
            for label, before, after in chunk["spots"]
        ]
        for name, values in self._columns.items():
            values += chunk[name]
        arrays = {
            "spot_of": np.array(spots, np.int64)[np.array(chunk["spot_of"], np.int64)],
            "fields_of": np.array(chunk["fields_of"], np.int64),
            "ragged": np.array(chunk["ragged"], np.int64) + self.records,
            "unnamed": np.array(chunk["unnamed"], np.int64) + self._fields,
            "file_of": np.full(count, position, np.int64),
            "number_of": np.arange(number + 1, number + count + 1, dtype=np.int64),
        }
        for name, array in arrays.items():
            self._arrays[name].append(array)
        self.records += count
        self._fields += len(chunk["values"])
        self._size += sum(map(len, chunk["values"]))
        return number + count

    def batch(self) -> Batch:
        """All of it."""
        arrays = {name: np.concatenate(parts) for name, parts in self._arrays.items()}
        record_of = np.repeat(np.arange(self.records, dtype=np.int64), arrays["fields_of"])
        values = pl.Series(self._columns["values"], dtype=pl.String)
        return Batch(
            labels=list(self._labels),
            label_of=np.array([label for label, _, _ in self._spots], np.int64)[arrays["spot_of"]],
            record_of=record_of,
            values=values.str.strip_chars(),
            places=self._places(arrays["spot_of"], record_of),
            file_of=arrays["file_of"],
            number_of=arrays["number_of"],
            record_places=pl.Series(self._columns["record_places"], dtype=pl.String),
            prefix="",
            ragged=arrays["ragged"],
            unnamed=arrays["unnamed"],
            ours=True,
        )

    def _places(self, spot_of: Ints, record_of: Ints) -> pl.Series:
        """Where each field stands: made of its column and its record's number, or as it came."""
        given = pl.Series(self._columns["places"], dtype=pl.String)
        of_cells = np.array([before is not None for _, before, _ in self._spots], bool)[spot_of]
        if not of_cells.any():
            return given
        before, after = (
            pl.Series([spot[part] for spot in self._spots], dtype=pl.String).gather(spot_of) for part in (1, 2)
        )
        made = before + pl.Series(self._columns["numbers"], dtype=pl.String).gather(record_of) + after
        return made if of_cells.all() else made.scatter(np.flatnonzero(~of_cells), given)
