"""The merged text against the fields it is made from, and what one field withholds and another shows.

Texts come collapsed, every mark one NUL. A mark matches anything; nothing that a mark covers is ever copied or told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from oh_pipeline.validation import columns

HOLE = "\0"  # stands for a mark; no text holds it
_CONTEXT_WORDS = 3
_WINDOWS = ((2, 3), (1, 4))
"""Words before a mark and behind it that tell its place where the sentences before it are different ones."""
_MOST_LOOKED_AT = 20_000_000
"""Characters: marks by the length of the texts. Of a record with more, only the first marks are looked at."""
_MOST_COMPARED = 1_000_000_000  # words by words


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing one merged text showed: whether it agrees, and which fields withhold what the other side shows."""

    agrees: bool
    withheld: frozenset[str] = frozenset()


def expected(parts: pl.DataFrame, headings: Mapping[str, str]) -> pl.Series:
    """The merged text as exports make it: heading, colon, two blanks, text, in the order of `headings`."""
    pieces: list[pl.Expr] = []
    for field, heading in headings.items():
        pieces += [pl.when(pl.col(field).is_not_null()).then(pl.lit(f" {heading}:  ")), pl.col(field)]
    first = next(iter(headings))
    pieces[0] = pl.when(pl.col(first).is_not_null()).then(pl.lit(f"{headings[first]}:  "))
    text = parts.select(pl.concat_str(pieces, ignore_nulls=True)).to_series()
    return columns.changed(text, parts[first].is_null(), lambda some: some.str.slice(1))  # then no blank goes before


def compare(parts: Mapping[str, str | None], headings: Mapping[str, str], merged: str) -> Comparison:
    """Compare one merged text with its parts, marks as wildcards on both sides. A blank part may have its heading there."""
    found = _compared(*_laid_out(parts, headings), merged)
    bare = {field: "" for field, heading in headings.items() if parts.get(field) is None and f"{heading}:" in merged}
    if found.agrees or not bare:
        return found
    again = _compared(*_laid_out({**parts, **bare}, headings), merged)
    return again if again.agrees else found


def _compared(text: str, spans: Sequence[tuple[str, int, int]], merged: str) -> Comparison:
    if (covered := _cover(merged, text)) is not None:
        shows = any(_readable(text, spans, start, end) for start, end in covered)
        return Comparison(True, frozenset({"merged_text"}) if shows else frozenset())
    if (covered := _cover(text, merged)) is not None:
        holes = [field for field, start, end in spans for _ in range(text.count(HOLE, start, end))]
        told = {field for field, (a, b) in zip(holes, covered, strict=True) if merged[a:b].strip("\0 .,;:")}
        return Comparison(True, frozenset(told))
    return _aligned(text, spans, merged)


def withheld_elsewhere(texts: Mapping[str, str]) -> set[str]:
    """Fields in which a mark stands where another field, in the same words around it, shows something.

    Three words before the mark and the one behind it are the same place, or five words before and behind it together; at
    the edge of a text four. A sentence may begin there: case makes no difference.
    """
    found: set[str] = set()
    texts = {field: text.lower() for field, text in texts.items()}
    left = 1 + _MOST_LOOKED_AT // (1 + sum(map(len, texts.values())))
    for field, text in texts.items():
        at = text.find(HOLE)
        while at >= 0 and field not in found and left > 0:
            left -= 1
            before, after = _around(text, at)
            if any(_shows(other, before, after) for name, other in texts.items() if name != field):
                found.add(field)
            at = text.find(HOLE, at + 1)
    return found


def _around(text: str, at: int) -> tuple[list[str], list[str]]:
    """Up to three words on either side of the mark at `at`, none from beyond another mark or glued to one."""
    before, after = text[text.rfind(HOLE, 0, at) + 1 : at], text[at + 1 :].partition(HOLE)[0]
    cut_before, cut_after = text.rfind(HOLE, 0, at) >= 0, HOLE in text[at + 1 :]
    words_before = before.split(" ")[1 if cut_before else 0 :] if before.endswith(" ") else []
    words_after = after.split(" ")
    words_after = words_after[: -1 if cut_after else None]
    return [word for word in words_before if word][-_CONTEXT_WORDS:], words_after[: _CONTEXT_WORDS + 2]


def _shows(other: str, before: list[str], after: list[str]) -> bool:
    """Whether `other` has readable words between the same words. `after[0]` is what is glued to the mark, or nothing."""
    glued = after[0] if after else ""
    behind = [word for word in after[1:] if word]
    windows = [(b, a) for b, a in _WINDOWS if b <= len(before) and a <= len(behind)]
    if len(before) == _CONTEXT_WORDS:  # then what stands next is enough, be it a comma
        windows.append((_CONTEXT_WORDS, 0 if glued else min(1, len(behind))))
    elif len(before) + len(behind) > _CONTEXT_WORDS:
        windows.append((len(before), len(behind)))
    return any(_shows_between(other, before[len(before) - b :], glued, behind[:a]) for b, a in windows)


def _shows_between(other: str, before: list[str], glued: str, behind: list[str]) -> bool:
    if " ".join(before) not in other or " ".join(behind) not in other:
        return False
    left = r"(?:^|(?<=\s))" + "".join(re.escape(word) + " " for word in before)
    right = re.escape(glued) + "".join(" " + re.escape(word) for word in behind)
    shown = r"[^\s\0.,;:!?()]+" + (r"(?: [^\s\0.,;:!?()]+){0,2}?" if behind else "")
    return re.search(left + shown + right + r"(?![^\s.,;:!?()])", other) is not None


def _laid_out(parts: Mapping[str, str | None], headings: Mapping[str, str]) -> tuple[str, list[tuple[str, int, int]]]:
    """The expected text and where in it each field's own words lie."""
    text, spans = "", []
    for field, heading in headings.items():
        if (value := parts.get(field)) is not None:
            text += f"{' ' if text else ''}{heading}:{' ' if value else ''}"
            spans.append((field, len(text), len(text) + len(value)))
            text += value
    return text, spans


def _cover(pattern: str, text: str) -> list[tuple[int, int]] | None:
    """What each hole of `pattern` covers of `text`, leftmost first; None where the pattern does not fit."""
    first, *rest = pattern.split(HOLE)
    if not rest:
        return [] if pattern == text else None
    if not text.startswith(first) or len(text) < len(first) + len(rest[-1]) or not text.endswith(rest[-1]):
        return None
    covered, at, limit = [], len(first), len(text) - len(rest[-1])
    for segment in rest[:-1]:
        found = text.find(segment, at, limit)
        if found < 0:
            return None
        covered.append((at, found))
        at = found + len(segment)
    covered.append((at, limit))
    return covered


def _readable(text: str, spans: Iterable[tuple[str, int, int]], start: int, end: int) -> bool:
    """Whether words of a field, not of a heading, lie open between start and end."""
    return any(text[max(start, a) : min(end, b)].strip("\0 .,;:") for _, a, b in spans if a < end and start < b)


def _aligned(text: str, spans: Sequence[tuple[str, int, int]], merged: str) -> Comparison:
    """The general case: word by word, each stretch of difference must be one that a mark on either side covers."""
    from rapidfuzz.distance import Levenshtein

    left, right = text.split(" "), merged.split(" ")
    if len(left) * len(right) > _MOST_COMPARED:
        return Comparison(False)
    withheld: set[str] = set()
    offsets = [0]
    for word in left:
        offsets.append(offsets[-1] + len(word) + 1)
    run: tuple[int, int, int, int] | None = None
    runs = []
    for op in Levenshtein.opcodes(left, right):
        if op.tag == "equal":
            run = None
        elif run is None:
            run = (op.src_start, op.src_end, op.dest_start, op.dest_end)
            runs.append(run)
        else:
            run = runs[-1] = (run[0], op.src_end, run[2], op.dest_end)
    for a, b, c, d in runs:
        ours, theirs = " ".join(left[a:b]), " ".join(right[c:d])
        if HOLE in theirs and _cover(theirs, ours) is not None:
            if _readable(text, spans, offsets[a], offsets[b]):
                withheld.add("merged_text")
        elif HOLE in ours and _cover(ours, theirs) is not None:
            if theirs.strip("\0 .,;:"):
                withheld.update(field for field, start, end in spans if start < offsets[b] and offsets[a] < end)
        elif ours or theirs:
            return Comparison(False)
    return Comparison(True, frozenset(withheld))
