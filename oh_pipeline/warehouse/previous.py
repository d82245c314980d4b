"""The edition that is published while a run goes on, as far as the next one is compared with it.

A published file is read, never waited for: one that cannot be read, or that has not what is asked for, counts as none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from oh_pipeline.errors import Fault
from oh_pipeline.validation.tables import PreviousOpenCells, PreviousOutcomes
from oh_pipeline.validation.tombstones import NONE, Tombstones
from oh_pipeline.warehouse.reader import open_edition

_UNUSABLE = (duckdb.Error, pl.exceptions.PolarsError, Fault, OSError)
_ROWS = 100_000  # a frame: what is checked and stored at once
_INPUTS = "select build_id, source_hash, codebook_hash, code_version from main.meta_builds"
_BASE = "select previous_build_id from raw.builds"
_OUTCOMES = "select {columns} from {table} order by outcome_key"
_CELLS = """
    select {columns}
    from (
        select cells.*, geographies.member as geography_member, members.scope_member, members.member
        from staging.int_open_cells as cells
        left join staging.int_members as geographies
            on geographies.vocabulary = 'geography' and cells.geography_key = geographies.member_key
        left join staging.int_members as members
            on cells.breakdown in (members.vocabulary, 'geography_' || members.vocabulary)
            and cells.member_key = members.member_key
    )
    order by breakdown, geography_key, member_key
"""


@dataclass(frozen=True)
class Inputs:
    """What a build's tables follow from."""

    source_hash: str
    codebook_hash: str
    code_version: str


@dataclass(frozen=True)
class Previous:
    """The build that the next one is compared with, and its outcomes; none where `build_id` is None.

    `note` says for people what it is, `is_unusable` that there would be one if its file could be read.
    """

    build_id: str | None
    note: str
    is_unusable: bool = False
    outcomes: pl.DataFrame = field(default_factory=PreviousOutcomes.empty)

    def frames(self) -> Iterator[dict[str, pl.DataFrame]]:
        """The outcomes as rows of raw.previous_outcomes."""
        for frame in self.outcomes.iter_slices(_ROWS):
            yield {"previous_outcomes": frame}


def previous_publication(
    file: Path | None, inputs: Inputs, gone: Tombstones = NONE, key_file: Path | None = None
) -> Previous:
    """What a build from `inputs` is compared with, where `file` is the published restricted edition.

    That is the published build; where it was made from the same inputs, nothing was delivered since, and it is the build
    which that one was compared with, so that what changed is told until something changes again. An outcome among `gone`
    is none of it. Raises nothing for a file that cannot be read.
    """
    if file is None:
        return Previous(None, "Nothing was published before")
    try:
        with open_edition(file, key_file) as connection:
            row = connection.execute(_INPUTS).fetchone()
            if row is None:
                return Previous(None, "The published edition says not what it was made from", is_unusable=True)
            build_id, table = str(row[0]), "main.mart_outcomes"
            if Inputs(*map(str, row[1:])) == inputs:
                base = connection.execute(_BASE).fetchone()
                if base is None or base[0] is None:
                    return Previous(None, "Nothing was delivered since the first publication")
                build_id, table = str(base[0]), "raw.previous_outcomes"
            query = _OUTCOMES.format(columns=", ".join(PreviousOutcomes.columns), table=table)
            outcomes = connection.execute(query).pl().cast(pl.Schema(PreviousOutcomes.types()))
    except _UNUSABLE as error:
        return Previous(
            None, f"The published edition cannot be compared with ({type(error).__name__})", is_unusable=True
        )
    return Previous(build_id, f"Compared with build {build_id}", outcomes=_without(outcomes, gone))


def previous_open_cells(file: Path | None, key_file: Path | None = None) -> pl.DataFrame:
    """The counts behind the open edition that `file`, the restricted edition of the same build, was published with.

    Always those of the published build, also where it was made from the same inputs: what it showed is known. The counts
    that were withheld are read too, so that a count is told from one that grew. Empty where there is none, where it cannot
    be read, or where it was built before there were counts: then nobody can subtract anything from it. Members go along as
    they are matched, for their keys may be others in the next build. What was erased
    since is still in the counts, for this one build: without them, the two editions would tell it by their difference.
    """
    if file is None:
        return PreviousOpenCells.empty()
    try:
        with open_edition(file, key_file) as connection:
            query = _CELLS.format(columns=", ".join(PreviousOpenCells.columns))
            return connection.execute(query).pl().cast(pl.Schema(PreviousOpenCells.types()))
    except _UNUSABLE:
        return PreviousOpenCells.empty()


def _without(outcomes: pl.DataFrame, gone: Tombstones) -> pl.DataFrame:
    if not gone.hashes:
        return outcomes
    rows = outcomes.select("outcome_key", "fragment_id").iter_rows()
    return outcomes.filter([not (gone.have_outcome(key) or gone.have_id(named)) for key, named in rows])
