"""Drawing by index: the same seed and place give the same numbers, whatever was drawn before and on whatever machine.

So any record can be made by itself, and none has to be remembered. Knows nothing of outcomes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

Drawn = npt.NDArray[np.uint32]
T = TypeVar("T")
_WHOLE = 1 << 32
_STEP, _MIX_1, _MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def key_of(*parts: object) -> int:
    """The key of a stream of numbers that belongs to these parts."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8], "little")


def drawn(key: int, first: int, count: int, width: int) -> Drawn:
    """`width` numbers below 2³² for each of `count` rows from row `first` on (SplitMix64 over the place of each number)."""
    places = np.arange(first * width, (first + count) * width, dtype=np.uint64)
    mixed = (places + 1) * np.uint64(_STEP) + np.uint64(key)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(_MIX_1)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(_MIX_2)
    made: Drawn = (mixed >> np.uint64(32)).astype(np.uint32).reshape(count, width)
    return made


class Draws:
    """Some numbers, taken one after the other. `number` gives the next, below 2³²."""

    __slots__ = ("number",)

    def __init__(self, numbers: Iterable[int]) -> None:
        self.number: Callable[[], int] = iter(numbers).__next__

    @classmethod
    def of(cls, *parts: object, width: int = 64) -> Draws:
        """The numbers of one thing that is named by its parts."""
        return cls(drawn(key_of(*parts), 0, 1, width)[0].tolist())

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each as likely."""
        return options[self.number() % len(options)]

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.number() < share * _WHOLE
