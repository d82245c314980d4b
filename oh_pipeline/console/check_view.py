"""`oh check` in the terminal: issues by file, what one change mends most first; or a JSON object an issue, a line each."""

from __future__ import annotations

import json
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from oh_pipeline.codebook import load_codebook
from oh_pipeline.console.check_words import Words
from oh_pipeline.fields import ALL_FIELDS
from oh_pipeline.private import keep_private
from oh_pipeline.settings import Settings
from oh_pipeline.sources.given import given_files
from oh_pipeline.validation.check import Checked, Group, by_effort, check, of_first_files, settling_lines
from oh_pipeline.validation.suggestions import Suggestion
from oh_pipeline.validation.tables import SEVERITIES

_STYLES = {"error": "bold red", "warning": "yellow", "advice": "cyan"}
_PATIENCE = 1.0  # seconds after which somebody wonders what goes on
_PLACES = 3
_MOST_FILES = 50  # with issues of their own; the others are told together
_MOST_LINES = 40
_INDENT = " " * 18
_COUNTS = ("found", "accepted", "quarantined", "duplicate")
# What moves the cursor, changes colours or turns the writing round, and what some readers of lines take for an end of one.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = {0x85: "\\u0085", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def watch_check(paths: Sequence[str], settings: Settings, *, as_json: bool, returns: Path | None) -> bool:
    """Check what the paths name and show it on stdout, with workbooks in the folder `returns` where one is named.

    Gives whether an error was found. Raises UsageFault.
    """
    keep_private()
    codebook, words = load_codebook(settings.codebook), Words(settings.language)
    with tempfile.TemporaryDirectory(prefix="oh-check-") as folder, _progress(words) as progress:
        files = given_files(paths, frozenset(codebook.fields), sys.stdin.buffer, Path(folder))
        checked = check(files, codebook, scratch=Path(folder), progress=progress)
        workbooks = 0
        if returns is not None:
            from oh_pipeline.delivery.check_returns import return_checked

            workbooks = return_checked(checked, files, codebook, returns, settings.language)
    if as_json:
        show_lines(checked)
    else:
        page = Page(words)
        page.issues(checked)
        page.codebook(settling_lines(checked, codebook), str(settings.codebook))
        page.end(checked, paths, words.say("returns", workbooks, folder=_inert(str(returns))) if workbooks else None)
    return checked.has_errors


@contextmanager
def _progress(words: Words) -> Iterator[Callable[[str, int], None] | None]:
    """How far the reading is: on a terminal, and only where it takes long."""
    if not sys.stderr.isatty():
        yield None
        return
    status = Console(stderr=True, highlight=False).status("")
    began = time.monotonic()

    def tell(source_file: str, done: int) -> None:
        if time.monotonic() - began > _PATIENCE:
            status.update(Text(words.say("reading", done, file=_inert(source_file)[-50:])))
            status.start()

    try:
        yield tell
    finally:
        status.stop()


def show_lines(checked: Checked) -> None:
    """For programs: a JSON object a line, in UTF-8 wherever this runs."""
    sys.stdout.flush()
    out = sys.stdout.buffer
    for row in checked.issues.iter_rows(named=True):
        out.write(json.dumps(row, ensure_ascii=False).translate(_LINE_ENDS).encode() + b"\n")
    out.flush()


class Page:
    """What people see. Lines that a terminal breaks under their own beginning, and that nothing breaks in a pipe."""

    def __init__(self, words: Words) -> None:
        self._console = Console(highlight=False, emoji=False)
        self._words = words
        self._width = self._console.width if self._console.is_terminal else None

    def issues(self, checked: Checked) -> None:
        """By file, what one change mends most first."""
        files = {row["source_file"]: row for row in checked.files.iter_rows(named=True)}
        first, others = of_first_files(checked.issues, _MOST_FILES)
        for source_file, groups in groupby(by_effort(first, _PLACES), lambda group: group.source_file):
            self._file(source_file, files[source_file])
            for group in groups:
                self._group(group)
            self._console.print()
        if others.height:
            count = checked.issues["source_file"].n_unique() - _MOST_FILES
            self._line("", Text(self._words.say("others", count), "bold"))
            for group in by_effort(others, _PLACES):
                self._group(group)
            self._console.print()

    def _file(self, source_file: str, row: Mapping[str, Any]) -> None:
        """A file and what became of it."""
        became = self._words["unread"] if row["format"] is None else self._became(row)
        self._line("", Text.assemble((_inert(source_file), "bold"), "  ", (became, "dim")))

    def _group(self, group: Group) -> None:
        """What was found, where, and what to do about it."""
        many = f"{self._words.number(group.count)}×" if group.count > 1 else ""
        field = f"{group.field}: " if group.field in ALL_FIELDS else ""
        begin = f"  {self._words[group.severity]:<8}{many:>6}  "
        self._line(begin, Text(field + _inert(group.message)), _STYLES[group.severity])
        if group.places:
            self._line(_INDENT, Text(self._where(group), "dim"))
        self._line(f"{_INDENT}→ ", Text(_inert(group.remedy)))

    def codebook(self, lines: Sequence[Suggestion], folder: str) -> None:
        """What would settle unknown labels and values for good; each line in one piece, to be copied."""
        if not lines:
            return
        self._line("", Text(self._words.say("lines", folder=_inert(folder))))
        for told in lines[:_MOST_LINES]:
            value = _inert(told.value)
            near = value if told.near is None else self._words.say("near", value=value, near=_inert(told.near))
            self._line("  ", Text(near))
            self._piece(Text(f"    {_inert(told.line)}", "green"))
            if told.otherwise is not None:
                self._piece(Text(f"    {self._words.say('or', line=_inert(told.otherwise))}", "dim"))
        if len(lines) > _MOST_LINES:
            self._line("  ", Text(self._words.say("lines_left", len(lines) - _MOST_LINES)))
        self._console.print()

    def end(self, checked: Checked, paths: Sequence[str], returned: str | None = None) -> None:
        """How much was looked at, what was found, what was written, and what to type next."""
        total = checked.files.select(_COUNTS).sum().row(0, named=True)
        issues = dict(checked.issues["severity"].value_counts().iter_rows())
        self._line("", Text(self._words.say("files", checked.files.height, became=self._became(total))))
        told = [self._words.say(f"{severity}s", issues[severity]) for severity in SEVERITIES if severity in issues]
        self._line("", Text(", ".join(told), "bold") if told else Text(self._words["nothing"], "bold green"))
        if returned is not None:
            self._line("", Text(returned))
        self._piece(Text(self._words["next"] + self._next(issues, paths)))
        sys.stdout.flush()

    def _became(self, row: Mapping[str, Any]) -> str:
        """How many fragments were found, and what became of them where it is worth a word."""
        found, *rest = [self._words.say(name, row[name]) for name in _COUNTS if row[name] or name == "found"]
        return found if row["accepted"] == row["found"] else ", ".join([found, *rest])

    def _where(self, group: Group) -> str:
        """The first places, and how many more there are."""
        between = "; " if any("," in place for place in group.places) else ", "
        places, more = _inert(between.join(group.places)), group.count - len(group.places)
        return self._words.say("more", more, places=places) if more else places

    def _next(self, issues: Mapping[str, int], paths: Sequence[str]) -> str:
        command = _inert(shlex.join(["oh", "check", *paths[:_PLACES]])) + (" …" if len(paths) > _PLACES else "")
        if issues.get("error"):
            return self._words.say("correct_errors", command=command)
        return self._words.say("correct", command=command) if issues else self._words["run"]

    def _line(self, begin: str, text: Text, style: str = "") -> None:
        pieces = [text] if self._width is None else text.wrap(self._console, max(self._width - len(begin), 20))
        for piece in pieces:
            piece.rstrip()
            self._piece(Text.assemble((begin, style), piece))
            begin = " " * len(begin)

    def _piece(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _inert(text: str) -> str:
    """Without letters that a terminal obeys."""
    return _CONTROL.sub("�", text)
