"""`oh forget`: a record is gone from everything in the home but raw/, in one command, and stays out when it is handed in again."""

from __future__ import annotations

import io
import json
import shutil
import signal
import stat
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from ..fragments import fragment, substantiation
from .conftest import OH, SEEDS, RunHome, environment, oh, write
from .corpus import CANARY, canaries, piece, text
from .scanning import holders

# Three records to be erased, each with a word of its own in every field: by id, by outcome key, and an odd one.
BY_ID, BY_KEY = "zanquo", "wumbeli"
ID = f"SCC-KEN/{BY_ID}id"
KEPT = ("SCC-KEN/CIV801", "SCC-KEN/CIV802", "SCC-KEN/CIV803")
ODD = {"Country": f"{CANARY}land", "coutnry": None, "Own label": f"{CANARY}own"}


def other(content: str) -> str:
    """The same record with the other word, and no id."""
    return content.replace(ID, "").replace(BY_ID, BY_KEY)


def jsonl(*records: dict[str, str]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def packed(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


SPELLED = f"  {ID.upper()} "
FIRST = canaries(ODD)
SECOND = FIRST.replace(ID, SPELLED).replace("matters here", "matters still")
QUARANTINED = fragment({"FragmentID": ID.title(), "Outcome description": "", "Own label": f"{CANARY}quarantined"})
ANSWER = substantiation(
    {"FragmentID": ID, "Substantiation comment": f"{CANARY}comment", "Substantiator": f"{CANARY}who"}
)
OWN_ANSWER = substantiation({"FragmentID": KEPT[0]})
TABLE = (
    "FragmentID,Outcome status,Outcome description,Year,Outcome statements is CONFIDENTIAL\n"
    f"{KEPT[2]},Outcome,{text('table')},2023,0\n"
)
ROW = f"{ID},Outcome,The {CANARY}table row,2023,0\n"
BEFORE = {"harvest_1/a.txt": (piece(801, confidential="0") + FIRST).encode()}
FILES = {
    **BEFORE,
    "harvest_2/b.txt": (piece(802, confidential="0") + SECOND + SECOND).encode(),
    "harvest_2/c.csv": (TABLE + ROW).encode(),
    "harvest_3/d.txt": (piece(804) + QUARANTINED).encode(),
    "harvest_3/e.txt": (OWN_ANSWER + ANSWER).encode(),
    "harvest_3/f.zip": packed("g.txt", piece(805) + FIRST),
    "harvest_4/h.txt": (piece(806) + other(FIRST)).encode(),
}
WITHOUT = {
    "harvest_1/a.txt": piece(801, confidential="0").encode(),
    "harvest_2/b.txt": piece(802, confidential="0").encode(),
    "harvest_2/c.csv": TABLE.encode(),
    "harvest_3/d.txt": piece(804).encode(),
    "harvest_3/e.txt": OWN_ANSWER.encode(),
    "harvest_3/f.zip": packed("g.txt", piece(805)),
    "harvest_4/h.txt": piece(806).encode(),
}
HELD = {
    ("harvest_1/a.txt", "line 23"),
    ("harvest_2/b.txt", "line 23"),
    ("harvest_2/b.txt", "line 48"),
    ("harvest_2/c.csv", "line 3"),
    ("harvest_3/d.txt", "line 23"),
    ("harvest_3/e.txt", "line 8"),
    ("harvest_3/f.zip/g.txt", "line 23"),
}
ERASED = "select source_file, location from main.quality_issues where rule = 'erased_record'"


def forget(home: RunHome, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    said = oh("forget", *arguments, home=home.root, env=home_settings(home))
    assert said.returncode == code, f"oh forget ended with {said.returncode}, not {code}: {said.stderr[-400:]}"
    return said


def home_settings(home: RunHome) -> dict[str, str]:
    return {"OH_CODEBOOK": str(home.root.with_name("codebook"))}


def run(home: RunHome, code: int = 0) -> None:
    home.run(code=code, env=home_settings(home))


def doctor(home: RunHome) -> subprocess.CompletedProcess[str]:
    return oh("doctor", home=home.root, env={"COLUMNS": "250"})  # wide enough to break no line


def named(stdout: str) -> set[tuple[str, str]]:
    """The places that the answer names."""
    pairs = (line.strip().split(", ", 1) for line in stdout.splitlines() if line.startswith("  ") and ", " in line)
    return {(file, place) for file, place in pairs}


def require_whole(home: RunHome) -> None:
    assert home.one("select count(*) from main.quality_sources where found <> accepted + quarantined + duplicate") == 0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """Two runs, so that there is an older build and a comparison; a decision of the codebook names the record too."""
    root = tmp_path_factory.mktemp("forget")
    shutil.copytree(SEEDS, root / "codebook")
    with (root / "codebook" / "near_duplicate_decisions.csv").open("a") as decisions:
        decisions.write(f"{KEPT[0]},{ID},different,{CANARY} differs,\n{KEPT[0]},{KEPT[1]},different,,\n")
    made = RunHome(write(root / "home", BEFORE))
    run(made)
    write(made.root, FILES)
    run(made)
    return made


class TestErasure:
    """One home, erased from step by step."""

    def test_before_it_is_nearly_everywhere(self, home: RunHome) -> None:
        found = holders(home.root, BY_ID, BY_KEY)
        assert len([place for place in found if place.startswith("warehouse/restricted/outcomes-")]) == 2
        assert any(place.startswith("returns/") for place in found), "the scan sees into workbooks"
        assert home.one("select version_count from main.fct_outcomes where fragment_id ilike ?", f"%{ID}%") > 1

    def test_what_fits_nothing_writes_nothing(self, home: RunHome) -> None:
        before = {path: path.lstat().st_mtime_ns for path in home.root.rglob("*")}
        said = forget(home, "SCC-KEN/nosuch", "--yes", code=2)
        assert "nosuch" not in said.stderr + said.stdout
        forget(home, ID, code=2)  # nobody can be asked
        forget(home, " ", "--yes", code=2)
        assert {path: path.lstat().st_mtime_ns for path in home.root.rglob("*")} == before

    def test_by_id(self, home: RunHome) -> None:
        key = home.one("select outcome_key from main.outcome_narratives where description ilike ?", f"%{BY_KEY}%")
        (home.root / "key").write_text(key)
        raw = {file: file.read_bytes() for file in (home.root / "raw").rglob("*") if file.is_file()}
        said = forget(home, ID.swapcase() + "  ", "--yes")
        assert BY_ID not in (said.stdout + said.stderr).lower()
        assert named(said.stdout) == HELD
        assert "near_duplicate_decisions.csv line 2" in said.stdout
        assert {file: file.read_bytes() for file in raw} == raw
        assert holders(home.root, BY_ID) == {}
        assert len(list((home.root / "warehouse").glob("*/outcomes-*.duckdb"))) == 2
        assert set(home.rows(ERASED)) == HELD
        require_whole(home)

    def test_by_outcome_key(self, home: RunHome) -> None:
        key = (home.root / "key").read_text()
        (home.root / "key").unlink()
        assert holders(home.root, BY_KEY, key), "the other record is still there"
        said = forget(home, key.upper(), "--yes")
        assert named(said.stdout) == {("harvest_4/h.txt", "line 23")}
        assert holders(home.root, BY_ID, BY_KEY, key) == {}
        require_whole(home)

    def test_the_tombstones_say_nothing(self, home: RunHome) -> None:
        folder = home.root / "forgotten"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in folder.iterdir())
        content = b"".join(file.read_bytes() for file in folder.iterdir()).lower()
        assert BY_ID.encode() not in content and BY_KEY.encode() not in content
        said = doctor(home)
        assert "3 tombstones" in said.stdout and "wrong mode" not in said.stdout

    def test_the_other_records_are_as_without_it(self, home: RunHome, tmp_path: Path) -> None:
        clean = RunHome(write(tmp_path / "home", WITHOUT))
        clean.run(env=home_settings(home))
        ours, theirs = home.tables(), clean.tables()
        of_files = {"quality_issues", "quality_sources"}
        assert {name for name in ours if ours[name] != theirs[name]} <= of_files
        assert home.tables("open") == clean.tables("open")
        mine = "select * exclude (location) from main.quality_issues where rule <> 'erased_record' order by all"
        assert home.rows(mine) == clean.rows(mine)

    def test_dropped_in_again_it_stays_out(self, home: RunHome) -> None:
        outcomes = home.one("select count(*) from main.fct_outcomes")
        again = {
            "again/new name.jsonl": jsonl(
                {"FragmentID": f" {ID.title()}", "Outcome description": f"{CANARY} once more", "Year": "2024"},
                {"FragmentID": "", "Outcome description": f"THE  {BY_KEY}description changed in 2023.", "Year": "2024"},
                {"FragmentID": "SCC-KEN/CIV899", "Outcome description": f"The {BY_KEY}description changed in 2023."},
                {"FragmentID": "SCC-KEN/CIV850", "Outcome description": text("new"), "Year": "2024"},
            )
        }
        write(home.root, again)
        run(home)
        assert holders(home.root, BY_ID, BY_KEY) == {}
        assert home.one("select count(*) from main.fct_outcomes") == outcomes + 1
        assert {place for file, place in home.rows(ERASED) if file.startswith("again/")} == {
            "line 1",
            "line 2",
            "line 3",
        }
        counts = (
            "select found, accepted, quarantined, duplicate from main.quality_sources where source_file like 'again/%'"
        )
        assert home.one(counts) == (4, 1, 3, 0)
        assert home.column("select change from history.mart_publication_changes") == ["new"]
        require_whole(home)

    def test_again_by_the_same_id(self, home: RunHome) -> None:
        before = (home.root / "forgotten" / "tombstones").read_bytes()
        assert named(forget(home, ID, "--yes").stdout) > HELD
        assert (home.root / "forgotten" / "tombstones").read_bytes() == before

    def test_without_the_key_nothing_is_published(self, home: RunHome) -> None:
        key = home.root / "forgotten" / "key"
        content, link = key.read_bytes(), home.link().readlink()
        key.unlink()
        run(home, code=2)
        assert home.link().readlink() == link
        forget(home, KEPT[0], "--yes", code=2)
        assert doctor(home).returncode == 2
        key.write_bytes(content)
        key.chmod(0o644)
        said = doctor(home)
        assert said.returncode == 0 and "forgotten/key" in said.stdout and "chmod 600" in said.stdout

    def test_of_files_that_are_gone(self, home: RunHome) -> None:
        (home.root / "forgotten" / "key").chmod(0o600)
        shutil.rmtree(home.root / "raw")
        (home.root / "raw").mkdir()
        assert "No file under raw/ holds it" in forget(home, KEPT[0], "--yes").stdout
        assert holders(home.root, KEPT[0], text("801")) == {}


def test_a_killed_one_is_finished_by_the_next_run(tmp_path: Path) -> None:
    home = RunHome(write(tmp_path / "home", {"a.txt": (piece(801) + FIRST).encode()}))
    home.run()
    process = subprocess.Popen(
        [OH, "forget", ID, "--yes", "--home", str(home.root)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    lines = home.root / "forgotten" / "tombstones"
    while not lines.exists() and process.poll() is None:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert holders(home.root, BY_ID), "it was killed before the rebuild"
    assert "not finished" in doctor(home).stdout
    home.run()
    assert holders(home.root, BY_ID) == {}
    assert home.rows(ERASED) == [("a.txt", "line 23")]


def test_not_yet_ingested_it_is_found_in_raw(tmp_path: Path) -> None:
    home = RunHome(write(tmp_path / "home", {"a.txt": (piece(801) + FIRST).encode()}))
    said = oh("forget", ID, "--yes", home=home.root)
    assert said.returncode == 0, said.stderr
    assert named(said.stdout) == {("a.txt", "line 23")}
    assert holders(home.root, BY_ID) == {}
    assert home.column("select fragment_id from main.fct_outcomes") == ["SCC-KEN/CIV801"]


def test_a_withheld_id_that_several_share_is_asked_about(tmp_path: Path) -> None:
    """Alone it stands for the text of its only outcome, which goes under whatever id it is told."""
    shared = "SCC-<redacted>/CIV001"
    files = {
        "a.txt": (piece(1, id=shared) + piece(2, id=shared) + piece(3)).encode(),
        "b.txt": (piece(4, id="SCC-<person>/1", description=text(f"4 {BY_KEY}")) + piece(5)).encode(),
        "c.txt": piece(6, description=text(f"4 {BY_KEY}")).encode(),
    }
    home = RunHome(write(tmp_path / "home", files))
    home.run()
    said = oh("forget", shared, "--yes", home=home.root)
    assert said.returncode == 2 and "outcome key" in said.stderr
    assert not (home.root / "forgotten").exists()
    said = oh("forget", "scc-<PERSON>/1", "--yes", home=home.root)
    assert "2 records of 2 outcomes" in said.stderr
    assert named(said.stdout) == {("b.txt", "line 1"), ("c.txt", "line 1")}
    assert holders(home.root, BY_KEY, "<person>/1", "SCC-KEN/CIV6") == {}
    assert home.one("select count(*) from main.fct_outcomes") == 4
