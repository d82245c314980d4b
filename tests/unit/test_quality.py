"""What a statement holds: how far its evidence can be used, which elements it lacks, how long its texts are."""

from __future__ import annotations

import pytest

from ..fragments import fragment
from .conftest import TakeIn

EVIDENCE = "Evidence supporting the outcome statement"
SIGNIFICANCE = "Significance of the outcome"
CONTRIBUTION = "Contribution of the programme"


def read(take_in: TakeIn, content: str, column: str) -> object:
    return take_in(content)["fragments"][column].to_list()[0]


@pytest.mark.parametrize(
    ("evidence", "quality"),
    [
        (None, "none"),
        ("", "none"),
        ("-", "none"),
        ("No.", "none"),
        ("non", "none"),
        ("<redacted>", "withheld"),
        ("<redacted>, <person>.", "withheld"),
        ("Photos <redacted>", "withheld"),
        ("<redacted>: no", "withheld"),
        ("Photos, reports and documents.", "generic"),
        ("Rapport", "generic"),
        ("Minutes of the session of 3 May 2023", "named"),
        ("<person> of the ward office saw it", "named"),
        ("a < b", "named"),
        ("photos " * 40, "named"),
    ],
)
def test_quality_of_evidence(take_in: TakeIn, evidence: str | None, quality: str) -> None:
    content = fragment({EVIDENCE: evidence})
    assert read(take_in, content, "evidence_quality") == quality
    lacks = read(take_in, content, "missing_elements")
    assert lacks == ([] if quality == "named" else ["evidence"])


BARE = {"year": "", "description": "The ward opened its sessions to all."}


@pytest.mark.parametrize(
    ("content", "lacks"),
    [
        (fragment(), []),
        (fragment(actor=""), ["who"]),
        (fragment(actor=None), ["who"]),
        (fragment(actor="<redacted>"), ["who"]),
        (fragment(actor="Wizards"), []),
        (fragment(description="<person> met <person> in 2023"), ["what"]),
        (fragment(description="x" * 24), ["what"]),
        (fragment(description="x" * 25), []),
        (fragment(**BARE), ["when"]),
        (fragment(**{**BARE, "year": "soon"}), ["when"]),
        (fragment(**{**BARE, "year": "<redacted>"}), ["when"]),
        (fragment(**{**BARE, "description": "In 2023 the ward opened its sessions."}), []),
        (fragment(country=""), ["where"]),
        (fragment(country="<redacted>"), ["where"]),
        (fragment(country="Atlantis"), []),
        (fragment({SIGNIFICANCE: ""}), ["significance"]),
        (fragment({SIGNIFICANCE: "<redacted>"}), ["significance"]),
        (fragment({CONTRIBUTION: None}), ["contribution"]),
        (fragment({CONTRIBUTION: "<redacted> <person>"}), ["contribution"]),
        (fragment({CONTRIBUTION: "", SIGNIFICANCE: "", EVIDENCE: "photo"}, actor="", country=""),
         ["who", "where", "significance", "contribution", "evidence"]),
    ],
)  # fmt: skip
def test_elements_that_a_statement_lacks(take_in: TakeIn, content: str, lacks: list[str]) -> None:
    assert read(take_in, content, "missing_elements") == lacks


def test_lengths_count_no_marks_and_no_blanks_at_the_ends(take_in: TakeIn) -> None:
    content = fragment(
        {CONTRIBUTION: " We <redacted> met   them "}, description="The <person> ward in Béni opened it all."
    )
    assert read(take_in, content, "contribution_length") == len("We met them")
    assert read(take_in, content, "description_length") == len("The ward in Béni opened it all.")


def test_a_blank_contribution_has_no_length(take_in: TakeIn) -> None:
    assert read(take_in, fragment({CONTRIBUTION: ""}), "contribution_length") == 0
    assert read(take_in, fragment({CONTRIBUTION: "<redacted>"}), "contribution_length") == 0


def test_records_of_one_file_keep_apart(take_in: TakeIn) -> None:
    frames = take_in(
        fragment() + fragment(id="SCC-KEN/CIV002", actor="", description="") + fragment(id="SCC-KEN/CIV003", actor="")
    )
    assert frames["fragments"]["missing_elements"].to_list() == [[], ["who"]]
