"""`oh export`: every table of an edition in each format, read back by other programs than the one that wrote it."""

from __future__ import annotations

import csv
import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.escape import unescape

from ..fragments import fragment
from . import open_corpus
from .conftest import OH, RunHome, environment, oh, write

FORMULAS = ("=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "'quoted", "''=twice", "<r><t>rich</t></r>")
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONG = "-" + "A council of long words met and wrote. \U0001f600" * 1_000
BESIDE = {"dictionary.csv", "data-dictionary.md", "export.json"}


def odd_records() -> str:
    """Records whose texts, id and country begin like formulas, one with a text that no cell holds."""
    made = [
        fragment(
            {
                "Evidence supporting the outcome statement": text,
                "Additional information (use if needed) ": f"{text} more",
            },
            id=f"SCC-KEN/CIV{number}",
            description=f"{text} the ward of {number} opened its books in 2023.",
        )
        for number, text in enumerate(FORMULAS)
    ]
    made.append(
        fragment(id="=SCC-KEN/1", description="The clerk of Nobody's land kept the books open.", country="=land")
    )
    made.append(fragment(id="SCC-KEN/CIV900", description=LONG))
    made.append(fragment(id="SCC-KEN/CIV901", description="The first hall was opened for all.", year="2021"))
    return "".join(made)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """Such records, and a later version of one."""
    later = fragment(id="SCC-KEN/CIV901", description="The first hall was opened for all.", harvest="harvest 4")
    files = {"one.txt": odd_records().encode(), "two.txt": later.encode()}
    made = RunHome(write(tmp_path_factory.mktemp("odd"), files))
    made.run("--json")
    return made


def export(home: RunHome, target: Path, *arguments: str) -> Path:
    said = oh("export", target, *arguments, home=home.root)
    assert said.returncode == 0, said.stderr[-300:]
    assert str(target) in said.stdout
    return target


def names(home: RunHome, edition: str) -> list[str]:
    return home.column(
        "select table_name from duckdb_tables() where schema_name in ('main', 'history') and not internal order by 1",
        edition=edition,
    )


def published(home: RunHome, name: str, edition: str = "restricted") -> tuple[list[str], list[tuple[Any, ...]]]:
    """Columns and rows of a table, rows in the order that a sort of all columns gives."""
    (schema,) = home.column(
        "select schema_name from duckdb_tables() where table_name = ? limit 1", name, edition=edition
    )
    described = home.rows(f'describe {schema}."{name}"', edition=edition)
    return [row[0] for row in described], home.rows(f'select * from {schema}."{name}" order by all', edition=edition)


def as_text(value: Any) -> str:
    """A value as a CSV shows it, without any guard."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat(timespec="microseconds") if hasattr(value, "isoformat") else str(value)


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_parquet_holds_every_table_as_it_is(odd: RunHome, tmp_path: Path, edition: str) -> None:
    folder = export(odd, tmp_path / "out", "--edition", edition)
    tables = names(odd, edition)
    assert len(tables) > 15
    assert {file.name for file in folder.iterdir()} == {f"{name}.parquet" for name in tables} | BESIDE
    for name in tables:
        columns, rows = published(odd, name, edition)
        frame = pl.read_parquet(folder / f"{name}.parquet")
        assert frame.columns == columns
        assert sorted(map(repr, frame.rows())) == sorted(map(repr, rows)), name


def test_rows_stand_in_the_order_of_the_key(odd: RunHome, tmp_path: Path) -> None:
    folder = export(odd, tmp_path / "out")
    for name, key in (
        ("fct_outcomes", "outcome_key"),
        ("dim_geography", "geography_key"),
        ("outcome_narratives", None),
    ):
        frame = pl.read_parquet(folder / f"{name}.parquet")
        column = frame[key or frame.columns[0]].to_list()
        assert column == sorted(column)


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_csv_holds_everything_and_no_formula(odd: RunHome, tmp_path: Path, edition: str) -> None:
    folder = export(odd, tmp_path / "out", "--edition", edition, "--format", "csv")
    guarded = 0
    for name in names(odd, edition):
        columns, rows = published(odd, name, edition)
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
            header, *lines = csv.reader(handle)
        assert header == columns
        kinds = [any(isinstance(row[place], str) for row in rows) for place in range(len(columns))]
        back = []
        for line in lines:
            guarded += sum(cell.startswith("'") for cell in line)
            assert not any(cell.startswith(STARTS) for cell, is_text in zip(line, kinds, strict=True) if is_text)
            back.append(
                [cell.removeprefix("'") if is_text else cell for cell, is_text in zip(line, kinds, strict=True)]
            )
        assert sorted(back) == sorted([as_text(value) for value in row] for row in rows), name
    assert (guarded > len(FORMULAS)) == (edition == "restricted")


@pytest.mark.parametrize("edition", ["restricted", "open"])
def test_a_workbook_holds_everything_and_no_formula(odd: RunHome, tmp_path: Path, edition: str) -> None:
    folder = export(odd, tmp_path / "out", "--edition", edition, "--format", "xlsx")
    assert {file.name for file in folder.iterdir()} == {"outcomes.xlsx", "data-dictionary.md", "export.json"}
    book = openpyxl.load_workbook(folder / "outcomes.xlsx")
    assert book.sheetnames[:2] == ["contents", "dictionary"]
    assert set(names(odd, edition)) <= set(book.sheetnames)
    whole: dict[tuple[str, str], str] = {}
    if "long_texts" in book.sheetnames:
        for row in book["long_texts"].iter_rows(min_row=2, values_only=True):
            place = (str(row[1]), str(row[2]))
            whole[place] = whole.get(place, "") + unescape(str(row[6]))
    assert bool(whole) == (edition == "restricted")
    for name in names(odd, edition):
        columns, rows = published(odd, name, edition)
        sheet = book[name]
        header, *lines = sheet.iter_rows()
        assert [cell.value for cell in header] == columns
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        back = []
        for line in lines:
            assert all(cell.data_type != "f" for cell in line)
            for cell in line:
                if isinstance(cell.value, str) and cell.value.startswith(STARTS):
                    assert cell.quotePrefix
            values = [whole.get((name, cell.coordinate), cell.value) for cell in line]
            back.append([unescape(value) if isinstance(value, str) else value for value in values])
        wanted = [
            [
                as_text(value)
                if isinstance(value, list) or hasattr(value, "hour")
                else value or (value, None)[value == ""]
                for value in row
            ]
            for row in rows
        ]
        for row in wanted:  # times have no more digits than they need
            row[:] = [v.removesuffix(".000000") if isinstance(v, str) and name == "meta_builds" else v for v in row]
        assert sorted(map(repr, back)) == sorted(map(repr, wanted)), name


@pytest.mark.parametrize("form", ["parquet", "csv", "xlsx"])
def test_two_exports_of_one_build_are_equal(odd: RunHome, tmp_path: Path, form: str) -> None:
    one = export(odd, tmp_path / "one", "--format", form)
    said = oh(
        "export",
        tmp_path / "two",
        "--format",
        form,
        home=odd.root,
        env={
            "TZ": "Pacific/Auckland",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "7",
            "OH_THREADS": "1",
            "OH_MEMORY_LIMIT": "300MB",
        },
    )
    assert said.returncode == 0
    files = sorted(file.name for file in one.iterdir())
    assert files == sorted(file.name for file in (tmp_path / "two").iterdir())
    for file in files:
        assert (one / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


@pytest.mark.parametrize("form", ["parquet", "csv", "xlsx"])
def test_the_dictionary_is_of_the_tables_exported(odd: RunHome, tmp_path: Path, form: str) -> None:
    folder = export(odd, tmp_path / "out", "--format", form, "--edition", "open")
    if form == "xlsx":
        with closing(openpyxl.load_workbook(folder / "outcomes.xlsx", read_only=True)) as book:
            cells = book["dictionary"].iter_rows(values_only=True)
            header, *lines = ([str(cell or "") for cell in row] for row in cells)
    else:
        with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as handle:
            header, *lines = csv.reader(handle)
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    columns = {(row["table"], row["column"]) for row in rows if row["column"]}
    assert columns == set(
        odd.rows("select table_name, column_name from duckdb_columns() where not internal", edition="open")
    )
    assert all(row["description"] and row["type"] for row in rows)
    assert all(row["description"].startswith("One row") for row in rows if not row["column"])
    page = (folder / "data-dictionary.md").read_text(encoding="utf-8")
    assert all(f"## `{name}`" in page for name in names(odd, "open"))
    assert "outcome_narratives" not in page
    assert odd.summary["build_id"] in page


def test_the_open_export_holds_nothing_of_what_is_closed(opened: RunHome, tmp_path: Path) -> None:
    for form in ("parquet", "csv", "xlsx"):
        folder = export(opened, tmp_path / form, "--edition", "open", "--format", form)
        rows = _texts(folder)
        assert len(rows) > 100
        assert not [text for text in rows if open_corpus.CANARY in text.lower()]
    closed = _texts(export(opened, tmp_path / "closed", "--format", "csv"))
    assert [text for text in closed if open_corpus.CANARY in text.lower()], "a search that finds nothing proves nothing"


def _texts(folder: Path) -> list[str]:
    """Every text in the files of a folder, metadata too."""

    def found() -> Iterator[str]:
        for file in folder.iterdir():
            if file.suffix == ".parquet":
                frame = pl.read_parquet(file)
                yield from (str(value) for row in frame.rows() for value in row)
                yield file.read_bytes().decode("latin-1")
            elif file.suffix == ".xlsx":
                with closing(openpyxl.load_workbook(file, read_only=True)) as book:
                    for sheet in book:
                        yield from (str(value) for row in sheet.iter_rows(values_only=True) for value in row)
            else:
                yield from file.read_text(encoding="utf-8").splitlines()

    return list(found())


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_modes_are_those_of_the_edition(odd: RunHome, tmp_path: Path, umask: int) -> None:
    wanted = {"restricted": (0o700, 0o600), "open": (0o755, 0o644)}
    for edition, (folder_mode, file_mode) in wanted.items():
        target = tmp_path / edition
        said = oh("export", target, "--edition", edition, "--format", "csv", home=odd.root, umask=umask)
        assert said.returncode == 0
        assert stat.S_IMODE(target.stat().st_mode) == folder_mode
        assert {stat.S_IMODE(file.stat().st_mode) for file in target.iterdir()} == {file_mode}


def test_an_older_export_is_replaced_whole(odd: RunHome, tmp_path: Path) -> None:
    target = export(odd, tmp_path / "out")
    export(odd, target, "--format", "xlsx", "--edition", "open")
    assert {file.name for file in target.iterdir()} == {"outcomes.xlsx", "data-dictionary.md", "export.json"}
    assert os.listdir(tmp_path) == ["out"]


def test_what_is_no_place_for_an_export(odd: RunHome, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("x")
    places = [
        foreign,
        tmp_path / "file",
        tmp_path / "file" / "below",
        odd.root / "raw" / "x",
        odd.root / "warehouse/open",
    ]
    for place in places:
        said = oh("export", place, home=odd.root)
        assert said.returncode == 2, place
        assert said.stdout == ""
        assert len([line for line in said.stderr.splitlines() if line.startswith("error: ")]) == 1
    assert [file.name for file in foreign.iterdir()] == ["thesis.txt"]
    assert not (odd.root / "raw" / "x").exists()


def test_before_anything_is_published(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    said = oh("export", tmp_path / "out", home=tmp_path)
    assert said.returncode == 2
    assert "oh run" in said.stderr
    assert not (tmp_path / "out").exists()
    assert oh("export", tmp_path / "out", home=tmp_path / "none").returncode == 2
    assert oh("export", tmp_path / "out", "--format", "pdf", home=tmp_path).returncode == 2


def test_one_that_is_broken_off_leaves_what_was_there(odd: RunHome, tmp_path: Path) -> None:
    import signal
    import subprocess
    import time

    target = export(odd, tmp_path / "out", "--format", "csv")
    before = {file.name: file.read_bytes() for file in target.iterdir()}
    words = [str(OH), "export", str(target), "--format", "xlsx", "--home", str(odd.root)]
    process = subprocess.Popen(words, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob(".out.*.tmp/made/.*")) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGTERM)
    said = process.communicate(timeout=60)[1]
    assert "Traceback" not in said
    if process.returncode:  # it may have been done just before
        assert process.returncode == 3
        assert {file.name: file.read_bytes() for file in target.iterdir()} == before
    assert os.listdir(tmp_path) == ["out"]
