"""The name of a source file's return."""

from __future__ import annotations

import hashlib
import re

SUFFIX = ".return.xlsx"

_LONGEST_NAME = 255  # bytes, on every file system in use
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_LIKE_OURS = re.compile(r"~[0-9a-f]{12}$")


def return_name(source_file: str) -> str:
    """Path of a source file's return below `returns/`: the same folders and name, `.return.xlsx` added.

    Names that some system cannot hold are changed and told apart by a hash, so each source file has its own.
    """
    *folders, name = source_file.split("/")
    return "/".join([*(_safe(folder, "") for folder in folders), _safe(name, SUFFIX)])


def _safe(name: str, suffix: str) -> str:
    """A name as it is where every system takes it and no other can come to it, else changed, with its hash."""
    safe = _UNSAFE.sub("_", name)
    in_the_way = _LIKE_OURS.search(name) is not None or (not suffix and name.endswith(SUFFIX))
    is_odd = in_the_way or safe != name or not name or name[0] in ".~" or name[-1] in ". "
    if not is_odd and len((name + suffix).encode()) <= _LONGEST_NAME:
        return name + suffix
    mark = f"~{hashlib.sha256(name.encode()).hexdigest()[:12]}{suffix}"
    return safe.lstrip(".~").encode()[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark
