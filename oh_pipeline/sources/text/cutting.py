"""The bytes of text files as blocks of some megabytes: many small files in one, or a part of a large one.

A large file is cut between fragments, so memory does not grow with it. Only the label that begins a fragment is known here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from oh_pipeline.sources.encoding import error_handler

BLOCK = 16 << 20
SHORT_LINES = ((50_000, 100), (15_000, 40))
"""A block costs by its lines too: it has about so many at most where they are shorter than so many bytes on average."""
LONGEST_FRAGMENT = 16 << 20
_READ = 1 << 18
_NEWLINE = 10

FIELD_LINE = re.compile(r"(?:[^\S\n]|\ufeff)*\*\*(.*?)\*\*[^\S\n]*:")  # a mark of byte order where files were joined

BeginsRecord = Callable[[str], bool]


def is_dense(lines: int, size: int) -> bool:
    """Whether a text of so many lines and bytes makes more than one block for its lines alone."""
    return any(lines >= most and size < lines * short for most, short in SHORT_LINES)


class FragmentTooLong(Exception):
    """A fragment that would not fit into memory; `line` is where it begins."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class Segment:
    """One file's part of a block: where it starts in it, and at which line of the file. `file` is the caller's number."""

    file: int
    start: int
    first_line: int = 1
    continued: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    r"""UTF-8 text with `\n` line ends, ending in one, of one or more files; `size` is how much of `data` counts."""

    data: bytes
    segments: tuple[Segment, ...]
    size: int = -1

    @property
    def end(self) -> int:
        """Where the block ends in its data."""
        return len(self.data) if self.size < 0 else self.size


def decoded(handle: BinaryIO, encoding: str, observe: Callable[[bytes], object], size: int = _READ) -> Iterator[bytes]:
    r"""The file as UTF-8 chunks with `\n` line ends. `observe` sees the bytes as they lie. Raises UnicodeDecodeError."""
    decoder = codecs.getincrementaldecoder(encoding)(error_handler(encoding))
    plain = encoding == "utf-8"
    held = b""
    while True:
        raw = handle.read(size)
        observe(raw)
        as_it_lies = plain and raw.isascii() and not decoder.getstate()[0]
        chunk = raw if as_it_lies else decoder.decode(raw, final=not raw).encode()
        chunk = held + chunk if held else chunk
        held = b""
        if raw and chunk.endswith(b"\r"):  # its line feed may come with the next chunk
            chunk, held = chunk[:-1], b"\r"
        if b"\r" in chunk:
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if chunk:
            yield chunk
        if not raw:
            return


def pieces(data: bytes) -> Iterator[bytes]:
    """A text that lies in memory, piece by piece."""
    return (data[start : start + _READ] for start in range(0, len(data), _READ))


def blocks(chunks: Iterator[bytes], file: int, begins_record: BeginsRecord) -> Iterator[Block]:
    """One file cut between fragments. Raises FragmentTooLong."""
    rest, line, continued = b"", 1, False
    held: list[bytes] = []
    size = tried = line_ends = ends_before = 0
    field_lines = _FieldLines()
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        line_ends += _line_ends(chunk)
        if size < tried or (
            len(rest) + size < BLOCK and not field_lines.are_dense(held, line_ends - ends_before, size)
        ):
            continue
        data = b"".join([rest, *held])
        held, size, field_lines = [], 0, _FieldLines()
        cut = _last_record(data, len(data), begins_record)
        if cut > 0 and not continued and _last_record(data, cut, begins_record) < 0:
            cut = 0  # the file's first id line: what stands before it belongs to it
        if cut > 0:
            yield Block(data, (Segment(file, 0, line, continued),), cut)
            behind = _line_ends(data[cut:])
            line, line_ends = line + line_ends - behind, behind
            continued = True
        elif len(data) > LONGEST_FRAGMENT:
            raise FragmentTooLong(line)
        rest, ends_before = data[cut:], line_ends
        tried = 0 if cut > 0 else len(data)  # and not looked through again before it has doubled
    rest = b"".join([rest, *held])
    if rest or not continued:
        whole = rest if rest.endswith(b"\n") else rest + b"\n"
        yield Block(whole, (Segment(file, 0, line, continued),))


class _FieldLines:
    """How many lines of the chunks held so far open like a field: counted only where there are many lines at all."""

    def __init__(self) -> None:
        self._count = self._chunks = 0

    def are_dense(self, held: Sequence[bytes], line_ends: int, size: int) -> bool:
        """Whether they make a block for themselves. `line_ends` are those of all lines."""
        if not is_dense(line_ends, size):
            return False
        self._count += sum(chunk.count(b"\n**") for chunk in held[self._chunks :])
        self._chunks = len(held)
        return is_dense(self._count, size)


def _line_ends(text: bytes) -> int:
    """How many lines end in a text: to count bytes costs `bytes` several times as much."""
    return int(np.count_nonzero(np.frombuffer(text, dtype=np.uint8) == _NEWLINE))


def _last_record(data: bytes, end: int, begins_record: BeginsRecord) -> int:
    """Offset of the last id line that begins before `end`; -1 where there is none."""
    while end > 0:
        start = data.rfind(b"\n", 0, end - 1) + 1
        head = data[start : start + 512]
        match = FIELD_LINE.match(head.split(b"\n", 1)[0].decode("utf-8", "replace")) if b"**" in head else None
        if match and begins_record(match.group(1)):
            return start
        end = start
    return -1
