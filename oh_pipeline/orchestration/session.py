"""What the steps of one run share: the lock, the build in the making, what was found and counted.

Nothing of it is stored: steps run in one process and hand on through this object, never through an IO manager.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from oh_pipeline.ingest.child import Reading
from oh_pipeline.ingest.messages import Order
from oh_pipeline.modelling.child import Modelling
from oh_pipeline.modelling.manifest import ReadyManifest, kept_manifest
from oh_pipeline.modelling.process import start_modelling
from oh_pipeline.orchestration.turn import Turn
from oh_pipeline.settings import Settings
from oh_pipeline.validation.tombstones import NONE, Tombstones
from oh_pipeline.warehouse.build import Build, Loaded, begin_build, new_build_id
from oh_pipeline.warehouse.cipher import require_usable
from oh_pipeline.warehouse.erasure import clear_working_files, is_pending
from oh_pipeline.warehouse.forgotten import clear_leftovers, load_tombstones
from oh_pipeline.warehouse.home import PRIVATE, Home, make_folder
from oh_pipeline.warehouse.publish import recover

if TYPE_CHECKING:
    from oh_pipeline.errors import Fault
    from oh_pipeline.helper import Helper
    from oh_pipeline.warehouse.lock import Holder
    from oh_pipeline.warehouse.publish import Published

LAUNCHED_BY, OH_RUN, OH_FORGET = "launched_by", "oh run", "oh forget"
"""The tag of a run that `oh` carried out itself, and its values."""


class Progress(Protocol):
    """Who watches a run. Names and counts only."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A stage begins; `total` steps of it are known, or not."""

    def advance(self, what: str, done: int) -> None:
        """`done` steps of the stage are over; the last was `what`."""

    def note(self, words: str) -> None:
        """Something that people should know, whatever comes of the run."""


class Unwatched:
    """Nobody watches."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, what: str, done: int) -> None:
        """Say nothing."""

    def note(self, words: str) -> None:
        """Say nothing."""


@dataclass
class RunSession:
    """One run under the home's lock."""

    settings: Settings
    home: Home
    build: Build
    progress: Progress = field(default_factory=Unwatched)
    allow_empty: bool = False
    killed: Holder | None = None
    tombstones: Tombstones = NONE
    reading: Reading | None = None
    modelling: Modelling | None = None
    loaded: Loaded | None = None
    modelled: bool = False
    published: Published | None = None
    returns: list[Path] = field(default_factory=list)
    fault: Fault | None = None
    """The first fault that ended a step; kept here because Dagster keeps text only."""
    keep_causes: bool = False
    cause: BaseException | None = None
    """What the fault was made from, where somebody debugs: it may quote values, so it is only ever printed."""

    def read(self) -> Reading:
        """The process that reads the source files into the build; started anew where one was given up."""
        if self.reading is None:
            self.home.clear_building()
            make_folder(self.home.building / "spill", PRIVATE)
            published = self.home.link("restricted")
            order = Order(
                raw=str(self.home.raw),
                codebook=str(self.settings.codebook),
                build_id=self.build.build_id,
                build_file=str(self.build.file),
                memory_limit=self.build.memory_limit,
                threads=self.build.threads,
                previous=str(published.resolve()) if published.exists() else None,
                forgotten=str(self.home.forgotten),
                key_file=str(self.home.key_file) if self.home.key_file is not None else None,
            )
            self.reading = Reading(order, debug=self.keep_causes)
        return self.reading

    def model(self, ready: ReadyManifest | None, helper: Helper | None = None) -> Modelling:
        """The process that builds the models; started anew where one was given up, or was ordered another project.

        It is given its order as soon as a parsed project is there; `helper` is one that waits for it.
        """
        if self.modelling is not None and self.modelling.ordered not in (None, ready):
            self.modelling.close()  # somebody edits the project while it runs
            self.modelling = None
        if self.modelling is None:
            self.modelling = Modelling(self.settings, helper or start_modelling(debug=self.keep_causes))
        if ready is not None and self.modelling.ordered is None:
            forgotten = self.home.forgotten if self.tombstones.hashes else None
            self.modelling.order(ready, self.build, self.home.cache / "dbt", forgotten)
        return self.modelling

    def give_up_helpers(self) -> None:
        """End the reading and the modelling process, if there are."""
        for helper in (self.reading, self.modelling):
            if helper is not None:
                helper.close()
        self.reading = self.modelling = None


@contextmanager
def open_session(
    settings: Settings,
    turn: Turn,
    *,
    progress: Progress | None = None,
    allow_empty: bool = False,
    debug: bool = False,
    first: Callable[[Home], object] | None = None,
    modelling: Helper | None = None,
) -> Iterator[RunSession]:
    """Clear what a killed run left, give a fresh build; leave no working file behind.

    `first` is called before anything is read; `modelling` is a process that was started for this run.
    """
    home = turn.home
    recover(home)
    require_usable(home.link("restricted"), home.key_file)
    clear_leftovers(home)
    if first is not None:
        first(home)
    tombstones = load_tombstones(home.forgotten)
    if is_pending(home, tombstones):
        clear_working_files(home)
    build_id = new_build_id(after=home.published_id("restricted"))
    build = begin_build(home, build_id, settings.memory_limit, settings.engine_threads)
    session = RunSession(
        settings, home, build, progress or Unwatched(), allow_empty, turn.killed, tombstones, keep_causes=debug
    )
    try:
        # At once: both go on while the orchestrator is still being loaded.
        session.read()
        session.model(kept_manifest(settings), modelling)
        yield session
    finally:
        session.give_up_helpers()
        try:
            home.clear_building()
        except OSError:  # whatever ended the run goes before
            session.progress.note("Working files could not be removed: the next run does it")
