"""The same outcomes handed in in any form give the same rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import polars as pl
import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake

from ..forms import FORMATS, RECORDS, zipped
from ..fragments import DEFAULTS

PLACED = ["source_file", "source_location", "file_order", "record_number", "fragment_key"]
Read = Callable[[str, bytes], dict[str, pl.DataFrame]]


@pytest.fixture
def read(tmp_path: Path, codebook: Codebook) -> Read:
    def run(name: str, content: bytes) -> dict[str, pl.DataFrame]:
        (tmp_path / name).write_bytes(content)
        found: dict[str, list[pl.DataFrame]] = {}
        for frames in intake(take_inventory(tmp_path), codebook):
            for table, frame in frames.items():
                found.setdefault(table, []).append(frame)
        (tmp_path / name).unlink()
        return {table: pl.concat(frames) for table, frames in found.items()}

    return run


def content(frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """What a fragment holds, whatever file it came in."""
    fragments = frames["fragments"].sort("fragment_id")
    return fragments.drop(PLACED, strict=False).with_columns(pl.col(pl.String).str.strip_chars())


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_outcomes_in_any_form_are_the_same(read: Read, name: str) -> None:
    expected = read("plain.txt", FORMATS["plain.txt"](RECORDS))
    found = read(name, FORMATS[name](RECORDS))
    assert content(found).to_dicts() == content(expected).to_dicts()
    key = ["vocabulary", "position", "scope_member", "member"]
    assert sorted(found["coded_members"].select(key).iter_rows()) == sorted(
        expected["coded_members"].select(key).iter_rows()
    )
    told = ["fragment_id", "field", "rule", "message"]
    about = {frames_name: frames["issues"].filter(pl.col("fragment_id").is_not_null()).select(told)
             for frames_name, frames in (("found", found), ("expected", expected))}  # fmt: skip
    assert sorted(about["found"].iter_rows()) == sorted(about["expected"].iter_rows())


@pytest.mark.parametrize(
    ("name", "record", "field"),
    [
        ("comma.csv", "line 2", "line 2, column Q"),
        ("book.xlsx", "Sheet!A2", "Sheet!Q2"),
        ("titled.xlsx", "Sheet!C4", "Sheet!S4"),
        ("list.json", "record 1", "record 1, Outcome statements is CONFIDENTIAL"),
        ("lines.jsonl", "line 1", "line 1, Outcome statements is CONFIDENTIAL"),
        ("tables.docx", "table 1", "table 1, row 17"),
        ("lines.docx", "paragraph 1", "paragraph 17"),
    ],
)
def test_every_value_has_its_place(read: Read, name: str, record: str, field: str) -> None:
    frames = read(name, FORMATS[name]([DEFAULTS | {"Outcome statements is CONFIDENTIAL": "perhaps"}]))
    assert frames["fragments"]["source_location"].to_list() == [record]
    issues = frames["issues"].filter(pl.col("rule") == "invalid_flag")
    assert issues["location"].to_list() == [field]


def test_an_archive_is_read_through(read: Read) -> None:
    inner = {f"{name}": FORMATS[name](RECORDS) for name in ("plain.txt", "comma.csv", "book.xlsx", "tables.docx")}
    frames = read("all.zip", zipped(inner | {"deep/notes.pdf": b"%PDF", "inner.zip": zipped(inner)}))
    sources = {row["source_file"]: row for row in frames["source_files"].to_dicts()}
    assert {name: row["found"] for name, row in sources.items()} == {
        "all.zip": 0, "all.zip/plain.txt": 3, "all.zip/comma.csv": 3, "all.zip/book.xlsx": 3,
        "all.zip/tables.docx": 3, "all.zip/deep/notes.pdf": 0, "all.zip/inner.zip": 0,
    }  # fmt: skip
    wrong = frames["issues"].filter(pl.col("rule") == "unreadable_file")["source_file"].to_list()
    assert sorted(wrong) == ["all.zip/deep/notes.pdf", "all.zip/inner.zip"]


def test_what_a_form_app_adds_is_kept_and_no_content(read: Read) -> None:
    frames = read("submitted.csv", FORMATS["submitted.csv"](RECORDS))
    added = frames["extra_fields"]
    assert set(added["label"]) == {"start", "_id", "_uuid", "_submission_time", "_index"}
    assert not added["is_content"].any()
    assert "unmapped_field" not in frames["issues"]["rule"].to_list()


@pytest.mark.parametrize("again", ["coutnry_001", "coutnry.1", "about/coutnry_012", "coutnry", "Country_001"])
@pytest.mark.parametrize(
    ("first", "second", "country"), [("Kenya", "", "Kenya"), ("", "Mali", "Mali"), ("Mali", " Mali", "Mali")]
)
def test_an_edited_question_is_one_field(read: Read, again: str, first: str, second: str, country: str) -> None:
    for name in ("comma.csv", "list.json", "book.xlsx"):
        frames = read(name, _edited(name, again, first, second))
        assert frames["fragments"]["country"].to_list() == [country]
        assert len(frames["extra_fields"]) == 0
        assert not {"unmapped_field", "duplicate_field"} & set(frames["issues"]["rule"])


@pytest.mark.parametrize("again", ["coutnry_001", "coutnry.1", "coutnry"])
@pytest.mark.parametrize(("name", "place"), [("comma.csv", "line 2, column W"), ("list.json", "record 1, {}")])
def test_an_edited_question_with_two_answers_is_held_back(read: Read, name: str, place: str, again: str) -> None:
    frames = read(name, _edited(name, again, "Kenya", "Mali"))
    found = frames["issues"].filter(rule="duplicate_field").select("field", "location", "severity").rows()
    assert found == [("country", place.format(again), "error")]
    assert len(frames["fragments"]) == 0 and len(frames["quarantine"]) == 1


def _edited(name: str, again: str, first: str, second: str) -> bytes:
    """An export in which the question for the country stands a second time, under another name or the same."""
    spare = "Spare question"
    made = FORMATS[name]([DEFAULTS | {"coutnry": first, spare: second}])
    if not name.endswith(".xlsx"):
        assert made.count(spare.encode()) == 1
        return made.replace(spare.encode(), again.encode())
    taken, put = io.BytesIO(made), io.BytesIO()
    with zipfile.ZipFile(taken) as old, zipfile.ZipFile(put, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(spare.encode(), again.encode()))
    return put.getvalue()


def test_text_outside_of_a_word_forms_fields_is_kept_and_reported(read: Read) -> None:
    document = docx.Document()
    document.add_paragraph("Dear all,")
    for line in ("FragmentID: SCC-KEN/CIV001", "Outcome description: In 2023 the council met.", "Year: 2023"):
        label, value = line.split(": ", 1)
        document.add_paragraph(f"**{label}**: {value}")
    file = io.BytesIO()
    document.save(file)
    frames = read("form.docx", file.getvalue())
    assert frames["source_files"]["preamble"].to_list() == ["Dear all,"]
    told = frames["issues"].filter(rule="preamble").select("source_file", "location")
    assert told.rows() == [("form.docx", "paragraph 1")]
    assert "Dear" not in str(frames["issues"].to_dicts())
