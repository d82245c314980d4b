"""`make prove`: try every promise at length, print what was found, and write `docs/proof.md` from all that was kept."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.proof.proving import Proof, proofs, prove

KEPT = Path(__file__).with_name("proven.json")
PAGE = Path(__file__).parents[2] / "docs" / "proof.md"
_LONGEST = 5  # failures named on the screen and the page; all are kept


def main() -> int:
    """Ends with 1 where a promise is broken."""
    known = proofs()
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(one.name for one in known)}; all if none"
    )
    parser.add_argument("--tenth", action="store_true", help="as often as the tests try; nothing is kept")
    parser.add_argument("--tries", type=int, help="so often each; nothing is kept")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    unknown = set(asked.names) - {one.name for one in known}
    if unknown:
        parser.error(f"no promise is named {', '.join(sorted(unknown))}")
    chosen = [one for one in known if not asked.names or one.name in asked.names]
    console = Console(soft_wrap=True)
    at_length = not asked.tenth and asked.tries is None
    is_broken = False
    for proof in chosen:
        row = _try(proof, asked.tries or (proof.tenth if asked.tenth else proof.tries), asked.seed)
        is_broken |= bool(row["broken"])
        console.print(_line(row), highlight=False)
        if at_length:
            _keep(row, known)
    return int(is_broken)


def _try(proof: Proof, tries: int, seed: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="oh-proof-"))
    try:
        found = prove(proof, tries, seed, folder / proof.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"
    return {**asdict(found), "on": datetime.now(UTC).date().isoformat(), "machine": machine}


def _line(row: dict[str, Any]) -> Table:
    table = Table(show_header=False, box=None)
    verdict = "[red]broken[/]" if row["broken"] else "[green]holds[/]"
    said = f"{len(row['broken'])} of {row['tried']:,} {row['unit']} in {row['seconds']:.0f} s"
    table.add_row(verdict, f"{row['name']}: {row['promise']}", said, row["remark"])
    for one in row["broken"][:_LONGEST]:
        table.add_row("", one)
    return table


def _keep(row: dict[str, Any], known: tuple[Proof, ...]) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept[row["name"]] = row
    kept = {one.name: kept[one.name] for one in known if one.name in kept}
    KEPT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(kept), encoding="utf-8")


def page(kept: dict[str, dict[str, Any]]) -> str:
    """`docs/proof.md`: the last run at length of every promise."""
    lines = [
        "# What was proven",
        "",
        "Written by `make prove`, which first shows that each harness finds a fault that is planted, and then tries every promise at",
        "length, with the real `oh` where it says so; a promise that is not in the table was not tried at length yet. The tests try a",
        "tenth or less of each. `python -m tests.proof NAME` tries one at length and writes it here.",
        "",
        "| promise | broken | tried | took | on | machine |",
        "|---|---:|---:|---:|---|---|",
    ]
    for row in kept.values():
        remark = f"; {row['remark']}" if row["remark"] else ""
        lines.append(
            f"| **{row['name']}**: {row['promise']}{remark} | {len(row['broken'])} | {row['tried']:,} {row['unit']} "
            f"| {row['seconds']:,.0f} s | {row['on']} | {row['machine']} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
