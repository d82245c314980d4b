"""From a build that passed to the published editions: write the open one, make both durable, swap the links, prune.

Both files lie complete under their final names, and the links to them and the ways back beside the links, before the first
link moves: from there on only names change, and the first moves back if the second cannot, even on a full disk. A file
that is published is never written again; nothing is ever deleted out of one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse.build import Build
from oh_pipeline.warehouse.cipher import attach, is_encrypted, opened
from oh_pipeline.warehouse.faults import guarded, to_fault
from oh_pipeline.warehouse.home import EDITIONS, LINK_NAME, PRIVATE_FILE, PUBLIC_FILE, Home, sync_folder

OPEN_NAME = "open-edition.duckdb"
_NEW, _BACK = ".tmp", ".back.tmp"

# Statements that give the tables of schema `main` the comments of those of the build's schema `open`.
_COMMENTS = """
    select printf('comment on table main."%s" is ''%s''', table_name, replace(comment, '''', ''''''))
    from duckdb_tables()
    where database_name = 'build' and schema_name = 'open' and comment is not null
    union all
    select printf('comment on column main."%s"."%s" is ''%s''', table_name, column_name, replace(comment, '''', ''''''))
    from duckdb_columns()
    where database_name = 'build' and schema_name = 'open' and comment is not null
"""


@dataclass(frozen=True)
class Published:
    """Where the editions of one build lie."""

    build_id: str
    files: dict[str, Path]
    links: dict[str, Path]


def write_open_edition(build: Build) -> Path:
    """A new file holding schema `open` of the build as its schema `main`.

    Each table is sorted, so that the order of rows tells nothing about the order of delivery. Comments go with the tables.
    """
    file = build.file.parent / OPEN_NAME
    file.unlink(missing_ok=True)  # of a try before
    settings = {**build.engine_settings, "allow_persistent_secrets": False}
    with guarded("Writing the open edition"), closing(duckdb.connect(file, config=settings)) as connection:
        file.chmod(PRIVATE_FILE)
        attach(connection, build.file, build.key_file, alias="build", read_only=True)
        tables = connection.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = 'build' and table_schema = 'open' order by table_name"
        ).fetchall()
        for (table,) in tables:
            query = f'create table main."{table}" as select * from build.open."{table}" order by all'  # noqa: S608
            connection.execute(query)
        for (statement,) in connection.execute(_COMMENTS).fetchall():
            connection.execute(statement)
        connection.execute("detach build")
        connection.execute("checkpoint")
    return file


def settle(file: Path, key_file: Path | None = None) -> None:
    """Bring a closed database file to rest: no write-ahead log beside it, its bytes on disk. Raises Fault otherwise."""
    with guarded("Settling the build"):
        with closing(opened(file, key_file, {"temp_directory": ""})) as connection:
            connection.execute("checkpoint")
        log = file.with_name(f"{file.name}.wal")
        if log.exists():
            raise Fault("The build did not come to rest: a write-ahead log is left", "Run again")
        handle = os.open(file, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def publish(home: Home, build: Build, open_file: Path, keep: int) -> Published:
    """Move both files to their places and swap both links. Raises Fault with the links as they were.

    Once both links are swapped nothing fails any more: builds that cannot be pruned are left to the next run.
    """
    names = {"restricted": (build.file, PRIVATE_FILE), "open": (open_file, PUBLIC_FILE)}
    links = {edition: home.link(edition) for edition in EDITIONS}
    places: dict[str, Path] = {}
    ended: Fault | None = None
    try:
        for edition, (file, mode) in names.items():
            places[edition] = home.build_file(edition, build.build_id)
            file.chmod(mode)
            file.replace(places[edition])
            sync_folder(home.edition(edition))
        for edition, link in links.items():
            if link.is_symlink():
                _lay(link, str(link.readlink()), _BACK)
            _lay(link, places[edition].name, _NEW)
        for link in links.values():
            _swap(link)
        for link in links.values():
            sync_folder(link.parent)
    except BaseException as error:
        _take_back(links.values(), places.values())
        if not isinstance(error, Exception):
            raise
        ended = to_fault(error, "Publishing")
    if ended is not None:  # out of the handler: no other try can publish this build, whatever the error
        raise ended
    for edition, link in links.items():
        with suppress(OSError):
            _beside(link, _BACK).unlink(missing_ok=True)
            prune(home, edition, keep)
    if build.key_file is not None:
        with suppress(OSError):
            _remove_unencrypted(home)
    return Published(build.build_id, places, links)


def _remove_unencrypted(home: Home) -> None:
    """Builds from before there was a key: what they hold would lie open for as long as they are kept."""
    for file in home.builds("restricted"):
        if not is_encrypted(file):
            file.unlink(missing_ok=True)


def _beside(link: Path, suffix: str) -> Path:
    return link.with_name(f".{link.name}{suffix}")


def _lay(link: Path, target: str, suffix: str) -> None:
    """Make a link beside one, to be moved onto it."""
    _beside(link, suffix).unlink(missing_ok=True)
    _beside(link, suffix).symlink_to(target)


def _swap(link: Path) -> None:
    _beside(link, _NEW).replace(link)


def _take_back(links: Iterable[Path], places: Iterable[Path]) -> None:
    """Links as they were, new files gone; a file that a link still leads to stays, whatever else fails."""
    for link, place in zip(links, places, strict=False):
        with suppress(OSError):
            _beside(link, _NEW).unlink(missing_ok=True)
        with suppress(OSError):
            if link.is_symlink() and link.readlink().name == place.name:
                _beside(link, _BACK).replace(link) if _beside(link, _BACK).is_symlink() else link.unlink()
            _beside(link, _BACK).unlink(missing_ok=True)
    for place in places:
        with suppress(OSError):
            if place.with_name(LINK_NAME).resolve() != place.resolve():
                place.unlink(missing_ok=True)


def recover(home: Home) -> None:
    """Finish or undo what a run left that was killed while it published. Only under the lock.

    Killed between the links: the second follows the first. Killed before: the files that no link ever led to, newer than
    the published ones, go.
    """
    with guarded("Recovering from a killed run"):
        newest = home.published_id("restricted")
        if newest is not None and home.published_id("open") != newest:
            file = home.build_file("open", newest)
            if file.exists():
                _lay(home.link("open"), file.name, _NEW)
                _swap(home.link("open"))
                sync_folder(file.parent)
        for edition in EDITIONS:
            published = home.published_id(edition)
            for build in home.builds(edition):
                if published is None or build.name > home.build_file(edition, published).name:
                    build.unlink(missing_ok=True)


def prune(home: Home, edition: str, keep: int) -> list[str]:
    """Remove all but the newest builds of an edition; the linked one always stays. Gives the names removed."""
    link = home.link(edition)
    linked = link.resolve() if link.exists() else None
    builds = home.builds(edition)[::-1]
    kept = [linked] if linked is not None else []
    kept += [build for build in builds if build.resolve() != linked][: max(keep - len(kept), 0)]
    keep_set = {build.resolve() for build in kept if build is not None}
    removed = [build for build in builds if build.resolve() not in keep_set]
    for build in removed:
        build.unlink(missing_ok=True)
    return [build.name for build in removed]
