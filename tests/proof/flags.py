"""Spellings of a confidentiality flag: whatever does not plainly say no must close the record, in every form it is handed in."""

from __future__ import annotations

import csv
import io
import json
import random
import unicodedata
from collections.abc import Iterator

from ..forms import as_json, separated, word, xlsx
from ..fragments import DEFAULTS, fragment
from .homes import last_line, oh_run, planted
from .proving import Found, Proof, Task

FLAG = "Outcome statements is CONFIDENTIAL"
OPEN = ("0", "0.0", "no", "false", "non")  # the only words that open a record
_SAID = (
    "", "-", "--", "?", "n/a", "na", "null", "none", "nil", "nan", "undefined", "unknown", "not known", "tbd", "nope", "nah", "not",
    "no.", "no!", "no?", "no,", "(no)", '"no"', "'no'", "no no", "no, yes", "no/yes", "yes/no", "0/1", "0 or 1", "no (see note)",
    "not confidential", "public", "open", "ok", "can be shared", "n", "faux", "não", "لا", "nein", "nee", "hapana", "nei", "niet",
    "f", "fa", "fals", "falsee", "flase", "fasle", "false.", "false;", "!false", "not true", "untrue", "o", "O", "Ø", "00", "0.00", "0,0",
    "+0", "-0", "0e0", "0x0", "0.", ".0", "0%", "0.1", "0.5", "0 0", "2", "-1", "10", "٠", "०", "０", "⓪", "²", "ｎｏ", "nо", "nο", "n0", "mo",
    "ño", "nó", "ñó", "no\u200b", "n\u200bo", "n\u00ado", "no\u0301", "\u202eon", "no\ufeff", "ⁿᵒ", "𝐧𝐨", "fаlse", "falſe", "FALſE", "fal\u200dse", "non-", "no n",
    "nonn", "noon", "nom", "nо n", "<redacted>", "<person>", "no <redacted>", "<redacted> no", "yes", "YES", " Yes ", "oui", "x", "X", "1", "1.0",
    "true", "TRUE", "vrai", "sí", "sim", "نعم", "y", "ye", "yess", "maybe", "partly", "in part", "no (but yes)", "1.00", "01", "✓", "✔", "✗", "☐", "❌",
    "disagree", "refused", "no answer", "no consent", "no permission", "no data", "no objection", "=FALSE()", "=0", "#REF!", "#N/A", "FALSE()", "0;1",
    "no\nyes", "0\n1", "false\ntrue", "{'flag': 0}", "[0]", "[]", "{}", "0b0", "zero", "cero", "sifuri",
)  # fmt: skip


def plain(spelling: str) -> str:
    """As people would compare it, done apart from the project; lower case alone, so that no other letter becomes one of ASCII."""
    return " ".join(unicodedata.normalize("NFC", spelling).lower().split())


def spellings(count: int, seed: int) -> list[str]:
    """So many that do not plainly say no: those listed, then no-words with one or two characters exchanged, put in or lost."""
    chances = random.Random(seed)
    pool = "abcdefghijklmnopqrstuvwxyz0123456789.,-_/'\"()\u200b\u00adоеαñéß"
    found = dict.fromkeys(each for each in _SAID if plain(each) not in OPEN)
    while len(found) < count:
        letters = list(chances.choice(OPEN))
        for _ in range(chances.choice((1, 1, 2))):
            at = chances.randrange(len(letters) + 1)
            letters[at : at + chances.randrange(2)] = chances.choice(("", chances.choice(pool), chances.choice(pool)))
        made = "".join(letters)
        if plain(made) not in OPEN:
            found.setdefault(made)
    return list(found)[:count]


def flags(task: Task, *plants: str) -> Found:
    """One home in which each spelling stands in every form that can hold it, and one of each open word beside."""
    said = spellings(task.tries, task.seed)
    home, raw = task.scratch / "home", task.scratch / "home" / "raw"
    raw.mkdir(parents=True)

    def record(form: str, number: int, spelling: str) -> dict[str, str]:
        description = f"In 2023 the {form} council of ward {number} opened its books to all."
        return {**DEFAULTS, "FragmentID": f"SCC-KEN/{form}{number}", "Outcome description": description, FLAG: spelling}

    every = list(enumerate([*said, *OPEN, *(f" {each.upper()} " for each in OPEN)]))
    one_line = [(number, each) for number, each in every if "\n" not in each]
    printable = [(number, each) for number, each in one_line if not each.startswith("=")]
    (raw / "text.txt").write_text("".join(fragment(record("text", *each)) for each in every), encoding="utf-8")
    (raw / "table.csv").write_bytes(separated([record("table", *each) for each in every]))
    (raw / "object.json").write_bytes(as_json([record("object", *each) for each in every]))
    (raw / "book.xlsx").write_bytes(xlsx([record("book", *each) for each in printable]))
    (raw / "form.docx").write_bytes(word([record("form", *each) for each in one_line]))
    handed_in = {f"SCC-KEN/{form}{number}": each for form, held in (
        ("text", every), ("table", every), ("object", every), ("book", printable), ("form", one_line)
    ) for number, each in held}  # fmt: skip
    ran = oh_run(home, env=planted(*plants))
    if ran.returncode:
        return Found(len(said), [f"the run ended with {ran.returncode}: {last_line(ran)}"])
    broken = list(_wrong(home, handed_in))
    return Found(len(said), broken, f"each in five forms, {len(handed_in):,} records")


def _wrong(home: object, handed_in: dict[str, str]) -> Iterator[str]:
    from ..pipeline.conftest import oh

    query = "select fragment_id, is_confidential, confidentiality_basis from fct_outcomes"
    answer = oh("sql", query, "--format", "csv", "--home", str(home)).stdout
    seen = {row["fragment_id"]: row for row in csv.DictReader(io.StringIO(answer))}
    for name, spelling in handed_in.items():
        row = seen.get(name)
        if row is None:
            yield f"{name} is not there"
            continue
        is_open, basis = row["is_confidential"] == "false", row["confidentiality_basis"]
        if is_open is not (plain(spelling) in OPEN):
            yield f"{json.dumps(spelling)} {'opens' if is_open else 'closes'} {name}"
        elif is_open and basis != "declared":
            yield f"{json.dumps(spelling)} opens {name} as {basis}"


PROOF = Proof(
    "flags", "no spelling of the confidentiality flag but a plain no opens a record", "spellings", 200, flags, least=200
)
PROOFS = (PROOF,)
