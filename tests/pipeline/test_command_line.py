"""The `oh` command as people and programs meet it: shapes, formats, exit codes, and what `oh sql` keeps shut."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path

import pytest

from . import corpus
from .conftest import RunHome, Said, oh


def sql(home: RunHome, query: str, *arguments: str) -> Said:
    return oh("sql", query, *arguments, home=home.root)


def test_help_names_every_command() -> None:
    said = oh("--help")
    assert said.returncode == 0
    for command in ("run", "dev", "sql", "doctor"):
        assert command in said.stdout
    assert said.stderr == ""


@pytest.mark.parametrize("command", ["run", "dev", "sql", "doctor"])
def test_every_command_has_help_and_takes_a_home(command: str) -> None:
    said = oh(command, "--help", env={"NO_COLOR": "1", "COLUMNS": "200"})
    assert said.returncode == 0
    assert "--home" in said.stdout
    assert "\x1b" not in said.stdout


def test_run_json_is_all_of_stdout(rich: RunHome) -> None:
    said = rich.said[0]
    told = json.loads(said.stdout)
    assert list(told) == ["build_id", "published", "seconds", "records", "outcomes", "issues", "paths"]
    assert list(told["records"]) == ["found", "accepted", "quarantined", "duplicate"]
    assert list(told["issues"]) == ["error", "warning", "advice"]
    assert set(told["paths"]) == {"restricted", "open", "report", "returns"}
    assert isinstance(told["paths"]["returns"], list)
    assert told["published"] is True
    assert isinstance(told["seconds"], float)
    assert said.stderr.strip(), "progress belongs on stderr"


def test_sql_as_json(rich: RunHome) -> None:
    said = sql(rich, "select 1 as a, null as b, true as c, 'x' as d, [1, 2] as e, 1.5 as f", "--format", "json")
    assert said.returncode == 0
    assert said.stderr == ""
    assert json.loads(said.stdout) == [{"a": 1, "b": None, "c": True, "d": "x", "e": [1, 2], "f": 1.5}]


def test_sql_as_json_loses_no_column_of_a_name_that_stands_twice(rich: RunHome) -> None:
    said = sql(rich, 'select 1 as a, 2 as a, 3 as a_1, 4 as "a"', "--format", "json")
    assert said.stdout == '[\n  {\n    "a": 1,\n    "a_2": 2,\n    "a_1": 3,\n    "a_3": 4\n  }\n]\n'


def test_sql_as_csv(rich: RunHome) -> None:
    said = sql(
        rich, "select 'a,\"b\"\nc' as text, 3 as n union all select '=1+1', -2 order by n desc", "--format", "csv"
    )
    assert said.returncode == 0
    rows = list(csv.reader(io.StringIO(said.stdout, newline="")))
    assert rows[0] == ["text", "n"]
    assert rows[1] == ['a,"b"\nc', "3"]
    assert not rows[2][0].startswith("="), "a live formula went out"
    assert rows[2][1] == "-2"


def test_sql_as_a_table(rich: RunHome) -> None:
    said = sql(rich, "select label from dim_scale where label = 'Local'")
    assert said.returncode == 0
    assert "Local" in said.stdout
    assert "1 row" in said.stdout


def test_sql_knows_both_editions(opened: RunHome) -> None:
    query = "select count(*) as n from fct_outcomes"
    restricted = json.loads(sql(opened, query, "--format", "json").stdout)
    shown = json.loads(sql(opened, query, "--edition", "open", "--format", "json").stdout)
    assert restricted[0]["n"] > shown[0]["n"] > 0
    assert sql(opened, "select * from outcome_narratives", "--edition", "open").returncode == 2


def test_no_color(rich: RunHome) -> None:
    query = "select 'x' as a"
    said = oh("sql", query, home=rich.root, env={"NO_COLOR": "1", "FORCE_COLOR": "", "TERM": "xterm-256color"})
    assert "\x1b" not in said.stdout + said.stderr
    wrong = oh("sql", "select", home=rich.root, env={"NO_COLOR": "1"})
    assert "\x1b" not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize(
    "query", ["selec 1", "select nothing from nowhere", "", "  ", ";", "select 1; select 2", "select '"]
)
def test_sql_that_is_wrong(rich: RunHome, query: str) -> None:
    said = sql(rich, query)
    assert said.returncode == 2
    assert said.stdout == ""
    assert said.stderr.startswith("error: ")
    assert len(said.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "query",
    [
        "select cast(description as int) from outcome_narratives",
        "select error(description) from outcome_narratives",
        "select strptime(description, '%Y') from outcome_narratives",
        "select regexp_matches('a', description || '(') from outcome_narratives",
        "select cast(fragment_id as date) from fct_outcomes",
    ],
)
def test_sql_that_fails_on_a_value_does_not_quote_it(rich: RunHome, query: str) -> None:
    said = sql(rich, f"{query} where contains(lower(coalesce(outcome_key, '')), '') ")
    assert (said.returncode, said.stdout) == (2, "")
    told = said.stderr.removeprefix("error: The query failed on a value that it met (")
    assert told.partition(")")[0].endswith("Exception")
    assert not any(word in said.stderr for word in (corpus.CANARY, "SCC-", "council", "changed"))


def test_what_a_shell_does_to_the_streams(rich: RunHome, tmp_path: Path) -> None:
    """Closed, full, or of an encoding without the letters: the exit code is that of the work, and nobody sees Python."""
    from .conftest import OH, environment

    (tmp_path / "good.txt").write_bytes(corpus.piece(1).encode())
    (tmp_path / "bad.txt").write_text("no field\n", encoding="utf-8")
    env = environment({"PYTHONUNBUFFERED": ""})

    def ends(line: str, **more: str) -> tuple[int, str, str]:
        shell = f'cd "{tmp_path}" && "{OH}" {line}'
        said = subprocess.run(
            ["bash", "-c", shell], env={**env, **more}, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert "Traceback" not in said.stderr
        assert "Exception ignored" not in said.stderr
        return said.returncode, said.stdout, said.stderr

    assert ends("check good.txt 2>&-")[0] == 0
    assert ends("check bad.txt 2>&-")[0] == 1
    assert ends("check bad.txt >&-")[0] == 1
    assert ends("check - <&-")[0] == 1
    for line in ("check bad.txt", "check bad.txt --json", f'sql "select 1" --home "{rich.root}"', "--help"):
        code, _, told = ends(f"{line} >/dev/full")
        assert (code, told.count("\n")) == (3, 1)
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    assert ends(f'doctor --home "{rich.root}"', **ascii_only)[0] == 0
    for form in ("csv", "json"):
        code, told, _ = ends(f"""sql "select 'é→' as a" --format {form} --home "{rich.root}" """, **ascii_only)
        assert code == 0
        assert "é→" in told
    for line in ("sql $'select \\xff'", "forget $'\\xff' --yes", "export $'\\xff'"):
        assert ends(f'{line} --home "{rich.root}"')[0] == 2


def test_a_run_that_cannot_tell_has_published_all_the_same(tmp_path: Path) -> None:
    from .conftest import OH, environment, write

    home = RunHome(write(tmp_path / "home", {"one.txt": corpus.piece(1).encode()}))
    said = subprocess.run(
        ["bash", "-c", f'"{OH}" run --json --home "{home.root}" >/dev/full'],
        env=environment({"PYTHONUNBUFFERED": "1"}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0
    assert said.stderr.endswith("Published, but the summary could not be written: is the disk full?\n")
    assert home.one("select count(*) from fct_outcomes") == 1


def test_sql_before_anything_is_published(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    said = oh("sql", "select 1", home=tmp_path)
    assert said.returncode == 2
    assert "oh run" in said.stderr


# Many attacks in one call each would cost half a second a piece; the reader itself is tried with all of them in the
# integration tier, these with the real command.
@pytest.mark.parametrize(
    "query",
    [
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "copy (select 1) to '{target}'",
        "attach '{target}'",
        "set enable_external_access = true",
        "select getenv('HOME')",
        "create table x as select 1",
        "select * from glob('/*')",
    ],
)
def test_sql_is_hardened(rich: RunHome, tmp_path: Path, query: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("a\nsecretvalue\n", encoding="utf-8")
    target = tmp_path / "made.duckdb"
    said = sql(rich, query.format(file=file, target=target))
    assert said.returncode == 2
    assert said.stdout == ""
    assert "secretvalue" not in said.stderr
    assert not target.exists()


def test_doctor_on_a_sound_home(rich: RunHome) -> None:
    said = oh("doctor", home=rich.root, env={"COLUMNS": "300", "NO_COLOR": "1"})
    assert said.returncode == 0
    for word in ("python", "duckdb", "dbt-core", "dagster", "raw", "cache", "lock", "codebook", "restricted", "open"):
        assert word in said.stdout
    assert rich.summary["build_id"] in said.stdout
    assert corpus.CANARY not in said.stdout.lower()


def test_doctor_tells_what_to_do(rich: RunHome, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    said = oh("doctor", home=tmp_path, env={"COLUMNS": "300"})
    assert said.returncode == 0
    assert "oh run" in said.stdout
    book = oh("doctor", home=tmp_path, env={"OH_CODEBOOK": str(tmp_path / "none"), "COLUMNS": "300"})
    assert book.returncode == 2
    assert rich.root.name not in book.stdout


def test_the_next_command_of_run_works(opened: RunHome, tmp_path: Path) -> None:
    """A run ends with the published paths and a command that can be typed as it stands."""
    from .conftest import write

    home = RunHome(write(tmp_path / "home", {"one.txt": corpus.piece(1).encode()}))
    said = home.run()
    assert str(home.link()) in said.stdout
    assert str(home.link("open")) in said.stdout
    import shlex

    words = shlex.split(said.stdout.split("Next: ", 1)[1].strip())
    assert words[0] == "oh"
    assert oh(*words[1:]).returncode == 0
    assert opened.root.name not in said.stdout
