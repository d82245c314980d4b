"""The synthetic corpus: the same for a seed, true to its truth, and as clean or as messy as it is asked for."""

from __future__ import annotations

import csv
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import openpyxl
import polars as pl
import pytest

from oh_pipeline.codebook import load_codebook
from oh_pipeline.demo import corpus as corpus_module
from oh_pipeline.demo import layout, mess
from oh_pipeline.demo.cells import AGAIN, ASKED, TOLD
from oh_pipeline.demo.draws import Draws, drawn
from oh_pipeline.demo.plan import FORMATS, MOST_RECORDS, Order, formats_of, make_plan
from oh_pipeline.demo.spelling import fits, typo
from oh_pipeline.demo.stories import NOTE
from oh_pipeline.demo.truth_file import TRUTH
from oh_pipeline.demo.vocabulary import load_vocabulary
from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import ALL_FIELDS, FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import fold

from ..demos import SEEDS, contents, make, outcomes_of, taken_in, truth_of
from ..river import BOOK as RIVER

BETWEEN_FRAGMENTS = ("id_collision", "near_duplicate", "unlinked_substantiation")  # found by SQL, not by intake


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo") / "clean", 300, 0)


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("demo") / "messy", 4000, 1)


# --- drawing and planning


def test_a_record_is_drawn_by_its_place_alone() -> None:
    whole = drawn(7, 0, 20, 5)
    assert (drawn(7, 12, 3, 5) == whole[12:15]).all()
    assert (drawn(8, 0, 20, 5) != whole).mean() > 0.99


def test_draws_spread_evenly() -> None:
    numbers = drawn(1, 0, 20_000, 2)
    assert abs(float(numbers.mean()) / 2**32 - 0.5) < 0.01
    assert len(set(numbers.ravel().tolist())) > 39_000


@pytest.mark.parametrize("records", [1, 2, 7, 10, 99, 1000, 123_457, MOST_RECORDS])
def test_as_many_are_planned_as_were_ordered(records: int) -> None:
    plan = make_plan(Order(records, 3, FORMATS, 0), load_vocabulary(SEEDS))
    sizes = [cell.sizes for lane in plan.lanes for cell in lane.cells]
    assert sum(map(sum, sizes)) == sum(lane.records for lane in plan.lanes) == records
    assert max(map(sum, sizes)) <= 20_001
    assert [lane.first for lane in plan.lanes] == [
        sum(before.records for before in plan.lanes[:at]) for at in range(len(plan.lanes))
    ]
    if records >= 10:
        assert len([size for size in sizes if sum(size)]) >= 5
        assert sum(asked for _, _, asked in sizes) > 0
    if records >= 99:
        assert sum(again for _, again, _ in sizes) > 0
    if records >= 1000:
        for series in (TOLD, AGAIN, ASKED):
            assert {
                lane.formats[harvest][series]
                for lane in plan.lanes
                for harvest, cell in enumerate(lane.cells)
                if cell.sizes[series]
            } == set(FORMATS)


@pytest.mark.parametrize("records", [50, 4000, 3_000_000])
def test_no_two_files_share_a_path(records: int) -> None:
    plan = make_plan(Order(records, 3, FORMATS, 0), load_vocabulary(SEEDS))
    paths = [
        plan.path(lane, harvest, series, number, "x")
        for lane in plan.lanes
        for harvest, cell in enumerate(lane.cells)
        for series in (TOLD, AGAIN, ASKED)
        for number in range(-(-cell.sizes[series] // plan.file_limit(lane, harvest, series)))
    ]
    assert len(paths) == len(set(paths))
    assert all(path.split("/")[-1].startswith("synthetic_") for path in paths)


@pytest.mark.parametrize(
    ("records", "amount", "formats"),
    [(0, 0.5, FORMATS), (MOST_RECORDS + 1, 0.5, FORMATS), (5, -0.1, FORMATS), (5, 1.1, FORMATS)]
    + [(5, float("nan"), FORMATS), (5, 0.5, ()), (5, 0.5, formats_of("csv,pdf")), (5, 0.5, formats_of(""))],
)
def test_what_cannot_be_made_is_refused(records: int, amount: float, formats: tuple[str, ...]) -> None:
    with pytest.raises(UsageFault):
        Order(records, 1, formats, amount)


def test_a_list_of_formats_has_no_order() -> None:
    assert formats_of("docx, CSV,csv") == formats_of("csv,docx") == ("csv", "docx")


# --- the same for a seed, and the truth whatever becomes of it


@pytest.mark.parametrize("amount", [0, 1])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, amount: float) -> None:
    one, two = make(tmp_path / "one", 150, amount), make(tmp_path / "two", 150, amount)
    assert contents(one) == contents(two)
    assert contents(make(tmp_path / "three", 150, amount, seed=2)) != contents(one)


def test_the_truth_is_the_same_whatever_formats_and_mess(tmp_path: Path) -> None:
    truths = [
        truth_of(make(tmp_path / f"{amount}{'_'.join(formats)}", 400, amount, *formats)).select(TRUTH)
        for amount, formats in ((0.0, FORMATS), (1.0, FORMATS), (0.4, ("txt",)), (1.0, ("csv", "jsonl")))
    ]
    assert all(truth.equals(truths[0]) for truth in truths[1:])
    assert set(ALL_FIELDS) | {"kind", "near_duplicate_of", "is_withdrawn"} < set(TRUTH)


def test_more_mess_is_more_of_the_same() -> None:
    numbers = drawn(5, 0, 3000, mess.WIDTH)
    some, much = mess.happening(numbers, 0.3), mess.happening(numbers, 1)
    assert mess.happening(numbers, 0) == {}
    assert all(set(kinds) <= set(much[row]) for row, kinds in some.items())
    assert sum(map(len, some.values())) * 2 < sum(map(len, much.values()))


def test_several_processes_make_what_one_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = make(tmp_path / "alone", 120, 1, "txt", "json")
    monkeypatch.setattr("oh_pipeline.demo.shares.WORTH_SHARING", 1)
    assert contents(make(tmp_path / "shared", 120, 1, "txt", "json")) == contents(alone)


# --- what is in it


def test_every_record_is_marked_as_synthetic(messy: Path) -> None:
    truth = truth_of(messy)
    assert truth["fragment_id"].str.contains("-DEMO-").all()
    answers = truth.filter(pl.col("kind") == "substantiation")
    assert outcomes_of(messy)["additional_information"].str.starts_with(NOTE).all()
    assert answers["substantiation_comment"].str.ends_with("the person is invented.").all()
    assert all(Path(name).name.startswith("synthetic_") for name in truth["source_file"])
    for path in (messy / "raw").rglob("*.txt"):
        text = path.read_bytes().decode("utf-16" if path.read_bytes()[:1] in (b"\xff", b"\xfe") else "latin-1")
        held = truth.filter(pl.col("source_file") == path.relative_to(messy / "raw").as_posix())
        assert text.count(NOTE) >= held.filter(pl.col("kind") == "outcome").height


def test_outcomes_are_told_differently(messy: Path) -> None:
    first = outcomes_of(messy).filter((pl.col("version_number") == 1) & ~pl.col("is_repeated"))
    told = first["description"].str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", "")
    assert told.n_unique() == first.height
    assert first["fragment_id"].n_unique() == first.height
    assert first["description"].str.contains("^(?:Les?|En) ").any()  # some in French


def test_an_outcome_goes_on_in_later_harvests(messy: Path) -> None:
    truth = outcomes_of(messy)
    several = truth.filter(pl.col("outcome").is_duplicated()).sort("outcome", "version_number", "is_repeated")
    assert several.filter(pl.col("version_number") > 1).height > 100
    assert several.filter("is_repeated").height > 50
    for _, family in several.group_by("outcome"):
        assert family["fragment_id"].n_unique() == family["country"].n_unique() == family["year"].n_unique() == 1
        versions = family.filter(~pl.col("is_repeated"))
        assert versions.select("harvest", again=pl.col("source_file").str.contains("_corrected")).is_unique().all()
        again = family.filter("is_repeated").select(*ALL_FIELDS, "version_number")
        assert again.join(versions.select(*ALL_FIELDS, "version_number"), on=again.columns, how="anti").is_empty()


def test_every_kind_of_mess_is_made(messy: Path) -> None:
    truth = truth_of(messy)
    assert set(truth["mess"].explode(empty_as_null=False).unique()) == {*mess.KINDS, *mess.KINDS_OF_ANSWERS}
    for (kind,), part in truth.group_by("format"):
        met = set(part["file_mess"].explode(empty_as_null=False).unique())
        assert met <= set(layout.KINDS[str(kind)]) | {"xml_names"}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_kind_of_mess_of_a_file_is_made(kind: str) -> None:
    words = load_vocabulary(SEEDS)
    layouts = [layout.make_layout(kind, words, 1, Draws.of(kind, number, width=64)) for number in range(300)]
    assert set(layout.KINDS[kind]) <= set().union(*(made.kinds for made in layouts))
    assert not any(layout.make_layout(kind, words, 0, Draws.of(kind, number)).kinds for number in range(50))
    for made in layouts:
        assert made.columns or made.names_labels
        known = {words.field_of(label) for label in made.labels.values()}
        assert {"fragment_id", "description", "additional_information"} <= known
        assert len(set(FIELDS) - known) == bool(made.lost)
        assert known.isdisjoint(SUBSTANTIATION_FIELDS)
        if made.encoding == "cp1252":
            assert all(fits(label) for label in made.labels.values())


def test_every_rule_about_a_record_is_broken(messy: Path) -> None:
    broken = set(truth_of(messy)["rules"].explode(empty_as_null=False).unique())
    with (SEEDS.parent / "rules" / "rules.csv").open(encoding="utf-8", newline="") as file:
        rules = {row["rule"] for row in csv.DictReader(file)}
    assert broken <= rules
    assert rules - broken == {"unreadable_file", "encoding_guessed", "preamble", "skipped_sheet", "erased_record"}


def test_without_mess_nothing_is_messy(clean: Path) -> None:
    truth = truth_of(clean)
    assert truth["mess"].list.len().sum() == truth["file_mess"].list.len().sum() == 0
    told = set(truth["rules"].explode(empty_as_null=False))
    assert told == {"generic_evidence", "thin_contribution", "unknown_code"}  # what an outcome itself is like
    assert set(truth["expected"]) == {"accepted", "duplicate"}
    assert (truth["delivered_id"] == truth["fragment_id"]).all()


# --- each format, seen by a reader of its own


def records_in(path: Path) -> list[Mapping[str, Any]]:
    """The records of a clean file, read without anything of the project's."""
    if path.suffix == ".txt":
        parts = re.split(r"(?=\*\*FragmentID\*\*)", path.read_text(encoding="utf-8"))[1:]
        return [dict(re.findall(r"^\*\*(.+?)\*\*: (.*)$", part, flags=re.M)) for part in parts]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".json":
        return list(json.loads(path.read_text(encoding="utf-8")))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".xlsx":
        rows = [[cell or "" for cell in row] for row in openpyxl.load_workbook(path).worksheets[0].values]
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    tables = docx.Document(str(path)).tables
    return [{row.cells[0].text: row.cells[1].text for row in table.rows} for table in tables]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_holds_the_truth(clean: Path, kind: str) -> None:
    words = load_vocabulary(SEEDS)
    truth = truth_of(clean).filter(pl.col("format") == kind)
    assert truth.height > 20
    for (name,), part in truth.group_by("source_file"):
        found = records_in(clean / "raw" / str(name))
        assert len(found) == part.height
        for record, row in zip(found, part.sort("record_number").iter_rows(named=True), strict=True):
            told = {words.field_of(label): value for label, value in record.items()}
            assert all(told.get(field, "") == row[field] for field in ALL_FIELDS), (
                f"{name}: a record is not as it was drawn"
            )


def cells_of(path: Path) -> Iterator[Any]:
    if path.suffix in (".csv", ".tsv"):
        data = path.read_bytes()
        text = data.decode("utf-16" if data[:1] in (b"\xff", b"\xfe") else "latin-1").removeprefix("\xef\xbb\xbf")
        delimiter = max(",;\t", key=text.count)
        yield from (cell for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter) for cell in row)
    else:
        for sheet in openpyxl.load_workbook(path).worksheets:
            yield from (cell.value for row in sheet.iter_rows() for cell in row if cell.data_type != "n")
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_no_cell_holds_a_formula(messy: Path) -> None:
    files = [path for path in (messy / "raw").rglob("*") if path.suffix in (".csv", ".tsv", ".xlsx")]
    assert {path.suffix for path in files} == {".csv", ".tsv", ".xlsx"}
    for path in files:
        assert not any(str(cell or "").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells_of(path)), (
            path.name
        )


def test_office_files_bear_no_date_of_today(messy: Path) -> None:
    for path in [*(messy / "raw").rglob("*.xlsx"), *(messy / "raw").rglob("*.docx")]:
        with zipfile.ZipFile(path) as archive:
            assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


# --- what the rules say of it


@pytest.mark.parametrize("book", [SEEDS, RIVER])
def test_without_mess_rules_find_what_the_outcomes_are_like(tmp_path: Path, book: Path) -> None:
    made = make(tmp_path / "corpus", 1200, 0, "txt", book=book)
    truth, frames = truth_of(made), taken_in(made, book)
    assert frames["quarantine"].height == 0
    assert frames["fragments"].height == outcomes_of(made).height
    wanted = truth.explode("rules", empty_as_null=False).select("source_file", "record_number", rule="rules")
    assert frames["issues"].select(wanted.columns).sort(wanted.columns).rows() == wanted.sort(wanted.columns).rows()
    if book == SEEDS:  # the other one knows no substantiations
        assert frames["substantiations"].height == truth.filter(pl.col("substantiator") != "").height > 100
    else:
        assert set(truth["kind"]) == {"outcome"}


@pytest.mark.parametrize("book", [SEEDS, RIVER])
def test_the_mess_breaks_the_rules_that_it_is_made_to_break(tmp_path: Path, book: Path) -> None:
    made = make(tmp_path / "corpus", 3000, 1, "txt", book=book)
    truth, frames = truth_of(made), taken_in(made, book)
    place = ["source_file", "record_number"]
    wanted = truth.explode("rules", empty_as_null=False).filter(~pl.col("rules").is_in(BETWEEN_FRAGMENTS))
    told = frames["issues"].select(*place, rules="rule").unique()
    lacking = wanted.join(told, on=[*place, "rules"], how="anti")
    assert wanted["rules"].n_unique() >= 17
    assert lacking.select("rules", "mess").rows() == []
    held = frames["quarantine"].select(place)
    assert held.sort(place).rows() == truth.filter(pl.col("expected") == "quarantined").select(place).sort(place).rows()


def test_another_codebook_gives_another_programme(tmp_path: Path) -> None:
    truth = truth_of(make(tmp_path / "corpus", 300, 0.5, book=RIVER))
    codebook = load_codebook(RIVER)
    assert set(truth["programme"]) == {programme.code for programme in codebook.programmes.values()}
    assert truth["fragment_id"].str.contains("^(?:RIV|LAG)-DEMO-").all()
    assert {fold(label) for label in truth["country"]} - {""} <= set(codebook.aliases["geography"])
    for text in contents(tmp_path / "corpus").values():
        assert b"FragmentID" not in text
        assert b"Civic change agents" not in text


@pytest.mark.parametrize("name", ["fragment_id", "description"])
def test_a_codebook_without_the_label_of_an_id_is_refused(tmp_path: Path, name: str) -> None:
    for seed in SEEDS.glob("*.csv"):
        lines = seed.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if seed.name != "fields.csv" or not line.startswith(f"{name},")]
        (tmp_path / seed.name).write_text("".join(kept), encoding="utf-8")
    with pytest.raises(UsageFault, match="no label"):
        load_vocabulary(tmp_path)


def test_a_typo_is_never_known_and_not_always_possible() -> None:
    draws = Draws.of("typo")
    assert typo("Country", draws, lambda _: False) not in ("", "Country")
    assert typo("Country", draws, lambda _: True) == ""
    assert typo("aaa", draws, lambda _: False) == typo("", draws, lambda _: False) == ""


# --- where it goes


@pytest.mark.parametrize("obstacle", ["raw/one.txt", "truth.parquet"])
def test_nothing_is_overwritten(tmp_path: Path, obstacle: str) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / obstacle).write_text("mine", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(UsageFault, match=r"already|not empty"):
        make(tmp_path, 10, 0)
    assert contents(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageFault, match="a file where the folder"):
        make(tmp_path / "file", 10, 0)


def test_an_empty_raw_folder_is_filled_and_all_is_private(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "raw").mkdir()
    made = make(tmp_path / "new", 60, 0.5)
    assert sorted(path.name for path in made.iterdir()) == ["raw", "truth.parquet"]
    below = [path for path in made.rglob("*") if path != made / "raw"]
    assert below
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in [made / "raw", *below])


def test_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(corpus_module, "write_corpus", breaks)
    with pytest.raises(OSError, match="No space"):
        make(tmp_path / "new", 60, 0.5)
    assert list((tmp_path / "new").iterdir()) == []


def test_what_a_killed_one_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".demo" / "raw").mkdir(parents=True)
    (tmp_path / ".demo" / "raw" / "half.txt").write_text("half", encoding="utf-8")
    made = make(tmp_path, 10, 0)
    assert sorted(path.name for path in made.iterdir()) == ["raw", "truth.parquet"]
    assert not list(made.rglob("half.txt"))
