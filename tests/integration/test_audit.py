"""What is loaded and what is audited before a build may be published: each audit seen to pass and to fail."""

from __future__ import annotations

import stat
from contextlib import closing

import duckdb
import polars as pl
import pytest

from oh_pipeline.errors import Fault
from oh_pipeline.settings import Settings
from oh_pipeline.validation.tables import TABLES
from oh_pipeline.warehouse import audit, publish
from oh_pipeline.warehouse.build import Build, Loaded, new_build_id
from oh_pipeline.warehouse.home import Home

from .conftest import RECORDS, load

Finished = tuple[Build, Loaded]


def spoil(build: Build, *statements: str) -> None:
    with closing(duckdb.connect(build.file)) as connection:
        for statement in statements:
            connection.execute(statement)


def failed(copied: Finished) -> set[str]:
    return {finding.name for finding in audit.audit_restricted(*copied) if finding.faults}


def test_raw_tables_are_those_of_the_schemas(finished: Finished) -> None:
    with closing(finished[0].connect(read_only=True)) as connection:
        rows = connection.execute(
            "select table_name, list(column_name order by column_index), any_value(t.comment) from duckdb_columns() "
            "join duckdb_tables() as t using (schema_name, table_name) where schema_name = 'raw' group by 1"
        ).fetchall()
    assert {name: columns for name, columns, _ in rows} == {name: list(table.columns) for name, table in TABLES.items()}
    assert all(comment for _, _, comment in rows)


def test_loading_counts_what_it_loads(finished: Finished) -> None:
    loaded = finished[1]
    assert loaded.rows["fragments"] == 6
    assert loaded.found == loaded.accepted == {"six.txt": 6}
    assert loaded.quarantined == {}
    assert audit.audit_loaded(loaded).faults == 0
    assert audit.audit_loaded(Loaded(found={"a": 2}, accepted={"a": 1})).faults == 1
    assert audit.audit_loaded(Loaded(found={"a": 1}, accepted={"a": 1}, quarantined={"b": 1})).faults == 1


def test_loading_is_all_or_nothing_and_quotes_nothing(home: Home) -> None:
    build = Build("x", home.building / "outcomes.duckdb", "512MB", 2)
    good = pl.DataFrame({"build_id": ["secretvalue"]})
    with pytest.raises(Fault) as caught:
        build.load([{"builds": good}])
    assert "secretvalue" not in str(caught.value)
    assert caught.value.__cause__ is None
    with closing(build.connect(read_only=True)) as connection:
        assert connection.execute("select count(*) from duckdb_tables() where schema_name = 'raw'").fetchone() == (0,)


def test_a_build_file_is_closed_to_others(home: Home, settings: Settings) -> None:
    (home.raw / "one.txt").write_text(RECORDS, encoding="utf-8")
    build, _ = load(home, settings, "20260101T000000Z-0000000a")
    assert stat.S_IMODE(build.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(build.file.parent.stat().st_mode) == 0o700


def test_build_ids_sort_by_time() -> None:
    from datetime import UTC, datetime

    ids = [new_build_id(datetime(2026, month, 1, tzinfo=UTC)) for month in range(1, 13)]
    assert ids == sorted(ids)
    assert len({new_build_id() for _ in range(50)}) == 50
    assert new_build_id(datetime(2016, 1, 1, tzinfo=UTC), after=ids[-1])[:16] == "20261201T000001Z"
    assert new_build_id(datetime(2027, 1, 1, tzinfo=UTC), after=ids[-1])[:16] == "20270101T000000Z"
    assert new_build_id(datetime(2027, 1, 1, tzinfo=UTC), after="by-hand")[:16] == "20270101T000000Z"


def test_a_sound_build_passes_every_audit(copied: Finished) -> None:
    assert failed(copied) == set()
    open_file = publish.write_open_edition(copied[0])
    assert [f.name for f in audit.audit_open(open_file, copied[0], 5) if f.faults] == []


def test_a_member_may_have_a_longer_key_in_the_build(copied: Finished) -> None:
    """As where somebody wrote the label with a hyphen, once: both are keyed with their hash, and one of them is not open."""
    for key, table in (("scale_key", "dim_scale"), ("geography_key", "dim_geography")):
        longer = f"update main.{{}} set {key} = {key} || '_12345678' where {key} <> 'not_coded'"
        spoil(copied[0], longer.format(table), longer.format("fct_outcomes"))
    open_file = publish.write_open_edition(copied[0])
    assert [f.name for f in audit.audit_open(open_file, copied[0], 5) if f.faults] == []


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("drop table main.dim_scale", "contract"),
        ("alter table main.quality_issues drop column remedy", "contract"),
        ("update main.quality_sources set accepted = accepted - 1", "conservation"),
        ("update main.quality_sources set found = found + 1, accepted = accepted + 1", "conservation"),
        ("delete from main.quality_sources", "conservation"),
        ("delete from main.fct_outcome_versions where version_number = 1", "versions_are_accepted_fragments"),
        (
            "insert into main.fct_substantiations select * from (values (repeat('a', 32), null, null, 'not_coded', null, "
            "'not_coded', 'not_coded', null, null, 'six.txt', 'line 1', 1))",
            "versions_are_accepted_fragments",
        ),
        (
            "insert into staging.int_substantiations by name select 1 as fragment_key, 'a' as substantiation_key, "
            "false as is_in_outcome, false as is_duplicate",
            "versions_are_accepted_fragments",
        ),
        ("alter table main.dim_agreement drop is_agreement", "contract"),
        ("create view staging.quoting as select * from outcomes.main.dim_scale", "views_bind"),
    ],
)
def test_audits_of_the_restricted_edition(copied: Finished, statement: str, name: str) -> None:
    spoil(copied[0], statement)
    assert name in failed(copied)
    with pytest.raises(Fault, match=name):
        audit.require(audit.audit_restricted(*copied))


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("alter table main.fct_outcomes add column source_file varchar", "contract"),
        ("create table main.leftover as select 1 as a", "contract"),
        ("create schema extra; create table extra.t as select 1 as a", "contract"),
        ("update main.fct_outcomes set year = 2022 where outcome_key = 1", "combinations_carried_by_k"),
        ("delete from main.fct_outcomes where outcome_key < 3", "combinations_carried_by_k"),
        ("update main.fct_outcomes set scale_key = 'In free text'", "keys_are_members"),
        ("delete from main.dim_scale where scale_key = 'local'", "keys_are_members"),
        ("insert into main.fct_outcomes select * from main.fct_outcomes", "nothing_confidential"),
        ("update main.fct_outcomes set geography_key = 'mali'", "nothing_confidential"),
        ("update main.outcome_counts set harvest_key = 'nowhere' where breakdown = 'harvest'", "keys_are_members"),
        ("update main.outcome_counts set outcomes = 7 where breakdown = 'total'", "counts_are_true"),
        ("update main.outcome_counts set outcomes = outcomes + 1 where breakdown = 'geography'", "counts_are_true"),
        ("update main.outcome_counts set outcomes = 4 where breakdown = 'total'", "counts_of_k_or_more"),
        # all but one of the harvests are told, and the total
        (
            "update main.outcome_counts set outcomes = 9 where breakdown = 'total'; "
            "update main.outcome_counts set outcomes = case when harvest_key = 'withheld' then null else coalesce(outcomes, 0) "
            "end where breakdown = 'harvest'",
            "withheld_counts_stay_withheld",
        ),
        # parts that are more than the whole
        ("update main.outcome_counts set outcomes = 60 where breakdown = 'year'", "withheld_counts_stay_withheld"),
    ],
)
def test_audits_of_the_open_edition(copied: Finished, statement: str, name: str) -> None:
    open_file = publish.write_open_edition(copied[0])
    with closing(duckdb.connect(open_file)) as connection:
        connection.execute(statement)
    assert name in {finding.name for finding in audit.audit_open(open_file, copied[0], 5) if finding.faults}
