"""The codebook: spellings, several values in a field, and what a faulty one is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import FIELDS
from oh_pipeline.validation import coded

from .conftest import SEEDS


def test_every_field_has_a_label(codebook: Codebook) -> None:
    assert set(codebook.fields.values()) == set(FIELDS)


@pytest.mark.parametrize(
    ("vocabulary", "spelling", "label"),
    [
        ("objective", "CIV: Less suppression of civic space", "Less suppression of civic space"),
        ("objective", "civ", "Less suppression of civic space"),
        ("scale", " ORGANISATION ", "Organisation"),
        ("scale", "organization", "Organisation"),
        ("geography", "RDC", "DR Congo"),
        ("change_type", "Capacity change  Safety and Security", "Safety and Security"),
        ("change_type", "Safety and Security", "Safety and Security"),
        ("change_type", "Capacity change", "Capacity change"),
    ],
)
def test_spellings(codebook: Codebook, vocabulary: str, spelling: str, label: str) -> None:
    found = codebook.match(vocabulary, spelling)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(("vocabulary", "spelling"), [("scale", "Organisatoin"), ("geography", "Kenia"), ("scale", "")])
def test_a_near_miss_is_no_match(codebook: Codebook, vocabulary: str, spelling: str) -> None:
    assert codebook.match(vocabulary, spelling) is None


def test_results_belong_to_a_geography(codebook: Codebook) -> None:
    assert codebook.result("sahel", "outcome 1.2") is not None
    assert codebook.result("kenya", "outcome 1.2") is None


def test_split_takes_the_longest_listed_label(tmp_path: Path) -> None:
    book = changed_book(tmp_path, "social_actors.csv", 'label,source\nMedia,x\n"Media, press and radio",x\nPress,x\n')
    found = coded.split("Media, press and radio, Press; Unheard of\nmedia", lambda v: book.match("social_actor", v), 2)
    assert [member.label if member else text for member, text in found] == [
        "Media, press and radio",
        "Press",
        "Unheard of",
        "Media",
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [("a, <redacted>, b", ["a", "b"]), ("<redacted>", []), ("a,b", ["a,b"]), ("", []), (", ; a", ["a"])],
)
def test_split_of_the_unknown(codebook: Codebook, text: str, pieces: list[str]) -> None:
    assert [value for _, value in coded.split(text, lambda v: codebook.match("scale", v), 3)] == pieces


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("scales.csv", None, "has no scales.csv"),
        ("scales.csv", "label;rank;source\nA;1;x\n", "must have the header"),
        ("scales.csv", "label,rank,source\nA,1,x\na ,2,x\n", "line 3 of the codebook lists a label twice"),
        ("scales.csv", "label,rank,source\nA,1\n", "line 2 of the codebook has another number of cells"),
        ("harvests.csv", "label,number,source\nA,one,x\n", "line 2 of the codebook needs a whole number"),
        ("fields.csv", "field,label,language,source\nyaer,Year,en,x\n", "names a field that does not exist"),
        ("fields.csv", "field,label,language,source\nyear,Y,en,x\nscale,y,en,x\n", "gives one label to two fields"),
        ("aliases.csv", "vocabulary,alias,label,language,source\nscale,x,Nowhere,en,x\n", "that is not listed"),
        ("results.csv", "geography,code,label,source\nNowhere,1,A,x\n", "names a geography"),
        ("programmes.csv", "code,label,is_default,first_year,last_year,source\nX,x,false,2021,2025,x\n", "no default"),
        ("contribution.csv", "label,rank,source\n", "ranks no value"),
    ],
)
def test_a_faulty_codebook_is_told_with_its_place(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        changed_book(tmp_path, name, content)


def test_the_hash_follows_the_content(tmp_path: Path, codebook: Codebook) -> None:
    assert load_codebook(SEEDS).hash == codebook.hash
    assert changed_book(tmp_path, "scales.csv", "label,rank,source\nA,1,x\n", keep_aliases=False).hash != codebook.hash


def changed_book(folder: Path, name: str, content: str | None, *, keep_aliases: bool = False) -> Codebook:
    shutil.copytree(SEEDS, folder / "seeds")
    if not keep_aliases and name != "aliases.csv":
        (folder / "seeds" / "aliases.csv").write_text("vocabulary,alias,label,language,source\n")
    if content is None:
        (folder / "seeds" / name).unlink()
    else:
        (folder / "seeds" / name).write_text(content)
    return load_codebook(folder / "seeds")
