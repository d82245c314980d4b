"""What people decided about pairs of outcomes, as the codebook lists it: whether it can all be true at once.

The pairs themselves are matched to outcomes by SQL (`int_decided_pairs`); here they are only looked at.
"""

from __future__ import annotations

from oh_pipeline.errors import UsageFault
from oh_pipeline.normal import fold
from oh_pipeline.seeds import Tables

SAME, DIFFERENT = "same", "different"


def check_decisions(tables: Tables) -> None:
    """Raises UsageFault with file and line for a row that says nothing or contradicts one before it."""
    decided: dict[frozenset[str], tuple[str, str]] = {}
    stays: dict[str, str] = {}
    apart: list[tuple[str, str, str]] = []
    for place, row in tables["near_duplicate_decisions"]:
        one, other, decision = (fold(row[name]) for name in ("fragment_id", "other_fragment_id", "decision"))
        if decision not in (SAME, DIFFERENT):
            raise UsageFault(f"{place} of the codebook needs a decision", f"Write {SAME} or {DIFFERENT}")
        if not one or not other:
            raise UsageFault(f"{place} of the codebook needs both fragment ids")
        if one == other:
            raise UsageFault(f"{place} of the codebook decides about a fragment id and itself")
        pair = frozenset((one, other))
        before = decided.get(pair)
        if before is not None and before[0] != decision:
            raise UsageFault(f"{place} of the codebook decides otherwise about a pair decided before")
        if before is None:
            decided[pair] = (decision, other)
            if decision == DIFFERENT:
                apart.append((place, one, other))
        elif decision == SAME and before[1] != other:
            raise UsageFault(f"{place} of the codebook lets the other one of a pair stay than the row before")
        if decision == SAME and stays.setdefault(other, one) != one:
            raise UsageFault(
                f"{place} of the codebook names a fragment id as the same as a second one",
                "Name one that stays and list every other beside it",
            )
        if decision == SAME and _root(one, stays) is None:
            raise UsageFault(f"{place} of the codebook closes a circle: none of these outcomes would stay")
    for place, one, other in apart:
        if _root(one, stays) == _root(other, stays):
            raise UsageFault(f"{place} of the codebook tells apart two fragment ids that other rows call the same")


def _root(fragment_id: str, stays: dict[str, str]) -> str | None:
    """The one that stays of all that are decided to be the same as this; None in a circle."""
    start = fragment_id
    while fragment_id in stays:
        fragment_id = stays[fragment_id]
        if fragment_id == start:
            return None
    return fragment_id
