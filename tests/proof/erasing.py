"""An erased record leaves nothing behind: after one `oh forget`, no byte of it in the home outside `raw/`, and none when it comes back.

Each record has a word of its own in its id and in every text, and lies in two files of two formats, in the second with other
words: two versions. Half of them are erased by id, half have no id and are erased by outcome key. Afterwards every file of the home is
searched, names, bytes and what is packed or stored in them (`tests/pipeline/scanning.py`), and at last all are handed in again.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from pathlib import Path

from ..forms import FORMATS
from ..fragments import DEFAULTS
from ..pipeline.conftest import RunHome, oh
from ..pipeline.scanning import holders
from .homes import last_line, planted
from .proving import Found, Proof, Task

TEXTS = (
    "Outcome description",
    "Significance of the outcome",
    "Additional information (use if needed) ",
    "Contribution of the programme",
    "Evidence supporting the outcome statement",
    "Social actor",
    "coutnry",
)
FORMS = tuple(name for name in FORMATS if not name.startswith("titled"))
_KEY = "select outcome_key from main.outcome_narratives where contains(lower(description), ?)"


def record(word: str, version: int, *, has_id: bool) -> dict[str, str]:
    """A record with the word everywhere; where it has no id both versions have one description."""
    texts = {label: f"{word}{at} {DEFAULTS[label]}" for at, label in enumerate(TEXTS)}
    texts["Significance of the outcome"] += f" {word}v{version}"
    return {**DEFAULTS, **texts, "FragmentID": f"SCC-KEN/{word}" if has_id else ""}


def lay(raw: Path, words: list[str], folder: str) -> None:
    """Each record in two files of two formats, beside one that stays."""
    for number, word in enumerate(words):
        for version in (1, 2):
            form = FORMS[(number + 5 * version) % len(FORMS)]
            stays = {**DEFAULTS, "FragmentID": f"SCC-KEN/CIV{number}{version}"}
            stays["Outcome description"] = f"In 2023 village {number} of list {version} chose its own water committee."
            file = raw / folder / f"harvest_{version}" / f"{number}_{form}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(FORMATS[form]([stays, record(word, version, has_id=number % 2 == 0)]))


def harness(task: Task, *plants: str) -> Found:
    """So many records erased from one home, each in a run of its own."""
    draw = random.Random(task.seed)
    words = ["zq" + "".join(draw.choices(string.ascii_lowercase, k=8)) for _ in range(task.tries)]
    home = RunHome(task.scratch / "home")
    lay(home.root / "raw", words, "first")
    home.run()
    env = planted(*plants)
    broken = []
    found = holders(home.root, *words)
    if not any(place.startswith("warehouse/restricted/") for place in found):
        broken.append("the search finds nothing where everything is")
    for number, word in enumerate(words):
        broken += [f"record {number}: {line}" for line in _erase(home, word, number, env)]
    if broken:
        return Found(len(words), broken)
    lay(home.root / "raw", words, "again")
    home.run()
    broken += [f"handed in again: left in {place}" for place in holders(home.root, *words)]
    return Found(len(words), broken, f"by id and by key, of {min(len(FORMS), 2 * task.tries)} forms of file")


def _erase(home: RunHome, word: str, number: int, env: Mapping[str, str]) -> list[str]:
    keys = home.column(_KEY, word)
    if len(keys) != 1:
        return [f"{len(keys)} outcomes instead of one"]
    said = oh("forget", f"SCC-KEN/{word}" if number % 2 == 0 else keys[0], "--yes", home=home.root, env=env)
    if said.returncode:
        return [f"oh forget ended with {said.returncode}: {last_line(said)}"]
    return [f"left in {place}" for place in holders(home.root, word, keys[0])]


PROOFS = (Proof("erasure", "one `oh forget` leaves no byte of a record outside raw/", "records", 24, harness, least=2),)
