"""SIGKILL at seeded times of the real `oh`: the process alone, with its children, or one of its children."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import psutil

from ..pipeline.conftest import OH
from .homes import (
    SECONDS,
    Live,
    Said,
    complaint,
    damage,
    deliver,
    drawn,
    fresh,
    indiscreet,
    kill_group,
    last_line,
    leftovers,
    live,
    oh_run,
    planted,
    unfinished,
)
from .proving import Found, Proof, Task

CHAINS = 2  # homes beside each other, each killed over and over
IN_TESTS = 2
"""A tenth would be five minutes on two cores, because a kill needs a run; so few show that the harness works."""
_WHOLE = 12  # so many runs, of which one is left alone and must set right what the others left
_GOODBYE = 20.0  # seconds within which children end with their parent
# What `oh` has just said when a phase begins, and how often a kill falls into it.
PHASES = {
    "starting": ("", 2),
    "sources": ("Starting", 1),
    "fragments": ("Looking", 1),
    "models": ("Reading", 3),
    "publishing": ("Building", 3),
}
_MEASURED: dict[str, float] = {}
_WHOM = ("oh", "group", "child")


@dataclass
class Watched:
    """A run as it goes, and when each of its phases began."""

    process: subprocess.Popen[str]
    began: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        """Until it says no more."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self.heard:
                self.lines.append(line)
                for phase, (words, _) in PHASES.items():
                    if words and line.startswith(words):
                        self.began[phase] = time.monotonic()
                self.heard.notify_all()

    def wait_for(self, phase: str) -> None:
        """Until the phase has begun, or the run has ended."""
        with self.heard:
            while phase not in self.began and self.process.poll() is None:
                self.heard.wait(0.1)


def kills(task: Task, *plants: str, phases: Sequence[str] = tuple(PHASES)) -> Found:
    """Chains of runs, each killed on what the one before left."""
    lengths = _lengths(task.scratch)
    count = CHAINS if task.tries > _WHOLE else 1
    share = [task.tries // count + (number < task.tries % count) for number in range(count)]
    with ThreadPoolExecutor(count) as pool:
        chains = pool.map(lambda number: _chain(task, number, share[number], lengths, plants, phases), range(count))
        found = list(chains)
    broken = [line for one in found for line in one.broken]
    died = sum(int(one.remark) for one in found)
    return Found(sum(one.tried for one in found), broken, f"{died} died of it, the others had ended before")


def _chain(
    task: Task, chain: int, tries: int, lengths: dict[str, float], plants: tuple[str, ...], phases: Sequence[str]
) -> Found:
    home = fresh(task.scratch / f"home {chain}")
    env = planted(*plants)
    broken: list[str] = []
    before, died = live(home), 0
    for number in range(tries):
        chance = drawn(task.seed, chain, number)
        phase = chance.choices(phases, [PHASES[name][1] for name in phases])[0]
        whom, after = chance.choice(_WHOM), chance.uniform(0, lengths[phase])
        deliver(home, 10 + chance.randrange(20))
        said, left = _kill(home, env, phase, after, whom, chance)
        died += said.returncode == -signal.SIGKILL
        wrong = [*damage(home, before, failed=said.returncode in (2, 3)), *left, *indiscreet(said)]
        if said.returncode > 0:
            wrong += complaint(said)
        before = live(home)
        if not wrong and (number % _WHOLE == _WHOLE - 1 or number == tries - 1):
            wrong += _left_alone(home, before)
            before = live(home)
        where = f"chain {chain}, {whom} killed {after:.3f} s into {phase} (run {number})"
        broken += [f"{where}: {each}" for each in wrong]
    return Found(tries, broken, str(died))


def _left_alone(home: Path, before: Live) -> list[str]:
    """What is wrong when a run is let go to its end after all that."""
    said = oh_run(home)
    if said.returncode:
        return [f"the next run ended with {said.returncode}: {last_line(said)}"]
    now = live(home)
    wrong = [] if now != before else ["the next run published nothing"]
    wrong += [] if len({entry.build for entry in now.values()}) == 1 else ["the next run left two builds"]
    wrong += [f"the next run left {each}" for each in leftovers(home)]
    return wrong + [f"the history still has a run as {status}" for status in unfinished(home)]


def _kill(
    home: Path, env: dict[str, str], phase: str, after: float, whom: str, chance: Random
) -> tuple[Said, list[str]]:
    """Start a run, kill it, and see whether anything of it goes on."""
    run = _start(home, env)
    process, listener = run.process, threading.Thread(target=run.listen)
    listener.start()
    run.wait_for(phase)
    if phase in run.began:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, run.began[phase] + after - time.monotonic()))
    family = _family(process.pid)
    if whom == "group":
        kill_group(process)
    elif whom == "oh" or not family:
        process.kill()
    else:
        with suppress(psutil.NoSuchProcess):
            chance.choice(family).kill()
    wrong = []
    try:
        code = process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        wrong.append("it went on for ever")
        process.kill()
        code = process.wait()
    _, alive = psutil.wait_procs(family, _GOODBYE)
    for one in alive:
        wrong.append("a child outlived it")
        with suppress(psutil.NoSuchProcess):
            one.kill()
    listener.join()
    assert process.stdout is not None
    said = Said(process.args, code, process.stdout.read(), "".join(run.lines))
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    return said, wrong


def _start(home: Path, env: dict[str, str]) -> Watched:
    command = [str(OH), "run", "--home", str(home)]
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    return Watched(process, {"starting": time.monotonic()})


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _lengths(scratch: Path) -> dict[str, float]:
    """How long each phase takes, from one whole run; measured once in a process's life."""
    if _MEASURED:
        return _MEASURED
    run = _start(fresh(scratch / "measured"), planted())
    assert run.process.stdout is not None
    run.listen()
    assert run.process.wait() == 0, "".join(run.lines)[-400:]
    for stream in (run.process.stdout, run.process.stderr):
        if stream is not None:
            stream.close()
    ends = [*(run.began[name] for name in list(PHASES)[1:]), time.monotonic()]
    _MEASURED.update({name: end - run.began[name] for name, end in zip(PHASES, ends, strict=True)})
    return _MEASURED


PROOF = Proof(
    "kills",
    "a run that is killed, or a child of it, leaves both editions whole, the ones before or the new ones, and hinders no later run",
    "kills",
    300,
    kills,
    least=IN_TESTS,
)
PROOFS = (PROOF,)
