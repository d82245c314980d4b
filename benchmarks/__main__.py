"""`make bench`: four comparisons, each repeated in turn, as one table of medians; what near-duplicates cost and find; and the
questions and the models on a million outcomes.

(a) `oh run` on one record against the stock launch of the same assets; (b) reading, typing and checking alone; (c) the same of
tables, a file of each format; (d) the whole run against a hand-written pandas script and against dlt loading the parsed
records. Peers run in an environment of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import corpus, million, near_duplicates, workbooks
from benchmarks.measured import Cost, cost, in_turn

HERE = Path(__file__).parent
ROOT = HERE.parent
BIN = Path(sys.executable).parent
PEERS = ROOT / ".venv-peers"


def home(work: Path, name: str) -> Path:
    """A fresh data home."""
    folder = work / name
    (folder / "raw").mkdir(parents=True)
    return folder


def launch(work: Path, repeats: int) -> dict[str, list[Cost]]:
    """(a) One record: `oh run` against `dagster asset materialize`."""
    ours, stock = home(work, "one"), home(work, "stock")
    for folder in (ours, stock):
        shutil.copy(next((ROOT / "data" / "raw").glob("*.txt")), folder / "raw")
    env = {
        "OH_HOME": str(stock),
        "OH_BUILD_FILE": str(stock / "outcomes.duckdb"),
        "DAGSTER_HOME": str(stock / "dagster"),
    }
    env |= {"PYTHONPATH": str(ROOT), "DAGSTER_DISABLE_TELEMETRY": "1", "PATH": f"{BIN}:{os.environ['PATH']}"}
    (stock / "dagster").mkdir()
    (stock / "dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    project = ROOT / "dbt_project"
    parse: list[str | Path] = [BIN / "dbt", "parse", "--target-path", stock / "target"]
    cost([*parse, "--project-dir", project, "--profiles-dir", project], env)
    cost([BIN / "oh", "run", "--home", ours])
    materialize: list[str | Path] = [BIN / "dagster", "asset", "materialize", "--select", "*", "-f", HERE / "stock.py"]
    return in_turn(
        repeats, oh_run=lambda: cost([BIN / "oh", "run", "--home", ours]), stock=lambda: cost(materialize, env)
    )


def intake(raw: Path) -> dict[str, float]:
    """What `benchmarks.intake` tells of one reading, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.intake", str(raw)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def reading(raw: Path, repeats: int) -> list[tuple[float, float, float]]:
    """(b) Records a second, MB a second and peak MB of reading, typing and checking."""
    found = []
    for told in (intake(raw) for _ in range(repeats)):
        found.append((told["records"] / told["seconds"], told["bytes"] / 1e6 / told["seconds"], told["megabytes"]))
    return found


def tables(work: Path, count: int, repeats: int) -> dict[str, list[dict[str, float]]]:
    """(c) Reading, typing and checking one file of each format there is a writer for, in turn."""
    kinds = [kind for kind in workbooks.FORMATS if workbooks.write(work / "tables" / kind, kind, count)]
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in kinds}
    for _ in range(repeats):
        for kind in kinds:
            told = intake(work / "tables" / kind)
            if told["records"] != count:
                raise SystemExit(f"{kind}: {told['records']:,} of {count:,} rows were read")
            found[kind].append(told)
    return found


def whole(work: Path, raw: Path, repeats: int) -> dict[str, list[Cost]]:
    """(d) The whole run against a pandas script and dlt."""
    python = peers()
    ours = work / "whole"
    ours.mkdir()
    shutil.copytree(raw, ours / "raw")

    def pandas() -> Cost:
        (work / "pandas.duckdb").unlink(missing_ok=True)
        return cost([python, HERE / "peer_pandas.py", raw, work / "pandas.duckdb"])

    def dlt() -> Cost:
        shutil.rmtree(work / "dlt", ignore_errors=True)
        (work / "dlt").mkdir()
        return cost([python, HERE / "peer_dlt.py", raw, work / "dlt"], {"RUNTIME__DLTHUB_TELEMETRY": "false"})

    found = in_turn(repeats, oh_run=lambda: cost([BIN / "oh", "run", "--home", ours]), pandas=pandas)
    return found | in_turn(1, dlt=dlt)


def peers() -> Path:
    """The peers' own environment, made once."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        lock = str(HERE / "requirements.lock")
        subprocess.run([python, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", lock], check=True)
    return python


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument(
        "--rows", type=int, default=30_000, help="of each table; an .xls of many more takes more memory than a file may"
    )
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--only", choices=("launch", "reading", "tables", "whole", "near_duplicates", "million"))
    options = parser.parse_args()
    table = Table(
        "what", "median", "least", "most", "peak MB", title=f"{options.repeats} runs each, {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory(prefix="oh-bench-") as folder:
        work = Path(folder)
        raw = work / "raw"
        if options.only not in ("launch", "tables", "near_duplicates", "million"):
            corpus.write(raw, options.records, per_file=options.records)
        if options.only in (None, "launch"):
            rows(table, "one record, ", launch(work, options.repeats))
        if options.only in (None, "reading"):
            told = reading(raw, options.repeats)
            for name, column in (("records a second", 0), ("MB a second", 1)):
                values = [row[column] for row in told]
                numbers = (statistics.median(values), min(values), max(values))
                table.add_row(
                    f"reading: {name}", *(f"{n:,.0f}" for n in numbers), f"{max(row[2] for row in told):,.0f}"
                )
        if options.only in (None, "tables"):
            for kind, runs in tables(work, options.rows, options.repeats).items():
                table_rows(table, f".{kind}: rows a second", runs)
        if options.only in (None, "whole"):
            rows(table, f"{options.records:,} fragments, ", whole(work, raw, options.repeats))
        if options.only in (None, "near_duplicates"):
            found = near_duplicates.found_and_cost(work, options.records, options.repeats)
            numbers = (statistics.median(found.seconds), min(found.seconds), max(found.seconds))
            title = f"{options.records:,} fragments, near-duplicates"
            table.add_row(title, *(f"{n:.1f} s" for n in numbers), f"{found.megabytes:,.0f}")
            table.add_row(f"{title}: recall", f"{found.told.recall:.3f}", "", "", "")
            table.add_row(f"{title}: precision", f"{found.told.precision:.3f}", "", "", "")
    console = Console(width=110)
    if table.rows:
        console.print(table)
    if options.only in (None, "million"):
        with tempfile.TemporaryDirectory(prefix="oh-bench-") as folder:
            for shown in million.tables(Path(folder), options.repeats):
                console.print(shown)


def table_rows(table: Table, title: str, runs: list[dict[str, float]]) -> None:
    """Rows a second by the clock, and of each second of a processor; memory of the process and of the reading child."""
    for name, key in (("", "seconds"), (" of a processor", "busy")):
        values = [run["records"] / run[key] for run in runs]
        numbers = (statistics.median(values), min(values), max(values))
        peaks = (max(run[peak] for run in runs) for peak in ("megabytes", "child_megabytes"))
        memory = "" if name else " + ".join(f"{peak:,.0f}" for peak in peaks)
        table.add_row(title + name, *(f"{n:,.0f}" for n in numbers), memory)


def rows(table: Table, title: str, found: dict[str, list[Cost]]) -> None:
    """Seconds of each run and our ratio to the one it is held against."""
    for name, costs in found.items():
        seconds = [c.seconds for c in costs]
        numbers = (statistics.median(seconds), min(seconds), max(seconds))
        table.add_row(title + name, *(f"{n:.1f} s" for n in numbers), f"{max(c.megabytes for c in costs):,.0f}")
    ours = statistics.median(c.seconds for c in found["oh_run"])
    for name in found:
        if name != "oh_run":
            ratio = ours / statistics.median(c.seconds for c in found[name])
            table.add_row(f"{title}oh_run / {name}", f"{ratio:.2f}", "", "", "")


if __name__ == "__main__":
    main()
