"""Which source files share a return: of an archive with very many files of which nothing was read, the archive lists all.

Nobody opens a thousand workbooks that each say one sentence. A file with records always has its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from oh_pipeline.delivery.problems import Issue

MOST_APART = 20
"""So many files of one archive have returns of their own though nothing of them was read."""


def returned_with(unread: Iterable[str], holders: Collection[str]) -> dict[str, str]:
    """From each of the `unread` files that has no return of its own to the archive that lists it.

    `holders` are source files, the archives among them.
    """
    inside: defaultdict[str, list[str]] = defaultdict(list)
    for path in unread:
        places = (at for at, letter in enumerate(path) if letter == "/")
        if archive := next((path[:at] for at in places if path[:at] in holders), None):
            inside[archive].append(path)
    return {path: archive for archive, paths in inside.items() if len(paths) > MOST_APART for path in paths}


def by_return(
    rows: Iterable[tuple[str, Issue]], with_archive: Mapping[str, str]
) -> Iterator[tuple[str, Iterable[Issue]]]:
    """Issues by the file in whose return they stand; they come in order of their own files.

    In an archive's return the place of an issue begins with the file's path in the archive.
    """
    held: dict[str, list[Issue]] = {archive: [] for archive in with_archive.values()}
    for source_file, group in groupby(rows, lambda row: row[0]):
        if source_file in with_archive:
            archive = with_archive[source_file]
            inside = source_file[len(archive) + 1 :]
            held[archive] += [_inside(issue, inside) for _, issue in group]
        elif source_file in held:
            held[source_file] += [issue for _, issue in group]
        else:
            yield source_file, (issue for _, issue in group)
    yield from held.items()


def _inside(issue: Issue, path: str) -> Issue:
    return replace(issue, location=f"{path}, {issue.location}" if issue.location else path)
