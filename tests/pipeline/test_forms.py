"""Every form in which outcomes are handed in, and what goes back: the real `oh` on files of all formats."""

from __future__ import annotations

import stat
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from ..forms import FORMATS, RECORDS, Record, separated, word, xlsx, zipped
from ..fragments import DEFAULTS
from .conftest import RunHome, oh, write

SAME = RECORDS[:2]
BROKEN: list[Record] = [
    DEFAULTS | {"FragmentID": "SCC-KEN/CIV010", "Outcome description": ""},
    DEFAULTS | {"FragmentID": "SCC-KEN/CIV011", "Year": "1023", "Evidence supporting the outcome statement": "=1+1"},
    DEFAULTS | {"FragmentID": "SCC-KEN/CIV012", "Outcome description": "In 2023 the port opened its gates at night."},
]
FORM: Record = DEFAULTS | {
    "FragmentID": "SCC-KEN/CIV013",
    "Year": "1023",
    "Outcome description": "In 2023 a mill reopened.",
}


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """One home with the same two outcomes in every format."""
    home = RunHome(write(tmp_path_factory.mktemp("same"), {name: make(SAME) for name, make in FORMATS.items()}))
    home.run("--json")
    return home


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """One home with records that need mending, in a workbook, a table and a Word form."""
    files = {"autumn/book.xlsx": xlsx(BROKEN), "table.csv": separated(BROKEN[:1]), "form.docx": word([FORM])}
    home = RunHome(write(tmp_path_factory.mktemp("returned"), files))
    home.run("--json")
    return home


def test_the_same_outcomes_in_any_form_are_one(same: RunHome) -> None:
    records = same.summary["records"]
    assert records == {"found": 2 * len(FORMATS), "accepted": 2, "quarantined": 0, "duplicate": 2 * (len(FORMATS) - 1)}
    assert same.summary["outcomes"] == 2
    assert same.column("select version_count from fct_outcomes") == [1, 1]


def test_every_file_has_its_row_and_format(same: RunHome) -> None:
    found = dict(same.rows("select source_file, format from quality_sources"))
    suffixes = {name: name.rpartition(".")[2] for name in FORMATS}
    assert found == {
        **{name: {"tsv": "csv", "zip": None}.get(suffix, suffix) for name, suffix in suffixes.items()},
        "packed.zip/autumn/inside.csv": "csv",
    }


def test_returns_lie_closed_beside_what_needs_mending(returned: RunHome) -> None:
    folder = returned.root / "returns"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx"))
    assert names == ["autumn/book.xlsx.return.xlsx", "form.docx.return.xlsx", "table.csv.return.xlsx"]
    assert returned.summary["paths"]["returns"] == [str(folder / name) for name in names]
    for path in folder.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077


def test_a_return_that_is_mended_and_handed_in_again_counts(returned: RunHome, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(returned.root / "returns" / "autumn" / "book.xlsx.return.xlsx")
    assert book.sheetnames == ["What to fix", "Records"]
    sheet = book["Records"]
    column = {cell.value: cell.column for cell in sheet[1]}
    blank = sheet.cell(2, column["Outcome description"])
    assert blank.comment is not None
    assert blank.fill.fgColor.rgb != sheet.cell(4, column["Outcome description"]).fill.fgColor.rgb
    evidence = sheet.cell(3, column["Evidence supporting the outcome statement"])
    assert (evidence.value, evidence.data_type) == ("=1+1", "s") or evidence.quotePrefix
    blank.value = "In 2023 the water committee of the valley elected two women to its board."
    sheet.cell(3, column["Year"]).value = "2023"
    out = BytesIO()
    book.save(out)
    home = RunHome(write(tmp_path, {"book.xlsx": xlsx(BROKEN), "book.xlsx.return.xlsx": out.getvalue()}))
    home.run("--json")
    assert home.summary["records"] == {"found": 6, "accepted": 4, "quarantined": 1, "duplicate": 1}
    assert home.rows("select fragment_id, version_count, year from fct_outcomes order by 1") == [
        ("SCC-KEN/CIV010", 1, 2023),
        ("SCC-KEN/CIV011", 2, 2023),
        ("SCC-KEN/CIV012", 1, 2023),
    ]
    assert home.rows("select rule from quality_issues where source_file like '%return%'") == []
    changed = "select changed_fields from fct_outcome_versions where version_number = 2"
    assert home.column(changed) == [["year"]]


def test_returns_go_when_nothing_is_left_to_mend(returned: RunHome) -> None:
    folder = returned.root / "returns"
    before = (folder / "form.docx.return.xlsx").stat()
    (returned.root / "raw" / "table.csv").write_bytes(separated(BROKEN[2:]))
    try:
        returned.run("--json")
        assert not (folder / "table.csv.return.xlsx").exists()
        after = (folder / "form.docx.return.xlsx").stat()
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino), "written again without need"
    finally:
        (returned.root / "raw" / "table.csv").write_bytes(separated(BROKEN[:1]))


def test_an_archive_of_very_many_files_that_cannot_be_read_has_one_return(tmp_path: Path) -> None:
    inside = {"table.csv": separated(BROKEN[:1]), **{f"photos/{number}.jpg": b"\xff\xd8" for number in range(300)}}
    home = RunHome(write(tmp_path, {"all.zip": zipped(inside), "table.csv": separated(BROKEN[1:2])}))
    names = ["all.zip.return.xlsx", "all.zip/table.csv.return.xlsx", "table.csv.return.xlsx"]
    home.run("--json")
    assert home.summary["paths"]["returns"] == [str(home.root / "returns" / name) for name in names]
    assert oh("check", home.root / "raw", "--return", tmp_path / "back").returncode == 1
    for folder in (home.root / "returns", tmp_path / "back"):
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.xlsx")) == names
        book = openpyxl.load_workbook(folder / names[0])
        assert book.sheetnames == ["What to fix"]
        said = {cell.value for row in book.active.iter_rows() for cell in row}
        assert said >= {f"photos/{number}.jpg" for number in range(300)}
    before = (home.root / "returns" / names[0]).stat().st_ino
    home.run("--json")
    assert (home.root / "returns" / names[0]).stat().st_ino == before, "written again without need"


def test_check_writes_the_same_returns(tmp_path: Path) -> None:
    write(tmp_path, {"autumn/book.xlsx": xlsx(BROKEN)})
    said = oh("check", tmp_path / "raw", "--json", "--return", tmp_path / "back")
    assert said.returncode == 1
    book = openpyxl.load_workbook(tmp_path / "back" / "autumn" / "book.xlsx.return.xlsx")
    assert book.sheetnames == ["What to fix", "Records"]
    assert not (tmp_path / "warehouse").exists()
