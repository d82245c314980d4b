"""What a build is compared with: the published one, what that was compared with, or, where it cannot be read, nothing."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from oh_pipeline.validation.tables import PreviousOpenCells, PreviousOutcomes
from oh_pipeline.validation.watch import SchemaWatch
from oh_pipeline.warehouse.build import Build, Loaded
from oh_pipeline.warehouse.previous import Inputs, previous_open_cells, previous_publication

Copied = tuple[Build, Loaded]
OTHERS = Inputs("another folder", "another codebook", "another version")


def change(build: Build, *statements: str) -> Path:
    with closing(build.connect()) as connection:
        for statement in statements:
            connection.execute(statement)
    return build.file


def same(build: Build) -> Inputs:
    with closing(build.connect(read_only=True)) as connection:
        row = connection.execute("select source_hash, codebook_hash, code_version from main.meta_builds").fetchone()
    assert row is not None
    return Inputs(*row)


def test_without_a_publication_there_is_nothing() -> None:
    found = previous_publication(None, OTHERS)
    assert (found.build_id, found.is_unusable, list(found.frames())) == (None, False, [])


def test_the_published_outcomes_as_rows_of_the_raw_table(copied: Copied) -> None:
    found = previous_publication(copied[0].file, OTHERS)
    assert (found.build_id, found.is_unusable) == (copied[0].build_id, False)
    assert copied[0].build_id in found.note
    (frames,) = found.frames()
    watch = SchemaWatch()
    watch.look_at("previous_outcomes", frames["previous_outcomes"])
    assert watch.rows["previous_outcomes"] == 6
    assert watch.failed == []
    assert sorted(frames["previous_outcomes"]["fragment_id"]) == [f"SCC-KEN/CIV{number}" for number in range(1, 7)]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_each_of_the_inputs_makes_a_difference(copied: Copied, part: int) -> None:
    inputs = list(vars(same(copied[0])).values())
    assert previous_publication(copied[0].file, Inputs(*inputs)).build_id is None
    inputs[part] = "another"
    assert previous_publication(copied[0].file, Inputs(*inputs)).build_id == copied[0].build_id


def test_the_same_inputs_carry_the_comparison_over(copied: Copied) -> None:
    file = change(
        copied[0],
        "update raw.builds set previous_build_id = 'b0'",
        "insert into raw.previous_outcomes values (repeat('0', 32), null, repeat('1', 32), 'large', 'great', true)",
    )
    found = previous_publication(file, same(copied[0]))
    assert (found.build_id, found.is_unusable) == ("b0", False)
    assert found.outcomes.rows() == [("0" * 32, None, "1" * 32, "large", "great", True)]
    assert found.outcomes.schema == PreviousOutcomes.empty().schema


def test_the_same_inputs_without_a_comparison_have_none(copied: Copied) -> None:
    found = previous_publication(copied[0].file, same(copied[0]))
    assert (found.build_id, found.is_unusable, found.outcomes.height) == (None, False, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "drop table main.mart_outcomes",
        "alter table main.mart_outcomes rename column content_hash to other",
        "drop table main.meta_builds",
        "delete from main.meta_builds",
    ],
)
def test_an_older_layout_counts_as_none(copied: Copied, statement: str) -> None:
    found = previous_publication(change(copied[0], statement), OTHERS)
    assert (found.build_id, found.is_unusable, found.outcomes.height) == (None, True, 0)


@pytest.mark.parametrize("content", [b"", b"no database" * 999])
def test_a_file_that_cannot_be_read_counts_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "outcomes.duckdb").write_bytes(content)
    for file in (tmp_path / "outcomes.duckdb", tmp_path / "gone.duckdb", tmp_path):
        found = previous_publication(file, OTHERS)
        assert (found.build_id, found.is_unusable) == (None, True)
        assert "zanquo" not in found.note


def test_a_spoilt_file_counts_as_none_and_is_not_quoted(copied: Copied) -> None:
    data = bytearray(copied[0].file.read_bytes())
    data[16_384 : len(data)] = b"zanquo--" * ((len(data) - 16_384) // 8)
    copied[0].file.write_bytes(data)
    found = previous_publication(copied[0].file, OTHERS)
    assert (found.build_id, found.is_unusable) == (None, True)
    assert "zanquo" not in found.note


def test_the_counts_behind_the_published_open_edition(copied: Copied) -> None:
    found = previous_open_cells(copied[0].file)
    watch = SchemaWatch()
    watch.look_at("previous_open_cells", found)
    assert watch.failed == []
    total = found.filter(breakdown="total")
    assert total.select("outcomes", "is_shown", "member").rows() == [(6, True, None)]
    of_two = found.filter(breakdown="geography_harvest")
    assert set(of_two.select("geography_key", "geography_member", "member_key", "member").rows()) == {
        ("kenya", "kenya", "harvest_3", "harvest 3")
    }


def test_without_counts_before_there_is_nothing_to_subtract_from(copied: Copied, tmp_path: Path) -> None:
    assert previous_open_cells(None).schema == PreviousOpenCells.empty().schema
    assert previous_open_cells(tmp_path / "gone.duckdb").height == 0
    assert previous_open_cells(change(copied[0], "drop table staging.int_open_cells")).height == 0
