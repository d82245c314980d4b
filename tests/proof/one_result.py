"""One raw folder has one result, wherever and however it is built.

The same files are laid into ever new homes, in another order and with other times, and published by the real `oh`: in another
time zone, locale and working folder, with another number of threads, seed of hashes, umask and clock (up to twelve years off,
as Python tells it). One result: every table of `main` in both editions but `meta_builds`, the bytes of every return, and the
bytes of an export of each edition, but for the file of `meta_builds` and the name of the build that every file tells.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from ..demos import make
from ..pipeline.conftest import RunHome, oh
from .clock import SECONDS as CLOCK
from .homes import last_line, planted
from .proving import Found, Proof, Task
from .twin import differing, digests, file_digests, rows

RECORDS = 240
ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu", "Africa/Monrovia", "Europe/Dublin")
LOCALES = ("C", "C.utf8", "POSIX", "tr_TR.UTF-8", "fr_FR.UTF-8", "")
UMASKS = (0o000, 0o022, 0o077, 0o027)
YEAR = 365 * 24 * 3600
EXPORTS = (("restricted", "parquet"), ("open", "csv"))
FAILED = "failed"
Result = dict[str, str]


def harness(task: Task, *plants: str) -> Found:
    """So many builds of one corpus, as many at a time as there are cores."""
    source = make(task.scratch / "corpus", RECORDS, 1, seed=task.seed)
    tune = random.Random(task.seed)
    settings = [_setting(number, tune, plants) for number in range(task.tries)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda each: _build(source / "raw", task.scratch / "homes", *each), settings))
    broken = [f"build {number}: {result[FAILED]}" for number, result in enumerate(results) if FAILED in result]
    whole = {number: result for number, result in enumerate(results) if FAILED not in result}
    if not whole:
        return Found(len(results), broken)
    usual = Counter(_frozen(result) for result in whole.values()).most_common(1)[0][0]
    broken += [
        f"build {number}: {', '.join(differing(dict(usual), result))}"
        for number, result in whole.items()
        if _frozen(result) != usual
    ]
    return Found(
        len(results),
        broken,
        f"{len(set(map(_frozen, whole.values())))} distinct result, {len(usual)} tables and files each",
    )


def _frozen(result: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(result.items()))


def _setting(number: int, tune: random.Random, plants: tuple[str, ...]) -> tuple[int, int, int, dict[str, str]]:
    years = tune.choice((-12, -3, 0, 1, 10))
    env = {
        "TZ": ZONES[number % len(ZONES)],
        "LC_ALL": tune.choice(LOCALES),
        "OH_THREADS": str(1 + number % 5),
        "PYTHONHASHSEED": str(tune.randint(0, 9999)),
        CLOCK: str(years * YEAR + tune.randint(0, YEAR)),
    }
    env = planted("tests.proof.clock:off", *plants, **env)
    return number, tune.randint(0, 10**6), UMASKS[number % len(UMASKS)], env


def _build(source: Path, homes: Path, number: int, seed: int, umask: int, env: dict[str, str]) -> Result:
    root = homes / f"{'a b' if number % 2 else 'ä'}{number}"
    _lay(source, root / "raw", random.Random(seed))
    work = homes / f"work-{number}"
    work.mkdir()
    home = RunHome(root)
    said = oh("run", home=root, env=env, umask=umask, cwd=work)
    if said.returncode:
        return {FAILED: f"oh run ended with {said.returncode}: {last_line(said)}"}
    result = {f"restricted {name}": value for name, value in digests(home.link(), "main").items()}
    result |= {f"open {name}": value for name, value in digests(home.link("open"), "main").items()}
    result |= {f"return {name}": value for name, value in file_digests(home.root / "returns").items()}
    for edition, form in EXPORTS:
        target = homes / f"export-{number}-{edition}"
        said = oh("export", target, "--edition", edition, "--format", form, home=root, env=env, umask=umask, cwd=work)
        if said.returncode:
            return {FAILED: f"oh export ended with {said.returncode}: {last_line(said)}"}
        build_id = str(rows(home.link(), "select build_id from meta_builds")[0][0])
        found = {file.name: _unnamed(file, build_id) for file in target.iterdir()}
        result |= {f"{edition} export {name}": value for name, value in found.items() if "meta_builds" not in name}
        shutil.rmtree(target, ignore_errors=True)
    ((year,),) = rows(home.link(), "select year(built_at) from meta_builds")
    if abs(int(env[CLOCK])) > YEAR and not _is_off(int(year)):
        return {FAILED: "the clock stood as it is"}
    shutil.rmtree(root)
    return result


def _unnamed(file: Path, build_id: str) -> str:
    """A hash of a file without the name of the build: of a Parquet file its pages and its schema's fields."""
    content = file.read_bytes()
    if file.suffix == ".parquet":
        pages = content[: -8 - int.from_bytes(content[-8:-4], "little")]
        fields = "".join(map(repr, pq.read_schema(file)))
        return hashlib.sha256(pages + fields.encode()).hexdigest()
    return hashlib.sha256(content.replace(build_id.encode(), b"")).hexdigest()


def _is_off(year: int) -> bool:
    return year != datetime.now(UTC).year


def _lay(source: Path, target: Path, draw: random.Random) -> None:
    """The same files in another order and with other times."""
    files = sorted(path for path in source.rglob("*") if path.is_file())
    draw.shuffle(files)
    for file in files:
        place = target / file.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
        os.utime(place, (draw.randint(1, 2 * 10**9),) * 2)


PROOFS = (
    Proof(
        "one_result",
        "one raw folder gives one result, whatever the order, times, threads, zone, locale, hash seed, clock, umask and place",
        "builds",
        60,
        harness,
        least=3,
    ),
)
