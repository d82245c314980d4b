"""Attacks through the real `oh sql` on both editions: looked at by what came of them, not by what it said alone."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..attacks import ATTACKS, SECRET
from ..pipeline.conftest import OH
from .homes import SECONDS, fresh, planted
from .proving import Found, Proof, Task

AT_ONCE = 2


def escapes(task: Task, *plants: str) -> Found:
    """Each attack on one edition, in turn; twice as many as there are attacks try them on both."""
    home = fresh(task.scratch / "home")
    before = _state(home)
    tried = [(at, ATTACKS[at % len(ATTACKS)], at // len(ATTACKS) % 2) for at in range(task.tries)]

    def attack(each: tuple[int, str, int]) -> list[str]:
        at, words, second = each
        folder = task.scratch / str(at)
        folder.mkdir()
        file, target = folder / "secret.csv", folder / "target"
        file.write_text(f"a,b\n{SECRET},2\n", encoding="utf-8")
        query = words.format(file=file, folder=folder, target=target)
        edition = ("restricted", "open")[(at + second) % 2]
        env = planted(*plants, SECRET_OF_THE_ENVIRONMENT=SECRET, HOME=str(folder))
        command = [str(OH), "sql", "--edition", edition, "--home", str(home), "--", query]
        said = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        wrong = []
        if said.returncode != 2 or said.stdout:
            wrong.append(f"it ended with {said.returncode}" + (" and an answer" if said.stdout else ""))
        if SECRET in said.stdout + said.stderr:
            wrong.append("it told what it must not see")
        if sorted(path.name for path in folder.iterdir()) != ["secret.csv"]:
            wrong.append("it wrote a file")
        if "Traceback" in said.stderr or said.stderr.strip().count("\n"):
            wrong.append("it did not say why in one line")
        return [f"attack {at}, {words[:50]!r} on the {edition} edition: {each}" for each in wrong]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        broken = [line for lines in pool.map(attack, tried) for line in lines]
    if _state(home) != before:
        broken.append("something in the home is another")
    return Found(len(tried), broken, f"{len(ATTACKS)} different ones")


def _state(home: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in sorted((home / "warehouse").rglob("*")) if file.is_file()}


PROOF = Proof(
    "sql_escapes",
    "no statement given to `oh sql` reaches a file, the network, another database, a setting or a table's content",
    "attacks",
    2 * len(ATTACKS),
    escapes,
)
PROOFS = (PROOF,)
