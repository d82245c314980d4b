"""`oh check` as people and programs meet it: what it tells is what a run would, it touches nothing, and it is light."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ..fragments import DEFAULTS, fragment
from .conftest import SEEDS, MakeHome, RunHome, Said, environment, oh

KEYS = ["source_file", "location", "fragment_id", "field", "rule", "severity", "message", "remedy"]
HELD = fragment(description="")
ODD = fragment(actor="Autorities")


def told(said: Said) -> list[dict[str, Any]]:
    """The lines of --json."""
    return [json.loads(line) for line in said.stdout.splitlines()]


def only_the_run_finds(ran: list[Any], checked: list[dict[str, Any]]) -> list[Any]:
    """Issues of a run that a check does not tell; none the other way round."""
    found, seen = Counter(ran), Counter(tuple(row.values()) for row in checked)
    assert seen <= found
    return list((found - seen).elements())


def place(folder: Path, **contents: str) -> Path:
    for name, content in contents.items():
        (folder / f"{name}.txt").write_text(content, encoding="utf-8")
    return folder


def test_tells_what_a_run_would(rich: RunHome) -> None:
    """Wordings that are rare among all outcomes can be weighed by a run alone; a check sees the same letters and digits."""
    said = oh("check", rich.root / "raw", "--json")
    assert (said.returncode, said.stderr) == (1, "")
    rows = told(said)
    assert all(list(row) == KEYS for row in rows)
    ran = rich.rows(f"select {', '.join(KEYS)} from quality_issues")
    assert {row[KEYS.index("rule")] for row in only_the_run_finds(ran, rows)} <= {"near_duplicate"}
    assert {"id_collision", "near_duplicate", "unreadable_file", "missing_description"} <= {row["rule"] for row in rows}


def test_tells_what_a_run_would_of_every_format(make_home: MakeHome) -> None:
    """Ids that collide, repeat and return across a table, lines of JSON, text and an archive of them."""
    records = [
        DEFAULTS | {"FragmentID": "A", "Year": "soon"},
        DEFAULTS | {"FragmentID": "A", "Scale": "Vast"},
        DEFAULTS | {"FragmentID": "B", "Outcome description": "Another text."},
        DEFAULTS | {"FragmentID": "C", "Outcome description": " "},
        DEFAULTS | {"FragmentID": "", "Own": "x"},
    ]
    table = io.StringIO()
    writer = csv.DictWriter(table, [*DEFAULTS, "Own"])
    writer.writeheader()
    writer.writerows(records)
    delivered = table.getvalue().encode()
    lines = "".join(json.dumps(record) + "\n" for record in records[1:]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b/again.csv", delivered)
        archive.writestr("lines.jsonl", lines)
        archive.writestr("prose.txt", b"prose alone")
    files = {
        "a/table.csv": delivered,
        "lines.jsonl": lines,
        "packed.zip": packed.getvalue(),
        "broken.zip": packed.getvalue()[:200],
        "text.txt": fragment(id="B", scale="Vast").encode(),
    }
    home = make_home(files)
    home.run("--json")
    rows = told(oh("check", home.root / "raw", "--json"))
    assert Counter(tuple(row.values()) for row in rows) == Counter(
        home.rows(f"select {', '.join(KEYS)} from quality_issues")
    )
    assert {"id_collision", "near_duplicate", "unreadable_file", "unmapped_field"} <= {row["rule"] for row in rows}
    assert {"a/table.csv", "packed.zip/b/again.csv", "broken.zip"} <= {row["source_file"] for row in rows}


def test_counts_what_a_run_would(rich: RunHome) -> None:
    last = oh("check", rich.root / "raw").stdout.splitlines()[-3:]
    found, accepted, held, duplicate, files = rich.one(
        "select sum(found), sum(accepted), sum(quarantined), sum(duplicate), count(*) from quality_sources"
    )
    assert last[0] == (
        f"{files} files: {found} fragments, {accepted} accepted, {held} quarantined, {duplicate} duplicate"
    )
    counted = dict(rich.rows("select severity, count(*) from quality_issues group by 1"))
    rows = told(oh("check", rich.root / "raw", "--json"))
    counted["advice"] -= len(only_the_run_finds(rich.rows(f"select {', '.join(KEYS)} from quality_issues"), rows))
    assert last[1].startswith(f"{counted['error']} errors, {counted['warning']} warnings, {counted['advice']} ")


def test_order_does_not_hang_on_how_files_are_named(tmp_path: Path) -> None:
    place(tmp_path, harvest_10=ODD, harvest_2=HELD + ODD)
    by_folder = oh("check", "--json", tmp_path)
    by_name = oh("check", "--json", "harvest_10.txt", "harvest_2.txt", cwd=tmp_path)
    by_pattern = oh("check", "--json", "*.txt", "harvest_2.txt", cwd=tmp_path)
    assert by_folder.stdout == by_name.stdout == by_pattern.stdout
    assert [row["source_file"] for row in told(by_folder)] == ["harvest_2.txt", "harvest_2.txt"]


@pytest.mark.parametrize(("content", "code"), [(fragment(), 0), (ODD, 0), (HELD, 1), ("prose", 1)], ids=range(4))
def test_exit_codes(content: str, code: int, tmp_path: Path) -> None:
    said = oh("check", place(tmp_path, one=content) / "one.txt")
    assert (said.returncode, said.stderr) == (code, "")
    assert ("Nothing wrong found" in said.stdout) == (content == fragment())
    assert "Next: " in said.stdout


@pytest.mark.parametrize("arguments", [["gone.txt"], ["gone/*.txt"], ["empty"], []], ids=range(4))
def test_what_cannot_be_checked_is_wrong_usage(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = oh("check", *arguments, cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr
    assert len(said.stderr.splitlines()) == 1 or not arguments


def test_standard_input(tmp_path: Path) -> None:
    temporary = {"TMPDIR": str(tmp_path)}
    said = oh("check", "-", "--json", input=HELD, env=temporary)
    assert said.returncode == 1
    assert [(row["source_file"], row["rule"]) for row in told(said)] == [("-", "missing_description")]
    assert oh("check", "-", input="", env=temporary).returncode == 1
    assert list(tmp_path.iterdir()) == [], "what came in was left behind"


def test_touches_nothing_and_needs_no_home(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "temporary").mkdir()
    place(tmp_path / "raw", one=HELD)
    before = sorted(tmp_path.rglob("*"))
    env = {"OH_HOME": str(tmp_path / "no home"), "TMPDIR": str(tmp_path / "temporary")}
    for home in (None, tmp_path, tmp_path / "nowhere"):
        assert oh("check", "raw", home=home, cwd=tmp_path, env=env).returncode == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_another_codebook(tmp_path: Path) -> None:
    for seed in SEEDS.glob("*.csv"):
        content = seed.read_bytes()
        (tmp_path / seed.name).write_bytes(content + b"Autorities,test\n" * (seed.name == "social_actors.csv"))
    place(tmp_path, one=ODD)
    assert len(told(oh("check", "--json", tmp_path / "one.txt"))) == 1
    assert told(oh("check", "--json", tmp_path / "one.txt", env={"OH_CODEBOOK": str(tmp_path)})) == []
    assert oh("check", tmp_path / "one.txt", env={"OH_CODEBOOK": str(tmp_path / "none")}).returncode == 2


def test_writes_returns_where_they_are_asked_for(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    place(raw, held=HELD, good=fragment(id="B", description="Another text."), odd=ODD)
    before = sorted((path, path.stat().st_mtime_ns) for path in raw.iterdir())
    said = oh("check", raw, raw.parent / "raw" / "held.txt", "--return", tmp_path / "to" / "send")
    assert said.returncode == 1
    assert "2 annotated workbooks in" in said.stdout
    made = sorted((tmp_path / "to" / "send").iterdir())
    assert [path.name for path in made] == ["held.txt.return.xlsx", "odd.txt.return.xlsx"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in [*made, made[0].parent])
    assert sorted((path, path.stat().st_mtime_ns) for path in raw.iterdir()) == before
    again = told(oh("check", made[0], "--json"))
    assert [row["rule"] for row in again] == ["missing_description"]
    in_the_way = oh("check", raw, "--return", raw / "held.txt")
    assert (in_the_way.returncode, in_the_way.stdout) == (2, "")
    assert oh("check", raw / "good.txt", "--return", tmp_path / "none").returncode == 0
    assert not (tmp_path / "none").exists()


def test_returns_of_standard_input(tmp_path: Path) -> None:
    assert oh("check", "-", "--json", "--return", tmp_path, input=HELD).returncode == 1
    assert [path.name for path in tmp_path.iterdir()] == ["standard-input.return.xlsx"]


def test_speaks_french(tmp_path: Path) -> None:
    place(tmp_path, one=HELD + ODD, two=fragment(id="C"), three=fragment(id="C", description="Else."))
    (tmp_path / "four.pdf").write_bytes(b"%PDF")
    english, french = (
        told(oh("check", "--json", tmp_path, env={"OH_LANGUAGE": language})) for language in ("en", "fr")
    )
    assert [row["rule"] for row in english] == [row["rule"] for row in french]
    rules = {"missing_description", "unknown_code", "near_duplicate", "unreadable_file"}
    assert {row["rule"] for row in french} >= rules
    for part in ("message", "remedy"):
        assert all(here[part] != there[part] for here, there in zip(english, french, strict=True))
    assert "Ensuite : " in oh("check", tmp_path, env={"OH_LANGUAGE": "fr"}).stdout
    assert oh("check", tmp_path, env={"OH_LANGUAGE": "xx"}).returncode == 2


def test_no_text_of_a_record_is_told(tmp_path: Path) -> None:
    texts = {label: f"zanquo {label}" for label in ("Outcome description", "Significance of the outcome")}
    records = fragment(texts | {"Own": "zanquo own"}) + fragment(texts, year="soon")
    place(tmp_path, one=f"zanquo preamble\n{records}")
    for form in ([], ["--json"]):
        said = oh("check", tmp_path, *form)
        assert "Own" in said.stdout
        assert "zanquo" not in said.stdout + said.stderr


def test_says_the_same_whatever_the_terminal_can_show(tmp_path: Path) -> None:
    place(tmp_path, é=fragment(scale="Où là"))
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    said = oh("check", "--json", tmp_path, env=plain, encoding="utf-8")
    assert told(said)[0]["source_file"] == "é.txt"
    shown = oh("check", tmp_path, env=plain, encoding="utf-8")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "?.txt" in shown.stdout


@pytest.mark.parametrize("no_color", [False, True])
def test_colours_on_a_terminal_alone(no_color: bool, tmp_path: Path) -> None:
    place(tmp_path, one=HELD)
    parent, child = pty.openpty()
    changes = {"TERM": "xterm-256color", "COLUMNS": "60", **({"NO_COLOR": "1"} if no_color else {})}
    env = {name: value for name, value in environment(changes).items() if no_color or name != "NO_COLOR"}
    words = [str(Path(sys.executable).with_name("oh")), "check", str(tmp_path)]
    with subprocess.Popen(words, stdout=child, stderr=child, stdin=subprocess.DEVNULL, env=env):
        os.close(child)
        shown = b""
        try:
            while piece := os.read(parent, 65536):
                shown += piece
        except OSError:  # what a terminal says when nobody is left at its other end
            pass
    os.close(parent)
    assert (b"\x1b[1;31m" in shown) != no_color
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert max(map(len, [line for line in lines if not line.startswith("Next: ")])) <= 60
    assert any(re.fullmatch(r" {18}\S.*marks", line) for line in lines), "a long line goes on below its own beginning"


LIGHT = """
import sys
from oh_pipeline.cli import main
sys.argv = ["oh", "check", sys.argv[1]]
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def test_loads_neither_dagster_nor_dbt_nor_an_engine(tmp_path: Path) -> None:
    place(tmp_path, one=HELD)
    said = subprocess.run(
        [sys.executable, "-c", LIGHT, str(tmp_path)], capture_output=True, text=True, check=False, env=environment()
    )
    assert said.returncode == 1
    loaded = set(said.stderr.split())
    assert {"oh_pipeline", "polars"} <= loaded
    assert not {name for name in loaded if name.startswith(("dagster", "dbt", "duckdb", "jinja2", "pandas", "pandera"))}
