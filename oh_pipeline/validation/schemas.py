"""The raw tables, each declared once.

These pandera schemas are the only description of what lies in schema `raw`: the DuckDB tables are created from their
types, the Dagster checks run their constraints, and the UI shows their descriptions. No reading, typing or rule here.
"""

from __future__ import annotations

from typing import Annotated, Any

import pandera.polars as pa
import polars as pl
from pandera.typing.polars import Series

from oh_pipeline.codebook import VOCABULARIES
from oh_pipeline.fields import CONTENT_FIELDS

SEVERITIES = ("error", "warning", "advice")
BASES = ("declared", "blank", "unparseable")
HEX_32 = r"^[0-9a-f]{32}$"

TextList = Annotated[pl.List, pl.String()]
HashList = Annotated[pl.List, pl.Int64()]


class _Table(pa.DataFrameModel):
    class Config:
        strict = True
        ordered = True
        coerce = False


def _text(description: str, *, nullable: bool = True, **checks: Any) -> Any:
    return pa.Field(nullable=nullable, description=description, **checks)


class Fragments(_Table):
    """One row a fragment that passed validation: its fields as delivered, and their typed reading."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False)
    file_order: Series[pl.Int32] = pa.Field(ge=0, description="place of the file in natural order of paths")
    record_number: Series[pl.Int64] = pa.Field(ge=1, description="place of the fragment in its file, from 1")
    source_location: Series[pl.String] = _text("where the fragment begins: `line 12`", nullable=False)
    fragment_id: Series[pl.String] = _text("id as delivered; null where blank")
    outcome_status: Series[pl.String] = _text("outcome status as delivered")
    harvest: Series[pl.String] = _text("harvesting period as delivered")
    country: Series[pl.String] = _text("country or unit as delivered")
    year: Series[pl.String] = _text("year as delivered")
    description: Series[pl.String] = _text("outcome description", nullable=False)
    significance: Series[pl.String] = _text("significance of the outcome")
    additional_information: Series[pl.String] = _text("additional information")
    significance_rating: Series[pl.String] = _text("rating of significance as delivered")
    social_actor: Series[pl.String] = _text("social actor as delivered")
    scale: Series[pl.String] = _text("scale as delivered")
    contribution: Series[pl.String] = _text("contribution of the programme")
    other_contributors: Series[pl.String] = _text("contribution of other actors and factors")
    contribution_rating: Series[pl.String] = _text("rating of contribution as delivered")
    unintended: Series[pl.String] = _text("flag as delivered")
    evidence: Series[pl.String] = _text("evidence supporting the statement")
    confidential: Series[pl.String] = _text("confidentiality as delivered")
    result: Series[pl.String] = _text("link to results framework as delivered")
    objective: Series[pl.String] = _text("link to specific objectives as delivered")
    merged_text: Series[pl.String] = _text("merged text as delivered; derived, never a source of facts")
    negative: Series[pl.String] = _text("flag as delivered")
    change_type: Series[pl.String] = _text("types of change as delivered")
    change_cluster: Series[pl.String] = _text("clusters of change as delivered")
    programme: Series[pl.String] = _text("programme code from the id, else the codebook's default", nullable=False)
    id_key: Series[pl.String] = _text("id normalised for identity; null where blank or withheld")
    text_key: Series[pl.String] = _text("hash of the normalised description", nullable=False, str_matches=HEX_32)
    alike_key: Series[pl.Int64] = pa.Field(
        description="hash of the description's letters and digits; comparable within one build only"
    )
    content_hash: Series[pl.String] = _text(
        "hash of all fields but the merged text, normalised", nullable=False, str_matches=HEX_32
    )
    field_hashes: Series[HashList] = pa.Field(
        description="a hash a content field, in the order of CONTENT_FIELDS; comparable within one build only"
    )
    outcome_status_member: Series[pl.String] = _text("member of vocabulary outcome_status")
    harvest_member: Series[pl.String] = _text("member of vocabulary harvest")
    harvest_number: Series[pl.Int32] = pa.Field(nullable=True, description="number of the harvest")
    geography_member: Series[pl.String] = _text("member of vocabulary geography")
    year_value: Series[pl.Int32] = pa.Field(nullable=True, description="year; null where blank, withheld or invalid")
    significance_member: Series[pl.String] = _text("member of vocabulary significance")
    scale_member: Series[pl.String] = _text("member of vocabulary scale")
    contribution_member: Series[pl.String] = _text("member of vocabulary contribution")
    is_confidential: Series[pl.Boolean] = pa.Field(description="true unless declared otherwise")
    confidentiality_basis: Series[pl.String] = _text("why", nullable=False, isin=BASES)
    is_unintended: Series[pl.Boolean] = pa.Field(nullable=True, description="three-valued")
    is_negative: Series[pl.Boolean] = pa.Field(nullable=True, description="three-valued")
    other_actors_contributed: Series[pl.Boolean] = pa.Field(nullable=True, description="three-valued")
    redaction_count: Series[pl.Int32] = pa.Field(ge=0, description="marks in all fields but the merged text")
    fragment_key: Series[pl.Int64] = pa.Field(
        description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )

    @pa.dataframe_check
    @classmethod
    def blank_confidentiality_is_confidential(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Whatever is not declared counts as confidential."""
        return data.lazyframe.select(pl.col("is_confidential") | (pl.col("confidentiality_basis") == "declared"))

    @pa.dataframe_check
    @classmethod
    def one_hash_a_field(cls, data: pa.PolarsData) -> pl.LazyFrame:
        """Versions are compared field by field, so each row carries a hash a content field."""
        return data.lazyframe.select(pl.col("field_hashes").list.len() == len(CONTENT_FIELDS))


class ExtraFields(_Table):
    """One row a field whose label the codebook does not know, under its own label."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False)
    record_number: Series[pl.Int64] = pa.Field(ge=1, description="place of the fragment in its file")
    label: Series[pl.String] = _text("label as delivered, blanks collapsed", nullable=False)
    value: Series[pl.String] = _text("value as delivered")
    value_hash: Series[pl.Int64] = pa.Field(description="hash of the normalised value, within one build")
    location: Series[pl.String] = _text("where the field stands", nullable=False)
    fragment_key: Series[pl.Int64] = pa.Field(
        description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )


class CodedMembers(_Table):
    """One row a fragment and member of a field that may hold several."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False)
    record_number: Series[pl.Int64] = pa.Field(ge=1, description="place of the fragment in its file")
    vocabulary: Series[pl.String] = _text("which list", nullable=False, isin=VOCABULARIES)
    position: Series[pl.Int32] = pa.Field(ge=1, description="place of the member in its field, from 1")
    scope_member: Series[pl.String] = _text("cluster of a change type, geography of a result")
    member: Series[pl.String] = _text("member", nullable=False)
    fragment_key: Series[pl.Int64] = pa.Field(
        description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )


class Members(_Table):
    """One row a member of a vocabulary: every listed one, and every other one met in an accepted fragment."""

    vocabulary: Series[pl.String] = _text("which list", nullable=False, isin=VOCABULARIES)
    scope_member: Series[pl.String] = _text("cluster of a change type, geography of a result")
    member: Series[pl.String] = _text("the label as it is matched", nullable=False)
    label: Series[pl.String] = _text("the label as it is shown", nullable=False)
    slug: Series[pl.String] = _text("readable key", nullable=False, str_matches=r"^[a-z0-9_]+$")
    label_hash: Series[pl.String] = _text("told apart by", nullable=False, str_matches=r"^[0-9a-f]{8}$")
    status: Series[pl.String] = _text("listed or met", nullable=False, isin=("codebook", "observed"))
    code: Series[pl.String] = _text("code of a result, as read from its label")
    number: Series[pl.Int32] = pa.Field(nullable=True, description="number of a harvest, as read from its label")
    programme: Series[pl.String] = _text("programme of an observed objective")


class Issues(_Table):
    """One row a finding about one fragment or file."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False)
    record_number: Series[pl.Int64] = pa.Field(nullable=True, description="null where the file is meant")
    location: Series[pl.String] = _text("where")
    fragment_id: Series[pl.String] = _text("id as delivered")
    field: Series[pl.String] = _text("field name, or the label where the codebook knows none")
    rule: Series[pl.String] = _text("which rule", nullable=False)
    severity: Series[pl.String] = _text("how severe", nullable=False, isin=SEVERITIES)
    message: Series[pl.String] = _text("what was found; never free text", nullable=False)
    remedy: Series[pl.String] = _text("what to do", nullable=False)
    fragment_key: Series[pl.Int64] = pa.Field(
        nullable=True, description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )


class Quarantine(_Table):
    """One row a fragment held back, with all its fields as delivered and the rules that held it."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False)
    record_number: Series[pl.Int64] = pa.Field(ge=1, description="place of the fragment in its file")
    source_location: Series[pl.String] = _text("where the fragment begins", nullable=False)
    fragment_id: Series[pl.String] = _text("id as delivered")
    fields: Series[pl.String] = _text("JSON array of [label, value], as delivered", nullable=False)
    rules: Series[TextList] = pa.Field(description="the rules of severity error it broke")
    fragment_key: Series[pl.Int64] = pa.Field(
        description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )


class SourceFiles(_Table):
    """One row a source file, read or not."""

    source_file: Series[pl.String] = _text("POSIX path below raw/", nullable=False, unique=True)
    file_order: Series[pl.Int32] = pa.Field(ge=0, unique=True, description="place in natural order of paths")
    sha256: Series[pl.String] = _text("hash of the bytes; null where they could not be read")
    format: Series[pl.String] = _text("null where the file was not read")
    encoding: Series[pl.String] = _text("encoding it was read in")
    bytes: Series[pl.Int64] = pa.Field(ge=0, nullable=True, description="size")
    found: Series[pl.Int64] = pa.Field(ge=0, description="fragments counted while reading")
    preamble: Series[pl.String] = _text("text before the first field line")


class Builds(_Table):
    """One row: what this build was made from."""

    build_id: Series[pl.String] = _text("name of the build", nullable=False)
    built_at: Series[pl.Datetime] = pa.Field(description="UTC")
    code_version: Series[pl.String] = _text("version of this package", nullable=False)
    codebook_hash: Series[pl.String] = _text("hash of the codebook files", nullable=False)
    source_hash: Series[pl.String] = _text("hash of the source files' paths and hashes", nullable=False)


TABLES: dict[str, type[_Table]] = {
    "fragments": Fragments,
    "extra_fields": ExtraFields,
    "coded_members": CodedMembers,
    "members": Members,
    "issues": Issues,
    "quarantine": Quarantine,
    "source_files": SourceFiles,
    "builds": Builds,
}


def polars_schema(table: str) -> dict[str, pl.DataType]:
    """Column types of a raw table, in order."""
    return {name: column.dtype.type for name, column in TABLES[table].to_schema().columns.items()}
