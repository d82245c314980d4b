"""The same folder gives the same tables: run again, elsewhere, in another order, place and tongue, in one run or in many."""

from __future__ import annotations

import json
import os
import shutil
import threading
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from . import corpus
from .conftest import RunHome, write

MAIN = {"fct_outcomes", "outcome_narratives", "fct_outcome_versions", "quality_issues", "quality_sources"}


@dataclass
class Reader:
    """Opens the link anew and again while a run goes on, and keeps what it saw."""

    link: Path
    seen: list[tuple[str, int, int, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        while not self.stop.is_set():
            try:
                with closing(duckdb.connect(self.link.resolve(strict=True), read_only=True)) as connection:
                    row = connection.execute(
                        "select (select build_id from meta_builds), (select count(*) from fct_outcomes), "
                        "(select count(*) from quality_issues), (select count(*) from raw.fragments)"
                    ).fetchone()
                    assert row is not None
                    self.seen.append(row)
            except Exception as error:  # noqa: BLE001 - told by the test
                self.errors.append(type(error).__name__)
            self.stop.wait(0.05)


@dataclass
class Again:
    """The rich home after further runs, and what was seen meanwhile."""

    home: RunHome
    first: dict[str, list[str]]
    first_open: dict[str, list[str]]
    second: dict[str, list[str]]
    second_open: dict[str, list[str]]
    reader: Reader
    held_before: tuple[object, ...]
    held_after: tuple[object, ...]
    builds: list[str]
    names: list[list[str]]
    said_strict: str


@pytest.fixture(scope="module")
def again(rich: RunHome, tmp_path_factory: pytest.TempPathFactory) -> Again:
    """A copy of the rich home, so that other tests keep theirs: four more runs, with readers during the first."""
    root = tmp_path_factory.mktemp("again")
    shutil.copytree(rich.root / "warehouse", root / "warehouse", symlinks=True)
    _copy_raw(rich.root / "raw", root / "raw")
    home = RunHome(root)
    first, first_open = home.tables(), home.tables("open")
    builds, names = [home.one("select build_id from meta_builds")], []
    held = duckdb.connect(home.link().resolve(), read_only=True)
    look = "select (select build_id from meta_builds), (select count(*) from fct_outcomes)"
    before = held.execute(look).fetchone()
    reader = Reader(home.link())
    thread = threading.Thread(target=reader.work)
    thread.start()
    try:
        said = home.run("--strict", code=1, env={"NO_COLOR": "1"})
    finally:
        reader.stop.set()
        thread.join()
    after = held.execute(look).fetchone()
    held.close()
    builds.append(home.one("select build_id from meta_builds"))
    second, second_open = home.tables(), home.tables("open")
    for _ in range(2):
        home.run("--json")
        builds.append(home.one("select build_id from meta_builds"))
        names.append(sorted(file.name for file in home.link().parent.glob("outcomes-*.duckdb")))
    assert before is not None
    assert after is not None
    return Again(home, first, first_open, second, second_open, reader, before, after, builds, names, said.stdout)


def _copy_raw(source: Path, target: Path, *, backwards: bool = False, only: int | None = None) -> None:
    """Copy with links and pipes, in either order, with times of their own."""
    target.mkdir(parents=True)
    entries = sorted(
        (entry for entry in source.rglob("*") if not entry.is_dir() or entry.is_symlink()), reverse=backwards
    )
    for number, entry in enumerate(entries):
        if only is not None and number % 2 != only:
            continue
        place = target / entry.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_symlink():
            to = entry.readlink()
            place.symlink_to(target / to.relative_to(source) if to.is_relative_to(source) else to)
        elif entry.is_fifo():
            os.mkfifo(place)
        else:
            shutil.copyfile(entry, place)
            os.utime(place, (1_000_000_000 + 7919 * number % 977,) * 2)


def differing(one: dict[str, list[str]], two: dict[str, list[str]]) -> list[str]:
    """Names of tables that are not equal; never a value."""
    return sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))


def test_a_second_run_gives_the_same_tables(again: Again) -> None:
    assert set(again.first) > MAIN
    assert differing(again.first, again.second) == []


def test_a_second_run_gives_the_same_open_edition(again: Again) -> None:
    assert differing(again.first_open, again.second_open) == []


def test_each_run_is_a_build_of_its_own(again: Again) -> None:
    assert len(set(again.builds)) == 4
    assert again.builds == sorted(again.builds)


def test_a_reader_that_holds_the_old_edition_still_reads_it(again: Again) -> None:
    assert again.held_after == again.held_before
    assert again.held_before[0] == again.builds[0]


def test_a_reader_in_a_loop_never_fails(again: Again) -> None:
    assert again.reader.errors == []
    assert len(again.reader.seen) > 5


def test_a_reader_in_a_loop_never_sees_a_mixture(again: Again) -> None:
    builds = [row[0] for row in again.reader.seen]
    assert set(builds) <= set(again.builds[:2])
    assert builds == sorted(builds)
    assert len({row[1:] for row in again.reader.seen}) == 1


def test_old_builds_are_pruned_to_three(again: Again) -> None:
    assert again.names[-1] == [f"outcomes-{build}.duckdb" for build in again.builds[1:]]
    assert len(list(again.home.link("open").parent.glob("outcomes-*.duckdb"))) == 3


def test_nothing_lies_beside_the_builds(again: Again) -> None:
    for edition in ("restricted", "open"):
        rest = [
            entry.name
            for entry in again.home.link(edition).parent.iterdir()
            if not entry.name.startswith("outcomes-") and entry.name != "outcomes.duckdb"
        ]
        assert rest in ([], [".build"])
    build = again.home.link().parent / ".build"
    assert not build.exists() or not list(build.iterdir())


def test_strict_publishes_and_ends_with_one(again: Again) -> None:
    """The exit code was looked at where it ran."""
    assert again.builds[1] in again.said_strict
    assert "\x1b" not in again.said_strict


def test_order_place_tongue_and_threads_make_no_difference(rich: RunHome, tmp_path: Path) -> None:
    _copy_raw(rich.root / "raw", tmp_path / "home" / "raw", backwards=True)
    home = RunHome(tmp_path / "home")
    home.run("--json", env={"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "OH_THREADS": "1", "PYTHONHASHSEED": "7"})
    assert differing(rich.tables(), home.tables()) == []
    assert differing(rich.tables("open"), home.tables("open")) == []
    assert home.one("select source_hash from meta_builds") == rich.one("select source_hash from meta_builds")


def test_reached_in_many_runs_is_as_reached_in_one(rich: RunHome, tmp_path: Path) -> None:
    """Half of the files first, then all of them, under another locale and more threads than cores."""
    root = tmp_path / "home"
    _copy_raw(rich.root / "raw", root / "raw", only=0)
    home = RunHome(root)
    home.run("--json")
    half = home.one("select count(*) from fct_outcome_versions")
    shutil.rmtree(root / "raw")
    _copy_raw(rich.root / "raw", root / "raw")
    home.run("--json", env={"TZ": "America/St_Johns", "LC_ALL": "C.utf8", "OH_THREADS": "5"})
    assert 0 < half < home.one("select count(*) from fct_outcome_versions")
    assert differing(rich.tables(), home.tables()) == []


def test_what_was_removed_from_raw_is_gone(tmp_path: Path) -> None:
    """A warehouse is a build product; and a home whose last file went can be published empty on demand only."""
    home = RunHome(write(tmp_path / "home", {"one.txt": corpus.piece(1).encode()}))
    home.run("--json")
    (home.root / "raw" / "one.txt").unlink()
    before = home.link().resolve()
    said = home.run("--json", code=3)
    assert said.stdout == ""
    assert len(said.stderr.strip().splitlines()[-1:]) == 1
    assert home.link().resolve() == before
    emptied = json.loads(home.run("--json", "--allow-empty").stdout)
    assert emptied["records"] == {"found": 0, "accepted": 0, "quarantined": 0, "duplicate": 0}
    assert home.one("select count(*) from fct_outcomes") == 0
    assert home.one("select count(*) from fct_outcomes", edition="open") == 0
    assert home.one("select count(*) from dim_scale where status = 'codebook'") == 8
    assert home.one("select count(*) from dim_scale where status = 'not_coded'") == 1
