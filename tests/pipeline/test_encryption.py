"""An encrypted warehouse through the real `oh`: written, read, exported, compared, erased from; and closed without its key."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from ..fragments import fragment
from .conftest import RunHome, oh, write

WORD = "quillwort-canary"
SETTING = "OH_WAREHOUSE_KEY_FILE"


def key_in(folder: Path, name: str) -> dict[str, str]:
    """A new key, as a setting."""
    file = folder / name
    file.touch(mode=0o600)
    file.write_text(base64.b64encode(os.urandom(32)).decode(), encoding="ascii")
    return {SETTING: str(file)}


def stored(home: RunHome) -> bytes:
    """Every byte of the restricted edition's folder."""
    files = [file for file in (home.root / "warehouse" / "restricted").rglob("*") if file.is_file()]
    return b"".join(file.read_bytes() for file in files if not file.is_symlink())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Two."""
    folder = tmp_path_factory.mktemp("keys")
    return [key_in(folder, name) for name in ("one", "two")]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory, keys: list[dict[str, str]]) -> RunHome:
    """A home that was published plain, and then with a key and one more record."""
    records = [
        fragment(
            id=f"SCC-KEN/CIV{number}", description=f"In 2023 ward {number} opened its books to all. {WORD} {number}"
        )
        for number in (1, 2)
    ]
    home = RunHome(write(tmp_path_factory.mktemp("sealed"), {"one.txt": records[0].encode()}))
    home.run()
    assert not is_sealed(home)
    (home.root / "raw" / "two.txt").write_bytes(records[1].encode())
    home.run(env=keys[0])
    return home


def is_sealed(home: RunHome) -> bool:
    """Whether DuckDB itself finds the published file closed."""
    said = oh("sql", "select 1", home=home.root)
    assert said.returncode in (0, 2)
    return said.returncode == 2


def asked(home: RunHome, query: str, env: dict[str, str]) -> list[str]:
    """Lines of an answer as CSV, without its head."""
    said = oh("sql", query, "--format", "csv", home=home.root, env=env)
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()[1:]


def test_nothing_of_it_lies_open(sealed: RunHome) -> None:
    assert is_sealed(sealed)
    assert WORD.encode() not in stored(sealed)
    assert len(list((sealed.root / "warehouse" / "restricted").glob("outcomes-*.duckdb"))) == 1, (
        "the plain build stayed"
    )


def test_with_its_key_it_answers(sealed: RunHome, keys: list[dict[str, str]]) -> None:
    assert asked(sealed, "select count(*) from fct_outcomes", keys[0]) == ["2"]
    found = asked(sealed, "select description from outcome_narratives order by 1", keys[0])
    assert [WORD in line for line in found] == [True, True]
    changes = "select change, count(*) from history.mart_publication_changes group by 1 order by 1"
    assert asked(sealed, changes, keys[0]) == ["new,1"]
    assert oh("sql", "select count(*) from fct_outcomes", "--edition", "open", home=sealed.root).returncode == 0


def test_exports_and_samples_read_it(sealed: RunHome, keys: list[dict[str, str]], tmp_path: Path) -> None:
    said = oh("export", tmp_path / "out", "--format", "csv", home=sealed.root, env=keys[0])
    assert said.returncode == 0, said.stderr
    assert WORD in (tmp_path / "out" / "outcome_narratives.csv").read_text(encoding="utf-8")
    sample = oh("sample", "1", home=sealed.root, env=keys[0])
    assert (sample.returncode, len(sample.stdout.splitlines())) == (0, 2)


@pytest.mark.parametrize(
    "command", [("run",), ("sql", "select 1"), ("sample", "1"), ("forget", "SCC-KEN/CIV1", "--yes")]
)
@pytest.mark.parametrize(
    ("which", "words"), [("none", "is encrypted"), ("wrong", "not that of"), ("lost", "cannot be read")]
)
def test_without_its_key_it_stays_closed(
    sealed: RunHome, keys: list[dict[str, str]], tmp_path: Path, command: tuple[str, ...], which: str, words: str
) -> None:
    before = stored(sealed)
    env = {"none": {}, "wrong": keys[1], "lost": {SETTING: str(tmp_path / "lost")}}[which]
    said = oh(*command, home=sealed.root, env=env)
    assert said.returncode == 2, said.stderr
    assert words in said.stderr
    assert said.stderr.strip().count("\n") == 0
    assert stored(sealed) == before
    assert not (sealed.root / "forgotten").exists()


def test_export_without_its_key(sealed: RunHome, tmp_path: Path) -> None:
    said = oh("export", tmp_path / "out", home=sealed.root)
    assert (said.returncode, said.stdout) == (2, "")
    assert "is encrypted" in said.stderr


def test_the_doctor_tells(sealed: RunHome, keys: list[dict[str, str]]) -> None:
    assert "encryption" in oh("doctor", home=sealed.root, env={**keys[0], "COLUMNS": "200"}).stdout
    closed = oh("doctor", home=sealed.root, env={"COLUMNS": "200"})
    assert closed.returncode == 2
    assert "is encrypted" in closed.stdout


def test_a_record_is_erased_from_it(sealed: RunHome, keys: list[dict[str, str]]) -> None:
    said = oh("forget", "scc-ken/civ2", "--yes", home=sealed.root, env=keys[0])
    assert said.returncode == 0, said.stderr
    assert asked(sealed, "select count(*) from fct_outcomes", keys[0]) == ["1"]
    assert is_sealed(sealed)
