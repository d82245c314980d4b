"""`oh doctor`: what is there, what is wrong with it, and what to do about it. Changes nothing."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.table import Table
from rich.text import Text

from oh_pipeline.console.doctor_modes import modes
from oh_pipeline.errors import Fault
from oh_pipeline.settings import Settings
from oh_pipeline.warehouse.cipher import SETTING, is_encrypted, require_usable
from oh_pipeline.warehouse.erasure import is_pending
from oh_pipeline.warehouse.forgotten import load_tombstones
from oh_pipeline.warehouse.home import EDITIONS, Home
from oh_pipeline.warehouse.lock import is_held, read_holder
from oh_pipeline.warehouse.reader import ask

PACKAGES = ("oh-pipeline", "dagster", "dagster-dbt", "dbt-core", "dbt-duckdb", "duckdb", "polars", "pandera", "pyarrow")
SPARE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Line:
    """One thing looked at. `remedy` is empty where all is well; `is_fault` where the home cannot be used so."""

    topic: str
    state: str
    remedy: str = ""
    is_fault: bool = False


def examine(settings: Settings) -> bool:
    """Print what was found; true where nothing stands in the way of a run."""
    lines = list(_as_far_as_it_can_be_seen(settings))
    table = Table("", "", "what to do", show_header=True, title_justify="left")
    for line in lines:
        mark = "✗" if line.is_fault else "!" if line.remedy else "✓"
        table.add_row(Text(f"{mark} {line.topic}"), Text(line.state), Text(line.remedy))
    Console(highlight=False).print(table)
    return not any(line.is_fault for line in lines)


def _as_far_as_it_can_be_seen(settings: Settings) -> Iterator[Line]:
    try:
        yield from _lines(settings)
    except PermissionError:
        remedy = "It belongs to somebody else: ask as that user, or give this one the right to look into it"
        yield Line("home", "a folder of it is closed to this user", remedy, is_fault=True)


def _lines(settings: Settings) -> Iterator[Line]:
    yield Line("python", platform.python_version())
    for package in PACKAGES:
        try:
            yield Line(package, version(package))
        except PackageNotFoundError:
            yield Line(package, "missing", "Run `make run`, or install requirements.lock", is_fault=True)
    home = Home.of(settings)
    yield Line("home", str(home.root))
    try:
        home.require()
    except Fault as fault:
        yield Line("raw", "unusable", str(fault), is_fault=True)
        return
    yield from _folders(home)
    for place, remedy in modes(home):
        yield Line(place, "wrong mode", remedy)
    yield (key := _key(home))
    if not key.is_fault:
        yield _tombstones(home)
    yield _codebook(settings)
    yield _lock(home)
    for edition in EDITIONS:
        if edition == "open" or not key.is_fault:
            yield _edition(home, edition)


def _folders(home: Home) -> Iterator[Line]:
    yield Line("raw", _mode(home.raw.stat().st_mode))
    for folder, mode in home.folders().items():
        if not folder.exists():
            yield Line(home.name(folder), "not there yet: the next run makes it")
            continue
        found = stat.S_IMODE(folder.stat().st_mode)
        remedy, is_fault = "", False
        if not folder.is_dir():
            remedy, is_fault = "It is in the way: move it elsewhere", True
        elif not os.access(folder, os.W_OK | os.X_OK):
            remedy, is_fault = "Give this user the right to write there", True
        elif found & ~mode & 0o077:
            remedy = f"Open to others: chmod {mode:o}"
        elif mode & 0o011 & ~found:
            remedy = f"Others cannot reach the open edition: chmod {mode:o}"
        yield Line(home.name(folder), _mode(found), remedy, is_fault)
    if not os.access(home.root, os.W_OK | os.X_OK) and not (home.root / "warehouse").exists():
        yield Line("home", "cannot be written", "Give this user the right to write there", is_fault=True)
    free = shutil.disk_usage(home.root).free
    yield Line("free space", f"{free / 1e9:.1f} GB", "" if free > SPARE_BYTES else "Free some: a full disk ends a run")


def _tombstones(home: Home) -> Line:
    try:
        tombstones = load_tombstones(home.forgotten)
    except Fault as fault:
        return Line("forgotten", "unusable", str(fault), is_fault=True)
    if is_pending(home, tombstones):
        return Line("forgotten", "an erasure is not finished", "Run `oh run`: it finishes it")
    count = len(tombstones.hashes)
    return Line("forgotten", f"{count:,} tombstone{'' if count == 1 else 's'}" if count else "no tombstone")


def _key(home: Home) -> Line:
    link = home.link("restricted")
    try:
        require_usable(link, home.key_file)
    except Fault as fault:
        return Line("encryption", "unusable", str(fault), is_fault=True)
    if home.key_file is None:
        return Line("encryption", f"off; {SETTING} turns it on")
    if link.exists() and not all(map(is_encrypted, home.builds("restricted"))):
        return Line("encryption", "on, but a build is not encrypted", "Run `oh run`: it replaces it")
    return Line("encryption", "on")


def _codebook(settings: Settings) -> Line:
    from oh_pipeline.codebook import load_codebook

    try:
        return Line("codebook", f"{settings.codebook} ({load_codebook(settings.codebook).hash[:12]})")
    except Fault as fault:
        return Line("codebook", str(settings.codebook), str(fault), is_fault=True)


def _lock(home: Home) -> Line:
    holder = read_holder(home.lock_file)
    who = holder.sentence if holder is not None else "unknown process"
    if is_held(home.lock_file):
        return Line("lock", f"held by {who}", "A run is going on; another one waits for it")
    if holder is not None:
        return Line("lock", f"free; {who} ended without a word", "The next run clears what it left")
    return Line("lock", "free")


def _edition(home: Home, edition: str) -> Line:
    link = home.link(edition)
    if not link.exists():
        return Line(edition, "nothing published", "Run `oh run`")
    try:
        row = ask(link, "select build_id, built_at from meta_builds", home.key_file).rows[0]
        outcomes = ask(link, "select count(*) from fct_outcomes", home.key_file).rows[0][0]
    except (Fault, IndexError):
        return Line(edition, "cannot be read", "Run `oh run`: it builds anew", is_fault=True)
    built = row[1] if isinstance(row[1], datetime) else datetime.now(UTC)
    return Line(edition, f"{row[0]}, {built:%Y-%m-%d %H:%M} UTC, {outcomes:,} outcomes")


def _mode(mode: int) -> str:
    return f"{stat.S_IMODE(mode):04o}"
