"""Blocks of text as batches of fields, vectorised: a line that is no field line belongs to the value above it.

Where a file is cut into blocks is told by `cutting`; what a label means is nobody's business here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from oh_pipeline.sliced import Bytes, between, slices
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.records import MOST_COLUMNS
from oh_pipeline.sources.text.cutting import FIELD_LINE, BeginsRecord, Block

_PIECE = 1 << 20
_STAR, _NEWLINE, _COLON, _BLANK, _BEYOND_ASCII = 42, 10, 58, 32, 128
_MAY_INDENT = np.array([byte in b" \t\v\f" or byte > 127 for byte in range(256)])


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
    """The fields of a block. A line that is no field line belongs to the value above it, line break and all.

    A record of more fields than any form has is left out, and where it begins told in `refused`.
    """
    lines = _field_lines(block.data, block.end)
    starts = np.array([segment.start for segment in block.segments], dtype=np.int64)
    segment_of = np.searchsorted(starts, lines.line_start, side="right") - 1
    strings = _strings(block, lines, np.append(starts[1:], block.end)[segment_of])
    labels, label_of = _distinct(strings.gather_every(4))

    begins = np.array([begins_record(label) for label in labels], dtype=bool)[label_of]
    continued = np.array([segment.continued for segment in block.segments], dtype=bool)
    opens = _record_starts(begins, segment_of, continued)
    record_of = np.cumsum(opens) - 1
    first_row = np.flatnonzero(opens)

    offset = np.array([s.first_line for s in block.segments], dtype=np.int64) - np.searchsorted(lines.newlines, starts)
    places = pl.Series("place", lines.line_number + offset[segment_of])
    file_of = np.array([s.file for s in block.segments], dtype=np.int64)[segment_of[first_row]]
    batch = Batch(
        labels=labels,
        label_of=label_of,
        record_of=record_of,
        values=strings.gather_every(4, 2),
        places=places,
        file_of=file_of,
        number_of=_numbers(file_of),
        record_places=places.gather(first_row),
        prefix="line ",
        blanks=_blanks(block, lines),
        is_ascii=block.data.isascii(),
        continued=block.segments[0].continued,
        preambles=_preambles(block, lines, segment_of),
    )
    return _without_too_wide(batch)


def _blanks(block: Block, lines: _Lines) -> str:
    """The ASCII blanks other than the space that a value may hold. No line end where every line is a field's."""
    is_broken = len(lines.newlines) > len(lines.line_start)
    return "\n" * is_broken + "".join(blank for blank in "\t\v\f" if blank.encode() in block.data)


def _numbers(file_of: Ints) -> Ints:
    """The number of each record in its file, from 1."""
    return np.arange(len(file_of)) - np.searchsorted(file_of, file_of) + 1


def _without_too_wide(batch: Batch) -> Batch:
    """The batch without the records of too many fields."""
    is_kept = np.bincount(batch.record_of, minlength=batch.records) <= MOST_COLUMNS
    if is_kept.all():
        return batch
    rows = np.flatnonzero(is_kept[batch.record_of])
    used, label_of = np.unique(batch.label_of[rows], return_inverse=True)
    file_of = batch.file_of[is_kept]
    refused = zip(batch.file_of[~is_kept].tolist(), batch.record_places.filter(pl.Series(~is_kept)), strict=True)
    return replace(
        batch,
        labels=[batch.labels[label] for label in used],
        label_of=label_of,
        record_of=(np.cumsum(is_kept) - 1)[batch.record_of[rows]],
        values=batch.values.gather(rows),
        places=batch.places.gather(rows),
        file_of=file_of,
        number_of=_numbers(file_of),
        record_places=batch.record_places.filter(pl.Series(is_kept)),
        refused=[(file, f"{batch.prefix}{place}") for file, place in refused],
    )


def _field_lines(data: bytes, size: int) -> _Lines:
    """Every line that opens with `**Label**:`, vectorised; the few that are not of the plain form go one by one."""
    plain, odd, newlines = _by_piece(np.frombuffer(data, dtype=np.uint8, count=size), data)
    start, close, number = plain
    found = [hit for position in odd.tolist() if (hit := _odd_line(data, position))]
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


def _by_piece(view: Bytes, data: bytes) -> tuple[tuple[Ints, Ints, Ints], Ints, Ints]:
    """What `_looked_through` tells of all lines. Pieces that fit into a core's cache are looked through several times."""
    found, at, lines = [], 0, 0
    while at < len(view):
        end = data.rfind(b"\n", at, min(at + _PIECE, len(view))) + 1 or data.find(b"\n", at, len(view)) + 1
        start, close, number, odd, newlines = _looked_through(view[at:end])
        found.append((start + at, close + at, number + lines, odd + at, newlines + at))
        at, lines = end, lines + len(newlines)
    start, close, number, odd, newlines = map(np.concatenate, zip(*found, strict=True))
    return (start, close, number), odd, newlines


def _looked_through(view: Bytes) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Of whole lines those of the plain form: where they begin, where their label ends, how many go before each.

    Then where lines begin that must be looked at singly, and where lines end.
    """
    newlines = np.flatnonzero(view == _NEWLINE)
    line_starts = np.append(0, newlines[:-1] + 1)
    first, last = view[line_starts], len(view) - 1
    number = np.flatnonzero((first == _STAR) & (view[np.minimum(line_starts + 1, last)] == _STAR))
    start, line_end = line_starts[number], newlines[number]
    close = _closing(view, start)
    plain = (close > start + 2) & (close + 2 < line_end) & (view[np.minimum(close + 2, last)] == _COLON)
    # A label of blanks is none, and a closing pair may be followed by blanks: both are rare, so looked at singly.
    plain &= view[np.minimum(start + 2, last)] > _BLANK
    # An indented opening: a line that begins with a blank, or with a character beyond ASCII that may be one.
    odd = np.concatenate([start[~plain], line_starts[_MAY_INDENT[first]]])
    if not plain.all():
        start, close, number = start[plain], close[plain], number[plain]
    return start, close, number, odd, newlines


def _closing(view: Bytes, opening: Ints) -> Ints:
    """The next pair of stars behind each opening one."""
    stars = np.flatnonzero(view == _STAR)
    pairs: Ints = stars[:-1][stars[1:] - stars[:-1] == 1]
    if len(pairs) == 2 * len(opening) and np.array_equal(pairs[::2], opening):
        return pairs[1::2]
    behind = np.searchsorted(pairs, opening, side="right")
    return pairs[np.minimum(behind, len(pairs) - 1)] if len(pairs) else opening


def _odd_line(data: bytes, start: int) -> tuple[int, int, int, int] | None:
    """Offsets of a field line that is indented or has blanks before its colon; None for any other line."""
    end = data.find(b"\n", start)
    if data.find(b"**", start, end) < 0:
        return None
    text = data[start:end].decode()
    match = FIELD_LINE.match(text)
    if match is None or not match.group(1).strip():
        return None

    def offset(characters: int) -> int:
        return start + len(text[:characters].encode())

    return start, offset(match.start(1)), offset(match.end(1)), offset(match.end())


def _strings(block: Block, lines: _Lines, file_end: Ints) -> pl.Series:
    """Four strings a field over the block's own bytes: label, what is between, value without blanks at its ends, the rest.

    `file_end` is where the field's file ends: a value ends before the next field line or there, whichever comes first.
    """
    count = len(lines.line_start)
    if not count:
        return pl.Series([], dtype=pl.String)
    end = np.maximum(np.minimum(np.append(lines.line_start[1:], block.end), file_end) - 1, lines.value_start)
    offsets = np.empty(4 * count + 1, dtype=np.int64)
    offsets[0:-1:4], offsets[1::4], offsets[-1] = lines.label_start, lines.label_end, block.end
    offsets[2::4], offsets[3::4] = _trimmed(block, lines.value_start, end)
    return between(block.data, offsets)


def _trimmed(block: Block, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Where values begin and end without the blanks at their ends: offsets alone are changed, no text is copied.

    Most values have one space before them, none behind, and ASCII at both ends. Only of the others blanks are looked for.
    """
    view = np.frombuffer(block.data, dtype=np.uint8, count=block.end)
    start = np.minimum(start + (view[np.minimum(start, len(view) - 1)] == _BLANK), end)
    ends = view[np.minimum(start, len(view) - 1)], view[end - 1]
    plain = (ends[0] > _BLANK) & (ends[1] > _BLANK) & ((ends[0] | ends[1]) < _BEYOND_ASCII) | (start == end)
    rows = np.flatnonzero(~plain)
    if len(rows):
        begun = slices(block.data, start[rows], end[rows]).str.strip_chars_start()
        start[rows] = end[rows] - begun.str.len_bytes().to_numpy()
        end[rows] = start[rows] + begun.str.strip_chars_end().str.len_bytes().to_numpy()
    return start, end


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
