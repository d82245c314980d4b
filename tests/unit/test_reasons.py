"""Why a file was not read is said in both languages, whichever reader says it."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from oh_pipeline.codebook import Codebook
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.reasons import HOLE, REASONS_FILE, said

PACKAGE = Path(__file__).parents[2] / "oh_pipeline"
# Where reasons are given, but for what is said to who calls a command.
READERS = [path for path in sorted((PACKAGE / "sources").rglob("*.py")) if path.name != "given.py"] + [
    PACKAGE / "validation" / name for name in ("form_tasks.py", "text_tasks.py", "tally.py")
]
# Words that are no reason: headings of a returned workbook, places in a file, what ends a run.
NO_REASONS = {
    "Row key (leave as it is)",
    "What to fix",
    "imported part {}",
    "A source file changed while it was read",
    "Run again when it has arrived completely",
    "A source file can no longer be read ({})",
}
PROSE = re.compile(r"[a-z]{2,} [a-z]{2,}|[a-z]{2,}, ")

with REASONS_FILE.open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
KNOWN = [r"(?:\{\}|[0-9,]+)".join(map(re.escape, row["en"].split(HOLE))) for row in ROWS]


def texts(source: str) -> Iterator[str]:
    """The texts of a module that are no docstrings; what stands in their places as holes."""
    tree = ast.parse(source)
    seen = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if node in seen:
            continue
        if isinstance(node, ast.JoinedStr):
            seen |= set(node.values)
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def reasons(source: str) -> set[str]:
    """The texts of a module that a person reads."""
    return {text for text in texts(source) if PROSE.search(text) and text not in NO_REASONS}


def is_known(text: str) -> bool:
    """Whether there are words for it; a number may stand where a reason has a hole."""
    begun = text.removesuffix("; what follows was not read")
    return begun == HOLE or any(re.fullmatch(pattern, begun) for pattern in KNOWN)


@pytest.mark.parametrize("path", READERS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_reason_of_a_reader_has_both_languages(path: Path) -> None:
    assert {text for text in reasons(path.read_text(encoding="utf-8")) if not is_known(text)} == set()


def test_a_reason_without_words_is_found() -> None:
    source = 'def read(path):\n    """It reads a file."""\n    raise Unreadable(f"it has more than {MOST} dragons", "Save it as UTF-8")'
    assert {text for text in reasons(source) if not is_known(text)} == {"it has more than {} dragons"}


def test_no_words_are_for_a_reason_that_nobody_gives() -> None:
    given = {text for path in READERS for text in texts(path.read_text(encoding="utf-8"))}
    given |= {text.removesuffix("; what follows was not read") for text in given}
    given |= {re.sub("[0-9,]+", HOLE, text) for text in given}
    told = {row["en"] for row in ROWS if row["kind"] in ("message", "reason", "remedy")}
    assert told <= given


@pytest.mark.parametrize("row", ROWS, ids=[row["en"][:40] for row in ROWS])
def test_both_languages_say_the_same(row: dict[str, str]) -> None:
    assert row["kind"] in ("message", "reason", "remedy", "word")
    assert all(cell.strip() == cell != "" for cell in row.values())
    assert row["en"].count(HOLE) == row["fr"].count(HOLE)
    assert row["en"] != row["fr"] or row["kind"] == "word"
    assert not row["en"].endswith(".") and not row["fr"].endswith(".")
    # French sets a hard blank inside its quotation marks and before high punctuation.
    assert not re.search(r" [:;!?»]|« ", row["fr"])


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("it is empty", "il est vide"),
        ("The file was not read: it is empty", "Le fichier n'a pas été lu\u00a0: il est vide"),
        ("a record of it has more than 1,000 fields", "une de ses fiches a plus de 1\u202f000 champs"),
        (
            "it is no valid JSON from line 3 on; what follows was not read",
            "à partir de la ligne 3, ce n'est plus du JSON valide\u00a0; la suite n'a pas été lue",
        ),
        (
            "it broke the program that read it (exit 1)",
            "il a fait échouer le programme qui le lisait (exit 1)",
        ),
        ("it cannot be opened or read (Permission denied)", "il ne peut pas être ouvert ou lu (accès refusé)"),
        ("it is damaged (KeyError)", "il est endommagé (KeyError)"),
        ("something that nobody has put into words", "something that nobody has put into words"),
    ],
)
def test_a_reason_is_said_in_french(english: str, french: str) -> None:
    assert said(english, "fr") == french
    assert said(english, "en") == english


def test_a_file_and_a_part_of_one_are_refused_in_french(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, codebook: Codebook
) -> None:
    monkeypatch.setenv("OH_LANGUAGE", "fr")
    (tmp_path / "a.json").write_text("[]")
    (tmp_path / "b.jsonl").write_text('{"FragmentID": "SCC-1"}\nno JSON\n')
    (tmp_path / "c.pdf").write_text("%PDF")
    told = pl.concat([frames["issues"] for frames in intake(take_inventory(tmp_path), codebook)])
    refused = told.filter(rule="unreadable_file").select("source_file", "location", "message", "remedy").rows()
    whole = "Remettez les fiches en texte, classeur, CSV, JSON ou formulaire Word qui s'ouvre sans mot de passe"
    assert refused == [
        ("a.json", None, "Le fichier n'a pas été lu\u00a0: il ne contient aucune fiche", whole),
        (
            "b.jsonl",
            "line 2",
            "Une partie du fichier n'a pas été lue\u00a0: ce n'est pas du JSON valide",
            "Corrigez cette partie, puis remettez le fichier",
        ),
        ("c.pdf", None, "Le fichier n'a pas été lu\u00a0: les fichiers de ce genre ne sont pas pris en charge", whole),
    ]
