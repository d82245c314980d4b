"""SIGKILL amid a publication, densely: before every line, every call to the file system, and at any time between."""

from __future__ import annotations

from contextlib import closing

import duckdb

from oh_pipeline.warehouse.home import EDITIONS, Home

from .homes import drawn, leftovers
from .proving import Found, Proof, Task
from .small_builds import ROWS, Kill, build_id, publisher

Builds = dict[str, str | None]
_KINDS = ("line", "call", "time")
_WHOLE = 10  # so many publications, of which one is left alone and must clear what the others left


def kills(task: Task, *plants: str) -> Found:
    """Publications that are killed one after the other, each on what the one before left."""
    home = Home(task.scratch / "home")
    home.raw.mkdir(parents=True)
    home.prepare()
    broken: list[str] = []
    between = fatal = number = 0
    with publisher(home, *plants) as builds:
        number = 1
        whole = builds.publish(build_id(number))
        most = {"line": whole["line"], "call": whole["call"]}
        before: Builds = dict.fromkeys(EDITIONS, build_id(number))
        tried = 0
        while tried < task.tries:
            number += 1
            chance = drawn(task.seed, number)
            is_left_alone = number % _WHOLE == 0
            kind = _KINDS[tried % len(_KINDS)]
            most["time"] = int(whole["seconds"] * 1e6)
            at = 0 if is_left_alone else 1 + chance.randrange(most[kind])
            said = builds.publish(build_id(number), Kill(kind, at))
            tried += not is_left_alone
            fatal += said["code"] < 0
            now, wrong = _look(home, before, number, is_whole=said["code"] == 0)
            if said["code"] > 0:
                wrong.append("it could not publish")
            if said["code"] == 0:
                wrong += [f"it left {each}" for each in leftovers(home.root)]
            where = "left alone" if is_left_alone else f"killed at {kind} {at}"
            broken += [f"publication {number}, {where}: {each}" for each in wrong]
            between += now["open"] != now["restricted"]
            before = now
            if len(broken) > 100:
                break
    remark = f"{fatal:,} died of it; {between:,} between the two links, which the next finishes"
    return Found(tried, broken, remark)


def _look(home: Home, before: Builds, number: int, *, is_whole: bool) -> tuple[Builds, list[str]]:
    """What is published now, and what is wrong with it."""
    now = {edition: home.published_id(edition) for edition in EDITIONS}
    wrong = []
    for edition, build in now.items():
        old = before[edition]
        allowed = {old, build_id(number), before["restricted"]}
        if build is None or build not in allowed or (old is not None and build < old):
            wrong.append(f"the {edition} edition leads to none, or to another than before or the new one")
        else:
            wrong += _unreadable(home, edition, build)
    if is_whole and set(now.values()) != {build_id(number)}:
        wrong.append("it ended in order and is not what both links lead to")
    if now["open"] != now["restricted"]:
        at = now["restricted"]
        if at is None or not home.build_file("open", at).exists() or now["open"] != before["open"]:
            wrong.append("the editions are of two builds, and the next cannot finish that")
        elif found := _unreadable(home, "open", at):
            wrong += found
    return now, wrong


def _unreadable(home: Home, edition: str, build: str) -> list[str]:
    file = home.build_file(edition, build)
    try:
        with closing(duckdb.connect(file, read_only=True, config={"threads": 1})) as connection:
            first = connection.execute(
                "select any_value(build_id), count(distinct range), count(*) from first"
            ).fetchone()
            other = connection.execute("select build_id from meta_builds").fetchone()
    except duckdb.Error as error:
        return [f"the {edition} edition cannot be read: {type(error).__name__}"]
    if first != (build, ROWS, ROWS) or other != (build,):
        return [f"the {edition} edition is not whole"]
    if file.with_name(f"{file.name}.wal").exists():
        return [f"a write-ahead log lies beside the {edition} edition"]
    return []


PROOFS = (
    Proof(
        "kills_inside",
        "a process that is killed while it builds and publishes leaves both editions whole: the ones before or the new ones",
        "kills",
        3000,
        kills,
    ),
)
