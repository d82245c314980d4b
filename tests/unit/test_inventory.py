"""What lies in the raw folder: order, hidden files, links, kinds, names, the fingerprint."""

from __future__ import annotations

import os
from pathlib import Path

from oh_pipeline.sources.inventory import fingerprint, take_inventory


def listed(raw: Path) -> dict[str, str | None]:
    return {item.source_file: item.problem for item in take_inventory(raw)}


def test_natural_order_at_any_depth(tmp_path: Path) -> None:
    for name in ("harvest_10/a.txt", "harvest_2/a.txt", "harvest_2/b 1.txt", "z.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    files = take_inventory(tmp_path)
    assert [item.source_file for item in files] == ["harvest_2/a.txt", "harvest_2/b 1.txt", "harvest_10/a.txt", "z.txt"]
    assert [item.order for item in files] == [0, 1, 2, 3]


def test_hidden_and_temporary_names_are_ignored(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (".git/a.txt", ".hidden.txt", "~$book.txt", "kept.txt"):
        (tmp_path / name).write_text("x")
    assert list(listed(tmp_path)) == ["kept.txt"]


def test_each_unusable_entry_has_its_reason(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    (raw / "sub").mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("x")
    (raw / "good.txt").write_text("x")
    (raw / "empty.txt").write_text("")
    (raw / "tool.exe").write_text("x")
    (raw / "out.txt").symlink_to(tmp_path / "outside.txt")
    (raw / "sub" / "up").symlink_to(raw)
    (raw / "gone.txt").symlink_to(raw / "nothing")
    (raw / "inside.txt").symlink_to(raw / "good.txt")
    os.mkfifo(raw / "pipe.txt")
    problems = listed(raw)
    assert {name for name, problem in problems.items() if problem is None} == {"good.txt", "inside.txt"}
    assert "supported" in (problems["tool.exe"] or "")
    assert "link" in (problems["out.txt"] or "")
    assert "link" in (problems["sub/up"] or "")
    assert "nowhere" in (problems["gone.txt"] or "")
    assert "pipe" in (problems["pipe.txt"] or "")
    assert "empty" in (problems["empty.txt"] or "")


def test_links_in_a_ring_end(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    (tmp_path / "a" / "to_b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "to_a").symlink_to(tmp_path / "a")
    assert set(listed(tmp_path)) == {"a/to_b/to_a", "b/to_a/to_b"}


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("x")
    assert list(listed(tmp_path)) == ["caf\\xe9.txt"]


def test_fingerprint_sees_content_and_names_not_times(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    first = fingerprint(take_inventory(tmp_path))
    os.utime(tmp_path / "a.txt", (1, 1))
    assert fingerprint(take_inventory(tmp_path)) == first
    (tmp_path / "a.txt").write_text("y")
    second = fingerprint(take_inventory(tmp_path))
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    third = fingerprint(take_inventory(tmp_path))
    (tmp_path / "b.txt").unlink()
    assert len({first, second, third, fingerprint(take_inventory(tmp_path))}) == 4
