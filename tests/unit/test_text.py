"""Reading text fragments: lines, labels, continuations, records, places, line ends."""

from __future__ import annotations

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oh_pipeline.normal import fold
from oh_pipeline.sources.text import cutting, parsing
from oh_pipeline.sources.text.parsing import parse


def begins(label: str) -> bool:
    return fold(label) == "fragmentid"


def read(*files: str) -> list[list[tuple[str, str, int]]]:
    """Records of files read in one block, each a list of label, value and line."""
    data, segments = b"", []
    for number, content in enumerate(files):
        segments.append(cutting.Segment(number, len(data)))
        whole = b"".join(cutting.decoded(io.BytesIO(content.encode()), "utf-8", lambda _: None))
        data += whole if whole.endswith(b"\n") else whole + b"\n"
    batch = parse(cutting.Block(data, tuple(segments)), begins)
    records: list[list[tuple[str, str, int]]] = [[] for _ in range(batch.records)]
    for label, record, value, place in zip(
        batch.label_of, batch.record_of, batch.values.to_list(), batch.places.to_list(), strict=True
    ):
        records[record].append((batch.labels[label], value, place))
    return records


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("**Year**: 2023", "Year", "2023"),
        ("**Year**:2023  ", "Year", "2023"),
        ("  \t**Year**: 2023", "Year", "2023"),
        ("\u00a0**Year**: 2023", "Year", "2023"),
        ("**Year** \t: 2023", "Year", "2023"),
        ("**Framework **: x", "Framework ", "x"),
        ("**a**b**: x", "a**b", "x"),
        ("**Année**: été", "Année", "été"),
        ("**Year**: **bold**: no", "Year", "**bold**: no"),
        ("**Year**:", "Year", ""),
        ("**Year**: a\u2028**b**: c\u0085d", "Year", "a\u2028**b**: c\u0085d"),
    ],
)
def test_field_line(line: str, label: str, value: str) -> None:
    assert read(line) == [[(label, value, 1)]]


@pytest.mark.parametrize(
    "line", ["plain", "**bold** text", "**: x", "****: x", "** **: x", "x **Year**: 1", "**Year:** 1", "**Ye\n**: 3"]
)
def test_no_field_line_continues_the_field_above(line: str) -> None:
    assert read(f"**Description**: first\n{line}\n**Year**: 2023") == [
        [("Description", f"first\n{line}", 1), ("Year", "2023", 3 + line.count("\n"))]
    ]


def test_blank_lines_inside_a_value_are_kept() -> None:
    assert read("**A**: one\n\ntwo\n") == [[("A", "one\n\ntwo", 1)]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    assert read(f"**A**: 1{end}more{end}**B**: 2{end}") == [[("A", "1\nmore", 1), ("B", "2", 3)]]


def test_mixed_line_ends() -> None:
    assert read("**A**: 1\r\n**B**: 2\r**C**: 3\n**D**: 4") == [
        [("A", "1", 1), ("B", "2", 2), ("C", "3", 3), ("D", "4", 4)]
    ]


def test_carriage_return_and_line_feed_in_two_chunks() -> None:
    chunks = cutting.decoded(io.BytesIO(b"**A**: 1\r\n**B**: 2\r"), "utf-8", lambda _: None, size=9)
    assert b"".join(chunks) == b"**A**: 1\n**B**: 2\n"


def test_character_in_two_chunks() -> None:
    chunks = cutting.decoded(io.BytesIO("aéb€c".encode()), "utf-8", lambda _: None, size=2)
    assert b"".join(chunks).decode() == "aéb€c"


def test_a_record_begins_at_every_id_line_but_the_first() -> None:
    records = read("**Year**: 1\n**FragmentID**: a\n**Scale**: x\n**FragmentID**: b\n**FragmentID**: c\n**Year**: 2")
    assert [[label for label, _, _ in record] for record in records] == [
        ["Year", "FragmentID", "Scale"],
        ["FragmentID"],
        ["FragmentID", "Year"],
    ]


def test_a_file_without_id_is_one_record() -> None:
    assert len(read("**Year**: 1\n**Scale**: x\n**Year**: 2")) == 1


def test_files_in_one_block_stay_apart() -> None:
    records = read(
        "**FragmentID**: a\n**Year**: 1", "", "no field", "**Year**: 2\n**FragmentID**: b", "**FragmentID**: c"
    )
    assert records == [
        [("FragmentID", "a", 1), ("Year", "1", 2)],
        [("Year", "2", 1), ("FragmentID", "b", 2)],
        [("FragmentID", "c", 1)],
    ]


@pytest.mark.parametrize(
    "value",
    [
        "x",
        " x",
        "  x ",
        "\tx\t",
        "\u00a0x\u2003",
        "é",
        " é ",
        "",
        " ",
        " \t ",
        "\u2003",
        "x\n \ny \n",
        "\x1fx\x1f",
        "<x> é\u00a0",
    ],
)
def test_values_have_no_blanks_at_their_ends(value: str) -> None:
    trimmed = pl.Series([value]).str.strip_chars().item()
    assert read(f"**A**:{value}\n**B**:{value}", f"**C**:{value}") == [
        [("A", trimmed, 1), ("B", trimmed, 2 + value.count("\n"))],
        [("C", trimmed, 1)],
    ]


def line_by_line(content: str) -> list[tuple[str, str, int]]:
    """The fields of a file, read the slow way."""
    fields: list[tuple[str, str, int]] = []
    for number, line in enumerate(content.split("\n"), start=1):
        match = cutting.FIELD_LINE.match(line)
        if match and match.group(1).strip():
            fields.append((match.group(1), line[match.end() :], number))
        elif fields:
            label, value, first = fields[-1]
            fields[-1] = (label, f"{value}\n{line}", first)
    return [(label, value.strip(), number) for label, value, number in fields]


@pytest.mark.parametrize("piece", [1, 7, 40, 1 << 20])
@pytest.mark.parametrize(
    "content",
    [
        "**A**: 1\n**B**: 2\n",
        "Dear all\n\n**A**: 1 ** 2\n ***B**: x\nmore **of** it: y\n**C** : é\n\u00a0**D**: z\n**E**:\n***\n****: no\n\n",
        "**A**: **\n**B**: **: x\n** **: y\n**C**c**: z\n***\n**\n*\n",
    ],
)
def test_pieces_are_looked_through_as_line_by_line(monkeypatch: pytest.MonkeyPatch, piece: int, content: str) -> None:
    monkeypatch.setattr(parsing, "_PIECE", piece)
    assert read(content) == [line_by_line(content)]


_PARTS = st.sampled_from(["**", "*", ":", " ", "\n", "\n**", "**:", "A", "é", "\n\u00a0**B", "\t", "**Year**: 1\n"])


@given(st.lists(_PARTS, max_size=30).map("".join), st.sampled_from([3, 1 << 20]))
def test_any_text_is_read_as_line_by_line(content: str, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_PIECE", piece)
        assert read(content) == ([fields] if (fields := line_by_line(content)) else [])


@pytest.mark.parametrize(
    ("content", "blanks", "is_ascii"),
    [
        ("**A**: 1\n**B**: x\n", "", True),
        ("**A**: 1\n2\n", "\n", True),
        ("**A**: 1\t2\n", "\t", True),
        ("Dear all\n**A**: é\f\n", "\n\f", False),
    ],
)
def test_a_batch_tells_what_its_values_can_hold(content: str, blanks: str, is_ascii: bool) -> None:
    batch = parse(cutting.Block(content.encode(), (cutting.Segment(0, 0),)), begins)
    assert (batch.blanks, batch.is_ascii) == (blanks, is_ascii)


@pytest.mark.parametrize(("line", "parts"), [("**A**: x\n", 10), ("x\n", 1)])
def test_many_short_lines_are_a_block_where_they_are_fields(
    monkeypatch: pytest.MonkeyPatch, line: str, parts: int
) -> None:
    monkeypatch.setattr(cutting, "SHORT_LINES", ((50, 100),))
    record = "**FragmentID**: a\n" + line * 60
    chunks = ((record * 10).encode()[at : at + 100] for at in range(0, len(record) * 10, 100))
    blocks = list(cutting.blocks(chunks, 0, begins))
    assert (len(blocks) > 4) is (parts > 1)
    assert [block.segments[0].first_line for block in blocks] == [
        1 + b"".join(block.data[: block.end] for block in blocks[:number]).count(b"\n") for number in range(len(blocks))
    ]
    assert b"".join(block.data[: block.end] for block in blocks).decode() == record * 10


def test_preamble_is_told_by_file() -> None:
    data = b"Dear all,\n**A**: 1\n" + b"**A**: 2\n"
    block = cutting.Block(data, (cutting.Segment(0, 0), cutting.Segment(1, 19)))
    assert parse(block, begins).preambles == {0: "Dear all,"}


def test_a_large_file_is_cut_between_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "BLOCK", 200)
    content = "".join(f"**FragmentID**: {i}\n**Text**: {'x' * (i % 90)}\nmore\n" for i in range(100))
    blocks = list(
        cutting.blocks(cutting.decoded(io.BytesIO(content.encode()), "utf-8", lambda _: None, size=64), 0, begins)
    )
    assert len(blocks) > 10
    batches = [parse(block, begins) for block in blocks]
    assert sum(batch.records for batch in batches) == 100
    assert pl.concat([batch.record_places for batch in batches]).to_list() == [3 * i + 1 for i in range(100)]


def test_a_fragment_beyond_all_bounds_is_named_by_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "BLOCK", 100)
    monkeypatch.setattr(cutting, "LONGEST_FRAGMENT", 1000)
    content = "**FragmentID**: a\n**FragmentID**: b\n" + "line\n" * 1000
    chunks = cutting.decoded(io.BytesIO(content.encode()), "utf-8", lambda _: None, size=64)
    with pytest.raises(cutting.FragmentTooLong) as caught:
        list(cutting.blocks(chunks, 0, begins))
    assert caught.value.line == 2


def test_a_record_of_more_fields_than_a_form_has_is_left_out() -> None:
    def record(name: str, fields: int) -> str:
        return f"**FragmentID**: {name}\n" + "".join(f"**{name} {number}**: x\n" for number in range(fields - 1))

    first = record("a", 1_000) + record("b", 1_001) + record("c", 2)
    data = (first + record("d", 2_000) + record("e", 1)).encode()
    batch = parse(cutting.Block(data, (cutting.Segment(7, 0, 11), cutting.Segment(8, len(first), 1))), begins)
    assert list(batch.refused) == [(7, "line 1011"), (8, "line 1")]
    assert batch.values.filter(
        pl.Series([batch.labels[label] == "FragmentID" for label in batch.label_of])
    ).to_list() == [
        "a",
        "c",
        "e",
    ]
    assert (batch.file_of.tolist(), batch.number_of.tolist()) == ([7, 7, 8], [1, 2, 1])
    assert batch.record_places.to_list() == [11, 2012, 2001]
    assert len(batch.labels) == 1 + 999 + 1 and batch.record_of.tolist() == [0] * 1_000 + [1, 1, 2]
