"""Word documents: what a person sees in them, which tables and lines make up a record, and what is said of the rest."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from oh_pipeline.sources.documents import word, wordtext
from oh_pipeline.sources.documents.wordparts import Row, Table
from oh_pipeline.sources.records import Field, Labels, Note, Record

from .reading import Read

LABELS = Labels(
    known=frozenset({"id", "land", "year", "story", "scale", "kind", "note (if any)"}),
    groups={"kind": "change_type"},
    yes=frozenset({"1", "yes"}),
    no=frozenset({"0", "no"}),
    begins=frozenset({"id"}),
)
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def par(content: str, properties: str = "") -> str:
    """A paragraph of plain text or of XML."""
    inner = content if content.startswith("<") or not content else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(content: str, properties: str = "") -> str:
    inner = content if content.startswith(("<w:p>", "<w:sdt>", "<w:tbl>")) else par(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    made = "".join(item if item.startswith(("<w:tc>", "<w:sdt><w:sdtContent><w:tc>")) else cell(item) for item in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{made}</w:tr>"


def table(*rows: str | tuple[str, ...]) -> str:
    made = "".join(item if isinstance(item, str) else row(*item) for item in rows)
    return f"<w:tbl><w:tblPr><w:tblCaption w:val='x'/></w:tblPr><w:tblGrid/>{made}</w:tbl>"


def form(name: str, *more: str | tuple[str, ...], **values: str) -> str:
    pairs = {"Land": "Mali", "Year": "2023", "Story": f"story of {name}"} | values
    return table(("ID", name), *pairs.items(), *more)


def control(content: str, properties: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def box(state: str) -> str:
    return control(run("?"), f'<w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox>')


def document(path: Path, body: str, *, name: str = "word/document.xml", relations: str = "", head: str = "") -> str:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        if relations:
            made.writestr("_rels/.rels", relations)
        xml = (
            f"<?xml version='1.0' encoding='UTF-8'?>{head}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"
        )
        made.writestr(name, xml)
    return str(path)


ReadBody = Callable[..., Read]


def read_file(path: str) -> Read:
    return Read(word.read(path, LABELS))


@pytest.fixture
def read(tmp_path: Path) -> ReadBody:
    def take(*body: str, **about: Any) -> Read:
        return read_file(document(tmp_path / "file.docx", "".join(body), **about))

    return take


def value(read: ReadBody, content: str) -> str:
    """What this content says in a cell and in a paragraph, which has to be the same."""
    in_cell = dict(read(form("a", ("Scale", cell(par(content))))).fields[0])["Scale"]
    in_line = dict(read(par("**ID**: a"), par(run("**Scale**: ") + content)).fields[0])["Scale"]
    assert in_cell == in_line
    return in_cell


# what a person sees


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (run("a") + run(" b"), "a b"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t></w:r>", "a\tb"),
        ("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:cr/><w:t>c</w:t></w:r>", "a\nb\nc"),
        ("<w:r><w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t></w:r>", "a-bc"),
        (run("a") + "<w:ins w:id='1'>" + run(" b") + "</w:ins>", "a b"),
        (run("a") + "<w:del w:id='1'><w:r><w:delText> b</w:delText><w:t>c</w:t></w:r></w:del>", "a"),
        ("<w:moveFrom w:id='1'>" + run("a") + "</w:moveFrom><w:moveTo w:id='2'>" + run("b") + "</w:moveTo>", "b"),
        ("<w:hyperlink w:anchor='x'>" + run("a") + "</w:hyperlink>", "a"),
        ("<w:smartTag>" + run("a") + "</w:smartTag><w:customXml>" + run("b") + "</w:customXml>", "ab"),
        ("<w:fldSimple w:instr='DATE'>" + run("2023") + "</w:fldSimple>", "2023"),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r>"
            + run("7")
            + "<w:r><w:fldChar w:fldCharType='end'/></w:r>",
            "7",
        ),
        (run("a") + run("hidden", "<w:vanish/>") + run("b", "<w:vanish w:val='0'/>"), "ab"),
        (run("a") + "<w:r><w:footnoteReference w:id='1'/></w:r><w:commentRangeStart w:id='1'/>", "a"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0FC'/></w:r>" + run("a"), "✓a"),
        ("<w:r><w:sym w:font='Symbol' w:char='F061'/></w:r>", "\uf061"),
        ("<w:r><w:sym w:font='Symbol' w:char='zz'/></w:r>" + run("a"), "a"),
        ("<w:r><w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>a</w:t></w:r>", "a"),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
        ("<w:ruby><w:rt>" + run("small") + "</w:rt><w:rubyBase>" + run("a") + "</w:rubyBase></w:ruby>", "a"),
        (run("a &lt;b&gt; &amp; <![CDATA[c]]>"), "a <b> & c"),
        (control(run("a"), "<w:text/>"), "a"),
        (control(run("Kenya"), "<w:dropDownList><w:listItem w:value='Mali'/></w:dropDownList>"), "Kenya"),
        (control(run("Choose an item."), "<w:showingPlcHdr/><w:dropDownList/>"), ""),
        (control(run("a"), "<w:showingPlcHdr w:val='0'/>"), "a"),
    ],
)
def test_text_as_a_person_sees_it(read: ReadBody, content: str, seen: str) -> None:
    assert value(read, content) == seen


def test_strict_documents_have_another_namespace(tmp_path: Path) -> None:
    path = document(tmp_path / "a.docx", form("a"))
    with zipfile.ZipFile(path) as made:
        xml = made.read("word/document.xml").replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("word/document.xml", xml)
    assert len(read_file(path).records) == 1


def test_a_text_box_counts_once(read: ReadBody) -> None:
    inner = "<w:txbxContent>" + par("in a box") + "</w:txbxContent>"
    drawn = f"<w:r><mc:AlternateContent><mc:Choice>{inner}</mc:Choice><mc:Fallback>{inner}</mc:Fallback></mc:AlternateContent></w:r>"
    found = read(form("a", ("Scale", cell(par(run("before") + drawn + run(" after"))))))
    assert dict(found.fields[0])["Scale"] == "in a box\nbefore after"
    found = read(par(run("**ID**: a")), par(drawn), par("**Land**: b"))
    assert found.fields == [[("ID", "a\nin a box"), ("Land", "b")]]


def test_paragraphs_whose_mark_is_deleted_are_one(read: ReadBody) -> None:
    gone = "<w:rPr><w:del w:id='1'/></w:rPr>"
    found = read(
        form("a", ("Scale", cell(par("one ", gone) + par("two", gone) + par("") + par("three") + par("four", gone))))
    )
    assert dict(found.fields[0])["Scale"] == "one two\nthree\nfour"
    assert read(par("**ID**: a", gone), par("b", gone)).fields == [[("ID", "ab")]]


def test_rows_and_cells_that_are_deleted_or_inserted(read: ReadBody) -> None:
    body = form(
        "a",
        row("Scale", "gone", properties="<w:del w:id='1'/>"),
        row("Scale", "new", properties="<w:ins w:id='1'/>"),
        row("Kind", cell("gone", "<w:cellDel w:id='1'/>"), "kept"),
    )
    assert read(body).fields[0][4:] == [("Scale", "new"), ("Kind", "kept")]


def test_rows_and_cells_in_content_controls(read: ReadBody) -> None:
    wrapped = f"<w:sdt><w:sdtContent>{cell('new')}</w:sdtContent></w:sdt>"
    body = form("a", f"<w:sdt><w:sdtContent>{row('Scale', wrapped)}</w:sdtContent></w:sdt>")
    assert read(control(body, "<w:docPartObj/>")).fields[0][4] == ("Scale", "new")


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (box("1"), "x"),
        (box("0"), ""),
        (box("true") + run(" YES ") + box("false") + run(" NO"), "YES"),
        (box("0") + run(" YES") + box("0") + run(" NO"), ""),
        (run("YES ") + box("0") + run(", NO ") + box("1"), "NO"),
        (
            box("1")
            + run(" a")
            + "<w:r><w:br/></w:r>"
            + box("0")
            + run(" b")
            + "<w:r><w:br/></w:r>"
            + box("1")
            + run(" c, d"),
            "a, c, d",
        ),
        (box("0") + run(" CIV: a") + box("1") + run(" PEA: b"), "PEA: b"),
        (run("☐ a ☑ b"), "b"),
        (
            "<w:r><w:sym w:font='Wingdings' w:char='F0FE'/></w:r>"
            + run("a ")
            + "<w:r><w:sym w:font='Wingdings' w:char='F0A8'/></w:r>"
            + run("b"),
            "a",
        ),
        # more than boxes and names: nothing is left out
        (run("see ") + box("1") + run(" a"), "see ☒ a"),
        (
            box("1") + run(" YES ") + box("0") + run(" NO, please explain: they moved"),
            "☒ YES ☐ NO, please explain: they moved",
        ),
        (
            box("1") + run(" YES ") + box("0") + run(" NO") + "<w:r><w:br/></w:r>" + run("They moved"),
            "☒ YES ☐ NO\nThey moved",
        ),
        (box("1") + box("0") + run(" a"), "☒☐ a"),
    ],
)
def test_boxes(read: ReadBody, content: str, seen: str) -> None:
    assert value(read, content) == seen


def form_field(properties: str) -> str:
    begin = (
        f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:name w:val='x'/>{properties}</w:ffData></w:fldChar></w:r>"
    )
    return begin + "<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>"


@pytest.mark.parametrize(
    ("properties", "seen"),
    [
        ("<w:checkBox><w:default w:val='0'/><w:checked/></w:checkBox>", "x"),
        ("<w:checkBox><w:default w:val='1'/></w:checkBox>", "x"),
        ("<w:checkBox><w:default w:val='1'/><w:checked w:val='0'/></w:checkBox>", ""),
        ("<w:checkBox><w:sizeAuto/></w:checkBox>", ""),
        ("<w:ddList><w:result w:val='1'/><w:listEntry w:val='Kenya'/><w:listEntry w:val='Mali'/></w:ddList>", "Mali"),
        ("<w:ddList><w:listEntry w:val='Kenya'/><w:listEntry w:val='Mali'/></w:ddList>", "Kenya"),
        ("<w:ddList><w:result w:val='9'/><w:listEntry w:val='Kenya'/></w:ddList>", ""),
        ("<w:textInput/>", ""),
    ],
)
def test_form_fields_of_the_older_kind(read: ReadBody, properties: str, seen: str) -> None:
    assert value(read, form_field(properties)) == seen


# tables of labels and values


def test_a_table_is_a_record(read: ReadBody) -> None:
    found = read(form("a"), par(""), form("b", Land=""))
    assert found.all == [
        Record(
            "table 1",
            [
                Field("ID", "a", "table 1, row 1"),
                Field("Land", "Mali", "table 1, row 2"),
                Field("Year", "2023", "table 1, row 3"),
                Field("Story", "story of a", "table 1, row 4"),
            ],
        ),
        Record(
            "table 2",
            [
                Field("ID", "b", "table 2, row 1"),
                Field("Land", "", "table 2, row 2"),
                Field("Year", "2023", "table 2, row 3"),
                Field("Story", "story of b", "table 2, row 4"),
            ],
        ),
    ]
    assert found.told is None


@pytest.mark.parametrize("label", ["Land:", "Land *", "land*:", " LAND ：", "**Land**", "Land\u00a0:"])
def test_labels_of_forms(read: ReadBody, label: str) -> None:
    found = read(table((label, "Mali"), ("Year", "2023"), ("Note (if any)*", "x")))
    assert [(key.casefold(), text) for key, text in found.fields[0]] == [
        ("land", "Mali"),
        ("year", "2023"),
        ("note (if any)", "x"),
    ]


def test_a_label_may_be_explained_below_it(read: ReadBody) -> None:
    found = read(form("a", (cell(par("Scale *") + par("Choose one: local or national")), "local")))
    assert found.fields[0][4] == ("Scale", "local")


def test_unknown_labels_are_kept_and_rows_without_label_go_on(read: ReadBody) -> None:
    found = read(form("a", ("Filled in by:", "X"), ("", "and Y"), ("Part B", ""), ("", "")))
    assert found.fields[0][4:] == [("Filled in by", "X\nand Y"), ("Part B", "")]
    assert not found.records[0].ragged


def test_rows_of_one_cell(read: ReadBody) -> None:
    wide = "<w:gridSpan w:val='2'/>"
    body = table(
        row(cell("Form of the year", wide)),
        ("ID", "a"),
        row(cell("Part B", wide)),
        row(cell("Story", wide)),
        row(cell(par("long") + par("text"), wide)),
        row(cell("Part C", wide)),
        row(cell("Land: Mali", wide)),
        ("Year", "2023"),
    )
    found = read(body)
    assert found.fields == [[("ID", "a"), ("Story", "long\ntext"), ("Land", "Mali"), ("Year", "2023")]]
    assert found.records[0].overflow == [
        Field("row 3", "Part B", "table 1, row 3"),
        Field("row 6", "Part C", "table 1, row 6"),
    ]
    assert found.records[0].ragged


def test_values_in_several_cells_and_pairs_beside_each_other(read: ReadBody) -> None:
    found = read(table(("ID", "a", "Land", "Mali"), ("Year", "2023", "", "about"), ("Scale", "x", "Story", "")))
    assert found.fields == [[("ID", "a"), ("Land", "Mali"), ("Year", "2023\nabout"), ("Scale", "x"), ("Story", "")]]
    assert read(form("a", ("Scale", "one", "two"), ("Kind", "Year", "Land"))).fields[0][4:] == [
        ("Scale", "one\ntwo"),
        ("Kind", "Year\nLand"),
    ]


def test_a_long_text_is_no_label(read: ReadBody) -> None:
    found = read(form("a", ("x" * 300, "y")))
    assert found.records[0].overflow == [Field("row 5", "x" * 300 + "\ny", "table 1, row 5")]


def test_tables_of_one_form_are_one_record(read: ReadBody) -> None:
    found = read(
        table(("ID", "a"), ("Land", "Mali")),
        par(""),
        table(("Year", "2023")),
        table(("Story", "b"), ("Scale", "c")),
        form("b"),
    )
    assert found.fields[0] == [("ID", "a"), ("Land", "Mali"), ("Year", "2023"), ("Story", "b"), ("Scale", "c")]
    assert [field.place for field in found.records[0].fields][2] == "table 2, row 1"
    assert [record.place for record in found.records] == ["table 1", "table 4"]


def test_a_table_a_field(read: ReadBody) -> None:
    pairs = [("ID", "1"), ("Land", "Mali"), ("Year", "2023"), ("ID", "2"), ("Land", "Niger")]
    found = read(*(table(pair) + par("") for pair in pairs))
    assert (found.fields, found.notes) == ([pairs[:3], pairs[3:]], [])
    without = read(*(table(pair) for pair in [pairs[2], pairs[1], *pairs[3:]]))
    assert without.fields == [[pairs[2], pairs[1], pairs[3]]]
    assert without.notes == [("skipped_sheet", "table 4")]


def test_small_tables_above_the_first_record(read: ReadBody) -> None:
    year, land = table(("Year", "2023")), table(("Land", "Niger"), ("a", "b"))
    assert read(year, par("**ID**: a")).fields == [[("Year", "2023"), ("ID", "a")]]
    assert read(year, table(("ID", "a"), ("Land", "Mali"))).fields == [
        [("Year", "2023"), ("ID", "a"), ("Land", "Mali")]
    ]
    assert read(land).fields == [[("Land", "Niger"), ("a", "b")]]
    # What says something else than the form does is none of it.
    again = read(land, form("a"))
    assert (len(again.records), again.notes) == (1, [("skipped_sheet", "table 1")])
    above = read(year, table(("ID", "Land", "Year"), ("a", "Mali", "2022")))
    assert (above.rows, above.notes) == ([["a", "Mali", "2022"]], [("skipped_sheet", "table 1")])


def test_the_same_labels_again_are_another_record_without_any_id(read: ReadBody) -> None:
    one = table(("Land", "a"), ("Year", "b"), ("Story", "c"))
    assert len(read(one, one, one).records) == 3


def test_a_label_twice_in_a_table_gives_both(read: ReadBody) -> None:
    assert read(form("a", ("Land", "Niger"))).fields[0].count(("Land", "Mali")) == 1
    assert read(form("a", ("Land", "Niger"))).fields[0][4] == ("Land", "Niger")


def test_an_id_in_the_middle_of_a_table_begins_a_record(read: ReadBody) -> None:
    found = read(
        table(
            ("Land", "a"), ("ID", "1"), ("x", "y"), ("ID", "2"), ("Land", "b"), row("Part"), ("ID", "3"), ("Year", "4")
        )
    )
    assert found.fields == [
        [("Land", "a"), ("ID", "1"), ("x", "y")],
        [("ID", "2"), ("Land", "b")],
        [("ID", "3"), ("Year", "4")],
    ]
    assert [record.place for record in found.records] == ["table 1", "table 1, row 4", "table 1, row 7"]
    assert [record.ragged for record in found.records] == [False, True, False]


def test_nested_tables(read: ReadBody) -> None:
    inner = cell(par("see") + table(("a", "b"), ("c", "d")) + par("end"))
    assert read(form("a", ("Scale", inner))).fields[0][4] == ("Scale", "see\na\tb\nc\td\nend")
    framed = table((cell(form("a") + par("")), cell(form("b"))))
    found = read(framed)
    assert [record.fields[0].value for record in found.records] == ["a", "b"]
    assert found.notes == []


def test_a_form_that_is_not_filled_in(read: ReadBody) -> None:
    blank = table(("ID", ""), ("Land", ""), ("Year", ""))
    assert read(blank).told == ("nothing is filled in", None)
    assert [record.place for record in read(blank, form("a")).records] == ["table 2"]


# tables with a header


def test_a_table_with_a_header(read: ReadBody) -> None:
    found = read(
        form("z"),
        table(
            ("Outcomes", "", ""), ("ID *", "Land:", "Year"), ("a", "Mali", "☐ 2022 ☒ 2023"), ("", "", ""), ("b", "", "")
        ),
    )
    assert found.records[1:] == [
        Record(
            "table 2, row 3",
            [
                Field("ID", "a", "table 2, row 3, column A"),
                Field("Land", "Mali", "table 2, row 3, column B"),
                Field("Year", "2023", "table 2, row 3, column C"),
            ],
        ),
        Record(
            "table 2, row 5",
            [
                Field("ID", "b", "table 2, row 5, column A"),
                Field("Land", "", "table 2, row 5, column B"),
                Field("Year", "", "table 2, row 5, column C"),
            ],
        ),
    ]


def test_merged_cells_keep_the_columns_apart(read: ReadBody) -> None:
    body = table(
        ("ID", "Land", "Year", "Scale"),
        row("a", cell("x", "<w:gridSpan w:val='2'/>"), "y"),
        row("z", properties="<w:gridBefore w:val='3'/>"),
    )
    assert read(body).fields == [
        [("ID", "a"), ("Land", "x"), ("Year", ""), ("Scale", "y")],
        [("ID", ""), ("Land", ""), ("Year", ""), ("Scale", "z")],
    ]


def test_a_header_alone(read: ReadBody) -> None:
    assert read(table(("ID", "Land", "Year"))).told == ("nothing is filled in", None)
    assert read(form("a"), table(("ID", "Land", "Year"))).notes == [("skipped_sheet", "table 2")]


# paragraphs


def bold(text: str) -> str:
    return run(text, "<w:b/>")


def test_lines_as_in_a_text(read: ReadBody) -> None:
    found = read(
        par("**Land**: Mali"),
        par("**ID**: 1"),
        par("**Odd ** : x"),
        par("more"),
        par(""),
        par("**no label** here"),
        par("**ID**: 2"),
        par("<w:r><w:t>**Land**: a</w:t><w:br/><w:t>**Year**: b</w:t></w:r>"),
        par("**Year**:"),
    )
    assert found.all == [
        Record(
            "paragraph 1",
            [
                Field("Land", "Mali", "paragraph 1"),
                Field("ID", "1", "paragraph 2"),
                Field("Odd", "x\nmore\n\n**no label** here", "paragraph 3"),
            ],
        ),
        Record(
            "paragraph 7",
            [
                Field("ID", "2", "paragraph 7"),
                Field("Land", "a", "paragraph 8"),
                Field("Year", "b", "paragraph 8"),
                Field("Year", "", "paragraph 9"),
            ],
        ),
    ]


@pytest.mark.parametrize(
    "line",
    [
        bold("Land:") + run(" Mali"),
        bold("Land") + run(": Mali"),
        bold("Land *") + run(" : Mali"),
        bold("La") + bold("nd:  Mali"),
        run("Land", "<w:b w:val='1'/>") + "<w:r><w:tab/></w:r>" + run("Mali"),
        run("Land: ", "<w:rStyle w:val='Strong'/>") + run("Mali"),
        bold("Land") + "<w:r><w:br/></w:r>" + run("Mali"),
    ],
)
def test_a_known_label_in_bold(read: ReadBody, line: str) -> None:
    assert read(par(bold("ID:") + run(" a")), par(line)).fields == [[("ID", "a"), ("Land", "Mali")]]


def test_a_known_label_alone_is_followed_by_its_value(read: ReadBody) -> None:
    heading = "<w:pStyle w:val='Heading2'/>"
    found = read(par("ID", heading), par("a"), par(bold("Story")), par("one"), par("two"), par("Land: Mali", heading))
    assert found.fields == [[("ID", "a"), ("Story", "one\ntwo"), ("Land", "Mali")]]


@pytest.mark.parametrize(
    "line",
    [
        run("Land: Mali"),
        bold("Odd: ") + run("Mali"),
        run("x ") + bold("Land:") + run(" Mali"),
        bold("La") + run("nd: Mali"),
        run("Land: ", "<w:b w:val='false'/>") + run("Mali"),
        bold("Land is wide"),
        run("Land"),
        bold("**: x"),
    ],
)
def test_any_other_line_goes_on_with_the_field_above(read: ReadBody, line: str) -> None:
    [fields] = read(par(bold("ID:") + run(" a")), par(line)).fields
    assert len(fields) == 1
    assert fields[0][1].startswith("a\n")


def test_lines_and_tables_of_one_record(read: ReadBody) -> None:
    found = read(
        par("**ID**: 1"),
        table(("Land", "a"), ("Year", "b")),
        par("**Story**: c"),
        par("d"),
        form("2"),
        par("**ID**: 3"),
        form("4"),
    )
    assert found.fields[0] == [("ID", "1"), ("Land", "a"), ("Year", "b"), ("Story", "c\nd")]
    assert [record.fields[0].value for record in found.records] == ["1", "2", "3", "4"]
    again = read(form("1"), par("**Land**: x"))
    assert [len(record.fields) for record in again.records] == [4, 1]


def test_text_of_no_field_is_noted_once(read: ReadBody) -> None:
    title = "<w:pStyle w:val='Title'/>"
    assert read(par("Outcomes", title), par(" "), form("a")).notes == []
    assert read(par("Outcomes", title), par("Some words"), form("a"), par("more")).notes == [
        ("preamble", "paragraph 2")
    ]
    assert read(form("a"), par("after it")).notes == [("preamble", "paragraph 1")]
    assert read(par("before"), par("**ID**: a"), par("after")).notes == [("preamble", "paragraph 1")]


def test_text_of_no_field_is_kept(read: ReadBody) -> None:
    found = read(par("Dear all,"), par(" "), form("a"), par("more"))
    assert [item.text for item in found.all if isinstance(item, Note)] == ["Dear all,\nmore"]


def test_other_tables_are_noted(read: ReadBody) -> None:
    other, blank = table(("a", "b"), ("Year", "c"), ("d", "e")), table(("", ""))
    found = read(blank, other, form("a"), par("**Scale**: x"), other, par("goes on"))
    assert found.notes == [("skipped_sheet", "table 2"), ("skipped_sheet", "table 4")]
    assert found.fields[0][4:] == [("Scale", "x\ngoes on")]


def test_an_imported_file_is_noted(read: ReadBody) -> None:
    assert read(form("a"), "<w:altChunk/>").notes == [("skipped_sheet", "imported part 1")]
    assert read("<w:altChunk/>").told == ("no table or line of it holds a field that the codebook knows", None)


# what cannot be read


@pytest.mark.parametrize("body", ["", par("Dear all"), table(("a", "b")), table(("ID", "x"), ("y", "z"), ("v", "w"))])
def test_no_known_field(read: ReadBody, body: str) -> None:
    found = read(body)
    assert (found.all, found.told) == ([], ("no table or line of it holds a field that the codebook knows", None))


def test_the_package_says_where_the_text_is(read: ReadBody) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = f'<Relationships><Relationship Id="a" Type="x" Target="y"/><Relationship Type="{kind}" Target="/word/document2.xml"/></Relationships>'
    assert len(read(form("a"), name="word/document2.xml", relations=relations).records) == 1
    other = ("it holds no Word document, whatever its name says", None)
    assert read(form("a"), name="word/document2.xml").told == other
    assert read(form("a"), relations="<Relationships>").told is None
    assert (
        read(form("a"), name="xl/workbook.xml", relations=relations.replace("word/document2", "xl/workbook")).told
        is None
    )


def test_another_kind_of_package(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as made:
        made.writestr("word/document.xml", "<workbook/>")
    assert read_file(str(tmp_path / "a.docx")).told == ("it is no Word document, whatever its name says", None)


def test_a_document_type_declaration(read: ReadBody, monkeypatch: pytest.MonkeyPatch) -> None:
    told = ("an XML part of it holds a document type declaration", None)
    head = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    assert read(form("a", ("Scale", "&b;")), head=head).told == told
    monkeypatch.setattr(word, "check_package", lambda _: None)
    assert read(form("a", ("Scale", "&b;")), head=head).told == told
    assert read(form("a"), head=" <!-- <!DOCTYPE a> -->").told is None


def test_text_that_breaks_off_gives_what_came_before(read: ReadBody) -> None:
    found = read(form("a"), par("note"), form("b"), form("c"), "<w:p><w:x>")
    assert [record.fields[0].value for record in found.records] == ["a", "b"]
    assert found.told == ("it is damaged", None)
    assert found.notes == [("preamble", "paragraph 1")]


def test_a_document_cut_anywhere(tmp_path: Path) -> None:
    path = Path(document(tmp_path / "a.docx", form("a") + form("b")))
    content = path.read_bytes()
    for size in range(0, len(content), 10):
        path.write_bytes(content[:size])
        found = read_file(str(path))
        assert found.records == []
        assert found.told is not None


def test_xml_cut_anywhere(tmp_path: Path) -> None:
    path = document(tmp_path / "a.docx", form("a") + par("**Land**: x") + form("b"))
    whole = read_file(path).records
    with zipfile.ZipFile(path) as made:
        xml = made.read("word/document.xml")
    for size in range(0, len(xml), 10):
        with zipfile.ZipFile(path, "w") as made:
            made.writestr("word/document.xml", xml[:size])
        found = read_file(path)
        assert found.records == whole[: len(found.records)]
        assert found.told is not None


@pytest.mark.parametrize("element", ["w:tbl", "w:p", "w:r", "w:sdt", "w:tr", "w:del", "w:x"])
def test_deep_xml(read: ReadBody, element: str) -> None:
    deep = f"<{element}>" * 50_000 + f"</{element}>" * 50_000
    found = read(form("a"), deep, form("b"))
    if element == "w:tbl":
        assert found.told == ("its tables are nested more than 32 levels deep", None)
    else:
        assert len(found.records) == 2


@pytest.mark.parametrize(
    "inner",
    [
        row("a") + cell("b"),
        cell("a"),
        "<w:gridSpan w:val='999999999999'/>",
        "<w:showingPlcHdr/><w14:checked/>",
        "<w:sdtContent/><w:ffData/><w:fldChar/><w:pStyle w:val='Title'/><w:b/><w:t>x</w:t><w:sym/>",
    ],
)
def test_elements_where_none_belong(read: ReadBody, inner: str) -> None:
    assert len(read(inner, form("a"), inner).records) == 1


def test_limits(read: ReadBody, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(form("a"), table(tuple("x" * 1001))).told == ("a table of it has more than 1,000 columns", None)
    monkeypatch.setattr(word, "LONGEST_VALUE", 1000)
    assert read(form("a"), form("b", Land="x" * 1000)).told is None
    found = read(form("a"), form("b", Land="x" * 1001))
    assert (len(found.records), found.told) == (1, ("a value of it is longer than 0 MiB", "table 2"))


@pytest.mark.parametrize("as_lines", [False, True])
def test_a_record_of_more_fields_than_a_form_has(read: ReadBody, as_lines: bool) -> None:
    def wide(count: int) -> str:
        labels = [f"own {number}" for number in range(count - 1)]
        if as_lines:
            return par("**ID**: b") + "".join(par(f"**{label}**: x") for label in labels)
        return form("b", *((label, "x") for label in labels[3:]))

    assert [len(record.fields) for record in read(wide(1_000)).records] == [1_000]
    found = read(form("a"), wide(1_001))
    place = "paragraph 1" if as_lines else "table 2"
    assert found.told == ("a record of it has more than 1,000 fields", place)
    assert len(found.records) == 1


def test_text_is_given_piece_by_piece() -> None:
    xml = f"<w:document {NAMESPACES}><w:body>{form('é')}{form('b')}</w:body></w:document>".encode()
    pulled: list[int] = []

    def pieces() -> Iterator[bytes]:
        for at in range(0, len(xml), 7):
            pulled.append(at)
            yield xml[at : at + 7]

    blocks = wordtext.blocks(pieces(), lambda _: False)
    first = next(blocks)
    assert isinstance(first, Table)
    assert first.rows[0] == Row(["ID", "é"], [1, 1])
    assert pulled[-1] < len(xml) * 0.6
    assert len(list(blocks)) == 1


def test_a_document_of_another_program(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_heading("Form", 0)
    for name in ("a", "b"):
        grid = made.add_table(rows=0, cols=2)
        for label, text in {"ID": name, "Land": "Mali", "Year": "2023", "Story": "one\ntwo\tthree"}.items():
            cells = grid.add_row().cells
            cells[0].text, cells[1].text = label, text
        made.add_paragraph()
    made.save(str(tmp_path / "a.docx"))
    found = read_file(str(tmp_path / "a.docx"))
    assert found.fields == [[("ID", n), ("Land", "Mali"), ("Year", "2023"), ("Story", "one\ntwo\tthree")] for n in "ab"]
    assert found.notes == []
