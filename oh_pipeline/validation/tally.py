"""What is known of the source files while they are read: what became of each, and the rows that tell it at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.examine import Examined
from oh_pipeline.validation.members import member_table, merge_observed
from oh_pipeline.validation.reasons import said
from oh_pipeline.validation.rulebook import filled, rules
from oh_pipeline.validation.tables import Issues, SourceFiles

_UNSUPPORTED_REMEDY = "Hand the records in as text, a workbook, CSV, JSON or a Word form that opens without a password"
_PART_REMEDY = "Correct this part; then hand the file in again"


@dataclass(frozen=True)
class FileNote:
    """A finding about a file as a whole."""

    rule: str
    location: str | None = None
    words: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    """What stands there, where it is kept with the file."""


@dataclass
class Outcome:
    """What one task brought: rows, and what became of each of its files. `notes` are by the files' order."""

    examined: Examined | None
    files: list[SourceFile]
    continued: bool = False
    notes: list[tuple[int, FileNote]] = field(default_factory=list)


@dataclass
class Tally:
    """What is known of the files so far."""

    files: dict[int, SourceFile]
    found: dict[int, int] = field(default_factory=dict)
    preambles: dict[int, str] = field(default_factory=dict)
    notes: list[tuple[int, FileNote]] = field(default_factory=list)
    observed: list[pl.DataFrame] = field(default_factory=list)
    erased: set[int] = field(default_factory=set)

    def record(self, outcome: Outcome, files: Sequence[SourceFile]) -> dict[str, pl.DataFrame]:
        """Count what a task brought; number the records of a file that goes on from the block before."""
        for item in outcome.files:
            self.files[item.order] = item
        self.notes += outcome.notes
        examined = outcome.examined
        if examined is None:
            return {}
        frames = examined.frames
        if outcome.continued:
            for position in examined.found:
                base = self.found.get(files[position].order, 0)
                moved = (pl.col("record_number") + base, pl.col("fragment_key") + base)
                frames = {name: frame.with_columns(*moved) for name, frame in frames.items()}
        for position, count in examined.found.items():
            order = files[position].order
            self.found[order] = self.found.get(order, 0) + count
        for position, preamble in examined.preambles.items():
            self.preambles[files[position].order] = preamble
        self.erased |= {files[position].order for position in examined.erased}
        if len(examined.observed):
            self.observed.append(examined.observed)
            if len(self.observed) > 64:
                self.observed = [merge_observed(self.observed)]
        return frames

    def closing(self, codebook: Codebook) -> dict[str, pl.DataFrame]:
        """The findings about files, the files themselves, and the members."""
        notes = list(self.notes)
        refused = {order for order, note in notes if note.rule == "unreadable_file"}
        texts = {order: note.text for order, note in notes if note.text} | self.preambles
        rows = []
        for order, item in sorted(self.files.items()):
            if item.problem:
                notes.append((order, unreadable(item.problem, item.remedy, item.place)))
            elif item.encoding_guessed:
                notes.append((order, FileNote("encoding_guessed", words={"value": item.encoding or ""})))
            if order in self.preambles and not item.problem:
                notes.append((order, FileNote("preamble", "line 1")))
            found = self.found.get(order, 0)
            read = found > 0 or (item.problem is None and order not in refused)
            kind = None if item.format == "zip" else item.format
            # Of whom a text beside an erased record tells cannot be known.
            preamble = texts.get(order) if read and order not in self.erased else None
            rows.append(
                (item.source_file, order, item.sha256, kind if read else None, item.encoding if read else None)
                + (item.bytes, found, preamble)
            )
        return {
            "issues": self._issues(sorted(notes, key=lambda note: (note[0], note[1].rule))),
            "source_files": pl.DataFrame(rows, schema=SourceFiles.types(), orient="row"),
            "members": member_table(codebook, self.observed),
        }

    def _issues(self, notes: list[tuple[int, FileNote]]) -> pl.DataFrame:
        rows = []
        for order, note in notes:
            rule = rules()[note.rule]
            message, remedy = filled(rule.message, note.words), filled(rule.remedy, note.words)
            path = self.files[order].source_file
            rows.append((path, None, note.location, None, None, note.rule, rule.severity, message, remedy, None))
        return pl.DataFrame(rows, schema=Issues.types(), orient="row")


def unreadable(reason: str, remedy: str = "", place: str | None = None) -> FileNote:
    """The finding that a file, or the rest of it, was not read; `reason` and `remedy` in English."""
    return _refused(f"The file was not read: {reason}", remedy or _UNSUPPORTED_REMEDY, place)


def unreadable_part(reason: str, place: str | None, remedy: str = _PART_REMEDY) -> FileNote:
    """The finding that one part of a file was not read, and what stands before and behind it was."""
    return _refused(f"A part of the file was not read: {reason}", remedy, place)


def _refused(reason: str, remedy: str, place: str | None) -> FileNote:
    return FileNote("unreadable_file", place, {"reason": said(reason), "remedy": said(remedy)})
