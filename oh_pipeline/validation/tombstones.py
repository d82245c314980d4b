"""What was erased, as keyed hashes, and which records of a batch it is: no id and no text is kept.

A tombstone stands for a fragment id in the form in which identity compares ids, for the text of a record whose id
identifies nothing, or for an outcome key. Pure: where tombstones are kept is elsewhere (`warehouse.forgotten`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import fold, has_mark
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation import columns
from oh_pipeline.validation.kinds import Mask, taken
from oh_pipeline.validation.raw_rows import FILE_SPAN
from oh_pipeline.validation.rulebook import rules
from oh_pipeline.validation.tables import TABLES

RULE = "erased_record"
_ID, _TEXT, _OUTCOME, _SEAL = b"id", b"text", b"outcome", b"seal"
_TEXT_DIGITS = 96


@dataclass(frozen=True)
class Erased:
    """What is to be erased, in plain words; in memory only.

    `ids` are fragment ids; `texts` the ids and text keys (`text_keys`) of records whose id identifies nothing; `outcomes`
    are outcome keys, by which tables that hold no text know an outcome.
    """

    ids: frozenset[str] = frozenset()
    texts: frozenset[tuple[str, str]] = frozenset()
    outcomes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids or self.texts or self.outcomes)

    def __or__(self, other: Erased) -> Erased:
        return Erased(self.ids | other.ids, self.texts | other.texts, self.outcomes | other.outcomes)


@dataclass(frozen=True)
class Tombstones:
    """`key`: the secret; `hashes`: 64 hex digits each, 96 for a text. What there is no hash of is never looked for.

    The length tells whether texts must be looked at: to hash them all costs as much as most of the rules.
    """

    key: bytes = b""
    hashes: frozenset[str] = field(default_factory=frozenset)

    def of(self, erased: Erased) -> frozenset[str]:
        """The hashes that stand for it."""
        return frozenset(
            [self._hash(_ID, fold(one)) for one in erased.ids]
            + [self._hash(_TEXT, _own_id(one), text_key) for one, text_key in erased.texts]
            + [self._hash(_OUTCOME, one) for one in erased.outcomes]
        )

    def only(self, erased: Erased) -> Tombstones:
        """Tombstones of nothing else."""
        return replace(self, hashes=self.of(erased))

    @property
    def seal(self) -> str | None:
        """One keyed hash of them all; None where nothing was erased. Another key or other hashes have another."""
        return self._hash(_SEAL, *sorted(self.hashes)) if self.hashes else None

    def have_id(self, fragment_id: str | None) -> bool:
        """Whether this fragment id was erased."""
        return bool(self.hashes) and fragment_id is not None and self._hash(_ID, fold(fragment_id)) in self.hashes

    def have_outcome(self, outcome_key: str) -> bool:
        """Whether this outcome key was erased as such."""
        return bool(self.hashes) and self._hash(_OUTCOME, outcome_key) in self.hashes

    def have_text(self, fragment_id: str | None, text_key: str) -> bool:
        """Whether the description of this key was erased with this id, or from under an id that was none.

        A record without an id is its text, whatever id it is given later.
        """
        own = _own_id(fragment_id or "")
        return any(self._hash(_TEXT, one, text_key) in self.hashes for one in {own, ""})

    def among(self, batch: Batch, codebook: Codebook) -> Mask | None:
        """Which records of a batch were erased; None where none was. Every value under a label of an id counts."""
        if not self.hashes:
            return None
        meant = [codebook.fields.get(fold(label)) for label in batch.labels]
        given = (batch.values != "").to_numpy()

        def rows_of(name: str) -> Ints:
            return np.flatnonzero(np.array([one == name for one in meant], dtype=bool)[batch.label_of] & given)

        erased = np.zeros(batch.records, dtype=bool)
        ids_of: dict[int, set[str]] = {}
        rows = rows_of("fragment_id")
        for record, one in zip(batch.record_of[rows].tolist(), batch.values.gather(rows).to_list(), strict=True):
            ids_of.setdefault(record, set()).add(one)
            erased[record] |= self.have_id(one)
        rows = rows_of("description") if any(len(one) == _TEXT_DIGITS for one in self.hashes) else rows[:0]
        keys = text_keys(batch.values.gather(rows)).to_list()
        for record, text_key in zip(batch.record_of[rows].tolist(), keys, strict=True):
            if not erased[record]:
                erased[record] = any(self.have_text(one, text_key) for one in ids_of.get(record, {""}))
        return erased if erased.any() else None

    def _hash(self, kind: bytes, *parts: str) -> str:
        message = b"\0".join([kind, *(part.encode("utf-8", "surrogatepass") for part in parts)])
        return hmac.digest(self.key, message, hashlib.sha384 if kind == _TEXT else hashlib.sha256).hex()


NONE = Tombstones()


def held_back(batch: Batch, known_files: Ints, files: Sequence[SourceFile]) -> dict[str, pl.DataFrame]:
    """The records of a batch, all of them erased, as rows of raw.quarantine and raw.issues: where they stand, no value."""
    ours = np.flatnonzero(np.isin(batch.file_of, known_files))
    items = [files[position] for position in batch.file_of[ours].tolist()]
    numbers = pl.Series(batch.number_of[ours], dtype=pl.Int64)
    orders = pl.Series([item.order for item in items], dtype=pl.Int64)
    places = (batch.prefix + batch.record_places.gather(ours).cast(pl.String)).alias("place")
    about = pl.DataFrame(
        {
            "source_file": pl.Series([item.source_file for item in items], dtype=pl.String),
            "record_number": numbers,
            "fragment_key": orders * FILE_SPAN + numbers,
            "place": places,
        }
    )
    rule = rules()[RULE]
    words = {"rule": RULE, "severity": rule.severity, "message": rule.message, "remedy": rule.remedy}
    rows = {
        "quarantine": about.with_columns(source_location="place", fields=pl.lit("[]"), rules=pl.lit([RULE])),
        "issues": about.with_columns(location="place", **{name: pl.lit(text) for name, text in words.items()}),
    }
    return {table: _whole(table, frame) for table, frame in rows.items()}


def emptied(batch: Batch, erased: Mask) -> Batch:
    """The batch with these records in it as places alone, without a field."""
    kept = taken(batch, ~erased)
    return replace(
        kept,
        record_of=np.flatnonzero(~erased)[kept.record_of],
        file_of=batch.file_of,
        number_of=batch.number_of,
        record_places=batch.record_places,
        ragged=batch.ragged,
        erased=frozenset(np.flatnonzero(erased).tolist()),
    )


def _whole(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """With every column of its table, null where nothing is said."""
    types = TABLES[table].types()
    lacking = [pl.lit(None, dtype=kind).alias(name) for name, kind in types.items() if name not in frame.columns]
    return frame.with_columns(lacking).select(list(types)).cast(pl.Schema(types))


def _own_id(fragment_id: str) -> str:
    """The id as far as it tells one record from another: blank where it is withheld."""
    return "" if has_mark(fragment_id) else fold(fragment_id)


def text_keys(descriptions: pl.Series) -> pl.Series:
    """`text_key` of raw.fragments for each description."""
    return columns.hex_hashes(columns.folded(columns.collapse_all(descriptions.str.strip_chars())))
