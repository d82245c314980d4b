"""Normal forms, keys and marks; and that the vectorised twins agree with them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oh_pipeline import normal
from oh_pipeline.validation import columns


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Civic change agents", "civic_change_agents"),
        ("Éthiopie", "ethiopie"),
        ("Œuvre d’art", "oeuvre_d_art"),
        ("Straße / Øst", "strasse_ost"),
        ("harvest 3", "harvest_3"),
        ("  --Sub-national--  ", "sub_national"),
        ("Section № 5", "section_no_5"),
        ("ＮＧＯ ２", "ngo_2"),
    ],
)
def test_slug(label: str, key: str) -> None:
    assert normal.slug(label) == key


@pytest.mark.parametrize("label", ["منظمات", "2023", "政府", "—", "Сбор № 3", "№ 5"])
def test_slug_without_latin_letters_is_the_hash(label: str) -> None:
    assert normal.slug(label) == f"member_{normal.label_hash(label)}"


def test_label_hash_is_that_of_the_trimmed_nfc_label() -> None:
    assert normal.label_hash(" e\u0301 ") == normal.label_hash("\u00e9") == "4a99557e"


@pytest.mark.parametrize(
    ("text", "only", "some"),
    [
        ("<redacted>", True, True),
        ("<redacted> <person>, <lieu>.", True, True),
        ("<person's name>", True, True),
        ("<name, place>", True, True),
        ("(<person>) / [<redacted>] …", True, True),
        ("the <redacted> office", False, True),
        ("a < b and c > d", False, False),
        ("<5>", False, False),
        ("<a@b.example>", False, False),
        ("", False, False),
        ("...", False, False),
    ],
)
def test_marks(text: str, only: bool, some: bool) -> None:
    assert normal.only_marks(text) is only
    assert normal.has_mark(text) is some
    assert columns.only_marks(pl.Series([text])).to_list() == [only]
    assert (pl.Series([text]).str.count_matches(normal.MARK_POLARS) > 0).to_list() == [some]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2023", 2023),
        ("2023.0", 2023),
        (" 2021.00 ", 2021),
        ("02023", None),
        ("1", None),
        ("1.5", None),
        ("-1", None),
        ("", None),
        ("12e3", None),
        ("²", None),
    ],
)
def test_as_year(text: str, number: int | None) -> None:
    assert normal.as_year(text) == number


def test_shown_is_at_most_sixty_characters() -> None:
    assert normal.shown("x" * 61) == "x" * 59 + "…"
    assert normal.shown("x" * 60) == "x" * 60


def test_natural_order() -> None:
    names = ["harvest_10.txt", "harvest_2.txt", "harvest_2b.txt", "a", "harvest_1.txt"]
    assert sorted(names, key=normal.natural_key) == [
        "a",
        "harvest_1.txt",
        "harvest_2.txt",
        "harvest_2b.txt",
        "harvest_10.txt",
    ]


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x1c\x1d\x1e\x1f"), max_size=30)


@given(st.lists(_TEXT.map(str.strip), min_size=1, max_size=5))
def test_columns_collapse_and_fold_as_single_texts_do(texts: list[str]) -> None:
    column = pl.Series(texts, dtype=pl.String)
    odd = columns.not_collapsed(column, "\n\t\r\v\f")
    flat = columns.changed(column, odd, columns.collapse_all)
    assert flat.to_list() == [normal.collapse(text) for text in texts]
    assert columns.folded(flat).to_list() == [normal.fold(text) for text in texts]


def test_hashes_are_stable() -> None:
    assert columns.hex_hashes(pl.Series(["é"])).to_list() == ["4a99557e4033c3539de2eb65472017ca"]
