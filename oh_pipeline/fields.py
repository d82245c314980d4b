"""The names of an outcome's fields, in the order of the form. Labels and aliases live in the codebook."""

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

# The merged text is derived from the others: it makes no difference between two versions.
CONTENT_FIELDS = tuple(name for name in FIELDS if name != "merged_text")

# They may hold several values, and come in forms as a column an option.
GROUP_FIELDS = ("social_actor", "result", "objective", "change_type", "change_cluster")
