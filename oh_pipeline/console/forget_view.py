"""`oh forget` in the terminal: what will be erased, the question, the run; then where the record still stands, on stdout."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from oh_pipeline.console.run_view import StageView, tell_waiting
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.orchestration.forget import Forgotten, find, forget_once
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.erasure import Found

_OUTSIDE = (
    "Out of reach are: exports, samples and returns that were handed out, backups, and whoever has an older build open."
)


def forget_and_show(settings: Settings, key: str, *, is_sure: bool, debug: bool) -> None:
    """Erase and tell. Raises UsageFault where the key fits nothing or nobody can be asked, Fault where the run fails."""
    console = Console(file=sys.stderr, highlight=False, soft_wrap=True)
    found = find(settings, key)
    console.print(_meant(found))
    if not is_sure:
        _ask()
    with StageView(console) as view:
        done = forget_once(settings, found.erased, progress=view, on_wait=tell_waiting, debug=debug)
        view.close()
    _tell(done, settings)


def _meant(found: Found) -> str:
    if not (found.outcomes or found.records):
        return "This key was erased before; what may be left of it goes now"
    outcomes = f"{found.outcomes:,} outcome{'' if found.outcomes == 1 else 's'}"
    records = f"{found.records:,} record{'' if found.records == 1 else 's'}"
    return f"This key means {records} of {outcomes}" if found.outcomes else f"This key means {records}"


def _ask() -> None:
    if not sys.stdin.isatty():
        raise UsageFault("Nobody can be asked here; nothing was erased", "Say --yes")
    if not typer.confirm("Erase it for good, with all its versions, from every build, return and report?", err=True):
        raise Fault("Nothing was erased")


def _tell(done: Forgotten, settings: Settings) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"Erased. Build {done.summary.build_id} is without it; every build before is removed.", markup=False)
    if done.places:
        out.print("These files under raw/ still hold it; delete it there, or the files:", markup=False)
        for source_file, location in done.places:
            out.print(f"  {source_file}, {location}", markup=False)
    else:
        out.print("No file under raw/ holds it.", markup=False)
    if done.decisions:
        out.print(f"The codebook in {settings.codebook} still names it:", markup=False)
        for place in done.decisions:
            out.print(f"  {place}", markup=False)
    if (settings.home / "truth.parquet").exists():  # beside a demo's corpus
        out.print("truth.parquet in the home lists every record of the demo: delete it.", markup=False)
    Console(file=sys.stderr, highlight=False, soft_wrap=True).print(_OUTSIDE)
