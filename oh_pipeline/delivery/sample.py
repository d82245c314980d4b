"""Whom to ask: a stratified, seeded sample of outcomes with its selection probabilities. Pure: no file, no warehouse.

How many of each stratum is fixed by the strata's sizes alone; which of them, by a hash of the seed and the outcome's key. So
an outcome's chance is exactly the drawn by the size of its stratum, a draw can be repeated from its frame, and a larger one
goes on where the smaller stopped.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

BREAKDOWNS: Mapping[str, str] = {
    "geography": "geography_key",
    "objective": "objective_key",
    "harvest": "harvest_key",
    "year": "year",
    "significance": "significance_key",
    "contribution": "contribution_key",
    "social_actor": "social_actor_key",
    "scale": "scale_key",
}
"""What strata can be made by, and the column of the frame that tells it."""
COLUMNS = ("outcome_key", "fragment_id", "geography", *BREAKDOWNS.values())
"""The columns of the frame that go out, as they stand."""
UNKNOWN = "unknown"

Values = Mapping[str, str | int | None]


@dataclass(frozen=True)
class Order:
    """What was asked for: how many, which seed, and what strata are made by."""

    size: int
    seed: int
    by: tuple[str, ...]


@dataclass(frozen=True)
class Drawn:
    """One eligible outcome: its place in its stratum from 1, and how many of how many are drawn there."""

    values: Values
    stratum: str
    place: int
    stratum_drawn: int
    stratum_size: int

    @property
    def is_drawn(self) -> bool:
        """Whether it is in the sample."""
        return self.place <= self.stratum_drawn

    @property
    def probability(self) -> float:
        """Chance of each outcome of its stratum: the drawn by the size."""
        return self.stratum_drawn / self.stratum_size


def draw(frame: Iterable[Values], order: Order) -> list[Drawn]:
    """All outcomes of a frame by stratum and place; those drawn stand first in each stratum. A larger size gives all."""
    strata: dict[str, list[Values]] = {}
    for values in frame:
        strata.setdefault(stratum_of(values, order.by), []).append(values)
    sizes = {name: len(members) for name, members in strata.items()}
    shares = allocate(sizes, order.size)
    seed = str(order.seed).encode()
    found: list[Drawn] = []
    for name in sorted(strata):
        members = sorted(strata[name], key=lambda values: _ticket(seed, str(values["outcome_key"])))
        found += [Drawn(v, name, place, shares[name], sizes[name]) for place, v in enumerate(members, start=1)]
    return found


def stratum_of(values: Values, by: Sequence[str]) -> str:
    """The name of an outcome's stratum: `geography=kenya; year=2023`."""
    known = {name: values[BREAKDOWNS[name]] for name in by}
    return "; ".join(f"{name}={UNKNOWN if value is None else value}" for name, value in known.items())


def allocate(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """How many are drawn of each stratum: in proportion, by the largest remainder, at least one where there are enough.

    Equal remainders go to the larger stratum, then by name. Never more than a stratum has; all where `size` is too large.
    """
    shares = dict.fromkeys(sizes, 0)
    rest = {name: count for name, count in sizes.items() if count}
    left = min(size, sum(rest.values()))
    if left >= len(rest):
        # Strata whose share is under one get one; what is left is shared among the others, until none is under one.
        while small := [name for name, count in rest.items() if count * left < sum(rest.values())]:
            for name in small:
                shares[name] = 1
                del rest[name]
            left -= len(small)
    total = sum(rest.values())
    remainders: list[tuple[int, int, str]] = []
    for name, count in rest.items():
        shares[name], remainder = divmod(count * left, total)
        remainders.append((-remainder, -count, name))
    for _, _, name in sorted(remainders)[: left - sum(shares[name] for name in rest)]:
        shares[name] += 1
    return shares


def _ticket(seed: bytes, key: str) -> bytes:
    """Where an outcome stands in its stratum: a hash under the seed, so that no key is favoured."""
    return hmac.digest(seed, key.encode(), hashlib.sha256)
