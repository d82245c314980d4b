"""Encodings: told, proved or guessed; and what is no text."""

from __future__ import annotations

import codecs

import pytest

from oh_pipeline.sources import encoding

FRENCH = "**Année**: 2023\n**Description**: L’assemblée a décidé à l'unanimité : où, ça, Noël, œuvre.\n"
ARABIC = "**Année**: منظمات المجتمع المدني عقدت جلسة عامة\n"


def probe(data: bytes, size: int = 7) -> encoding.Encoding:
    told = encoding.EncodingProbe()
    for start in range(0, len(data), size):
        told.feed(data[start : start + size])
    return told.result()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"plain", "utf-8"),
        (FRENCH.encode(), "utf-8"),
        (codecs.BOM_UTF8 + FRENCH.encode(), "utf-8-sig"),
        (FRENCH.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + FRENCH.encode("utf-16-be"), "utf-16"),
    ],
)
def test_told_or_proved(data: bytes, name: str) -> None:
    assert probe(data) == encoding.Encoding(name)
    assert probe(data, 1 << 20) == encoding.Encoding(name)


@pytest.mark.parametrize("text", ["**Country**: Kenya\n", FRENCH])
@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(text: str, name: str) -> None:
    assert probe(text.encode(name)) == encoding.Encoding(name, guessed=True)


def test_utf_32_is_said_to_be_guessed() -> None:
    assert probe(FRENCH.encode("utf-32")) == encoding.Encoding("utf-32", guessed=True)


def test_a_stray_byte_in_utf_8() -> None:
    assert probe((FRENCH * 9).encode() + b"caf\xe9\n") == encoding.Encoding("utf-8", guessed=True)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (FRENCH.encode("cp1252"), "cp1252"),
        (("x" * 100_000 + "\n" + FRENCH).encode("cp1252"), "cp1252"),
        (FRENCH.encode("utf-16-le"), "utf-16-le"),
        (FRENCH.encode("utf-16-be"), "utf-16-be"),
        ((ARABIC.replace("Année", "Annee") * 4).encode("cp1256"), "cp1256"),
    ],
)
def test_guessed(data: bytes, name: str) -> None:
    assert probe(data, 4096) == encoding.Encoding(name, guessed=True)


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\0\0\1\2\0\0", codecs.BOM_UTF8 + b"\xff", b"a\0b\0\0\0" * 10],
)
def test_no_text(data: bytes) -> None:
    assert probe(data).problem


def test_a_line_beyond_all_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "LONGEST_LINE", 20)
    assert probe(b"x" * 21).problem
    assert probe(b"x" * 19 + b"\n" + b"y" * 19).problem is None
