"""What a promise is, what a harness found of it, and where the harnesses are."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import tests.proof


@dataclass(frozen=True)
class Found:
    """`tried`: how often, in the promise's unit; `broken`: each failure by what was tried, never by a cell's value."""

    tried: int
    broken: Sequence[str] = ()
    remark: str = ""


@dataclass(frozen=True)
class Task:
    """How often to try, from which seed, and a folder of one's own that is removed afterwards."""

    tries: int
    seed: int
    scratch: Path


@dataclass(frozen=True)
class Proof:
    """A promise: `name` is one word for the command line, `tries` how often it is tried at length, in `unit`s.

    `least` is as few as say anything: the tests try a tenth, but not fewer.
    """

    name: str
    promise: str
    unit: str
    tries: int
    harness: Callable[[Task], Found] = field(repr=False)
    least: int = 1

    @property
    def tenth(self) -> int:
        """How often the tests try."""
        return max(self.tries // 10, self.least)


@dataclass(frozen=True)
class Proven:
    """What a harness found, and how long it took in seconds."""

    name: str
    promise: str
    unit: str
    tried: int
    broken: tuple[str, ...]
    remark: str
    seconds: float
    seed: int


def proofs() -> tuple[Proof, ...]:
    """Every promise of every harness, by module and in the module's order."""
    names = sorted(item.name for item in pkgutil.iter_modules(tests.proof.__path__))
    modules = [importlib.import_module(f"tests.proof.{name}") for name in names if name != "__main__"]
    return tuple(proof for module in modules for proof in getattr(module, "PROOFS", ()))


def prove(proof: Proof, tries: int, seed: int, scratch: Path) -> Proven:
    """Try it so often. `tried` says how often it was: a harness that tried less, or could not go on, has not proven it."""
    scratch.mkdir(parents=True)
    began = time.perf_counter()
    try:
        found = proof.harness(Task(tries, seed, scratch))
    except AssertionError as error:
        found = Found(0, [f"broke off: {error}"])
    took = time.perf_counter() - began
    broken = tuple(found.broken)
    if found.tried < tries:
        broken = (*broken, f"only {found.tried} of {tries} were tried")
    return Proven(proof.name, proof.promise, proof.unit, found.tried, broken, found.remark, took, seed)
