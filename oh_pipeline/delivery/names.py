"""The name of a source file's return."""

from __future__ import annotations

import hashlib
import re

SUFFIX = ".return.xlsx"

_LONGEST_NAME = 255  # bytes, on every file system in use
_LONGEST_PATH = 2_000  # bytes; a system takes about 4,000 in all, changed names and the home included
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]')
_LIKE_OURS = re.compile(r"~[0-9a-f]{12}$")


def return_name(source_file: str) -> str:
    """Path of a source file's return below `returns/`: the same folders and name, `.return.xlsx` added.

    Names that some system cannot hold are changed and told apart by a hash, so each source file has its own; what lies too
    deep comes to the top.
    """
    *folders, name = source_file.split("/")
    if len(source_file.encode()) > _LONGEST_PATH:
        return _marked(_UNSAFE.sub("_", name), source_file, SUFFIX)
    return "/".join([*(_safe(folder, "") for folder in folders), _safe(name, SUFFIX)])


def _safe(name: str, suffix: str) -> str:
    """A name as it is where every system takes it and no other can come to it, else changed, with its hash."""
    safe = _UNSAFE.sub("_", name)
    in_the_way = _LIKE_OURS.search(name) is not None or (not suffix and name.endswith(SUFFIX))
    is_odd = in_the_way or safe != name or not name or name[0] in ".~" or name[-1] in ". "
    if not is_odd and len((name + suffix).encode()) <= _LONGEST_NAME:
        return name + suffix
    return _marked(safe, name, suffix)


def _marked(safe: str, named: str, suffix: str) -> str:
    """As much of a name as there is room for, and the hash of what it names."""
    mark = f"~{hashlib.sha256(named.encode()).hexdigest()[:12]}{suffix}"
    return safe.lstrip(".~").encode()[: _LONGEST_NAME - len(mark)].decode(errors="ignore") + mark
