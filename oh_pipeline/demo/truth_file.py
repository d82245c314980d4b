"""`truth.parquet`: a row a delivered record, with the truth it was drawn from and what a run must make of it.

The columns before `source_file` are the truth: the same for a seed and a number of records, whatever formats and mess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq

from oh_pipeline.demo.delivery import Delivery
from oh_pipeline.demo.expected import ACCEPTED
from oh_pipeline.demo.outcomes import SUBSTANTIATION
from oh_pipeline.fields import ALL_FIELDS

_GROUP_ROWS = 4_000

# Column: type, meaning, and how it is taken from a delivery.
_FURTHER: dict[str, tuple[pa.DataType, str, Callable[[Delivery], Any]]] = {
    "kind": (pa.string(), "outcome or substantiation", lambda d: d.record.kind),
    "number": (pa.int64(), "number of the record in the corpus, from 1", lambda d: d.record.number),
    "programme": (pa.string(), "programme of the outcome", lambda d: d.record.programme),
    "is_confidential": (pa.bool_(), "whether the outcome truly is confidential", lambda d: d.record.is_confidential),
    "outcome": (pa.int64(), "number of the outcome that it is of, or about", lambda d: d.record.outcome),
    "version_number": (pa.int32(), "version of the outcome, from 1; null: no outcome", lambda d: d.record.version),
    "is_repeated": (pa.bool_(), "the version before, handed in once more", lambda d: d.record.is_repeated),
    "near_duplicate_of": (
        pa.int64(),
        "number of the outcome that this one tells again under its own id; null: of none",
        lambda d: d.record.near_duplicate_of,
    ),
    "is_withdrawn": (
        pa.bool_(),
        "whether a later delivery of the same file lacks the outcome, and all from there on",
        lambda d: bool(d.withdrawn_from),
    ),
    "evidence_quality": (
        pa.string(),
        "none, withheld, generic or named; null: no outcome",
        lambda d: d.record.evidence or None,
    ),
    "source_file": (pa.string(), "path below raw/ of the file that carries it", lambda d: d.place.file),
    "withdrawn_from": (
        pa.string(),
        "path below raw/ of the later delivery that lacks the outcome; null: of none",
        lambda d: d.withdrawn_from or None,
    ),
    "record_number": (pa.int32(), "place among the file's records, from 1", lambda d: d.place.number),
    "format": (pa.string(), "format of that file", lambda d: d.layout.format),
    "delivered_id": (pa.string(), "fragment id as delivered", lambda d: d.values["fragment_id"]),
    "mess": (pa.list_(pa.string()), "kinds of mess made of the record", lambda d: d.kinds),
    "file_mess": (pa.list_(pa.string()), "kinds of mess made of its file", lambda d: sorted(d.layout.kinds)),
    "rules": (pa.list_(pa.string()), "rules that a run must report of the record, at least", lambda d: d.rules),
    "expected": (pa.string(), "accepted, quarantined or duplicate", lambda d: d.expected),
    "expected_outcome": (
        pa.int64(),
        "rows of one number are of, or about, one outcome; null: none",
        lambda d: d.outcome,
    ),
    "expected_version": (pa.int32(), "version number that it must get or repeat; null: none", lambda d: d.version),
}
SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string(), metadata={"meaning": f"{name} as it truly is"}) for name in ALL_FIELDS),
        *(pa.field(name, kind, metadata={"meaning": meaning}) for name, (kind, meaning, _) in _FURTHER.items()),
    ],
    metadata={"made_by": "oh demo: synthetic records; people and organisations are invented"},
)
TRUTH = SCHEMA.names[: SCHEMA.names.index("source_file")]
"""The columns that are the same whatever formats and mess."""


class TruthPart:
    """The truth of one lane on its way: takes deliveries in their order; `counts` what they are."""

    def __init__(self, path: Path) -> None:
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_file(path, SCHEMA, options=options)
        self._held: list[Delivery] = []
        self.counts: Counter[str] = Counter()

    def take(self, deliveries: Sequence[Delivery]) -> None:
        """Some more."""
        self._held += deliveries
        if len(self._held) >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        if self._held:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        held = self._held
        fields = zip(*(d.record.fields.values() for d in held), strict=True)  # in the order of ALL_FIELDS
        columns = [pa.array(values, pa.string()) for values in fields]
        columns += [pa.array(map(value, held), kind) for kind, _, value in _FURTHER.values()]
        self._writer.write_batch(pa.record_batch(columns, schema=SCHEMA))
        self.counts += Counter(d.expected for d in held)
        self.counts["outcomes"] += sum(d.expected == ACCEPTED and d.version == 1 for d in held)
        self.counts["substantiations"] += sum(d.record.kind == SUBSTANTIATION for d in held)
        self.counts["files"] += sum(d.place.number == d.place.records for d in held)
        self._held = []


class TruthFile:
    """The whole: parts are put behind each other in the order of their numbers as they come in, and removed."""

    def __init__(self, path: Path) -> None:
        texts = {
            "description",
            "significance",
            "contribution",
            "evidence",
            "merged_text",
            "fragment_id",
            "delivered_id",
        }
        coded = [name for name in SCHEMA.names if name not in texts and not pa.types.is_list(SCHEMA.field(name).type)]
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd", use_dictionary=coded)
        self._waiting: dict[int, Path] = {}
        self._next = 0

    def add(self, number: int, part: Path) -> None:
        """The part of this number is complete."""
        self._waiting[number] = part
        while (path := self._waiting.pop(self._next, None)) is not None:
            with pa.ipc.open_file(path) as found:
                for group in range(found.num_record_batches):
                    self._writer.write_batch(found.get_batch(group))
            path.unlink()
            self._next += 1

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
