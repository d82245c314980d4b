"""Names that hold more than a name, and what lies in a folder and is no file."""

from __future__ import annotations

import os
import socket
import unicodedata
from pathlib import Path

from .kinds import ANY, Fate, Hostile, harmless, ignored, lines, unread

ODD_NAMES = (
    "it's.txt",
    'say "hello".txt',
    "two\nlines.txt",
    "carriage\rreturn.txt",
    "tab\there.txt",
    "'; drop table fct_outcomes; --.txt",
    "x'); delete from raw.fragments where ('1'='1.txt",
    "\x1b[31mred\x1b[0m\x07.txt",
    "$(touch owned) `touch owned`.txt",
    "%s %n {0} {path} {reason}.txt",
    "<script>alert(1)</script>.txt",
    " leading and trailing .txt",
    "-rf.txt",
    "--home=elsewhere.txt",
    "*?[a].txt",
    "back\\slash and \\xe9.txt",
    "\u202etxt.exe\u202c.txt",
    "zero\u200bwidth\ufeff.txt",
    unicodedata.normalize("NFD", "é à ü.txt"),
    unicodedata.normalize("NFC", "é à ü.txt"),
    "\udce9\udcff is no UTF-8.txt",
    "\U0001f4be.txt",
    "{{ env_var('HOME') }}.txt",
    "=cmd|'x'!A1.txt",
    "CON.txt",
    f"{'n' * 250}.txt",
    f"{'7' * 240}.txt",
)
SUFFIXES = ("txt", "csv", "tsv", "xlsx", "xlsm", "xls", "ods", "json", "jsonl", "ndjson", "docx", "zip")
UNSUPPORTED = ("pdf", "doc", "exe", "xlsb", "rtf", "tar.gz", "eml", "xml", "html", "png", "7z", "txt.bak", "sqlite")


def _device(file: Path) -> None:
    """A device where the system lets us make one, else a link to one."""
    try:
        os.mknod(file, 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        file.symlink_to("/dev/zero")


def _socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(file.parent)  # the path of a socket may be no longer than 107 bytes
        try:
            made.bind(file.name)
        finally:
            os.chdir(here)


def _deep(folder: Path) -> None:
    """Folders deeper than any path can name."""
    folder.mkdir()
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=handle)
        below = os.open("d" * 200, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(os.open("lost.txt", os.O_CREAT, dir_fd=handle))
    os.close(handle)


def _ring(folder: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        (folder / name).mkdir(parents=True)
        (folder / name / other).symlink_to(folder / other)


def _chain(file: Path) -> None:
    for number in range(60):
        following = file if number == 59 else file.with_name(f".{number + 1}")
        file.with_name(f".{number}").symlink_to(following)
    file.symlink_to(file.with_name(".0"))


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inner.txt").write_text(lines())


def _locked(file: Path) -> None:
    file.write_text(lines())
    file.chmod(0)


def _hard_to_reach() -> list[Hostile]:
    made = [
        unread("special/pipe.txt", os.mkfifo, "pipe"),
        unread("special/pipe.xlsx", os.mkfifo, "pipe"),
        unread("special/socket.csv", _socket, "socket"),
        unread("special/device.json", _device, r"device|link"),
        unread("special/zero.txt", lambda file: file.symlink_to("/dev/zero"), "link"),
        unread("special/passwd.txt", lambda file: file.symlink_to("/etc/passwd"), "link"),
        unread("special/system", lambda file: file.symlink_to("/etc"), "link"),
        unread("special/memory.txt", lambda file: file.symlink_to("/proc/self/mem"), "link"),
        unread("special/up", lambda file: file.symlink_to(".."), "link"),
        unread("special/dangling.txt", lambda file: file.symlink_to("nothing"), "nowhere"),
        unread("special/itself.txt", lambda file: file.symlink_to("itself.txt"), r"nowhere|link"),
        unread("special/chain/end.txt", _chain, r"nowhere|link"),
        unread("special/link to pipe.txt", lambda file: file.symlink_to("pipe.txt"), r"pipe|nowhere"),
        Hostile("special/ring", _ring, None, {"a/b/a": Fate(), "b/a/b": Fate()}),
        Hostile("special/folder.xlsx", _folder, None, {"inner.txt": Fate(1, None)}),
        Hostile("special/deep", _deep, None, {ANY: Fate(0, "opened")}),
        ignored("special/.hidden.txt", b"**FragmentID**: x\n"),
        ignored("special/~$open.xlsx", b"\0"),
        ignored("special/..outcomes.txt", b"**FragmentID**: x\n"),
    ]
    if os.geteuid() != 0:  # for whom modes count
        made.append(unread("special/locked.txt", _locked, "Permission"))
    return made


def files() -> list[Hostile]:
    """All of them, made anew."""
    return [
        *[harmless(f"names/{name}", lines().encode()) for name in ODD_NAMES],
        *[unread(f"empty/{suffix}/empty.{suffix}", b"", "empty") for suffix in SUFFIXES],
        *[unread(f"unsupported/file.{suffix}", lines().encode(), "not supported") for suffix in UNSUPPORTED],
        unread("unsupported/no suffix", lines().encode(), "not supported"),
        *_hard_to_reach(),
    ]
