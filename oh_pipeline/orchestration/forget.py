"""Erasing a record: what its key means, the tombstone, the run that builds without it, and where it still stands.

The tombstone is written first, under the lock of the run that builds anew: whatever ends that run, no later one publishes
the record again, and the next that publishes finishes the erasure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from oh_pipeline.codebook import load_codebook
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.normal import fold, has_mark
from oh_pipeline.orchestration.launch import Summary, run_once
from oh_pipeline.orchestration.session import OH_FORGET, Progress, RunSession
from oh_pipeline.orchestration.turn import take_turn
from oh_pipeline.settings import Settings
from oh_pipeline.sources import inventory
from oh_pipeline.validation.tombstones import Erased, Tombstones
from oh_pipeline.validation.whereabouts import Place, decisions_about, places_in
from oh_pipeline.warehouse.cipher import require_usable
from oh_pipeline.warehouse.erasure import Found, is_pending, look_up
from oh_pipeline.warehouse.forgotten import add_tombstones, load_tombstones
from oh_pipeline.warehouse.home import Home
from oh_pipeline.warehouse.lock import Holder
from oh_pipeline.warehouse.reader import open_edition

_HOLDERS = "select distinct source_file from main.quality_issues where rule = 'erased_record'"


@dataclass
class Forgotten:
    """What came of it: the build without the record, and where it still stands."""

    summary: Summary
    places: list[Place] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)


def find(settings: Settings, key: str) -> Found:
    """What a key means in a home, which is not touched. Raises UsageFault where that is nothing."""
    home, codebook = Home.of(settings), load_codebook(settings.codebook)
    home.require()
    require_usable(home.link("restricted"), home.key_file)
    tombstones = load_tombstones(home.forgotten)
    if not fold(key):
        raise UsageFault("The key is blank", "Name a fragment id or an outcome key")
    found = look_up(home, key, codebook)
    if found.erased:
        return found
    named = Erased(ids=frozenset([fold(key)]))
    if not has_mark(key):
        files = inventory.take_inventory(home.raw)
        count = sum(1 for _ in places_in(files, Tombstones(b"here").only(named), codebook))
        if count or tombstones.have_id(key):
            return Found(named, 0, count)
    raise UsageFault("No record of this home has this fragment id or outcome key", "Nothing was erased")


def forget_once(
    settings: Settings,
    erased: Erased,
    *,
    progress: Progress | None = None,
    on_wait: Callable[[Holder | None], None] | None = None,
    debug: bool = False,
) -> Forgotten:
    """Write the tombstone and build without the record. Raises Fault: the tombstone may stand then, and says so."""
    written: list[Tombstones] = []
    places: list[Place] = []

    def first(home: Home) -> None:
        written.append(add_tombstones(home, erased))

    def last(session: RunSession) -> None:
        if is_pending(session.home, written[0]):
            raise Fault("Builds made before could not be removed")
        places.extend(_places(session, written[0].only(erased)))

    try:
        with take_turn(settings, on_wait=on_wait) as turn:
            summary = run_once(
                settings,
                turn,
                allow_empty=True,
                progress=progress,
                debug=debug,
                first=first,
                last=last,
                launched_by=OH_FORGET,
            )
    except (Fault, KeyboardInterrupt) as ended:
        if not written:
            raise
        words = str(ended) if isinstance(ended, Fault) else "Broken off"
        raise Fault(
            f"{words}. The tombstone is written, but the erasure is not finished",
            "The next run that publishes finishes it",
        ) from ended.__cause__
    return Forgotten(summary, places, decisions_about(settings.codebook, written[0].only(erased)))


def _places(session: RunSession, gone: Tombstones) -> list[Place]:
    """Where the record stands in the files that hold any that was erased."""
    with open_edition(session.home.link("restricted"), session.home.key_file) as connection:
        holders = {str(name) for (name,) in connection.execute(_HOLDERS).fetchall()}
    if not holders:
        return []
    codebook = load_codebook(session.settings.codebook)
    room = Path(session.home.building)
    found = places_in(inventory.look_up(session.home.raw, holders), gone, codebook, room)
    return sorted(place for place in found if place[0] in holders)
