"""Readers that open the published editions in a loop, as users do, while builds are published beside them."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse.home import EDITIONS, Home
from oh_pipeline.warehouse.reader import open_edition

from .proving import Found, Proof, Task
from .small_builds import ROWS, build_id, publisher

READERS = 8
PER_PUBLICATION = 500  # opens
IN_TESTS = 4_000
"""A tenth would be a minute of both cores, for an open costs eleven milliseconds of one."""
_HOLD_EVERY = 25  # opens, after which what is held is asked again
_MOST_TOLD = 20


@dataclass
class _Reader:
    """One of them: what it saw last, what it holds open, and what was wrong."""

    link: Path
    is_hardened: bool
    last: str = ""
    wrong: list[str] = field(default_factory=list)
    outlived: int = 0
    _held: tuple[Any, duckdb.DuckDBPyConnection, Path, str] | None = None

    @contextmanager
    def open(self, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """As `oh sql` does it, or as anyone does."""
        if self.is_hardened:
            with open_edition(path) as connection:
                yield connection
        else:
            with closing(duckdb.connect(path, read_only=True)) as connection:
                yield connection

    def read(self) -> None:
        """Open what is published now and ask two tables for their build."""
        try:
            with self.open(self.link) as connection:
                first, second = _ask(connection)
        except (duckdb.Error, Fault) as error:
            self.wrong.append(f"an open failed: {type(error).__name__}")
            return
        if first != second:
            self.wrong.append("two tables are of two builds")
        if first < self.last:
            self.wrong.append("a build before was read again")
        self.last = max(self.last, first)

    def hold(self) -> None:
        """Ask what was opened long ago; let go of it once its file has been pruned."""
        try:
            if self._held is None:
                file = self.link.resolve(strict=True)
                opened = self.open(file)
                connection = opened.__enter__()
                self._held = (opened, connection, file, _ask(connection)[0])
            opened, connection, file, build = self._held
            if _ask(connection) != (build, build):
                self.wrong.append("what is held open has changed")
            if not file.exists():
                self.outlived += 1
                self.let_go()
        except (duckdb.Error, Fault, OSError) as error:
            self.wrong.append(f"what is held open cannot be read: {type(error).__name__}")
            self._held = None

    def let_go(self) -> None:
        """Close what is held."""
        if self._held is not None:
            self._held[0].__exit__(None, None, None)
            self._held = None


def _ask(connection: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    first = connection.execute("select build_id from meta_builds").fetchone()
    second = connection.execute("select any_value(build_id), count(*) from first").fetchone()
    if first is None or second is None or second[1] != ROWS:
        raise duckdb.Error("a table is not whole")
    return str(first[0]), str(second[0])


def _read(root: str, number: int, opens: int, done: Any, found: Any) -> None:
    """In a process of its own."""
    reader = _Reader(Home(Path(root)).link(EDITIONS[number // 2 % 2]), is_hardened=bool(number % 2))
    for count in range(opens):
        reader.read()
        if count % _HOLD_EVERY == 0:
            reader.hold()
        done[number] = count + 1
        if len(reader.wrong) >= _MOST_TOLD:
            break
    reader.let_go()
    found.put((number, reader.wrong, reader.outlived, done[number]))


def reads(task: Task, *plants: str) -> Found:
    """Publish as fast as readers read."""
    home = Home(task.scratch / "home")
    home.raw.mkdir(parents=True)
    home.prepare()
    context = multiprocessing.get_context("spawn")
    done, found = context.Array("q", READERS, lock=False), context.Queue()
    each = -(-task.tries // READERS)
    with publisher(home, *plants) as builds:
        assert builds.publish(build_id(1))["code"] == 0
        readers = [
            context.Process(target=_read, args=(str(home.root), number, each, done, found)) for number in range(READERS)
        ]
        for reader in readers:
            reader.start()
        published = failed = 0
        while any(reader.is_alive() for reader in readers):
            if sum(done) >= published * PER_PUBLICATION and sum(done) < each * READERS:
                published += 1
                failed += builds.publish(build_id(1 + published))["code"] != 0
            else:
                time.sleep(0.002)
            if not found.empty() and found.qsize() == READERS:
                break
        told = sorted(found.get(timeout=60) for _ in readers)
        for reader in readers:
            reader.join()
    broken = [f"reader {number}: {line}" for number, lines, _, _ in told for line in lines]
    broken += ["a publication failed"] * failed
    outlived = sum(count for _, _, count, _ in told)
    if not outlived:
        broken.append("nobody held a build open until it was pruned")
    remark = f"{published} publications, {READERS} readers; {outlived} builds were read after they were pruned"
    return Found(sum(count for *_, count in told), broken, remark)


PROOF = Proof(
    "readers",
    "whoever opens an edition while others are published reads one whole build, and never one before that they have read",
    "opens",
    100_000,
    reads,
    least=IN_TESTS,
)
PROOFS = (PROOF,)
