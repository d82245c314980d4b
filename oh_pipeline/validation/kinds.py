"""Outcomes and substantiations: which a record is, and a batch taken apart by it.

Decided by labels and by which values are blank; nothing else of a value is looked at.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.sources.batch import Batch

Mask = npt.NDArray[np.bool_]

# What a sheet of substantiations may repeat of the outcome that each is about.
_CONTEXT = ("fragment_id", "outcome_status", "harvest", "country", "year", "confidential")
_TOLD = frozenset(FIELDS) - {*_CONTEXT, "description"}


def substantiations(batch: Batch, codebook: Codebook) -> Mask | None:
    """Which records are substantiations; None where nothing in the batch is labelled as one.

    A record with a field of a substantiation and no outcome description is one. A table has its labels for all of its
    rows: so one is a row too that leaves the description blank, and has something of these fields but nothing else that
    tells of an outcome.
    """
    fields = [codebook.fields.get(fold(label)) for label in batch.labels]
    asks = np.array([field in SUBSTANTIATION_FIELDS for field in fields], dtype=bool)
    if not asks.any():
        return None
    describes = np.array([field == "description" for field in fields], dtype=bool)
    tells = np.array([field in _TOLD for field in fields], dtype=bool)
    given = (batch.values != "").to_numpy()

    def any_of(chosen: Mask) -> Mask:
        return np.bincount(batch.record_of[chosen], minlength=batch.records) > 0

    asked, described = any_of(asks[batch.label_of]), any_of(describes[batch.label_of])
    has_told = any_of((describes | tells)[batch.label_of] & given)
    has_description = any_of(describes[batch.label_of] & given)
    has_answered = any_of(asks[batch.label_of] & given)
    return asked & ~has_description & (~described | (has_answered & ~has_told))


def taken(batch: Batch, mask: Mask) -> Batch:
    """Those records of the batch, with all that belongs to them."""
    number = np.cumsum(mask) - 1
    is_field = mask[batch.record_of]
    place = np.cumsum(is_field) - 1
    fields = np.flatnonzero(is_field)
    ragged, unnamed = batch.ragged, batch.unnamed
    return replace(
        batch,
        label_of=batch.label_of[fields],
        record_of=number[batch.record_of[fields]],
        values=batch.values.gather(fields),
        places=batch.places.gather(fields),
        file_of=batch.file_of[mask],
        number_of=batch.number_of[mask],
        record_places=batch.record_places.gather(np.flatnonzero(mask)),
        ragged=None if ragged is None else number[ragged[mask[ragged]]],
        unnamed=None if unnamed is None else place[unnamed[is_field[unnamed]]],
    )
