"""Near misses: how far they are, and the one line that would make them known. Nothing of it is ever applied."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.normal import fold
from oh_pipeline.validation.hints import Listed, Near, hints, label_hints, result_hints
from oh_pipeline.validation.suggestions import LABEL, codebook_line, suggestion, suggestions

from ..fragments import fragment
from .conftest import SEEDS, TakeIn


@pytest.mark.parametrize(
    ("vocabulary", "value", "told"),
    [
        ("geography", "Kenia", "; the nearest is 'Kenya' (1 letter differs)"),
        ("geography", "Etiopie", "; the nearest is 'Ethiopie' for 'Ethiopia' (1 letter differs)"),
        ("scale", "Organisatoin", "; the nearest is 'Organisation' (2 letters differ)"),
        ("objective", "CIV: Less suppresion of civic space", "; the nearest is 'Less suppression of civic space' (1 letter differs)"),
        ("change_type", "Capacity change  Saftey and Security", "; the nearest is 'Safety and Security' (2 letters differ)"),
        ("scale", "Galactic", ""),
        ("harvest", "harvest 17", ""),
        ("geography", "x" * 5000, ""),
    ],
)  # fmt: skip
def test_hints(codebook: Codebook, vocabulary: str, value: str, told: str) -> None:
    assert hints([value, value], codebook, vocabulary) == [told, told]


def test_hints_of_labels(codebook: Codebook) -> None:
    assert label_hints(["coutnrry", "Village", "Outcome  descripton"], codebook) == [
        "; the nearest is 'coutnry' (1 letter differs)",
        "",
        "; the nearest is 'Outcome description' (1 letter differs)",
    ]


def test_hints_of_results_stay_within_their_geography(codebook: Codebook) -> None:
    told = result_hints(["Outcme 1.2", "Outcme 1.2", "Outcome 2.1"], ["sahel", None, "sahel"], codebook)
    assert told == ["; the nearest is 'Outcome 1.2' (1 letter differs)", "", ""]


def test_another_number_is_no_near_miss() -> None:
    listed = Listed(["harvest 1", "harvest 17", "round"])
    assert listed.nearest("havest 17") == Near("harvest 17", 1)
    assert listed.nearest("harvest 7") is None
    assert listed.nearest("round 2") is None


LINES = [
    (LABEL, "coutnrry", None, "fields.csv: country,coutnrry,en,observed"),
    (LABEL, "Acteur socail", None, "fields.csv: social_actor,Acteur socail,fr,observed"),
    ("country", "Kenia", None, "aliases.csv: geography,Kenia,Kenya,,observed"),
    ("geography", "Palestinien Territories", None, "aliases.csv: geography,Palestinien Territories,Palestine,en,observed"),
    ("geography", "Atlantis, the lost", None, 'geographies.csv: "Atlantis, the lost",country,,,observed'),
    ("harvest", "harvest 17", None, "harvests.csv: harvest 17,17,observed"),
    ("harvest", "spring", None, "harvests.csv: spring,11,observed"),
    ("scale", "Galactic", None, "scales.csv: Galactic,,observed"),
    ("significance_rating", "enormous", None, "significance.csv: enormous,,observed"),
    ("contribution_rating", "large", None, "contribution.csv: large,,observed"),
    ("social_actor", 'The "wise"', None, 'social_actors.csv: "The ""wise""",observed'),
    ("outcome_status", "Draft", None, "outcome_statuses.csv: Draft,,observed"),
    ("description_agreement", "agreed, mostly", None, 'agreements.csv: "agreed, mostly",,,observed'),
    ("contribution_agreement", "fuly agree", None, "aliases.csv: agreement,fuly agree,fully agree,,observed"),
    ("substantiator_role", "Elder", None, "substantiator_roles.csv: Elder,observed"),
    ("objective", "GEN: Fair roles", None, "objectives.csv: SCC,GEN,Fair roles,observed"),
    ("objective", "Fair roles", None, "objectives.csv: SCC,,Fair roles,observed"),
    ("change_type", "Saftey and Security", "Capacity change", "aliases.csv: change_type,Saftey and Security,Safety and Security,,observed"),
    ("change_type", "Cooking", "capacity change", "change_types.csv: Capacity change,Cooking,observed"),
    ("change_type", "Baking", "Cooking", "change_types.csv: Cooking,Baking,observed"),
    ("change_cluster", "Cooking", None, "change_types.csv: Cooking,Cooking,observed"),
    ("result", "Outcome 2.1", "sahel", "results.csv: Sahel,2.1,Outcome 2.1,observed"),
    ("result", "Outcme 1.2", "Sahel", "aliases.csv: result,Outcme 1.2,Outcome 1.2,,observed"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "scope", "line"), LINES, ids=range(len(LINES)))
def test_lines(codebook: Codebook, kind: str, value: str, scope: str | None, line: str) -> None:
    assert codebook_line(kind, value, codebook, scope=scope) == line


@pytest.mark.parametrize(("kind", "value", "scope", "line"), LINES, ids=range(len(LINES)))
def test_a_line_makes_the_value_known_at_once(
    tmp_path: Path, codebook: Codebook, kind: str, value: str, scope: str | None, line: str
) -> None:
    assert not known(codebook, kind, value, scope)
    assert known(with_line(tmp_path / "one", line), kind, value, scope)
    told = suggestion(kind, value, codebook, scope=scope)
    assert told is not None
    if told.otherwise is not None:
        assert known(with_line(tmp_path / "other", told.otherwise), kind, value, scope)


@pytest.mark.parametrize(
    ("kind", "value", "scope"),
    [
        (LABEL, "Village", None),
        (LABEL, "Social actor", None),
        ("geography", "Kenya", None),
        ("geography", "<redacted> land", None),
        ("geography", "x" * 61, None),
        ("geography", "  ", None),
        ("objective", "CIV: Something else", None),
        ("result", "Outcome 2.1", None),
        ("result", "Outcome 2.1", "Atlantis"),
    ],
)
def test_no_line(codebook: Codebook, kind: str, value: str, scope: str | None) -> None:
    assert codebook_line(kind, value, codebook, scope=scope) is None


def test_a_doubtful_spelling_is_offered_both_ways(codebook: Codebook) -> None:
    """Nigeria is no way to write Niger: the distance and the other line say so, and a person decides."""
    told = suggestion("geography", "Nigeria", codebook)
    assert told is not None
    assert (told.near, told.distance) == ("Niger", 2)
    assert told.otherwise == "geographies.csv: Nigeria,country,,,observed"


def test_all_lines_for_what_was_read(take_in: TakeIn, codebook: Codebook) -> None:
    frames = take_in(
        fragment({"coutnrry": "x"}, id="SCC-KEN/CIV1", country="Kenia", result="Outcome 5.5")
        + fragment({"coutnrry": "y"}, id="SCC-KEN/CIV2", country="Kenia", types="Cooking  Baking", clusters="Cooking")
        + fragment(id="SCC-KEN/CIV3", country="Mali", result="Outcome 5.5", types="", clusters="Singing")
    )
    labels = frames["issues"].filter(rule="unmapped_field")["field"]
    assert [told.line for told in suggestions(frames["members"], labels, codebook)] == [
        "fields.csv: country,coutnrry,en,observed",
        "change_types.csv: Cooking,Baking,observed",
        "change_types.csv: Singing,Singing,observed",
        "aliases.csv: geography,Kenia,Kenya,,observed",
        "results.csv: Mali,5.5,Outcome 5.5,observed",
    ]


def with_line(folder: Path, line: str) -> Codebook:
    shutil.copytree(SEEDS, folder)
    name, _, row = line.partition(": ")
    with (folder / name).open("a", encoding="utf-8", newline="") as file:
        file.write(row + "\n")
    with (folder / name).open(encoding="utf-8", newline="") as file:
        assert len({len(cells) for cells in csv.reader(file)}) == 1
    return load_codebook(folder)


def known(book: Codebook, kind: str, value: str, scope: str | None) -> bool:
    if kind == LABEL:
        return fold(value) in book.fields
    vocabulary = {"country": "geography", "significance_rating": "significance", "contribution_rating": "contribution"}
    vocabulary |= {"description_agreement": "agreement", "contribution_agreement": "agreement"}
    if kind == "result":
        return book.result(fold(scope or ""), value) is not None
    text = f"{scope}  {value}" if kind == "change_type" else value
    return book.match(vocabulary.get(kind, kind), text) is not None
