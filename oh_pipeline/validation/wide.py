"""From labels to fields: one row a fragment, one column a field, what the codebook does not know kept beside.

Decides which field a label means and nothing else; values stay as delivered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import ALL_FIELDS, FIELDS
from oh_pipeline.normal import MARK_POLARS, collapse, fold
from oh_pipeline.sources.batch import Batch, Ints
from oh_pipeline.validation import columns

_CODE = {name: code for code, name in enumerate(ALL_FIELDS)}
_NUMERIC = ("year", "unintended", "negative", "confidential")  # where `1.0` is `1`
_WHOLE = re.compile(r"^([0-9]+)\.0+$")
Conflict = tuple[int, str, str, int]  # record, field, label, row


@dataclass(frozen=True)
class Wide:
    """`frame`: a row a record, a String column a field, null where blank or absent; `normal`: the same in normal form.

    The fields of substantiations are among them where the batch has a label of one.
    `marks`: how many marks the fields of an outcome have, the merged text aside. `rows[code, record]` is the batch's row
    of a field, -1 where it is absent; `given` the same, -1 where it is blank too. `altered`: for a field the records in
    which its normal form may be another than the value. `extras`: `record`, `label`, `value`, `row` of other fields, the
    first of each label; `is_unknown`: the codebook should know its label; `is_content`: it makes a difference between two
    versions. `conflicts`: `record`, `field`, `label`, `row` of labels that stand twice with different values.
    """

    batch: Batch
    frame: pl.DataFrame
    normal: pl.DataFrame
    marks: Ints
    rows: Ints
    given: Ints
    altered: Mapping[str, Ints]
    extras: pl.DataFrame
    conflicts: pl.DataFrame

    def places(self, field: str | None, records: Ints) -> pl.Series:
        """Where the field stands in each of the records; the record's own place where it is absent."""
        code = _CODE.get(field or "", len(self.rows))
        rows = self.rows[code, records] if code < len(self.rows) else np.full(len(records), -1)
        is_there = rows >= 0
        if is_there.all():
            return self.located(self.batch.places[rows])
        own = self.batch.record_places[records]
        if is_there.any():
            own = self.batch.places[np.maximum(rows, 0)].zip_with(pl.Series(is_there), own)
        return self.located(own)

    def hashes(self, fields: Sequence[str]) -> Ints:
        """A hash a record and field, of its normal form; comparable within one build only.

        All values are hashed as they lie, one behind the other; those that have another normal form once more.
        """
        of_null = pl.Series([None], dtype=pl.String)
        own = np.append(*(texts.hash(0).to_numpy() for texts in (self.batch.values, of_null)))
        made: Ints = own.view(np.int64)[self.given[[_CODE[name] for name in fields]].T]
        for place, name in enumerate(fields):
            if name in self.altered:
                records = self.altered[name]
                made[records, place] = self.normal[name][records].hash(0).to_numpy().view(np.int64)
        return made

    def located(self, places: pl.Series) -> pl.Series:
        """Places as a reader is told them."""
        return (self.batch.prefix + places.cast(pl.String)).alias("location")


def to_fields(batch: Batch, codebook: Codebook) -> Wide:
    """Sort the batch's fields into columns by the codebook's labels."""
    known = [codebook.fields.get(fold(label)) for label in batch.labels]
    code_of_label = np.array([_CODE[name] if name else -1 for name in known], dtype=np.int64)
    code_of = code_of_label[batch.label_of]

    fields = len(FIELDS) if code_of_label.max(initial=-1) < len(FIELDS) else len(ALL_FIELDS)
    rows = np.full((fields, batch.records), -1, dtype=np.int64)
    mapped = np.flatnonzero(code_of >= 0)[::-1]  # backwards, so that the first of a label that stands twice wins
    rows[code_of[mapped], batch.record_of[mapped]] = mapped

    repeated = mapped[rows[code_of[mapped], batch.record_of[mapped]] != mapped][::-1]
    conflicts = _resolve_repeated(batch, rows, repeated, code_of)
    extras, more = _extras(batch, np.flatnonzero(code_of < 0), codebook)

    given = np.where((rows >= 0) & ~(batch.values == "").to_numpy()[rows], rows, -1)
    frame = _spread(batch.values, given)
    shortest = 2 if batch.is_ascii else 1  # a letter of two bytes alone may have another normal form
    is_longer = (batch.values.str.len_bytes() > shortest).to_numpy()
    longer = np.flatnonzero(is_longer & (code_of != _CODE["merged_text"]))
    schema = {"record": pl.Int64, "field": pl.String, "label": pl.String, "row": pl.Int64}
    texts = batch.values[longer]
    altered = _altered(frame, batch, given, longer, texts)
    return Wide(
        batch,
        frame,
        _normal(frame, altered),
        _marks(batch, code_of, rows, extras["row"].to_numpy(), longer, texts),
        rows,
        given,
        altered,
        extras,
        pl.DataFrame([*conflicts, *more], schema=schema, orient="row"),
    )


def _spread(values: pl.Series, given: Ints) -> pl.DataFrame:
    """A column a field from the values of all of them."""
    taken = []
    for code, name in enumerate(ALL_FIELDS[: len(given)]):
        index = pl.Series(given[code].astype(np.uint32))
        lacking = given[code] < 0
        taken.append(values[index.set(pl.Series(lacking), None) if lacking.any() else index].alias(name))
    return pl.DataFrame(taken)


def _altered(frame: pl.DataFrame, batch: Batch, given: Ints, longer: Ints, texts: pl.Series) -> dict[str, Ints]:
    """For each field the records whose value may not be in the form in which it is compared.

    `longer` are the batch's rows that can hold more than a letter or two, those of merged texts left out: these stay as
    they are; `texts` their values. Which values need anything is found over all of them at once; most need nothing.
    """
    found = columns.not_collapsed(texts, batch.blanks, is_ascii=batch.is_ascii)
    odd = np.zeros(len(batch.values) + 1, dtype=bool)  # with one more, for what is absent
    odd[longer[found.to_numpy()]] = True
    altered = {}
    for code, name in enumerate(ALL_FIELDS[: len(given)]):
        here = odd[given[code]]
        if name in _NUMERIC:
            here[columns.true_rows(frame[name].str.contains(".0", literal=True))] = True
        if here.any():
            altered[name] = np.flatnonzero(here)
    return altered


def _normal(frame: pl.DataFrame, altered: Mapping[str, Ints]) -> pl.DataFrame:
    """The fields as they are compared: collapsed, and numbers of years and flags without their `.0`."""
    made = []
    for column in frame:
        if column.name in altered:
            records = altered[column.name]
            flat = columns.collapse_all(column[records])
            numeric = column.name in _NUMERIC
            column = column.scatter(records, flat.str.replace(_WHOLE.pattern, "$1") if numeric else flat)
        made.append(column)
    return pl.DataFrame(made)


def _marks(batch: Batch, code_of: Ints, used: Ints, extra: Ints, longer: Ints, texts: pl.Series) -> Ints:
    """Marks a record; those in the merged text, of a substantiation and in a line that only repeats another left out."""
    rows = longer[texts.str.contains("<", literal=True).to_numpy()]
    counts_once = np.zeros(len(batch.values), dtype=bool)
    counts_once[used[used >= 0]] = True
    counts_once[extra] = True
    rows = rows[(code_of[rows] < len(FIELDS)) & counts_once[rows]]
    counts = batch.values[rows].str.count_matches(MARK_POLARS).to_numpy()
    return np.bincount(batch.record_of[rows], weights=counts, minlength=batch.records).astype(np.int64)


def _resolve_repeated(batch: Batch, rows: Ints, repeated: Ints, code_of: Ints) -> list[Conflict]:
    """Labels that stand again: with another value a conflict; after a blank one the value that counts (`rows` changes)."""
    conflicts: list[Conflict] = []
    for row in repeated.tolist():
        record, code, again = int(batch.record_of[row]), int(code_of[row]), batch.values[row]
        first = batch.values[int(rows[code, record])]
        if not first:
            rows[code, record] = row
        elif again and _compared(again, ALL_FIELDS[code]) != _compared(first, ALL_FIELDS[code]):
            conflicts.append((record, ALL_FIELDS[code], collapse(batch.labels[batch.label_of[row]]), row))
    return conflicts


def _compared(value: str, field: str) -> str:
    """A value as `_normal` has it."""
    flat = collapse(value)
    return _WHOLE.sub(r"\1", flat) if field in _NUMERIC else flat


def _extras(batch: Batch, rows: Ints, codebook: Codebook) -> tuple[pl.DataFrame, list[Conflict]]:
    """Fields under labels of their own, each label once a record, and those that stand twice with other values.

    After a blank value another counts, as it does of a field.
    """
    labels = [collapse(label) for label in batch.labels]
    keys = [fold(label) for label in batch.labels]
    submission = codebook.submission_labels
    seen: dict[tuple[int, str], int] = {}  # where it is among those kept
    kept: list[tuple[int, str, str | None, int]] = []
    conflicts: list[Conflict] = []
    values = batch.values.gather(rows).to_list()
    records, label_of = batch.record_of[rows].tolist(), batch.label_of[rows].tolist()
    for row, record, label, value in zip(rows.tolist(), records, label_of, values, strict=True):
        key = (record, keys[label])
        if key not in seen:
            seen[key] = len(kept)
            kept.append((record, labels[label], value or None, row))
        elif not value or keys[label] in submission:
            continue
        elif (before := kept[seen[key]][2]) is None:
            kept[seen[key]] = (record, labels[label], value, row)
        elif collapse(before) != collapse(value):
            conflicts.append((record, labels[label], labels[label], row))
    schema = {"record": pl.Int64, "label": pl.String, "value": pl.String, "row": pl.Int64}
    extras = pl.DataFrame(kept, schema=schema, orient="row")
    unnamed = set() if batch.unnamed is None else set(batch.unnamed.tolist())
    added = pl.Series([fold(label) in submission for _, label, _, _ in kept], dtype=pl.Boolean)
    named = pl.Series([row not in unnamed for *_, row in kept], dtype=pl.Boolean)
    return extras.with_columns(
        (named & ~added).alias("is_unknown"), (extras["value"].is_not_null() & ~added).alias("is_content")
    ), conflicts
