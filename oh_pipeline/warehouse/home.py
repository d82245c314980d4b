"""The home folder: where each thing lies, who may look at it, and whether it can be used.

Everything is made closed to group and others. `warehouse/` and `reports/` may be passed through but not listed
(0711), because `warehouse/open/` and `reports/open/` below them are for everyone. Nothing here opens a database.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.faults import to_fault

if TYPE_CHECKING:
    from oh_pipeline.settings import Settings

PRIVATE, PASSABLE, PUBLIC = 0o700, 0o711, 0o755
PRIVATE_FILE, PUBLIC_FILE = 0o600, 0o644
EDITIONS = ("restricted", "open")
LINK_NAME = "outcomes.duckdb"
_ODD_PATH = re.compile("[?\ud800-\udfff]|%[0-9A-Fa-f]{2}")
"""Dagster makes an address of the path of its history, in which these mean something else; engines take text alone."""


@dataclass(frozen=True)
class Home:
    """The layout of one data home, and the file with the key of its restricted edition, where that is encrypted."""

    root: Path
    key_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Home:
        """The home that the settings name, with its key: who opens it otherwise finds it closed."""
        return cls(settings.home, settings.warehouse_key_file)

    @property
    def raw(self) -> Path:
        """Source files; never written."""
        return self.root / "raw"

    @property
    def cache(self) -> Path:
        """Working files of a run."""
        return self.root / "cache"

    @property
    def returns(self) -> Path:
        """Annotated workbooks, one a source file with issues."""
        return self.root / "returns"

    @property
    def forgotten(self) -> Path:
        """Tombstones of erased records, and their key. Durable; there is none as long as nothing was erased."""
        return self.root / "forgotten"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history."""
        return self.root / "dagster"

    @property
    def lock_file(self) -> Path:
        """Held by the one run that may write."""
        return self.cache / "run.lock"

    @property
    def building(self) -> Path:
        """Private folder of the build in the making, on the file system of the published one."""
        return self.edition("restricted") / ".build"

    def edition(self, name: str) -> Path:
        """Folder of an edition's builds."""
        return self.root / "warehouse" / name

    def link(self, name: str) -> Path:
        """The published warehouse of an edition."""
        return self.edition(name) / LINK_NAME

    def build_file(self, edition: str, build_id: str) -> Path:
        """Where a build of an edition lies once it is published."""
        return self.edition(edition) / f"outcomes-{build_id}.duckdb"

    def builds(self, edition: str) -> list[Path]:
        """The builds of an edition, oldest first."""
        return sorted(self.edition(edition).glob("outcomes-*.duckdb"))

    def published_id(self, edition: str) -> str | None:
        """The build that an edition's link leads to; None where it leads to none."""
        link = self.link(edition)
        if not (link.is_symlink() and link.exists()):
            return None
        return link.readlink().name.removeprefix("outcomes-").removesuffix(".duckdb")

    def folders(self) -> dict[Path, int]:
        """Every folder that a run needs, parents first, with its mode."""
        return {
            self.root / "warehouse": PASSABLE,
            self.edition("restricted"): PRIVATE,
            self.edition("open"): PUBLIC,
            self.building: PRIVATE,
            self.returns: PRIVATE,
            self.cache: PRIVATE,
            self.dagster: PRIVATE,
        }

    def require(self) -> None:
        """Raise UsageFault where the home or its raw folder cannot be read, or its path is none that all parts can take."""
        if not self.root.is_dir():
            raise UsageFault("The home is no folder", "Name an existing one with --home or OH_HOME")
        if not self.raw.is_dir():
            raise UsageFault("The home has no folder raw/", "Make it and put the source files there, or name another")
        if _ODD_PATH.search(str(self.root)):
            what = "a question mark, a percent sign before two hexadecimal digits, or bytes that are no UTF-8"
            raise UsageFault(f"The path of the home holds {what}", "Name another, or rename its folders")
        if not os.access(self.raw, os.R_OK | os.X_OK):
            raise UsageFault("The folder raw/ cannot be read", "Give this user the right to read it")

    def prepare(self) -> None:
        """Make what is missing. Raises UsageFault where the home cannot be written, Fault where the disk is full."""
        self.require()
        problem: Fault | None = None
        for folder, mode in self.folders().items():
            try:
                make_folder(folder, mode)
                if not os.access(folder, os.W_OK | os.X_OK):
                    raise PermissionError(13, "closed")
            except (FileExistsError, NotADirectoryError):
                problem = UsageFault(f"{self.name(folder)} is in the way: it is no folder", "Move it elsewhere")
            except OSError as error:
                problem = to_fault(error, f"making {self.name(folder)}")
            if problem is not None:
                raise problem

    def name(self, path: Path) -> str:
        """A path below the home, for people."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name

    def clear_building(self) -> None:
        """Remove what a killed run left. Only under the lock."""
        for leftover in self.building.iterdir():
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover)
            else:
                leftover.unlink(missing_ok=True)
        for edition in EDITIONS:
            for leftover in self.edition(edition).glob(".*.tmp"):
                leftover.unlink(missing_ok=True)


def make_folder(folder: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask; one that is there keeps its mode."""
    try:
        folder.mkdir()
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    folder.chmod(mode)


def is_open_to_others(path: Path) -> bool:
    """True where group or others may read or write."""
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o066)


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
