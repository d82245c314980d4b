"""What goes wrong ends with one clear line and the right exit code, and leaves the published editions as they were."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import corpus
from .conftest import OH, PROJECT, SEEDS, MakeHome, RunHome, environment, oh, write

ONE = {"one.txt": corpus.piece(1, confidential="0").encode()}


def error_line(stderr: str) -> str:
    """The one line that says what is wrong."""
    lines = [line for line in stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1, f"{len(lines)} lines of error instead of one"
    assert stderr.strip().splitlines()[-1] == lines[0]
    return lines[0]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """A small home with both editions published."""
    home = RunHome(write(tmp_path_factory.mktemp("published"), ONE))
    home.run("--json")
    return home


@pytest.fixture
def stands(published: RunHome) -> Iterator[RunHome]:
    """The published home; both editions must be the same files with the same bytes afterwards."""
    before = {edition: _state(published.link(edition)) for edition in ("restricted", "open")}
    yield published
    assert {edition: _state(published.link(edition)) for edition in before} == before
    build = published.link().parent / ".build"
    assert not build.exists() or not list(build.iterdir()), "a failed run left something"


def _state(link: Path) -> tuple[str, bytes]:
    return str(link.readlink()), link.resolve().read_bytes()


def test_a_home_without_raw(tmp_path: Path) -> None:
    for command in (["run"], ["sql", "select 1"], ["doctor"]):
        said = oh(*command, home=tmp_path)
        assert said.returncode == 2, command
        assert "raw" in said.stderr + said.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("x")
    said = oh("run", home=tmp_path / "home")
    assert said.returncode == 2
    error_line(said.stderr)


def test_a_home_that_is_not_there(tmp_path: Path) -> None:
    said = oh("run", home=tmp_path / "none" / "such")
    assert said.returncode == 2
    error_line(said.stderr)
    assert not (tmp_path / "none").exists()


def test_a_home_that_cannot_be_written(make_home: MakeHome) -> None:
    """A file in the way of a folder stops root as well."""
    home = make_home(ONE)
    (home.root / "warehouse").write_text("in the way")
    said = home.run(code=2)
    assert "warehouse" in error_line(said.stderr)
    assert said.stdout == ""


def test_a_read_only_home(make_home: MakeHome) -> None:
    home = make_home(ONE)
    mounted = subprocess.run(["mount", "--bind", home.root, home.root], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this user may not mount")
    try:
        remounted = subprocess.run(
            ["mount", "-o", "remount,ro,bind", home.root, home.root], capture_output=True, check=False
        )
        if remounted.returncode:
            pytest.skip("this user may not mount read-only")
        said = home.run(code=2)
        error_line(said.stderr)
    finally:
        subprocess.run(["umount", home.root], check=True)


def test_no_source_file(make_home: MakeHome) -> None:
    home = make_home({".hidden": b"x"})
    said = home.run("--json", code=3)
    assert said.stdout == ""
    assert "--allow-empty" in error_line(said.stderr)
    assert not home.link().exists()


def test_another_run_going_on(stands: RunHome) -> None:
    with (stands.root / "cache" / "run.lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = stands.run("--no-wait", code=3)
    assert "Another run" in error_line(said.stderr)


def test_waiting_ends_where_the_setting_says(stands: RunHome) -> None:
    with (stands.root / "cache" / "run.lock").open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        said = stands.run(code=3, env={"OH_LOCK_WAIT_SECONDS": "0.5"})
    assert "waiting" in said.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OH_K", "2"),
        ("OH_K", "many"),
        ("OH_KEEP_BUILDS", "0"),
        ("OH_MEMORY_LIMIT", "lots"),
        ("OH_THREADS", "0"),
        ("OH_SCHEDULE", "daily"),
        ("OH_CODEBOOK", "/nowhere/at/all"),
    ],
)
def test_wrong_settings(stands: RunHome, name: str, value: str) -> None:
    said = stands.run("--json", code=2, env={name: value})
    told = error_line(said.stderr)
    assert said.stdout == ""
    assert name in told or "codebook" in told


@pytest.mark.parametrize(
    ("seed", "spoil"),
    [
        ("scales", lambda text: text.replace("label,rank,source", "label,source")),
        ("scales", lambda text: text.replace("Local,4,", "Local,high,")),
        ("objectives", None),
    ],
    ids=["header", "rank", "missing"],
)
def test_a_wrong_codebook_is_named(stands: RunHome, tmp_path: Path, seed: str, spoil: object) -> None:
    shutil.copytree(SEEDS, tmp_path / "book")
    file = tmp_path / "book" / f"{seed}.csv"
    if callable(spoil):
        file.write_text(spoil(file.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        file.unlink()
    said = stands.run("--json", code=2, env={"OH_CODEBOOK": str(tmp_path / "book")})
    assert f"{seed}.csv" in error_line(said.stderr)


def test_wrong_usage() -> None:
    for words in (["run", "--no-such"], ["nothing"], ["sql"], ["sql", "select 1", "--format", "yaml"]):
        said = oh(*words)
        assert said.returncode == 2, words
        assert said.stdout == ""


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system of Linux")
def test_a_full_disk(tmp_path: Path) -> None:
    """A small file system over a home, filled up once something is published."""
    home = RunHome(write(tmp_path / "small", {}))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", home.root], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this user may not mount")
    try:
        write(home.root, ONE)
        home.run("--json")
        before = {edition: _state(home.link(edition)) for edition in ("restricted", "open")}
        free = shutil.disk_usage(home.root).free
        (home.root / "filler").write_bytes(bytes(free - 6_000_000))
        said = home.run("--json", code=3)
        assert "disk is full" in error_line(said.stderr)
        assert said.stdout == ""
        assert {edition: _state(home.link(edition)) for edition in before} == before
        assert not list((home.link().parent / ".build").iterdir())
    finally:
        subprocess.run(["umount", home.root], check=True)


def test_a_run_that_is_killed(make_home: MakeHome) -> None:
    """SIGKILL in the middle: the old editions stand, and the next run clears what was left and publishes."""
    home = make_home(ONE)
    home.run("--json")
    before = {edition: _state(home.link(edition)) for edition in ("restricted", "open")}
    (home.root / "raw" / "two.txt").write_text(corpus.piece(2), encoding="utf-8")
    process = subprocess.Popen(
        [str(OH), "run", "--home", str(home.root)],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Reading and checking"):
            break
    time.sleep(1)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stderr.close()
    assert {edition: _state(home.link(edition)) for edition in before} == before
    building = home.link().parent / ".build"
    assert list(building.iterdir()), "it was killed too late to leave anything"
    # What a run leaves that is killed between moving its files and swapping the links.
    orphans = []
    for edition in ("restricted", "open"):
        folder = home.link(edition).parent
        orphans.append(folder / "outcomes-29991231T235959Z-deadbeef.duckdb")
        shutil.copyfile(home.link(edition).resolve(), orphans[-1])
        (folder / ".outcomes.duckdb.tmp").symlink_to("outcomes-29991231T235959Z-deadbeef.duckdb")
    home.run("--json")
    assert home.one("select count(*) from fct_outcomes") == 2
    assert not list(building.iterdir())
    for edition in ("restricted", "open"):
        assert not list(home.link(edition).parent.glob(".*.tmp"))
    assert not [orphan.name for orphan in orphans if orphan.exists()], "a build that was never published stays"
    said = oh("doctor", home=home.root)
    assert said.returncode == 0


@pytest.fixture(scope="module")
def spoilt_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a test of dbt's that must fail."""
    root = tmp_path_factory.mktemp("checkout")
    unwanted = shutil.ignore_patterns("__pycache__", "target", "logs")
    for name in ("oh_pipeline", "dbt_project"):
        shutil.copytree(PROJECT / name, root / name, ignore=unwanted)
    shutil.copyfile(PROJECT / "dagster.yaml", root / "dagster.yaml")
    planted = "select outcome_key, description from {{ ref('outcome_narratives') }}\n"
    (root / "dbt_project" / "tests" / "planted_to_fail.sql").write_text(planted, encoding="utf-8")
    return root


def run_spoilt(checkout: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from oh_pipeline.cli import main; main()", "run", "--home", str(home)],
        cwd=checkout,
        env=environment({"PYTHONPATH": str(checkout)}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_failing_dbt_test(stands: RunHome, spoilt_checkout: Path) -> None:
    said = run_spoilt(spoilt_checkout, stands.root)
    assert "Traceback" not in said.stderr
    assert said.returncode == 3
    assert "planted_to_fail" in error_line(said.stderr)
    assert said.stdout == ""
    assert "council" not in said.stderr, "a cell value was told"


def test_a_failing_dbt_test_with_canaries(spoilt_checkout: Path, make_home: MakeHome) -> None:
    """Nothing is published the first time either, and no cell value is kept with the run's history."""
    home = make_home({name: content for name, content in corpus.FILES.items() if name.startswith(("r_", "t_", "a_"))})
    said = run_spoilt(spoilt_checkout, home.root)
    assert said.returncode == 3
    assert not home.link().exists()
    assert corpus.CANARY not in (said.stdout + said.stderr).lower()
    for file in (home.root / "dagster").rglob("*"):
        if file.is_file():
            assert corpus.CANARY.encode() not in file.read_bytes().lower(), f"a canary lies in {file.name}"


def test_a_broken_published_file(make_home: MakeHome) -> None:
    """A warehouse that is no database any more is told by `sql` and `doctor`, and built again by `run`."""
    home = make_home(ONE)
    folder = home.link().parent
    folder.mkdir(parents=True)
    (folder / "outcomes-20200101T000000Z-00000000.duckdb").write_bytes(b"no database")
    os.symlink("outcomes-20200101T000000Z-00000000.duckdb", home.link())
    said = oh("sql", "select 1", home=home.root)
    assert said.returncode == 3
    error_line(said.stderr)
    assert oh("doctor", home=home.root).returncode == 2
