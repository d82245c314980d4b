"""What a hostile file is: its name, how it is made, and what has to become of it. Builders are in the modules beside."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..fragments import DEFAULTS

MEBI = 1 << 20
SECRET = "Xylographer-canary"  # a word of a cell value that no reason may quote
ENTITY = "root:x:0:0"  # how the file begins that external entities ask for
PASSWD = "file:///etc/passwd"
ANY = "*"  # whatever name comes out: how deep a path can be named depends on where it lies
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Fate:
    """What has to become of a source file: records found, and the reason why (the rest of) it was not read.

    `reason` is a pattern; None: it is read. `rules`: what else must be told of it as a whole. `quarantined` of the found ones.
    `found` None: some records or a reason, as a library takes it. `problems`: how many reasons are told, where there is one.
    """

    found: int | None = 0
    reason: str | None = r"\w"
    rules: frozenset[str] = frozenset()
    quarantined: int = 0
    problems: int = 1


Make = bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Hostile:
    """A file below the raw folder. `inside`: fates of what comes out of it, by its path below it; a folder has no other."""

    name: str
    make: Make
    fate: Fate | None = field(default_factory=Fate)
    inside: Mapping[str, Fate] = field(default_factory=dict)

    def write(self, raw: Path) -> None:
        """Make it."""
        file = raw / self.name
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(self.make, bytes):
            file.write_bytes(self.make)
        else:
            self.make(file)

    def fates(self) -> Iterator[tuple[str, Fate]]:
        """Every source file that comes of it, and its fate."""
        shown = (
            self.name.replace("\\x", "\\x5cx").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        )
        if self.fate is not None:
            yield shown, self.fate
        for name, fate in self.inside.items():
            yield f"{shown}/{name}", fate


def unread(name: str, make: Make, reason: str = r"\w") -> Hostile:
    """One of which nothing can be read, with a pattern of the reason."""
    return Hostile(name, make, Fate(0, reason))


def partly(name: str, make: Make, found: int, reason: str = r"\w", quarantined: int = 0) -> Hostile:
    """One of which some records are read, and the rest is not."""
    return Hostile(name, make, Fate(found, reason, quarantined=quarantined))


def harmless(name: str, make: Make, found: int = 1, *rules: str, quarantined: int = 0) -> Hostile:
    """One that looks dangerous and is read."""
    return Hostile(name, make, Fate(found, None, frozenset(rules), quarantined))


def either(name: str, make: Make) -> Hostile:
    """One so odd that a library may read what it finds or refuse it; not both, and not neither."""
    return Hostile(name, make, Fate(None))


def ignored(name: str, make: Make) -> Hostile:
    """One that is no source file."""
    return Hostile(name, make, None)


def new_id() -> str:
    """An id that no other record has."""
    return f"SCC-KEN/CIV{next(_numbers):05}"


_LABELS = {
    "id": "FragmentID",
    "year": "Year",
    "harvest": "OH-harvesting period",
    "description": "Outcome description",
    "actor": "Social actor",
    "scale": "Scale",
    "types": "MCQType of change",
    "evidence": "Evidence supporting the outcome statement",
}


def record(**changes: str) -> dict[str, str]:
    """A record in order by label, with an id of its own."""
    given = {"id": new_id(), "evidence": f"A letter, {SECRET}"} | changes
    return dict(DEFAULTS) | {_LABELS[name]: value for name, value in given.items()}


def rows(count: int = 1) -> list[list[str]]:
    """A header and as many records as a table."""
    made = [record() for _ in range(count)]
    return [list(made[0]), *(list(each.values()) for each in made)]


def lines(made: Mapping[str, str] | None = None) -> str:
    """A record as text."""
    return "".join(f"**{label}**: {value}\n" for label, value in (made or record()).items())


def sparse(head: bytes, size: int, tail: bytes = b"") -> Callable[[Path], None]:
    """A file whose middle is a hole of NULs that takes no room."""

    def make(file: Path) -> None:
        with file.open("wb") as handle:
            handle.write(head)
            handle.truncate(size)
            handle.seek(size)
            handle.write(tail)

    return make


def repeated(head: bytes, block: bytes, times: int, tail: bytes = b"") -> Callable[[Path], None]:
    """A large file, written without holding it."""

    def make(file: Path) -> None:
        with file.open("wb") as handle:
            handle.write(head)
            for _ in range(times):
                handle.write(block)
            handle.write(tail)

    return make


def cut(data: bytes, share: float) -> bytes:
    """The first part of it."""
    return data[: int(len(data) * share)]


def csv_text(table: Sequence[Sequence[str]], separator: str = ",") -> str:
    """A table as CSV."""
    return "".join(separator.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in table)
