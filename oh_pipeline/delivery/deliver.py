"""The returns of a whole delivery: which source files get one, and which of those written before are still true.

They are prepared beside, so that a full disk leaves what was there, and put into place at the end.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oh_pipeline.codebook import Codebook
from oh_pipeline.delivery.names import SUFFIX, return_name
from oh_pipeline.delivery.together import by_return, returned_with
from oh_pipeline.sources.inventory import look_up
from oh_pipeline.validation.tombstones import NONE, Tombstones
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.reader import open_edition

_LAYOUT = "1"  # another number makes every return anew
_STATES = """
    select
        issues.source_file, sources.sha256, count(*),
        bit_xor(hash(issues.location, issues.fragment_id, issues.field, issues.rule, issues.message, issues.remedy)),
        any_value(builds.code_version), any_value(builds.codebook_hash)
    from quality_issues as issues
    inner join quality_sources as sources on issues.source_file = sources.source_file
    cross join meta_builds as builds
    group by all
"""
_FOUND = "select source_file, found from quality_sources"
_ISSUES = """
    select source_file, location, fragment_id, field, rule, severity, message, remedy
    from quality_issues
    order by all
"""


@dataclass(frozen=True)
class Prepared:
    """Returns that lie ready in `folder`: `made` and `kept` are their paths below it and below `returns/`."""

    folder: Path
    made: tuple[str, ...]
    kept: tuple[str, ...]
    states: Mapping[str, str]


def prepare_returns(
    home: Home, build_file: Path, codebook: Codebook, language: str, gone: Tombstones = NONE
) -> Prepared:
    """Write the returns of a build that are not there yet into a folder beside, without records among `gone`.

    Raises OSError.
    """
    # What writes them is imported where one is to be written: it costs as much as a small run.
    folder = home.cache / "returns-made"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    with open_edition(build_file, home.key_file) as build:
        found = {str(path): int(count) for path, count in build.execute(_FOUND).fetchall()}
        issues = {str(row[0]): [str(value) for value in row] for row in build.execute(_STATES).fetchall()}
        together = returned_with((path for path in issues if not found[path]), found.keys())
        states = _states(issues, together, language)
        before = _remembered(home)
        kept = {
            path
            for path, state in states.items()
            if before.get(path) == state and (home.returns / return_name(path)).is_file()
        }
        wanted = states.keys() - kept
        made: list[str] = []
        if wanted:
            from oh_pipeline.delivery.returns import Issue
            from oh_pipeline.delivery.several_returns import write_returns

            holding = {path for path in wanted if found[path]}  # no other is worth another reading
            rows = ((str(row[0]), Issue(*row[1:])) for row in iter(build.execute(_ISSUES).fetchone, None))
            chosen = (entry for entry in by_return(rows, together) if entry[0] in wanted)
            made = write_returns(chosen, look_up(home.raw, holding), codebook, folder, language, gone)
    return Prepared(folder, tuple(made), tuple(sorted(map(return_name, kept))), states)


def place_returns(home: Home, prepared: Prepared) -> list[Path]:
    """Put what was prepared into `returns/`, and remove what no source file asks for any more; gives all that are there.

    Broken off half way, nothing that is there counts as true, and the next run makes all of them anew.
    """
    memory = home.cache / "returns.json"
    memory.unlink(missing_ok=True)
    for name in prepared.made:
        target = home.returns / name
        for folder in reversed(target.relative_to(home.returns).parents[:-1]):
            (home.returns / folder).mkdir(mode=0o700, exist_ok=True)
        (prepared.folder / name).replace(target)
    there = {*prepared.made, *prepared.kept}
    for path in sorted(home.returns.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name.endswith(SUFFIX) and path.relative_to(home.returns).as_posix() not in there:
            path.unlink()
    shutil.rmtree(prepared.folder, ignore_errors=True)
    memory.with_suffix(".tmp").write_text(json.dumps(dict(prepared.states)), encoding="utf-8")
    memory.with_suffix(".tmp").replace(memory)
    return [home.returns / name for name in sorted(there)]


def _states(issues: Mapping[str, list[str]], together: Mapping[str, str], language: str) -> dict[str, str]:
    """What each return tells of, as a hash: the issues of its file, or of all files that share it."""
    told: dict[str, list[list[str]]] = {}
    for path, state in sorted(issues.items()):
        told.setdefault(together.get(path, path), []).append(state)
    return {
        path: hashlib.sha256(json.dumps([_LAYOUT, language, *states]).encode()).hexdigest()
        for path, states in told.items()
    }


def _remembered(home: Home) -> dict[str, str]:
    """What the returns that are there were made from; nothing where that cannot be told."""
    try:
        told = json.loads((home.cache / "returns.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
