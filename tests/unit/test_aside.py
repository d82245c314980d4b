"""A folder that goes out: whole or not at all, never over what is somebody else's, as closed as it must be."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path

import pytest

from oh_pipeline.delivery.aside import LISTED, folder_aside, write_list
from oh_pipeline.errors import Fault, UsageFault


def put(target: Path, *names: str, is_public: bool = False) -> None:
    with folder_aside(target, is_public=is_public) as aside:
        for name in names:
            (aside.made / name).write_text(name)
        write_list(aside.made, {"edition": "restricted"})


def inside(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_an_empty_and_an_older_one(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(target, "a", "b")
    assert inside(target) == {"a", "b", LISTED}
    put(target, "c")
    assert inside(target) == {"c", LISTED}
    empty = tmp_path / "empty"
    empty.mkdir()
    put(empty, "a")
    assert inside(empty) == {"a", LISTED}
    assert inside(tmp_path) == {"out", "empty"}


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_are_the_editions_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        put(tmp_path / "a" / "closed", "x")
        put(tmp_path / "b" / "open", "x", is_public=True)
    finally:
        os.umask(before)
    assert [mode(tmp_path / name) for name in ("a", "a/closed", "a/closed/x")] == [0o700, 0o700, 0o600]
    assert [mode(tmp_path / name) for name in ("b", "b/open", "b/open/x")] == [0o755, 0o755, 0o644]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made_by": "somebody", "files": ["thesis.txt"]}'])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, content: str) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "thesis.txt").write_text("years of work")
    if content:
        (target / LISTED).write_text(content)
    before = inside(target)
    with pytest.raises(UsageFault, match="not empty"):
        put(target, "a")
    assert inside(target) == before
    assert inside(tmp_path) == {"mine"}


def test_a_file_added_to_an_export_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(target, "a")
    (target / "notes.txt").write_text("mine")
    with pytest.raises(UsageFault, match="other files"):
        put(target, "a")
    assert inside(target) == {"a", "notes.txt", LISTED}


def test_a_file_that_appears_meanwhile_is_not_lost(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(UsageFault), folder_aside(target, is_public=False):
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    assert inside(target) == {"notes.txt"}


def test_nothing_is_left_of_one_that_failed(tmp_path: Path) -> None:
    put(tmp_path / "out", "a")
    with pytest.raises(ZeroDivisionError), folder_aside(tmp_path / "out", is_public=False) as aside:
        (aside.made / "half").write_text("half")
        raise ZeroDivisionError
    assert inside(tmp_path / "out") == {"a", LISTED}
    assert inside(tmp_path) == {"out"}


def test_a_full_disk_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Fault, match="disk is full") as caught, folder_aside(tmp_path / "out", is_public=False):
        raise OSError(28, "No space left on device")
    assert caught.value.exit_code == 3
    assert inside(tmp_path) == set()


def test_what_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(UsageFault, match="no folder"):
            put(target, "a")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    put(tmp_path / "nowhere", "a")  # a link is followed
    assert inside(tmp_path / "gone") == {"a", LISTED}


def test_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "below").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "below")
    for target in (Path("."), Path("..")):
        with pytest.raises(UsageFault, match="the folder you are in"):
            put(target, "a")


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageFault, match="cannot be written"):
        put(tmp_path / "out", "a")
    tmp_path.chmod(0o700)


def test_what_a_kill_left_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".out.dead.tmp"
    left.mkdir()
    (left / "lock").write_text("")
    (left / "made").mkdir()
    (tmp_path / ".out.foreign.tmp").mkdir()
    long_ago = time.time() - 3600
    with folder_aside(tmp_path / "out", is_public=False) as first:
        alive = first.made.parent
        for folder in (left, alive):
            os.utime(folder, (long_ago, long_ago))
        put(tmp_path / "out", "second")
        assert not left.exists()
        assert alive.exists()
        (first.made / "first").write_text("x")
        write_list(first.made, {})
    assert inside(tmp_path / "out") == {"first", LISTED}
    assert inside(tmp_path) == {"out", ".out.foreign.tmp"}


def test_the_list_is_sorted_and_has_no_clock(tmp_path: Path) -> None:
    put(tmp_path / "out", "b", "a")
    told = json.loads((tmp_path / "out" / LISTED).read_text())
    assert told == {"made_by": "oh export", "edition": "restricted", "files": ["a", "b"]}
