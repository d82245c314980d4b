"""What the README shows is what happens: its queries and their output on the shipped record, its length, its links."""

from __future__ import annotations

import re
import shlex

import pytest

from .conftest import PROJECT, RunHome, oh

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```\n\$ (oh sql .*?\")\n(.*?)\n```$", README, re.M | re.S)


def squeezed(text: str) -> list[str]:
    """Lines with their runs of blanks collapsed, without empty ones, rules and the row count."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return [line for line in lines if line and set(line) != {"─"} and not re.fullmatch(r"[\d,]+ rows?", line)]


def test_there_are_five_queries() -> None:
    assert len(SHOWN) >= 5


@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_a_query_gives_what_is_shown(shipped: RunHome, number: int) -> None:
    command, output = SHOWN[number]
    said = oh(*shlex.split(command.replace("\n", " "))[1:], home=shipped.root)
    assert said.returncode == 0
    assert sorted(squeezed(said.stdout)) == sorted(squeezed(output))


def test_it_is_short_and_its_pictures_are_there() -> None:
    assert README.count("\n") < 200
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (PROJECT / target).exists(), target
