"""Two publications of a demo corpus through the real `oh`, the second with more in it: neither tells a small count, nor do both."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..attack import told
from ..demos import make
from ..fragments import fragment
from .conftest import RunHome

K = 5


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunHome, Path, Path]:
    """The home, and the open files of the first and the second publication."""
    home = RunHome(make(tmp_path_factory.mktemp("twice"), 2500, 0.1, "csv", seed=3))
    home.run("--json")
    first = home.link("open").resolve()
    added = "".join(
        fragment(
            id=f"SCC-KEN/CIV9{number:03}",
            country="Kenya" if number % 3 else "Burundi",
            year=str(2021 + number % 4),
            description=f"In ward {number} of the added file the council opened its books to whoever asked.",
        )
        for number in range(11)
    )
    (home.root / "raw" / "harvest_9").mkdir()
    (home.root / "raw" / "harvest_9" / "added.txt").write_text(added, encoding="utf-8")
    home.run("--json")
    return home, first, home.link("open").resolve()


def test_nothing_small_is_told(twice: tuple[RunHome, Path, Path]) -> None:
    _, first, second = twice
    assert first != second
    assert told(first, K) == {}
    assert told(second, K) == {}
    assert told(second, K, first) == {}


def test_the_second_looked_at_the_first(twice: tuple[RunHome, Path, Path]) -> None:
    home, _, _ = twice
    assert home.one("select count(*) from raw.previous_open_cells") > 100


def test_most_outcomes_are_shown(twice: tuple[RunHome, Path, Path]) -> None:
    home, _, _ = twice
    opened = home.one("select count(*) from fct_outcomes where not is_confidential")
    assert opened > 1000
    assert opened - home.one("select count(*) from fct_outcomes", edition="open") < K
    assert home.one("select count(*) from mart_outcomes where is_open") == home.one(
        "select count(*) from fct_outcomes", edition="open"
    )
    assert home.one("select outcomes from outcome_counts where breakdown = 'total'", edition="open") == opened
    placed = home.one("select count(*) from fct_outcomes where geography_key <> 'withheld'", edition="open")
    assert placed > 0.9 * opened


def test_the_report_adds_up_and_stays_restricted(twice: tuple[RunHome, Path, Path]) -> None:
    home, _, _ = twice
    steps = (
        "'shown', 'change_type_withheld', 'social_actor_withheld', 'year_withheld', 'geography_withheld', 'left_out'"
    )
    told_rows = home.one(
        f"select sum(number) from history.disclosure_report where breakdown = 'fct_outcomes' and treatment in ({steps})"
    )
    assert told_rows == home.one("select count(*) from fct_outcomes where not is_confidential")
    tables = home.column("select table_name from duckdb_tables() where not internal", edition="open")
    assert "disclosure_report" not in tables
    shown = home.one("select count(outcomes) from outcome_counts", edition="open")
    assert (
        0
        < shown
        <= home.one(
            "select sum(number) from history.disclosure_report where treatment = 'shown' and breakdown <> 'fct_outcomes'"
        )
    )
