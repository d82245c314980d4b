"""The page of questions: its queries, the synthetic corpus they are asked of, and the page's own writer.

The corpus is that of `oh demo` with a codebook that also lists results for every country, indicators and judged pairs: of the
shipped programme too few are known to show anything. It is published twice, without its last harvest and with it, so that
there is a publication before. `python -m tests.questions` writes the answers into the page.
"""

from __future__ import annotations

import csv
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.pipeline.conftest import PROJECT, SEEDS, oh

PAGE = PROJECT / "docs" / "questions.md"
RECORDS, SEED = 3000, 25

_HEADING = re.compile(r"^### (\d+)\. (.+)$", re.M)
_QUERY = re.compile(r"```sql\n(.*?)\n```\n(?:\n```text\n(.*?)\n```\n)?", re.S)


@dataclass(frozen=True)
class Query:
    """One query of a question. `shown` is the answer on the page, None before it was ever written."""

    number: int
    place: int
    question: str
    sql: str
    shown: str | None


def queries(page: str) -> list[Query]:
    """The page's queries in order."""
    found = []
    headings = list(_HEADING.finditer(page))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        part = page[heading.end() : following.start() if following else len(page)]
        for place, block in enumerate(_QUERY.finditer(part), 1):
            found.append(Query(int(heading[1]), place, heading[2], block[1], block[2]))
    return found


def make_codebook(folder: Path) -> Path:
    """The shipped codebook with results, indicators and judgements for every country, all invented."""
    shutil.copytree(SEEDS, folder)
    with (folder / "geographies.csv").open(encoding="utf-8", newline="") as file:
        places = [row["label"] for row in csv.DictReader(file)]
    results, counted = [], []
    for position, place in enumerate(places):
        for code in ("1.1", "1.2", "2.1", "2.2")[: 2 + position % 3]:
            results.append((place, code, f"Outcome {code}", "inferred"))
            indicator = {"1.1": "SCS5", "1.2": "SCS3", "2.1": "SCS2", "2.2": "SCS1"}[code]
            weight = "0.5" if code == "2.2" else "1"
            counted.append(("SCC", indicator, place, f"Outcome {code}", weight, "true", "Invented", "inferred"))
    _write(folder / "results.csv", ("geography", "code", "label", "source"), results)
    columns = ("programme", "indicator", "geography", "result", "weight", "is_counted", "reason", "source")
    _write(folder / "indicator_results.csv", columns, counted)
    return folder


def _write(file: Path, columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def told(*arguments: str | Path, codebook: Path) -> str:
    """What the real `oh` prints with this codebook. Raises CalledProcessError where it fails."""
    said = oh(*arguments, env={"OH_CODEBOOK": str(codebook), "NO_COLOR": "1"})
    said.check_returncode()
    return said.stdout


def publish(folder: Path, *, mess: float = 0.0) -> tuple[Path, Path]:
    """Make codebook and corpus in `folder` and publish it twice. Gives the home and the codebook."""
    codebook, home = make_codebook(folder / "codebook"), folder / "home"
    told("demo", home, "--records", str(RECORDS), "--seed", str(SEED), "--mess", str(mess), codebook=codebook)
    aside = folder / "aside"
    for file in sorted(path for path in (home / "raw").rglob("*") if path.is_file()):
        if re.search(LAST_DELIVERY, file.as_posix()):
            place = aside / file.relative_to(home / "raw")
            place.parent.mkdir(parents=True, exist_ok=True)
            file.rename(place)
    told("run", "--home", home, codebook=codebook)
    shutil.copytree(aside, home / "raw", dirs_exist_ok=True)
    shutil.rmtree(aside)
    told("run", "--home", home, codebook=codebook)
    return home, codebook


LAST_DELIVERY = r"harvest_5"
"""What is delivered between the two publications."""


def answer(query: Query, home: Path, codebook: Path) -> str:
    """What `oh sql` prints, without trailing blanks; the time-bound name of a build as `…`."""
    said = told("sql", query.sql, "--home", home, codebook=codebook)
    said = re.sub(r"\b\d{8}T\d{6}Z-[0-9a-f]{8}\b", "…", said)
    return "\n".join(line.rstrip() for line in said.splitlines()).strip("\n")


def write_page(home: Path, codebook: Path) -> None:
    """Put every answer below its query."""
    page = PAGE.read_text(encoding="utf-8")
    for query in queries(page):
        block = f"```sql\n{query.sql}\n```\n"
        old = block + (f"\n```text\n{query.shown}\n```\n" if query.shown is not None else "")
        page = page.replace(old, f"{block}\n```text\n{answer(query, home, codebook)}\n```\n")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        write_page(*publish(Path(scratch)))
