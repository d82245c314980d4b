"""The reading process: takes the inventory, reads every file, loads the raw tables. Started by `child`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from oh_pipeline.helper import Message, Tell, leave_out, serve
from oh_pipeline.ingest.messages import Done, Order, Sources, Step, Told, to_message

if TYPE_CHECKING:
    import polars as pl


def carry_out(order: Order, tell: Callable[[Told], None]) -> None:
    """Take the inventory, read every file, load the raw tables. Raises Fault."""
    from oh_pipeline.codebook import load_codebook
    from oh_pipeline.sources.inventory import fingerprint, take_inventory
    from oh_pipeline.validation.intake import intake
    from oh_pipeline.validation.tombstones import NONE
    from oh_pipeline.validation.watch import SchemaWatch
    from oh_pipeline.warehouse.build import Build, builds_frame, code_version
    from oh_pipeline.warehouse.forgotten import load_tombstones
    from oh_pipeline.warehouse.previous import Inputs, previous_open_cells, previous_publication

    gone = NONE if order.forgotten is None else load_tombstones(Path(order.forgotten))
    files = take_inventory(Path(order.raw))
    source_hash = fingerprint(files)
    unreadable = sum(item.problem is not None for item in files)
    tell(Sources(len(files), unreadable, sum(item.bytes or 0 for item in files), source_hash))
    codebook = load_codebook(Path(order.codebook))
    published = Path(order.previous) if order.previous is not None else None
    key_file = Path(order.key_file) if order.key_file is not None else None
    inputs = Inputs(source_hash, codebook.hash, code_version())
    previous = previous_publication(published, inputs, gone, key_file)
    watch = SchemaWatch()

    def frames() -> Iterator[Mapping[str, pl.DataFrame]]:
        yield from intake(
            files,
            codebook,
            progress=lambda name, done: tell(Step(name, done)),
            scratch=Path(order.build_file).parent,
            gone=gone,
        )
        yield from previous.frames()
        yield {"previous_open_cells": previous_open_cells(published, key_file)}
        row = builds_frame(order.build_id, codebook.hash, source_hash, previous.build_id, tombstones=gone.seal)
        yield {"builds": row}

    build = Build(order.build_id, Path(order.build_file), order.memory_limit, order.threads, key_file)
    loaded = build.load(frames(), watch.look_at)
    failures = {table: dict(found) for table, found in watch.failures.items()}
    tell(
        Done(
            **asdict(loaded),
            checked=dict(watch.rows),
            failures=failures,
            compared=previous.note,
            is_uncompared=previous.is_unusable,
        )
    )


def main() -> int:
    """Entry point: `python -m oh_pipeline.ingest.worker`, the order on stdin."""

    def work(order: Message, tell: Tell) -> None:
        carry_out(Order(**order), lambda told: tell(to_message(told)))

    leave_out("hypothesis")  # pandera draws examples with it; a third of a second
    return serve("Reading the source files", work)


if __name__ == "__main__":
    sys.exit(main())
