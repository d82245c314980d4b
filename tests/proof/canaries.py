"""Canaries in every field of records that nobody may see, through runs that go well and runs that fail in every way.

Each field holds a word of its own. After each run all that it left is searched, names, bytes and what is packed, encoded or stored in
them: the home but for what may hold values, the folders for temporary files, for a user's files and of work, what it
printed, and what the UI answers. Temporary files are looked at while it runs, too.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..forms import as_json, separated, word, xlsx, zipped
from ..fragments import DEFAULTS, SUBSTANTIATION
from ..pipeline.conftest import OH, PROJECT
from ..pipeline.scanning import contents, holds
from .homes import SECONDS, end_group, free_port, is_modelling, kill_group, planted
from .proving import Found, Proof, Task

STEM = "quezzalit"  # no word of any language or library
_FULL = re.compile(rf"{STEM}([a-z]+[0-9]+)", re.IGNORECASE)
MAY_HOLD = ("raw", "forgotten", "warehouse/restricted", "returns", "reports/restricted", "cache")
_SUBSTANTIATION = [label for label in SUBSTANTIATION if label != "FragmentID"]
FIELDS = (
    *DEFAULTS,
    "StoryFragment_Merged",
    *_SUBSTANTIATION,
    "a label",
    "an extra field",
    "a preamble",
    "a line that continues",
)
_FOLDERS = {"TMPDIR": "temporary", "HOME": "user", "XDG_CACHE_HOME": "user/cache"}


@dataclass(frozen=True)
class Ending:
    """How a run ends: what is planted for it, and its exit code; None where it is killed."""

    name: str
    code: int | None
    plants: tuple[str, ...] = ()
    env: Mapping[str, str] | None = None


_TALKATIVE = {"DBT_DEBUG": "true", "DBT_LOG_LEVEL": "debug", "DBT_LOG_LEVEL_FILE": "debug", "PYTHONFAULTHANDLER": "1"}
ENDINGS = (
    Ending("it goes well", 0, env=_TALKATIVE),
    Ending("a cast fails", 3, ("cast_fails",), _TALKATIVE),
    Ending("a schema fails", 3, ("schema_fails",)),
    Ending("a test fails", 3, ("test_fails",), _TALKATIVE),
    Ending("a test raises", 3, ("test_raises",), _TALKATIVE),
    Ending("reading raises", 3, ("reading_raises",)),
    Ending("publishing raises", 3, ("publishing_raises",)),
    Ending("it is killed", None),
)


def canary(kind: str, number: int) -> str:
    """The word of a field."""
    return f"{STEM}{kind}{number:02}"


def of_kind(kind: str, changes: Mapping[str, str]) -> dict[str, str]:
    """A record with a canary in each of its fields."""
    fields = {label: f"A {canary(kind, FIELDS.index(label))} of 2023." for label in (*DEFAULTS, "StoryFragment_Merged")}
    fields["FragmentID"] = f"SCC-KEN/{canary(kind, 0)}"
    fields[f"{canary(kind, FIELDS.index('a label'))} label"] = f"{canary(kind, FIELDS.index('an extra field'))} value"
    return {**fields, **changes}


def deliver(raw: Path) -> None:
    """Confidential, quarantined and unreadable records in every form, and one that is in order."""
    closed = "Outcome statements is CONFIDENTIAL"
    kept = of_kind("confidential", {})  # a canary as confidentiality is confidential
    blank = of_kind("quarantined", {"Outcome description": "<redacted>"})
    preamble, more = (canary("confidential", FIELDS.index(name)) for name in ("a preamble", "a line that continues"))
    spoken = "".join(f"**{label}**: {value}\n" for label, value in kept.items())
    told = {label: f"{canary('substantiation', FIELDS.index(label))} told" for label in _SUBSTANTIATION}
    answer = {**told, "FragmentID": kept["FragmentID"], "Substantiation date": "2024-05-03"}
    broken = of_kind("unreadable", {})
    files = {
        "one.txt": f"{preamble} stands above\n{spoken}and {more} goes on\n".encode(),
        "answers.csv": separated([answer]),
        "quarantined.txt": "".join(f"**{label}**: {value}\n" for label, value in blank.items()).encode(),
        "twice.txt": (spoken + f"**Year**: {canary('quarantined', FIELDS.index('Year'))} again\n").encode(),
        "open.txt": "".join(f"**{label}**: {value}\n" for label, value in DEFAULTS.items()).encode(),
        "forms/table.csv": separated([kept | {closed: "1"}, blank]),
        "forms/book.xlsx": xlsx([kept | {closed: "yes"}, blank], above=[[f"{preamble} title"]]),
        "forms/answers.json": as_json([kept | {closed: "x"}, blank]),
        "forms/form.docx": word([kept, blank]),
        "forms/packed.zip": zipped({"table.csv": separated([kept | {"Year": "2020"}])}),
        "broken/cut.xlsx": xlsx([broken])[:-200],
        "broken/cut.json": as_json([broken])[:-40],
        "broken/none.csv": f"{canary('unreadable', 1)},{canary('unreadable', 2)}\n{canary('unreadable', 3)},x\n".encode(),
        "broken/type.docx": word([broken]).replace(b"<?xml", b"<!xml"),
        "broken/noise.txt": b"\0".join(value.encode() for value in broken.values()),
    }
    for name, content in files.items():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(content)


def canaries(task: Task, *plants: str, endings: tuple[Ending, ...] = ()) -> Found:
    """A home and a run for each ending; the UI is asked of it, of all at length and of the last otherwise."""
    chosen = endings or ENDINGS[: -(-task.tries // len(FIELDS))]
    broken: list[str] = []
    for number, ending in enumerate(chosen):
        root = task.scratch / str(number)
        root.mkdir()
        is_asked = task.tries >= PROOF.tries or number == len(chosen) - 1
        broken += [f"{ending.name}: {each}" for each in _one(root, ending, plants, is_asked=is_asked)]
        shutil.rmtree(root, ignore_errors=True)
    return Found(
        len(chosen) * len(FIELDS), broken, f"{len(FIELDS)} fields of 4 kinds of records, {len(chosen)} endings"
    )


def _one(root: Path, ending: Ending, plants: tuple[str, ...], *, is_asked: bool) -> Iterator[str]:
    home = root / "home"
    deliver(home / "raw")
    folders = {name: root / place for name, place in _FOLDERS.items()}
    for folder in (*folders.values(), root / "work"):
        folder.mkdir(parents=True)
    names = [f"tests.proof.breaking:{each}" for each in ending.plants] + list(plants)
    env = planted(*names, **{name: str(folder) for name, folder in folders.items()}, **(ending.env or {}))
    with _Watch(folders["TMPDIR"]) as watch:
        code, said = _run(home, root / "work", env, is_killed=ending.code is None)
    if ending.code is not None and code != ending.code:
        yield f"it ended with {code} instead of {ending.code}"
    yield from (f"a temporary file while it ran held {which}" for which in sorted(watch.seen))
    yield from _found_in("what it printed", said.encode())
    yield from _left(root, home)
    if not any(any(_canaries(content)) for file in (home / "raw").rglob("*.txt") for content in contents(file)):
        yield "the search finds nothing where it must"
    if ending.code == 0 and not any(_left(root, home, but=("raw", "cache", "returns", "forgotten"))):
        yield "no canary came into the restricted edition"
    if is_asked and (home / "dagster").exists():
        answers = "\n".join(_answers(home, env))
        yield from _found_in("an answer of the UI", answers.encode())
        if "outcome_warehouse" not in answers:
            yield "the UI knew nothing of the run"


def _run(home: Path, work: Path, env: Mapping[str, str], *, is_killed: bool) -> tuple[int, str]:
    process = subprocess.Popen(
        [str(OH), "run", "--home", str(home)],
        cwd=work,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    if is_killed:
        until = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < until and not is_modelling(home):
            time.sleep(0.02)
        kill_group(process)
    try:
        said, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        kill_group(process)
        said, _ = process.communicate()
    return process.returncode, said


class _Watch:
    """Looks at a folder's files, again and again, until it is left."""

    def __init__(self, folder: Path) -> None:
        self.seen: set[str] = set()
        self._folder, self._ended = folder, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.02):
            for file in self._folder.rglob("*"):
                with suppress(OSError):
                    if file.is_file():
                        self.seen |= set(_canaries(file.read_bytes()))


def _left(root: Path, home: Path, but: tuple[str, ...] = MAY_HOLD) -> Iterator[str]:
    """What lies outside of where values may lie, each file once."""
    for file in sorted(root.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        place = file.relative_to(root).as_posix()
        if file.is_relative_to(home) and file.relative_to(home).as_posix().startswith(tuple(f"{one}/" for one in but)):
            continue
        for content in contents(file):
            found = sorted(set(_canaries(content)))
            if found:
                yield f"{place} holds {len(found)}, the first {found[0]}"
                break


def _canaries(content: bytes) -> Iterator[str]:
    """Which fields' canaries the bytes hold, however they are written."""
    if holds(content, STEM):
        named = [match.lower() for match in _FULL.findall(content.decode("utf-8", "replace"))]
        yield from named or ["a canary in another writing"]


def _found_in(where: str, content: bytes) -> Iterator[str]:
    found = sorted(set(_canaries(content)))
    if found:
        yield f"{where} held {len(found)}, the first {found[0]}"


_QUESTIONS = tuple(
    question.replace(
        "METADATA",
        "metadataEntries { __typename label description ... on TextMetadataEntry { text } "
        "... on JsonMetadataEntry { jsonString } ... on PathMetadataEntry { path } }",
    )
    for question in (
        "{ runsOrError { ... on Runs { results { runId jobName status runConfigYaml tags { key value } } } } }",
        """query ($run: ID!) { logsForRun(runId: $run, limit: 1000) { ... on EventConnection { events {
        __typename ... on MessageEvent { message level stepKey }
        ... on ErrorEvent { error { message className stack causes { message stack } } }
        ... on MaterializationEvent { label description METADATA }
        ... on AssetCheckEvaluationEvent { evaluation { success description METADATA } } } } } }""",
        """{ assetNodes { assetKey { path } description METADATA assetMaterializations(limit: 5) { METADATA }
        assetChecksOrError { ... on AssetChecks { checks { name description executionForLatestMaterialization {
        status evaluation { success description METADATA } } } } } } }""",
    )
)


def _answers(home: Path, env: Mapping[str, str]) -> Iterator[str]:
    """What the UI's own server answers about a home. Raises what keeps it from answering."""
    port = free_port()
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "dagster_webserver",
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-w",
            str(PROJECT / "workspace.yaml"),
        ],
        cwd=PROJECT,
        env={**env, "PROVING": "", "DAGSTER_HOME": str(home / "dagster"), "OH_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        runs = _asked(port, _QUESTIONS[0], {})
        yield json.dumps(runs)
        for run in runs["data"]["runsOrError"]["results"]:
            yield json.dumps(_asked(port, _QUESTIONS[1], {"run": run["runId"]}))
        yield json.dumps(_asked(port, _QUESTIONS[2], {}))
    finally:
        end_group(server)


def _asked(
    port: int, query: str, variables: Mapping[str, str]
) -> dict[str, dict[str, dict[str, list[dict[str, str]]]]]:
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", data=body, headers={"Content-Type": "application/json"}
    )
    until = time.monotonic() + 180
    while True:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found: dict[str, Any] = json.load(answer)
                break
        except urllib.error.HTTPError as error:
            raise AssertionError(f"the question is wrong: {error.read()[:600]!r}") from None
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.3)
    assert not found.get("errors"), found["errors"]
    return found


PROOF = Proof(
    "canaries",
    "no field of a confidential, quarantined, unreadable or substantiating record is told outside of where values may lie, however a run ends",
    "fields and endings",
    len(FIELDS) * len(ENDINGS),
    canaries,
    least=len(FIELDS),
)
PROOFS = (PROOF,)
