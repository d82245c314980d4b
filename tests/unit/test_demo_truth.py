"""What the truth of the synthetic corpus holds for the questions: nearly the same outcomes, withdrawn ones, answers."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from rapidfuzz import fuzz, process

from oh_pipeline.demo.cells import make_cell
from oh_pipeline.demo.outcomes import UNLISTED_ACTORS
from oh_pipeline.demo.plan import FORMATS
from oh_pipeline.demo.stories import THIN
from oh_pipeline.fields import FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import natural_key

from ..demos import make, outcomes_of, truth_of


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo") / "messy", 4000, 1, "csv")


@pytest.mark.parametrize("has_substantiations", [True, False])
@pytest.mark.parametrize("records", [*range(1, 40), 399, 1000, 20_001])
def test_a_cell_is_shared_out_whole(records: int, has_substantiations: bool) -> None:
    """Whatever limit parts the files: a second delivery holds at least half of the first, and two."""
    for seed in range(20):
        cell = make_cell(records, seed, has_substantiations=has_substantiations)
        lacking, asked = cell.withdrawn(), cell.substantiated()
        assert sum(cell.sizes) == records
        assert cell.again in (0, cell.told - len(lacking))
        for first in range(0, cell.told, 200):
            size = min(200, cell.told - first)
            kept = size - sum(first <= position < first + size for position in lacking)
            assert kept == size or kept >= max(2, size / 2)
        assert sum(count for _, count in asked.values()) == cell.asked
        assert all(0 <= position < cell.told and 1 <= count <= 3 for position, (_, count) in asked.items())
        assert [asked[position][0] for position in sorted(asked)] == sorted(first for first, _ in asked.values())


@pytest.mark.parametrize("formats", [("docx",), ("txt",), FORMATS])
@pytest.mark.parametrize("records", [150, 4000])
def test_what_is_withdrawn_follows_from_the_files(tmp_path: Path, records: int, formats: tuple[str, ...]) -> None:
    """A file delivers an earlier one again that holds half of its outcomes, and two: what it lacks is withdrawn."""
    truth = outcomes_of(make(tmp_path / "corpus", records, 0, *formats))
    held = {str(name): set(part["outcome"]) for (name,), part in truth.group_by("source_file")}
    files = sorted(held, key=lambda name: [natural_key(part) for part in name.split("/")])
    files_of: dict[int, list[int]] = {}
    found: dict[int, str] = {}
    for number, name in enumerate(files):
        for outcome in held[name]:
            files_of.setdefault(outcome, []).append(number)
    for number, name in enumerate(files):
        shared = Counter(later for outcome in held[name] for later in files_of[outcome] if later > number)
        for later in (later for later, count in shared.items() if count >= max(2, len(held[name]) / 2)):
            for outcome in (outcome for outcome in held[name] if files_of[outcome][-1] < later):
                found[outcome] = min(files[later], found.get(outcome, files[later]), key=files.index)
    told = truth.filter("is_withdrawn").select("outcome", "withdrawn_from").unique()
    assert found == dict(told.iter_rows())
    assert told.height > (0 if records == 150 else 20)
    back = truth.filter(~pl.col("is_withdrawn") & pl.col("source_file").str.contains("_corrected"))
    assert back.height > told.height


def test_an_outcome_that_is_told_again_is_nearly_the_same(messy: Path) -> None:
    first = outcomes_of(messy).filter((pl.col("version_number") == 1) & ~pl.col("is_repeated"))
    pairs = first.join(first, left_on="near_duplicate_of", right_on="outcome", suffix="_before")
    assert pairs.height == first["near_duplicate_of"].count() > 60
    assert pairs["near_duplicate_of"].is_unique().all()
    assert pairs.filter(pl.col("near_duplicate_of").is_in(pairs["outcome"].implode())).is_empty()
    assert (pairs["fragment_id"] != pairs["fragment_id_before"]).all()
    apart = pairs.filter(
        (pl.col("country") != pl.col("country_before")) | (pl.col("harvest") != pl.col("harvest_before"))
    )
    ours, theirs = pairs["description"].to_list(), pairs["description_before"].to_list()
    alike = [fuzz.token_set_ratio(*pair) for pair in zip(ours, theirs, strict=True)]
    assert min(alike) > 80
    assert all(_letters(one) != _letters(other) for one, other in zip(ours, theirs, strict=True))
    assert apart.height == pairs.height


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def test_no_other_outcome_is_told_nearly_the_same(messy: Path) -> None:
    first = outcomes_of(messy).filter((pl.col("version_number") == 1) & ~pl.col("is_repeated"))
    first = first.filter(pl.col("near_duplicate_of").is_null())
    told = first["description"].to_list()
    scores = process.cdist(told[:400], told, scorer=fuzz.token_sort_ratio, score_cutoff=75)
    assert (scores > 0).sum() == 400  # each with itself alone


def test_substantiations_are_about_outcomes_told_before(messy: Path) -> None:
    truth = truth_of(messy)
    answers = truth.filter(pl.col("kind") == "substantiation")
    told = (
        outcomes_of(messy)
        .group_by("outcome")
        .agg(pl.col("fragment_id", "harvest").first(), pl.col("programme").first())
    )
    about = answers.join(told, on="outcome", suffix="_told")
    assert about.height == answers.height > 500
    assert (about["fragment_id"] == about["fragment_id_told"]).all()
    counts = answers.group_by("outcome", "harvest").len()["len"]
    assert set(counts) == {1, 2, 3}
    again = answers.filter(~pl.struct("outcome", "substantiator", "substantiated_on").is_first_distinct())
    assert again.filter("is_repeated").height > 10
    assert again.filter(~pl.col("is_repeated")).height > 10  # the same person with another answer
    others = [name for name in FIELDS if name not in ("fragment_id", "harvest")]
    assert answers.select((pl.col(others) == "").all()).row(0) == (True,) * len(others)
    assert (answers.select(SUBSTANTIATION_FIELDS) != "").to_series(0).all()
    own = outcomes_of(messy).filter(pl.col("substantiator") != "")
    assert own.height > 50
    assert {"disagree", "partly agree", "fully agree", "no opinion"} == set(answers["description_agreement"])
    later = outcomes_of(messy).filter(
        (pl.col("version_number") > 1) & ~pl.col("source_file").str.contains("_corrected")
    )
    asked = answers.group_by("outcome").agg(asked=pl.col("harvest").min())
    assert later.join(asked, on="outcome").filter(pl.col("harvest") > pl.col("asked")).height > 20


def test_no_question_is_without_an_answer(messy: Path) -> None:
    told = outcomes_of(messy).filter((pl.col("version_number") == 1) & ~pl.col("is_repeated"))
    assert set(told["evidence_quality"]) == {"none", "withheld", "generic", "named"}
    assert set(told["negative"]) == {"YES", "NO"}
    assert set(told["unintended"]) == {"YES", "NO", ""}
    assert {"", "No"} < set(told["other_contributors"])
    assert set(told["social_actor"]) >= set(UNLISTED_ACTORS)
    assert told.filter(pl.col("contribution").is_in(THIN)).height > 20
    for name in ("social_actor", "significance", "contribution", "year", "country"):
        assert 0 < told.filter(pl.col(name) == "").height < told.height / 20
    coded = told.filter(pl.col("country") != "")
    cells = coded.select("country", pl.col("objective").str.split(", ")).explode("objective", empty_as_null=False)
    assert cells.unique().height < cells["country"].n_unique() * 4  # some place has none of some objective
    results = coded.filter(pl.col("result") != "").group_by("country", "result").len()
    assert results.filter(pl.col("len") < 3).height > 0
    shares = told.filter(pl.col("country") != "").group_by("country").agg(pl.col("is_confidential").mean())
    assert shares["is_confidential"].max() > 3 * shares["is_confidential"].min()  # type: ignore[operator]
