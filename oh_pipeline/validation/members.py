"""The members of all vocabularies in one table: the listed ones, and those met in accepted fragments."""

from __future__ import annotations

import re

import polars as pl

from oh_pipeline.codebook import Codebook
from oh_pipeline.normal import label_hash, slug
from oh_pipeline.validation.readings import harvest_number
from oh_pipeline.validation.tables import Members
from oh_pipeline.validation.typed import OBSERVED

_KEYS = ["vocabulary", "scope_member", "member"]


def distinct_observed(observed: pl.DataFrame) -> pl.DataFrame:
    """One row a member that no list has, clusters of unlisted types included.

    `observed` has the shape of `typed.OBSERVED`, and `is_confidential`.
    """
    clusters = observed.filter((pl.col("vocabulary") == "change_type") & pl.col("scope_label").is_not_null()).select(
        pl.lit("change_cluster").alias("vocabulary"),
        pl.lit(None, dtype=pl.String).alias("scope_member"),
        pl.col("scope_member").alias("member"),
        pl.col("scope_label").alias("label"),
        "programme",
        "is_confidential",
    )
    every = pl.concat([observed.select(*_KEYS, "label", "programme", "is_confidential"), clusters])
    return merge_observed([every])


def merge_observed(found: list[pl.DataFrame]) -> pl.DataFrame:
    """One row a member of several batches. The least spelling of an open fragment is its label, if there is one."""
    first = pl.col("label").sort_by("is_confidential", "label").first()
    return pl.concat(found).group_by(_KEYS).agg(first, pl.col("programme").min(), pl.col("is_confidential").min())


def member_table(codebook: Codebook, found: list[pl.DataFrame]) -> pl.DataFrame:
    """Rows of raw.members, from what `distinct_observed` gave for each batch.

    Listed members come in the order of the codebook, then observed ones in order of their keys.
    """
    observed = merge_observed(
        [distinct_observed(pl.DataFrame(schema={**OBSERVED, "is_confidential": pl.Boolean})), *found]
    )
    listed = {(m.vocabulary, m.scope, m.member) for m in codebook.members}
    rows = [
        (m.vocabulary, m.scope, m.member, m.label, slug(m.label), label_hash(m.label), "codebook")
        + (m.code, m.number, m.programme)
        for m in codebook.members
    ]
    for vocabulary, scope, member, label, programme, _ in observed.sort(_KEYS).iter_rows():
        if (vocabulary, scope, member) not in listed:
            code = re.search(r"[0-9]+(?:\.[0-9]+)*", label) if vocabulary == "result" else None
            number = harvest_number(label) if vocabulary == "harvest" else None
            rows.append(
                (vocabulary, scope, member, label, slug(label), label_hash(label), "observed")
                + (code.group(0) if code else None, number, programme if vocabulary == "objective" else None)
            )
    return pl.DataFrame(rows, schema=Members.types(), orient="row")
