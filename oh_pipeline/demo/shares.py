"""The lanes of a corpus shared out among processes; a small corpus is written in this one.

Which process writes a lane makes no difference to it. A process that dies takes the others with it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from queue import SimpleQueue
from threading import Thread

from oh_pipeline.demo.generate import write_lane
from oh_pipeline.demo.plan import Order, Plan, make_plan
from oh_pipeline.demo.truth_file import TruthFile, TruthPart
from oh_pipeline.demo.vocabulary import load_vocabulary
from oh_pipeline.helper import Helper, Message, Tell, serve

Progress = Callable[[str, int], None]
RAW, TRUTH = "raw", "truth.parquet"
_PARTS = "parts"
TASK = "Writing the synthetic corpus"
WORTH_SHARING = 20_000
_MOST = 4


def write_corpus(order: Order, codebook: Path, folder: Path, progress: Progress, *, debug: bool) -> Counter[str]:
    """Write the files below `folder/raw`, and `folder/truth.parquet`; gives counts. Raises Fault."""
    shares = 1 if order.records < WORTH_SHARING else min(_MOST, os.cpu_count() or 1)
    plan = make_plan(order, load_vocabulary(codebook))  # where the codebook is wrong, it is told here
    (folder / RAW).mkdir()
    (folder / _PARTS).mkdir()
    told = _shared(order, codebook, folder, shares, debug) if shares > 1 else _write(plan, folder, 0, 1)
    counts: Counter[str] = Counter()
    done = 0
    truth = TruthFile(folder / TRUTH)
    try:
        for message in told:
            if "counts" in message:
                counts += Counter(message["counts"])
                truth.add(message["lane"], _part(folder, message["lane"]))
            else:
                done += message["records"]
                progress(message["place"], done)
    finally:
        truth.close()
    return counts


def _part(folder: Path, lane: int) -> Path:
    return folder / _PARTS / f"{lane:06d}.arrow"


def _shared(order: Order, codebook: Path, folder: Path, shares: int, debug: bool) -> Iterator[Message]:
    """What the processes tell, as it comes."""
    queue: SimpleQueue[Message | Exception | None] = SimpleQueue()
    helpers = [Helper("oh_pipeline.demo.shares", TASK, debug=debug) for _ in range(shares)]

    def listen(helper: Helper) -> None:
        try:
            for message in helper.messages():
                if message.get("is_done"):
                    break
                queue.put(message)
            queue.put(None)
        except Exception as error:  # noqa: BLE001 - raised again where the messages are taken
            queue.put(error)

    try:
        for share, helper in enumerate(helpers):
            helper.order({**asdict(order), "codebook": str(codebook), "folder": str(folder), "share": [share, shares]})
            Thread(target=listen, args=(helper,), daemon=True).start()
        while shares:
            message = queue.get()
            if isinstance(message, Exception):
                raise message
            if message is None:
                shares -= 1
            else:
                yield message
    finally:
        for helper in helpers:
            helper.close()


def _write(plan: Plan, folder: Path, share: int, shares: int) -> Iterator[Message]:
    """Write every lane that falls to a share, and tell how it goes."""
    for number, lane in enumerate(plan.lanes):
        if number % shares != share:
            continue
        truth = TruthPart(_part(folder, number))
        try:
            for deliveries in write_lane(plan, lane, folder / RAW):
                truth.take(deliveries)
                yield {"place": lane.place.label, "records": len(deliveries)}
        finally:
            truth.close()
        yield {"lane": number, "counts": dict(truth.counts)}


def _work(message: Message, tell: Tell) -> None:
    order = Order(message["records"], message["seed"], tuple(message["formats"]), message["mess"])
    plan = make_plan(order, load_vocabulary(Path(message["codebook"])))
    for told in _write(plan, Path(message["folder"]), *message["share"]):
        tell(told)
    tell({"is_done": True})


if __name__ == "__main__":
    sys.exit(serve(TASK, _work))
