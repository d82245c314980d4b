"""Encryption at rest: what lies on the disk, which keys open it, and that whatever is wrong ends the work before it begins."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from oh_pipeline.errors import UsageFault
from oh_pipeline.warehouse import cipher
from oh_pipeline.warehouse.build import Build, Loaded
from oh_pipeline.warehouse.cipher import extension_file, is_encrypted, read_key, require_usable
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.publish import publish, settle, write_open_edition
from oh_pipeline.warehouse.reader import ask

from .sealing import copy_encrypted, make_key

WORD = b"CANARYCANARY"


def build_in(folder: Path, key_file: Path | None) -> Build:
    """A build of little memory."""
    (folder / "spill").mkdir(parents=True)
    return Build("x", folder / "outcomes.duckdb", "40MB", 1, key_file)


@pytest.mark.parametrize("is_sealed", [True, False])
def test_what_lies_on_the_disk(tmp_path: Path, is_sealed: bool) -> None:
    build = build_in(tmp_path / "build", make_key(tmp_path) if is_sealed else None)
    words = f"select '{WORD.decode()}' || md5(i::varchar) || md5((i + 1)::varchar) as s from range(1000000) as r(i)"
    with closing(build.connect()) as connection:
        connection.execute("set wal_autocheckpoint = '1TB'")
        connection.execute("set force_compression = 'uncompressed'")  # so that plain words would be seen
        connection.execute(f"create table first_rows as {words} limit 1000")
        logged = build.file.with_name("outcomes.duckdb.wal").read_bytes()
        connection.execute("checkpoint")
        connection.execute(f"create temp table aside as {words}")
        spilled = b"".join(file.read_bytes() for file in (build.file.parent / "spill").iterdir())
    assert len(spilled) > 1_000_000
    stored = build.file.read_bytes()
    assert [WORD in content for content in (stored, logged, spilled)] == [not is_sealed] * 3
    assert is_encrypted(build.file) is is_sealed


def test_what_is_no_database_is_not_encrypted(tmp_path: Path) -> None:
    for content in (b"", b"x" * 40, b"\0" * 8 + b"DUCK", b"\0" * 20 + b"\1" * 20):
        (tmp_path / "file").write_bytes(content)
        assert not is_encrypted(tmp_path / "file")
    assert not is_encrypted(tmp_path / "gone")
    assert not is_encrypted(tmp_path)


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (None, 0o600, "cannot be read"),
        (b"", 0o600, "holds no key"),
        (b"hunter2-hunter2-hunter2-hunter2", 0o600, "holds no key"),
        (b"c2hvcnQ=", 0o600, "holds no key"),
        (b"\xff\xfe" * 16, 0o600, "cannot be read"),
        (b"A" * 43 + b"=", 0o640, "open to others"),
        (b"A" * 43 + b"=", 0o604, "open to others"),
    ],
)
def test_a_file_that_is_no_key(tmp_path: Path, content: bytes | None, mode: int, words: str) -> None:
    file = tmp_path / "key"
    if content is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(UsageFault, match=words) as caught:
        read_key(file)
    assert "\n" not in str(caught.value)
    assert not content or content.decode("latin-1") not in str(caught.value)
    with pytest.raises(UsageFault, match=words):
        require_usable(tmp_path / "outcomes.duckdb", file)


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read"):
        read_key(tmp_path)


def test_a_key_is_read(tmp_path: Path) -> None:
    assert len(read_key(make_key(tmp_path))) == 44


def test_the_extension_is_that_of_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert extension_file().is_file()
    monkeypatch.setattr(duckdb, "__version__", "0.0.1")
    with pytest.raises(UsageFault, match="missing"):
        require_usable(tmp_path / "outcomes.duckdb", make_key(tmp_path))


def test_without_the_extension_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cipher, "find_spec", lambda _: None)
    build = build_in(tmp_path / "build", make_key(tmp_path))
    with pytest.raises(UsageFault, match="httpfs"):
        build.connect()
    assert not build.file.exists()


@pytest.fixture
def sealed(copied: tuple[Build, Loaded], tmp_path: Path) -> Build:
    """A finished build, encrypted."""
    key_file, plain = make_key(tmp_path), copied[0].file
    file = plain.with_name("sealed.duckdb")
    copy_encrypted(plain, file, key_file)
    plain.unlink()
    file.rename(plain)
    return Build(copied[0].build_id, plain, "512MB", 2, key_file)


def test_what_opens_an_encrypted_file(sealed: Build, tmp_path: Path) -> None:
    for key_file, words in ((None, "is encrypted"), (make_key(tmp_path, "other"), "not that of")):
        with pytest.raises(UsageFault, match=words) as caught:
            require_usable(sealed.file, key_file)
        assert caught.value.exit_code == 2
        with pytest.raises(UsageFault, match=words):
            ask(sealed.file, "select 1", key_file)
    require_usable(sealed.file, sealed.key_file)
    assert ask(sealed.file, "select count(*) from fct_outcomes", sealed.key_file).rows == [(6,)]


def test_a_plain_edition_is_read_where_a_key_is_given(copied: tuple[Build, Loaded], tmp_path: Path) -> None:
    require_usable(copied[0].file, make_key(tmp_path))
    assert ask(copied[0].file, "select count(*) from fct_outcomes", make_key(tmp_path)).rows == [(6,)]


def test_nothing_published_asks_for_no_key(tmp_path: Path) -> None:
    require_usable(tmp_path / "outcomes.duckdb", None)


def test_publishing_with_a_key_removes_what_is_not_encrypted(sealed: Build, tmp_path: Path) -> None:
    home = Home(tmp_path, sealed.key_file)
    before = home.build_file("restricted", "20250101T000000Z-00000001")
    with closing(duckdb.connect(before)) as connection:
        connection.execute("create table t as select 1 as a")
    home.link("restricted").symlink_to(before.name)
    open_file = write_open_edition(sealed)
    for file, key_file in ((sealed.file, sealed.key_file), (open_file, None)):
        settle(file, key_file)
    published = publish(home, sealed, open_file, 3)
    assert home.builds("restricted") == [published.files["restricted"]]
    assert is_encrypted(published.files["restricted"])
    assert not is_encrypted(published.files["open"])
    assert ask(published.files["open"], "select count(*) from dim_scale").rows
