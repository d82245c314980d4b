"""An invented programme with a codebook of its own: the same code reads it wholly, and none of the shipped one is in the code."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.fields import ALL_FIELDS, FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.seeds import COLUMNS
from oh_pipeline.spellings import VOCABULARIES

from .. import river
from .conftest import SEEDS, Frames, TakeIn

ROOT = Path(__file__).parents[2]
LAGOON = {
    "Numéro du récit": "LAG-LGN/EAU002",
    "Campagne": "campagne des crues",
    "Tronçon": "Alto",
    "Millésime": "2018",
    "Récit du changement": "En 2018 los ribereños cerraron la toma y lo escribieron en la pared del muelle.",
    "Poids du changement": "ola",
    "Qui a changé": "Ribereños",
    "Poids de la part du projet": "decisiva",
    "Imprévu": "sí",
    "Repère du cadre": "Hito 3.1",
    "Axe": "EAU",
    "Nature du changement": "Usos  Riego por goteo",
    "Famille de changement": "Usos",
}


@pytest.fixture(scope="module")
def book() -> Codebook:
    return load_codebook(river.BOOK)


def rules(frames: Frames) -> set[tuple[str, str | None]]:
    return set(frames["issues"].select("rule", "field").iter_rows())


def members(frames: Frames, record: int) -> set[tuple[str, str | None, str]]:
    rows = frames["coded_members"].filter(record_number=record)
    return set(rows.select("vocabulary", "scope_member", "member").iter_rows())


def test_its_records_are_read_wholly(take_in: TakeIn, book: Codebook) -> None:
    frames = take_in(river.record({"Récit assemblé": river.merged()}), book=book)
    assert rules(frames) == set()
    assert not len(frames["members"].filter(status="observed"))
    row = frames["fragments"].row(0, named=True)
    assert {name for name in FIELDS if row[name] is None} == {"additional_information"}
    expected = {
        "programme": "RIV",
        "outcome_status_member": "retenu",
        "harvest_member": "campagne d'étiage",
        "harvest_number": 2,
        "geography_member": "delta, rive gauche",
        "year_value": 2011,
        "significance_member": "vague",
        "scale_member": "bief",
        "contribution_member": "décisive",
        "is_confidential": False,
        "confidentiality_basis": "declared",
        "is_unintended": True,
        "is_negative": False,
        "other_actors_contributed": False,
    }
    assert {name: row[name] for name in expected} == expected
    assert members(frames, 1) == {
        ("social_actor", None, "comité de bassin"),
        ("social_actor", None, "pêcheurs, mareyeuses"),
        ("objective", None, "de l'eau propre, pour tous"),
        ("objective", None, "une pêche qui dure"),
        ("result", "delta, rive gauche", "repère 3.1"),
        ("change_type", "usages", "arrosage, au goutte"),
        ("change_type", "règles", "tour d'eau"),
    }


def test_its_second_language_and_second_programme(take_in: TakeIn, book: Codebook) -> None:
    """Two programmes of one codebook use one code for two objectives, and have years of their own."""
    frames = take_in(river.record() + river.record(LAGOON, spanish=True), book=book)
    assert rules(frames) == set()
    row = frames["fragments"].row(1, named=True)
    assert (row["programme"], row["geography_member"], row["year_value"]) == ("LAG", "amont", 2018)
    assert (row["significance_member"], row["contribution_member"], row["is_unintended"]) == ("vague", "décisive", True)
    assert members(frames, 2) == {
        ("social_actor", None, "riverains"),
        ("objective", None, "agua limpia en la laguna"),
        ("result", "amont", "repère 3.1"),
        ("change_type", "usages", "arrosage, au goutte"),
    }


@pytest.mark.parametrize(
    ("rule", "field", "changes"),
    [
        ("thin_contribution", "contribution", {"Part du projet": "Une borne."}),
        ("generic_evidence", "evidence", {"Sources": "Croquis et dires"}),
        ("invalid_year", "year", {"Millésime": "2018"}),
        ("invalid_flag", "unintended", {"Imprévu": "peut-être"}),
        ("objective_mismatch", "objective", {"Axe": "Une pêche qui dure"}),
        ("cluster_mismatch", "change_cluster", {"Nature du changement": "Règles  Quota", "Famille de changement": "Usages"}),
        ("merged_text_mismatch", "merged_text", {"Récit assemblé": river.merged().replace("géomètre", "notaire")}),
        ("unknown_code", "country", {"Tronçon": "Aval"}),
        ("unmapped_field", "Country", {"Country": "Kenya"}),
        ("unmapped_field", "_id", {"_id": "12"}),
    ],
)  # fmt: skip
def test_rules_go_by_its_words(
    take_in: TakeIn, book: Codebook, rule: str, field: str, changes: dict[str, str | None]
) -> None:
    assert (rule, field) in rules(take_in(river.record(changes), book=book))


@pytest.mark.parametrize(
    "changes",
    [
        {"Part du projet": "Une borne.", "Poids de la part du projet": "notable"},
        {"Sources": "Photos, reports"},  # generic in the shipped codebook only
        {"Nature du changement": "Tour d'eau", "Famille de changement": "Règles"},
    ],
)
def test_rules_are_silent_by_its_words(take_in: TakeIn, book: Codebook, changes: dict[str, str | None]) -> None:
    assert rules(take_in(river.record(changes), book=book)) == set()


def test_a_near_miss_is_one_of_its_own(take_in: TakeIn, book: Codebook) -> None:
    issues = take_in(river.record({"Tronçon": "Lagunne", "Milésime": "2011"}), book=book)["issues"]
    messages = dict(issues.select("field", "message").iter_rows())
    assert messages["country"].endswith("; the nearest is 'Lagune' (1 letter differs)")
    assert messages["Milésime"].endswith("; the nearest is 'Millésime' (1 letter differs)")


def test_it_shares_nothing_with_the_shipped_one(book: Codebook, codebook: Codebook) -> None:
    assert not book.fields.keys() & codebook.fields.keys()
    assert not book.programmes.keys() & codebook.programmes.keys()
    for vocabulary in VOCABULARIES:
        assert not book.aliases[vocabulary].keys() & codebook.aliases[vocabulary].keys()


# Names that the contract gives to fields, vocabularies and files are words of the shipped form too.
NAMES = {*ALL_FIELDS, *VOCABULARIES, *COLUMNS, "outcome", "outcomes"}
NAMES |= {"little"}  # the order of bytes
# What only the shipped programme says; `FragmentID` is the contract's own word for the label that begins a record.
OWN = ("SCC", "CIV", "MCQType", "StoryFragment", "TypeOfChange", "coutnry", "OH-harvesting", "Civic Courage")
# What columns of the raw tables are described by.
NAMES |= {
    "outcome description",
    "significance of the outcome",
    "additional information",
    "contribution of the programme",
    "contribution of other actors and factors",
}
COLUMNS_OF_WORDS = ("label", "alias", "code", "cluster", "heading", "iso3")


@cache
def listed() -> tuple[frozenset[str], re.Pattern[str]]:
    """Everything that the shipped codebook lists, folded; and what finds a coded value of several words."""
    every, values = set(), set()
    for name in COLUMNS.keys() - {"flag_words", "generic_evidence", "submission_fields"}:
        with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                spellings = {fold(row[column]) for column in COLUMNS_OF_WORDS if row.get(column)}
                every |= spellings
                if name not in ("fields", "merged_headings"):
                    values |= {spelling for spelling in spellings if " " in spelling}
    several = "|".join(re.escape(value) for value in sorted(values))
    return frozenset(every - NAMES), re.compile(rf"(?<!\w)(?:{several})(?!\w)")


def python_strings(source: str) -> Iterator[str]:
    """String constants, docstrings left out."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def sql_strings(source: str) -> Iterator[str]:
    """Literals of SQL and of its templates, comments left out."""
    bare = re.sub(r"\{#.*?#\}|--[^\n]*", "", source, flags=re.DOTALL)
    for single, double in re.findall(r"'([^'\n]*)'|\"([^\"\n]*)\"", bare):
        yield single or double


def leaks(strings: Iterator[str]) -> set[str]:
    every, several = listed()
    own = re.compile(rf"\b(?:{'|'.join(OWN)})")
    return {text for text in strings if fold(text) in every or several.search(fold(text)) or own.search(text)}


def test_none_of_the_shipped_programme_is_in_the_code() -> None:
    """`demo` invents records of the shipped programme, so it may know what its countries are."""
    package = ROOT / "oh_pipeline"
    modules = [path for path in sorted(package.rglob("*.py")) if "demo" not in path.relative_to(package).parts]
    models = sorted(
        path for part in ("models", "macros", "tests") for path in (ROOT / "dbt_project" / part).rglob("*.sql")
    )
    assert len(modules) > 50 and len(models) > 50
    found = {str(path): leaks(python_strings(path.read_text(encoding="utf-8"))) for path in modules}
    found |= {str(path): leaks(sql_strings(path.read_text(encoding="utf-8"))) for path in models}
    assert {Path(name).relative_to(ROOT).as_posix(): texts for name, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    "source",
    [
        'TOP = "great"',
        'if label == "Rating contribution": pass',
        'f"about {x} Civic change agents"',
        'PATTERN = r"^SCC-"',
        'UNITS = {"KEN": 1}',
        '"""Prose."""\nx = "Link to SCC Specific Objectives"',
    ],
)
def test_a_leak_into_python_is_seen(source: str) -> None:
    assert leaks(python_strings(source))


def test_prose_and_names_are_no_leak() -> None:
    assert not leaks(python_strings('"""About `SCC` and Kenya."""\nfield = "country"\norder = "little"'))
    assert not leaks(sql_strings("select 'social_actor' -- 'Sahel'\n{# 'Kenya' #}"))
    assert leaks(sql_strings("select * from x where label = 'Sahel'"))
