"""Oddities under the real `oh`: files that change while they are read, a child that hangs, clocks that are off, stale locks."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from oh_pipeline.sources.text.cutting import BLOCK
from oh_pipeline.warehouse.home import Home

from .clock import SECONDS
from .homes import (
    Live,
    Said,
    complaint,
    damage,
    drawn,
    fresh,
    indiscreet,
    last_line,
    leftovers,
    live,
    oh_run,
    planted,
    record,
    table,
    template,
    unfinished,
)
from .proving import Found, Proof, Task

AT_ONCE = 2
IN_TESTS = 2
"""A tenth: one run with files that change, two under clocks that are off; the tests plant a fault in one of a large file."""
YEARS = 10
YEAR = 365 * 24 * 3600
# What becomes of a file: the words of its issue, its record, or either; one that keeps growing may rest while it is read.
_READ = ""
_CHANGES: dict[str, tuple[str, ...]] = {"grown": (_READ,), "replaced": (_READ,), "vanishes": ("cannot be opened",)}
_CHANGES |= {"grows": (_READ, "still being written"), "hangs": ("takes longer than",)}
_LIVING = os.getpid()
_LOCKS = (
    json.dumps({"pid": 4_000_000, "started": "2036-01-01T00:00:00+00:00", "run_id": "dead"}).encode(),
    json.dumps({"pid": _LIVING, "started": "2016-01-01T00:00:00+00:00", "run_id": "of another process"}).encode(),
    b'{"pid": "many"',
    b"[1, 2]",
    bytes(range(256)) * 100,
)


def odd(task: Task, *plants: str, kinds: Sequence[str] = ()) -> Found:
    """Runs of each kind in turn, on a home of their own and with a stale lock each."""
    template()
    chosen = [kind for kind in _KINDS if kind.__name__ in kinds or not kinds]

    def look(number: int) -> list[str]:
        home = fresh(task.scratch / str(number))
        lock = drawn(task.seed, number).choice(_LOCKS)
        Home(home).lock_file.write_bytes(lock)
        kind = chosen[number % len(chosen)]
        return [f"{kind.__name__.strip('_')} ({number}): {line}" for line in kind(home, number, plants)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        broken = [line for lines in pool.map(look, range(task.tries)) for line in lines]
    return Found(task.tries, broken, "each with a stale lock")


def _changing(files: Mapping[str, str], plants: Sequence[str]) -> dict[str, str]:
    return planted("tests.proof.odd:plants", *plants, PROVING_TOLD=json.dumps({"files": files}))


def _files(home: Path, _: int, plants: tuple[str, ...]) -> Iterator[str]:
    """Small files that change, and one at which the child hangs: each is read as it is then, or is an issue."""
    files = {f"{what}.{suffix}": what for what in _CHANGES if what != "hangs" for suffix in ("txt", "csv")}
    for number, name in enumerate(files, start=20):
        content = record(number) if name.endswith(".txt") else table(number)
        (home / "raw" / name).write_text(content, encoding="utf-8")
    (home / "raw" / "hangs.csv").write_text(table(40), encoding="utf-8")
    before = live(home)
    said = oh_run(home, env=_changing(files, plants))
    yield from _published(home, before, said)
    yield from indiscreet(said)
    rows = dict(_ask(home, "select source_file, found from quality_sources"))
    issues = dict(_ask(home, "select source_file, message from quality_issues where rule = 'unreadable_file'"))
    for name, what in {**files, "hangs.csv": "hangs"}.items():
        told, count = str(issues.get(name, _READ)), rows.get(name)
        if count != (0 if told else 1):
            yield f"{name} gave {count} records"
        if not any(words in told if words else not told for words in _CHANGES[what]):
            yield f"{name} is not told as it should be"
    if _ask(home, "select 1 from quality_sources where found <> accepted + quarantined + duplicate"):
        yield "records were lost"


def _clock_back(home: Path, _: int, plants: tuple[str, ...]) -> Iterator[str]:
    yield from _clocks(home, (-YEARS, 0), plants)


def _clock_ahead(home: Path, _: int, plants: tuple[str, ...]) -> Iterator[str]:
    yield from _clocks(home, (YEARS, 0), plants)


def _clocks(home: Path, years: tuple[int, ...], plants: tuple[str, ...]) -> Iterator[str]:
    """Runs under one clock after the other: each publishes a newer build with the same tables."""
    tables = []
    for year in years:
        before = live(home)
        said = oh_run(home, env=planted("tests.proof.clock:off", *plants, **{SECONDS: str(year * YEAR)}))
        yield from (f"{year} years: {line}" for line in _published(home, before, said))
        now = live(home)
        if now and min(entry.build for entry in now.values()) <= max(entry.build for entry in before.values()):
            yield f"{year} years: its build does not sort behind the one before"
        tables.append(_ask(home, "select outcome_key, content_hash from fct_outcome_versions order by all"))
    if len({str(each) for each in tables}) > 1:
        yield "tables hang on the clock"


def _large(home: Path, number: int, plants: tuple[str, ...]) -> Iterator[str]:
    """A large text that changes or vanishes while it streams: the run ends with a line that says so."""
    count = 2 + BLOCK // len(record(100))
    (home / "raw" / "large.txt").write_text("".join(map(record, range(100, 100 + count))), encoding="utf-8")
    before = live(home)
    what = ("grown", "vanishes", "replaced")[number // len(_KINDS) % 3]
    said = oh_run(home, env=_changing({"large.txt": what}, plants))
    wrong = [*damage(home, before, failed=True), *complaint(said, (3,))]
    if "source file" not in said.stderr:
        wrong.append("it does not say why")
    yield from (f"{what}: {line}" for line in wrong)
    if wrong:
        return
    said = oh_run(home)
    yield from _published(home, before, said)


def _published(home: Path, before: Live, said: Said) -> Iterator[str]:
    if said.returncode:
        yield f"it ended with {said.returncode}: {last_line(said)}"
        return
    yield from damage(home, before)
    if live(home) == before:
        yield "it published nothing"
    yield from (f"it left {each}" for each in [*leftovers(home), *unfinished(home)])


def _ask(home: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(duckdb.connect(Home(home).link("restricted"), read_only=True)) as connection:
        return connection.execute(query).fetchall()


_KINDS: tuple[Callable[[Path, int, tuple[str, ...]], Iterator[str]], ...] = (_files, _clock_back, _large, _clock_ahead)

PROOF = Proof(
    "oddities",
    "files that change while they are read, a child that hangs, a clock ten years off and a stale lock harm no edition",
    "runs",
    24,
    odd,
    least=IN_TESTS,
)
PROOFS = (PROOF,)
