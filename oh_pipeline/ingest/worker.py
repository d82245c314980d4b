"""The reading process: takes an order from its arguments, tells what it does on stdout, ends when its parent does.

Started by `child`; nothing here knows of Dagster. An error leaves as one line without values.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from oh_pipeline.ingest.messages import Done, Failed, Message, Order, Sources, Step, to_line

if TYPE_CHECKING:
    import polars as pl

Tell = Callable[[Message], None]


def carry_out(order: Order, tell: Tell) -> None:
    """Take the inventory, read every file, load the raw tables. Raises Fault."""
    from oh_pipeline.codebook import load_codebook
    from oh_pipeline.sources.inventory import fingerprint, take_inventory
    from oh_pipeline.validation.intake import intake
    from oh_pipeline.validation.watch import SchemaWatch
    from oh_pipeline.warehouse.build import Build, builds_frame

    files = take_inventory(Path(order.raw))
    source_hash = fingerprint(files)
    unreadable = sum(item.problem is not None for item in files)
    tell(Sources(len(files), unreadable, sum(item.bytes or 0 for item in files), source_hash))
    codebook = load_codebook(Path(order.codebook))
    watch = SchemaWatch()

    def frames() -> Iterator[Mapping[str, pl.DataFrame]]:
        yield from intake(files, codebook, progress=lambda name, done: tell(Step(name, done)))
        yield {"builds": builds_frame(order.build_id, codebook.hash, source_hash)}

    build = Build(order.build_id, Path(order.build_file), order.memory_limit, order.threads)
    loaded = build.load(frames(), watch.look_at)
    failures = {table: dict(found) for table, found in watch.failures.items()}
    tell(Done(**asdict(loaded), checked=dict(watch.rows), failures=failures))


def _end_with_parent() -> None:
    """The parent holds the other end of stdin: it closes when the parent ends, however it ends."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os._exit(3)

    threading.Thread(target=wait, name="parent", daemon=True).start()


def main() -> int:
    """Entry point: `python -m oh_pipeline.ingest.worker ORDER`."""
    from oh_pipeline.warehouse.faults import is_passing, to_fault

    os.umask(0o077)
    _end_with_parent()

    def tell(message: Message) -> None:
        sys.stdout.write(to_line(message) + "\n")
        sys.stdout.flush()

    try:
        carry_out(Order(**json.loads(sys.argv[1])), tell)
    except Exception as error:
        fault = to_fault(error, "Reading the source files")
        remedy = fault.remedy
        message = str(fault).removesuffix(f". {remedy}") if remedy else str(fault)
        tell(Failed(message, remedy, fault.exit_code, is_passing(error)))
        if os.environ.get("OH_DEBUG"):
            raise
        return fault.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
