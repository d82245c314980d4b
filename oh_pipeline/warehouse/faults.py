"""The border where an exception that may quote a cell value becomes a Fault that does not.

Only class names, error numbers and places pass. Nothing is caught here that a caller could handle better.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Literal

from oh_pipeline.errors import Fault, UsageFault

_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
# What a network file system or a busy device answers while it recovers.
PASSING = {errno.EIO, errno.EAGAIN, errno.ESTALE, errno.ETIMEDOUT, errno.EBUSY, errno.EINTR}

_FULL_WORDS = ("no space left", "disk is full", "disk full", "file too large", "quota exceeded", "failed to offload")
_CLOSED_WORDS = ("permission denied", "read-only file system", "readonly database", "operation not permitted")
_DISK_WORDS = ("disk i/o error", "unable to open database file")
_MEMORY_WORDS = ("out of memory", "failed to pin block", "could not allocate")
_FREE_SOME = "Free some space, then run again; the published build stands"
_ROOM = 2 << 20  # bytes, less than any build needs more


def _chain(error: BaseException) -> list[BaseException]:
    links: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in links:
        links.append(link)
        link = link.__cause__ or link.__context__
    return links


def is_passing(error: BaseException) -> bool:
    """True where trying again may help: an IO error of a kind that goes away by itself."""
    return any(isinstance(link, OSError) and link.errno in PASSING for link in _chain(error))


def has_no_room(folder: Path) -> bool:
    """Whether nothing more can be written there, for want of bytes or of names."""
    try:
        told = os.statvfs(folder)
    except OSError:
        return False
    return told.f_bavail * told.f_frsize < _ROOM or (told.f_files > 0 and told.f_favail == 0)


def to_fault(error: BaseException, place: str, folder: Path | None = None) -> Fault:
    """A Fault that says where and what kind, and quotes nothing from the error.

    `folder` is where was written: an engine that met a full disk does not always say so of what it gives up later.
    """
    for link in _chain(error):
        if isinstance(link, Fault):
            return type(link)(str(link).removesuffix(f". {link.remedy}"), link.remedy) if link is not error else link
    words = " ".join(str(link) for link in _chain(error)).lower()
    numbers = {link.errno for link in _chain(error) if isinstance(link, OSError)}
    if numbers & _FULL or any(word in words for word in _FULL_WORDS):
        return Fault(f"The disk is full ({place})", _FREE_SOME)
    if numbers & _CLOSED or any(word in words for word in _CLOSED_WORDS):
        return UsageFault(f"No permission to write ({place})", "Give this user the right to write in the home")
    if isinstance(error, MemoryError) or any(word in words for word in _MEMORY_WORDS):
        return Fault(f"Not enough memory ({place})", "Raise OH_MEMORY_LIMIT or close other programs")
    if any(word in words for word in _DISK_WORDS):  # SQLite says no more where it runs out of room beside its file
        return Fault(f"The disk cannot be written ({place})", "Is it full or damaged? Free some space, then run again")
    if folder is not None and has_no_room(folder):
        return Fault(f"The disk is full ({place})", _FREE_SOME)
    return Fault(f"{place} failed: {type(error).__name__}", "`--debug` shows where; the published build stands")


class guarded:  # noqa: N801 - a context manager, named as it reads
    """`with guarded("loading the raw tables"):` turns whatever is raised inside into a Fault without values."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> Literal[False]:
        if error is None or not isinstance(error, Exception) or isinstance(error, Fault) or is_passing(error):
            return False
        raise to_fault(error, self.place) from None
