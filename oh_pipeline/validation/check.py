"""Source files through reading and rules, for a look at them: issues out, no home and no warehouse.

The issues are those that a run on the same files alone would find, in a settled order; but where the files tell no outcome
at all, a substantiation is not said to name an unknown one. Writes nothing that stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.fields import SUBSTANTIATION_FIELDS
from oh_pipeline.sources.inventory import SourceFile
from oh_pipeline.validation.identity import KEYS, SUBSTANTIATION_KEYS, found_between, substantiations, versions
from oh_pipeline.validation.intake import Progress, intake
from oh_pipeline.validation.suggestions import OBSERVED, Suggestion, suggestions
from oh_pipeline.validation.tables import SEVERITIES, TABLES

ISSUE = ("source_file", "location", "fragment_id", "field", "rule", "severity", "message", "remedy")
"""What an issue tells, in order."""
_KEPT = {
    "fragments": KEYS,
    "substantiations": SUBSTANTIATION_KEYS,
    "quarantine": ("source_file",),
    "issues": (*ISSUE, "fragment_key"),
    "members": ("vocabulary", "scope_member", "member", "label", "status", "programme"),
    "source_files": ("source_file", "file_order", "format", "found"),
}
"""What is kept of the raw tables: nothing that anybody wrote."""


@dataclass(frozen=True)
class Checked:
    """`issues`: the columns ISSUE, by file in natural order, then record, then rule; of a file as a whole before all others.

    `files`: a row a file with `source_file`, `format`, `found`, `accepted`, `quarantined`, `duplicate`, in that order too.
    `members`: columns of raw.members, those that the codebook does not list.
    """

    issues: pl.DataFrame
    files: pl.DataFrame
    members: pl.DataFrame

    @property
    def has_errors(self) -> bool:
        """Whether an issue of severity error was found."""
        return bool((self.issues["severity"] == "error").any())


def check(
    files: Sequence[SourceFile], codebook: Codebook, *, scratch: Path, progress: Progress | None = None
) -> Checked:
    """Read and check the files, numbered in natural order. `scratch` is a private folder for what is unpacked."""
    kept = {table: [TABLES[table].empty().select(columns)] for table, columns in _KEPT.items()}
    for frames in intake(files, codebook, progress=progress, scratch=scratch):
        for table, parts in kept.items():
            if table in frames:
                parts.append(frames[table].select(_KEPT[table]))
    tables = {table: pl.concat(parts) for table, parts in kept.items()}
    judged, sources = versions(tables["fragments"]), tables["source_files"]
    given = substantiations(tables["substantiations"], judged)
    delivered = _not_repeated(tables["issues"], judged, given)
    orders = sources.select("source_file", "file_order")
    delivered = delivered.join(orders, on="source_file", maintain_order="left")
    between = found_between(judged, given).join(orders, on="file_order", maintain_order="left")
    issues = pl.concat([delivered, between], how="diagonal").sort(
        "file_order", "fragment_key", "rule", nulls_last=False, maintain_order=True
    )
    records = (judged, given.filter(~pl.col("is_in_outcome")))
    placed = pl.concat(frame.select("file_order", "is_duplicate") for frame in records)
    counted = _counted(sources, placed, tables["quarantine"])
    return Checked(issues.select(ISSUE), counted, tables["members"].filter(status=OBSERVED))


def _not_repeated(issues: pl.DataFrame, judged: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """The issues without those of duplicates. Of a row that tells an outcome too, each is about the one or the other."""
    if given.is_empty():
        repeated = judged.filter("is_duplicate")["fragment_key"].implode()
        return issues.filter(~pl.col("fragment_key").is_in(repeated).fill_null(False))
    known = judged.select("fragment_key", of_outcome="is_duplicate").join(
        given.select("fragment_key", of_substantiation="is_duplicate"), on="fragment_key", how="full", coalesce=True
    )
    is_of_it = pl.col("of_outcome").is_null() | pl.col("field").is_in(SUBSTANTIATION_FIELDS).fill_null(False)
    is_repeated = pl.when(is_of_it).then("of_substantiation").otherwise("of_outcome").fill_null(False)
    kept = issues.join(known, on="fragment_key", how="left", maintain_order="left").filter(~is_repeated)
    return kept.select(issues.columns)


def _counted(sources: pl.DataFrame, placed: pl.DataFrame, quarantine: pl.DataFrame) -> pl.DataFrame:
    """What became of the records of each file. `placed`: the accepted ones, with `is_duplicate`."""
    fragments = placed.group_by("file_order").agg(
        accepted=(~pl.col("is_duplicate")).sum().cast(pl.Int64), duplicate=pl.col("is_duplicate").sum().cast(pl.Int64)
    )
    held = quarantine.group_by("source_file").agg(quarantined=pl.len().cast(pl.Int64))
    return (
        sources.join(fragments, on="file_order", how="left")
        .join(held, on="source_file", how="left")
        .sort("file_order")
        .select("source_file", "format", "found", pl.col("accepted", "quarantined", "duplicate").fill_null(0))
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one file that say the same of the same field, and most likely go away with one change.

    `places` are where the first of them are; a finding about the file as a whole has none.
    """

    source_file: str
    severity: str
    rule: str
    field: str | None
    message: str
    remedy: str
    count: int
    places: tuple[str, ...]


def by_effort(issues: pl.DataFrame, places: int) -> Iterator[Group]:
    """The issues of `Checked` by file, errors first, then what occurs most often; the first `places` places of each."""
    keys = ["source_file", "severity", "rule", "field", "message", "remedy"]
    groups = issues.group_by(keys, maintain_order=True).agg(
        count=pl.len(), places=pl.col("location").drop_nulls().head(places)
    )
    file = pl.col("source_file").rle_id()
    severity = pl.col("severity").replace_strict({name: rank for rank, name in enumerate(SEVERITIES)})
    ordered = groups.with_columns(rank=severity, file=file).sort(
        "file", "rank", "count", descending=[False, False, True], maintain_order=True
    )
    for row in ordered.select(*keys, "count", "places").iter_rows(named=True):
        yield Group(**{**row, "places": tuple(row["places"])})


def of_first_files(issues: pl.DataFrame, count: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The issues of the first `count` files that have any, and those of the others as if these were one file.

    The latter bear the name of their file in their location.
    """
    number = issues["source_file"].rle_id()
    there = pl.concat_str("source_file", "location", separator=", ", ignore_nulls=True)
    others = issues.filter(number >= count).with_columns(location=there, source_file=pl.lit(""))
    return issues.filter(number < count), others


def settling_lines(checked: Checked, codebook: Codebook) -> list[Suggestion]:
    """The lines of the codebook that would make unknown labels and values known: near misses first, each line once."""
    labels = checked.issues.filter(rule="unmapped_field")["field"].drop_nulls().unique(maintain_order=True)
    return sorted(suggestions(checked.members, labels, codebook), key=lambda told: told.near is None)
