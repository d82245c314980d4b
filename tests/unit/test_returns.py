"""Returns: what comes back as delivered, which cells are coloured and why, what to fix first, and nothing that is live."""

from __future__ import annotations

import io
import re
import stat
import string
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from oh_pipeline.codebook import Codebook
from oh_pipeline.delivery import fix_sheet, problems, returned_layout, returned_rows
from oh_pipeline.delivery.returns import Issue, return_name, write_return
from oh_pipeline.delivery.words import WORDS
from oh_pipeline.normal import fold
from oh_pipeline.sources.batch import Batch
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.sources.records import FIX_SHEET, MOST_COLUMNS, ROW_KEY
from oh_pipeline.sources.text import cutting
from oh_pipeline.sources.text.parsing import parse
from oh_pipeline.validation.examine import examine

from ..fragments import DEFAULTS, fragment

Given = tuple[str, str, str]  # label, value, place
FIELD_OF = {"id": "fragment_id", "who": "social_actor", "actor": "social_actor", "year": "year"}
HEADING_OF = {"description": "Outcome description", "year": "Year", "fragment_id": "FragmentID"}


def field_of(label: str) -> str | None:
    return FIELD_OF.get(fold(label))


ERROR, WARNING, ADVICE = "F4B6A6", "FFE699", "D6E6F5"


def batch(*records: Sequence[Given], places: Sequence[str] = (), prefix: str = "") -> Batch:
    """Records as a reader of forms hands them up; the place of the n-th is `row n` where none is given."""
    rows = [(record, *item) for record, items in enumerate(records) for item in items]
    labels = list(dict.fromkeys(row[1] for row in rows))
    number_of = {label: number for number, label in enumerate(labels)}
    return Batch(
        labels=labels,
        label_of=np.array([number_of[row[1]] for row in rows], dtype=np.int64),
        record_of=np.array([row[0] for row in rows], dtype=np.int64),
        values=pl.Series([row[2] for row in rows], dtype=pl.String),
        places=pl.Series([row[3] for row in rows], dtype=pl.String),
        file_of=np.zeros(len(records), dtype=np.int64),
        number_of=np.arange(1, len(records) + 1),
        record_places=pl.Series(places or [f"row {n}" for n in range(1, len(records) + 1)], dtype=pl.String),
        prefix=prefix,
    )


def of_text(content: str, codebook: Codebook) -> Batch:
    """Text fragments as they are read."""
    data = b"".join(cutting.decoded(io.BytesIO(content.encode()), "utf-8", lambda _: None))
    block = cutting.Block(data if data.endswith(b"\n") else data + b"\n", (cutting.Segment(0, 0),))
    return parse(block, lambda label: codebook.fields.get(fold(label)) == "fragment_id")


def issues_of(delivered: Batch, codebook: Codebook) -> list[Issue]:
    """What the rules find."""
    frame = examine(delivered, [SourceFile("a", "a")], codebook).frames["issues"]
    return [
        Issue(*row)
        for row in frame.select("location", "fragment_id", "field", "rule", "severity", "message", "remedy").iter_rows()
    ]


def issue(
    location: str | None = "row 1",
    field: str | None = None,
    rule: str = "unknown_code",
    severity: str = "warning",
    message: str = "It is wrong",
    fragment_id: str | None = None,
) -> Issue:
    return Issue(location, fragment_id, field, rule, severity, message, "Put it right")


class Returned:
    """A written return, as two independent programs read it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.read = python_calamine.CalamineWorkbook.from_path(str(path))
        self.book = openpyxl.load_workbook(path)

    @property
    def rows(self) -> list[list[Any]]:
        """The records' sheet, its hidden column left out."""
        return [row[:-1] for row in self.read.get_sheet_by_name("Records").to_python(skip_empty_area=False)]

    @property
    def coloured(self) -> dict[str, str]:
        """Colour by cell, of the records."""
        cells = [cell for row in self.book["Records"].iter_rows(min_row=2) for cell in row]
        return {cell.coordinate: cell.fill.fgColor.rgb[2:] for cell in cells if cell.fill.fill_type}

    @property
    def notes(self) -> dict[str, str]:
        cells = [cell for row in self.book["Records"].iter_rows() for cell in row]
        return {cell.coordinate: cell.comment.text for cell in cells if cell.comment}

    @property
    def told(self) -> list[list[str]]:
        """The first sheet, cells that are blank left out."""
        return [[str(cell.value) for cell in row if cell.value is not None] for row in self.book[FIX_SHEET].iter_rows()]

    @property
    def lines(self) -> list[list[str]]:
        """What stands below the heading of its table: severity, records, message, remedy, field, cell, place, id, rule."""
        sheet = self.book[FIX_SHEET]
        rows = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
        start = next(number for number, row in enumerate(rows) if row[0] == "Severity")
        return rows[start + 1 :]

    @property
    def said(self) -> str:
        return "\n".join(" ".join(row) for row in self.told)


Write = Callable[..., Returned]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the return of some batches and reads it."""

    def run(
        batches: Sequence[Batch] | Iterator[Batch],
        issues: Sequence[Issue],
        name: str = "a.csv",
        field_of: Callable[[str], str | None] = field_of,
        heading_of: Callable[[str], str] = HEADING_OF.__getitem__,
        language: str = "en",
    ) -> Returned:
        target = tmp_path / "returns" / return_name("a.csv")
        write_return(target, name, batches, issues, field_of=field_of, heading_of=heading_of, language=language)
        return Returned(target)

    return run


# what comes back


def test_records_come_back_as_delivered(write: Write) -> None:
    records = [
        [("ID", "1", "A1"), ("Who ", " two\nlines\r\n", "B1"), ("Year", "2023.0", "C1")],
        [("ID", "2", "A2"), ("Year", "", "B2"), ("New", "0012", "C2"), ("Last", "x\ty", "D2")],
    ]
    returned = write([batch(records[0]), batch(records[1], places=["row 2"])], [issue("A1", "fragment_id")])
    assert returned.read.sheet_names == [FIX_SHEET, "Records"]
    assert returned.rows == [
        ["ID", "Who ", "Year", "New", "Last"],
        ["1", " two\nlines\r\n", "2023.0", "", ""],
        ["2", "", "", "0012", "x\ty"],
    ]


def test_a_new_label_stands_behind_the_one_it_follows(write: Write) -> None:
    first, second = (
        [("A", "1", "a"), ("D", "1", "b")],
        [("Z", "2", "c"), ("A", "2", "d"), ("B", "2", "e"), ("D", "", "f")],
    )
    assert write([batch(first, second)], [issue()]).rows[0] == ["Z", "A", "B", "D"]


def test_labels_that_differ_by_case_and_blanks_share_a_column(write: Write) -> None:
    returned = write([batch([("Own  label", "1", "a")], [("own label", "2", "b")])], [issue()])
    assert returned.rows == [["Own  label"], ["1"], ["2"]]


def test_repeated_labels_with_other_values_keep_all_of_them(write: Write) -> None:
    first = [("ID", "1", "a"), ("Year", "2021", "b"), ("Who", "x", "c"), ("Year", "2022", "d"), ("year", "2021", "e")]
    second = [("Year", "", "f"), ("Year", "2023", "g")]
    returned = write([batch(first, second)], [issue("d", "year", "duplicate_field", "error"), issue("f", "year")])
    assert returned.rows == [["ID", "Year", "Year", "Who"], ["1", "2021", "2022", "x"], ["", "2023", "", ""]]
    assert returned.coloured == {"C2": ERROR, "B3": WARNING}


def test_hidden_key_is_stable_and_stands_last(write: Write) -> None:
    records = [[("ID", "1", "a")], [("ID", "2", "b")]]
    sheet = write([batch(*records)], [issue()]).book["Records"]
    assert sheet["B1"].value == ROW_KEY
    assert sheet.column_dimensions["B"].hidden
    assert not sheet.column_dimensions["A"].hidden
    keys = [sheet["B2"].value, sheet["B3"].value]
    assert all(re.fullmatch(r"[0-9a-f]{16}", key) for key in keys)
    again = write([batch(records[1], places=["row 2"])], [issue("row 2")]).book["Records"]
    assert again["B2"].value == keys[1] != keys[0]
    assert write([batch(*records)], [issue()], name="b.csv").book["Records"]["B2"].value != keys[0]


WORD = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(st.lists(st.lists(st.tuples(st.sampled_from(string.ascii_uppercase[:6]), WORD), max_size=9), max_size=6))
def test_nothing_delivered_is_lost_or_moved(write: Write, records: list[list[tuple[str, str]]]) -> None:
    delivered = batch(*[[(label, value, f"{n}{label}") for label, value in items] for n, items in enumerate(records)])
    if not any(records):
        return
    returned = write([delivered], [issue(f"row {n + 1}", "fragment_id") for n in range(len(records))])
    heads, *rows = returned.rows
    assert len(rows) == len(records)
    for items, row in zip(records, rows, strict=True):
        assert {(label, value) for label, value in items if value} == {
            (head, value) for head, value in zip(heads, row, strict=True) if value
        }


# cells in question


def test_cells_are_coloured_by_severity_and_say_why(write: Write) -> None:
    record = [("ID", "1", "A1"), ("Who", "x", "B1"), ("Year", "23", "C1"), ("Own", "", "D1")]
    found = [
        issue("A1", "fragment_id", severity="error", message="Bad id"),
        issue("B1", "social_actor"),
        issue("D1", "Own", "unmapped_field", "advice"),
    ]
    returned = write([batch(record)], found)
    assert returned.coloured == {"A2": ERROR, "B2": WARNING, "D2": ADVICE}
    assert returned.notes["A2"] == "Error: Bad id\nWhat to do: Put it right"
    assert set(returned.notes) == {"A2", "B2", "D2"}


def test_the_worst_of_several_issues_colours_the_cell_and_all_are_told(write: Write) -> None:
    found = [issue("A1", severity=severity, message=severity) for severity in ("advice", "error", "warning")]
    returned = write([batch([("ID", "1", "A1")])], found)
    assert returned.coloured == {"A2": ERROR}
    assert re.findall(r"^\w+", returned.notes["A2"], re.MULTILINE)[::2] == ["Error", "Warning", "Advice"]


def test_a_note_names_some_and_counts_the_others(write: Write) -> None:
    found = [issue("A1", message=f"m{n}") for n in range(14)]
    assert (
        write([batch([("ID", "1", "A1")])], found).notes["A2"].endswith("m9\nWhat to do: Put it right\n\n… and 4 more")
    )


def test_an_issue_at_the_record_stands_at_its_field(write: Write) -> None:
    record = [("Year", "2023", "row 1"), ("ID", "1", "row 1, column 2"), ("Who", "x", "row 1, column 3")]
    returned = write([batch(record)], [issue("row 1", "fragment_id", "id_collision"), issue("row 1", "social_actor")])
    assert returned.coloured == {"B2": WARNING, "C2": WARNING}


def test_an_issue_at_the_record_stands_at_the_column_that_others_have(write: Write) -> None:
    returned = write(
        [batch([("Year", "2023", "a")], [("Year", "2022", "b"), ("Who", "x", "c")])], [issue("row 1", "social_actor")]
    )
    assert returned.coloured == {"B2": WARNING}


def test_a_field_that_the_file_lacks_gets_a_column(write: Write) -> None:
    found = [issue("row 2", "year"), issue("row 1", "description", "missing_description", "error")]
    returned = write([batch([("ID", "1", "a")], [("ID", "2", "b")])], found)
    assert returned.rows == [
        ["ID", "Outcome description", "Year"][:1] + ["Year", "Outcome description"],
        ["1", "", ""],
        ["2", "", ""],
    ]
    assert returned.coloured == {"C2": ERROR, "B3": WARNING}
    assert "no such column" in returned.notes["B1"]
    assert "A1" not in returned.notes


def test_an_issue_about_the_whole_record_stands_at_its_first_cell(write: Write) -> None:
    returned = write([batch([("ID", "1", "a"), ("Who", "x", "b")])], [issue("row 1", None, "ragged_row")])
    assert returned.coloured == {"A2": WARNING}


def test_an_issue_of_another_field_stands_at_its_place_all_the_same(write: Write) -> None:
    returned = write([batch([("ID", "1", "a"), ("Who", "x", "b")])], [issue("b", "year")])
    assert returned.coloured == {"B2": WARNING}


def test_text_places_are_numbers_with_a_prefix(write: Write, codebook: Codebook) -> None:
    delivered = of_text(fragment() + fragment(id="SCC-KEN/CIV002", year="23"), codebook)
    found = issues_of(delivered, codebook)
    assert [(one.rule, one.location) for one in found] == [("invalid_year", "line 27")]
    returned = write([delivered], found, field_of=lambda label: codebook.fields.get(fold(label)))
    assert returned.coloured == {"E3": WARNING}


def test_a_corrected_return_has_no_issues_left(write: Write, codebook: Codebook) -> None:
    """Delivered as text, returned, corrected, read as a table: the records as they would have been delivered right."""
    wrong = fragment(year="23", description="") + fragment(id="SCC-KEN/CIV002", confidential=None)
    delivered = of_text(wrong, codebook)

    def known(label: str) -> str | None:
        return codebook.fields.get(fold(label))

    found = issues_of(delivered, codebook)
    returned = write([delivered], found, field_of=known, heading_of=lambda _: "Confidential")
    assert {one.rule for one in found} == {"invalid_year", "missing_description", "blank_confidentiality"}
    sheet = returned.book["Records"]
    right = {"year": "2023", "description": DEFAULTS["Outcome description"], "confidential": "0"}
    for coordinate in returned.coloured:
        heading = sheet[re.sub(r"\d+", "1", coordinate)].value
        sheet[coordinate].value = right[known(heading) or ""]
    returned.book.save(returned.path)
    heads, *rows = Returned(returned.path).rows
    records = [
        [(h, v, f"Records!{n}{c}") for c, (h, v) in enumerate(zip(heads, row, strict=True))]
        for n, row in enumerate(rows)
    ]
    again = batch(*records)
    assert issues_of(again, codebook) == []
    frame = examine(again, [SourceFile("a", "a")], codebook).frames["fragments"]
    expected = examine(of_text(fragment() + fragment(id="SCC-KEN/CIV002"), codebook), [SourceFile("a", "a")], codebook)
    told = ["description", "year", "is_confidential", "fragment_id", "significance"]
    assert frame.select(told).equals(expected.frames["fragments"].select(told))


# what to fix


def test_what_blocks_most_stands_first(write: Write) -> None:
    records = [[("ID", str(n), f"A{n}"), ("Who", "x", f"B{n}")] for n in range(5)]
    found = [
        issue("row 1", None, "near_duplicate", "advice", "Alike"),
        *[issue(f"B{n}", "social_actor", message="Unknown", fragment_id=str(n)) for n in range(4)],
        issue("A2", "fragment_id", "missing_id", "warning", "No id"),
        issue("A3", "fragment_id", "missing_description", "error", "No text", "3"),
        issue(None, None, "encoding_guessed", "warning", "Bytes"),
        *[issue(f"B{n}", "social_actor", "duplicate_field", "error", "Twice") for n in (1, 4)],
    ]
    returned = write([batch(*records)], found)
    summaries = [line for line in returned.lines if line[1]]
    assert [(line[0], line[1], line[2]) for line in summaries] == [
        ("Error", "2", "Twice"),
        ("Error", "1", "No text"),
        ("Warning", "file", "Bytes"),
        ("Warning", "4", "Unknown"),
        ("Warning", "1", "No id"),
        ("Advice", "1", "Alike"),
    ]
    assert summaries[1][3:] == ["Put it right", "ID", "A5", "A3", "3", "missing_description"]
    assert summaries[3][4:7] == ["Who", "B2", "B0 and 3 more"]
    assert [line[4:8] for line in returned.lines if line[2] == "Unknown" and not line[1]] == [
        ["Who", f"B{n + 2}", f"B{n}", str(n)] for n in range(4)
    ]
    assert "3 issues" in returned.told[2][1]
    assert "3 of 5 records are kept out" in returned.told[2][1]


def test_links_lead_to_the_coloured_cells(write: Write) -> None:
    records = [[("ID", str(n), f"A{n}")] for n in range(3)]
    returned = write([batch(*records)], [issue(f"A{n}", "fragment_id") for n in range(3)])
    links = [cell.hyperlink for row in returned.book[FIX_SHEET].iter_rows() for cell in row if cell.hyperlink]
    assert {link.location for link in links} == {"'Records'!A2", "'Records'!A3", "'Records'!A4"}
    assert all(link.target is None for link in links)
    assert {link.location.rpartition("!")[2] for link in links} == set(returned.coloured)


@pytest.mark.parametrize(("count", "is_folded"), [(5, False), (60, True)])
def test_a_long_list_is_folded(write: Write, count: int, is_folded: bool) -> None:
    records = [[("ID", str(n), f"A{n}")] for n in range(count)]
    returned = write([batch(*records)], [issue(f"A{n}", "fragment_id") for n in range(count)])
    rows = returned.book[FIX_SHEET].row_dimensions
    details = [rows[number] for number in range(1, 90) if rows[number].outlineLevel]
    assert len(details) == count
    assert {bool(row.hidden) for row in details} == {is_folded}
    assert ("Press +" in returned.said) is is_folded


def test_a_file_that_was_not_read_has_the_first_sheet_alone(write: Write) -> None:
    returned = write([], [issue(None, None, "unreadable_file", "error", "The file was not read: it is empty")])
    assert returned.read.sheet_names == [FIX_SHEET]
    assert returned.lines == [
        ["Error", "file", "The file was not read: it is empty", "Put it right", *[""] * 4, "unreadable_file"]
    ]
    assert "Correct the file itself" in returned.said
    assert "kept out." not in returned.said


def test_names_are_shown_in_sight_and_in_short(write: Write) -> None:
    returned = write(
        [batch([("ID", "1", "a")])], [issue("a", "F" * 5_000, fragment_id="9" * 5_000)], name="a\n\u202eb.csv"
    )
    assert returned.told[1] == ["a\ufffd\ufffdb.csv"]
    assert max(len(cell) for row in returned.lines for cell in row) == 200


def test_in_french(write: Write) -> None:
    returned = write([batch([("ID", "1", "A1")])], [issue("A1", severity="error")] * 2, language="fr")
    assert returned.read.sheet_names == [FIX_SHEET, "Fiches"]
    assert returned.told[0] == ["À corriger"]
    assert "1 fiche sur 1 est écartée" in returned.said
    assert returned.book["Fiches"]["A2"].comment.text.startswith("Erreur : It is wrong\nQue faire")


def test_languages_have_the_same_words() -> None:
    def holes(words: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", words))

    shared = [key for key in WORDS["en"] if key in WORDS["fr"]]
    assert {key.removesuffix("_1") for key in WORDS["en"]} == {key.removesuffix("_1") for key in WORDS["fr"]}
    assert all(holes(WORDS["en"][key]) == holes(WORDS["fr"][key]) for key in shared)


# large files


def records_of(numbers: Sequence[int]) -> list[list[Given]]:
    return [[("ID", f"id {n}", f"A{n}"), ("Who", "x" * 10, f"B{n}")] for n in numbers]


def test_a_file_comes_back_whole_up_to_the_limit(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returned_rows, "MOST_RECORDS", 6)
    parts = [
        batch(*records_of(range(start, start + 3)), places=[f"row {n}" for n in range(start, start + 3)])
        for start in (0, 3)
    ]
    returned = write(iter(parts), [issue("B4", "social_actor", severity="advice")])
    assert [row[0] for row in returned.rows[1:]] == [f"id {n}" for n in range(6)]
    assert "not included" not in returned.said


def test_of_a_larger_one_come_back_those_with_an_error_or_a_warning(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned_rows, "MOST_RECORDS", 5)
    parts = [
        batch(*records_of(range(start, start + 3)), places=[f"row {n}" for n in range(start, start + 3)])
        for start in (0, 3)
    ]
    found = [
        issue("B4", "social_actor"),
        issue("B1", "social_actor", severity="advice"),
        issue("row 2", severity="error"),
    ]
    returned = write(iter(parts), found)
    assert [row[0] for row in returned.rows[1:]] == ["id 2", "id 4"]
    assert returned.coloured == {"A2": ERROR, "B3": WARNING}
    assert "4 records are not included: the file is large" in returned.said
    assert "1 of 6 records is kept out" in returned.said
    assert [line[5] for line in returned.lines] == ["A2", "B3", ""]


@pytest.mark.parametrize("limit", ["MOST_FLAGGED", "MOST_TEXT"])
def test_of_too_many_come_back_first_those_with_an_error(
    write: Write, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(returned_rows, "MOST_RECORDS", 5)
    monkeypatch.setattr(returned_rows, limit, {"MOST_FLAGGED": 8, "MOST_TEXT": 8 * (2 * 60 + 15)}[limit])
    numbers = range(10, 40)
    parts = (batch(*records_of([n]), places=[f"row {n}"]) for n in numbers)
    found = [issue(f"A{n}", "fragment_id", severity="error" if n % 8 == 0 else "warning") for n in numbers]
    returned = write(parts, found)
    kept = [int(str(row[0]).removeprefix("id ")) for row in returned.rows[1:]]
    assert kept == sorted(kept)
    assert {16, 24, 32} <= set(kept)
    assert len(kept) == 8
    assert "22 more records with an error or a warning did not fit" in returned.said
    assert "not included" not in returned.said


def test_single_issues_beyond_the_limit_are_counted(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(problems, "MOST_SPOTS", 3)
    found = [issue(f"A{n}", "fragment_id", severity="error") for n in range(9)]
    returned = write([batch(*records_of(range(9)))], found)
    assert returned.lines[0][1] == "9"
    assert len(returned.lines) == 4
    assert "6 further issues are not listed" in returned.said
    assert "kept out." not in returned.said.replace("corrected.", "")


def test_lines_beyond_the_limit_are_counted(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_sheet, "MOST_LINES", 5)
    found = [issue(f"A{n}", "fragment_id", message=f"m{n % 2}", severity="error") for n in range(8)]
    returned = write([batch(*records_of(range(8)))], found)
    assert [line[2] for line in returned.lines] == ["m0"] * 5
    assert "4 further issues are not listed" in returned.said


def test_a_text_longer_than_a_cell_keeps_its_record_out_and_is_named(write: Write) -> None:
    whole, long, wide = "x" * 32_767, "x" * 32_768, "\U0001f600" * 16_384
    records: list[list[Given]] = [
        [("ID", "1", "A1"), ("Who", value, f"B{n}")] for n, value in enumerate((whole, long, wide))
    ]
    returned = write([batch(*records)], [issue("B1", "social_actor", severity="error"), issue("B0", "social_actor")])
    assert returned.rows == [["ID", "Who"], ["1", whole]]
    assert "2 records are not included: a text in them is longer" in returned.said
    assert "row 2, row 3" in returned.said
    assert [line[5:7] for line in returned.lines] == [["", "B1"], ["B2", "B0"]]


def test_more_labels_than_fit_keep_their_records_out_and_are_named(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returned_layout, "MOST_COLUMNS", 3)
    records: list[list[Given]] = [[(f"L{n}{i}", "v", f"{n}{i}") for i in range(2)] for n in range(2)]
    records.append([("L00", "w", "z")])
    returned = write([batch(*records)], [issue("10", "L10", severity="error")])
    assert returned.rows == [["L00", "L01"], ["v", "v"], ["w", ""]]
    assert "1 record is not included: the file has more different labels" in returned.said
    assert "own file: row 2" in returned.said


def test_a_record_of_endless_labels_is_no_burden(write: Write) -> None:
    many = [("L", str(n), f"a{n}") for n in range(30_000)] + [(f"M{n}", "v", f"b{n}") for n in range(30_000)]
    returned = write(
        [batch(many, [("ID", "1", "A1")])], [issue("A1", "fragment_id"), issue("a7", "L", severity="error")]
    )
    assert returned.rows == [["ID"], ["1"]]
    assert "own file: row 1" in returned.said


def test_the_most_columns_are_such_as_a_reader_takes() -> None:
    assert returned_rows.MOST_COLUMNS + 23 + 1 <= MOST_COLUMNS


# nothing live, nothing broken


HOSTILE = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "＝1+1", "http://example.org", "mailto:a@b.c",
    "<r><t>x</t></r>", '<r></is></c><c r="Z9"><f>1+1</f></c><c><is></r>', "]]><f>1</f>", "{=1+1}",
]  # fmt: skip
ODD = [
    "\x00",
    "a\x01\x1fb",
    "_x0041_",
    "_x000D_",
    "a\rb\r\nc\n",
    " a ",
    "\x7f\x85\u2028",
    "&<>\"'",
    "\U0001f600 نص",
    "1.0",
    "TRUE",
    "#REF!",
]


@pytest.mark.parametrize("value", HOSTILE + ODD)
def test_any_text_is_only_text(write: Write, value: str) -> None:
    found = [issue("A1", value, message=f"{value} is not known", fragment_id=value), issue("B1", "social_actor")]
    returned = write([batch([(f"L{value}", "1", "A1"), ("Who", value, "B1"), ("Own", value, "C1")])], found, name=value)
    assert returned.rows == [[f"L{value}", "Who", "Own"], ["1", value, value]]
    with zipfile.ZipFile(returned.path) as archive:
        for name in archive.namelist():
            root = etree.fromstring(archive.read(name))
            assert not root.findall(".//{*}f"), name
            assert name.startswith("xl/_rels") or not root.findall(".//*[@TargetMode='External']"), name
    cells = [cell for sheet in returned.book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    live = [cell for cell in cells if str(cell.value).startswith(("=", "+", "-", "@", "\t", "＝"))]
    assert all(cell.quotePrefix for cell in live)
    assert all(not cell.quotePrefix for cell in cells if str(cell.value)[0].isalpha())
    assert returned.book["Records"]["B2"].number_format == "@"


# the file


def test_equal_input_gives_equal_bytes(write: Write) -> None:
    delivered = [batch(*records_of(range(3)))]
    found = [issue("A1", "fragment_id"), issue("row 1", "year"), issue("B1", "social_actor")]
    written = write(delivered, found).path.read_bytes()
    assert write(delivered, found).path.read_bytes() == written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        assert archive.read("docProps/core.xml").count(b">2000-01-01T00:00:00Z<") == 2


def test_file_and_folders_are_private_and_nothing_is_left_beside(tmp_path: Path) -> None:
    target = tmp_path / "returns" / "deep" / "a.xlsx"
    write_return(target, "a", [batch([("ID", "1", "a")])], [issue()], field_of=field_of, heading_of=str)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (target.parent, target.parent.parent)} == {0o700}
    assert list(target.parent.iterdir()) == [target]


def test_one_that_cannot_be_written_leaves_the_one_before(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    before = write([batch([("ID", "1", "a")])], [issue()]).path

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for broken in ("oh_pipeline.delivery.returns.write_records", "xlsxwriter.workbook.Workbook._store_workbook"):
        content = before.read_bytes()
        with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left") as caught:
            patch.setattr(broken, full)
            write([batch([("ID", "2", "a")])], [issue()])
        assert caught.value.errno == 28
        assert before.read_bytes() == content
        assert list(before.parent.iterdir()) == [before]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a.csv", "a.csv.return.xlsx"),
        ("harvest 2/Résultats.XLSX", "harvest 2/Résultats.XLSX.return.xlsx"),
        ("a.csv.return.xlsx", "a.csv.return.xlsx.return.xlsx"),
        ("b.zip/a.csv", "b.zip/a.csv.return.xlsx"),
    ],
)
def test_a_return_is_named_after_its_file(source: str, name: str) -> None:
    assert return_name(source) == name


ODD_NAMES = [
    "a\nb.csv", 'a"b.csv', "a?b.csv", "a_b.csv", r"a\xe9.csv", "x" * 255, "x" * 254 + "y", "é" * 127, "a.", "a ", "-", "", "..", ".",
    "/abs/a.csv", "../a.csv", "../../a.csv", "./a.csv", "x" * 250 + "/a.csv", "x" * 255 + "/a.csv", ".hidden", "a.return.xlsx/b",
    "a", "con\x7f", "~$a.xlsx", "a//b",
]  # fmt: skip


def test_odd_names_are_safe_and_each_has_its_own(tmp_path: Path) -> None:
    names = [return_name(source) for source in ODD_NAMES]
    again = [return_name(name.removesuffix(".return.xlsx")) for name in names]
    assert not set(names) & {one for one, name in zip(again, names, strict=True) if one != name}
    assert len(set(names)) == len(names)
    for name in names:
        parts = name.split("/")
        assert name.endswith(".return.xlsx")
        assert all(
            re.fullmatch(r"[^\x00-\x1f\x7f<>:\"|?*\\/]{1,255}", part) and len(part.encode()) <= 255 for part in parts
        )
        assert not {".", ".."} & set(parts)
        assert (tmp_path / name).resolve().is_relative_to(tmp_path)
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")


def test_a_name_like_a_changed_one_does_not_take_its_place() -> None:
    changed = return_name("a\nb.csv").removesuffix(".return.xlsx")
    assert return_name(changed) != return_name("a\nb.csv")


def test_a_path_that_is_too_deep_comes_to_the_top() -> None:
    deep = [return_name("/".join(["d" * 200] * 30 + [name])) for name in ("a.txt", "b.txt")]
    deeper = return_name("/".join(["d" * 200] * 31 + ["a.txt"]))
    assert len({*deep, deeper}) == 3
    assert all(
        "/" not in name and name.endswith(".return.xlsx") and len(name.encode()) <= 255 for name in (*deep, deeper)
    )
