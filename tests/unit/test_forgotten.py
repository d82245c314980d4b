"""The folder of tombstones: written whole or not at all, closed to others, and believed only where it is whole."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from oh_pipeline.errors import UsageFault
from oh_pipeline.validation.tombstones import Erased
from oh_pipeline.warehouse.forgotten import add_tombstones, load_tombstones
from oh_pipeline.warehouse.home import Home

ONE, TWO = Erased(ids=frozenset(["SCC-KEN/CIV001"])), Erased(ids=frozenset(["SCC-KEN/CIV002"]))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "raw").mkdir()
    return Home(tmp_path)


def test_without_the_folder_nothing_was_erased(home: Home) -> None:
    assert load_tombstones(home.forgotten).seal is None
    home.forgotten.mkdir()
    assert load_tombstones(home.forgotten).seal is None


def test_what_was_written_is_read_again(home: Home) -> None:
    first = add_tombstones(home, ONE)
    second = add_tombstones(home, TWO)
    found = load_tombstones(home.forgotten)
    assert (found, found.key) == (second, first.key)
    assert found.have_id("scc-ken/civ001") and found.have_id("SCC-KEN/CIV002") and not found.have_id("SCC-KEN/CIV003")
    assert sorted(file.name for file in home.forgotten.iterdir()) == ["key", "tombstones"]
    assert sorted(entry.name for entry in home.root.iterdir()) == ["forgotten", "raw"]


def test_again_changes_nothing(home: Home) -> None:
    add_tombstones(home, ONE)
    before = [(file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(home.forgotten.iterdir())]
    add_tombstones(home, ONE)
    assert [
        (file.name, file.read_bytes(), file.stat().st_mtime_ns) for file in sorted(home.forgotten.iterdir())
    ] == before


def test_closed_to_others_and_hashes_alone(home: Home) -> None:
    home.forgotten.mkdir(mode=0o755)
    add_tombstones(home, ONE)
    add_tombstones(home, TWO)
    assert stat.S_IMODE(home.forgotten.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in home.forgotten.iterdir()} == {0o600}
    assert re.fullmatch(r"([0-9a-f]{64}\n){3}", (home.forgotten / "tombstones").read_text())


def test_two_homes_have_keys_of_their_own(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert add_tombstones(home, ONE).hashes.isdisjoint(add_tombstones(Home(tmp_path / "other"), ONE).hashes)


def lose(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def fault(folder: Path) -> None:
        (folder / name).write_text(change((folder / name).read_text()))

    return fault


FAULTS = {
    "no key": lose("key"),
    "no tombstones": lose("tombstones"),
    "an empty key": write("key", lambda _: ""),
    "another key": write("key", lambda text: text[::-1]),
    "half a key": write("key", lambda text: text[:20]),
    "a line less": write("tombstones", lambda text: text[:130]),
    "the seal alone": write("tombstones", lambda text: text[:65]),
    "half a line": write("tombstones", lambda text: text[:150]),
    "an id": write("tombstones", lambda text: text + "SCC-KEN/CIV001\n"),
    "a line more": write("tombstones", lambda text: text + "ab" * 32 + "\n"),
    "no line": write("tombstones", lambda _: ""),
    "no text": write("tombstones", lambda text: "é" + text),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_what_is_not_whole_is_not_believed(home: Home, fault: Callable[[Path], None]) -> None:
    add_tombstones(home, ONE)
    add_tombstones(home, TWO)
    fault(home.forgotten)
    with pytest.raises(UsageFault, match="forgotten") as told:
        load_tombstones(home.forgotten)
    assert "SCC" not in str(told.value)
    before = {file.name: file.read_bytes() for file in home.forgotten.iterdir()}
    with pytest.raises(UsageFault):
        add_tombstones(home, Erased(ids=frozenset(["SCC-KEN/CIV003"])))
    assert {file.name: file.read_bytes() for file in home.forgotten.iterdir()} == before


def test_what_a_kill_left_is_in_nobodys_way(home: Home) -> None:
    (home.root / ".forgotten.tmp").mkdir()
    (home.root / ".forgotten.tmp" / "key").write_text("half")
    add_tombstones(home, ONE)
    (home.forgotten / ".tombstones.tmp").write_text("half")
    assert load_tombstones(home.forgotten).have_id("SCC-KEN/CIV001")
    assert add_tombstones(home, TWO).have_id("SCC-KEN/CIV001")
