"""Input as it should not be and is: large files, joined files, strange bytes, shared codes, words that look like places."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.sources.text import cutting
from oh_pipeline.validation import merged

from ..fragments import fragment
from .conftest import SEEDS, Frames, TakeIn

LONG = "The ward council opened its books. " * 40


def issues(frames: Frames, rule: str) -> list[tuple[str | None, str]]:
    rows = frames["issues"].filter(frames["issues"]["rule"] == rule)
    return list(rows.select("field", "message").iter_rows())


def book(folder: Path, **added: str) -> Codebook:
    """The shipped codebook with lines added to some of its files."""
    shutil.copytree(SEEDS, folder / "book")
    for name, lines in added.items():
        with (folder / "book" / f"{name}.csv").open("a", encoding="utf-8") as handle:
            handle.write(lines)
    return load_codebook(folder / "book")


@pytest.mark.parametrize("opening", ["\n", "Export of the harvest\n", "**Year**: 2022\n**coutnry**: Kenya\n", ""])
def test_a_large_file_is_never_cut_before_its_first_id(
    take_in: TakeIn, monkeypatch: pytest.MonkeyPatch, opening: str
) -> None:
    monkeypatch.setattr(cutting, "BLOCK", 2_000)
    records = [fragment(id=f"BIG{i}", year=None, country=None, description=LONG) for i in range(6)]
    frames = take_in(opening + "".join(records))
    assert frames["fragments"]["fragment_id"].to_list() == [f"BIG{i}" for i in range(6)]
    assert frames["fragments"]["record_number"].to_list() == [1, 2, 3, 4, 5, 6]
    assert frames["source_files"]["found"].to_list() == [6]
    assert frames["fragments"]["year"].to_list()[0] == ("2022" if "Year" in opening else None)
    assert bool(issues(frames, "preamble")) == opening.startswith("Export")


def test_files_joined_with_their_marks_of_byte_order(take_in: TakeIn) -> None:
    frames = take_in("".join("\ufeff" + fragment(id=f"SCC-KEN/CIV00{i}") for i in range(1, 4)))
    assert frames["fragments"]["fragment_id"].to_list() == [f"SCC-KEN/CIV00{i}" for i in range(1, 4)]


def test_a_stray_byte_costs_no_other_letter(take_in: TakeIn) -> None:
    data = fragment(description="Déjà vu à Ouagadougou: l’été où chacun délibéra. STRAY").encode()
    frames = take_in(odd=data.replace(b"STRAY", b"caf\xe9"))
    assert frames["fragments"]["description"].to_list() == ["Déjà vu à Ouagadougou: l’été où chacun délibéra. café"]
    assert issues(frames, "encoding_guessed")


def test_a_guess_that_does_not_fit_what_follows(take_in: TakeIn) -> None:
    plain = fragment(description="Les élus de la commune ont publié le budget. " * 2_000).encode("cp1252")
    frames = take_in(odd=plain + fragment(id="B", description="Un octet: STRAY").encode().replace(b"STRAY", b"\x81"))
    assert frames["source_files"]["encoding"].to_list() == ["latin-1"]
    assert frames["source_files"]["found"].to_list() == [2]


def test_two_programmes_share_a_code(take_in: TakeIn, tmp_path: Path) -> None:
    shared = book(
        tmp_path / "books",
        programmes="ABC,Another programme,false,2021,2025,inferred\n",
        objectives="ABC,CIV,Civic space of the coast,inferred\n",
    )
    frames = take_in(
        fragment(id="SCC-KEN/CIV001", objective="CIV: Less suppression of civic space"),
        fragment(id="ABC-KEN/CIV001", objective="CIV"),
        fragment(id="ABC-KEN/CIV002", objective="CIV: Less suppression of civic space"),
        book=shared,
    )
    coded = frames["coded_members"].filter(frames["coded_members"]["vocabulary"] == "objective")["member"].to_list()
    scc, abc = "less suppression of civic space", "civic space of the coast"
    assert coded == [scc, abc, scc]
    assert len(issues(frames, "objective_mismatch")) == 1
    assert not issues(frames, "unknown_code")


def test_a_result_whose_label_holds_the_separator(take_in: TakeIn, tmp_path: Path) -> None:
    longer = book(
        tmp_path / "books",
        results='Kenya,1.3,"Outcome 1.3, extended",inferred\nKenya,1.2,Outcome 1.2,inferred\n',
    )
    frames = take_in(fragment(result="Outcome 1.3, extended, Outcome 1.2"), book=longer)
    coded = frames["coded_members"].filter(frames["coded_members"]["vocabulary"] == "result")["member"].to_list()
    assert coded == ["outcome 1.3, extended", "outcome 1.2"]


def test_a_label_with_a_double_blank(take_in: TakeIn, tmp_path: Path) -> None:
    frames = take_in(
        fragment(actor="Women's  groups"), book=book(tmp_path / "books", social_actors="Women's  groups,inferred\n")
    )
    assert not issues(frames, "unknown_code")


def test_hints_are_of_the_own_country_and_short(take_in: TakeIn) -> None:
    frames = take_in(
        fragment(result="Outcome 1.2", country="Kenya"),
        fragment(
            id="SCC-KEN/CIV002",
            objective="More effective efforts of society and authorities to transform conflict and pursue peace and rights",
        ),
    )
    told = dict(issues(frames, "unknown_code"))
    assert "nearest" not in told["result"]
    assert "nearest" in told["objective"]
    assert all(len(part) <= 60 for part in told["objective"].split("'")[1::2])


@pytest.mark.parametrize(
    ("types", "clusters", "mismatch", "scope"),
    [
        ("Brand new", "Capacity change", False, "capacity change"),
        ("Safety and Security", "Capacity change", False, "capacity change"),
        ("Capacity change  Safety and Security", "Policy change", True, "capacity change"),
        ("Capacity change  Brand new", "Policy change", True, "capacity change"),
    ],
)
def test_types_and_their_clusters(take_in: TakeIn, types: str, clusters: str, mismatch: bool, scope: str) -> None:
    frames = take_in(fragment(types=types, clusters=clusters))
    members = frames["coded_members"].filter(frames["coded_members"]["vocabulary"] == "change_type")
    assert members["scope_member"].to_list()[0] == scope
    assert bool(issues(frames, "cluster_mismatch")) == mismatch


def test_a_type_of_two_clusters_goes_by_the_cluster_field(take_in: TakeIn, tmp_path: Path) -> None:
    twice = book(
        tmp_path / "books",
        change_types="Capacity change,Networks,inferred\nRelationship change,Networks,inferred\n",
    )
    frames = take_in(fragment(types="Networks", clusters="Relationship change"), book=twice)
    members = frames["coded_members"].filter(frames["coded_members"]["vocabulary"] == "change_type")
    assert members.select("scope_member", "member").rows() == [("relationship change", "networks")]
    assert not issues(frames, "cluster_mismatch")
    assert not issues(frames, "unknown_code")


@pytest.mark.parametrize("value", ["{first}", "{hint} x", "{value}"])
def test_a_value_that_looks_like_a_place_in_a_message(take_in: TakeIn, value: str) -> None:
    frames = take_in(fragment(year=value, actor=value))
    assert all(
        f"'{value}'" in message for _, message in issues(frames, "invalid_year") + issues(frames, "unknown_code")
    )


def test_a_repeated_line_is_counted_once(take_in: TakeIn) -> None:
    again = "**Own label**: seen by <person>\n" * 2 + "**Year**: 2023\n"
    frames = take_in(fragment({"Own label": "seen by <person>"}) + again)
    assert frames["fragments"]["redaction_count"].to_list() == [1]


@pytest.mark.parametrize(
    ("withheld", "shown"),
    [
        ("The leader \0 met the governor in the capital", "The leader Omar met the governor in the capital"),
        ("\0 met the governor in the capital city hall", "Omar met the governor in the capital city hall"),
        ("Women of \0 marched to the county assembly", "On Monday Women of Garissa marched to the county assembly"),
        ("Madam \0 of the council spoke", "Then Madam Amina of the council spoke"),
        ("In Mali, Chad, and \0, the leagues handle requests", "In Mali, Chad, and Niger, before 2023, nobody did"),
        ("They met with the \0.", "They met with the governor."),
        ("They met with the \0, who led the talks", "They met with the governor, who led the talks"),
        ("They spoke with the \0 of the ward", "They spoke with the old chief of the ward"),
    ],
)
def test_what_one_text_withholds_another_shows(withheld: str, shown: str) -> None:
    assert merged.withheld_elsewhere({"description": withheld, "contribution": shown}) == {"description"}


@pytest.mark.parametrize(
    ("withheld", "other"),
    [
        ("The \0 met", "The council met"),
        ("members of \0 spoke", "members of parliament spoke"),
        ("The leader \0 met the governor", "The leader \0 met the governor"),
        ("The leader \0 met the governor", "The leaders met the governor"),
        ("with the \0 \0 in the capital", "with the council in the capital"),
        ("\0", "anything at all stands here"),
    ],
)
def test_what_stands_elsewhere_by_chance(withheld: str, other: str) -> None:
    assert merged.withheld_elsewhere({"description": withheld, "contribution": other}) == set()
