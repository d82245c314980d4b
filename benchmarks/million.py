"""A million outcomes: what each question of `docs/questions.md` takes, and dbt's models against one hand-written SQL script.

The corpus is that of `oh demo`, made with the codebook of the questions' own tests, so that results and indicators have rows:
1.5 million records tell about a million outcomes. They are read, checked and loaded by the project's own code, and modelled by one
`dbt build`; the rest of a run (returns, the open edition's file) is left out, because it takes longer than all that is
measured here. The publication before is made of the versions that were delivered before the last harvest.

Both sides begin with a copy of one file: the raw tables, the codebook, and the three tables that neither makes, near-duplicates
and what the open edition releases. They are left out on both sides, as is all of the open edition: all the other tables of schema
`main`, and `history`, are made by both. `peer_warehouse.sql` has no constraint, no contract and no test, and may take 4 GB
where dbt's engine has 2; dbt is measured without its tests and with them. After the first turn the
tables of both are compared, name by name, and a difference ends the benchmark.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.measured import Cost, cost, in_turn
from oh_pipeline.codebook import load_codebook
from oh_pipeline.seeds import COLUMNS, OPTIONAL
from oh_pipeline.sources.inventory import fingerprint, take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.warehouse.build import ROW_GROUP, Build, builds_frame
from oh_pipeline.warehouse.reader import CONFIG
from tests.questions import PAGE, Query, make_codebook, queries

HERE = Path(__file__).parent
PROJECT = HERE.parent / "dbt_project"
BIN = Path(sys.executable).parent
RECORDS, SEED, THREADS = 1_500_000, 25, 2
MEMORY = "2GB"  # of dbt's engine; with the default of a run, models of a million rows side by side do not fit
SCRIPT_MEMORY = "4GB"

GIVEN = (
    ("staging", "int_near_duplicates"),
    ("main", "mart_near_duplicates"),
    ("staging", "int_released_outcomes"),
)
_LEFT_OUT = [
    *(table for _, table in GIVEN),
    "path:models/open",
    "path:models/intermediate/disclosure",
    "stg_previous_open_cells",
    "disclosure_report",
    "tag:parsed_only",
]
_SCRIPT = (
    "import sys,duckdb;file,script,memory,threads,spill=sys.argv[1:];"
    "c=duckdb.connect(file,config={'memory_limit':memory,'threads':int(threads),'temp_directory':spill,"
    "'preserve_insertion_order':False});c.execute(open(script,encoding='utf-8').read());c.close()"
)
# What was published before the last harvest came: each outcome as its newest version then said.
_BEFORE = """
    insert into raw.previous_outcomes
    select
        h.outcome_key,
        arg_max(h.fragment_id, h.version_number),
        arg_max(v.content_hash, h.version_number),
        arg_max(h.significance_key, h.version_number),
        arg_max(h.contribution_key, h.version_number),
        false
    from main.mart_outcome_history as h
    inner join main.fct_outcome_versions as v using (outcome_key, version_number)
    where h.harvest_number < (select max(number) from main.dim_harvest where status = 'codebook')
    group by h.outcome_key
"""
_TABLES = """
    select table_schema || '.' || table_name, list(column_name || ' ' || data_type order by ordinal_position)
    from information_schema.columns
    where table_catalog = ? and table_schema in ('main', 'history')
    group by all
"""


@dataclass(frozen=True)
class Corpus:
    """The raw tables alone, the whole build, what both sides begin with, and what the whole `dbt build` took."""

    codebook: Path
    built: Path
    start: Path
    outcomes: int
    whole: Cost | None


def make(work: Path, records: int, memory: str) -> Corpus:
    """Corpus and build in `work`; what lies there from an earlier time is used again."""
    codebook, home, raw, built, start = (
        work / name for name in ("codebook", "home", "raw.duckdb", "built.duckdb", "start.duckdb")
    )
    if not codebook.exists():
        make_codebook(codebook)
    if not raw.exists():
        if not (home / "truth.parquet").exists():
            command: list[str | Path] = [
                BIN / "oh",
                "demo",
                home,
                "--records",
                str(records),
                "--seed",
                str(SEED),
                "--formats",
                "jsonl",
            ]
            cost(command, {"OH_CODEBOOK": str(codebook)})
        _load(home / "raw", codebook, raw)
    whole = None
    if not built.exists():
        making = work / "making.duckdb"
        shutil.copyfile(raw, making)
        dbt(work, codebook, making, memory, "parse")
        whole = dbt(work, codebook, making, memory, "build", exclude=["tag:parsed_only"])
        _publish_before(making)
        dbt(work, codebook, making, memory, "run", select=["mart_publication_changes"])
        making.rename(built)
    start.unlink(missing_ok=True)
    with closing(duckdb.connect(config={"memory_limit": memory})) as connection:
        connection.execute(f"attach '{built}' as built (read_only)")
        connection.execute(f"attach '{start}' as start (row_group_size {ROW_GROUP})")
        kept = "select table_schema, table_name from information_schema.tables where table_catalog = 'built'"
        tables = [row for row in connection.execute(kept).fetchall() if row[0] in ("raw", "codebook") or row in GIVEN]
        for schema, table in tables:
            connection.execute(f"create schema if not exists start.{schema}")
            connection.execute(f"create table start.{schema}.{table} as from built.{schema}.{table}")
        row = connection.execute("select count(*) from built.main.fct_outcomes").fetchone()
    return Corpus(codebook, built, start, int(row[0]) if row else 0, whole)


def _load(raw: Path, codebook: Path, file: Path) -> None:
    """The raw tables of a run in a file."""
    book, files = load_codebook(codebook), take_inventory(raw)
    builds = {"builds": builds_frame("benchmark", book.hash, fingerprint(files), "before")}
    making = file.with_suffix(".making")
    Build("benchmark", making, "2GB", THREADS).load(chain(intake(files, book), [builds]))
    making.rename(file)


def _publish_before(file: Path) -> None:
    with closing(duckdb.connect(file)) as connection:
        connection.execute("delete from raw.previous_outcomes")
        connection.execute(_BEFORE)


def dbt(
    work: Path,
    codebook: Path,
    file: Path,
    memory: str,
    command: str,
    *,
    select: list[str] | None = None,
    exclude: list[str] | None = None,
    seeds: bool = True,
) -> Cost:
    """One dbt command on a build, with its start: the parsed project is found again. It gets a copy of the codebook, which it writes to."""
    copy = work / "codebook-copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(codebook, copy)
    for name in OPTIONAL:  # models may ask for them
        if not (copy / f"{name}.csv").exists():
            (copy / f"{name}.csv").write_text(",".join(COLUMNS[name]) + "\n", encoding="utf-8")
    arguments: list[str | Path] = [BIN / "dbt", command, "--quiet", "--log-level-file", "none"]
    arguments += ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", work / "target"]
    arguments += ["--select", *select] if select else []
    arguments += ["--exclude", *exclude] if exclude else []
    if command == "build":
        arguments += ["--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure"]
        arguments += [] if seeds else ["--exclude-resource-type", "seed"]
    env = {"OH_BUILD_FILE": str(file), "OH_CODEBOOK": str(copy), "OH_MEMORY_LIMIT": memory}
    env |= {"OH_THREADS": str(THREADS), "OH_SPILL": str(work / "spill"), "DO_NOT_TRACK": "1"}
    return cost(arguments, env | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false"})


def models_and_script(work: Path, corpus: Corpus, repeats: int, memory: str) -> dict[str, list[Cost]]:
    """dbt's models without and with their tests, and the script, in turn. Ends the benchmark where their tables differ."""
    files = {name: work / name / "outcomes.duckdb" for name in ("models", "tested", "script")}

    def fresh(name: str) -> Path:
        shutil.rmtree(files[name].parent, ignore_errors=True)
        files[name].parent.mkdir()
        return shutil.copyfile(corpus.start, files[name])

    def models() -> Cost:
        return dbt(work, corpus.codebook, fresh("models"), memory, "run", exclude=_LEFT_OUT)

    def tested() -> Cost:
        return dbt(work, corpus.codebook, fresh("tested"), memory, "build", exclude=_LEFT_OUT, seeds=False)

    def script() -> Cost:
        arguments: list[str | Path] = [
            fresh("script"),
            HERE / "peer_warehouse.sql",
            memory,
            str(THREADS),
            str(work / "spill"),
        ]
        return cost([sys.executable, "-c", _SCRIPT, *arguments])

    dbt(work, corpus.codebook, fresh("models"), memory, "parse")
    found = in_turn(1, dbt_models=models, dbt_with_tests=tested, script=script)
    differing = differences(files["models"], files["script"])
    if differing:
        raise SystemExit(f"dbt and the script differ in {', '.join(differing)}")
    more = in_turn(repeats - 1, dbt_models=models, dbt_with_tests=tested, script=script)
    return {name: costs + more[name] for name, costs in found.items()}


def differences(ours: Path, theirs: Path) -> list[str]:
    """Tables of two files that have not the same columns and rows, each with why; one without a row proves nothing."""
    with closing(duckdb.connect(config={"memory_limit": "2GB"})) as connection:
        for name, file in (("ours", ours), ("theirs", theirs)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        told, others = (dict(connection.execute(_TABLES, [name]).fetchall()) for name in ("ours", "theirs"))
        found = [f"{table} (one has it)" for table in sorted(told.keys() ^ others.keys())]
        for table in sorted(told.keys() & others.keys()):
            if told[table] != others[table]:
                found.append(f"{table} (columns)")
                continue
            hashed = f"select count(*), sum(cast(hash(each) as hugeint)) from {{}}.{table} as each"
            one, other = (connection.execute(hashed.format(name)).fetchone() for name in ("ours", "theirs"))
            if one != other:
                found.append(f"{table} (rows)")
            elif one is not None and not one[0]:
                found.append(f"{table} (no row)")
    return found


def answers(file: Path, repeats: int) -> list[tuple[Query, list[float]]]:
    """Seconds of every query, each asked some times in turn of one connection such as readers have; slowest first."""
    asked = queries(PAGE.read_text(encoding="utf-8"))
    seconds: list[list[float]] = [[] for _ in asked]
    with closing(duckdb.connect(file, read_only=True, config={**CONFIG, "threads": THREADS})) as connection:
        for _ in range(repeats):
            for query, taken in zip(asked, seconds, strict=True):
                begin = time.perf_counter()
                connection.execute(query.sql).fetchall()
                taken.append(time.perf_counter() - begin)
    return sorted(zip(asked, seconds, strict=True), key=lambda told: -statistics.median(told[1]))


def tables(work: Path, repeats: int, records: int = RECORDS, memory: str = MEMORY) -> Iterator[Table]:
    """What was measured, as tables to print: the questions, then the models."""
    corpus = make(work, records, memory)
    shown = f"{corpus.outcomes:,} outcomes, {THREADS} threads of {os.cpu_count()} cores, {repeats} times each"
    table = Table("question", "median ms", "least", "most", "lines", title=f"questions: {shown}")
    for query, seconds in answers(corpus.built, repeats):
        numbers = (statistics.median(seconds), min(seconds), max(seconds))
        told = f"{query.number}.{query.place} {query.question}"
        table.add_row(told, *(f"{1000 * number:,.0f}" for number in numbers), str(len(query.sql.splitlines())))
    yield table
    title = f"tables without near-duplicates and the open edition: {shown}, memory limits {memory} and {SCRIPT_MEMORY}"
    table = Table("what", "median", "least", "most", "peak MB", title=title)
    if corpus.whole:
        once = f"{corpus.whole.seconds:.1f} s"
        table.add_row("all that dbt builds and tests, once", once, "", "", f"{corpus.whole.megabytes:,.0f}")
    found = models_and_script(work, corpus, repeats, memory)
    medians = {name: statistics.median(c.seconds for c in costs) for name, costs in found.items()}
    for name, costs in found.items():
        numbers = (medians[name], min(c.seconds for c in costs), max(c.seconds for c in costs))
        table.add_row(name, *(f"{n:.1f} s" for n in numbers), f"{max(c.megabytes for c in costs):,.0f}")
    for name in ("dbt_models", "dbt_with_tests"):
        table.add_row(f"{name} / script", f"{medians[name] / medians['script']:.2f}", "", "", "")
    yield table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS, help="of the corpus; about two thirds are outcomes")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", default=MEMORY, help="limit of dbt's engine")
    parser.add_argument("--work", type=Path, help="folder whose corpus and build are kept and used again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oh-bench-") as folder:
        work = (options.work or Path(folder)).resolve()
        work.mkdir(exist_ok=True)
        for shown in tables(work, options.repeats, options.records, options.memory):
            Console(width=120).print(shown)


if __name__ == "__main__":
    main()
