"""The raw tables, each declared once: columns in order, their types, what they may hold and what they mean.

These declarations are the only description of what lies in schema `raw`: the DuckDB tables are created from them, the
pandera schemas are made of them (`schemas`), the UI shows their descriptions. They are plain data, so that what needs
names and types alone does not load what checks them. No reading, typing or rule here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import polars as pl
from polars._typing import PolarsDataType

from oh_pipeline.codebook import VOCABULARIES

SEVERITIES = ("error", "warning", "advice")
BASES = ("declared", "blank", "unparseable")
EVIDENCE = ("none", "withheld", "generic", "named")
ELEMENTS = ("who", "what", "when", "where", "significance", "contribution", "evidence")
HEX_32 = r"^[0-9a-f]{32}$"


@dataclass(frozen=True)
class Column:
    """A column. `checks`: what a value must meet, as names and arguments of pandera's checks."""

    type: PolarsDataType
    description: str
    nullable: bool
    unique: bool
    checks: Mapping[str, Any]


class Table:
    """A raw table: its columns in order, its grain in the docstring; `checks` are names of checks of whole rows."""

    columns: ClassVar[Mapping[str, Column]]
    checks: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.columns = {name: value for name, value in vars(cls).items() if isinstance(value, Column)}

    @classmethod
    def types(cls) -> dict[str, PolarsDataType]:
        """The columns' types, in order."""
        return {name: column.type for name, column in cls.columns.items()}

    @classmethod
    def empty(cls) -> pl.DataFrame:
        """The table without a row."""
        return pl.DataFrame(schema=cls.types())


def _column(
    type: PolarsDataType, *, description: str, nullable: bool = False, unique: bool = False, **checks: Any
) -> Column:
    return Column(type, description, nullable, unique, checks)


def _text(description: str, *, nullable: bool = True, unique: bool = False, **checks: Any) -> Column:
    return Column(pl.String, description, nullable, unique, checks)


class Fragments(Table):
    """One row a fragment that passed validation: its fields as delivered, and their typed reading."""

    checks = ("blank_confidentiality_is_confidential", "one_hash_a_field")

    source_file = _text("POSIX path below raw/", nullable=False)
    file_order = _column(pl.Int32, ge=0, description="place of the file in natural order of paths")
    record_number = _column(pl.Int64, ge=1, description="place of the fragment in its file, from 1")
    source_location = _text("where the fragment begins: `line 12`", nullable=False)
    fragment_id = _text("id as delivered; null where blank")
    outcome_status = _text("outcome status as delivered")
    harvest = _text("harvesting period as delivered")
    country = _text("country or unit as delivered")
    year = _text("year as delivered")
    description = _text("outcome description", nullable=False)
    significance = _text("significance of the outcome")
    additional_information = _text("additional information")
    significance_rating = _text("rating of significance as delivered")
    social_actor = _text("social actor as delivered")
    scale = _text("scale as delivered")
    contribution = _text("contribution of the programme")
    other_contributors = _text("contribution of other actors and factors")
    contribution_rating = _text("rating of contribution as delivered")
    unintended = _text("flag as delivered")
    evidence = _text("evidence supporting the statement")
    confidential = _text("confidentiality as delivered")
    result = _text("link to results framework as delivered")
    objective = _text("link to specific objectives as delivered")
    merged_text = _text("merged text as delivered; derived, never a source of facts")
    negative = _text("flag as delivered")
    change_type = _text("types of change as delivered")
    change_cluster = _text("clusters of change as delivered")
    programme = _text("programme code from the id, else the codebook's default", nullable=False)
    id_key = _text("id normalised for identity; null where blank or withheld")
    text_key = _text("hash of the normalised description", nullable=False, str_matches=HEX_32)
    alike_key = _column(
        pl.Int64, description="hash of the description's letters and digits; comparable within one build only"
    )
    content_hash = _text("hash of all fields but the merged text, normalised", nullable=False, str_matches=HEX_32)
    field_hashes = _column(
        pl.List(pl.Int64),
        description="a hash a content field, in the order of CONTENT_FIELDS; comparable within one build only",
    )
    outcome_status_member = _text("member of vocabulary outcome_status")
    harvest_member = _text("member of vocabulary harvest")
    harvest_number = _column(pl.Int32, nullable=True, description="number of the harvest")
    geography_member = _text("member of vocabulary geography")
    year_value = _column(pl.Int32, nullable=True, description="year; null where blank, withheld or invalid")
    significance_member = _text("member of vocabulary significance")
    scale_member = _text("member of vocabulary scale")
    contribution_member = _text("member of vocabulary contribution")
    is_confidential = _column(pl.Boolean, description="true unless declared otherwise")
    confidentiality_basis = _text("why", nullable=False, isin=BASES)
    is_unintended = _column(pl.Boolean, nullable=True, description="three-valued")
    is_negative = _column(pl.Boolean, nullable=True, description="three-valued")
    other_actors_contributed = _column(pl.Boolean, nullable=True, description="three-valued")
    redaction_count = _column(pl.Int32, ge=0, description="marks in all fields but the merged text")
    evidence_quality = _text("what the evidence names, if anything", nullable=False, isin=EVIDENCE)
    missing_elements = _column(
        pl.List(pl.String), description="elements that the statement lacks, of ELEMENTS, in order"
    )
    description_length = _column(pl.Int32, ge=0, description="characters of the description, marks left out")
    contribution_length = _column(pl.Int32, ge=0, description="characters of the contribution, marks left out")
    fragment_key = _column(pl.Int64, description="file_order * 2^32 + record_number: what the raw tables are joined by")


class Substantiations(Table):
    """One row a substantiation that passed validation: its fields as delivered, and their typed reading."""

    source_file = _text("POSIX path below raw/", nullable=False)
    file_order = _column(pl.Int32, ge=0, description="place of the file in natural order of paths")
    record_number = _column(pl.Int64, ge=1, description="place of the record in its file, from 1")
    source_location = _text("where the record begins: `line 12`", nullable=False)
    is_in_outcome = _column(pl.Boolean, description="whether the record is an outcome too, and stands in raw.fragments")
    fragment_id = _text("id of the outcome as delivered; null where blank")
    substantiator = _text("who was asked, as delivered")
    substantiator_role = _text("role of who was asked, as delivered")
    substantiated_on = _text("date as delivered")
    description_agreement = _text("agreement with the description as delivered")
    contribution_agreement = _text("agreement with the contribution as delivered")
    substantiation_comment = _text("comment")
    programme = _text("programme code from the id, else the codebook's default", nullable=False)
    id_key = _text("id normalised for identity; null where blank or withheld")
    grain_key = _text(
        "hash of substantiator and date, normalised; null where nobody is named", nullable=True, str_matches=HEX_32
    )
    content_hash = _text("hash of its own fields and the id, normalised", nullable=False, str_matches=HEX_32)
    role_member = _text("member of vocabulary substantiator_role")
    description_agreement_member = _text("member of vocabulary agreement")
    contribution_agreement_member = _text("member of vocabulary agreement")
    day = _column(pl.Date, nullable=True, description="date; null where blank, withheld or invalid")
    fragment_key = _column(pl.Int64, description="file_order * 2^32 + record_number: what the raw tables are joined by")


class ExtraFields(Table):
    """One row a field whose label the codebook does not know, or that its record has no use for, under its own label."""

    source_file = _text("POSIX path below raw/", nullable=False)
    record_number = _column(pl.Int64, ge=1, description="place of the fragment in its file")
    label = _text("label as delivered, blanks collapsed", nullable=False)
    value = _text("value as delivered")
    value_hash = _column(pl.Int64, description="hash of the normalised value, within one build")
    is_content = _column(
        pl.Boolean,
        description="false where blank, added by a form app to each submission, or no part of this kind of record",
    )
    location = _text("where the field stands", nullable=False)
    fragment_key = _column(pl.Int64, description="file_order * 2^32 + record_number: what the raw tables are joined by")


class CodedMembers(Table):
    """One row a fragment and member of a field that may hold several."""

    source_file = _text("POSIX path below raw/", nullable=False)
    record_number = _column(pl.Int64, ge=1, description="place of the fragment in its file")
    vocabulary = _text("which list", nullable=False, isin=VOCABULARIES)
    position = _column(pl.Int32, ge=1, description="place of the member in its field, from 1")
    scope_member = _text("cluster of a change type, geography of a result")
    member = _text("member", nullable=False)
    fragment_key = _column(pl.Int64, description="file_order * 2^32 + record_number: what the raw tables are joined by")


class Members(Table):
    """One row a member of a vocabulary: every listed one, and every other one met in an accepted fragment."""

    vocabulary = _text("which list", nullable=False, isin=VOCABULARIES)
    scope_member = _text("cluster of a change type, geography of a result")
    member = _text("the label as it is matched", nullable=False)
    label = _text("the label as it is shown", nullable=False)
    slug = _text("readable key", nullable=False, str_matches=r"^[a-z0-9_]+$")
    label_hash = _text("told apart by", nullable=False, str_matches=r"^[0-9a-f]{8}$")
    status = _text("listed or met", nullable=False, isin=("codebook", "observed"))
    code = _text("code of a result, as read from its label")
    number = _column(pl.Int32, nullable=True, description="number of a harvest, as read from its label")
    programme = _text("programme of an observed objective")


class Issues(Table):
    """One row a finding about one fragment or file."""

    source_file = _text("POSIX path below raw/", nullable=False)
    record_number = _column(pl.Int64, nullable=True, description="null where the file is meant")
    location = _text("where")
    fragment_id = _text("id as delivered")
    field = _text("field name, or the label where the codebook knows none")
    rule = _text("which rule", nullable=False)
    severity = _text("how severe", nullable=False, isin=SEVERITIES)
    message = _text("what was found; never free text", nullable=False)
    remedy = _text("what to do", nullable=False)
    fragment_key = _column(
        pl.Int64, nullable=True, description="file_order * 2^32 + record_number: what the raw tables are joined by"
    )


class Quarantine(Table):
    """One row a fragment held back, with all its fields as delivered and the rules that held it."""

    source_file = _text("POSIX path below raw/", nullable=False)
    record_number = _column(pl.Int64, ge=1, description="place of the fragment in its file")
    source_location = _text("where the fragment begins", nullable=False)
    fragment_id = _text("id as delivered")
    fields = _text("JSON array of [label, value], as delivered", nullable=False)
    rules = _column(pl.List(pl.String), description="the rules of severity error it broke")
    fragment_key = _column(pl.Int64, description="file_order * 2^32 + record_number: what the raw tables are joined by")


class SourceFiles(Table):
    """One row a source file, read or not."""

    source_file = _text("POSIX path below raw/", nullable=False, unique=True)
    file_order = _column(pl.Int32, ge=0, unique=True, description="place in natural order of paths")
    sha256 = _text("hash of the bytes; null where they could not be read")
    format = _text("null where the file was not read")
    encoding = _text("encoding it was read in")
    bytes = _column(pl.Int64, ge=0, nullable=True, description="size")
    found = _column(pl.Int64, ge=0, description="fragments counted while reading")
    preamble = _text("text before the first field line; of a Word document all text outside of its fields")


class Builds(Table):
    """One row: what this build was made from."""

    build_id = _text("name of the build", nullable=False)
    built_at = _column(pl.Datetime, description="UTC")
    code_version = _text("version of this package", nullable=False)
    codebook_hash = _text("hash of the codebook files", nullable=False)
    source_hash = _text("hash of the source files' paths and hashes", nullable=False)
    previous_build_id = _text("build that this one is compared with; null where there is none")
    tombstones = _text("keyed hash of the tombstones in force; null where there is none")


class PreviousOutcomes(Table):
    """One row an outcome of the publication that this build is compared with."""

    outcome_key = _text("identity of the outcome", nullable=False, unique=True, str_matches=HEX_32)
    fragment_id = _text("id as delivered then")
    content_hash = _text("content of its newest version then", nullable=False)
    significance_key = _text("rating of significance then", nullable=False)
    contribution_key = _text("rating of contribution then", nullable=False)
    is_withdrawn = _column(pl.Boolean, description="whether a later delivery lacked it already then")


class PreviousOpenCells(Table):
    """One row a count of the open edition published before: how many outcomes, and what of it was shown."""

    breakdown = _text("what is counted by", nullable=False)
    geography_key = _text("geography of a count by geography and another dimension; null for others")
    member_key = _text("member of the dimension; null for the total")
    geography_member = _text("the geography as it is matched; null where the key is no member's")
    scope_member = _text("cluster of a type of change, as it is matched")
    member = _text("the member as it is matched; null where the key is no member's")
    outcomes = _column(pl.Int64, ge=0, description="outcomes that were not confidential")
    is_shown = _column(pl.Boolean, description="whether the number was shown")
    is_hidden_in_rows = _column(pl.Boolean, description="whether no row of its outcomes showed the member")


TABLES: dict[str, type[Table]] = {
    "fragments": Fragments,
    "substantiations": Substantiations,
    "extra_fields": ExtraFields,
    "coded_members": CodedMembers,
    "members": Members,
    "issues": Issues,
    "quarantine": Quarantine,
    "source_files": SourceFiles,
    "builds": Builds,
    "previous_outcomes": PreviousOutcomes,
    "previous_open_cells": PreviousOpenCells,
}
