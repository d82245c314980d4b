"""Every rule that one text fragment can break: a fragment in which it fires and one in which it does not."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from oh_pipeline.validation.rulebook import RULES_FILE, rules

from ..fragments import DEFAULTS, fragment, substantiation
from .conftest import Frames, TakeIn

DESCRIPTION = DEFAULTS["Outcome description"]
SIGNIFICANCE = DEFAULTS["Significance of the outcome"]
CONTRIBUTION = DEFAULTS["Contribution of the programme"]


def found(frames: Frames) -> set[tuple[str, str | None]]:
    return set(frames["issues"].select("rule", "field").iter_rows())


def merged(description: str = DESCRIPTION, significance: str = SIGNIFICANCE, heading: str = "Significance") -> str:
    return (
        f"Outcome description:  {description} {heading}:  {significance} Contribution:  {CONTRIBUTION} "
        "Additional information:  The ward lies at the border. Contribution of Other factors:  No"
    )


FIRES = [
    ("missing_description", "description", fragment(description="")),
    ("missing_description", "description", fragment(description=None)),
    ("missing_description", "description", fragment(description="<redacted> <person>.")),
    ("duplicate_field", "year", fragment() + "**Year**: 2024\n"),
    ("duplicate_field", "country", fragment() + "**Pays**: Mali\n"),
    ("duplicate_field", "own label", fragment({"Own label": "a"}) + "**own  label**: b\n"),
    ("missing_id", "fragment_id", fragment(id="")),
    ("missing_id", "fragment_id", fragment(id=None)),
    ("redacted_id", "fragment_id", fragment(id="SCC-<redacted>/CIV006")),
    ("unmapped_field", "Yaer", fragment({"Yaer": "2023"})),
    ("unknown_code", "country", fragment(country="Atlantis")),
    ("unknown_code", "outcome_status", fragment({"Outcome status": "Perhaps"})),
    ("unknown_code", "harvest", fragment(harvest="harvest 99")),
    ("unknown_code", "significance_rating", fragment({"Rating significance": "great"})),
    ("unknown_code", "contribution_rating", fragment({"Rating contribution": "large"})),
    ("unknown_code", "scale", fragment(scale="Galactic")),
    ("unknown_code", "social_actor", fragment(actor="Authorities; Wizards")),
    ("unknown_code", "objective", fragment(objective="Less of everything")),
    ("unknown_code", "result", fragment(result="Outcome 9.9")),
    ("unknown_code", "change_type", fragment(types="Capacity change  Cooking")),
    ("unknown_code", "change_cluster", fragment(types="", clusters="Cooking")),
    ("invalid_year", "year", fragment(year="two thousand")),
    ("invalid_year", "year", fragment(year="1999")),
    ("invalid_year", "year", fragment(year="2023.5")),
    ("invalid_year", "year", fragment(year="0")),
    ("invalid_flag", "unintended", fragment({"The change was unintended": "maybe"})),
    ("invalid_flag", "negative", fragment({"Outcome is negative": "2"})),
    ("invalid_flag", "confidential", fragment(confidential="public")),
    ("blank_confidentiality", "confidential", fragment(confidential="")),
    ("blank_confidentiality", "confidential", fragment(confidential=None)),
    ("objective_mismatch", "objective", fragment(objective="More equal gender roles and relationships and transformation of harmful gender norms")),
    ("objective_mismatch", "objective", fragment(id="SCC-KEN/GEN004")),
    ("cluster_mismatch", "change_cluster", fragment(clusters="Policy change")),
    ("merged_text_mismatch", "merged_text", fragment({"StoryFragment_Merged": merged(significance="Something else.")})),
    ("merged_text_mismatch", "merged_text", fragment({"StoryFragment_Merged": merged() + " And more."})),
    ("inconsistent_redaction", "merged_text", fragment({"StoryFragment_Merged": merged().replace("northern", "<place>")})),
    ("inconsistent_redaction", "description", fragment({"StoryFragment_Merged": merged()}, description=DESCRIPTION.replace("northern", "<place>"))),
    ("inconsistent_redaction", "description", fragment({"Significance of the outcome": "Before, the assembly of the northern ward was closed."}, description="Now the assembly of the <place> ward is open to all.")),
    ("inconsistent_redaction", "description", fragment({"Significance of the outcome": "THE ASSEMBLY OF THE northern ward was closed until then."}, description="Now the assembly of the <place> ward is open to all.")),
    ("inconsistent_redaction", "description", fragment({"Significance of the outcome": "Nobody knew a budget until the clerk Amina Otieno opened the register."}, description="At the market the clerk <person> opened the register to all.")),
    ("year_contradiction", "year", fragment(year="2022", description="In 2023 and 2024 the assembly met.")),
    ("year_contradiction", "year", fragment(year="2022", description="In 2023 women spoke to 2000 people at $2000.")),
    ("year_contradiction", "year", fragment(year="2022", description="En 2025, plus de 2000 femmes ont voté.")),
    ("year_contradiction", "year", fragment(year="2022", description="The law of 2024 is a step to the goals of 2030.")),
    ("thin_contribution", "contribution", fragment({"Contribution of the programme": "Training was given."})),
    ("thin_contribution", "contribution", fragment({"Contribution of the programme": "<person> helped."})),
    ("thin_contribution", "contribution", fragment({"Contribution of the programme": ""})),
    ("generic_evidence", "evidence", fragment({"Evidence supporting the outcome statement": "Photos, reports and documents."})),
    ("generic_evidence", "evidence", fragment({"Evidence supporting the outcome statement": "Photographs, attendance lists and sheets"})),
    ("repeated_text", "significance", fragment({"Significance of the outcome": DESCRIPTION.upper()})),
    ("repeated_text", "contribution", fragment({"Contribution of the programme": f"As said: {DESCRIPTION} That is all we did."})),
    ("empty_substantiation", "description_agreement", substantiation({"Agreement with description": "", "Substantiation comment": None, "Agreement with contribution": ""})),
    ("empty_substantiation", "description_agreement", substantiation({"Agreement with description": "<redacted>", "Substantiation comment": "<redacted>.", "Agreement with contribution": ""})),
    ("duplicate_field", "substantiator", substantiation() + "**Name of the substantiator**: Somebody else\n"),
    ("unmapped_field", "Substantiatr", substantiation({"Substantiatr": "x"})),
    ("unknown_code", "substantiator_role", substantiation({"Substantiator role": "Wizard"})),
    ("unknown_code", "description_agreement", substantiation({"Agreement with description": "perhaps"})),
    ("unknown_code", "contribution_agreement", fragment({"Agreement with contribution": "perhaps"})),
    ("invalid_date", "substantiated_on", substantiation({"Substantiation date": "31/02/2024"})),
    ("invalid_date", "substantiated_on", substantiation({"Substantiation date": "5/13/2024"})),
    ("invalid_date", "substantiated_on", substantiation({"Substantiation date": "May 2024"})),
    ("invalid_date", "substantiated_on", fragment({"Substantiation date": "soon", "Substantiation comment": "So it was."})),
    ("preamble", None, "Dear colleagues,\n\n" + fragment()),
    ("encoding_guessed", None, fragment({"Additional information (use if needed) ": "Décidé à Médina."}).encode("cp1252")),
    ("unreadable_file", None, "no field at all\n"),
    ("unreadable_file", None, "**Unheard**: of\n"),
    ("unreadable_file", None, b"\x00\x01\x02"),
    ("unreadable_file", None, b""),
]  # fmt: skip

SILENT = [
    fragment(),
    fragment(year="2023.0", confidential="0.0", result="Outcome 1.2", country="Sahel"),
    fragment(year="<redacted>", country="<redacted>", scale="<redacted>", types="<redacted>", clusters=""),
    fragment({"Outcome is negative": "", "The change was unintended": "<redacted>", "Rating significance": ""}),
    fragment(confidential="<redacted>"),
    fragment(confidential="oui"),
    fragment() + "**Year**: 2023\n**Year**:\n",
    fragment() + "**Year**: 2023.0\n**Outcome statements is CONFIDENTIAL**: 0.0\n",
    fragment() + "**Year**: 2023.0\n**Outcome is negative**: NO\n",
    fragment(confidential="0") + "**Confidential**: 0.0\n",
    fragment({"coutnry": None, "Country": "kenya", "Fragment ID": "SCC-KEN/CIV001", "FragmentID": None}),
    fragment({"StoryFragment_Merged": merged()}),
    fragment({"StoryFragment_Merged": merged(heading="<redacted>").replace("  ", " ")}),
    fragment({"StoryFragment_Merged": merged().replace("northern", "<place>")}, description=DESCRIPTION.replace("northern", "<place>")),
    fragment({"StoryFragment_Merged": ""}),
    fragment({"Additional information (use if needed) ": "", "StoryFragment_Merged": merged().replace("The ward lies at the border.", "")}),
    fragment({"Significance of the outcome": "Nobody knew the clerk of the town before she opened the register."}, description="At the market the clerk <person> opened the register to all."),
    fragment(objective="", id="SCC-KEN/GEN004"),
    fragment(id="SCC-KEN/T1"),
    fragment(clusters=""),
    fragment(clusters="Capacity change, Policy change"),
    fragment(clusters="<redacted>"),
    fragment(types="", clusters="Policy change"),
    fragment(year="2022", description="Since 2021 and until 2023 the assembly met."),
    fragment(year="2023", description="The assembly heard 2025 people, 2024 young women and 2024 $ of cost."),
    fragment(year="2023", description="L'assemblée a entendu plus de 2024 voix et 2025 personnes."),
    fragment(year="2023", description="The assembly adopted its plan for 2030 and the goals of 2063."),
    fragment(year="2023", description="After 2019 nobody had met; the assembly met for 2025 hours until 2024."),
    fragment({"Contribution of the programme": "Training.", "Rating contribution": "some"}),
    fragment({"Contribution of the programme": "<redacted>"}),
    fragment({"Contribution of the programme": "<redacted>, <person>."}),
    fragment({"Evidence supporting the outcome statement": "Photos, Repport  and security management protocols."}),
    fragment({"Evidence supporting the outcome statement": ""}),
    fragment({"Substantiator": "A clerk of the ward", "Substantiation date": "soon", "Substantiator role": "Wizard"}),
    fragment({"Agreement with description": "Partially agree", "Substantiation date": "3/5/2024", "Substantiator": ""}),
]  # fmt: skip

# The same rules, and no rule about outcomes, over substantiations.
SILENT_ABOUT_SUBSTANTIATIONS = [
    substantiation(),
    substantiation({"FragmentID": ""}),
    substantiation({"FragmentID": "SCC-<redacted>/1", "Substantiator": "<person>", "Substantiation date": "<date>"}),
    substantiation({"Agreement with contribution": "<redacted>", "Substantiator role": "", "Substantiation date": ""}),
    substantiation({"Agreement with description": "", "Agreement with contribution": ""}),
    substantiation({"Year": "1999", "coutnry": "Atlantis", "Outcome statements is CONFIDENTIAL": ""}),
    substantiation({"Substantiation date": "2024-05-03T09:30:00.000+03:00", "Outcome description": ""}),
]


@pytest.mark.parametrize(
    ("rule", "field", "content"), FIRES, ids=[f"{rule}-{i}" for i, (rule, _, _) in enumerate(FIRES)]
)
def test_fires(take_in: TakeIn, rule: str, field: str | None, content: str | bytes) -> None:
    frames = take_in(content)
    assert (rule, field) in found(frames)
    hit = frames["issues"].filter(rule=rule)
    assert set(hit["severity"]) == {rules()[rule].severity}
    assert all(hit["message"]) and all(hit["remedy"]) and set(hit["source_file"]) == {"file_0.txt"}
    held = rules()[rule].severity == "error" and rule != "unreadable_file"
    assert len(frames.get("quarantine", ())) == held
    files = frames["source_files"].row(0, named=True)
    own = frames["substantiations"].filter(~pl.col("is_in_outcome")) if "substantiations" in frames else ()
    assert files["found"] == sum(map(len, (frames.get("fragments", ()), own, frames.get("quarantine", ()))))


@pytest.mark.parametrize("content", SILENT, ids=range(len(SILENT)))
def test_silent(take_in: TakeIn, content: str) -> None:
    frames = take_in(content)
    assert found(frames) == set()
    assert len(frames["fragments"]) == 1


@pytest.mark.parametrize("content", SILENT_ABOUT_SUBSTANTIATIONS, ids=range(len(SILENT_ABOUT_SUBSTANTIATIONS)))
def test_silent_about_substantiations(take_in: TakeIn, content: str) -> None:
    frames = take_in(content)
    assert found(frames) == set()
    assert (len(frames["fragments"]), len(frames["substantiations"])) == (0, 1)


def test_an_unknown_cluster_is_one_finding(take_in: TakeIn) -> None:
    assert found(take_in(fragment(types="Cooking  Baking", clusters="Cooking"))) == {("unknown_code", "change_type")}


def test_an_unknown_label_may_be_blank_once(take_in: TakeIn) -> None:
    for lines in ("**Own**:\n**Own**: b\n", "**Own**: b\n**Own**:\n"):
        frames = take_in(fragment() + lines)
        assert found(frames) == {("unmapped_field", "Own")}
        assert frames["extra_fields"]["value"].to_list() == ["b"]


def test_an_objective_misspelled_behind_the_code_of_the_id_is_no_other(take_in: TakeIn) -> None:
    for id, objective in (("SCC-KEN/CIV001", "CIV: Less supression"), ("SCC-KEN/GEN001", "gen : More equal roles")):
        assert found(take_in(fragment(id=id, objective=objective))) == {("unknown_code", "objective")}
    assert ("objective_mismatch", "objective") in found(take_in(fragment(objective="GEN: More equal roles")))


def test_the_rulebook_is_whole() -> None:
    with Path(RULES_FILE).open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == len(rules()) == 28
    fired = {rule for rule, _, _ in FIRES}
    several = {"id_collision", "near_duplicate", "unlinked_substantiation"}  # look at several fragments: SQL
    tables = {"ragged_row", "skipped_sheet"}  # cannot happen in text
    told = {"erased_record"}  # asks for tombstones: test_tombstones
    assert fired == set(rules()) - several - tables - told


def test_locations_are_those_of_the_field(take_in: TakeIn) -> None:
    issues = take_in(fragment() + fragment(id="SCC-KEN/CIV002", year="1999") + "**Own**: x\n")["issues"]
    assert set(issues.select("location", "field").iter_rows()) == {("line 27", "year"), ("line 45", "Own")}


def test_messages_show_at_most_sixty_characters(take_in: TakeIn) -> None:
    frames = take_in(fragment({"y" * 300: "a"}, country="x" * 500, year="z" * 500, confidential="w" * 100))
    for message in frames["issues"]["message"]:
        assert not any(letter * 61 in message for letter in "wxyz")


def test_a_near_miss_is_suggested(take_in: TakeIn) -> None:
    messages = take_in(fragment({"Social actro": "x"}, country="Kenia"))["issues"]["message"].to_list()
    assert any("'Kenya'" in message for message in messages)
    assert any("'Social actor' (2 letters differ)" in message for message in messages)
