"""`oh sample` on a real build: who is never drawn, what is written, and that a kept frame repeats the draw."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import openpyxl
import pytest

from ..fragments import fragment, substantiation
from .conftest import RunHome, Said, oh, write

CANARY = "velmorin"
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
OPEN = {"Kenya": 12, "Mali": 6, "Iraq": 2}


def made(count: int, note: str, changes: dict[str, str | None] | None = None, **fields: str | None) -> str:
    return "".join(
        fragment(
            {
                "Significance of the outcome": f"{CANARY} mattered",
                "Evidence supporting the outcome statement": f"{CANARY} minutes",
                **(changes or {}),
            },
            **{
                "id": f"SCC-{note}/{number}",
                "description": f"In 2023 the {CANARY} ward {note} {number} opened its books.",
                **fields,
            },
        )
        for number in range(count)
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    """Twenty who may be asked in three countries, and some of each kind who may not."""
    text = "".join(made(count, country, country=country) for country, count in OPEN.items())
    text += (
        made(3, "closed", confidential="1")
        + made(2, "silent", confidential="")
        + made(1, "odd", confidential="perhaps")
    )
    text += made(4, "none", {"Outcome status": "Not an outcome"})
    text += made(1, "formula", id="=SCC-KEN/9", country="Mali")
    text += made(2, "asked", country="Kenya")
    asked = "".join(substantiation({"FragmentID": f"SCC-asked/{number}"}) for number in range(2))
    files = {"all.txt": text.encode(), "asked.txt": asked.encode()}
    result = RunHome(write(tmp_path_factory.mktemp("sampled"), files))
    result.run("--json")
    return result


def sample(home: RunHome, *arguments: str | Path) -> Said:
    said = oh("sample", *arguments, home=home.root)
    assert said.returncode == 0, said.stderr
    return said


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_frame_knows_who_may_not_be_asked(home: RunHome) -> None:
    found = home.rows("select why_not, is_eligible, count(*) from mart_substantiation_frame group by all order by 1")
    counted = home.one("select count(*) from fct_outcomes where is_outcome is not false")
    assert sum(count for _, _, count in found) == counted
    assert ("confidential", False, 3) in found
    assert ("confidentiality not declared", False, 3) in found
    assert ("already substantiated", False, 2) in found
    assert (None, True, counted - 8) in found


def test_nobody_is_drawn_whom_contact_endangers(home: RunHome) -> None:
    said = sample(home, "1000")
    drawn = rows(said.stdout)
    ids = {row["fragment_id"] for row in drawn}
    assert not any(part in name for name in ids for part in ("closed", "silent", "odd", "none", "asked"))
    closed = set(home.column("select outcome_key from fct_outcomes where is_confidential or not is_outcome"))
    assert closed
    assert not closed & {row["outcome_key"] for row in drawn}
    assert len(drawn) == sum(OPEN.values()) + 1
    assert "1,000 were asked for; there are no more" in said.stderr
    assert "2 already substantiated, 3 confidential, 3 confidentiality not declared" in said.stderr


def test_those_asked_already_are_drawn_where_wanted(home: RunHome) -> None:
    said = sample(home, "1000", "--include-substantiated")
    ids = {row["fragment_id"] for row in rows(said.stdout)}
    assert {"SCC-asked/0", "SCC-asked/1"} <= ids
    assert not any(part in name for name in ids for part in ("closed", "silent", "odd", "none"))
    assert "substantiated" not in said.stderr


def test_shares_and_probabilities(home: RunHome) -> None:
    drawn = rows(sample(home, "7").stdout)
    counts = {country: sum(row["geography"] == country for row in drawn) for country in OPEN}
    assert counts == {"Kenya": 4, "Mali": 2, "Iraq": 1}
    for row in drawn:
        size = OPEN[row["geography"]] + (row["geography"] == "Mali")
        assert (int(row["stratum_drawn"]), int(row["stratum_size"])) == (counts[row["geography"]], size)
        assert float(row["selection_probability"]) == counts[row["geography"]] / size
        assert row["stratum"] == f"geography={row['geography_key']}"
        assert row["build_id"] == home.summary["build_id"]


def test_no_free_text_and_no_formula(home: RunHome, tmp_path: Path) -> None:
    said = sample(home, "1000", "--by", "geography", "--by", "year,scale")
    assert CANARY not in said.stdout + said.stderr
    assert "'=SCC-KEN/9" in {row["fragment_id"] for row in rows(said.stdout)}
    assert not any(cell.startswith(STARTS) for row in rows(said.stdout) for cell in row.values())
    assert rows(said.stdout)[0]["strata_by"] == "geography,year,scale"
    sample(home, "1000", "--out", tmp_path / "s.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "s.xlsx"):
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert all(cell.data_type != "f" and CANARY not in str(cell.value) for cell in cells)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_kept_frame_repeats_and_extends_the_draw(home: RunHome, tmp_path: Path, suffix: str) -> None:
    first = sample(home, "8", "--seed", "3", "--by", "geography,objective", "--out", tmp_path / f"s.{suffix}")
    written = first.stdout.split()
    names = [f"s.{suffix}"] if suffix == "xlsx" else ["s.csv", "s.frame.csv"]
    assert written == [str(tmp_path / name) for name in names]
    assert {stat.S_IMODE(Path(file).stat().st_mode) for file in written} == {0o600}
    direct = sample(home, "8", "--seed", "3", "--by", "geography,objective").stdout
    # without any home: the frame alone is enough
    again = oh("sample", "--frame", written[-1], home=tmp_path / "gone")
    assert again.returncode == 0
    assert again.stdout == direct
    more = oh("sample", "12", "--frame", written[-1], home=tmp_path / "gone")
    keys = [{row["outcome_key"] for row in rows(text)} for text in (direct, more.stdout)]
    assert keys[0] < keys[1]
    assert len(keys[1]) == 12
    other = oh("sample", "--frame", written[-1], "--seed", "4", home=tmp_path / "gone")
    assert {row["outcome_key"] for row in rows(other.stdout)} != keys[0]


def test_wrong_usage_is_one_line(home: RunHome, tmp_path: Path) -> None:
    (tmp_path / "thing.csv").write_text("a\n1\n")
    for words in (
        ("10", "--by", "color"),
        ("10", "--out", str(tmp_path / "s.pdf")),
        ("10", "--out", str(tmp_path / "none" / "s.csv")),
        ("10", "--out", str(tmp_path / "thing.csv")),
        ("--frame", str(tmp_path / "thing.csv")),
        ("--frame", str(tmp_path / "missing.csv")),
        (),
    ):
        said = oh("sample", *words, home=home.root)
        assert (said.returncode, said.stdout) == (2, ""), words
        assert said.stderr.startswith("error: ")
        assert len(said.stderr.splitlines()) == 1
    for wrong in (["0"], ["-3"], ["many"], ["10", "--seed", "x"]):
        assert oh("sample", *wrong, home=home.root).returncode == 2
    assert (tmp_path / "thing.csv").read_text() == "a\n1\n"


def test_nobody_can_be_drawn(shipped: RunHome, tmp_path: Path) -> None:
    """The shipped record is confidential."""
    said = oh("sample", "5", home=shipped.root)
    assert said.returncode == 3
    assert said.stdout == ""
    assert said.stderr == (
        "error: Nobody can be asked: all 1 are left out (1 confidential). See mart_substantiation_frame for each\n"
    )
    (tmp_path / "raw").mkdir()
    assert oh("sample", "5", home=tmp_path).returncode == 2
