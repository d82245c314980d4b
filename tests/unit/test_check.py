"""What a check is given, what it finds between fragments, in which order it tells it, and how it looks."""

from __future__ import annotations

import codecs
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.console import check_view
from oh_pipeline.console.check_words import Words
from oh_pipeline.delivery.check_returns import near_names
from oh_pipeline.errors import UsageFault
from oh_pipeline.sources.given import given_files
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.sources.likely import likely_suffix
from oh_pipeline.validation.check import ISSUE, Checked, by_effort, check, settling_lines
from oh_pipeline.validation.identity import KEYS, SUBSTANTIATION_KEYS, found_between, substantiations, versions
from oh_pipeline.validation.rulebook import LANGUAGES
from oh_pipeline.validation.tables import SEVERITIES, Fragments, Substantiations

from ..fragments import fragment, substantiation

Named = Callable[..., dict[str, SourceFile]]
CheckTexts = Callable[..., Checked]
SCHEMA = {name: Fragments.columns[name].type for name in KEYS}
GIVEN = {name: Substantiations.columns[name].type for name in SUBSTANTIATION_KEYS}
NOTHING = substantiations(pl.DataFrame(schema=GIVEN), versions(pl.DataFrame(schema=SCHEMA)))
LABELS = frozenset({"fragmentid", "year", "scale", "outcome description"})


def fragments(*rows: dict[str, Any]) -> pl.DataFrame:
    """Keys of fragments in order of delivery, all of one outcome where nothing else is said."""
    first = {
        "file_order": 0,
        "programme": "SCC",
        "id_key": "a",
        "fragment_id": "A",
        "text_key": "t",
        "content_hash": "x",
    }
    made = []
    for number, row in enumerate(rows, 1):
        one = {**first, "harvest_number": None, "alike_key": number, **row}
        key = (int(str(one["file_order"])) << 32) + number
        made.append({"fragment_key": key, "source_location": f"line {number}", **one})
    return pl.DataFrame(made, schema=SCHEMA)


def marked(frame: pl.DataFrame, column: str) -> list[int]:
    """Which fragments, counted from 1, the column holds for."""
    return sorted(key & 0xFFFF for key in versions(frame).filter(column)["fragment_key"])


def given(*rows: dict[str, Any]) -> pl.DataFrame:
    """Keys of substantiations in order of delivery, all of one outcome, person and day where nothing else is said."""
    first = {
        "file_order": 1,
        "programme": "SCC",
        "id_key": "a",
        "fragment_id": "A",
        "grain_key": "g",
        "content_hash": "x",
    }
    made = []
    for number, row in enumerate(rows, 1):
        one = {"fragment_key": (1 << 32) + number, "source_location": f"line {number}", "is_in_outcome": False}
        made.append({**first, **one, **row})
    return pl.DataFrame(made, schema=GIVEN)


def said(frame: pl.DataFrame, outcomes: pl.DataFrame, column: str) -> list[int]:
    """Which substantiations, counted from 1, the column holds for."""
    return sorted(key & 0xFFFF for key in substantiations(frame, versions(outcomes)).filter(column)["fragment_key"])


class TestSubstantiations:
    def test_one_equal_to_the_one_before_it_is_a_duplicate(self) -> None:
        rows = given({}, {}, {"content_hash": "y"}, {}, {"grain_key": "h"}, {"id_key": "b"}, {"programme": "X"})
        assert said(rows, fragments({}), "is_duplicate") == [2]

    def test_where_no_outcome_or_nobody_is_named_what_is_said_counts(self) -> None:
        nobody = {"grain_key": None}
        assert said(given(nobody, {**nobody, "content_hash": "y"}, nobody), fragments({}), "is_duplicate") == [3]
        blank = {"id_key": None}
        assert said(given(blank, {**blank, "content_hash": "y"}, blank), fragments({}), "is_duplicate") == [3]

    def test_ids_of_no_outcome_are_unlinked(self) -> None:
        rows = given({}, {"id_key": "b"}, {"programme": "X"}, {"id_key": None})
        assert said(rows, fragments({}), "is_unlinked") == [2, 3, 4]

    def test_an_id_that_collides_names_none(self) -> None:
        twice = fragments({}, {"content_hash": "y", "text_key": "u"})
        assert said(given({}), twice, "is_unlinked") == [1]
        assert said(given({}, {"content_hash": "y"}, {}), twice, "is_duplicate") == [3]

    def test_the_outcome_beside_it_counts_whatever_its_id(self) -> None:
        twice = fragments({}, {"content_hash": "y", "text_key": "u"})
        beside = [{"fragment_key": key, "is_in_outcome": True} for key in twice["fragment_key"]]
        assert said(given(*beside), twice, "is_unlinked") == []
        assert said(given(*beside), twice, "is_duplicate") == []  # of two outcomes

    def test_where_no_outcome_is_told_only_a_blank_id_is_unlinked(self) -> None:
        nothing = pl.DataFrame(schema=SCHEMA)
        assert said(given({}, {"id_key": None}), nothing, "is_unlinked") == [2]


class TestBetweenFragments:
    def test_an_id_collides_with_different_content_in_one_file(self) -> None:
        twice = fragments({}, {"content_hash": "y"}, {"id_key": "b"})
        assert marked(twice, "collides") == [1, 2]

    def test_neither_equal_content_nor_another_file_nor_a_blank_id_collides(self) -> None:
        assert marked(fragments({}, {}), "collides") == []
        assert marked(fragments({}, {"file_order": 1, "content_hash": "y"}), "collides") == []
        assert marked(fragments({"id_key": None}, {"id_key": None, "content_hash": "y"}), "collides") == []
        assert marked(fragments({}, {"programme": "OTHER", "content_hash": "y"}), "collides") == []

    def test_an_id_that_collides_identifies_nothing_in_any_file(self) -> None:
        told = fragments(
            {}, {"content_hash": "y", "text_key": "u"}, {"file_order": 1}, {"file_order": 1, "text_key": "v"}
        )
        assert marked(told, "collides") == [1, 2]
        assert marked(told, "is_duplicate") == [3]
        assert marked(told, "is_newest") == [1, 2, 4]

    def test_one_equal_to_the_one_before_it_is_a_duplicate(self) -> None:
        files: list[dict[str, Any]] = [
            {"file_order": order, "content_hash": content} for order, content in enumerate("xxyx")
        ]
        assert marked(fragments(*files), "is_duplicate") == [2]
        assert marked(fragments(*files), "is_newest") == [4]

    def test_versions_stand_in_order_of_harvest_none_first(self) -> None:
        files: list[dict[str, Any]] = [
            {"file_order": 0, "harvest_number": 5, "content_hash": "y"},
            {"file_order": 1, "harvest_number": 2, "content_hash": "x"},
            {"file_order": 2, "content_hash": "x"},
        ]
        assert marked(fragments(*files), "is_duplicate") == [2]
        assert marked(fragments(*files), "is_newest") == [1]

    def test_blank_ids_are_told_apart_by_text_and_by_what_was_given(self) -> None:
        blank = {"id_key": None, "fragment_id": None}
        given = {"id_key": None, "fragment_id": "<x>"}
        assert marked(fragments(blank, blank, given, {**blank, "text_key": "u"}), "is_duplicate") == [2]

    def test_alike_texts_count_between_newest_versions_of_outcomes(self) -> None:
        other = {"id_key": "b", "alike_key": 7}
        assert marked(fragments({"alike_key": 7}, other), "shares_text") == [1, 2]
        assert marked(fragments({"alike_key": 7}, {"alike_key": 7, "file_order": 1}), "shares_text") == []
        older: list[dict[str, Any]] = [
            {"alike_key": 7},
            {"file_order": 1, "content_hash": "y"},
            {**other, "file_order": 2},
        ]
        assert marked(fragments(*older), "shares_text") == []

    def test_the_newest_is_the_first_of_its_duplicates(self) -> None:
        again: list[dict[str, Any]] = [
            {"alike_key": 7},
            {"alike_key": 7, "file_order": 1},
            {"id_key": "b", "alike_key": 7, "file_order": 2},
        ]
        assert marked(fragments(*again), "shares_text") == [1, 3]

    def test_a_duplicate_s_collision_is_not_repeated(self) -> None:
        twice = fragments({}, {}, {"content_hash": "y", "text_key": "u"})
        assert marked(twice, "collides") == [1, 2, 3]
        found = found_between(versions(twice), NOTHING)
        assert found.select("location", "rule", "severity", "field").rows() == [
            ("line 1", "id_collision", "warning", "fragment_id"),
            ("line 3", "id_collision", "warning", "fragment_id"),
        ]

    def test_no_fragment_at_all(self) -> None:
        assert found_between(versions(pl.DataFrame(schema=SCHEMA)), NOTHING).is_empty()


@pytest.fixture
def named(tmp_path: Path) -> Named:
    """The files that some paths stand for, by name; standard input as bytes."""
    scratch = tmp_path / ".scratch"

    def run(*paths: str | Path, stdin: bytes = b"") -> dict[str, SourceFile]:
        scratch.mkdir(exist_ok=True)
        files = given_files([str(path) for path in paths], LABELS, io.BytesIO(stdin), scratch)
        assert [item.order for item in files] == list(range(len(files)))
        assert len({item.source_file for item in files}) == len(files)
        return {item.source_file: item for item in files}

    return run


def plant(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(fragment())
    return folder


class TestGivenPaths:
    def test_files_below_a_folder_are_named_as_in_a_run(self, tmp_path: Path, named: Named) -> None:
        raw = plant(tmp_path / "raw", "b/harvest_10.txt", "b/harvest_2.txt", ".hidden.txt", "~$lock.txt", ".d/in.txt")
        assert list(named(raw)) == ["b/harvest_2.txt", "b/harvest_10.txt"]

    def test_a_file_is_named_as_given(self, tmp_path: Path, named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(plant(tmp_path, "raw/a.txt", ".b.txt"))
        assert list(named("raw/a.txt")) == ["raw/a.txt"]
        assert list(named("./raw//a.txt")) == ["./raw//a.txt"]
        assert list(named(tmp_path / "raw" / "a.txt")) == [f"{tmp_path}/raw/a.txt"]
        assert list(named(".b.txt")) == [".b.txt"]

    def test_a_file_named_twice_is_read_once(
        self, tmp_path: Path, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(plant(tmp_path, "raw/a.txt", "raw/b.txt"))
        assert list(named("raw", "raw/a.txt", "./raw", "raw/../raw/b.txt", "raw")) == ["a.txt", "b.txt"]
        assert list(named("raw/b.txt", "raw")) == ["a.txt", "raw/b.txt"]

    def test_a_link_in_a_folder_is_a_file_as_in_a_run(self, tmp_path: Path, named: Named) -> None:
        raw = plant(tmp_path / "raw", "a.txt")
        (raw / "b.txt").symlink_to(raw / "a.txt")
        assert list(named(raw)) == ["a.txt", "b.txt"]

    def test_two_files_never_share_a_name(self, tmp_path: Path, named: Named, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(plant(tmp_path, "one/a.txt", "one/b.txt", "two/a.txt", "three/two/a.txt"))
        assert list(named("one", "two")) == ["b.txt", "one/a.txt", "two/a.txt"]
        assert list(named("one", "two", "three")) == ["b.txt", "one/a.txt", "three/two/a.txt", "two/a.txt"]

    def test_patterns_that_no_shell_expanded(
        self, tmp_path: Path, named: Named, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(plant(tmp_path, "data/a.txt", "data/b.txt", "data/~$b.txt", "data/sub/c.txt", "data/[x].txt"))
        assert list(named("data/?.txt")) == ["data/a.txt", "data/b.txt"]
        assert list(named("data/*.txt")) == ["data/[x].txt", "data/a.txt", "data/b.txt"]
        assert list(named("data/[x].txt")) == ["data/[x].txt"]
        assert set(named("data/**")) == {"[x].txt", "a.txt", "b.txt", "sub/c.txt"}
        assert list(named(f"{tmp_path}/data/a*")) == [f"{tmp_path}/data/a.txt"]

    @pytest.mark.parametrize("path", ["gone.txt", "", "gone/*.txt", "gone/", "[a"])
    def test_a_path_that_names_nothing(self, path: str, tmp_path: Path, named: Named) -> None:
        with pytest.raises(UsageFault, match="'"):
            named(tmp_path / path if path else path, "/dev/null")

    def test_nothing_to_check(self, tmp_path: Path, named: Named) -> None:
        plant(tmp_path, "~$lock.xlsx")
        (tmp_path / "empty").mkdir()
        with pytest.raises(UsageFault, match="Nothing to check"):
            named(tmp_path / "empty", tmp_path / "~$lock.xlsx")

    def test_what_is_no_file_has_its_reason(self, tmp_path: Path, named: Named) -> None:
        os.mkfifo(tmp_path / "pipe.txt")
        (tmp_path / "lost.txt").symlink_to(tmp_path / "gone")
        (tmp_path / "tool.exe").write_bytes(b"x")
        found = named(tmp_path / "pipe.txt", tmp_path / "lost.txt", tmp_path / "tool.exe")
        problems = [(Path(name).name, item.problem or "") for name, item in found.items()]
        assert [name for name, _ in problems] == ["lost.txt", "pipe.txt", "tool.exe"]
        assert [word in told for word, (_, told) in zip(("nowhere", "pipe", "support"), problems, strict=True)] == [
            True
        ] * 3

    def test_names_that_are_no_utf8(self, tmp_path: Path, named: Named) -> None:
        path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \\xe9.txt")
        Path(path).write_text(fragment())
        assert list(named(path)) == [f"{tmp_path}/caf\\xe9 \\x5cxe9.txt"]

    def test_standard_input_is_kept_to_oneself(self, named: Named) -> None:
        found = named("-", "-", stdin=fragment().encode())
        assert list(found) == ["-"]
        assert found["-"].format == "txt"
        assert Path(found["-"].file).stat().st_mode & 0o077 == 0


def zipped(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 100_000)
    return made.getvalue()


class TestLikelyKinds:
    @pytest.mark.parametrize(
        ("content", "suffix"),
        [
            (b"", ".txt"),
            (fragment().encode(), ".txt"),
            (fragment().encode("utf-16"), ".txt"),
            (b"Year, Scale and FragmentID are asked for\n" + fragment().encode(), ".txt"),
            (b"[draft]\n" + fragment().encode(), ".txt"),
            (b"{draft}", ".txt"),
            (b"FragmentID,Year\n1,2023\n", ".txt"),
            (b"A title\n\n FragmentID ,Year,SCALE\n", ".csv"),
            ('"FragmentID";"Year";"Scale"\n'.encode("utf-16"), ".csv"),
            (b"FragmentID\tYear\tScale", ".csv"),
            (b' \n[ {"FragmentID": 1}]', ".json"),
            (b"[]", ".json"),
            (codecs.BOM_UTF8 + b'{"FragmentID": 1}', ".json"),
            ('{"a": 1}'.encode("utf-16"), ".json"),
            (b'{"a":\n {"b": 1}}', ".json"),
            (b'{"a": 1}\n', ".json"),
            (b'{"a": 1}\n\n{"a": 2}', ".jsonl"),
            (b'{"a": 1}\r\n{"a": 2}', ".jsonl"),
            (b'{"a":' * 30_000, ".json"),
            (zipped("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
            (zipped("[Content_Types].xml", "word/document.xml"), ".docx"),
            (zipped("mimetype", "content.xml"), ".ods"),
            (zipped("one.csv", "two.txt"), ".zip"),
            (zipped(), ".zip"),
            (zipped("xl/workbook.xml")[:5_000], ".zip"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more", ".xls"),
        ],
        ids=range(26),
    )
    def test_what_bytes_look_like(self, content: bytes, suffix: str, tmp_path: Path) -> None:
        (tmp_path / "it").write_bytes(content)
        assert likely_suffix(tmp_path / "it", LABELS) == suffix


@pytest.fixture
def check_texts(tmp_path: Path, codebook: Codebook) -> CheckTexts:
    """Check some files, given as `name=content`."""

    def run(**contents: str) -> Checked:
        raw, scratch = tmp_path / "raw", tmp_path / "scratch"
        for folder in (raw, scratch):
            folder.mkdir(exist_ok=True)
        for name, content in contents.items():
            (raw / f"{name}.txt").write_text(content)
        files = given_files([str(raw)], frozenset(codebook.fields), io.BytesIO(), scratch)
        checked = check(files, codebook, scratch=scratch)
        assert list(scratch.iterdir()) == []
        return checked

    return run


class TestChecking:
    def test_a_record_in_order_has_no_issue(self, check_texts: CheckTexts) -> None:
        checked = check_texts(good=fragment())
        assert checked.issues.is_empty()
        assert checked.issues.columns == list(ISSUE)
        assert not checked.has_errors
        assert checked.files.rows() == [("good.txt", "txt", 1, 1, 0, 0)]

    def test_issues_stand_by_file_then_record_then_rule(self, check_texts: CheckTexts) -> None:
        odd = {"Own": "x"}
        later = fragment(odd, id="B", year="soon", description="Another text.") + fragment(odd, id="C", scale="Vast")
        checked = check_texts(h10=later, h2=fragment(odd, id="A", description=""), h3="prose alone")
        told = [tuple(row) for row in checked.issues.select("source_file", "fragment_id", "rule").iter_rows()]
        assert told == [
            ("h2.txt", "A", "missing_description"),
            ("h2.txt", "A", "unmapped_field"),
            ("h3.txt", None, "unreadable_file"),
            ("h10.txt", "B", "invalid_year"),
            ("h10.txt", "B", "unmapped_field"),
            ("h10.txt", "C", "unknown_code"),
            ("h10.txt", "C", "unmapped_field"),
        ]
        assert checked.has_errors
        assert checked.files.rows() == [
            ("h2.txt", "txt", 1, 0, 1, 0),
            ("h3.txt", None, 0, 0, 0, 0),
            ("h10.txt", "txt", 2, 2, 0, 0),
        ]

    def test_a_duplicate_s_issues_are_not_repeated(self, check_texts: CheckTexts) -> None:
        odd = fragment(scale="Vast")
        checked = check_texts(one=odd + odd, two=odd)
        assert checked.issues.select("source_file", "rule").rows() == [("one.txt", "unknown_code")]
        assert checked.files["duplicate"].to_list() == [1, 1]

    def test_quarantined_ones_are_no_duplicates(self, check_texts: CheckTexts) -> None:
        held = fragment(description="")
        checked = check_texts(one=held + held)
        assert checked.issues["rule"].to_list() == ["missing_description"] * 2
        assert checked.files.rows() == [("one.txt", "txt", 2, 0, 2, 0)]

    def test_what_only_several_fragments_show(self, check_texts: CheckTexts) -> None:
        checked = check_texts(one=fragment(id="A") + fragment(id="A", description="Else."), two=fragment(id="B"))
        assert checked.issues.select("source_file", "location", "rule").rows() == [
            ("one.txt", "line 1", "id_collision"),
            ("one.txt", "line 1", "near_duplicate"),
            ("one.txt", "line 23", "id_collision"),
            ("two.txt", "line 1", "near_duplicate"),
        ]

    def test_substantiations_are_checked_beside_outcomes(self, check_texts: CheckTexts) -> None:
        odd = {"Substantiation date": "soon"}
        master = fragment({**odd, "Agreement with description": "disagree"}, id="B", description="Else.", year="1999")
        checked = check_texts(
            h1=fragment(id="SCC-KEN/CIV001"),
            h2=substantiation() * 2 + substantiation(odd) + substantiation({"FragmentID": "C"}),
            h3=master,
            h4=master.replace("disagree", "partly agree") + substantiation({"Substantiatr": "x"}),
        )
        assert checked.issues.select("source_file", "location", "rule").rows() == [
            ("h2.txt", "line 18", "invalid_date"),
            ("h2.txt", "line 22", "unlinked_substantiation"),
            ("h3.txt", "line 23", "invalid_date"),
            ("h3.txt", "line 5", "invalid_year"),
            ("h4.txt", "line 23", "invalid_date"),  # the outcome repeats, what was said of it does not
        ]
        assert checked.files.drop("format").rows() == [
            ("h1.txt", 1, 1, 0, 0),
            ("h2.txt", 4, 3, 0, 1),
            ("h3.txt", 1, 1, 0, 0),
            ("h4.txt", 2, 0, 0, 2),
        ]

    def test_a_sheet_of_substantiations_alone_is_not_called_unlinked(self, check_texts: CheckTexts) -> None:
        checked = check_texts(one=substantiation() + substantiation({"FragmentID": "<redacted>"}))
        assert checked.issues.select("location", "rule").rows() == [("line 8", "unlinked_substantiation")]

    def test_nothing_readable(self, check_texts: CheckTexts) -> None:
        checked = check_texts(prose="no field in it", none="")
        assert checked.issues["rule"].to_list() == ["unreadable_file"] * 2
        assert checked.files["found"].sum() == 0


class TestView:
    def test_what_one_change_mends_most_comes_first(self, check_texts: CheckTexts) -> None:
        own = {"Own": "x"}
        records = [fragment(own, id=f"A{n}", description=f"Number {n}.", scale="Vast") for n in range(4)]
        held = fragment(own, id="B", description="", scale="Tiny")
        checked = check_texts(a="".join(records) + held, b=fragment(id="C", scale="Vast"))
        groups = [
            (group.source_file, group.severity, group.rule, group.count) for group in by_effort(checked.issues, 2)
        ]
        assert groups == [
            ("a.txt", "error", "missing_description", 1),
            ("a.txt", "warning", "unmapped_field", 5),
            ("a.txt", "warning", "unknown_code", 4),
            ("a.txt", "warning", "unknown_code", 1),
            ("b.txt", "warning", "unknown_code", 1),
        ]
        first = next(by_effort(checked.issues.filter(rule="unmapped_field"), 2))
        assert first.places == ("line 23", "line 46")

    def test_a_pipe_gets_whole_lines(self, check_texts: CheckTexts, capsys: pytest.CaptureFixture[str]) -> None:
        records = [fragment(id=f"A{n}", description=f"Number {n}.", actor="Autorities") for n in range(5)]
        checked = check_texts(a="".join(records))
        page = check_view.Page(Words("en"))
        page.issues(checked)
        page.end(checked, ["a.txt"])
        lines = capsys.readouterr().out.splitlines()
        assert lines[0] == "a.txt  5 fragments"
        assert lines[1].split()[:4] == ["warning", "5×", "social_actor:", "The"]
        assert "'Autorities' for this field; the nearest is 'Authorities'" in lines[1]
        assert lines[2].strip() == "line 10, line 32, line 54 and 2 more"
        assert lines[3].strip().startswith("→ ")
        assert "5 warnings" in lines
        assert not any("\x1b" in line for line in lines)

    def test_what_a_terminal_would_obey_is_shown_as_a_hole(
        self, check_texts: CheckTexts, capsys: pytest.CaptureFixture[str]
    ) -> None:
        check_view.Page(Words("en")).issues(check_texts(a=fragment(scale="\x1b[31mred\u202e[bold]x[/bold]")))
        out = capsys.readouterr().out
        assert "'�[31mred�[bold]x[/bold]'" in out
        assert "\x1b" not in out

    def test_json_is_an_object_a_line(
        self, check_texts: CheckTexts, capsysbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        checked = check_texts(a=fragment(scale="Où\u2028là", actor="é"))
        check_view.show_lines(checked)
        lines = capsysbinary.readouterr().out.decode().splitlines()
        rows = [json.loads(line) for line in lines]
        assert [tuple(row) for row in rows] == [ISSUE] * len(checked.issues)
        assert rows == checked.issues.to_dicts()

    def test_places_with_commas_are_told_apart(self, capsys: pytest.CaptureFixture[str]) -> None:
        places = ["line 2, column F", "line 3, column F"]
        rows = [
            dict.fromkeys(ISSUE, "x") | {"source_file": "a", "severity": "error", "location": place} for place in places
        ]
        files = pl.DataFrame(
            [{"source_file": "a", "format": "csv", "found": 2, "accepted": 2, "quarantined": 0, "duplicate": 0}]
        )
        check_view.Page(Words("en")).issues(Checked(pl.DataFrame(rows), files, pl.DataFrame()))
        assert "line 2, column F; line 3, column F\n" in capsys.readouterr().out

    def test_beyond_many_files_the_others_are_told_together(
        self, check_texts: CheckTexts, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(check_view, "_MOST_FILES", 2)
        odd = {f"f{n}": fragment(id=f"A{n}", description=f"Number {n}.", scale="Vast") for n in range(5)}
        checked = check_texts(**odd, f7="prose")
        check_view.Page(Words("en")).issues(checked)
        out = capsys.readouterr().out
        assert [line for line in out.splitlines() if line and line[0] != " "] == [
            "f0.txt  1 fragment",
            "f1.txt  1 fragment",
            "4 more files",
        ]
        assert out.index("f7.txt\n") < out.index("f2.txt, line 11; f3.txt, line 11; f4.txt, line 11\n")
        assert out.count("'Vast'") == 3
        monkeypatch.setattr(check_view, "_MOST_FILES", 6)
        check_view.Page(Words("en")).issues(checked)
        assert "more file" not in capsys.readouterr().out

    def test_lines_for_the_codebook(
        self, check_texts: CheckTexts, codebook: Codebook, capsys: pytest.CaptureFixture[str]
    ) -> None:
        checked = check_texts(a=fragment({"Yearr": "x", "Own": "y"}, actor="Autorities", scale="Galactic"))
        lines = settling_lines(checked, codebook)
        assert [told.value for told in lines] == ["Yearr", "Autorities", "Galactic"]
        check_view.Page(Words("en")).codebook(lines, "seeds")
        out = capsys.readouterr().out
        assert "    fields.csv: year,Yearr," in out
        assert "    aliases.csv: social_actor,Autorities,Authorities," in out
        assert "    scales.csv: Galactic," in out
        check_view.Page(Words("en")).codebook([], "seeds")
        check_view.Page(Words("en")).codebook(lines * 20, "seeds")
        assert "and 20 more" in capsys.readouterr().out

    def test_every_language_has_every_word(self) -> None:
        words = {language: {key.removesuffix("_1") for key in Words(language).keys} for language in LANGUAGES}
        assert len({frozenset(keys) for keys in words.values()}) == 1
        for language in LANGUAGES:
            for severity in SEVERITIES:
                assert Words(language).say(f"{severity}s", 1234)


class TestNamesOfReturns:
    @pytest.mark.parametrize(
        ("given", "near"),
        [
            ("harvest_3/a.csv", "harvest_3/a.csv"),
            ("./data//a.csv", "data/a.csv"),
            ("/srv/data/a.csv", "a.csv"),
            ("../data/a.csv", "a.csv"),
            ("-", "standard-input"),
        ],
    )
    def test_near_names(self, given: str, near: str) -> None:
        assert near_names([given]) == {given: near}

    def test_no_two_share_one(self) -> None:
        names = ["/srv/a.csv", "/home/a.csv", "b.csv", "../x/c.csv", "x/c.csv", "/x/c.csv"]
        near = near_names(names)
        assert near["/srv/a.csv"] == "srv/a.csv"
        assert near["b.csv"] == "b.csv"
        assert len(set(near.values())) == len(names)
