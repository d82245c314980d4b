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
from typing import IO, Any

import orjson

from oh_pipeline.sources.records import (
    LONGEST_RECORD,
    Column,
    Columns,
    Field,
    Item,
    Labels,
    Note,
    Record,
    Row,
    Unreadable,
)

MEMORY = 512 << 20
"""Bytes a file may need while it is read."""
CHUNK_RECORDS, CHUNK_FIELDS, CHUNK_TEXT = 4_000, 100_000, 4 << 20
MOST_NOTES = 1_000
LONGEST_LABEL = 10_000
_MOST_HELD = 1_000  # items before the first known field
_UNHEARD = (
    60  # seconds without a message after which the system ends a child whose parent is gone and that cannot notice
)
_NO_FIELD = "nothing in it is a field that the codebook knows"
SHORT_OF_MEMORY = f"reading it needs more than {MEMORY >> 20} MB of memory"


class _Chunk:
    """Some records of one file, as columns.

    Of a field goes up which of `spots` it is in, and its value. A spot is the number of a label, and what stands before
    and after the record's number in the place of a table's cell; where it has neither, the place stands in `places`.
    """

    def __init__(self) -> None:
        self._labels: dict[str, int] = {}
        self._spots: dict[Column | str, int] = {}
        self._spots_of: dict[Columns, list[int]] = {}
        self._told: dict[str, list[Any]] = {
            name: []
            for name in ("spots", "spot_of", "values", "places")
            + ("fields_of", "numbers", "record_places", "ragged", "unnamed")
        }
        self._size = 0

    def add(self, record: Record | Row, size: int) -> None:
        """Take one record of so many characters."""
        told = self._told
        if record.ragged:
            told["ragged"].append(len(told["record_places"]))
        before = len(told["values"])
        if isinstance(record, Row):
            spots = self._spots_of.get(record.columns)
            if spots is None:
                spots = self._spots_of[record.columns] = [self._spot(*column) for column in record.columns]
            told["spot_of"] += spots
            told["values"] += record.values
            others = record.others
        else:
            others = record.fields
        for item in others:
            self._field(item)
        for item in record.overflow:
            told["unnamed"].append(len(told["values"]))
            self._field(item)
        told["fields_of"].append(len(told["values"]) - before)
        told["numbers"].append(record.number if isinstance(record, Row) else "")
        told["record_places"].append(record.place)
        self._size += size

    def _field(self, item: Field) -> None:
        self._told["spot_of"].append(self._spot(item.label))
        self._told["values"].append(item.value)
        self._told["places"].append(item.place)

    def _spot(self, label: str, before: str | None = None, after: str | None = None) -> int:
        key = label if before is None or after is None else Column(label, before, after)
        spot = self._spots.get(key)
        if spot is None:
            spot = self._spots[key] = len(self._spots)
            number = self._labels.setdefault(label, len(self._labels))
            self._told["spots"].append((number, before, after))
            self._size += len(label)
        return spot

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to go up."""
        return not self._told["record_places"]

    @property
    def is_full(self) -> bool:
        """Whether it should go up."""
        told = self._told
        return (
            len(told["record_places"]) >= CHUNK_RECORDS
            or len(told["values"]) >= CHUNK_FIELDS
            or self._size >= CHUNK_TEXT
        )

    def columns(self) -> dict[str, list[Any]]:
        """As it goes up."""
        return {"labels": list(self._labels), **self._told}


def records(file: str, kind: str, encoding: str, labels: Labels) -> Iterator[Item]:
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


def _proven(order: dict[str, Any], labels: Labels) -> Iterator[Item]:
    """All of a file, once a known field is met; a file in which none is, is none of ours.

    What comes before is held; where it is much, the file is looked through and read again.
    """

    def found() -> Iterator[Item]:
        return records(order["file"], order["format"], order["encoding"] or "utf-8", labels)

    def is_ours(item: Item) -> bool:
        return not isinstance(item, Note) and any(labels.named(field.label) for field in item.fields)

    held: list[Item] = []
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
            chunk.add(item, _size_of(item))
            if chunk.is_full:
                yield {"chunk": chunk.columns()}
                chunk = _Chunk()
    finally:
        if not chunk.is_empty:
            yield {"chunk": chunk.columns()}


def _size_of(record: Record | Row) -> int:
    """Characters of a record's labels and values. Raises Unreadable for one beyond the limits."""
    if isinstance(record, Row):
        size, longest = record.columns.size + sum(map(len, record.values)), record.columns.longest_label
        others = (*record.others, *record.overflow)
    else:
        size, longest = 0, 0
        others = (*record.fields, *record.overflow)
    for label, value, _ in others:
        longest = max(longest, len(label))
        size += len(label) + len(value)
    if longest > LONGEST_LABEL:
        raise Unreadable(f"a label of it is longer than {LONGEST_LABEL:,} characters", place=record.place)
    if 4 * size > LONGEST_RECORD:
        told = [text for item in (*record.fields, *record.overflow) for text in item[:2]]
        if sum(len(text) if text.isascii() else len(text.encode("utf-8", "replace")) for text in told) > LONGEST_RECORD:
            raise Unreadable(f"a record of it is longer than {LONGEST_RECORD >> 20} MiB", place=record.place)
    return size


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
    try:
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
    except orjson.JSONEncodeError:  # half a surrogate pair is no text that can go up
        return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


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
            silence = 2 * round(order["seconds"]) + _UNHEARD
            signal.alarm(silence)
            for message in _carry_out(order, labels):
                upwards.write(message)
                signal.alarm(silence)
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
