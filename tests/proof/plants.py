"""Faults to plant: each takes away what keeps a promise, so that the tests see the harness of that promise find it."""

from __future__ import annotations

import shutil
from pathlib import Path

from oh_pipeline.warehouse import publish
from oh_pipeline.warehouse.home import Home


def links_that_are_gone_for_a_moment() -> None:
    """The publisher removes a link before it makes it anew."""

    def point(link: Path, target: str) -> None:
        link.unlink(missing_ok=True)
        link.symlink_to(target)

    publish._point = point


def files_that_are_written_in_place() -> None:
    """The publisher swaps the links first and brings the bytes afterwards."""

    def point(link: Path, target: str) -> None:
        place = link.with_name(target)
        aside = shutil.copyfile(place, place.with_suffix(".aside"))
        content = place.read_bytes()
        place.write_bytes(content[: len(content) // 2])
        real(link, target)
        place.write_bytes(content)
        aside.unlink()

    real = publish._point
    publish._point = point


def nobody_clears() -> None:
    """The next run does not clear what a killed one left."""

    def clear_building(self: Home) -> None:
        """Do nothing."""

    Home.clear_building = clear_building  # type: ignore[method-assign]
