"""Synthetic fragments for the tests: one that is in order, and what is to be changed of it."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULTS = {
    "FragmentID": "SCC-KEN/CIV001",
    "Outcome status": "Outcome",
    "OH-harvesting period": "harvest 3",
    "coutnry": "Kenya",
    "Year": "2023",
    "Outcome description": "In 2023 the assembly of the northern ward opened its sessions to the public.",
    "Significance of the outcome": "Sessions had been closed since the last election and budgets were not known.",
    "Additional information (use if needed) ": "The ward lies at the border.",
    "Rating significance": "large",
    "Social actor": "Authorities",
    "Scale": "Local",
    "Contribution of the programme": "The programme trained the clerks and drafted the rules of procedure with them.",
    "Contribution of other actors and factors": "No",
    "Rating contribution": "great",
    "The change was unintended": "NO",
    "Evidence supporting the outcome statement": "Minutes of the session of 3 May 2023 at the ward office",
    "Outcome statements is CONFIDENTIAL": "0",
    "Link to Outcomes in Results Framework ": "",
    "Link to SCC Specific Objectives": "CIV: Less suppression of civic space",
    "Outcome is negative": "NO",
    "MCQType of change": "Capacity change  Safety and Security",
    "TypeOfChangeCluster": "Capacity change",
}


def fragment(changes: Mapping[str, str | None] | None = None, /, **by_field: str | None) -> str:
    """A fragment in order, with labels changed, added, or (None) left out. Keywords stand for common labels."""
    names = {
        "id": "FragmentID",
        "country": "coutnry",
        "year": "Year",
        "harvest": "OH-harvesting period",
        "description": "Outcome description",
        "confidential": "Outcome statements is CONFIDENTIAL",
        "actor": "Social actor",
        "scale": "Scale",
        "objective": "Link to SCC Specific Objectives",
        "result": "Link to Outcomes in Results Framework ",
        "types": "MCQType of change",
        "clusters": "TypeOfChangeCluster",
    }
    fields: dict[str, str | None] = dict(DEFAULTS)
    fields.update({names[name]: value for name, value in by_field.items()})
    fields.update(changes or {})
    return "".join(f"**{label}**: {value}\n" for label, value in fields.items() if value is not None)


SUBSTANTIATION = {
    "FragmentID": "SCC-KEN/CIV001",
    "Substantiator": "Amina Otieno",
    "Substantiator role": "Local authority",
    "Substantiation date": "2024-05-03",
    "Agreement with description": "fully agree",
    "Agreement with contribution": "partly agree",
    "Substantiation comment": "The clerks were trained twice, not once.",
}
"""A substantiation in order; the person is invented."""


def substantiation(changes: Mapping[str, str | None] | None = None, /) -> str:
    """A substantiation in order, with labels changed, added, or (None) left out."""
    fields: dict[str, str | None] = {**SUBSTANTIATION, **(changes or {})}
    return "".join(f"**{label}**: {value}\n" for label, value in fields.items() if value is not None)
