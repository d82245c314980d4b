"""What the rules say: both languages whole, the one that is asked for, examples that are true, and the page of them current."""

from __future__ import annotations

import csv
import re

import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.errors import UsageFault
from oh_pipeline.normal import fold
from oh_pipeline.settings import load_settings
from oh_pipeline.validation import rule_page
from oh_pipeline.validation.rulebook import LANGUAGES, RULES_FILE, filled, rules

from ..fragments import DEFAULTS, fragment
from .conftest import TakeIn

with RULES_FILE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
EXAMPLES = [(row["rule"], kind, row[kind]) for row in ROWS for kind in ("fires", "silent")]
SHOWN = [example for example in EXAMPLES if example[2].startswith(rule_page.EXAMPLE)]
# What no single text fragment can show.
TOLD = {
    "unreadable_file",
    "encoding_guessed",
    "preamble",
    "ragged_row",
    "skipped_sheet",
    "id_collision",
    "near_duplicate",
    "empty_substantiation",
    "unlinked_substantiation",
    "erased_record",
}
PLACES = {"value", "hint", "first", "last", "reason", "remedy"}


def places(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def example(codebook: Codebook, lines: str) -> str:
    """A fragment in order, its fields replaced by those of the example."""
    named = {codebook.fields.get(fold(label)) for label in re.findall(r"^\*\*(.*?)\*\*:", lines, re.M)}
    own = {label: None for label in DEFAULTS if codebook.fields[fold(label)] in named}
    return fragment(own) + lines + "\n"


@pytest.mark.parametrize("row", ROWS, ids=[row["rule"] for row in ROWS])
def test_both_languages_say_the_same(row: dict[str, str]) -> None:
    assert all(cell.strip() == cell != "" for name, cell in row.items() if name not in ("fires", "silent"))
    assert set(places(row["message"]) + places(row["remedy"])) <= PLACES
    for part in ("message", "remedy"):
        assert places(row[part]) == places(row[f"{part}_fr"])
        assert row[part].startswith("{") or row[part] != row[f"{part}_fr"]
        assert not row[part].endswith(".") and not row[f"{part}_fr"].endswith(".")
        # French sets a hard blank inside its quotation marks and before high punctuation.
        assert not re.search(r" [:;!?»]|« ", row[f"{part}_fr"])


def test_a_skipped_sheet_is_not_named_in_the_message() -> None:
    """Its name goes to the location: it is no label and no code."""
    assert all(places(rules(language)["skipped_sheet"].message) == [] for language in LANGUAGES)


def test_words_that_look_like_places_are_none() -> None:
    assert filled("{value} {hint} {other}", {"value": "{hint}", "hint": "x"}) == "{hint} x {other}"


def told(take_in: TakeIn) -> dict[str, str]:
    issues = take_in(fragment({"Social actro": "x"}, country="Kenia", year="1999", actor="Wizards"))["issues"]
    return dict(issues.select("field", "message").iter_rows())


def test_english_unless_asked_otherwise(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OH_LANGUAGE", raising=False)
    messages = told(take_in)
    assert messages["year"] == "'1999' is not a year between 2021 and 2025"
    assert messages["country"].endswith("; the nearest is 'Kenya' (1 letter differs)")
    assert messages["Social actro"].endswith("; the nearest is 'Social actor' (2 letters differ)")
    assert messages["social_actor"] == "The codebook does not know 'Wizards' for this field"


def test_french_where_asked_for(take_in: TakeIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OH_LANGUAGE", "fr")
    messages = {field: message.replace("\u00a0", " ") for field, message in told(take_in).items()}
    assert messages["year"] == "« 1999 » n'est pas une année entre 2021 et 2025"
    assert messages["country"].endswith(" ; le plus proche est « Kenya » (1 lettre de différence)")
    assert messages["Social actro"].endswith(" ; le plus proche est « Social actor » (2 lettres de différence)")
    assert messages["social_actor"] == "Le livre de codes ne connaît pas « Wizards » pour ce champ"


def test_the_language_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OH_LANGUAGE", raising=False)
    assert load_settings().language == "en"
    monkeypatch.setenv("OH_LANGUAGE", "fr")
    assert load_settings().language == "fr"
    assert rules() is rules("fr")


@pytest.mark.parametrize("value", ["de", "", "FR", "en;fr"])
def test_other_languages_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("OH_LANGUAGE", value)
    for asked in (load_settings, rules):
        with pytest.raises(UsageFault, match="OH_LANGUAGE") as caught:
            asked()
        assert not value or f"'{value}'" not in str(caught.value)


def test_every_rule_shows_what_it_finds() -> None:
    assert {rule for rule, _, _ in SHOWN} == set(rules()) - TOLD
    assert all(text.strip() and not text.startswith(rule_page.EXAMPLE) for rule, _, text in EXAMPLES if rule in TOLD)


@pytest.mark.parametrize(("rule", "kind", "lines"), SHOWN, ids=[f"{rule}-{kind}" for rule, kind, _ in SHOWN])
def test_examples_are_true(take_in: TakeIn, codebook: Codebook, rule: str, kind: str, lines: str) -> None:
    found = set(take_in(example(codebook, lines))["issues"]["rule"])
    assert (rule in found) == (kind == "fires")


def test_the_page_is_current() -> None:
    """`python -m oh_pipeline.validation.rule_page` writes it."""
    assert rule_page.PAGE.read_text(encoding="utf-8") == rule_page.page()


def test_the_page_lists_every_rule_once() -> None:
    listed = re.findall(r"^### `(\w+)`$", rule_page.page(), re.M)
    assert sorted(listed) == sorted(rules())
    for row in ROWS:
        if not row["message"].startswith("{"):
            assert f"- {row['message']}. → {row['remedy']}." in rule_page.page()
            assert f"- fr: {row['message_fr']}. → {row['remedy_fr']}." in rule_page.page()
