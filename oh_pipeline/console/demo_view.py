"""`oh demo` in the terminal: how far it is on stderr; what was written, and what to type next, on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from oh_pipeline.console.run_view import StageView
from oh_pipeline.demo.corpus import make_corpus
from oh_pipeline.demo.plan import Order

_COUNTS = ("accepted", "quarantined", "duplicate", "outcomes")


def make_and_show(target: Path, order: Order, codebook: Path, *, debug: bool) -> None:
    """Write the corpus and tell what a run should find in it."""
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    with StageView(console) as view:
        view.stage("Writing synthetic records", order.records)
        corpus = make_corpus(target, order, codebook, view.advance, debug=debug)
        view.close()
    out = Console(highlight=False, soft_wrap=True)
    table = Table("", "count", title="Synthetic corpus; people and organisations are invented", title_justify="left")
    table.columns[1].justify = "right"
    table.add_row("files", f"{corpus.counts['files']:,}")
    table.add_row("records", f"{order.records:,}")
    table.add_row("substantiations among them", f"{corpus.counts['substantiations']:,}", end_section=True)
    for name in _COUNTS:
        table.add_row(f"{name} expected", f"{corpus.counts[name]:,}")
    out.print(table)
    out.print("Written:")
    out.print(f"  {'files':<7}{corpus.raw}", markup=False)
    out.print(f"  {'truth':<7}{corpus.truth}", markup=False)
    out.print(f'Next: oh run --home "{target}"', markup=False)
