"""Faults to plant: each takes away what keeps a promise, so that the tests see the harness of that promise find it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType

from oh_pipeline.errors import Fault
from oh_pipeline.warehouse import publish
from oh_pipeline.warehouse.home import Home


def links_that_are_gone_for_a_moment() -> None:
    """The publisher removes a link before it makes it anew."""

    def swap(link: Path) -> None:
        target = publish._beside(link, publish._NEW).readlink()
        link.unlink(missing_ok=True)
        time.sleep(0.2)
        link.symlink_to(target)

    publish._swap = swap


def files_that_are_written_in_place() -> None:
    """The publisher swaps the links first and brings the bytes afterwards."""

    def swap(link: Path) -> None:
        place = link.with_name(publish._beside(link, publish._NEW).readlink().name)
        aside = shutil.copyfile(place, place.with_suffix(".aside"))
        content = place.read_bytes()
        place.write_bytes(content[: len(content) // 2])
        real(link)
        place.write_bytes(content)
        aside.unlink()

    real = publish._swap
    publish._swap = swap


def nobody_clears() -> None:
    """The next run does not clear what a killed one left."""

    def clear_building(self: Home) -> None:
        """Do nothing."""

    Home.clear_building = clear_building  # type: ignore[method-assign]


def links_that_go_back() -> None:
    """The publisher shows the new build, then the one before for a moment, then the new one."""

    def swap(link: Path) -> None:
        new, back = (publish._beside(link, suffix) for suffix in (publish._NEW, publish._BACK))
        target, before = new.readlink(), back.readlink() if back.is_symlink() else None
        real(link)
        for shown in (before, target) if before else ():
            time.sleep(0.3)
            publish._lay(link, str(shown), publish._NEW)
            real(link)

    real = publish._swap
    publish._swap = swap


Plants = dict[str, Callable[[ModuleType], object]]


def published_files_are_written_to() -> Plants:
    """In the real `oh`: a run begins with the published file."""

    def plant(module: ModuleType) -> None:
        def recover(home: Home) -> None:
            file = home.link("restricted").resolve()
            os.truncate(file, file.stat().st_size - 1)

        module.recover = recover  # type: ignore[attr-defined]

    return {"oh_pipeline.orchestration.session": plant}


def nothing_is_taken_back() -> Plants:
    """In the real `oh`: a link that was swapped stays so when the other cannot be."""

    def plant(module: ModuleType) -> None:
        module._take_back = lambda *_: None  # type: ignore[attr-defined]

    return {"oh_pipeline.warehouse.publish": plant}


def nobody_locks() -> Plants:
    """In the real `oh`: everyone gets the lock."""

    def plant(module: ModuleType) -> None:
        module.run_lock = lambda *_, **__: nullcontext()  # type: ignore[attr-defined]

    return {"oh_pipeline.orchestration.turn": plant}


def nobody_begins() -> Plants:
    """In the real `oh`: a run ends before it has begun."""

    def plant(module: ModuleType) -> None:
        def run_once(*_: object, **__: object) -> None:
            raise Fault("Not today")

        module.run_once = run_once  # type: ignore[attr-defined]

    return {"oh_pipeline.orchestration.launch": plant}
