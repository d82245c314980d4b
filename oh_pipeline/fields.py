"""The names of a record's fields, in the order of the form. Labels and aliases live in the codebook.

A record is an outcome, or a substantiation: what somebody said when asked about an outcome.
"""

from __future__ import annotations

FIELDS = (
    "fragment_id",
    "outcome_status",
    "harvest",
    "country",
    "year",
    "description",
    "significance",
    "additional_information",
    "significance_rating",
    "social_actor",
    "scale",
    "contribution",
    "other_contributors",
    "contribution_rating",
    "unintended",
    "evidence",
    "confidential",
    "result",
    "objective",
    "merged_text",
    "negative",
    "change_type",
    "change_cluster",
)

SUBSTANTIATION_FIELDS = (
    "substantiator",
    "substantiator_role",
    "substantiated_on",
    "description_agreement",
    "contribution_agreement",
    "substantiation_comment",
)

# What a codebook can give a label to. What two versions of an outcome differ in is among FIELDS alone.
ALL_FIELDS = FIELDS + SUBSTANTIATION_FIELDS

# The merged text is derived from the others: it makes no difference between two versions.
CONTENT_FIELDS = tuple(name for name in FIELDS if name != "merged_text")

# They may hold several values, and come in forms as a column an option.
GROUP_FIELDS = ("social_actor", "result", "objective", "change_type", "change_cluster")
