"""Who may look at what lies in a home: what has another mode than a run gives it. Changes nothing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from oh_pipeline.warehouse.home import PRIVATE, PRIVATE_FILE, PUBLIC_FILE, Home

MOST = 10
"""So many are named in each folder."""


def modes(home: Home) -> Iterator[tuple[str, str]]:
    """Place and remedy of each file that others may reach and should not, or cannot and should."""
    for folder in (
        home.edition("restricted"),
        home.returns,
        home.root / "reports" / "restricted",
        home.cache,
        home.dagster,
    ):
        yield from _closed(home, folder)
    if home.forgotten.is_dir() and stat.S_IMODE(home.forgotten.stat().st_mode) != PRIVATE:
        yield home.forgotten.name, f"chmod {PRIVATE:o}"
    yield from _closed(home, home.forgotten)
    for build in home.builds("open"):
        if stat.S_IMODE(build.stat().st_mode) != PUBLIC_FILE:
            yield home.name(build), f"The open edition is for everyone: chmod {PUBLIC_FILE:o}"


def _closed(home: Home, folder: Path) -> Iterator[tuple[str, str]]:
    """Whatever below a folder group or others may do anything with; the first of them by name."""
    told = 0
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*folders, *names)):
            path = Path(root, name)
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode) or not stat.S_IMODE(mode) & 0o077:
                continue
            told += 1
            if told <= MOST:
                yield home.name(path), f"Open to others: chmod {PRIVATE if stat.S_ISDIR(mode) else PRIVATE_FILE:o}"
    if told > MOST:
        yield home.name(folder), f"{told - MOST:,} more are open to others: chmod -R go= on the folder"
