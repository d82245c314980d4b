"""Publishing and pruning in a temporary home: what passes, and what must leave both editions as they were."""

from __future__ import annotations

import shutil
import stat
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse import publish
from oh_pipeline.warehouse.build import Build, Loaded
from oh_pipeline.warehouse.faults import is_passing
from oh_pipeline.warehouse.home import Home, sync_folder

Finished = tuple[Build, Loaded]


def put_out(home: Home, finished: Finished, build_id: str, keep: int = 3) -> publish.Published:
    """Publish a copy of the finished build under an id."""
    build = Build(build_id, home.building / "outcomes.duckdb", "512MB", 2)
    shutil.copyfile(finished[0].file, build.file)
    open_file = publish.write_open_edition(build)
    return publish.publish(home, build, open_file, keep)


def test_the_open_edition_is_written_from_nothing(copied: Finished) -> None:
    file = publish.write_open_edition(copied[0])
    with closing(duckdb.connect(file, read_only=True)) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables()").fetchall()
        assert schemas == [("main",)]
        assert connection.execute("select count(*) from fct_outcomes").fetchone() == (6,)
    assert b"opened its books" not in file.read_bytes()


def test_links_lead_to_the_build(home: Home, finished: Finished) -> None:
    put_out(home, finished, "20260102T000000Z-00000000")
    for edition, mode in (("restricted", 0o600), ("open", 0o644)):
        link = home.link(edition)
        assert str(link.readlink()) == "outcomes-20260102T000000Z-00000000.duckdb"
        assert stat.S_IMODE(link.stat().st_mode) == mode
        assert [entry.name for entry in link.parent.iterdir() if entry.suffix in (".wal", ".tmp")] == []


def test_three_builds_are_kept(home: Home, finished: Finished) -> None:
    ids = [f"2026010{day}T000000Z-00000000" for day in range(1, 6)]
    for build_id in ids:
        put_out(home, finished, build_id)
    for edition in ("restricted", "open"):
        left = sorted(file.name for file in home.edition(edition).glob("outcomes-*"))
        assert left == [f"outcomes-{build_id}.duckdb" for build_id in ids[-3:]]


def test_the_linked_build_is_never_pruned(home: Home, finished: Finished) -> None:
    """Even where the clock went back."""
    for build_id in ("20270101T000000Z-00000000", "20270102T000000Z-00000000", "20260101T000000Z-00000000"):
        put_out(home, finished, build_id, keep=1)
        assert home.link("restricted").exists()
        assert [file.name for file in home.edition("open").glob("outcomes-*")] == [f"outcomes-{build_id}.duckdb"]


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_a_publication_that_fails_leaves_both_links(
    home: Home, finished: Finished, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """A full disk at each of the four times that a folder is synced: two files moved, two links swapped."""
    put_out(home, finished, "20260101T000000Z-00000000")
    calls = 0
    real = sync_folder

    def sync(folder: Path) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise OSError(28, "No space left on device")
        real(folder)

    monkeypatch.setattr(publish, "sync_folder", sync)
    with pytest.raises(Fault, match="disk is full"):
        put_out(home, finished, "20260102T000000Z-00000000")
    for edition in ("restricted", "open"):
        assert str(home.link(edition).readlink()) == "outcomes-20260101T000000Z-00000000.duckdb"
        assert home.link(edition).exists()
        assert [file.name for file in home.edition(edition).glob("outcomes-*")] == [
            "outcomes-20260101T000000Z-00000000.duckdb"
        ]


def test_the_way_back_needs_no_room(home: Home, finished: Finished, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second link cannot be swapped, and no link can be made any more."""
    put_out(home, finished, "20260101T000000Z-00000000")
    swap = publish._swap

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    def swap_one(link: Path) -> None:
        monkeypatch.setattr(Path, "symlink_to", fail)
        swap(link)
        monkeypatch.setattr(publish, "_swap", fail)

    monkeypatch.setattr(publish, "_swap", swap_one)
    with pytest.raises(Fault, match="disk is full"):
        put_out(home, finished, "20260102T000000Z-00000000")
    for edition in ("restricted", "open"):
        names = sorted(entry.name for entry in home.edition(edition).iterdir() if entry != home.building)
        assert names == ["outcomes-20260101T000000Z-00000000.duckdb", "outcomes.duckdb"]
        assert home.published_id(edition) == "20260101T000000Z-00000000"


@pytest.mark.parametrize("number", [5, 28], ids=["passing", "lasting"])
def test_a_publication_is_not_tried_twice(
    home: Home, finished: Finished, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Its files are gone when the links are taken back: another try would audit an empty build."""

    def fail(link: Path) -> None:
        raise OSError(number, link.name)

    monkeypatch.setattr(publish, "_swap", fail)
    with pytest.raises(Fault) as caught:
        put_out(home, finished, "20260101T000000Z-00000000")
    assert not is_passing(caught.value)


def test_what_cannot_be_pruned_is_left_to_the_next(
    home: Home, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> list[str]:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as broken:
        broken.setattr(publish, "prune", fail)
        for day in range(1, 6):
            put_out(home, finished, f"2026010{day}T000000Z-00000000")
    assert len(home.builds("open")) == 5
    put_out(home, finished, "20260106T000000Z-00000000")
    assert len(home.builds("open")) == 3
    assert home.published_id("open") == "20260106T000000Z-00000000"


def test_a_first_publication_that_fails_leaves_no_link(
    home: Home, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(link: Path) -> None:
        raise OSError(28, link.name)

    monkeypatch.setattr(publish, "_swap", swap)
    with pytest.raises(Fault):
        put_out(home, finished, "20260102T000000Z-00000000")
    assert not home.link("restricted").exists()
    assert not home.link("open").exists()


def test_settling_leaves_no_log(copied: Finished) -> None:
    with closing(duckdb.connect(copied[0].file)) as connection:
        connection.execute("create table main.more as select 1 as a")
    publish.settle(copied[0].file)
    assert not copied[0].file.with_name("outcomes.duckdb.wal").exists()


OLD, NEW = "20260101T000000Z-00000000", "20260102T000000Z-00000000"


def test_a_kill_between_the_links_is_finished(home: Home, finished: Finished) -> None:
    for build_id in (OLD, NEW):
        put_out(home, finished, build_id)
    home.link("open").unlink()
    home.link("open").symlink_to(home.build_file("open", OLD).name)
    publish.recover(home)
    assert {home.published_id(edition) for edition in ("restricted", "open")} == {NEW}
    assert len(home.builds("open")) == 2


def test_a_kill_before_the_links_is_undone(home: Home, finished: Finished) -> None:
    put_out(home, finished, OLD)
    for edition in ("restricted", "open"):
        shutil.copyfile(home.build_file(edition, OLD), home.build_file(edition, NEW))
    publish.recover(home)
    for edition in ("restricted", "open"):
        assert home.builds(edition) == [home.build_file(edition, OLD)]
        assert home.published_id(edition) == OLD


def test_what_was_published_is_left_alone(home: Home, finished: Finished) -> None:
    for build_id in (OLD, NEW):
        put_out(home, finished, build_id)
    publish.recover(home)
    assert {home.published_id(edition) for edition in ("restricted", "open")} == {NEW}
    assert [len(home.builds(edition)) for edition in ("restricted", "open")] == [2, 2]


def test_nothing_published_leaves_nothing(home: Home, finished: Finished) -> None:
    """A first publication that was killed, or a link that was deleted by hand."""
    put_out(home, finished, OLD)
    home.link("restricted").unlink()
    publish.recover(home)
    assert home.builds("restricted") == []
    assert home.published_id("open") == OLD
