"""The real `oh run` on hostile and broken files among good ones: each has its reason, the good ones go through."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from oh_pipeline.codebook import load_codebook
from oh_pipeline.sources.inventory import take_inventory
from oh_pipeline.validation.intake import intake
from oh_pipeline.validation.reasons import said

from ..hostile import hostile_files
from ..hostile.good import RECORDS, good_files
from ..hostile.kinds import ANY, ENTITY, SECRET, Fate
from .conftest import SEEDS, RunHome
from .test_secrecy import lying

SECONDS = 40.0  # on a busy machine; ten are allowed on an idle one
MEMORY = 1 << 30

SLOW = (
    "archives/20,000 members.zip",
    "books/an attribute of 50 MiB.xlsx",
    "books/four gigabytes.xlsx",
    "books/one text in every cell.xlsx",
    "books/one text of 60 MiB.xlsx",
    "json/a text without end.json",
    "json/every other line broken.jsonl",
    "json/records of others by the million.json",
    "tables/a cell of 17 MiB.csv",
    "tables/blank lines by the thousand.csv",
    "tables/own columns by the hundred.csv",
    "text/a fragment of 70 MiB.txt",
    "text/a line of a gigabyte.txt",
    "text/a long code.txt",
    "text/codes without end.txt",
    "words/elements in elements.docx",
    "words/empty paragraphs by the thousand.docx",
)
"""Those that took more than a second when each was read alone."""

Row = dict[str, Any]


@dataclass
class Invaded:
    """A home full of them, run once, and how large any process of the run was at its largest."""

    home: RunHome
    fates: dict[str, Fate]
    kinds: Counter[str]
    sources: dict[str, Row] = field(default_factory=dict)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    largest: dict[str, int] = field(default_factory=dict)

    def fate(self, source_file: str) -> Fate | None:
        """What has to become of a source file."""
        wild = next((name for name in self.fates if name.endswith(ANY) and source_file.startswith(name[:-1])), "")
        return self.fates.get(source_file, self.fates.get(wild))


@pytest.fixture(scope="module")
def invaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invaded]:
    """All hostile files and the good ones, published once."""
    root = tmp_path_factory.mktemp("invaded")
    raw = root / "home" / "raw"
    fates: dict[str, Fate] = {}
    kinds: Counter[str] = Counter()
    for hostile in hostile_files():
        assert not os.path.lexists(raw / hostile.name)
        hostile.write(raw)
        kinds[hostile.name.partition("/")[0]] += 1
        fates |= dict(hostile.fates())
    for name, content in good_files().items():
        (raw / name).parent.mkdir(exist_ok=True)
        (raw / name).write_bytes(content)
        is_archive = name.endswith(".zip")
        fates[name] = Fate(0 if is_archive else RECORDS, None)
        if is_archive:
            fates[f"{name}/inside.txt"] = Fate(RECORDS, None)
    made = Invaded(RunHome(root / "home"), fates, kinds)
    with Watched(made.largest):
        made.home.run("--json")
    columns = ("source_file", "format", "found", "accepted", "quarantined", "duplicate")
    rows = made.home.rows(f"select {', '.join(columns)} from quality_sources")
    made.sources = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    assert len(rows) == len(made.sources), "a source file has more than one row"
    for name, message in made.home.rows(
        "select source_file, message from quality_issues where rule = 'unreadable_file'"
    ):
        made.reasons.setdefault(name, []).append(message)
    yield made
    shutil.rmtree(root)


class Watched:
    """While it lasts, the largest memory of each process below this one, by the module that it runs."""

    def __init__(self, largest: dict[str, int]) -> None:
        self._largest = largest
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.1):
            for process in me.children(recursive=True):
                try:
                    words = process.cmdline()
                    name = words[words.index("-m") + 1] if "-m" in words else "oh"
                    self._largest[name] = max(_peak(process), self._largest.get(name, 0))
                except (psutil.Error, OSError):  # it has just ended
                    continue


def _peak(process: psutil.Process) -> int:
    """How much memory a process has had at once so far; where the system does not tell, how much it has."""
    try:
        told = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        told = ""
    peak = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(peak.group(1)) << 10 if peak else process.memory_info().rss


def test_there_are_enough_of_them(invaded: Invaded) -> None:
    assert invaded.kinds.total() >= 400
    assert min(invaded.kinds.values()) >= 12


def test_every_file_has_its_row(invaded: Invaded) -> None:
    wild = [name for name in invaded.fates if name.endswith(ANY)]
    assert {name for name in invaded.sources if invaded.fate(name) is None} == set()
    assert set(invaded.fates) - set(wild) - set(invaded.sources) == set()
    assert all(any(name.startswith(start[:-1]) for name in invaded.sources) for start in wild)


def test_no_record_of_a_good_file_is_lost(invaded: Invaded) -> None:
    for name in good_files():
        name = f"{name}/inside.txt" if name.endswith(".zip") else name
        assert invaded.sources[name]["accepted"] == RECORDS, name
        assert name not in invaded.reasons


def test_each_has_its_fate(invaded: Invaded) -> None:
    assert {name: wrong for name, row in invaded.sources.items() if (wrong := _wrong(invaded, name, row))} == {}


def _wrong(invaded: Invaded, name: str, row: Row) -> list[str]:
    """What is other than it has to be."""
    fate, reasons = invaded.fate(name), invaded.reasons.get(name, [])
    assert fate is not None
    wrong = []
    if row["found"] != row["accepted"] + row["quarantined"] + row["duplicate"]:
        wrong.append("records are lost or doubled")
    if fate.found is None:
        return wrong if bool(row["found"]) != bool(reasons) else [*wrong, "both or neither"]
    if (row["found"], row["quarantined"]) != (fate.found, fate.quarantined):
        wrong.append(f"{row['found']} found, {row['quarantined']} quarantined")
    if len(reasons) != (0 if fate.reason is None else fate.problems):
        wrong.append(f"{len(reasons)} reasons")
    elif fate.reason is not None and not any(re.search(fate.reason, reason) for reason in reasons):
        wrong.append(reasons[0])
    if (row["format"] is None) != (not row["found"] and (bool(reasons) or name.endswith(".zip"))):
        wrong.append(f"format {row['format']}")
    return wrong


def test_reasons_are_in_plain_words(invaded: Invaded) -> None:
    for name, reasons in invaded.reasons.items():
        for reason in reasons:
            assert re.fullmatch(
                r"(?:The file|A part of the file) was not read: [\w ,.;:()*'/-]{5,160}", reason, re.ASCII
            ), name
            assert not re.search(r"Errno|Traceback|object at|0x[0-9a-f]|\\|/(?:tmp|etc|home)|\.py", reason), name


def test_reasons_have_french_words(invaded: Invaded) -> None:
    for name, reasons in invaded.reasons.items():
        for reason in reasons:
            french = said(reason, "fr")
            assert "lu" in french and "read" not in french, name
            assert not re.search(r"\b(?:it|its|is|of|the|what|no)\b", french), (name, french)


def test_what_they_reach_for_is_nowhere(invaded: Invaded) -> None:
    said = "".join(one.stdout + one.stderr for one in invaded.home.said)
    for word in (SECRET, ENTITY):
        assert word not in said
        assert not any(word in reason for reasons in invaded.reasons.values() for reason in reasons)
        for folder in ("dagster", "warehouse/open"):
            assert list(lying(invaded.home.root / folder, word.lower())) == []
    texts = invaded.home.column("select column_name from duckdb_columns() where table_name = 'outcome_narratives'")
    everything = " || ' ' || ".join(f"coalesce({column}, '')" for column in texts)
    assert invaded.home.one(f"select count(*) from outcome_narratives where contains({everything}, '{SECRET}')") > 0
    assert invaded.home.one(f"select count(*) from outcome_narratives where contains({everything}, '{ENTITY}')") == 0
    for table, column in (("extra_fields", "value"), ("quarantine", "fields")):
        assert invaded.home.one(f"select count(*) from raw.{table} where contains({column}, '{ENTITY}')") == 0


def test_nothing_is_written_outside(invaded: Invaded) -> None:
    assert sorted(path.name for path in invaded.home.root.parent.iterdir()) == ["home"]
    assert not list((invaded.home.root / "warehouse").rglob("*evil*"))
    assert not list((invaded.home.root / "warehouse" / "restricted" / ".build").glob("*"))
    assert not Path("owned").exists()


def test_no_process_grows_past_a_gigabyte(invaded: Invaded) -> None:
    assert set(invaded.largest) >= {"oh", "oh_pipeline.sources.reader", "oh_pipeline.ingest.worker"}
    assert {name: size >> 20 for name, size in invaded.largest.items() if size > MEMORY} == {}


@pytest.mark.parametrize("name", SLOW)
def test_none_takes_long(invaded: Invaded, tmp_path: Path, name: str) -> None:
    """From the look at its bytes to its rows, of those that are slow alone."""
    (tmp_path / "raw").mkdir()
    alone = tmp_path / "raw" / Path(name).name
    alone.hardlink_to(invaded.home.root / "raw" / name)
    begin = time.monotonic()
    for _ in intake(take_inventory(alone.parent), load_codebook(SEEDS), scratch=tmp_path):
        pass
    assert time.monotonic() - begin < SECONDS
