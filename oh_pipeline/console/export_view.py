"""`oh export` in the terminal: which table it is at on stderr; what was written on stdout."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from oh_pipeline.console.run_view import StageView
from oh_pipeline.delivery.export import Order, export
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.home import Home

_CLOSED = "It holds free text and confidential outcomes: its files are closed to others; keep them so."


def export_and_show(settings: Settings, target: Path, edition: str, form: str) -> None:
    """Write the folder and tell what is in it."""
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    with StageView(console) as view:
        view.stage("Writing tables")
        done = export(
            Home.of(settings),
            Order(edition, form, target, settings.memory_limit),
            view.advance,
        )
        view.close()
    if edition == "restricted":
        console.print(_CLOSED)
    out = Console(highlight=False, soft_wrap=True)
    width = max(map(len, done.rows))
    for name, count in done.rows.items():
        out.print(f"  {name:<{width}}  {count:>11,}", markup=False)
    out.print(f"{len(done.rows)} tables of the {edition} edition, build {done.build_id}, written to:", markup=False)
    out.print(str(target), markup=False)
