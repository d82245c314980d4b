"""JSON: depth, digits, keys and lines without end; documents that break off."""

from __future__ import annotations

import codecs
import json

from .kinds import MEBI, Fate, Hostile, cut, harmless, lines, partly, record, repeated, sparse, unread

_DEEP = 100_000


def _one(**changes: str) -> str:
    return json.dumps(record(**changes))


def _with(extra: str) -> bytes:
    """A document of one record with more members, as they are written."""
    return f"[{_one()[:-1]}, {extra}}}]".encode()


def _documents() -> list[Hostile]:
    three = f"[{_one()}, {_one()}, {_one()}]".encode()
    return [
        unread("json/blanks.json", b" \n" * 500, "empty"),
        unread("json/NULs.json", bytes(500), "NUL"),
        unread("json/a line of NULs.json", sparse(three, 40 * MEBI), "NUL"),
        unread("json/no JSON.json", b"FragmentID: x\n"),
        unread("json/text.json", lines().encode()),
        unread("json/a page.json", b"<!DOCTYPE html><html><body>404</body></html>"),
        unread("json/null.json", b"null"),
        unread("json/a text.json", b'"FragmentID"'),
        unread("json/numbers.json", b"[1, 2, 3]"),
        unread("json/nothing in it.json", b"[]"),
        unread("json/nothing in any.json", b"[" + b"{}," * 100_000 + b"{}]"),
        unread("json/nulls.json", b"[" + b"null," * 200_000 + b"null]"),
        unread("json/no field of ours.json", b'[{"a": 1}, {"b": {"c": 2}}]', "field"),
        unread("json/records of others.json", b"[" + b'{"a": 1},' * 100_000 + b'{"a": 1}]', "field"),
        unread(
            "json/records of others by the million.json",
            b"[" + b'{"a": 1},' * 2_000_000 + b'{"a": 1}]',
            "takes longer",
        ),
        unread("json/deep arrays.json", b"[" * _DEEP + b"]" * _DEEP, "nested|deep"),
        unread("json/deep arrays without end.json", b"[" * (4 * MEBI)),
        unread("json/deep objects.json", b'{"a":' * _DEEP + b"1" + b"}" * _DEEP, "nested|deep"),
        unread("json/deep in a record.json", _with('"Own": ' + '{"a":' * _DEEP + "1" + "}" * _DEEP), "nested|deep"),
        unread("json/deep lists in a record.json", _with('"Own": ' + "[" * 900 + "]" * 900), "nested|deep"),
        unread("json/cut off in the first.json", cut(three, 0.2), "breaks off"),
        unread("json/a text without end.json", repeated(b'[{"FragmentID": "', b"x" * MEBI, 80), "longer"),
        unread("json/a text of 70 MiB.json", repeated(b'[{"FragmentID": "', b"x" * MEBI, 70, b'"}]'), "longer"),
        unread(
            "json/a key of 20 MiB.json",
            repeated(b'[{"', b"k" * MEBI, 20, b'": "x", "FragmentID": "SCC-1"}]'),
            "label|longer",
        ),
        unread("json/20,000 keys.json", _with(", ".join(f'"Own {i}": "x"' for i in range(20_000))), "fields"),
        unread("json/records in single quotes.json", repr([record()]).encode()),
        unread("json/a mark of the wrong order.json", codecs.BOM_UTF16_BE + three.decode().encode("utf-16-le")),
        partly("json/half a letter of UTF-16.json", three.decode().encode("utf-16") + b"\0", 2, "utf-16"),
        partly("json/cut off.json", cut(three, 0.9), 2, "breaks off"),
        partly("json/a comma at the end.json", three[:-1] + b",]", 3),
        partly("json/words behind.json", three + b" and so on", 3),
        partly("json/a comment inside.json", three[:-1] + b", /* more */ " + _one().encode() + b"]", 3),
        partly("json/deep behind good ones.json", three[:-1] + b"," + b'{"a":' * _DEEP + b"1" + b"}" * _DEEP + b"]", 3),
        unread("json/a control character inside.json", _with('"Own": "a\x00b"')),
        harmless("json/a million digits.json", _with('"Own": ' + "9" * MEBI)),
        harmless("json/no such number.json", _with('"Own": 1e999999, "Own too": -Infinity')),
        harmless("json/half pairs.json", _with('"Own": "\\ud83d", "Own \\udc00": "\\udfff\\ud800"')),
        harmless("json/NULs as escapes.json", _with('"Own": "a\\u0000b", "\\u0000": "x"')),
        harmless("json/blanks before it.json", b" " * (8 * MEBI) + _with('"Own": 1')),
        harmless("json/a key twice by the thousand.json", _with(", ".join(['"Year": "2022"'] * 900)), quarantined=1),
        harmless(
            "json/names of others.json", _with('"__proto__": {"a": 1}, "$ref": "file:///etc/passwd", "__class__": "x"')
        ),
    ]


def _lines() -> list[Hostile]:
    good = _one().encode() + b"\n"
    return [
        unread("json/no JSON.jsonl", b"FragmentID: x\n" * 50),
        unread("json/NULs.jsonl", bytes(500), "NUL"),
        unread("json/a line of 20 MiB.jsonl", repeated(good + b'{"FragmentID": "', b"x" * MEBI, 20, b'"}\n'), "line"),
        unread("json/deep.jsonl", b"[" * _DEEP + b"]" * _DEEP, "nested|deep"),
        unread("json/numbers.jsonl", b"1\n2\n" * 50),
        partly("json/a line cut off.jsonl", good * 1 + cut(_one().encode(), 0.9), 1, "no valid JSON"),
        partly("json/a deep line.jsonl", good + b"[" * _DEEP + b"\n" + _one().encode(), 2, "nested"),
        Hostile(
            "json/every other line broken.jsonl",
            (b'{"FragmentID": "x"}\n' + b"{\n") * 20_000,
            Fate(1_001, "more than 1,000 parts", quarantined=1_001, problems=1_001),
        ),
        harmless("json/blank lines.ndjson", b"\n" * MEBI + good),
    ]


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [*_documents(), *_lines()]
