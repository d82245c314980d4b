"""The draw: proportional, repeatable, extendable, and every outcome's chance exactly what is written beside it."""

from __future__ import annotations

import csv
import hashlib
import stat
from collections import Counter
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oh_pipeline.console.sample_view import strata_by
from oh_pipeline.delivery.inert import STARTS_FORMULA
from oh_pipeline.delivery.sample import BREAKDOWNS, COLUMNS, Drawn, Order, Values, allocate, draw
from oh_pipeline.delivery.sample_files import Frame, read_frame, write_files
from oh_pipeline.errors import UsageFault

BUILD = "20260101T000000Z-00000001"
SIZES = {"kenya": 40, "mali": 25, "iraq": 10, "yemen": 4, "syria": 1}
BY_COUNTRY = Order(20, 7, ("geography",))


def outcome(country: str, number: int, **changes: str | int | None) -> Values:
    key = hashlib.md5(f"{country}{number}".encode(), usedforsecurity=False).hexdigest()
    values: dict[str, str | int | None] = dict.fromkeys(COLUMNS, "x")
    values |= {"outcome_key": key, "fragment_id": f"SCC-{country}/{number}", "geography": country.title()}
    return {**values, "geography_key": country, "year": 2021 + number % 3 if number % 5 else None, **changes}


FRAME = [outcome(country, number) for country, size in SIZES.items() for number in range(size)]


def keys(drawn: list[Drawn]) -> set[str]:
    return {str(each.values["outcome_key"]) for each in drawn if each.is_drawn}


@pytest.mark.parametrize(
    ("sizes", "size", "expected"),
    [
        # by hand: 20 of 80 is a quarter; syria's quarter becomes one, 19 of 79 are left: 9.6, 6.0, 2.4, 0.96
        # and yemen's 0.96 becomes one too: 18 of 75 are 9.6, 6.0, 2.4
        (SIZES, 20, {"kenya": 10, "mali": 6, "iraq": 2, "yemen": 1, "syria": 1}),
        (SIZES, 5, dict.fromkeys(SIZES, 1)),
        (SIZES, 80, SIZES),
        (SIZES, 1000, SIZES),
        # fewer than strata: 2 of 80 are 1.0, 0.625, 0.25, 0.1, 0.025
        (SIZES, 2, {"kenya": 1, "mali": 1, "iraq": 0, "yemen": 0, "syria": 0}),
        ({"a": 3, "b": 3, "c": 3}, 4, {"a": 2, "b": 1, "c": 1}),
        ({"a": 1, "b": 9}, 1, {"a": 0, "b": 1}),
        ({}, 3, {}),
    ],
)
def test_shares_by_hand(sizes: dict[str, int], size: int, expected: dict[str, int]) -> None:
    assert allocate(sizes, size) == expected


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 500), min_size=1), st.integers(1, 3000)
)
@settings(max_examples=300, deadline=None)
def test_shares_are_whole_fair_and_possible(sizes: dict[str, int], size: int) -> None:
    shares = allocate(sizes, size)
    total = sum(sizes.values())
    assert shares.keys() == sizes.keys()
    assert sum(shares.values()) == min(size, total)
    assert all(0 <= shares[name] <= sizes[name] for name in sizes)
    if size >= len(sizes):
        assert min(shares.values()) >= 1
    else:
        assert all(abs(shares[name] - size * sizes[name] / total) < 1 for name in sizes)
    for one in sizes:  # a larger stratum never has fewer
        assert all(shares[one] >= shares[other] for other in sizes if sizes[one] > sizes[other])
    assert allocate(dict(reversed(sizes.items())), size) == shares


def test_a_draw_does_not_depend_on_the_order_of_the_frame() -> None:
    assert draw(FRAME, BY_COUNTRY) == draw(FRAME[::-1], BY_COUNTRY)


def test_a_seed_gives_a_draw_of_its_own() -> None:
    draws = {frozenset(keys(draw(FRAME, replace(BY_COUNTRY, seed=seed)))) for seed in range(20)}
    assert len(draws) == 20


def test_a_larger_draw_goes_on_where_the_smaller_stopped() -> None:
    for size in range(1, 80):
        smaller, larger = (draw(FRAME, replace(BY_COUNTRY, size=n)) for n in (size, size + 1))
        shares = [{each.stratum: each.stratum_drawn for each in drawn} for drawn in (smaller, larger)]
        if all(shares[0][name] <= shares[1][name] for name in shares[0]):
            assert keys(smaller) < keys(larger)
        for name in shares[0]:  # and where a share shrinks, those who stay are the same
            ones = [
                {str(e.values["outcome_key"]) for e in d if e.is_drawn and e.stratum == name} for d in (smaller, larger)
            ]
            assert ones[0] <= ones[1] or ones[1] <= ones[0]


def test_probabilities_are_the_drawn_by_the_size() -> None:
    for each in draw(FRAME, BY_COUNTRY):
        country = each.stratum.removeprefix("geography=")
        assert each.stratum_size == SIZES[country]
        assert each.probability == each.stratum_drawn / each.stratum_size
    weights = sum(1 / each.probability for each in draw(FRAME, BY_COUNTRY) if each.is_drawn)
    assert weights == pytest.approx(len(FRAME))


def test_over_many_seeds_each_is_drawn_as_often_as_its_probability_says() -> None:
    """4,000 draws: the share of each outcome lies within five standard deviations, that of all of them as chance has it."""
    turns, counts = 4_000, Counter[str]()
    for seed in range(turns):
        counts.update(keys(draw(FRAME, replace(BY_COUNTRY, seed=seed))))
    squares, free = 0.0, 0
    for each in draw(FRAME, BY_COUNTRY):
        expected = turns * each.probability
        variance = expected * (1 - each.probability)
        seen = counts[str(each.values["outcome_key"])]
        if each.probability == 1:
            assert seen == turns
        else:
            assert abs(seen - expected) < 5 * variance**0.5
            squares += (seen - expected) ** 2 / variance
            free += 1
    assert 0.6 < squares / free < 1.6


def test_pairs_are_drawn_together_as_chance_has_it() -> None:
    """No two of a stratum go together: two of four are drawn, each pair in a sixth of the draws."""
    frame = [outcome("kenya", number) for number in range(4)]
    pairs = Counter(frozenset(keys(draw(frame, Order(2, seed, ("geography",))))) for seed in range(6_000))
    assert len(pairs) == 6
    assert all(abs(count - 1_000) < 150 for count in pairs.values())


def test_strata_by_several_breakdowns() -> None:
    drawn = draw(FRAME, Order(200, 1, ("geography", "year")))
    assert {each.stratum for each in drawn} >= {"geography=kenya; year=2023", "geography=kenya; year=unknown"}
    assert len(keys(drawn)) == len(FRAME)


def test_what_strata_can_be_made_by() -> None:
    assert strata_by(["geography, year", "geography"]) == ("geography", "year")
    assert strata_by(list(BREAKDOWNS)) == tuple(BREAKDOWNS)
    assert strata_by([]) == ()
    for wrong in ("color", "geography,", "outcome_key", ""):
        with pytest.raises(UsageFault, match="social_actor"):
            strata_by([wrong])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_draw_is_repeated_from_its_frame(tmp_path: Path, suffix: str) -> None:
    odd = (
        outcome("kenya", 90, fragment_id="=1+1", geography="'Kenya'"),
        outcome("kenya", 91, fragment_id=None, year=None),
    )
    drawn = draw([*FRAME, *odd], BY_COUNTRY)
    written = write_files(tmp_path / f"s{suffix}", drawn, BUILD, BY_COUNTRY)
    frame = read_frame(written[-1])
    assert (frame.build_id, frame.order) == (BUILD, BY_COUNTRY)
    assert draw(frame.outcomes, frame.order) == drawn
    again = write_files(tmp_path / f"t{suffix}", draw(frame.outcomes, frame.order), frame.build_id, frame.order)
    assert [file.read_bytes() for file in written] == [file.read_bytes() for file in again]
    assert {stat.S_IMODE(file.stat().st_mode) for file in written} == {0o600}


def test_files_have_no_formula_and_say_what_was_asked(tmp_path: Path) -> None:
    frame = [
        outcome("kenya", n, fragment_id=f"{start}cmd", geography=f"{start}x") for n, start in enumerate(STARTS_FORMULA)
    ]
    drawn = draw(frame, BY_COUNTRY)
    sample, kept = write_files(tmp_path / "s.csv", drawn, BUILD, BY_COUNTRY)
    assert kept.name == "s.frame.csv"
    with sample.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == len(frame)
    assert not any(cell.startswith(STARTS_FORMULA) for row in rows for cell in row.values())
    asked = {name: rows[0][name] for name in ("build_id", "seed", "sample_size", "strata_by", "stratum")}
    assert asked == {
        "build_id": BUILD,
        "seed": "7",
        "sample_size": "20",
        "strata_by": "geography",
        "stratum": "geography=kenya",
    }
    (book,) = write_files(tmp_path / "s.xlsx", drawn, BUILD, BY_COUNTRY)
    sheets = openpyxl.load_workbook(book)
    assert sheets.sheetnames == ["sample", "frame"]
    for sheet in sheets:
        assert sheet.freeze_panes == "A2"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_another_draw_is_never_written_over(tmp_path: Path) -> None:
    first = write_files(tmp_path / "s.csv", draw(FRAME, BY_COUNTRY), BUILD, BY_COUNTRY)
    before = [file.read_bytes() for file in first]
    write_files(tmp_path / "s.csv", draw(FRAME, BY_COUNTRY), BUILD, BY_COUNTRY)  # the same may be
    other = replace(BY_COUNTRY, seed=8)
    with pytest.raises(UsageFault, match="holds something else"):
        write_files(tmp_path / "s.csv", draw(FRAME, other), BUILD, other)
    first[0].unlink()
    with pytest.raises(UsageFault, match=r"s\.frame\.csv"):
        write_files(tmp_path / "s.csv", draw(FRAME, other), BUILD, other)
    assert first[1].read_bytes() == before[1]
    assert {file.name for file in tmp_path.iterdir()} == {"s.frame.csv"}
    with pytest.raises(UsageFault, match="no folder"):
        write_files(tmp_path / "none" / "s.csv", draw(FRAME, other), BUILD, other)


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "outcome_key\nx\n", "\x00\x01", "build_id,seed,sample_size,strata_by\nb,1,2,geography\n"],
)
def test_what_is_no_frame(tmp_path: Path, content: str) -> None:
    for name in ("f.csv", "f.xlsx"):
        (tmp_path / name).write_text(content)
        with pytest.raises(UsageFault, match="no frame") as caught:
            read_frame(tmp_path / name)
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageFault, match="cannot be read"):
        read_frame(tmp_path / "none.csv")


def test_a_frame_that_was_changed_is_none(tmp_path: Path) -> None:
    _, file = write_files(tmp_path / "s.csv", draw(FRAME, BY_COUNTRY), BUILD, BY_COUNTRY)
    lines = file.read_text().splitlines(keepends=True)
    for wrong in (
        [*lines, lines[-1]],
        [*lines, lines[-1].replace(BUILD, "other", 1)],
        [line.replace(",geography,", ",fragment_id,", 1) for line in lines],
        [lines[0], lines[1].rstrip("\r\n") + ",more\r\n"],
    ):
        file.write_text("".join(wrong))
        with pytest.raises(UsageFault, match="no frame"):
            read_frame(file)
    file.write_text("".join(lines))
    assert isinstance(read_frame(file), Frame)
