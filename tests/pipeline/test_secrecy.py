"""Cell values lie where the contract lets them, and nowhere else: not in Dagster's storage, not in what a run says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from . import corpus, open_corpus
from .conftest import RunHome

ALLOWED = ("raw", "warehouse/restricted", "returns", "reports/restricted", "cache")


def lying(home: Path, word: str) -> Iterator[str]:
    """Files of a home whose bytes or names hold the word, in either of the encodings that SQLite has."""
    wanted = [word.encode(), word.encode("utf-16-le"), word.encode("utf-16-be")]
    for file in home.rglob("*"):
        name = file.relative_to(home).as_posix()
        if name.startswith(ALLOWED) or not file.is_file():
            continue
        seen = file.read_bytes().lower()
        if word in name.lower() or any(each in seen for each in wanted):
            yield name


def test_the_canaries_are_in_the_corpus_and_the_restricted_edition(rich: RunHome) -> None:
    """A search that finds nothing anywhere proves nothing."""
    assert rich.one(f"select count(*) from outcome_narratives where description like '%{corpus.CANARY}%'") == 2
    assert rich.one(f"select count(*) from raw.quarantine where fields like '%{corpus.CANARY}evidence%'") == 2
    assert rich.one(f"select count(*) from dim_geography where label = '{corpus.CANARY}country'") == 1


def test_no_canary_in_what_a_run_keeps(rich: RunHome) -> None:
    assert list(lying(rich.root, corpus.CANARY)) == []


def test_no_canary_in_what_a_run_says(rich: RunHome) -> None:
    for said in rich.said:
        assert corpus.CANARY not in (said.stdout + said.stderr).lower()


def test_no_free_text_of_any_record_in_what_a_run_keeps(rich: RunHome) -> None:
    for word in ("adopted a charter", "séances", "drop table main", "village", "galactic"):
        assert list(lying(rich.root / "dagster", word)) == [], "a cell value lies in the run history"


def test_no_canary_of_open_records_in_what_a_run_keeps(opened: RunHome) -> None:
    """Neither do texts and ids of records that are not confidential belong there; file names may be told."""
    for word in ("text", "significance", "evidence", "village", "scale", "actor", "land", "stan"):
        assert list(lying(opened.root / "dagster", f"{open_corpus.CANARY}{word}")) == []
    assert list(lying(opened.root / "dagster", f"scc-{open_corpus.CANARY}/")) == []


def test_nothing_is_left_of_the_build(rich: RunHome) -> None:
    assert not list((rich.root / "warehouse" / "restricted" / ".build").glob("*"))


@pytest.mark.parametrize("name", ["dagster/history/runs.db", "dagster/dagster.yaml"])
def test_the_run_is_in_the_history(rich: RunHome, name: str) -> None:
    assert (rich.root / name).is_file()


def test_the_history_knows_the_run_as_a_success(rich: RunHome) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(rich.root / "dagster" / "history" / "runs.db")) as connection:
        rows = connection.execute("select pipeline_name, status from runs").fetchall()
    assert rows == [("outcome_warehouse", "SUCCESS")]
