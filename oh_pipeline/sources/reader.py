"""The reading child: reads structured files within limits and hands their records up. Started by `contained`.

Orders come as JSON lines on stdin, the codebook's labels first; what was read goes up as JSON lines of columns. It may
die of what it reads: nothing but the file at hand is lost with it.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from oh_pipeline.sources.records import LONGEST_RECORD, Field, Labels, Note, Record, Unreadable

MEMORY = 512 << 20
"""Bytes a file may need while it is read."""
CHUNK_RECORDS, CHUNK_FIELDS, CHUNK_TEXT = 4_000, 100_000, 4 << 20
MOST_NOTES = 1_000
LONGEST_LABEL = 10_000
_MOST_HELD = 1_000  # items before the first known field
_UNHEARD = 60  # seconds after which the system ends a child whose parent is gone and that cannot notice it
_NO_FIELD = "nothing in it is a field that the codebook knows"
SHORT_OF_MEMORY = f"reading it needs more than {MEMORY >> 20} MB of memory"


@dataclass
class _Chunk:
    """Some records of one file, as columns."""

    labels: dict[str, int] = field(default_factory=dict)
    label_of: list[int] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    fields_of: list[int] = field(default_factory=list)
    record_places: list[str] = field(default_factory=list)
    ragged: list[int] = field(default_factory=list)
    unnamed: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, record: Record) -> None:
        """Take one record."""
        if record.ragged:
            self.ragged.append(len(self.record_places))
        for item in record.fields:
            self._field(item)
        for item in record.overflow:
            self.unnamed.append(len(self.values))
            self._field(item)
        self.fields_of.append(len(record.fields) + len(record.overflow))
        self.record_places.append(record.place)

    def _field(self, item: Field) -> None:
        if item.label not in self.labels:
            self.labels[item.label] = len(self.labels)
            self.size += len(item.label)
        self.label_of.append(self.labels[item.label])
        self.values.append(item.value)
        self.places.append(item.place)
        self.size += len(item.value)

    @property
    def full(self) -> bool:
        """Whether it should go up."""
        return len(self.record_places) >= CHUNK_RECORDS or len(self.values) >= CHUNK_FIELDS or self.size >= CHUNK_TEXT

    def columns(self) -> dict[str, Any]:
        """As it goes up."""
        return {
            "labels": list(self.labels),
            "label_of": self.label_of,
            "values": self.values,
            "places": self.places,
            "fields_of": self.fields_of,
            "record_places": self.record_places,
            "ragged": self.ragged,
            "unnamed": self.unnamed,
        }


def records(file: str, kind: str, encoding: str, labels: Labels) -> Iterator[Record | Note]:
    """What a file holds. Raises Unreadable."""
    if kind == "csv":
        from oh_pipeline.sources.tables import delimited

        return delimited.read(file, labels, encoding)
    if kind == "xlsx":
        from oh_pipeline.sources.tables import workbook

        return workbook.read(file, labels)
    if kind == "json":
        from oh_pipeline.sources.objects import structured

        return structured.read_json(file, labels, encoding)
    if kind == "jsonl":
        from oh_pipeline.sources.objects import structured

        return structured.read_jsonl(file, labels, encoding)
    from oh_pipeline.sources.documents import word

    return word.read(file, labels)


def _proven(order: dict[str, Any], labels: Labels) -> Iterator[Record | Note]:
    """All of a file, once a known field is met; a file in which none is, is none of ours.

    What comes before is held; where it is much, the file is looked through and read again.
    """

    def found() -> Iterator[Record | Note]:
        return records(order["file"], order["format"], order["encoding"] or "utf-8", labels)

    def is_ours(item: Record | Note) -> bool:
        return isinstance(item, Record) and any(labels.named(field.label) for field in item.fields)

    held: list[Record | Note] = []
    reading = found()
    for item in reading:
        held.append(item)
        if is_ours(item):
            yield from held
            yield from reading
            return
        if len(held) == _MOST_HELD:
            if any(map(is_ours, reading)):
                yield from found()
                return
            break
    yield from (item for item in held if isinstance(item, Note))
    raise Unreadable(_NO_FIELD)


def _read(order: dict[str, Any], labels: Labels) -> Iterator[dict[str, Any]]:
    """Chunks and notes; what was read before a file turns out to be broken goes up as well."""
    chunk = _Chunk()
    notes = 0
    try:
        for item in _proven(order, labels):
            if isinstance(item, Note):
                notes += 1
                if notes > MOST_NOTES:
                    reason = f"more than {MOST_NOTES:,} parts of it are no records; what follows was not read"
                    raise Unreadable(reason, place=item.place)
                yield {"note": [item.rule, item.place, item.reason]}
                continue
            _check_size(item)
            chunk.add(item)
            if chunk.full:
                yield {"chunk": chunk.columns()}
                chunk = _Chunk()
    finally:
        if chunk.record_places:
            yield {"chunk": chunk.columns()}


def _check_size(record: Record) -> None:
    """Raise Unreadable for a record beyond the limits."""
    size = 0
    for label, value, _ in (*record.fields, *record.overflow):
        if len(label) > LONGEST_LABEL:
            raise Unreadable(f"a label of it is longer than {LONGEST_LABEL:,} characters", place=record.place)
        size += len(label) + (len(value) if value.isascii() else len(value.encode("utf-8", "replace")))
    if size > LONGEST_RECORD:
        raise Unreadable(f"a record of it is longer than {LONGEST_RECORD >> 20} MiB", place=record.place)


def _unpack(order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from oh_pipeline.sources.archives import archive

    for member in archive.unpack(order["file"], order["target"]):
        yield {"member": [member.name, member.file, member.problem]}


def _carry_out(order: dict[str, Any], labels: Labels) -> Iterator[bytes]:
    """Everything found, then how it ended."""
    problem: list[str | None] | None = None
    try:
        for message in _unpack(order) if order["format"] == "zip" else _read(order, labels):
            yield _line(message)
    except Unreadable as error:
        problem = [error.reason, error.remedy, error.place]
    except MemoryError:
        problem = [SHORT_OF_MEMORY, "", None]
    except RecursionError:
        problem = ["it is nested too deeply", "", None]
    except OSError as error:
        problem = [f"it cannot be opened or read ({error.strerror or type(error).__name__})", "", None]
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - a broken file makes a library raise or panic; its words may quote values
        problem = [f"it is damaged ({type(error).__name__})", "", None]
    yield _line({"end": {"problem": problem, "sha256": _hash(order["file"]), "size": _size()}})


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _hash(file: str) -> str | None:
    try:
        with open(file, "rb") as handle:  # noqa: PTH123 - a name of any bytes
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return None


def _size() -> int:
    """Bytes of memory that this process holds now; where that is not told, its peak, which may be its parent's."""
    try:
        with open("/proc/self/statm", "rb") as told:  # noqa: PTH123
            return int(told.read().split()[1]) * resource.getpagesize()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def main() -> int:
    """Entry point: `python -m oh_pipeline.sources.reader`."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with _upwards() as upwards:
        told = json.loads(sys.stdin.readline() or "null")
        if told is None:
            return 0
        labels = Labels.from_message(told)
        for line in sys.stdin:
            order = json.loads(line)
            signal.alarm(2 * round(order["seconds"]) + _UNHEARD)
            for message in _carry_out(order, labels):
                upwards.write(message)
            upwards.flush()
            signal.alarm(0)
    return 0


def _upwards() -> IO[bytes]:
    """Where the parent listens, and nobody else writes: what a library prints is no message."""
    upwards = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return upwards


if __name__ == "__main__":
    sys.exit(main())
