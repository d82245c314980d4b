"""ZIP containers within limits: whether an Office package may be opened, and a delivered archive's members as files.

What lies in them is read elsewhere. Sizes are measured, never believed; a member's name is never used as a path.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from oh_pipeline.sources.archives.zipped import PIECE, Part, content, damaged, directory
from oh_pipeline.sources.records import Unreadable

_LARGEST = 1 << 30
_LONGEST_NAME, _SHOWN = 1_000, 100  # characters, and how many are told of a longer one
_RATIO = 60
_SMALL_PACKAGE, _SMALL_ARCHIVE = 64 << 20, 128 << 20
_LONGEST_PROLOG = 1 << 20
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MANIFEST = "META-INF/manifest.xml"  # where OpenDocument says which of its parts are encrypted
_NOT_XML = (".svg", ".htm", ".html", ".xhtml")  # pictures and pages in a document; no reader opens them
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
_NO_PASSWORD = "Save it without a password"  # noqa: S105 - advice, no password


class Member(NamedTuple):
    """A file of an archive: its POSIX path there, and the file it was unpacked into or why it was not."""

    name: str
    file: str | None
    problem: str | None


class _Budget:
    """How many bytes a container may still unpack to."""

    def __init__(self, size: int, least: int) -> None:
        self._limit = self._left = min(_LARGEST, max(least, _RATIO * size))

    def take(self, size: int) -> None:
        """Use some of it. Raises Unreadable when there is no more."""
        self._left -= size
        if self._left < 0:
            raise Unreadable(f"it unpacks to more than {self._limit >> 20} MB")


def check_package(path: str) -> None:
    """Raise Unreadable for an Office or OpenDocument package that is broken, encrypted, a bomb or declares a document type.

    Reads all of it once.
    """
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        _check_magic(handle)
        parts = directory(handle)
        if len({part.name.lower() for part in parts}) < len(parts):
            raise damaged("two parts of it bear one name")
        if any(part.is_encrypted for part in parts):
            raise Unreadable("it is encrypted", _NO_PASSWORD)
        budget = _Budget(os.fstat(handle.fileno()).st_size, _SMALL_PACKAGE)
        for part in parts:
            _check_part(handle, part, budget)


def package_part(path: str, name: str) -> Iterator[bytes] | None:
    """A part of a package that has been checked, piece by piece; None where it has no such part."""

    def pieces(part: Part) -> Iterator[bytes]:
        with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
            yield from content(handle, part)

    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        wanted = name.lstrip("/").lower()
        return next((pieces(part) for part in directory(handle) if part.name.lower() == wanted), None)


def unpack(path: str, target: str) -> Iterator[Member]:
    """Write an archive's files into the folder `target`, in their order and named by it. Raises Unreadable.

    Folders and what the system put there (names that begin with `.` or `~$`) are left out.
    """
    with open(path, "rb") as handle:  # noqa: PTH123 - a name of any bytes
        if handle.read(len(_ZIP)) != _ZIP:
            raise Unreadable("it is no ZIP archive")
        parts = directory(handle)
        budget = _Budget(os.fstat(handle.fileno()).st_size, _SMALL_ARCHIVE)
        names = _Names()
        for number, part in enumerate(parts, start=1):
            name = _shown(part.name)
            if _is_left_out(name) or stat.S_ISDIR(part.mode):
                continue
            file = os.path.join(target, f"{number:06d}{_suffix(name)}")  # noqa: PTH118
            problem = "another file of the archive bears the same name" if name in names else _problem(part, name)
            if len(name) > _LONGEST_NAME:
                name = f"{name[:_SHOWN]}~{hashlib.sha256(name.encode()).hexdigest()[:12]}"
            problem = problem or _write(handle, part, file, budget)
            yield Member(names.take(name), None if problem else file, problem)


class _Names:
    """Names that are taken: no two source files may bear one."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._times

    def take(self, name: str) -> str:
        """The name, numbered where it is taken."""
        free = name
        while free in self._times:
            self._times[name] += 1
            free = f"{name} ({self._times[name]})"
        self._times[free] = 1
        return free


def _shown(name: str) -> str:
    """A member's name without what some programs put first (`./`)."""
    path = name.replace("\0", "\\x00")
    return "/".join(part for part in path.split("/") if part != ".")


def _is_left_out(name: str) -> bool:
    """Whether it is a folder, or no file that somebody handed in: what systems and programs put beside those."""
    names = [part for part in name.split("/") if part != ".."]
    return not name or name.endswith("/") or "__MACOSX" in names or any(part.startswith((".", "~$")) for part in names)


def _problem(part: Part, name: str) -> str | None:
    """Why a member is not unpacked; None where nothing speaks against it."""
    if len(name) > _LONGEST_NAME:
        return "its name is too long"
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
        return "its name leads out of the archive"
    if stat.S_ISLNK(part.mode):
        return "it is a link"
    if stat.S_IFMT(part.mode) not in (0, stat.S_IFREG):
        return "it is a pipe or a device"
    if name.lower().endswith(".zip"):
        return "it is an archive within an archive"
    return None


def _suffix(name: str) -> str:
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - no path, and some names are none
    return suffix if _SUFFIX.fullmatch(suffix) else ""


def _write(handle: BinaryIO, part: Part, file: str, budget: _Budget) -> str | None:
    """Unpack a member into a new file that only this user may read; why not, where it is broken. Raises Unreadable."""
    pieces = content(handle, part)
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123
        while True:
            try:
                piece = next(pieces, None)
            except Unreadable as error:
                problem = error.reason
                break
            if piece is None:
                return None
            budget.take(len(piece))
            out.write(piece)
    os.unlink(file)  # noqa: PTH108
    return problem


def _check_magic(handle: BinaryIO) -> None:
    """Raise Unreadable for what is no ZIP package: an encrypted or an older Office file lies in another container."""
    head = handle.read(len(_OLE))
    if head == _OLE:
        if _holds(handle, _ENCRYPTED_STREAM):
            raise Unreadable("it is encrypted", _NO_PASSWORD)
        raise Unreadable("it is an Office file of the older kind under a newer name", "Save it in the newer format")
    if not head:
        raise Unreadable("it is empty")
    if not head.startswith(_ZIP):
        raise Unreadable(
            "it is no Office or OpenDocument file, whatever its name says", "Save it in the format of its name"
        )


def _holds(handle: BinaryIO, wanted: bytes) -> bool:
    kept = b""
    while piece := handle.read(PIECE):
        if wanted in kept + piece:
            return True
        kept = piece[-len(wanted) :]
    return False


def _check_part(handle: BinaryIO, part: Part, budget: _Budget) -> None:
    head: bytes | None = None if part.name.lower().endswith(_NOT_XML) else b""
    rest = b""
    for piece in content(handle, part):
        budget.take(len(piece))
        if head is not None:
            head += piece
            declares = _declares_type(head)
            if declares:
                raise Unreadable("an XML part of it holds a document type declaration")
            if declares is None and len(head) > _LONGEST_PROLOG:
                raise Unreadable("an XML part of it has no beginning that can be read")
            head = head if declares is None else None
        if part.name == _MANIFEST:
            if b"encryption-data" in rest + piece:
                raise Unreadable("it is encrypted", _NO_PASSWORD)
            rest = piece[-64:]


def _declares_type(head: bytes) -> bool | None:
    """Whether an XML part declares a document type before its first element; None where more of it has to be seen."""
    if b"\0" in head[:4] or head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        big = head.startswith((codecs.BOM_UTF16_BE, b"\0"))
        text = head.decode("utf-16-be" if big else "utf-16-le", "ignore").lstrip("\ufeff")
    else:
        text = head.removeprefix(codecs.BOM_UTF8).decode("latin-1")
    match = _PROLOG.match(text)
    rest = text[match.end() if match else 0 :]
    if rest.startswith(("<?", "<!--")) or (len(rest) < 9 and "<!DOCTYPE".startswith(rest)):
        return None
    return rest.startswith("<!DOCTYPE")
