"""`oh run` in the terminal: stages and nodes as they end, a summary, where the editions lie, what to type next."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from oh_pipeline.console.streams import flushed, speak_utf8
from oh_pipeline.settings import Settings

if TYPE_CHECKING:
    from oh_pipeline.helper import Helper
    from oh_pipeline.orchestration.launch import Summary
    from oh_pipeline.orchestration.turn import Turn
    from oh_pipeline.warehouse.lock import Holder

WORDS = {
    "starting": "Starting",
    "sources": "Looking at the source files",
    "fragments": "Reading and checking fragments",
    "models": "Building and testing models",
    "publishing": "Auditing and publishing",
}
NEXT = 'oh sql "select rule, severity, count(*) as n from quality_issues group by all order by n desc"'


class StageView:
    """Shows one line a stage on a terminal, and one plain line a stage elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bars = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[what]}[/]"),
            console=console,
            disable=not console.is_terminal,
        )
        self.task: TaskID | None = None
        self.name = ""
        self.started = time.monotonic()
        self.done = 0

    def __enter__(self) -> StageView:
        self.bars.start()
        return self

    def __exit__(self, *unused: object) -> None:
        self.bars.stop()

    def stage(self, name: str, total: int | None = None) -> None:
        """Close the stage before and begin the next."""
        self.close()
        self.name, self.started, self.done = name, time.monotonic(), 0
        self.task = self.bars.add_task(WORDS.get(name, name), total=total, what="")

    def advance(self, what: str, done: int) -> None:
        """`done` steps are over."""
        self.done = done
        if self.task is not None:
            self.bars.update(self.task, completed=done, what=what[-50:].replace("[", "("))

    def note(self, words: str) -> None:
        """A line of its own."""
        self.console.print(words, markup=False)

    def close(self) -> None:
        """The stage that is open has come to its end."""
        if self.task is None:
            return
        self.bars.update(self.task, total=max(self.done, 1), completed=max(self.done, 1), what="")
        self.bars.stop_task(self.task)
        if not self.console.is_terminal:
            seconds = time.monotonic() - self.started
            self.console.print(f"{WORDS.get(self.name, self.name)}: {self.done or 'done'} ({seconds:.1f} s)")
        self.task = None


def tell_waiting(holder: Holder | None) -> None:
    """Another run is going on: say so on stderr."""
    who = f" ({holder.sentence})" if holder is not None else ""
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(
        f"Another run is going on in this home{who}; waiting for it to end", markup=False
    )


def watch_run(
    settings: Settings, turn: Turn, *, as_json: bool, allow_empty: bool, debug: bool, modelling: Helper
) -> Summary:
    """Run once and show it. The summary goes to stdout, everything else to stderr."""
    from oh_pipeline.orchestration.launch import run_once

    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    with StageView(console) as view:
        summary = run_once(settings, turn, allow_empty=allow_empty, progress=view, debug=debug, modelling=modelling)
        view.close()
    is_written = True
    try:
        if as_json:
            speak_utf8()
            json.dump(summary.as_json(), sys.stdout, ensure_ascii=False)
            sys.stdout.write("\n")
        else:
            _print(summary, settings)
    except OSError as error:
        is_written = isinstance(error, BrokenPipeError)  # then whoever reads has read enough
    if not (flushed() and is_written):  # it has published all the same
        console.print("Published, but the summary could not be written: is the disk full?")
    return summary


def _print(summary: Summary, settings: Settings) -> None:
    out = Console(highlight=False, soft_wrap=True)
    table = Table("", "count", title=f"Build {summary.build_id}", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in summary.records.items():
        table.add_row(f"records {name}", f"{count:,}")
    table.add_row("outcomes", f"{summary.outcomes:,}", end_section=True)
    for severity, count in summary.issues.items():
        table.add_row(f"issues of severity {severity}", f"{count:,}")
    out.print(table)
    out.print(f"Published in {summary.seconds:.1f} s:")
    for edition in ("restricted", "open"):
        out.print(f"  {edition:<11}{summary.paths[edition]}", markup=False)
    if summary.paths["returns"]:
        count = len(summary.paths["returns"])
        out.print(f"  {'returns':<11}{settings.home / 'returns'} ({count:,} to send back)", markup=False)
    home = "" if settings.home == settings.project_root / "data" else f' --home "{settings.home}"'
    out.print(f"Next: {NEXT}{home}", markup=False)
