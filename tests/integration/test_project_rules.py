"""The rules of dbt's project hold, and each of them is seen to find a breach."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from oh_pipeline.settings import PROJECT_ROOT
from oh_pipeline.warehouse.build import Build

from . import project_rules as rules

DBT = PROJECT_ROOT / "dbt_project"
YAML = sorted(file for part in ("models", "rules", "tests") for file in (DBT / part).rglob("*.yml"))
FACT = "model.outcomes.fct_outcomes"
Rule = Callable[[dict[str, Any]], list[str]]
OF_THE_MANIFEST: list[Rule] = [
    rules.undescribed,
    rules.without_grain,
    rules.without_contract,
    rules.untested,
    rules.without_severity,
    rules.named_alike,
    rules.wrong_access,
    rules.consumers_below_marts,
    rules.unexposed,
]


@pytest.mark.parametrize("rule", OF_THE_MANIFEST, ids=lambda rule: rule.__name__)
def test_the_project_keeps_the_rule(manifest: dict[str, Any], rule: Rule) -> None:
    assert rule(manifest) == []


def spoil(manifest: dict[str, Any], *path: Any, value: Any) -> dict[str, Any]:
    spoilt = copy.deepcopy(manifest)
    place = spoilt
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return spoilt


@pytest.mark.parametrize(
    ("rule", "path", "value", "breach"),
    [
        (rules.undescribed, ("nodes", FACT, "columns", "year", "description"), " ", f"{FACT}.year"),
        (rules.undescribed, ("exposures", "exposure.outcomes.returns", "description"), "", "exposure.outcomes.returns"),
        (rules.without_grain, ("nodes", FACT, "description"), "Outcomes.", "fct_outcomes"),
        (rules.without_contract, ("nodes", FACT, "config", "contract", "enforced"), False, "fct_outcomes"),
        (rules.without_contract, ("nodes", FACT, "columns", "year", "data_type"), None, "fct_outcomes"),
        (rules.untested, ("unit_tests",), {}, "stg_narratives"),
        (rules.without_severity, ("nodes", "test.outcomes.one_build", "unrendered_config"), {}, "one_build"),
        (rules.named_alike, ("nodes", "test.outcomes.one_build", "name"), "conservation", "conservation"),
        (rules.wrong_access, ("nodes", FACT, "access"), "protected", "fct_outcomes"),
        (rules.wrong_access, ("nodes", FACT, "group"), None, "fct_outcomes"),
        (
            rules.consumers_below_marts,
            ("exposures", "exposure.outcomes.returns", "depends_on", "nodes"),
            ["model.outcomes.quality_issues", "model.outcomes.int_issues"],
            "exposure.outcomes.returns",
        ),
        (
            rules.consumers_below_marts,
            ("exposures", "exposure.outcomes.returns", "depends_on", "nodes"),
            ["source.outcomes.raw.issues"],
            "exposure.outcomes.returns",
        ),
        (rules.unexposed, ("exposures",), {}, "open_fct_outcomes"),
    ],
)
def test_a_breach_is_seen(
    manifest: dict[str, Any], rule: Rule, path: tuple[str, ...], value: object, breach: str
) -> None:
    assert breach in rule(spoil(manifest, *path, value=value))


def test_the_columns_described_are_those_of_the_file(manifest: dict[str, Any], finished: tuple[Build, object]) -> None:
    real: dict[str, set[str]] = defaultdict(set)
    with closing(finished[0].connect(read_only=True)) as connection:
        rows = connection.execute("select schema_name || '.' || table_name, column_name from duckdb_columns()")
        for table, column in rows.fetchall():
            real[table].add(column)
    assert rules.columns_apart(manifest, real) == []
    real["staging.int_issues"].add("more")
    real["main.fct_outcomes"].remove("year")
    assert set(rules.columns_apart(manifest, real)) == {"int_issues.more", "fct_outcomes.year"}


def test_every_rule_of_logic_has_a_unit_test(manifest: dict[str, Any], compiled: dict[str, str]) -> None:
    assert rules.logic_without_unit_test(manifest, compiled) == []
    bare = spoil(manifest, "unit_tests", value={})
    found = set(rules.logic_without_unit_test(bare, compiled))
    assert {"int_versions", "fct_outcomes", "quality_sources", "dim_harvest"} <= found
    assert not {"stg_fragments", "dim_scale", "meta_builds"} & found


@pytest.mark.parametrize(
    ("sql", "kinds"),
    [
        ("select a as b from x inner join y on x.a = y.a where a > 1", set()),
        ("select sum(a) from x", {"sum"}),
        ("select row_number() over (order by a) from x", {"window"}),
        ("select coalesce(a, 0) from x", {"coalesce"}),
        ("select distinct a from x", {"distinct"}),
    ],
)
def test_logic_is_told_from_passing_on(sql: str, kinds: set[str]) -> None:
    assert rules.logic(sql) == kinds


@pytest.mark.parametrize("file", YAML, ids=[file.stem for file in YAML])
def test_tests_have_names_and_named_arguments(file: Path) -> None:
    assert rules.tests_badly_written(yaml.safe_load(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "test", ["unique", {"unique": {}}, {"keys_relate": {"keys": []}}, {"keys_relate": {"name": "x", "keys": []}}]
)
def test_a_badly_written_test_is_seen(test: object) -> None:
    assert rules.tests_badly_written({"models": [{"name": "m", "columns": [{"name": "c", "data_tests": [test]}]}]})


def test_a_concept_has_one_saying() -> None:
    texts: dict[str, list[str]] = defaultdict(list)
    for file in YAML:
        for text, columns in rules.sayings(yaml.safe_load(file.read_text(encoding="utf-8"))).items():
            texts[text] += columns
    blocks = docs_blocks()
    assert rules.said_twice(texts, blocks) == []
    assert rules.said_twice({"Again": ["a.x", "b.x", "c.x"], "Once": ["a.y"]}, {}) == ["Again"]
    assert rules.said_twice({"Known": ["a.x"]}, {"known": "Known"}) == ["Known"]


def docs_blocks() -> dict[str, str]:
    import re

    blocks: dict[str, str] = {}
    for file in sorted((DBT / "models" / "docs").glob("*.md")):
        found = re.findall(r"{% docs ([a-z]\w*) %}(.*?){% enddocs %}", file.read_text(encoding="utf-8"), re.DOTALL)
        blocks |= {name: " ".join(words.split()) for name, words in found}
    return blocks


def test_every_saying_is_used() -> None:
    written = "".join(file.read_text(encoding="utf-8") for file in YAML)
    assert [name for name in docs_blocks() if f"doc('{name}')" not in written] == []


def test_no_program_reads_below_the_marts(manifest: dict[str, Any]) -> None:
    """Neither Python nor a question's query names a raw, staging or codebook table, or a working model."""
    working, package = rules.working_models(manifest), PROJECT_ROOT / "oh_pipeline"
    found = {}
    for file in sorted(package.rglob("*.py")):
        name = file.relative_to(package).as_posix()
        if name not in rules.SEES_ALL_OF_A_BUILD:
            texts = rules.statements(file.read_text(encoding="utf-8"))
            found[name] = [read for text in texts for read in rules.reads_below_marts(text, working)]
    for file in sorted((PROJECT_ROOT / "docs").rglob("*.sql")):
        found[file.name] = rules.reads_below_marts(file.read_text(encoding="utf-8"), working)
    assert {name: reads for name, reads in found.items() if reads} == {}
    assert len(found) > 50


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("q = 'select * from staging.stg_fragments'", ["staging.stg_fragments"]),
        ('q = f"select {x} from \\"raw\\".\\"fragments\\" join main.fct_outcomes using (k)"', ["raw.fragments"]),
        ("def f():\n    return c.execute('select 1 from build.staging.int_issues')", ["build.staging.int_issues"]),
        ("q = 'select * from int_issues'", ["int_issues"]),
        ("q = 'select * from main.fct_outcomes, quality_issues'", []),
        ("'''select from staging.int_issues is what this does'''", []),
        ("words = 'come from staging.int_issues'", []),
    ],
)
def test_a_read_below_the_marts_is_seen(source: str, reads: list[str]) -> None:
    found = [read for text in rules.statements(source) for read in rules.reads_below_marts(text, {"int_issues"})]
    assert found == reads


@pytest.mark.parametrize("name", sorted(rules.SEES_ALL_OF_A_BUILD))
def test_who_is_let_off_the_rule_needs_it(manifest: dict[str, Any], name: str) -> None:
    texts = rules.statements((PROJECT_ROOT / "oh_pipeline" / name).read_text(encoding="utf-8"))
    assert [read for text in texts for read in rules.reads_below_marts(text, rules.working_models(manifest))]
