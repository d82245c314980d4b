"""JSON and JSON Lines: which objects are records, what their keys become, and what is said of the rest."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oh_pipeline.sources.objects import jsontext, structured
from oh_pipeline.sources.records import Field, Labels, Note, Record

from .reading import Read

LABELS = Labels(
    known=frozenset({"id", "land", "year", "story", "kind", "odd/name"}),
    groups={"kind": "change_type"},
    yes=frozenset({"1", "yes", "oui"}),
    no=frozenset({"0", "no", "non"}),
    begins=frozenset({"id"}),
)

Values = dict[str, str]


ReadJson = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> ReadJson:
    def run(content: str | bytes, encoding: str = "utf-8", *, lines: bool = False) -> Read:
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding, "surrogatepass"))
        reader = structured.read_jsonl if lines else structured.read_json
        return Read(reader(str(path), LABELS, encoding))

    return run


# which objects are records


def test_an_array_of_objects(read: ReadJson) -> None:
    found = read('[{"ID": "a", "Year": 2023},\n {"ID": "b"}]')
    assert found.all == [
        Record("record 1", [Field("ID", "a", "record 1, ID"), Field("Year", "2023", "record 1, Year")]),
        Record("record 2", [Field("ID", "b", "record 2, ID")]),
    ]
    assert found.problem is None


def test_one_object_and_one_behind_the_other(read: ReadJson) -> None:
    assert read('{"ID": "a"}').fields == [[("ID", "a")]]
    assert read('{"ID": "a"}\n{"ID": "b"} {"ID": "c"}').fields == [[("ID", "a")], [("ID", "b")], [("ID", "c")]]


def test_an_object_around_an_array(read: ReadJson) -> None:
    found = read('{"count": 2, "next": null, "results": [{"ID": "a"}, {"ID": "b"}], "columns": ["x"], "more": {}}')
    assert found.fields == [[("ID", "a")], [("ID", "b")]]
    assert (found.notes, found.problem) == ([], None)


def test_objects_around_arrays_are_looked_through(read: ReadJson) -> None:
    found = read('{"data": {"2022": [{"ID": "a"}], "2023": [{"ID": "b"}], "users": [{"name": "x"}]}}')
    assert found.fields == [[("ID", "a")], [("ID", "b")]]
    assert found.notes == [("skipped_sheet", "data/users")]
    assert [record.place for record in found.records] == ["record 1", "record 2"]


def test_a_label_beside_records_is_noted(read: ReadJson) -> None:
    found = read('{"Land": "Mali", "Year": null, "records": [{"ID": "a", "Story": "b", "Kind": "c"}]}')
    assert found.fields == [[("ID", "a"), ("Story", "b"), ("Kind", "c")]]
    assert found.notes == [("preamble", "Land")]


@pytest.mark.parametrize(
    "content",
    [
        '{"files": [{"ID": "x"}], "Land": "Mali"}',
        '{"files": [{"ID": "x", "Story": "y", "Kind": "z"}], "ID": "a", "g": {"Land": "b"}, "Year": "c"}',
        '{"files": [{"name": "x"}], "ID": "a"}',
    ],
)
def test_a_record_may_hold_an_array_of_objects(read: ReadJson, content: str) -> None:
    found = read(content)
    assert (len(found.records), found.notes, found.problem) == (1, [], None)
    assert "files[1]/" in "".join(field.place for field in found.records[0].fields)


def test_an_object_a_line(read: ReadJson) -> None:
    found = read('\n{"ID": "a"}\r\n \t\n{"ID": "b"} \r{"ID": "c\u2028"}', lines=True)
    assert found.all == [
        Record("line 2", [Field("ID", "a", "line 2, ID")]),
        Record("line 4", [Field("ID", "b", "line 4, ID")]),
        Record("line 5", [Field("ID", "c", "line 5, ID")]),
    ]


@pytest.mark.parametrize(
    "content", ['[{"ID": "a"},\n{"ID": "b"}]', '\ufeff [\n{"ID": "a"}, {"ID": "b"}]', '{\n"ID": "a"}{"ID": "b"}']
)
def test_a_document_under_the_name_of_lines(read: ReadJson, content: str) -> None:
    assert read(content, lines=True).fields == [[("ID", "a")], [("ID", "b")]]


def test_an_object_without_any_value_is_no_record(read: ReadJson) -> None:
    found = read('[{}, {"ID": "", "Land": null, "x": [], "Kind/a": 0}, {"ID": "a"}]')
    assert [(record.place, record.fields[0].value) for record in found.records] == [("record 3", "a")]


# values


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("2023", "2023"),
        ("2023.0", "2023.0"),
        ("1.0", "1.0"),
        ("-1E+2", "-1E+2"),
        ("9" * 5000, "9" * 5000),
        ("true", "true"),
        ("false", "false"),
        ("null", ""),
        ("NaN", ""),
        ("Infinity", "Infinity"),
        ('"a\\r\\nb\\rc\\n"', "a\nb\nc"),
        ('" a\u00a0"', "a"),
        ('"\ta\tb"', "a\tb"),
        ('"\\u00e9t\\u00e9 \\ud83d\\ude00"', "été 😀"),
        ('"a\\ud800b"', "a\\ud800b"),
        ('"a\\u0000b"', "a\\u0000b"),
        ('["a", 1, null, "", true]', "a, 1, true"),
        ("[]", ""),
        ("[null]", ""),
        ("{}", ""),
    ],
)
def test_values_are_the_text_they_are_written_with(read: ReadJson, written: str, text: str) -> None:
    found = read(f'[{{"ID": "a", "Land": {written}}}]')
    assert found.fields == [[("ID", "a"), ("Land", text)]]


def test_groups_become_paths_cut_where_the_label_is_known(read: ReadJson) -> None:
    found = read('[{"a": {"b": {"Land": "x", "c": "y"}}, "odd/name": "z", "a/odd/name": "w"}]')
    assert found.records[0].fields == [
        Field("Land", "x", "record 1, a/b/Land"),
        Field("a/b/c", "y", "record 1, a/b/c"),
        Field("odd/name", "z", "record 1, odd/name"),
        Field("a/odd/name", "w", "record 1, a/odd/name"),
    ]


def test_arrays_inside_a_record(read: ReadJson) -> None:
    found = read('[{"a": ["x", {"b": "y"}, ["z", "w"], {"Land": "v"}], "p": [[1, 2], [3, [4]]]}]')
    assert found.fields == [
        [
            ("a", "x"),
            ("a[2]/b", "y"),
            ("a[3]", "z, w"),
            ("Land", "v"),
            ("p[1]", "1, 2"),
            ("p[2]", "3"),
            ("p[2][2]", "4"),
        ]
    ]


def test_a_blank_value_of_an_unknown_key_is_none(read: ReadJson) -> None:
    assert read('[{"ID": "a", "x": null, "y": "", "z": [], "g": {"Land": " "}}]').fields == [
        [("ID", "a"), ("Land", "")]
    ]


def test_a_key_twice_gives_both(read: ReadJson) -> None:
    assert read('[{"ID": "a", "ID": "b", "x": 1, "x": 2}]').fields == [
        [("ID", "a"), ("ID", "b"), ("x", "1"), ("x", "2")]
    ]


def test_a_value_without_a_name_is_kept(read: ReadJson) -> None:
    record = read('[{"ID": "a", " ": "x", "": ""}]').records[0]
    assert (record.overflow, record.ragged) == ([Field("field 2", "x", "record 1")], True)
    assert not read('[{"ID": "a", "": ""}]').records[0].ragged


def test_keys_are_text_that_can_be_held(read: ReadJson) -> None:
    found = read('[{"ID": "a", "b\\ud800": "c", "' + "k" * 100 + '": "d"}]')
    assert [field.label for field in found.records[0].fields] == ["ID", "b\\ud800", "k" * 100]
    assert found.records[0].fields[2].place == "record 1, " + "k" * 59 + "…"


# a key an option


@pytest.mark.parametrize("mark", ["1", "1.0", "true", '"x"', '"Oui"', '"First"'])
@pytest.mark.parametrize("key", ["Kind/first", "s/Kind/first", "Kind_first"])
def test_a_key_an_option_becomes_the_group(read: ReadJson, mark: str, key: str) -> None:
    content = {key: 0, key.replace("first", "a, b"): "x", "ID": "a", key.replace("first", "last"): None}
    found = read(json.dumps([content]).replace("0", mark, 1))
    assert found.fields == [[("ID", "a"), ("Kind", "first, a, b")]]
    assert found.records[0].fields[1].place == "record 1, Kind"


@pytest.mark.parametrize("mark", ["0", "0.0", "false", "null", '""', '"No"', '"non"', "[]"])
def test_an_option_that_is_not_marked(read: ReadJson, mark: str) -> None:
    assert read(f'[{{"Kind": {{"first": {mark}, "last": 1}}}}]').fields == [[("Kind", "last")]]


@pytest.mark.parametrize("mark", ['"maybe"', "2", '"<redacted>"', '["x", "y"]'])
def test_an_option_with_another_value_stays_by_itself(read: ReadJson, mark: str) -> None:
    label, value = read(f'[{{"Kind/first": {mark}, "Kind/last": 1}}]').fields[0][1]
    assert (label, bool(value)) == ("Kind/first", True)


def test_an_option_twice(read: ReadJson) -> None:
    assert read('[{"Kind/a": 1, "Kind/a": 1}]').fields == [[("Kind", "a")]]
    assert read('[{"Kind/a": 1, "Kind/a": null}]').fields == [[("Kind", "a")]]
    assert read('[{"Kind/a": 1, "Kind/a": 0}]').fields == [[("Kind", "a"), ("Kind/a", "0")]]


@pytest.mark.parametrize("whole", ['""', "null", '"b c a"', '"A, b c"', '["b c", "a"]', '"a;\\nb c"'])
def test_the_whole_group_that_says_the_same_is_left_out(read: ReadJson, whole: str) -> None:
    assert read(f'[{{"s/Kind": {whole}, "s/Kind/a": 1, "s/Kind/b c": 1, "s/Kind/c": 0}}]').fields == [
        [("Kind", "a, b c")]
    ]


@pytest.mark.parametrize("whole", ["a", "a b c d", "a b c b", "other", "<redacted>"])
def test_the_whole_group_that_says_something_else_is_given_too(read: ReadJson, whole: str) -> None:
    found = read(json.dumps([{"Kind": whole, "Kind/a": 1, "Kind/b c": 1}]))
    assert found.fields == [[("Kind", "a, b c"), ("Kind", whole)]]


# what cannot be read


def test_what_is_no_object_is_noted_and_the_rest_read(read: ReadJson) -> None:
    found = read('[1, {"ID": "a"}, "x", [], null, {"ID": "b"}, [{"ID": "c"}]]')
    assert [record.place for record in found.records] == ["record 2", "record 6"]
    assert found.notes == [
        ("unreadable_file", "record 1"),
        ("unreadable_file", "records 3 to 5"),
        ("unreadable_file", "record 7"),
    ]
    assert found.problem is None


def test_a_broken_line_stops_no_other(read: ReadJson) -> None:
    deep = '{"ID": "a", "b": ' + "[" * 40 + "]" * 40 + "}"
    lines = ['{"ID": "a"}', '{"ID": "b"', "[1]", '{"ID": "c"} x', '{"ID": "d"}', deep, "[" * 10_000, '{"ID": "e"}', "}"]
    found = read("\n".join(lines), lines=True)
    assert [record.place for record in found.records] == ["line 1", "line 5", "line 8"]
    assert [place for _, place in found.notes] == ["lines 2 to 4", "lines 6 to 7", "line 9"]
    assert {rule for rule, _ in found.notes} == {"unreadable_file"}
    several, deep, broken = "none of it is a JSON object", "its groups are nested more than 32", "it is no valid JSON"
    for told, reason in zip(found.reasons, (several, deep, broken), strict=True):
        assert told.startswith(reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3", "it is no JSON object"),
        ("not JSON", "it is no valid JSON"),
        ('{"ID": "b"} {"ID": "c"}', "it is no valid JSON"),
        (json.dumps({"ID": "b"} | {f"key {number}": number for number in range(1_001)}), "more than 1,000 fields"),
        (json.dumps({"ID": "b", "list": [1] * 500_002}), "more than 500,000 values"),
    ],
)
def test_a_line_that_is_left_out_says_why(read: ReadJson, line: str, reason: str) -> None:
    found = read(f'{{"ID": "a"}}\n{line}\n{{"ID": "d"}}', lines=True)
    assert [record.place for record in found.records] == ["line 1", "line 3"]
    assert found.notes == [("unreadable_file", "line 2")]
    assert reason in found.reasons[0]


@pytest.mark.parametrize(
    ("content", "ids", "reason", "place"),
    [
        ('[{"ID": "a"},\n{"ID": b}, {"ID": "c"}]', ["a"], "no valid JSON from line 2 on", "line 2"),
        ('[{"ID": "a"}\n{"ID": "b"}]', ["a"], "no valid JSON from line 2 on", "line 2"),
        ('[{"ID": "a"},]', ["a"], "no valid JSON from line 1 on", "line 1"),
        ('[{"ID": "a"}]\n\nend', ["a"], "no valid JSON from line 3 on", "line 3"),
        ('[{"ID": "a"}][{"ID": "b"}]', ["a"], "no valid JSON from line 1 on", "line 1"),
        ('{"ID": "a"}\n, {"ID": "b"}', ["a"], "no valid JSON from line 2 on", "line 2"),
        ('{"r": [{"ID": "a"},\n{"ID": "b"\n', ["a"], "it breaks off at line 3", "line 3"),
        ('{"r": [{"ID": "a"}], \n"x" 1}', ["a"], "no valid JSON from line 2 on", "line 2"),
        ('[{"ID": "a"},\n{"ID": "b', ["a"], "it breaks off at line 2", "line 2"),
        ('[{"ID": "a"}\n', ["a"], "it breaks off at line 2", "line 2"),
        ('[{"ID": "a"}, 3, {', ["a"], "it breaks off at line 1", "line 1"),
        ("[{'ID': 'a'}]", [], "no valid JSON from line 1 on", "line 1"),
    ],
)
def test_what_comes_before_a_fault_counts(
    read: ReadJson, content: str, ids: list[str], reason: str, place: str
) -> None:
    found = read(content)
    assert [record.fields[0].value for record in found.records] == ids
    assert found.told is not None
    assert reason in found.told[0]
    assert found.told[1] == place


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        (" \n\ufeff", "it is empty"),
        ("3", "it holds no JSON object"),
        ("null", "it holds no JSON object"),
        ("text", "it holds no JSON object"),
        ("[]", "it holds no record"),
        ("{}", "it holds no record"),
        ("[1, 2]", "no record of it is a JSON object that can be read"),
    ],
)
def test_a_document_without_any_record(read: ReadJson, content: str, reason: str) -> None:
    assert read(content).told == (reason, None)
    assert read(content).all == []


def test_lines_without_any_record(read: ReadJson) -> None:
    assert read("\n \n", lines=True).told == ("it is empty", None)
    assert read("a,b\n1,2\n", lines=True).told == ("no line of it is a JSON object that can be read", None)
    assert read("{}\n{}", lines=True).told == ("it holds no record", None)


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"a":', '{"a":[', '{"ID": 1, "a":['])
def test_depth(read: ReadJson, opening: str) -> None:
    told = read(opening * 100_000).told
    assert told is not None
    assert told[0] == "its groups are nested more than 32 levels deep"


def test_the_deepest_group_that_is_read(read: ReadJson) -> None:
    def nested(levels: int) -> str:
        return '[{"ID": "a", ' + '"g": {' * levels + '"Land": "x"' + "}" * levels + "}]"

    assert read(nested(32)).fields == [[("ID", "a"), ("Land", "x")]]
    assert read(nested(33)).told == ("its groups are nested more than 32 levels deep", "record 1")


def test_limits(read: ReadJson, monkeypatch: pytest.MonkeyPatch) -> None:
    many = json.dumps([{"ID": "a"}, {str(number): 1 for number in range(1001)}])
    assert read(many).told == ("a record of it has more than 1,000 fields", "record 2")
    assert len(read(many).records) == 1
    monkeypatch.setattr("oh_pipeline.sources.objects.forms.LONGEST_VALUE", 4 << 20)
    monkeypatch.setattr(jsontext, "LONGEST_RECORD", 8 << 20)
    monkeypatch.setattr(structured, "LONGEST_RECORD", 8 << 20)
    value = '[{"ID": "a"},\n{"ID": "%s"}]'
    assert len(read(value % ("x" * (4 << 20))).records) == 2
    assert read(value % ("x" * (5 << 20))).told == ("a value of it is longer than 4 MiB", "record 2")
    assert read(value % ("x" * (20 << 20))).told == (
        "a record of it is longer than 8 MiB; what follows was not read",
        "line 2",
    )
    found = read('{"ID": "a"}\n' + "x" * (20 << 20), lines=True)
    assert found.told == ("a line of it is longer than 8 MiB; what follows was not read", "line 2")
    assert len(found.records) == 1


def test_so_many_values_that_a_record_is_none(read: ReadJson) -> None:
    many = '{"ID": "b", "x": [' + "1," * 500_001 + "1]}"
    found = read(f'[{{"ID": "a"}},\n{many}]')
    assert found.told == ("a record of it has more than 500,000 values; what follows was not read", "line 2")
    assert len(found.records) == 1
    assert read(f'{{"ID": "a"}}\n{many}\n{{"ID": "c"}}', lines=True).notes == [("unreadable_file", "line 2")]
    few = many.replace("1,", "", 10)
    assert len(read(f"[{few}]").records) == len(read(few, lines=True).records) == 1


@pytest.mark.parametrize("lines", [False, True])
def test_so_much_that_is_no_object_that_the_rest_is_not_read(read: ReadJson, lines: bool) -> None:
    def content(count: int) -> str:
        return '{"ID": "a"}\n' + "1\n" * count if lines else '[{"ID": "a"}' + ",1" * count + ', {"ID": "b"}]'

    unit = "line" if lines else "record"
    found = read(content(99_999), lines=lines)
    assert (len(found.records), found.told) == (1 if lines else 2, None)
    found = read(content(100_000), lines=lines)
    assert found.told == (f"so many {unit}s of it are no JSON objects that the rest was not read", f"{unit} 100001")
    assert found.notes == [("unreadable_file", f"{unit}s 2 to 100001")]


def test_many_distinct_keys_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oh_pipeline.sources.objects.forms._MOST_HEADINGS", 10)
    (tmp_path / "file").write_text("\n".join(json.dumps({"ID": "a", f"key {n}": n}) for n in range(100)))
    assert len(Read(structured.read_jsonl(str(tmp_path / "file"), LABELS, "utf-8")).records) == 100


# bytes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
@pytest.mark.parametrize("lines", [False, True])
def test_encodings(read: ReadJson, encoding: str, lines: bool) -> None:
    found = read('{"ID": "été"}\n{"ID": "b"}', encoding, lines=lines)
    assert found.fields == [[("ID", "été")], [("ID", "b")]]


def test_a_stray_byte_and_a_broken_one(read: ReadJson) -> None:
    assert read('[{"ID": "é'.encode() + b'\xe9"}]').fields == [[("ID", "éé")]]
    told = read('[{"ID": "a"}]'.encode("utf-16") + b"\x00\xd8", "utf-16").told
    assert told == ("some of its bytes are no text in its encoding, utf-16", None)


RECORDS = [
    {"ID": f"é{n}", "g": {"Land": "Málì\n" * n, "y": [1.5e3, {"z": "😀"}]}, "Kind/a": 1, "t": True, "Year": n}
    for n in range(5)
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
@pytest.mark.parametrize("whole", [RECORDS, {"count": 12345, "results": RECORDS, "end": None}])
def test_pieces_of_any_size_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, whole: Any
) -> None:
    path = tmp_path / "file"
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1).replace("\n", "\r\n"), encoding="utf-8", newline="")
    expected = Read(structured.read_json(str(path), LABELS, "utf-8"))
    assert len(expected.records) == 5
    monkeypatch.setattr(jsontext.pieces, "__defaults__", (size,))
    monkeypatch.setattr(jsontext.JsonText.__init__, "__defaults__", (size,))
    assert Read(structured.read_json(str(path), LABELS, "utf-8")).all == expected.all


@pytest.mark.parametrize("kind", ["array", "around", "lines"])
def test_cut_anywhere_gives_what_came_before(read: ReadJson, kind: str) -> None:
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    text = {
        "array": json.dumps(RECORDS),
        "around": json.dumps({"n": 1, "results": RECORDS}),
        "lines": "\n".join(lines),
    }[kind]
    whole = read(text, lines=kind == "lines").records
    content = text.encode()
    for size in range(0, len(content), 10):
        found = read(content[:size], lines=kind == "lines")
        assert found.records == whole[: len(found.records)]
        assert found.problem is not None or found.notes or kind == "lines"
        if kind == "lines":
            assert len(found.records) >= content[:size].count(b"\n")


SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
KEYS = st.text(st.characters(exclude_characters="/_[]", exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=5)
OBJECTS = st.dictionaries(
    KEYS,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
    ),
    max_size=5,
)


def leaves(value: Any, path: str) -> list[tuple[str, str]]:
    """What a value has to become, the plain way."""

    def text(scalar: Any) -> str:
        if scalar is None:
            return ""
        if isinstance(scalar, str):
            return scalar.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\\u0000").strip()
        return json.dumps(scalar)

    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, f"{path}/{key}" if path else key)]
    if isinstance(value, list):
        single = [text(item) for item in value if not isinstance(item, dict | list)]
        inner = [
            leaf
            for n, item in enumerate(value, 1)
            if isinstance(item, dict | list)
            for leaf in leaves(item, f"{path}[{n}]")
        ]
        return [(path, ", ".join(filter(None, single))), *inner]
    return [(path, text(value))]


@given(st.lists(OBJECTS, max_size=4), st.booleans(), st.sampled_from([None, 1]), st.sampled_from(["utf-8", "utf-16"]))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_value_of_any_object_arrives(
    tmp_path: Path, objects: list[dict[str, Any]], escaped: bool, indent: int | None, encoding: str
) -> None:
    path = tmp_path / "file"
    expected = [found for item in objects if (found := [leaf for leaf in leaves(item, "") if leaf[1]])]

    def compare(items: Iterable[Record | Note]) -> None:
        found = Read(items)
        given_up = [[leaf for leaf in leaves if leaf[1]] for leaves in found.fields]
        assert given_up == expected
        assert (found.told is None) == bool(expected)

    whole: Any = [*objects, {}]
    path.write_bytes(json.dumps(whole, ensure_ascii=escaped, indent=indent).encode(encoding))
    compare(structured.read_json(str(path), NONE_KNOWN, encoding))
    path.write_bytes("\n".join(json.dumps(item, ensure_ascii=escaped) for item in whole).encode(encoding))
    compare(structured.read_jsonl(str(path), NONE_KNOWN, encoding))


NONE_KNOWN = Labels(frozenset(), {}, frozenset(), frozenset())


def test_a_number_is_as_it_is_written_whatever_its_size() -> None:
    assert jsontext.line_value("[1e400, -0.0, 1e-400]") == ["1e400", "-0.0", "1e-400"]
    assert math.isinf(float("1e400"))
