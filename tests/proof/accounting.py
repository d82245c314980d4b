"""No record is lost: what lies in the files, counted by readers of this module's own, stands in the warehouse, each in one place.

A synthetic corpus with as much mess as there is, in every format, some of it in archives. For each file: as many records as
somebody counts who reads it with the format's usual library; found = accepted + quarantined + duplicate. For each record: one
place in the raw tables; an accepted one is a version of its outcome, or an answer; a quarantined one has an issue of severity
error and is no version; a duplicate has neither.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl

from ..demos import SEEDS, make
from ..pipeline.conftest import RunHome
from .proving import Found, Proof, Task
from .twin import rows

PACK_EVERY = 4
_HEADER_LABELS = 3
_COUNTED = "select source_file, found, accepted, quarantined, duplicate from main.quality_sources"
_WRONG = """
    with records as (
        select source_file, record_number, source_location, fragment_key, false as is_quarantined from raw.fragments
        union all
        select source_file, record_number, source_location, null, false from raw.substantiations
        where not is_in_outcome
        union all
        select source_file, record_number, source_location, null, true from raw.quarantine
    ),
    told as (
        select
            if(packed.path is null, truth.source_file, packed.path) as source_file, record_number, kind, expected
        from read_parquet('{truth}') as truth
        left join (select unnest({packed}) as pair) as found on found.pair[1] = truth.source_file
        left join lateral (select found.pair[2] as path) as packed on true
    ),
    places as (
        select source_file, record_number, count(*) as n, any_value(source_location) as place,
            bool_or(is_quarantined) as is_quarantined
        from records group by all
    ),
    versions as (select source_file, source_location, count(*) as n from main.fct_outcome_versions group by all),
    errors as (select distinct source_file, record_number from raw.issues where severity = 'error')
    select told.source_file, told.record_number
    from told
    left join places using (source_file, record_number)
    left join versions on versions.source_file = told.source_file and versions.source_location = places.place
    left join errors on errors.source_file = told.source_file and errors.record_number = told.record_number
    where
        places.n is distinct from 1
        or places.is_quarantined <> (told.expected = 'quarantined')
        or (told.expected = 'quarantined') <> (errors.record_number is not null)
        or (told.kind = 'outcome' and coalesce(versions.n, 0) <> if(told.expected = 'accepted', 1, 0))
    order by all
"""

Run = Callable[[Path], Path]


def real_run(root: Path) -> Path:
    """The restricted edition that the real `oh` makes of a home."""
    home = RunHome(root)
    home.run()
    return home.link()


def harness(task: Task, run: Run = real_run) -> Found:
    """One corpus of so many records, published once."""
    root = make(task.scratch / "home", task.tries, 1, seed=task.seed)
    packed = pack(root / "raw")
    counted = count_all(root / "raw")
    published = run(root)
    broken = []
    told = {row[0]: row[1:] for row in rows(published, _COUNTED)}
    for name in sorted(counted.keys() | told.keys()):
        found, *parts = told.get(name, (0, 0, 0, 0))
        if found != counted.get(name, 0) or found != sum(parts):
            broken.append(
                f"{name}: {counted.get(name, 0)} records lie there, {found} found, {sum(parts)} accounted for"
            )
    pairs = [[str(one), str(two)] for one, two in packed.items()] or [["", ""]]
    query = _WRONG.format(truth=root / "truth.parquet", packed=pairs)
    broken += [f"{name}, record {number}: not where it belongs" for name, number in rows(published, query)]
    formats = ", ".join(sorted({Path(name).suffix[1:] for name in counted} | {"zip"}))
    return Found(sum(counted.values()), broken, f"{len(counted)} files: {formats}")


def pack(raw: Path) -> dict[str, str]:
    """Put some files into archives of their own; path before → path within."""
    found = {}
    for file in sorted(path for path in raw.rglob("*") if path.is_file())[::PACK_EVERY]:
        name = file.relative_to(raw).as_posix()
        with zipfile.ZipFile(file.with_name(f"{file.name}.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(file, file.name)
        file.unlink()
        found[name] = f"{name}.zip/{file.name}"
    return found


def count_all(raw: Path) -> dict[str, int]:
    """Records by source file, an archive with none of its own."""
    found = {}
    for file in sorted(path for path in raw.rglob("*") if path.is_file()):
        name = file.relative_to(raw).as_posix()
        if file.suffix == ".zip":
            found[name] = 0
            with zipfile.ZipFile(file) as archive:
                for inner in archive.namelist():
                    found[f"{name}/{inner}"] = count(inner, archive.read(inner))
        else:
            found[name] = count(name, file.read_bytes())
    return found


def count(name: str, content: bytes) -> int:
    """Records of one file. Raises KeyError for a format that nobody counts."""
    return _COUNTERS[Path(name).suffix](content)


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _labels(*names: str) -> set[str]:
    with (SEEDS / "fields.csv").open(encoding="utf-8-sig", newline="") as file:
        return {_folded(row["label"]) for row in csv.DictReader(file) if not names or row["field"] in names}


def _beginnings(labels: Iterable[str]) -> int:
    begins = _labels("fragment_id")
    return sum(_folded(label) in begins for label in labels)


def _txt(content: bytes) -> int:
    lines = [line.strip() for line in io.StringIO(_text(content), newline=None)]
    return _beginnings(line[2:].split("**", 1)[0] for line in lines if line.startswith("**")) or 1


def _below_header(table: Iterable[Sequence[Any]]) -> int:
    known, found = _labels(), None
    for row in table:
        cells = ["" if cell is None else str(cell).strip() for cell in row]
        if found is not None:
            found += any(cells)
        elif (
            sum(_folded(part) in known for cell in cells for part in {cell, cell.rpartition("/")[2]}) >= _HEADER_LABELS
        ):
            found = 0
    return found or 0


def _csv(content: bytes) -> int:
    text = _text(content)
    return max(_below_header(csv.reader(io.StringIO(text, newline=""), delimiter=mark)) for mark in ",;\t")


def _xlsx(content: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return sum(_below_header(sheet.iter_rows(values_only=True)) for sheet in book.worksheets)


def _json(content: bytes) -> int:
    made = json.loads(_text(content))
    return len(made if isinstance(made, list) else next(part for part in made.values() if isinstance(part, list)))


def _jsonl(content: bytes) -> int:
    return sum(bool(line.strip()) for line in _text(content).splitlines())


def _docx(content: bytes) -> int:
    document = docx.Document(io.BytesIO(content))
    labels = [row.cells[0].text for table in document.tables for row in table.rows]
    lines = [part.text.strip() for part in document.paragraphs]
    return _beginnings([*labels, *(line[2:].split("**", 1)[0] for line in lines if line.startswith("**"))])


_COUNTERS: dict[str, Callable[[bytes], int]] = {
    ".txt": _txt,
    ".csv": _csv,
    ".tsv": _csv,
    ".xlsx": _xlsx,
    ".json": _json,
    ".jsonl": _jsonl,
    ".docx": _docx,
}

PROOFS = (
    Proof(
        "accounted",
        "every record that lies in a file stands in the warehouse, as what it is, exactly once",
        "records",
        10_000,
        harness,
    ),
)
