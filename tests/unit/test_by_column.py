"""The quick ways over whole columns: each gives what the slow way gives, where it is taken and where it is not."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oh_pipeline import sliced
from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import CONTENT_FIELDS
from oh_pipeline.sources.text import cutting
from oh_pipeline.sources.text.parsing import parse
from oh_pipeline.validation import columns, craft, merged
from oh_pipeline.validation.text_tasks import begins_record
from oh_pipeline.validation.wide import Wide, to_fields

from ..fragments import fragment

_ASCII = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=12)
_ANY = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


def texts(*values: str | None) -> pl.Series:
    return pl.Series("text", values, dtype=pl.String)


def test_spellings_tell_a_column_by_its_distinct_values() -> None:
    spelled = columns.spellings(texts("b", None, "a", "b"))
    assert (spelled.name, spelled.values) == ("text", ["b", "a"])
    assert spelled.each(str.upper) == ["B", "A"]
    assert spelled.column([1, None], pl.Int32).to_list() == [1, None, None, 1]
    assert spelled.column(["x", "y"], pl.String, absent="-").to_list() == ["x", "-", "y", "x"]
    assert spelled.mask([True, False]).tolist() == [True, False, False, True]


@pytest.mark.parametrize("column", [texts(), texts(None, None), texts("")])
def test_spellings_of_next_to_nothing(column: pl.Series) -> None:
    spelled = columns.spellings(column)
    assert spelled.column([value + "!" for value in spelled.values], pl.String).to_list() == [
        None if value is None else value + "!" for value in column
    ]


@pytest.mark.parametrize("where", [[False, False], [False, None], [True, None], [True, True]])
def test_changed_where_it_is_true(where: list[bool | None]) -> None:
    made = columns.changed(texts("a", "b"), pl.Series(where, dtype=pl.Boolean), lambda some: some.str.to_uppercase())
    assert made.to_list() == [text.upper() if here else text for text, here in zip("ab", where, strict=True)]


@given(st.lists(_ASCII, max_size=6) | st.lists(_ANY, max_size=6))
def test_words_alone(values: list[str]) -> None:
    column = texts(*values)
    slowly = column.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    assert columns.words_alone(column).to_list() == slowly.to_list()


@pytest.mark.parametrize("values", [["...", "", "--"], ["a.", ". b", "", "c  d!"], ["É.", "a--b"]])
def test_words_alone_at_the_borders_of_texts(values: list[str]) -> None:
    assert columns.words_alone(texts(*values)).to_list() == [
        " ".join(re.findall(r"\w+", value.replace("_", " "))) for value in values
    ]


@given(st.lists(_ASCII.map(str.strip), min_size=1, max_size=5))
def test_what_is_known_to_be_ascii_is_not_looked_at_again(values: list[str]) -> None:
    column = texts(*values)
    known = columns.not_collapsed(column, "\n\t\r\v\f", is_ascii=True)
    assert known.to_list() == columns.not_collapsed(column, "\n\t\r\v\f").to_list()


def test_slices_of_one_buffer_and_back() -> None:
    data = "aé b".encode()
    taken = sliced.slices(data, np.array([0, 3, 4]), np.array([3, 3, 5]))
    assert taken.to_list() == ["aé", "", "b"]
    text, at = sliced.laid_out(taken)
    assert (text[at[0] : at[-1]], (at - at[0]).tolist()) == ("aéb".encode(), [0, 3, 3, 4])
    assert sliced.laid_out(texts())[1].tolist() == [0]


def wide_of(codebook: Codebook, *records: str) -> Wide:
    block = cutting.Block("".join(records).encode(), (cutting.Segment(0, 0),))
    return to_fields(parse(block, begins_record(codebook)), codebook)


@pytest.mark.parametrize("name", ["Awa", "Élodie"])
def test_hashes_are_those_of_the_normal_form(codebook: Codebook, name: str) -> None:
    wide = wide_of(
        codebook,
        fragment(id="SCC-KEN/CIV001", year="2023.0", confidential="", description=f"{name}  and\nothers"),
        fragment(id="SCC-KEN/CIV002", year="2023", confidential=None, description=f"{name} and others"),
        fragment(id="SCC-KEN/CIV003", types="Capacity change  Safety and Security", scale="<x>  <y>"),
    )
    slowly = np.column_stack([wide.normal[field].hash(0).to_numpy().view(np.int64) for field in CONTENT_FIELDS])
    assert wide.hashes(CONTENT_FIELDS).tolist() == slowly.tolist()
    assert {"year", "description", "scale"} <= set(wide.altered) and "country" not in wide.altered
    assert wide.normal["year"][:2].to_list() == ["2023", "2023"]
    assert wide.normal["description"][:2].to_list() == [f"{name} and others"] * 2
    assert wide.marks.tolist() == [0, 0, 2]


def test_a_letter_of_two_bytes_alone_is_put_into_normal_form(codebook: Codebook) -> None:
    assert wide_of(codebook, fragment(scale="\u037e")).normal["scale"].to_list() == [";"]


@pytest.mark.parametrize("given_parts", [("a", "b"), (None, "b"), ("a", None), (None, None), ("", "b")])
def test_the_merged_text_as_exports_make_it(given_parts: tuple[str | None, str | None]) -> None:
    parts = pl.DataFrame(
        [dict(zip(("first", "second"), given_parts, strict=True))], schema={"first": pl.String, "second": pl.String}
    )
    headings = {"first": "One", "second": "Two"}
    slowly = " ".join(
        f"{heading}:  {value}"
        for heading, value in zip(headings.values(), given_parts, strict=True)
        if value is not None
    )
    assert merged.expected(parts, headings).to_list() == [slowly]


_LONG = "The ward council opened its books to the public in the month of May."


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (_LONG, f"As said: {_LONG} That is all."),
        (f"As said: {_LONG} That is all.", _LONG),
        (_LONG, _LONG),
        (_LONG, _LONG.replace("ward", "town")),
        (f"Before that, {_LONG}", f"Nobody knew, but {_LONG}"),
        (_LONG, _LONG[::-1]),
        ("É" + _LONG, f"{_LONG} É{_LONG}"),
    ],
)
def test_one_text_in_another(ours: str, theirs: str) -> None:
    found = craft._one_in_other(texts(ours, "x" * 40), texts(theirs, "y" * 41))
    assert found.tolist() == ([0] if ours in theirs or theirs in ours else [])
