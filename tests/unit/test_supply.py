"""Where packages come from is for whoever installs to say: no package host's address stands in the project, and no pin lacks a hash."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SKIPPED = {"build", "dist", "target", "logs", "data", "__pycache__"}
# In two parts each, so that this file is none of those that name one.
HOSTS: tuple[str, ...] = (
    "py" + r"pi\.org",
    "python" + "hosted",
    "ana" + r"conda\.(org|com)",
    "conda" + r"-forge\.org",
    "npm" + r"js\.(com|org)",
    r"hub\.get" + "dbt",
    "art" + "ifactory",
    r"/sim" + "ple/",
    r"index-" + r"url[ =]+\S*[/:]",
    r"find-" + "links",
)
_HOST = re.compile("|".join(HOSTS), re.IGNORECASE)


def named(text: str) -> list[int]:
    """Lines that name a package host."""
    return [number for number, line in enumerate(text.splitlines(), 1) if _HOST.search(line)]


def files() -> Iterator[Path]:
    for root, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and (name == ".ci" or name[0] != "."))
        yield from (Path(root, name) for name in sorted(names))


def test_no_file_names_a_package_host() -> None:
    wrong = {}
    for path in files():
        if lines := named(path.read_text(encoding="utf-8", errors="replace")):
            wrong[path.relative_to(ROOT).as_posix()] = lines
    assert wrong == {}


@pytest.mark.parametrize(
    "line",
    ["--extra-index-" + "url https://host.example/x", "see https://py" + "pi.org/project/x", "--find-" + "links /opt"],
)
def test_one_that_is_named_is_seen(line: str) -> None:
    assert named(f"a\n{line}\n") == [2]


@pytest.mark.parametrize("line", ["--no-emit-index-" + "url --no-header", "pinned with a hash", "a simple rule"])
def test_other_lines_are_not(line: str) -> None:
    assert named(line) == []


@pytest.mark.parametrize("name", ["requirements.lock", "benchmarks/requirements.lock"])
def test_a_lock_holds_pins_and_hashes_alone(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert "://" not in text
    assert [pin.splitlines()[0] for pin in pins if "==" in pin and "--hash=sha256:" not in pin] == []
    assert sum("==" in pin for pin in pins) > 20
