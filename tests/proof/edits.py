"""Whatever people do to the raw folder and in whichever order, with runs in between: in the end it is as one clean run makes it.

A clean run is one on a copy of the last raw folder with the last codebook, in a home where nothing ever was. In every sequence
the reading is compared: all tables of `raw`. One of `WHOLE` sequences goes on through all models, both editions and the returns;
these follow from what was read, the codebook and the edition before, and from nothing else. Equal must be

- every table of `main` but `meta_builds`, every table of `history` but two, what is in `raw` and `codebook`, and every return's bytes;
- not what speaks of the publication before: `history.mart_publication_changes`, `history.disclosure_report` (which counts the
  cells that the open edition withholds because of the edition before), and `raw.previous_*`, `raw.builds`;
- the open edition, twice over. It may withhold more because of the edition before it, and nothing else of what was before may
  show: so a home that knows only the final folder and that one edition must give the same open tables, every row. And against
  the clean run: no number that both show may differ, and both know the same members of a breakdown that both have.

`incremental_real` is the same through the real `oh`: one home that lives on from sequence to sequence, with a clean home beside.
"""

from __future__ import annotations

import os
import random
import shutil
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from oh_pipeline.warehouse.home import Home

from ..pipeline.conftest import RunHome
from .folder import KINDS, Folder, furnish
from .proving import Found, Proof, Task
from .twin import Built, Project, compile_project, copied, differing, digests, file_digests, ingest, publish_anew, rows

K = 3
WHOLE = 8
STEPS = 6
SCHEMAS = ("main", "history", "raw", "codebook")
OF_THE_EDITION_BEFORE = {
    "history.mart_publication_changes",
    "history.disclosure_report",
    "raw.previous_outcomes",
    "raw.previous_open_cells",
    "raw.builds",
}
_COUNTS = "select * exclude (outcomes), outcomes from outcome_counts"


@dataclass
class Setting:
    """What the sequences of one process share: the compiled project and a published home from which each starts."""

    scratch: Path
    project: Project
    base: Path
    files: dict[str, Any]
    tried: int = 0
    broken: list[str] = field(default_factory=list)


def prepare(scratch: Path, seed: int, project: Project) -> Setting:
    """A home that was published, with some of everything in it."""
    base = scratch / "base"
    folder = Folder(base / "home", base / "codebook")
    furnish(folder, random.Random(seed).choice)
    publish_anew(base / "home", project, base / "codebook")
    return Setting(scratch, project, base, dict(folder.files))


def make_machine(setting: Setting) -> type[RuleBasedStateMachine]:
    """The state machine whose every end is compared with a clean run."""

    class Edits(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.place = setting.scratch / "sequence"
            shutil.rmtree(self.place, ignore_errors=True)
            copied(setting.base, self.place)
            self.folder = Folder(self.place / "home", self.place / "codebook")
            self.folder.files = dict(setting.files)
            self.folder.number = len(setting.files)
            self.is_whole = setting.tried % WHOLE == 0

        @rule()
        def run(self) -> None:
            self.folder.told.append("RUN")
            if self.is_whole:
                publish_anew(self.place / "home", setting.project, self.folder.codebook)
            else:
                ingest(self.place / "home", self.folder.codebook)

        def teardown(self) -> None:
            look = whole if self.is_whole else reading
            wrong = look(self.place, setting.project, self.folder.codebook)
            setting.tried += 1
            if wrong:
                setting.broken.append(f"{', '.join(self.folder.told)}: {', '.join(wrong)}")
            assert not wrong, setting.broken[-1]

    for kind in KINDS:
        setattr(Edits, kind, _rule(kind))
    return Edits


def _rule(kind: str) -> Any:
    def change(self: Any, data: st.DataObject) -> None:
        self.folder.do(kind, lambda choices: data.draw(st.sampled_from(choices)))

    change.__name__ = kind
    return rule(data=st.data())(change)


def reading(place: Path, project: Project, codebook: Path) -> list[str]:  # noqa: ARG001 - one of two ways to look
    """Raw tables that a clean run reads otherwise."""
    last = ingest(place / "home", codebook).file
    clean = ingest(_fresh(place, "clean"), codebook).file
    return _but_before(differing(digests(last, "raw"), digests(clean, "raw")))


def whole(place: Path, project: Project, codebook: Path) -> list[str]:
    """Tables and returns that a clean run makes otherwise, and what the open edition has from nowhere."""
    before = (place / "home" / "warehouse" / "restricted" / "outcomes.duckdb").resolve()
    last = publish_anew(place / "home", project, codebook)
    clean = publish_anew(_fresh(place, "clean"), project, codebook)
    twin = _fresh(place, "twin")
    folder = twin / "warehouse" / "restricted"
    folder.mkdir(parents=True)
    shutil.copyfile(before, folder / before.name)
    (folder / "outcomes.duckdb").symlink_to(before.name)
    second = publish_anew(twin, project, codebook, returns=False)
    wrong = unlike(last, clean) + contradicting(last.open, clean.open)
    return wrong + [f"open {name}" for name in differing(digests(last.open, "main"), digests(second.open, "main"))]


def _but_before(tables: list[str]) -> list[str]:
    return [name for name in tables if name not in OF_THE_EDITION_BEFORE]


def _fresh(place: Path, name: str) -> Path:
    home = place / name
    home.mkdir()
    shutil.copytree(place / "home" / "raw", home / "raw")
    return home


def unlike(one: Built, two: Built) -> list[str]:
    """Tables and returns of two homes that must be equal and are not."""
    tables = differing(digests(one.restricted, *SCHEMAS), digests(two.restricted, *SCHEMAS))
    returns = differing(file_digests(one.home.returns), file_digests(two.home.returns))
    return _but_before(tables) + (["returns"] if returns else [])


def contradicting(one: Path, two: Path) -> list[str]:
    """Whether two open editions of the same folder show different numbers, or count different members."""
    first, second = ({row[:-1]: row[-1] for row in rows(file, _COUNTS)} for file in (one, two))
    shared = first.keys() & second.keys()
    wrong = ["open counts"] if any(None not in {first[c], second[c]} and first[c] != second[c] for c in shared) else []
    breakdowns = {cell[0] for cell in first} & {cell[0] for cell in second}  # a table may stand back once
    lacking = {cell for cell in first.keys() ^ second.keys() if cell[0] in breakdowns}
    return wrong + (["open members"] if lacking else [])


def harness(task: Task) -> Found:
    """Sequences over all cores, each process with a seed of its own."""
    workers = min(os.cpu_count() or 1, task.tries)
    project = _compiled(task.scratch)
    shares = [task.tries // workers + (at < task.tries % workers) for at in range(workers)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        asked = [
            pool.submit(share, Task(tries, task.seed * 1000 + at, task.scratch / str(at)), project)
            for at, tries in enumerate(shares)
        ]
        found = [each.result() for each in asked]
    all_of_it = sum(-(-one.tried // WHOLE) for one in found)
    remark = f"all of them read, {all_of_it} of them through every model, both editions and the returns"
    return Found(sum(one.tried for one in found), [line for one in found for line in one.broken], remark)


def share(task: Task, project: Project) -> Found:
    """So many sequences in this process; none after one that is broken."""
    task.scratch.mkdir(parents=True, exist_ok=True)
    setting = prepare(task.scratch, task.seed, project)
    machine = hypothesis.seed(task.seed)(make_machine(setting))
    asked = hypothesis.settings(
        max_examples=task.tries,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    try:
        run_state_machine_as_test(machine, settings=asked)
    except (AssertionError, FlakyFailure):  # the latter where what is remembered outlives a sequence
        if not setting.broken:
            raise
    return Found(setting.tried, setting.broken[:1])


def _compiled(scratch: Path) -> Project:
    place = scratch / "compiled"
    place.mkdir(parents=True)
    return compile_project(place, K)


def real(task: Task) -> Found:
    """Sequences through the real `oh`, one after the other in the same home."""
    draw = random.Random(task.seed)
    root = task.scratch / "home"
    folder = Folder(root, task.scratch / "codebook")
    furnish(folder, draw.choice)
    env = {"OH_CODEBOOK": str(folder.codebook), "OH_K": str(K)}
    home, broken = RunHome(root), []
    home.run(env=env)
    for number in range(task.tries):
        folder.told.clear()
        for _ in range(draw.randint(1, STEPS)):
            folder.do(draw.choice(KINDS), draw.choice)
        home.run(env=env)
        clean = RunHome(_fresh(task.scratch, f"clean-{number}"))
        clean.run(env=env)
        one, two = (Built(Home(each.root), each.link(), each.link("open")) for each in (home, clean))
        if wrong := unlike(one, two) + contradicting(one.open, two.open):
            broken.append(f"sequence {number}: {', '.join(folder.told)}: {', '.join(wrong)}")
        shutil.rmtree(clean.root)
    return Found(task.tries, broken)


PROOFS = (
    Proof(
        "incremental",
        "whatever was added, changed, renamed or removed, and whenever it ran: the tables are those of one clean run",
        "edit sequences",
        1000,
        harness,
    ),
    Proof("incremental_real", "the same through the real `oh`, in a home that lives on", "edit sequences", 20, real),
)
