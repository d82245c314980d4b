"""The open edition: k outcomes a combination, nothing of a confidential outcome, no text, id, path or hash in its bytes."""

from __future__ import annotations

import stat

import pytest

from . import open_corpus
from .conftest import RunHome
from .open_corpus import CANARY, GONE, KEPT, WITHHELD

OBSERVED = "five_fold_scale"


def kept(opened: RunHome) -> dict[str, int]:
    return dict(opened.rows("select geography_key, count(*) from fct_outcomes group by 1", edition="open"))


def test_the_corpus_is_wholly_restricted(opened: RunHome) -> None:
    assert opened.summary["records"]["quarantined"] == 0
    assert opened.summary["outcomes"] == opened.summary["records"]["accepted"] - 1  # one has two versions


@pytest.mark.parametrize("geography", sorted(KEPT))
def test_combinations_of_five_are_kept(opened: RunHome, geography: str) -> None:
    assert kept(opened).get(geography) == KEPT[geography]


@pytest.mark.parametrize("geography", GONE)
def test_combinations_of_four_tell_no_geography(opened: RunHome, geography: str) -> None:
    assert geography not in kept(opened)


def test_nothing_else_is_there_but_what_is_withheld(opened: RunHome) -> None:
    assert {name: n for name, n in kept(opened).items() if name not in KEPT} == {"withheld": WITHHELD}


def test_no_combination_is_carried_by_fewer_than_five(opened: RunHome) -> None:
    small = opened.rows(
        """
        with c as (
            select distinct o.outcome_key, geography_key, year,
                coalesce(a.social_actor_key, 'not_coded') as actor, coalesce(t.change_type_key, 'not_coded') as kind
            from fct_outcomes as o
            left join bridge_outcome_social_actor as a using (outcome_key)
            left join bridge_outcome_change_type as t using (outcome_key)
        )
        select count(*) from c group by geography_key, year, actor, kind having count(*) < 5
        """,
        edition="open",
    )
    assert small == []


def test_a_cascade_through_two_actors(opened: RunHome) -> None:
    actors = opened.rows(
        "select geography_key, a.social_actor_key, count(*) from fct_outcomes "
        "join bridge_outcome_social_actor as a using (outcome_key) "
        "where geography_key in ('mali', 'niger', 'ethiopia') group by all order by all",
        edition="open",
    )
    assert actors == [
        ("ethiopia", "media", 5),
        ("mali", "authorities", 5),
        ("mali", "media", 9),
        ("niger", "withheld", 8),
    ]


def test_years_stand_apart(opened: RunHome) -> None:
    years = opened.rows(
        "select year, count(*) from fct_outcomes where geography_key = 'lebanon' group by 1", edition="open"
    )
    assert years == [(2023, 5)]


def test_bridges_are_of_these_rows(opened: RunHome) -> None:
    for name in ("change_type", "result", "objective", "social_actor"):
        strays = opened.one(
            f"select count(*) from bridge_outcome_{name} where outcome_key not in (select outcome_key from fct_outcomes)",
            edition="open",
        )
        assert strays == 0
        sums = opened.column(f"select sum(weight) from bridge_outcome_{name} group by outcome_key", edition="open")
        assert all(each == pytest.approx(1) for each in sums)


def test_observed_members_from_five_on(opened: RunHome) -> None:
    shown = opened.rows("select scale_key, label from dim_scale where status = 'observed'", edition="open")
    assert shown == [(OBSERVED, "Five-fold scale")]
    assert opened.column("select label from dim_geography where status = 'observed'", edition="open") == ["Newland"]
    assert opened.column("select label from dim_social_actor where status = 'observed'", edition="open") == []


def test_members_under_five_are_withheld(opened: RunHome) -> None:
    scales = opened.rows(
        "select scale_key, count(*) from fct_outcomes where geography_key = 'palestine' group by 1 order by 1",
        edition="open",
    )
    assert scales == [(OBSERVED, 5), ("withheld", 4)]


def test_results_of_a_withheld_geography_are_not_there(opened: RunHome) -> None:
    rows = opened.one(
        "select count(*) from bridge_outcome_result join fct_outcomes using (outcome_key) where geography_key = 'withheld'",
        edition="open",
    )
    assert rows == 0
    assert not opened.column("select 1 from dim_result where label = 'Outcome 7.7'", edition="open")
    assert opened.one("select count(*) from dim_result where label = 'Outcome 8.8'", edition="open") == 1


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("dim_social_actor", "social_actor_key"),
        ("dim_scale", "scale_key"),
        ("dim_objective", "objective_key"),
        ("dim_geography", "geography_key"),
        ("dim_harvest", "harvest_key"),
        ("dim_significance", "significance_key"),
        ("dim_contribution", "contribution_key"),
        ("dim_change_type", "change_type_key"),
        ("dim_result", "result_key"),
        ("dim_outcome_status", "status_key"),
    ],
)
def test_dimensions_hold_the_codebook_not_coded_and_withheld(opened: RunHome, table: str, key: str) -> None:
    for member in ("not_coded", "withheld"):
        assert opened.one(f"select status from {table} where {key} = '{member}'", edition="open") == member
    listed = f"select {key} from {table} where status = 'codebook' order by 1"
    assert opened.column(listed, edition="open") == opened.column(listed)
    statuses = set(opened.column(f"select status from {table}", edition="open"))
    assert statuses <= {"codebook", "observed", "not_coded", "withheld"}


def test_it_holds_the_allowed_tables_and_columns(opened: RunHome) -> None:
    rows = opened.rows(
        "select schema_name, table_name, list(column_name) from duckdb_columns() where not internal group by all",
        edition="open",
    )
    assert {schema for schema, _, _ in rows} == {"main"}
    tables = {table: set(columns) for _, table, columns in rows}
    assert tables["fct_outcomes"] == {
        "outcome_key",
        "status_key",
        "harvest_key",
        "geography_key",
        "objective_key",
        "social_actor_key",
        "scale_key",
        "significance_key",
        "contribution_key",
        "year",
        "is_outcome",
        "is_unintended",
        "is_negative",
    }
    assert tables["meta_builds"] == {"build_id", "built_at", "code_version", "codebook_hash"}
    assert {name for name in tables if not name.startswith(("dim_", "bridge_"))} == {
        "fct_outcomes",
        "meta_builds",
        "outcome_counts",
    }
    assert opened.rows("select view_name from duckdb_views() where not internal", edition="open") == []


def test_its_keys_are_plain_numbers_of_its_own(opened: RunHome) -> None:
    keys = opened.column("select outcome_key from fct_outcomes order by 1", edition="open")
    assert all(isinstance(key, int) for key in keys)
    assert keys == list(range(1, len(keys) + 1))


def test_no_canary_in_its_bytes(opened: RunHome) -> None:
    seen = opened.link("open").resolve().read_bytes()
    for word in (CANARY, CANARY.upper(), CANARY.title()):
        for encoding in ("utf-8", "utf-16-le"):
            assert word.encode(encoding) not in seen, "a canary lies in the open edition's bytes"


def test_no_canary_in_its_values(opened: RunHome) -> None:
    """DuckDB may compress what it stores, so the values are looked at as well as the bytes."""
    for rows in opened.tables("open").values():
        assert not any(CANARY in row.lower() for row in rows), "a canary is a value of the open edition"


def test_no_hash_key_or_path_in_its_bytes(opened: RunHome) -> None:
    seen = opened.link("open").resolve().read_bytes()
    hidden = opened.column("select outcome_key from fct_outcomes")
    hidden += opened.column("select content_hash from fct_outcome_versions")
    hidden += opened.column("select sha256 from quality_sources")
    hidden += opened.column("select source_hash from meta_builds")
    hidden += opened.column("select source_file from quality_sources")
    hidden += opened.column("select fragment_id from fct_outcomes")
    assert not any(word.encode() in seen for word in hidden), "a hash, id or path lies in the open edition"


def test_the_order_of_rows_is_that_of_values(opened: RunHome) -> None:
    rows = opened.rows("select * from fct_outcomes order by rowid", edition="open")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_nothing_of_the_rich_corpus_is_open(rich: RunHome) -> None:
    """None of its combinations is carried by five, but for those in order that share every code."""
    from .corpus import CANARY as RICH

    seen = rich.link("open").resolve().read_bytes().lower()
    assert RICH.encode() not in seen, "a canary lies in the open edition's bytes"
    assert not any(RICH in row.lower() for rows in rich.tables("open").values() for row in rows)
    keys = set(rich.column("select distinct geography_key from fct_outcomes", edition="open"))
    assert keys <= {"kenya", "withheld"}


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        ("warehouse/restricted", 0o700),
        ("warehouse/open", 0o755),
        ("cache", 0o700),
        ("dagster", 0o700),
    ],
)
def test_modes_of_folders(opened: RunHome, path: str, mode: int) -> None:
    assert stat.S_IMODE((opened.root / path).stat().st_mode) == mode


def test_modes_of_files(opened: RunHome) -> None:
    assert stat.S_IMODE(opened.link("restricted").stat().st_mode) == 0o600
    assert stat.S_IMODE(opened.link("open").stat().st_mode) == 0o644
    for folder in ("cache", "dagster", "warehouse/restricted"):
        for file in (opened.root / folder).rglob("*"):
            if not file.is_symlink():
                assert not stat.S_IMODE(file.stat().st_mode) & 0o077, "something in a closed folder is open"


def test_the_open_edition_can_be_reached(opened: RunHome) -> None:
    assert stat.S_IMODE((opened.root / "warehouse").stat().st_mode) & 0o011 == 0o011


def test_raw_is_never_written(opened: RunHome) -> None:
    names = {file.relative_to(opened.root / "raw").as_posix() for file in (opened.root / "raw").rglob("*.txt")}
    assert names == set(open_corpus.FILES)


def test_the_home_holds_what_the_contract_names(opened: RunHome) -> None:
    named = {"raw", "forgotten", "warehouse", "returns", "reports", "cache", "dagster"}
    assert {entry.name for entry in opened.root.iterdir()} <= named
    for edition in ("restricted", "open"):
        assert opened.link(edition).is_symlink()
        assert not list(opened.link(edition).parent.glob("*.wal"))
