"""What must hold before a build may be published, checked apart from the models and their own tests.

Each audit answers with a number of faults and names of tables, never with a value. Nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import duckdb

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse.build import Build, Loaded
from oh_pipeline.warehouse.cipher import attach, opened
from oh_pipeline.warehouse.contract import DIMENSION_OF, MEMBER_KEYS, OPEN, RESTRICTED
from oh_pipeline.warehouse.faults import guarded

# Rows carried by fewer than k outcomes, over geography, year and every actor and type of change of an outcome.
_SMALL_COMBINATIONS = """
    with combinations as (
        select distinct
            f.outcome_key,
            f.geography_key,
            f.year,
            coalesce(a.social_actor_key, 'not_coded') as social_actor_key,
            coalesce(t.change_type_key, 'not_coded') as change_type_key
        from main.fct_outcomes as f
        left join main.bridge_outcome_social_actor as a using (outcome_key)
        left join main.bridge_outcome_change_type as t using (outcome_key)
    )
    select count(*) from (
        select 1 from combinations
        group by geography_key, year, social_actor_key, change_type_key
        having count(distinct outcome_key) < ?
    )
"""

_SMALL_COUNTS = "select count(*) from main.outcome_counts where outcomes < ?"


@dataclass(frozen=True)
class Finding:
    """Result of one audit: its name, how many faults, and where."""

    name: str
    faults: int
    where: str = ""


def audit_loaded(loaded: Loaded) -> Finding:
    """Every record counted while reading is accepted or quarantined, file by file."""
    wrong = sum(
        count != loaded.accepted.get(name, 0) + loaded.quarantined.get(name, 0) for name, count in loaded.found.items()
    )
    strays = len((loaded.accepted.keys() | loaded.quarantined.keys()) - loaded.found.keys())
    return Finding("conservation_of_fragments", wrong + strays, "raw")


def audit_restricted(build: Build, loaded: Loaded) -> Iterator[Finding]:
    """The tables of the contract are there, and no fragment was lost between loading and the marts."""
    with guarded("Auditing the restricted edition"), closing(build.connect(read_only=True)) as connection:
        yield _contract(connection, RESTRICTED, exact=False)
        rows = connection.execute(
            "select source_file, found, accepted, quarantined, duplicate from main.quality_sources"
        )
        seen: dict[str, int] = {}
        wrong = 0
        for name, found, accepted, quarantined, duplicate in rows.fetchall():
            seen[name] = found
            wrong += (
                found != accepted + quarantined + duplicate
                or quarantined != loaded.quarantined.get(name, 0)
                or accepted + duplicate != loaded.accepted.get(name, 0)
            )
        yield Finding("conservation", wrong + (seen != loaded.found), "main.quality_sources")
        yield Finding("versions_are_accepted_fragments", *_versions(connection))
        yield Finding("views_bind", *_views(connection))


def audit_open(file: Path, restricted: Build, k: int) -> Iterator[Finding]:
    """The open edition holds the allowed tables and columns only, enough outcomes a combination, none confidential."""
    with guarded("Auditing the open edition"), closing(duckdb.connect(":memory:")) as connection:
        attach(connection, file, None, alias="edition", read_only=True)
        attach(connection, restricted.file, restricted.key_file, alias="build", read_only=True)
        connection.execute("use edition")
        yield _contract(connection, OPEN, exact=True)
        yield Finding("combinations_carried_by_k", _number(connection, _SMALL_COMBINATIONS, k), "main.fct_outcomes")
        yield Finding("keys_are_members", *_strange_keys(connection))
        yield Finding("nothing_confidential", _too_many(connection), "main.fct_outcomes")
        yield Finding("counts_are_true", _untrue_counts(connection), "main.outcome_counts")
        yield Finding("counts_of_k_or_more", _number(connection, _SMALL_COUNTS, k), "main.outcome_counts")
        yield Finding("withheld_counts_stay_withheld", _computable(connection, k), "main.outcome_counts")


def load_solver() -> None:
    """Import what the last audit needs, half of scipy, while there is nothing else to do."""
    import_module("oh_pipeline.disclosure.bounds")


def count_rows(file: Path, key_file: Path | None = None) -> dict[str, int]:
    """Rows of every published table of an edition's file."""
    with guarded("Counting rows"), closing(opened(file, key_file, {}, read_only=True)) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'main' and not internal order by table_name"
        ).fetchall()
        return {name: _number(connection, f'select count(*) from main."{name}"') for (name,) in names}  # noqa: S608


def require(findings: Iterator[Finding] | list[Finding]) -> list[Finding]:
    """The findings, where all of them are clean. Raises Fault naming those that are not."""
    seen = list(findings)
    bad = [f"{finding.name} ({finding.faults} in {finding.where})" for finding in seen if finding.faults]
    if bad:
        raise Fault(f"Audit failed: {', '.join(bad)}", "Nothing was published; the build before stands")
    return seen


def _contract(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, tuple[str, ...]], *, exact: bool) -> Finding:
    rows = connection.execute(
        "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
        "where not internal and database_name = current_database() group by all"
    ).fetchall()
    there = {name: tuple(columns) for schema, name, columns in rows if schema == "main"}
    wrong = [name for name, columns in tables.items() if set(there.get(name, ())) != set(columns)]
    if exact:
        wrong += sorted(f"{schema}.{name}" for schema, name, _ in rows if schema != "main" or name not in tables)
    return Finding("contract", len(wrong), ", ".join(wrong) or "main")


def _versions(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    accepted = _number(connection, "select coalesce(sum(accepted), 0) from main.quality_sources")
    versions = _number(connection, "select count(*) from main.fct_outcome_versions")
    versions_of_substantiations = _number(
        connection, "select count(*) from staging.int_substantiations where not is_in_outcome and not is_duplicate"
    )
    shown = _number(connection, "select count(*) from main.fct_substantiations")
    newest = _number(connection, "select count(distinct substantiation_key) from staging.int_substantiations")
    outcomes = _number(connection, "select count(*) from main.fct_outcomes")
    first = _number(connection, "select count(*) from main.fct_outcome_versions where version_number = 1")
    wrong = (accepted != versions + versions_of_substantiations) + (first != outcomes) + (shown != newest)
    return int(wrong), "main.fct_outcome_versions, main.fct_substantiations"


def _views(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Views that name their catalog would break under the published file's name."""
    quoted = connection.execute(
        "select schema_name || '.' || view_name from duckdb_views() "
        "where not internal and (sql like '%FROM outcomes.%' or sql like '%JOIN outcomes.%')"
    ).fetchall()
    return len(quoted), ", ".join(name for (name,) in quoted) or "staging"


def _strange_keys(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    wrong = 0
    for table, columns in OPEN.items():
        if table.startswith("dim_") or table == "meta_builds":
            continue
        needed = "false" if table == "outcome_counts" else "true"  # a count is by some of them only
        for column in set(columns) & DIMENSION_OF.keys():
            dimension = DIMENSION_OF[column]
            wrong += _number(
                connection,
                f"select count(*) from main.{table} as f left join main.{dimension} as d using ({column}) "  # noqa: S608
                f"where (d.{column} is null and ({needed} or f.{column} is not null)) "
                f"or not regexp_full_match(f.{column}, '[a-z0-9_]+')",
            )
    return wrong, "facts, bridges and counts"


def _too_many(connection: duckdb.DuckDBPyConnection) -> int:
    """Combinations of codes that more open rows show than there are outcomes that are not confidential."""
    keys = ", ".join((*MEMBER_KEYS, "year"))
    whole = " and ".join(f"{key} <> 'withheld'" for key in MEMBER_KEYS)
    joined = " and ".join(f"shown.{key} is not distinct from had.{key}" for key in (*MEMBER_KEYS, "year"))
    open_keys = ", ".join(f"{key}_names.open_key as {key}" for key in MEMBER_KEYS)
    names = " ".join(
        f"left join ({_names(key)}) as {key}_names on grouped.{key} = {key}_names.{key}" for key in MEMBER_KEYS
    )
    return _number(
        connection,
        f"""
        with shown as (
            select {keys}, count(*) as n from main.fct_outcomes where {whole} and year is not null group by all
        ),
        grouped as (
            select {keys}, count(*) as n from build.main.fct_outcomes where not is_confidential group by all
        ),
        had as (select {open_keys}, grouped.year, grouped.n from grouped {names})
        select count(*) from shown left join had on {joined} where shown.n > coalesce(had.n, 0)
        """,  # noqa: S608
    ) + int(
        _number(connection, "select count(*) from main.fct_outcomes")
        > _number(connection, "select count(*) from build.main.fct_outcomes where not is_confidential")
    )


def _names(column: str) -> str:
    """A query for a member's keys in the build and in the edition: one that is not shown may have made the former longer."""
    dimension = DIMENSION_OF[column]
    return (
        f"select member.{column}, shown.{column} as open_key "  # noqa: S608
        f"from build.main.{dimension} as member join main.{dimension} as shown using (label, status)"
    )


def _untrue_counts(connection: duckdb.DuckDBPyConnection) -> int:
    """Counts that are not those of the outcomes that are not confidential: the total, and listed members of the fact."""
    wrong = _number(
        connection,
        """
        select count(*) from main.outcome_counts
        where breakdown = 'total'
            and outcomes <> (select count(*) from build.main.fct_outcomes where not is_confidential)
        """,
    )
    for column in MEMBER_KEYS:
        breakdown, dimension = column.removesuffix("_key"), DIMENSION_OF[column]
        if breakdown in ("status", "objective", "social_actor"):  # these are of several members
            continue
        wrong += _number(
            connection,
            f"""
            with had as (
                select names.open_key as {column}, count(*) as n
                from build.main.fct_outcomes join ({_names(column)}) as names using ({column})
                where not is_confidential
                group by 1
            )
            select count(*)
            from main.outcome_counts as shown
            join main.{dimension} as d using ({column})
            left join had using ({column})
            where shown.breakdown = '{breakdown}' and d.status = 'codebook' and shown.outcomes <> coalesce(had.n, 0)
            """,  # noqa: S608
        )
    return wrong


def _computable(connection: duckdb.DuckDBPyConnection, k: int) -> int:
    """Withheld counts from 1 to k - 1 that follow from the edition; one fault where it contradicts itself."""
    from oh_pipeline.disclosure.bounds import count_computable  # late: it loads half of scipy
    from oh_pipeline.disclosure.published import read_published

    try:
        return count_computable(read_published(lambda query: connection.execute(query).fetchall()), k)
    except ValueError:
        return 1


def _number(connection: duckdb.DuckDBPyConnection, query: str, *values: int) -> int:
    row = connection.execute(query, list(values)).fetchone()
    return int(row[0]) if row else 0
