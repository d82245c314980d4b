"""The codebook: spellings, several values in a field, what the shipped one lists, and what a faulty one is told."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path

import pytest

from oh_pipeline.codebook import Codebook, load_codebook
from oh_pipeline.errors import UsageFault
from oh_pipeline.fields import ALL_FIELDS, FIELDS, SUBSTANTIATION_FIELDS
from oh_pipeline.normal import fold
from oh_pipeline.seeds import COLUMNS
from oh_pipeline.spellings import VOCABULARIES
from oh_pipeline.validation import coded
from oh_pipeline.validation.suggestions import suggestion

from .conftest import SEEDS


def test_every_field_has_a_label(codebook: Codebook) -> None:
    assert set(codebook.fields.values()) == set(ALL_FIELDS)


@pytest.mark.parametrize(
    ("vocabulary", "spelling", "label"),
    [
        ("objective", "CIV: Less suppression of civic space", "Less suppression of civic space"),
        ("objective", "civ", "Less suppression of civic space"),
        ("scale", " ORGANISATION ", "Organisation"),
        ("scale", "organization", "Organisation"),
        ("geography", "RDC", "DR Congo"),
        ("change_type", "Capacity change  Safety and Security", "Safety and Security"),
        ("change_type", "Safety and Security", "Safety and Security"),
        ("change_type", "Capacity change", "Capacity change"),
        ("change_type", "Changement de capacités  Sûreté et sécurité", "Safety and Security"),
        ("change_type", "Capacity change: Security and Safety", "Safety and Security"),
        ("change_type", "capacity_change_safety_and_security", "Safety and Security"),
        ("change_type", "Changement des pratiques", "Practice change"),
        ("objective", "CIV: Moins de répression de l'espace civique", "Less suppression of civic space"),
        ("harvest", "Harvest 3", "harvest 3"),
        ("harvest", "récolte 2", "harvest 2"),
        ("harvest", "H10", "harvest 10"),
        ("harvest", "harvest_4", "harvest 4"),
        ("geography", "République Démocratique du Congo", "DR Congo"),
        ("geography", "Democratic Republic of Congo", "DR Congo"),
        ("geography", "COD", "DR Congo"),
        ("geography", "Soudan du Sud", "South Sudan"),
        ("scale", "sub_national", "Sub-national"),
        ("social_actor", "civic_change_agents", "Civic change agents"),
        ("significance", "grande", "large"),
        ("contribution", "forte", "great"),
        ("outcome_status", "Résultat", "Outcome"),
        ("agreement", "Partially agree", "partly agree"),
        ("agreement", "pas d’accord", "disagree"),
        ("agreement", "fully_agree", "fully agree"),
        ("substantiator_role", "Autorité locale", "Local authority"),
    ],
)
def test_spellings(codebook: Codebook, vocabulary: str, spelling: str, label: str) -> None:
    found = codebook.match(vocabulary, spelling)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    ("vocabulary", "spelling"),
    [
        ("scale", "Organisatoin"),
        ("geography", "Kenia"),
        ("geography", "Congo"),
        ("scale", ""),
        ("significance", "great"),
        ("contribution", "large"),
        ("contribution", "grande"),
        ("agreement", "agree"),
        ("agreement", "agreee"),
    ],
)
def test_a_near_miss_is_no_match(codebook: Codebook, vocabulary: str, spelling: str) -> None:
    assert codebook.match(vocabulary, spelling) is None


@pytest.mark.parametrize(
    ("label", "field"),
    [
        ("Outcome_description", "description"),
        ("Additional_information_use_if_needed", "additional_information"),
        ("The_change_was_unintended", "unintended"),
        ("Outcome_statements_is_CONFIDENTIAL", "confidential"),
        ("MCQType_of_change", "change_type"),
        ("Note d\u2019importance", "significance_rating"),
        ("CONTRIBUTION DU PROGRAMME", "contribution"),
        ("Tipo de cambio", "change_type"),
        ("Mudança não intencional", "unintended"),
        ("البلد", "country"),
        ("Agreement_with_description", "description_agreement"),
        ("Rôle du substantiateur", "substantiator_role"),
        ("SUBSTANTIATION DATE", "substantiated_on"),
    ],
)
def test_labels(codebook: Codebook, label: str, field: str) -> None:
    assert codebook.fields[fold(label)] == field


def seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def kobo_name(label: str) -> str:
    """The name that KoboToolbox makes of a question's label; of more than forty characters it keeps both ends."""
    name = re.sub(r"[^A-Za-z0-9_]+", "_", re.sub(r"\s", "_", label.strip())).removesuffix("_")
    name = name if len(name) <= 40 else f"{name[:20]}_{name[-20:]}"
    return re.sub(r"_+", "_", name)


def test_kobo_names_of_the_form_are_listed(codebook: Codebook) -> None:
    standard = [row for row in seed("fields") if row["source"] == "sourced"]
    assert len(standard) == len(FIELDS)
    first: dict[str, dict[str, str]] = {}
    for row in seed("fields"):
        first.setdefault(row["field"], row)
    for row in (*standard, *(first[name] for name in SUBSTANTIATION_FIELDS)):
        assert codebook.fields[fold(kobo_name(row["label"]))] == row["field"]


def test_kobo_names_of_values_are_listed(codebook: Codebook) -> None:
    for member in codebook.members:
        if member.vocabulary != "result":
            for name in (re.sub(r"\W+", "_", member.label.lower())[:40], re.sub(r"\s+", "_", member.label)):
                assert codebook.match(member.vocabulary, name) == member


@pytest.mark.parametrize("language", ["en", "fr", "es", "pt", "ar"])
def test_every_field_has_a_label_of_every_language(language: str) -> None:
    named = {row["field"] for row in seed("fields") if row["language"] == language}
    shared = {"scale", "confidential"} if language == "pt" else set()  # the same word in Spanish
    assert set(ALL_FIELDS) - named <= shared


def test_every_value_has_a_french_spelling(codebook: Codebook) -> None:
    french = {
        (row["vocabulary"], codebook.match(row["vocabulary"], row["label"]))
        for row in seed("aliases")
        if row["language"] == "fr" and row["vocabulary"] != "result"
    }
    lacking = {
        member.label
        for member in codebook.members
        if member.vocabulary != "result" and (member.vocabulary, member) not in french
    }
    bare = {"Capacity change", "Practice change", "Policy change", "Relationship change"}  # by their cluster's
    assert lacking == {"Burundi", "Kenya"} | bare  # the same in French


def test_nothing_is_listed_twice() -> None:
    labels = [fold(row["label"]) for row in seed("fields")]
    aliases = [(row["vocabulary"], fold(row["alias"])) for row in seed("aliases")]
    words = [fold(row["word"]) for row in seed("generic_evidence")]
    for listed in (labels, aliases, words):
        assert len(listed) == len(set(listed))


def test_languages_and_sources_are_named_alike() -> None:
    for name in ("fields", "aliases", "generic_evidence", "flag_words"):
        assert {row["language"] for row in seed(name)} <= {"", "en", "fr", "es", "pt", "ar", "xml"}
        assert {row["source"] for row in seed(name)} <= {"sourced", "inferred", "observed"}


def test_what_a_form_app_adds_is_no_field(codebook: Codebook, tmp_path: Path) -> None:
    assert {"_id", "_uuid", "_submission_time", "__version__", "meta/instanceid", "start"} <= codebook.submission_labels
    assert not codebook.submission_labels & set(codebook.fields)
    assert changed_book(tmp_path, "submission_fields.csv", None, keep_aliases=True).submission_labels == frozenset()


def test_a_type_in_two_clusters_is_known_behind_each(tmp_path: Path) -> None:
    content = "cluster,label,source\nUsages,Turns,x\nRules,Turns,x\n"
    book = changed_book(tmp_path, "change_types.csv", content)
    aliases = (
        "vocabulary,alias,label,language,source\nchange_cluster,Usos,Usages,es,x\nchange_type,Turnos,Rules Turns,es,x\n"
    )
    (tmp_path / "seeds" / "aliases.csv").write_text(aliases)
    book = load_codebook(tmp_path / "seeds")
    found = {
        text: book.match("change_type", text) for text in ("Usos: Turns", "Rules Turnos", "Turnos", "Turns", "Usos")
    }
    assert {text: member and member.scope for text, member in found.items()} == {
        "Usos: Turns": "usages",
        "Rules Turnos": "rules",
        "Turnos": "rules",
        "Turns": None,
        "Usos": "usages",
    }


def test_results_belong_to_a_geography(codebook: Codebook) -> None:
    assert codebook.result("sahel", "outcome 1.2") is not None
    assert codebook.result("kenya", "outcome 1.2") is None


def test_split_takes_the_longest_listed_label(tmp_path: Path) -> None:
    book = changed_book(tmp_path, "social_actors.csv", 'label,source\nMedia,x\n"Media, press and radio",x\nPress,x\n')
    found = coded.split("Media, press and radio, Press; Unheard of\nmedia", lambda v: book.match("social_actor", v), 2)
    assert [member.label if member else text for member, text in found] == [
        "Media, press and radio",
        "Press",
        "Unheard of",
        "Media",
    ]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a, <redacted>, b", ["a", "b"]),
        ("<redacted>", []),
        ("a,b", ["a,b"]),
        ("", []),
        (", ; a", ["a"]),
        ("a, b,", ["a", "b"]),
        ("a;", ["a"]),
    ],
)
def test_split_of_the_unknown(codebook: Codebook, text: str, pieces: list[str]) -> None:
    assert [value for _, value in coded.split(text, lambda v: codebook.match("scale", v), 3)] == pieces


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("civic_change_agents security_actors", ["civic_change_agents", "security_actors"]),
        ("civic_change_agents nobody_listed", ["civic_change_agents nobody_listed"]),
        ("Security actors Media", ["Security actors Media"]),
        ("media", ["media"]),
    ],
)
def test_names_of_chosen_options_are_joined_by_blanks(codebook: Codebook, text: str, pieces: list[str]) -> None:
    assert [piece for _, piece in coded.split_listed(codebook, "social_actor", text)] == pieces


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("scales.csv", None, "has no scales.csv"),
        ("scales.csv", "label;rank;source\nA;1;x\n", "must have the header label,rank,source. Save it with commas"),
        ("scales.csv", "label,order,source\nA,1,x\n", "must have the header label,rank,source$"),
        ("scales.csv", "label,rank,source\nA,1,x\na ,2,x\n", "line 3 of the codebook lists a label twice"),
        ("scales.csv", "label,rank,source\nA,1\n", "line 2 of the codebook has another number of cells"),
        ("harvests.csv", "label,number,source\nA,one,x\n", "line 2 of the codebook needs a whole number"),
        ("fields.csv", "field,label,language,source\nyaer,Year,en,x\n", "names a field that does not exist"),
        ("fields.csv", "field,label,language,source\nyear,Y,en,x\nscale,y,en,x\n", "gives one label to two fields"),
        ("aliases.csv", "vocabulary,alias,label,language,source\nscale,x,Nowhere,en,x\n", "that is not listed"),
        ("aliases.csv", "vocabulary,alias,label,language,source\nresult,x,Outcome 7.7,en,x\n", "that is not listed"),
        ("submission_fields.csv", "name,source\n_id,x\n", "must have the header label,source"),
        ("results.csv", "geography,code,label,source\nNowhere,1,A,x\n", "names a geography"),
        ("programmes.csv", "code,label,is_default,first_year,last_year,source\nX,x,false,2021,2025,x\n", "no default"),
        ("contribution.csv", "label,rank,source\n", "ranks no value"),
        (
            "agreements.csv",
            "label,rank,agrees,source\nyes,first,true,x\n",
            "line 2 of the codebook needs a whole number",
        ),
    ],
)
def test_a_faulty_codebook_is_told_with_its_place(tmp_path: Path, name: str, content: str | None, told: str) -> None:
    with pytest.raises(UsageFault, match=told):
        changed_book(tmp_path, name, content)


DECISIONS = "fragment_id,other_fragment_id,decision,reason,source\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("A-1,A-2,equal,,x", "line 2 of the codebook needs a decision. Write same or different"),
        ("A-1,A-2,,,x", "line 2 of the codebook needs a decision"),
        (" ,A-2,same,,x", "line 2 of the codebook needs both"),
        ("A-1,,different,,x", "line 2 of the codebook needs both"),
        ("A-1,a -1,same,,x\nA-1, a-1,same,,x", "line 3 of the codebook decides about a fragment id and itself"),
        ("A-1,A-2,same,,x\na-2,a-1,Different,,x", "line 3 of the codebook decides otherwise"),
        ("A-1,A-2,same,,x\na-2,a-1,same,,x", "line 3 of the codebook lets the other one"),
        ("A-1,A-3,same,,x\nA-2,A-3,same,,x", "line 3 of the codebook names a fragment id as the same as a second"),
        ("A-1,A-2,same,,x\nA-2,A-3,same,,x\nA-3,A-1,same,,x", "line 4 of the codebook closes a circle"),
        ("A-1,A-2,same,,x\nA-2,A-3,same,,x\nA-1,A-3,different,,x", "line 4 of the codebook tells apart"),
        ("A-2,A-3,different,,x\nA-1,A-2,same,,x\nA-1,A-3,same,,x", "line 2 of the codebook tells apart"),
    ],
)
def test_decisions_that_cannot_all_be_true_are_told_with_their_place(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(UsageFault, match=f"near_duplicate_decisions.csv {told}"):
        changed_book(tmp_path, "near_duplicate_decisions.csv", f"{DECISIONS}{rows}\n")


def test_decisions_may_chain_and_be_repeated(tmp_path: Path) -> None:
    rows = "A-1,A-2,same,,x\nA-2,A-3, SAME ,,x\na-1,a-2,same,again,x\nA-4,A-5,different,,x\nA-5,A-4,different,,x\nA-1,A-4,different,,x\n"
    assert changed_book(tmp_path, "near_duplicate_decisions.csv", DECISIONS + rows).hash


INDICATORS = "programme,code,label,unit,donor,source\n"
MAPPINGS = "programme,indicator,geography,result,weight,is_counted,reason,source\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("XYZ,A1,Laws,laws,Donor,x", "line 2 of the codebook names a programme"),
        ("SCC,,Laws,laws,Donor,x", "line 2 of the codebook needs a code"),
        ("SCC,A1,,laws,Donor,x", "line 2 of the codebook needs a code and a label"),
        ("SCC,A 1,Laws,laws,Donor,x\nSCC,a-1,Norms,norms,Donor,x", "line 3 of the codebook lists a code"),
    ],
)
def test_a_faulty_indicator_is_told_with_its_place(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(UsageFault, match=f"indicators.csv {told}"):
        changed_book(tmp_path, "indicators.csv", f"{INDICATORS}{rows}\n")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("SCC,SCS9,Sahel,Outcome 1.2,1,true,,x", "line 2 of the codebook names an indicator"),
        ("XYZ,SCS1,Sahel,Outcome 1.2,1,true,,x", "line 2 of the codebook names an indicator"),
        ("SCC,SCS1,Atlantis,Outcome 1.2,1,true,,x", "line 2 of the codebook names a geography"),
        ("SCC,SCS1,Sahel,Outcome 9.9,1,true,,x", "line 2 of the codebook names a result"),
        ("SCC,SCS1,Kenya,Outcome 1.2,1,true,,x", "line 2 of the codebook names a result"),
        ("SCC,SCS1,Sahel,Outcome 1.2,0,true,,x", "line 2 of the codebook needs a weight"),
        ("SCC,SCS1,Sahel,Outcome 1.2,1.01,true,,x", "line 2 of the codebook needs a weight"),
        ("SCC,SCS1,Sahel,Outcome 1.2,-1,true,,x", "line 2 of the codebook needs a weight"),
        ("SCC,SCS1,Sahel,Outcome 1.2,half,true,,x", "line 2 of the codebook needs a weight"),
        ("SCC,SCS1,Sahel,Outcome 1.2,,true,,x", "line 2 of the codebook needs a weight"),
        ("SCC,SCS1,Sahel,Outcome 1.2,1,perhaps,,x", "line 2 of the codebook needs a decision"),
        ("SCC,SCS1,Sahel,Outcome 1.2,1,,,x", "line 2 of the codebook needs a decision"),
        (
            "SCC,SCS1,Sahel,Outcome 1.2,1,true,,x\nSCC,SCS1,Sahel,Outcome 1.2,0.5,false,,x",
            "line 3 of the codebook maps",
        ),
    ],
)
def test_a_faulty_mapping_is_told_with_its_place(tmp_path: Path, rows: str, told: str) -> None:
    with pytest.raises(UsageFault, match=f"indicator_results.csv {told}"):
        changed_book(tmp_path, "indicator_results.csv", f"{MAPPINGS}{rows}\n")


def test_a_result_may_count_in_part_and_towards_several_indicators(tmp_path: Path) -> None:
    rows = "SCC,SCS1,Sahel,Outcome 1.2,0.25,TRUE,,x\nSCC,SCS2,Sahel,Outcome 1.2,1,false,,x\n"
    assert changed_book(tmp_path, "indicator_results.csv", MAPPINGS + rows).hash


def test_the_hash_follows_the_content(tmp_path: Path, codebook: Codebook) -> None:
    assert load_codebook(SEEDS).hash == codebook.hash
    assert changed_book(tmp_path, "scales.csv", "label,rank,source\nA,1,x\n", keep_aliases=False).hash != codebook.hash


def changed_book(folder: Path, name: str, content: str | None, *, keep_aliases: bool = False) -> Codebook:
    shutil.copytree(SEEDS, folder / "seeds")
    if not keep_aliases and name != "aliases.csv":
        (folder / "seeds" / "aliases.csv").write_text("vocabulary,alias,label,language,source\n")
    if content is None:
        (folder / "seeds" / name).unlink()
    else:
        (folder / "seeds" / name).write_text(content)
    return load_codebook(folder / "seeds")


def test_the_page_about_it_names_every_file_and_column() -> None:
    page = (SEEDS.parents[1] / "docs" / "codebook.md").read_text(encoding="utf-8")
    listed = {
        name: tuple(re.findall(r"`(\w+)`", columns))
        for name, columns in re.findall(r"^\| `(\w+)\.csv` \| ([^|]+) \|", page, re.M)
    }
    assert listed == COLUMNS
    assert all(f"`{vocabulary}`" in page for vocabulary in VOCABULARIES)
    assert page.count("\n") < 120


def test_rows_shown_on_the_page_are_of_use(codebook: Codebook) -> None:
    page = (SEEDS.parents[1] / "docs" / "codebook.md").read_text(encoding="utf-8")
    told = suggestion("geography", "Kenia", codebook)
    assert told is not None
    shown = re.findall(r"^ +(?:or on its own account: )?(\w+\.csv: .+)$", page, re.M)
    assert shown == [told.line, told.otherwise]
