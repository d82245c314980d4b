"""The published tables and their columns, as users rely on them. Written down apart from the models that make them,
so that an audit can hold the one against the other.
"""

from __future__ import annotations

from collections.abc import Mapping

_BRIDGES = {
    "bridge_outcome_change_type": ("outcome_key", "change_type_key", "weight"),
    "bridge_outcome_result": ("outcome_key", "result_key", "weight"),
    "bridge_outcome_objective": ("outcome_key", "objective_key", "weight"),
    "bridge_outcome_social_actor": ("outcome_key", "social_actor_key", "weight"),
}
_DIMENSIONS = {
    "dim_social_actor": ("social_actor_key", "label", "status"),
    "dim_scale": ("scale_key", "label", "rank", "status"),
    "dim_objective": ("objective_key", "programme", "code", "label", "status"),
    "dim_geography": ("geography_key", "label", "unit_type", "iso3", "region", "status"),
    "dim_harvest": ("harvest_key", "label", "number", "status"),
    "dim_significance": ("significance_key", "label", "rank", "status"),
    "dim_contribution": ("contribution_key", "label", "rank", "status"),
    "dim_change_type": ("change_type_key", "cluster", "label", "status"),
    "dim_result": ("result_key", "geography_key", "code", "label", "status"),
    "dim_outcome_status": ("status_key", "label", "is_outcome", "status"),
}
MEMBER_KEYS = (
    "status_key",
    "harvest_key",
    "geography_key",
    "objective_key",
    "social_actor_key",
    "scale_key",
    "significance_key",
    "contribution_key",
)
DIMENSION_OF = {
    **{column: f"dim_{column.removesuffix('_key')}" for column in MEMBER_KEYS if column != "status_key"},
    "status_key": "dim_outcome_status",
    "change_type_key": "dim_change_type",
    "result_key": "dim_result",
}
_FLAGS = ("is_outcome", "is_unintended", "is_negative")

RESTRICTED: Mapping[str, tuple[str, ...]] = {
    "fct_outcomes": (
        "outcome_key",
        "fragment_id",
        "programme",
        *MEMBER_KEYS,
        "year",
        "is_outcome",
        "is_confidential",
        "confidentiality_basis",
        "is_unintended",
        "is_negative",
        "other_actors_contributed",
        "redaction_count",
        "issue_count",
        "version_number",
        "version_count",
        "source_file",
        "source_location",
    ),
    "outcome_narratives": (
        "outcome_key",
        "description",
        "significance",
        "additional_information",
        "contribution",
        "other_contributors",
        "evidence",
    ),
    "fct_outcome_versions": (
        "outcome_key",
        "version_number",
        "source_file",
        "source_location",
        "content_hash",
        "changed_fields",
    ),
    **_DIMENSIONS,
    **_BRIDGES,
    "dim_agreement": ("agreement_key", "label", "rank", "is_agreement", "status"),
    "dim_substantiator_role": ("role_key", "label", "status"),
    "fct_substantiations": (
        "substantiation_key",
        "outcome_key",
        "fragment_id",
        "role_key",
        "substantiated_on",
        "description_agreement_key",
        "contribution_agreement_key",
        "substantiator",
        "comment",
        "source_file",
        "source_location",
        "delivery_order",
    ),
    "quality_issues": (
        "source_file",
        "location",
        "fragment_id",
        "outcome_key",
        "field",
        "rule",
        "severity",
        "message",
        "remedy",
    ),
    "quality_sources": (
        "source_file",
        "sha256",
        "format",
        "encoding",
        "bytes",
        "found",
        "accepted",
        "quarantined",
        "duplicate",
    ),
    "meta_builds": ("build_id", "built_at", "code_version", "codebook_hash", "source_hash"),
}

OPEN: Mapping[str, tuple[str, ...]] = {
    "fct_outcomes": ("outcome_key", *MEMBER_KEYS, "year", *_FLAGS),
    **_DIMENSIONS,
    **_BRIDGES,
    "outcome_counts": (
        "breakdown",
        "geography_key",
        "year",
        "harvest_key",
        "objective_key",
        "social_actor_key",
        "change_type_key",
        "scale_key",
        "significance_key",
        "contribution_key",
        "outcomes",
    ),
    "meta_builds": ("build_id", "built_at", "code_version", "codebook_hash"),
}
