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

from oh_pipeline.sources.chunk import Chunk
from oh_pipeline.sources.records import Item, Labels, Note, Unreadable

MEMORY = 512 << 20
"""Bytes a file may need while it is read."""
MOST_NOTES = 1_000
_MOST_HELD = 1_000  # items before the first known field
_UNHEARD = (
    60  # seconds without a message after which the system ends a child whose parent is gone and that cannot notice
)
_NO_FIELD = "nothing in it is a field that the codebook knows"
SHORT_OF_MEMORY = f"reading it needs more than {MEMORY >> 20} MB of memory"


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
    chunk = Chunk()
    notes = 0
    try:
        for item in _proven(order, labels):
            if isinstance(item, Note):
                notes += 1
                if notes > MOST_NOTES:
                    reason = f"more than {MOST_NOTES:,} parts of it are no records; what follows was not read"
                    raise Unreadable(reason, place=item.place)
                yield {"note": [item.rule, item.place, item.reason, item.text]}
                continue
            chunk.add(item)
            if chunk.is_full:
                yield {"chunk": chunk.columns()}
                chunk = Chunk()
    finally:
        if not chunk.is_empty:
            yield {"chunk": chunk.columns()}


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
