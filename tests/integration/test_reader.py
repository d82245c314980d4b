"""`oh sql`'s connection: every way out of the edition that DuckDB has is shut, and every question about it is answered."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from oh_pipeline.console import doctor
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.settings import load_settings
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.cipher import opened
from oh_pipeline.warehouse.reader import Answer, ask, open_edition

from ..attacks import ATTACKS, SECRET
from .sealing import copy_encrypted, make_key


@dataclass(frozen=True)
class Edition:
    """A published file by its link, and its key where it is encrypted."""

    link: Path
    key_file: Path | None

    def ask(self, query: str) -> Answer:
        """What `oh sql` asks."""
        return ask(self.link, query, self.key_file)

    def opened(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """The connection itself."""
        return open_edition(self.link, self.key_file)

    def publish(self, file: Path, name: str) -> Path:
        """A copy of a database file beside the link, encrypted like the rest."""
        place = self.link.parent / name
        if self.key_file is None:
            place.write_bytes(file.read_bytes())
        else:
            copy_encrypted(file, place, self.key_file)
        return place


def published(folder: Path, key_file: Path | None, file: Path) -> Edition:
    """A copy of a build behind a link."""
    folder.mkdir()
    made = Edition(folder / "outcomes.duckdb", key_file)
    made.publish(file, "outcomes-x.duckdb")
    made.link.symlink_to("outcomes-x.duckdb")
    return made


@pytest.fixture(scope="module", params=["plain", "encrypted"])
def standing(
    request: pytest.FixtureRequest, finished: tuple[Build, object], tmp_path_factory: pytest.TempPathFactory
) -> Edition:
    """A published file that no test changes."""
    folder = tmp_path_factory.mktemp("standing")
    return published(folder / "edition", make_key(folder) if request.param == "encrypted" else None, finished[0].file)


@pytest.fixture
def edition(standing: Edition, finished: tuple[Build, object], tmp_path: Path) -> Edition:
    """A published file of the test's own."""
    return published(tmp_path / "edition", standing.key_file, finished[0].file)


@pytest.mark.parametrize("attack", ATTACKS)
def test_attacks_end_as_wrong_usage(standing: Edition, tmp_path: Path, attack: str) -> None:
    stolen = duckdb.sql("select 1 as a")  # a replacement scan would find it
    file, target = tmp_path / "secret.csv", tmp_path / "target.duckdb"
    file.write_text(f"a,b\n{SECRET},2\n", encoding="utf-8")
    before = standing.link.resolve().read_bytes()
    with pytest.raises(UsageFault) as caught:
        standing.ask(attack.format(file=file, folder=tmp_path, target=target))
    assert SECRET not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not target.exists()
    assert not (tmp_path / "out").exists()
    assert standing.link.resolve().read_bytes() == before
    assert stolen is not None


def test_questions_are_answered(standing: Edition) -> None:
    assert standing.ask("select count(*) as n from fct_outcomes").rows == [(6,)]
    answer = standing.ask("with x as (select 1 as a) select a, 'y' as b from x")
    assert (answer.columns, answer.rows) == (["a", "b"], [(1, "y")])
    assert standing.ask("describe fct_outcomes").rows
    assert standing.ask("explain select * from fct_outcomes").rows
    assert standing.ask("from dim_scale limit 1").rows
    assert standing.ask("select 1;").rows == [(1,)]
    assert standing.ask("select count(*) from raw.fragments").rows == [(6,)]
    assert standing.ask("select count(*) from staging.stg_fragments").rows == [(6,)]
    assert standing.ask("select count(*) from staging.int_identities").rows == [(6,)]
    assert standing.ask("summarize dim_scale").rows


def test_settings_are_locked(standing: Edition) -> None:
    rows: dict[object, object] = dict(standing.ask("select name, value from duckdb_settings()").rows)  # type: ignore[arg-type]
    assert rows["enable_external_access"] == "false"
    assert rows["lock_configuration"] == "true"
    assert rows["autoload_known_extensions"] == "false"
    with standing.opened() as connection, pytest.raises(duckdb.Error):
        connection.execute("set threads = 1")


def test_a_reader_leaves_nothing_beside_the_file(edition: Edition) -> None:
    edition.ask("select * from fct_outcomes order by all")
    assert sorted(os.listdir(edition.link.parent)) == ["outcomes-x.duckdb", "outcomes.duckdb"]


def test_readers_share_the_file(standing: Edition) -> None:
    with standing.opened() as one, standing.opened() as two:
        assert one.execute("select 1").fetchall() == two.execute("select 1").fetchall()


def test_a_reader_keeps_its_build_when_the_link_moves(edition: Edition, finished: tuple[Build, object]) -> None:
    with edition.opened() as connection:
        newer = edition.publish(finished[0].file, "outcomes-y.duckdb")
        with closing(opened(newer, edition.key_file, {})) as other:
            other.execute("delete from main.fct_outcomes")
        (edition.link.parent / "new").symlink_to("outcomes-y.duckdb")
        (edition.link.parent / "new").replace(edition.link)
        (edition.link.parent / "outcomes-x.duckdb").unlink()
        assert connection.execute("select count(*) from fct_outcomes").fetchone() == (6,)
        assert edition.ask("select count(*) from fct_outcomes").rows == [(0,)]


def test_nothing_published(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="oh run"):
        ask(tmp_path / "outcomes.duckdb", "select 1")
    (tmp_path / "outcomes.duckdb").symlink_to("gone")
    with pytest.raises(UsageFault, match="oh run"):
        ask(tmp_path / "outcomes.duckdb", "select 1")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "outcomes.duckdb").write_text(SECRET)
    with pytest.raises(Fault) as caught:
        ask(tmp_path / "outcomes.duckdb", "select 1")
    assert caught.value.exit_code == 3
    assert SECRET not in str(caught.value)


def test_who_may_not_look_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may be root, to whom nothing is closed."""

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "closed")

    monkeypatch.setattr(Path, "resolve", closed)
    with pytest.raises(UsageFault, match="closed to this user"):
        ask(tmp_path / "outcomes.duckdb", "select 1")


def test_doctor_tells_what_it_saw_of_a_home_that_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def closed(_: object) -> None:
        raise PermissionError(13, "closed")

    (tmp_path / "raw").mkdir()
    monkeypatch.setattr(doctor, "modes", closed)
    monkeypatch.setenv("COLUMNS", "300")
    assert not doctor.examine(load_settings(tmp_path))
    told = capsys.readouterr().out
    assert "duckdb" in told
    assert "closed to this user" in told
