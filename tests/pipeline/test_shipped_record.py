"""The real record that the project ships: each of its 23 fields found in the warehouse by SQL."""

from __future__ import annotations

import hashlib

import pytest

from .conftest import PROJECT, RunHome

FILE = next((PROJECT / "data" / "raw").glob("*.txt"))
LINES = [line.split("**: ", 1) for line in FILE.read_text(encoding="utf-8").splitlines()]
DELIVERED = {label.removeprefix("**").strip(): value.strip() for label, value in LINES}


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("FragmentID", "select fragment_id from fct_outcomes"),
        ("Outcome status", "select label from dim_outcome_status join fct_outcomes using (status_key)"),
        ("OH-harvesting period", "select label from dim_harvest join fct_outcomes using (harvest_key)"),
        ("coutnry", "select label from dim_geography join fct_outcomes using (geography_key)"),
        ("Year", "select year::varchar from fct_outcomes"),
        ("Outcome description", "select description from outcome_narratives"),
        ("Significance of the outcome", "select significance from outcome_narratives"),
        ("Additional information (use if needed)", "select additional_information from outcome_narratives"),
        ("Rating significance", "select label from dim_significance join fct_outcomes using (significance_key)"),
        ("Social actor", "select label from dim_social_actor join fct_outcomes using (social_actor_key)"),
        ("Scale", "select label from dim_scale join fct_outcomes using (scale_key)"),
        ("Contribution of the programme", "select contribution from outcome_narratives"),
        ("Contribution of other actors and factors", "select other_contributors from outcome_narratives"),
        ("Rating contribution", "select label from dim_contribution join fct_outcomes using (contribution_key)"),
        ("The change was unintended", "select case is_unintended when false then 'NO' end from fct_outcomes"),
        ("Evidence supporting the outcome statement", "select evidence from outcome_narratives"),
        (
            "Outcome statements is CONFIDENTIAL",
            "select case when is_confidential and confidentiality_basis = 'declared' then '1.0' end from fct_outcomes",
        ),
        (
            "Link to Outcomes in Results Framework",
            "select label from dim_result join bridge_outcome_result using (result_key)",
        ),
        (
            "Link to SCC Specific Objectives",
            "select code || ': ' || label from dim_objective join bridge_outcome_objective using (objective_key)",
        ),
        ("StoryFragment_Merged", "select merged_text from raw.fragments"),
        ("Outcome is negative", "select case is_negative when false then 'NO' end from fct_outcomes"),
        (
            "MCQType of change",
            "select cluster || '  ' || label from dim_change_type join bridge_outcome_change_type using (change_type_key)",
        ),
        (
            "TypeOfChangeCluster",
            "select cluster from dim_change_type join bridge_outcome_change_type using (change_type_key)",
        ),
    ],
)
def test_every_value_is_in_the_warehouse(shipped: RunHome, label: str, query: str) -> None:
    assert shipped.one(query).strip() == DELIVERED[label], f"{label} is not as delivered"


def test_every_field_was_looked_for() -> None:
    (parameters,) = (mark for mark in test_every_value_is_in_the_warehouse.pytestmark if mark.name == "parametrize")  # type: ignore[attr-defined]
    assert {row[0] for row in parameters.args[1]} == set(DELIVERED)


def test_keys(shipped: RunHome) -> None:
    found = shipped.one(
        "select programme, status_key, harvest_key, geography_key, objective_key, social_actor_key, scale_key, "
        "significance_key, contribution_key from fct_outcomes"
    )
    assert found == (
        "SCC",
        "outcome",
        "harvest_3",
        "sahel",
        "less_suppression_of_civic_space",
        "civic_change_agents",
        "organisation",
        "large",
        "great",
    )


@pytest.mark.parametrize(
    ("bridge", "column", "key"),
    [
        ("result", "result_key", "sahel_outcome_1_2"),
        ("change_type", "change_type_key", "capacity_change_safety_and_security"),
        ("objective", "objective_key", "less_suppression_of_civic_space"),
        ("social_actor", "social_actor_key", "civic_change_agents"),
    ],
)
def test_bridges(shipped: RunHome, bridge: str, column: str, key: str) -> None:
    assert shipped.rows(f"select {column}, weight from bridge_outcome_{bridge}") == [(key, 1.0)]


def test_flags_and_counts(shipped: RunHome) -> None:
    found = shipped.one(
        "select year, is_outcome, is_confidential, confidentiality_basis, is_unintended, is_negative, "
        "other_actors_contributed, redaction_count, version_number, version_count, source_file, source_location "
        "from fct_outcomes"
    )
    assert found == (2023, True, True, "declared", False, False, False, 3, 1, 1, FILE.name, "line 1")


def test_members_of_the_result_and_geography(shipped: RunHome) -> None:
    assert shipped.one("select geography_key, code, label, status from dim_result where status = 'codebook'") == (
        "sahel",
        "1.2",
        "Outcome 1.2",
        "codebook",
    )
    assert shipped.one("select unit_type, iso3, status from dim_geography where geography_key = 'sahel'") == (
        "region",
        None,
        "codebook",
    )


def test_issues(shipped: RunHome) -> None:
    # The id is marked. The description says `<person>` where significance names a country; the merged text withholds
    # what significance shows. The contribution is rated highest and is 44 characters long.
    found = shipped.rows("select rule, field, location, severity from quality_issues order by all")
    assert found == [
        ("inconsistent_redaction", "description", "line 6", "warning"),
        ("inconsistent_redaction", "merged_text", "line 20", "warning"),
        ("redacted_id", "fragment_id", "line 1", "warning"),
        ("thin_contribution", "contribution", "line 12", "advice"),
    ]
    assert shipped.one("select issue_count from fct_outcomes") == len(found)


def test_its_source(shipped: RunHome) -> None:
    data = FILE.read_bytes()
    assert shipped.one("select * from quality_sources") == (
        FILE.name,
        hashlib.sha256(data).hexdigest(),
        "txt",
        "utf-8",
        len(data),
        1,
        1,
        0,
        0,
    )


def test_nothing_of_it_is_open(shipped: RunHome) -> None:
    assert shipped.one("select count(*) from fct_outcomes", edition="open") == 0
    seen = shipped.link("open").resolve().read_bytes().lower()
    for word in (b"cbddh", b"rnddh", b"civ006", b"mentoring", FILE.name.encode()):
        assert word not in seen, "the open edition holds something of a confidential record"


def test_the_summary(shipped: RunHome) -> None:
    told = shipped.summary
    assert set(told) == {"build_id", "published", "seconds", "records", "outcomes", "issues", "paths"}
    assert told["published"] is True
    assert told["records"] == {"found": 1, "accepted": 1, "quarantined": 0, "duplicate": 0}
    assert told["outcomes"] == 1
    assert told["issues"] == {"error": 0, "warning": 3, "advice": 1}
    assert told["paths"] == {
        "restricted": str(shipped.link()),
        "open": str(shipped.link("open")),
        "report": None,
        "returns": [str(shipped.root / "returns" / "000_50045e39194cc065.txt.return.xlsx")],
    }
    assert told["build_id"] == shipped.one("select build_id from meta_builds")
