"""What shows only between records: which ids collide, which records are duplicates, which outcomes are almost the same, and
which outcome a substantiation is about.

In a warehouse this is SQL (`int_identities`, `int_versions`, `int_near_duplicates`, `int_substantiations`, `int_issues`). A
check has none, so the same sentences stand here once more, under the same names, over the keys of the records alone. Of
descriptions only those of the same letters and digits are told: how rare a wording is shows in the whole raw folder.
"""

from __future__ import annotations

from collections.abc import Set

import polars as pl

from oh_pipeline.validation.rulebook import rules

KEYS = (
    "fragment_key",
    "file_order",
    "source_location",
    "fragment_id",
    "harvest_number",
    "programme",
    "id_key",
    "text_key",
    "alike_key",
    "content_hash",
)
"""What of raw.fragments is looked at."""
SUBSTANTIATION_KEYS = (
    "fragment_key",
    "file_order",
    "source_location",
    "fragment_id",
    "is_in_outcome",
    "programme",
    "id_key",
    "grain_key",
    "content_hash",
)
"""What of raw.substantiations is looked at."""
_OUTCOME = ["is_identified", "programme", "outcome_id", "text_id"]
_FOUND_BETWEEN = (
    ("collides", "id_collision", "fragment_id"),
    ("shares_text", "near_duplicate", "description"),
    ("is_unlinked", "unlinked_substantiation", "fragment_id"),
)


def versions(fragments: pl.DataFrame, decided: Set[tuple[str, str]] = frozenset()) -> pl.DataFrame:
    """The fragments (columns KEYS) with `collides`, `is_duplicate`, `is_newest` and `shares_text`, in order of versions.

    `decided` are folded ids of pairs that share their text and are no open question, either way round.
    """
    ordered = _identities(fragments).sort("harvest_number", "fragment_key", nulls_last=False).with_row_index("place")
    content_before = pl.col("content_hash").shift(1).over(_OUTCOME)
    judged = ordered.with_columns(is_duplicate=(pl.col("content_hash") == content_before).fill_null(False))
    last = pl.col("place").filter(~pl.col("is_duplicate")).max().over(_OUTCOME)
    placed = judged.with_columns(is_newest=pl.col("place") == last)
    return placed.with_columns(shares_text=pl.col("place").is_in(_sharing(placed, decided).implode()))


def _sharing(placed: pl.DataFrame, decided: Set[tuple[str, str]]) -> pl.Series:
    """Places of newest versions whose text another's repeats: the first of each text, and each later one, as pairs."""
    known = pl.when("is_identified").then("id_key")
    newest = placed.filter("is_newest").select("place", "alike_key", known.alias("id"))
    first = newest.group_by("alike_key").agg(pl.col("place", "id").sort_by("place").first().name.prefix("first_"))
    pairs = newest.join(first, on="alike_key").filter(pl.col("place") > pl.col("first_place"))
    listed = pl.DataFrame(sorted(decided), schema={"first_id": pl.String, "id": pl.String}, orient="row")
    still_open = pairs.join(listed, on=["first_id", "id"], how="anti")
    return pl.concat([still_open["first_place"], still_open["place"]])


def _identities(fragments: pl.DataFrame) -> pl.DataFrame:
    """Which outcome each fragment belongs to, as the columns _OUTCOME."""
    has_id = pl.col("id_key").is_not_null()
    differs = pl.col("content_hash").n_unique().over("file_order", "programme", "id_key") > 1
    collides_anywhere = pl.col("collides").any().over("programme", "id_key")
    identified = pl.col("is_identified")
    return (
        fragments.with_columns(collides=has_id & differs)
        .with_columns(is_identified=has_id & ~collides_anywhere)
        .with_columns(
            outcome_id=pl.when(identified).then("id_key").otherwise("text_key"),
            text_id=pl.when(~identified).then(pl.col("fragment_id").fill_null("")),
        )
    )


def substantiations(given: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """Substantiations (columns SUBSTANTIATION_KEYS) with `is_duplicate` and `is_unlinked`; `judged` as `versions` gives it.

    Where no outcome is told at all, an id is not said to name none: the outcomes lie elsewhere.
    """
    own = judged.select("fragment_key", *_OUTCOME)
    colliding = judged.filter("collides").select("programme", "id_key", is_colliding=True).unique()
    named = pl.col("id_key").is_not_null() & pl.col("is_colliding").is_null()
    # the outcome beside it, else the one that its id names
    beside = given.filter("is_in_outcome").join(own.drop("programme"), on="fragment_key", maintain_order="left")
    alone = (
        given.filter(~pl.col("is_in_outcome"))
        .join(colliding, on=["programme", "id_key"], how="left", maintain_order="left")
        .with_columns(is_identified=pl.when(named).then(True), outcome_id=pl.when(named).then("id_key"))
        .with_columns(text_id=pl.lit(None, dtype=pl.String))
    )
    told = judged.select(*_OUTCOME, is_told=True).unique()
    linked = alone.join(told, on=_OUTCOME, how="left", nulls_equal=True, maintain_order="left")
    unlinked = pl.col("is_told").is_null() & (pl.lit(not judged.is_empty()) | pl.col("id_key").is_null())
    columns = [*given.columns, "is_identified", "outcome_id", "text_id", "is_unlinked"]
    every = pl.concat(
        [
            beside.with_columns(is_unlinked=pl.lit(False)).select(columns),
            linked.with_columns(is_unlinked=unlinked).select(columns),
        ]
    )
    # where no outcome or nobody is named, what is said tells one from another
    what = pl.when(pl.col("outcome_id").is_null() | pl.col("grain_key").is_null()).then("content_hash")
    grain = pl.when(pl.col("outcome_id").is_not_null()).then("grain_key")
    placed = every.sort("fragment_key").with_columns(what=what, grain=grain)
    before = pl.col("content_hash").shift(1).over([*_OUTCOME, "what", "grain"])
    return placed.with_columns(is_duplicate=(pl.col("content_hash") == before).fill_null(False))


def found_between(judged: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """The issues that only several records show: `file_order`, and columns of raw.issues without the file's.

    `judged` is what `versions` gives, `given` what `substantiations` gives.
    """
    frames = []
    for mask, code, field in _FOUND_BETWEEN:
        rule = rules()[code]
        frames.append(
            (given if mask == "is_unlinked" else judged)
            .filter(pl.col(mask) & ~pl.col("is_duplicate"))
            .select(
                "file_order",
                "fragment_key",
                location="source_location",
                fragment_id="fragment_id",
                field=pl.lit(field),
                rule=pl.lit(code),
                severity=pl.lit(rule.severity),
                message=pl.lit(rule.message),
                remedy=pl.lit(rule.remedy),
            )
        )
    return pl.concat(frames)
