"""What pipeline tests share: the real `oh` as a process of its own, and homes that one run each has filled."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from . import corpus, open_corpus

OH = Path(sys.executable).with_name("oh")
PROJECT = Path(__file__).parents[2]
SEEDS = PROJECT / "dbt_project" / "seeds"
SECONDS = 600  # after which a process is ended and its test fails; nothing is timed by it

Said = subprocess.CompletedProcess[str]


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without any setting of the project's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OH_", "DAGSTER_", "DBT_"))}
    return {**kept, **(changes or {})}


def oh(*arguments: str | Path, home: Path | None = None, env: Mapping[str, str] | None = None, **more: Any) -> Said:
    """Call `oh`. No call may ever show a traceback."""
    words = [str(OH), *map(str, arguments), *(["--home", str(home)] if home is not None else [])]
    said = subprocess.run(
        words, env=environment(env), capture_output=True, text=True, timeout=SECONDS, check=False, **more
    )
    assert "Traceback" not in said.stdout + said.stderr, "a traceback was printed"
    return said


@dataclass
class RunHome:
    """A home, and all that its runs have said."""

    root: Path
    said: list[Said] = field(default_factory=list)

    def run(self, *arguments: str, code: int = 0, env: Mapping[str, str] | None = None) -> Said:
        """`oh run` on this home, with the exit code that is expected."""
        said = oh("run", *arguments, home=self.root, env=env)
        self.said.append(said)
        assert said.returncode == code, f"oh run ended with {said.returncode}, not {code}: {said.stderr[-400:]}"
        return said

    @property
    def summary(self) -> dict[str, Any]:
        """What the first run printed with --json."""
        found: dict[str, Any] = json.loads(self.said[0].stdout)
        return found

    def link(self, edition: str = "restricted") -> Path:
        """The published file."""
        return self.root / "warehouse" / edition / "outcomes.duckdb"

    def rows(self, query: str, *values: object, edition: str = "restricted") -> list[tuple[Any, ...]]:
        """Answer of a query."""
        with closing(duckdb.connect(self.link(edition).resolve(), read_only=True)) as connection:
            return connection.execute(query, list(values)).fetchall()

    def one(self, query: str, *values: object, edition: str = "restricted") -> Any:
        """The only row; its only value where it has one."""
        rows = self.rows(query, *values, edition=edition)
        assert len(rows) == 1, f"{len(rows)} rows instead of one"
        return rows[0][0] if len(rows[0]) == 1 else rows[0]

    def column(self, query: str, *values: object, edition: str = "restricted") -> list[Any]:
        """Values of the first column."""
        return [row[0] for row in self.rows(query, *values, edition=edition)]

    def tables(self, edition: str = "restricted") -> dict[str, list[str]]:
        """Every main table but the build's own, its rows as sorted texts."""
        names = self.column(
            "select table_name from duckdb_tables() where schema_name = 'main' and table_name <> 'meta_builds' order by 1",
            edition=edition,
        )
        return {name: sorted(map(repr, self.rows(f'select * from main."{name}"', edition=edition))) for name in names}


def write(root: Path, files: Mapping[str, bytes]) -> Path:
    """Put files under raw/ of a new home."""
    for name, content in files.items():
        file = root / "raw" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (root / "raw").mkdir(parents=True, exist_ok=True)
    return root


MakeHome = Callable[[Mapping[str, bytes]], RunHome]


@pytest.fixture
def make_home(tmp_path: Path) -> MakeHome:
    """A home of the test's own."""

    def make(files: Mapping[str, bytes]) -> RunHome:
        return RunHome(write(tmp_path / "home", files))

    return make


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """The record that the project ships, published."""
    root = tmp_path_factory.mktemp("shipped")
    shutil.copytree(PROJECT / "data" / "raw", root / "raw")
    made = RunHome(root)
    made.run("--json")
    return made


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHome]:
    """The rich corpus with everything that is odd, published once."""
    root = write(tmp_path_factory.mktemp("rich"), corpus.FILES)
    corpus.plant_oddities(root / "raw", tmp_path_factory.mktemp("outside"))
    made = RunHome(root)
    made.run("--json")
    yield made


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """A corpus whose combinations are counted by hand, published once."""
    made = RunHome(write(tmp_path_factory.mktemp("opened"), open_corpus.FILES))
    made.run("--json")
    return made
