"""Files of an archive that nothing was read of share the archive's return where they are very many."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from oh_pipeline.delivery.problems import Issue
from oh_pipeline.delivery.together import MOST_APART, by_return, returned_with


def issue(message: str, location: str | None = None) -> Issue:
    return Issue(location, None, None, "unreadable_file", "error", message, "Put it right")


@pytest.mark.parametrize(("count", "are_together"), [(MOST_APART, False), (MOST_APART + 1, True)])
def test_very_many_of_one_archive_are_told_together(count: int, are_together: bool) -> None:
    inside = [f"autumn/a.zip/deep/{number}.pdf" for number in range(count)]
    others = [f"autumn/{number}.pdf" for number in range(100)] + ["b.zip/1.pdf", "autumn/a.zip"]
    holders = {*inside, *others, "b.zip"}
    found = returned_with([*inside, *others], holders)
    assert found == (dict.fromkeys(inside, "autumn/a.zip") if are_together else {})


def told(rows: Sequence[tuple[str, Issue]], with_archive: dict[str, str]) -> list[tuple[str, list[Issue]]]:
    return [(name, list(issues)) for name, issues in by_return(rows, with_archive)]


def test_an_archive_tells_of_its_own_and_of_those_in_it() -> None:
    rows = [
        ("a.zip", issue("of its own", "line 1")),
        ("a.zip.txt", issue("another file")),
        ("a.zip/good.csv", issue("a record", "line 3")),
        ("a.zip/x/bad.pdf", issue("no format")),
        ("a.zip/x/broken.json", issue("broken", "line 7")),
        ("a.zip/x/broken.json", issue("more")),
        ("b.txt", issue("last")),
    ]
    inside = dict.fromkeys(["a.zip/x/bad.pdf", "a.zip/x/broken.json"], "a.zip")
    assert told(rows, inside) == [
        ("a.zip.txt", [issue("another file")]),
        ("a.zip/good.csv", [issue("a record", "line 3")]),
        ("b.txt", [issue("last")]),
        (
            "a.zip",
            [
                issue("of its own", "line 1"),
                issue("no format", "x/bad.pdf"),
                issue("broken", "x/broken.json, line 7"),
                issue("more", "x/broken.json"),
            ],
        ),
    ]


def test_without_any_each_file_has_its_own() -> None:
    rows = [("a.zip/1.pdf", issue("one")), ("a.zip/1.pdf", issue("two")), ("b.txt", issue("three"))]
    assert told(rows, {}) == [("a.zip/1.pdf", [issue("one"), issue("two")]), ("b.txt", [issue("three")])]
