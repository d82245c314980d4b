"""Text fragments: `**Label**: value`, a field a line, one fragment a file or a million.

Bytes in, batches of fields out. Works on blocks of some megabytes: many small files in one, or a part of a large one cut
between fragments, so memory does not grow with a file. Only the label that begins a fragment is known here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.encoding import error_handler

BLOCK = 16 << 20
BLOCK_LINES, SHORT_LINE = 50_000, 100
"""A block costs by its field lines too: of such short ones it has so many at most."""
LONGEST_FRAGMENT = 16 << 20
_READ = 1 << 20
_PIECE = 1 << 19

_STAR, _NEWLINE, _COLON = 42, 10, 58
_FIELD_LINE = re.compile(r"(?:[^\S\n]|\ufeff)*\*\*(.*?)\*\*[^\S\n]*:")  # a mark of byte order where files were joined
_MAY_INDENT = np.array([byte in b" \t\v\f" or byte > 127 for byte in range(256)])

BeginsRecord = Callable[[str], bool]


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


def blocks(chunks: Iterator[bytes], file: int, begins_record: BeginsRecord) -> Iterator[Block]:
    """One large file cut between fragments. Raises FragmentTooLong."""
    rest, line, continued = b"", 1, False
    held: list[bytes] = []
    size = lines = tried = 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        lines += chunk.count(b"\n**")
        is_dense = lines >= BLOCK_LINES and size < lines * SHORT_LINE
        if size < tried or (len(rest) + size < BLOCK and not is_dense):
            continue
        data = b"".join([rest, *held])
        held, size, lines = [], 0, 0
        cut = _last_record(data, len(data), begins_record)
        if cut > 0 and not continued and _last_record(data, cut, begins_record) < 0:
            cut = 0  # the file's first id line: what stands before it belongs to it
        if cut > 0:
            yield Block(data, (Segment(file, 0, line, continued),), cut)
            line += int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8, count=cut) == _NEWLINE))
            continued = True
        elif len(data) > LONGEST_FRAGMENT:
            raise FragmentTooLong(line)
        rest = data[cut:]
        tried = 0 if cut > 0 else len(data)  # and not looked through again before it has doubled
    rest = b"".join([rest, *held])
    if rest or not continued:
        whole = rest if rest.endswith(b"\n") else rest + b"\n"
        yield Block(whole, (Segment(file, 0, line, continued),))


def _last_record(data: bytes, end: int, begins_record: BeginsRecord) -> int:
    """Offset of the last id line that begins before `end`; -1 where there is none."""
    while end > 0:
        start = data.rfind(b"\n", 0, end - 1) + 1
        head = data[start : start + 512]
        match = _FIELD_LINE.match(head.split(b"\n", 1)[0].decode("utf-8", "replace")) if b"**" in head else None
        if match and begins_record(match.group(1)):
            return start
        end = start
    return -1


@dataclass(frozen=True, slots=True)
class _Lines:
    """Field lines of a block: offsets of line, label and value, the line ends before each; and all line ends."""

    line_start: Ints
    label_start: Ints
    label_end: Ints
    value_start: Ints
    line_number: Ints
    newlines: Ints


def parse(block: Block, begins_record: BeginsRecord) -> Batch:
    """The fields of a block. A line that is no field line belongs to the value above it, line break and all."""
    lines = _field_lines(block.data, block.end)
    starts = np.array([segment.start for segment in block.segments], dtype=np.int64)
    segment_of = np.searchsorted(starts, lines.line_start, side="right") - 1
    strings = _strings(block, lines, starts)
    labels, label_of = _distinct(strings.gather_every(4))
    values = strings.gather_every(4, 2).str.strip_chars()

    begins = np.array([begins_record(label) for label in labels], dtype=bool)[label_of]
    continued = np.array([segment.continued for segment in block.segments], dtype=bool)
    opens = _record_starts(begins, segment_of, continued)
    record_of = np.cumsum(opens) - 1
    first_row = np.flatnonzero(opens)

    offset = np.array([s.first_line for s in block.segments], dtype=np.int64) - np.searchsorted(lines.newlines, starts)
    places = pl.Series("place", lines.line_number + offset[segment_of])
    file_of = np.array([s.file for s in block.segments], dtype=np.int64)[segment_of[first_row]]
    counts = np.arange(len(first_row)) - np.searchsorted(segment_of[first_row], segment_of[first_row])
    return Batch(
        labels=labels,
        label_of=label_of,
        record_of=record_of,
        values=values,
        places=places,
        file_of=file_of,
        number_of=counts + 1,
        record_places=places.gather(first_row),
        prefix="line ",
        blanks="".join(blank for blank in "\n\t\v\f" if blank == "\n" or blank.encode() in block.data),
        continued=block.segments[0].continued,
        preambles=_preambles(block, lines, segment_of),
    )


def _field_lines(data: bytes, size: int) -> _Lines:
    """Every line that opens with `**Label**:`, vectorised; the few that are not of the plain form go one by one."""
    view = np.frombuffer(data, dtype=np.uint8, count=size)
    stars = _positions(view, _STAR)
    pairs = stars[:-1][np.diff(stars) == 1] if len(stars) > 1 else stars[:0]
    newlines = _positions(view, _NEWLINE)

    before = view[np.maximum(pairs - 1, 0)]
    at_line_start = (before == _NEWLINE) | (pairs == 0)
    opening = np.flatnonzero(at_line_start)
    start = pairs[opening]
    number = np.searchsorted(newlines, start)
    line_end = newlines[number]
    close = pairs[np.minimum(opening + 1, len(pairs) - 1)] if len(pairs) else pairs
    plain = (close > start + 2) & (close + 2 < line_end) & (view[np.minimum(close + 2, len(view) - 1)] == _COLON)
    # A label of blanks is none, and a closing pair may be followed by blanks: both are rare, so looked at singly.
    plain &= view[np.minimum(start + 2, len(view) - 1)] > 32

    # An indented opening: a line that begins with a blank, or with a character beyond ASCII that may be one.
    line_starts = np.append(0, newlines[:-1] + 1)
    odd = np.concatenate([start[~plain], line_starts[_MAY_INDENT[view[line_starts]]]])
    found = [hit for position in odd.tolist() if (hit := _odd_line(data, position))]
    if not plain.all():
        start, close, number = start[plain], close[plain], number[plain]
    if not found:
        return _Lines(start, start + 2, close, close + 3, number, newlines)
    extra = np.array(found, dtype=np.int64)
    line_start = np.concatenate([start, extra[:, 0]])
    order = np.argsort(line_start)
    return _Lines(
        line_start=line_start[order],
        label_start=np.concatenate([start + 2, extra[:, 1]])[order],
        label_end=np.concatenate([close, extra[:, 2]])[order],
        value_start=np.concatenate([close + 3, extra[:, 3]])[order],
        line_number=np.searchsorted(newlines, line_start[order]),
        newlines=newlines,
    )


def _positions(view: npt.NDArray[np.uint8], byte: int) -> Ints:
    """Where a byte stands, looked for in pieces that fit into a core's cache."""
    pieces = range(0, len(view), _PIECE)
    return np.concatenate(
        [np.flatnonzero(view[at : at + _PIECE] == byte) + at for at in pieces] or [np.empty(0, np.int64)]
    )


def _odd_line(data: bytes, start: int) -> tuple[int, int, int, int] | None:
    """Offsets of a field line that is indented or has blanks before its colon; None for any other line."""
    end = data.find(b"\n", start)
    if data.find(b"**", start, end) < 0:
        return None
    text = data[start:end].decode()
    match = _FIELD_LINE.match(text)
    if match is None or not match.group(1).strip():
        return None

    def offset(characters: int) -> int:
        return start + len(text[:characters].encode())

    return start, offset(match.start(1)), offset(match.end(1)), offset(match.end())


class _ByInterface:
    """An array that is handed over by Arrow's C interface alone: for one of pyarrow's own, polars loads its functions."""

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        schema_and_array: tuple[object, object] = self._array.__arrow_c_array__(requested_schema)
        return schema_and_array


def _strings(block: Block, lines: _Lines, starts: Ints) -> pl.Series:
    """Four strings a field over the block's own bytes: label, what is between, value, line end."""
    count = len(lines.line_start)
    if not count:
        return pl.Series([], dtype=pl.String)
    following = np.append(lines.line_start[1:], block.end)
    # The value ends before the next field line or the next file, whichever comes first.
    next_file = np.append(starts, block.end)[np.searchsorted(starts, lines.line_start, side="right")]
    offsets = np.empty(4 * count + 1, dtype=np.int64)
    offsets[0:-1:4], offsets[1::4], offsets[2::4] = lines.label_start, lines.label_end, lines.value_start
    offsets[3::4] = np.maximum(np.minimum(following, next_file) - 1, lines.value_start)
    offsets[-1] = block.end
    array = pa.LargeStringArray.from_buffers(4 * count, pa.py_buffer(offsets), pa.py_buffer(block.data))
    return pl.Series(_ByInterface(array))


def _distinct(strings: pl.Series) -> tuple[list[str], Ints]:
    """The distinct strings, and for each string which of them it is."""
    coded = strings.cast(pl.Categorical(pl.Categories.random()))
    return coded.cat.get_categories().to_list(), coded.to_physical().to_numpy().astype(np.int64)


def _record_starts(
    begins: npt.NDArray[np.bool_], segment_of: Ints, continued: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which field lines open a fragment: the first of a file, and every id line but the file's first."""
    opens = begins.copy()
    if not len(begins):
        return opens
    new_segment = np.append(True, segment_of[1:] != segment_of[:-1])
    whole_file = ~continued[segment_of]
    id_rows = np.flatnonzero(begins & whole_file)
    first_of_segment = np.append(True, segment_of[id_rows][1:] != segment_of[id_rows][:-1])[: len(id_rows)]
    opens[id_rows[first_of_segment]] = False
    opens[new_segment] = True
    return opens


def _preambles(block: Block, lines: _Lines, segment_of: Ints) -> dict[int, str]:
    """Text before a file's first field line, by file, blank ones left out."""
    found = {}
    first = np.searchsorted(segment_of, np.arange(len(block.segments)))
    ends = [*[segment.start for segment in block.segments[1:]], block.end]
    for number, segment in enumerate(block.segments):
        if segment.continued:
            continue
        row = first[number]
        has_fields = row < len(segment_of) and segment_of[row] == number
        end = int(lines.line_start[row]) if has_fields else ends[number]
        if end > segment.start and (text := block.data[segment.start : end].decode().strip()):
            found[segment.file] = text
    return found
