"""How the records of one place and harvest are shared out: outcomes told, some of them delivered again, substantiations.

Arithmetic over draws: whoever asks gets the same answer, and no record is looked at. A file delivers an earlier one again
where it holds at least half of its outcomes, and two; what it lacks is withdrawn. So of any ten in a row at most one is
withdrawn, and of any four at most one goes on in later harvests: however a format parts its files, the same are withdrawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from oh_pipeline.demo.draws import Draws, drawn, key_of

TOLD, AGAIN, ASKED = 0, 1, 2
"""Series of a place's files of a harvest: outcomes, some of these delivered again, substantiations."""
_FOUR, _GOES_ON = 4, 3
_TEN, _LEAST_OF_TEN = 10, 3
_LEAST_AGAIN = 8
_DELIVERED_AGAIN, _WITHDRAWN, _WITH_ANSWERS, _ASKED_PERCENT = 0.25, 0.9, 0.2, 15
_ANSWERS = ((1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1))


@dataclass(frozen=True, slots=True)
class Cell:
    """`told`: outcomes, one a position. `again`: those delivered a second time. `asked`: substantiations in own files.

    `has_answers`: the form of the outcomes has room for a substantiation as well. `key` leads to the cell's draws.
    """

    told: int
    again: int
    asked: int
    has_answers: bool
    key: int

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Records of each series."""
        return self.told, self.again, self.asked

    def withdrawn(self) -> list[int]:
        """The positions that the second delivery lacks, in their order."""
        if not self.again:
            return []
        positions, size = _withdrawn(self.key, self.told)
        found: list[int] = positions[size <= self.told].tolist()
        return found

    def substantiated(self) -> dict[int, tuple[int, int]]:
        """Position of each outcome that somebody was asked about: number of the first answer, from 0, and how many."""
        pattern = Draws.of(self.key, "answers", width=1).pick(_ANSWERS)
        ends = [end + 6 * turn for turn in range(1 + self.asked // 6) for end in np.cumsum(pattern).tolist()]
        firsts = [0, *(end for end in ends if end < self.asked)][: self.asked]
        if not firsts:
            return {}
        stride = self.told // len(firsts)
        chosen = drawn(key_of(self.key, "asked"), 0, len(firsts), 2).tolist()
        found = {}
        for number, (first, (place, is_on)) in enumerate(zip(firsts, chosen, strict=True)):
            start = number * stride
            on = (
                start + (_GOES_ON - start) % _FOUR
            )  # half of them go on, so that ratings change after somebody was asked
            position = on if is_on % 2 and on < start + stride else start + place % stride
            after = firsts[number + 1] if number + 1 < len(firsts) else self.asked
            found[position] = (first, after - first)
        return found


def make_cell(records: int, key: int, *, has_substantiations: bool) -> Cell:
    """Share out so many records, all of them."""
    draws = Draws.of(key, "cell", width=3)
    dither, is_again, has_answers = draws.number() % 100, draws.chance(_DELIVERED_AGAIN), draws.chance(_WITH_ANSWERS)
    asked = min(records // 2, (records * _ASKED_PERCENT + dither) // 100) if has_substantiations else 0
    told, again = records - asked, 0
    if is_again and records >= _LEAST_AGAIN:
        sizes = np.arange(told + 1)
        kept = sizes - np.searchsorted(np.sort(_withdrawn(key, told)[1]), sizes, side="right")
        most = int(np.searchsorted(sizes + kept, told, side="right")) - 1
        left = records - most - int(kept[most])
        if has_substantiations or not left:
            told, again, asked = most, int(kept[most]), left
    return Cell(told, again, asked, has_answers and has_substantiations, key)


def may_go_on(position: int) -> bool:
    """Whether a later harvest may take up again what was told at this position."""
    return position % _FOUR == _GOES_ON


def _withdrawn(key: int, told: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Positions that may be withdrawn, and how many outcomes there must be before each is."""
    groups = -(-told // _TEN)
    numbers = drawn(key_of(key, "withdrawn"), 0, groups, 2).astype(np.int64)
    within = numbers[:, 0] % _TEN
    first = np.arange(groups) * _TEN
    chosen = numbers[:, 1] < _WITHDRAWN * 2**32
    return (first + within)[chosen], (first + np.maximum(within + 1, _LEAST_OF_TEN))[chosen]
