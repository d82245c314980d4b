"""`oh demo` held against `oh run`: a known truth comes out as it was drawn, and mess ends as it was told to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from .conftest import RunHome, oh

RECORDS, MESSY_RECORDS = 300, 10_000


def made(root: Path, records: int, mess: str, *more: str) -> RunHome:
    """A home that `oh demo` has filled and `oh run` has read."""
    said = oh("demo", root, "--records", str(records), "--mess", mess, *more)
    assert said.returncode == 0
    home = RunHome(root)
    home.run("--json")
    return home


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    return made(tmp_path_factory.mktemp("demo") / "messy", MESSY_RECORDS, "1", "--seed", "8")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> RunHome:
    return made(tmp_path_factory.mktemp("demo") / "clean", RECORDS, "0")


def against_truth(home: RunHome, query: str) -> list[tuple[Any, ...]]:
    """A query that may name the truth as `truth`."""
    return home.rows(f"with truth as (from read_parquet('{home.root}/truth.parquet')) {query}")


def test_every_file_has_the_records_that_it_was_given(messy: RunHome) -> None:
    wrong = against_truth(
        messy,
        "select source_file from (select source_file, count(*) as n, "
        "count(*) filter (expected = 'accepted') as a, count(*) filter (expected = 'quarantined') as q, "
        "count(*) filter (expected = 'duplicate') as d from truth group by all) "
        "full join quality_sources as s using (source_file) "
        "where (n, a, q, d) is distinct from (s.found, s.accepted, s.quarantined, s.duplicate)",
    )
    assert wrong == []
    assert {kind for (kind,) in messy.rows("select distinct format from quality_sources")} == {
        *("txt", "csv", "xlsx", "json", "jsonl", "docx")
    }


def test_the_summary_is_what_was_expected(messy: RunHome) -> None:
    [(accepted, quarantined, duplicate, outcomes)] = against_truth(
        messy,
        "select count(*) filter (expected = 'accepted'), count(*) filter (expected = 'quarantined'), "
        "count(*) filter (expected = 'duplicate'), count(distinct expected_outcome) filter (kind = 'outcome') from truth",
    )
    assert messy.summary["records"] == {
        "found": MESSY_RECORDS,
        "accepted": accepted,
        "quarantined": quarantined,
        "duplicate": duplicate,
    }
    assert messy.summary["outcomes"] == outcomes
    assert min(quarantined, duplicate) > 0


def test_the_quarantined_records_are_those_that_were_meant(messy: RunHome) -> None:
    told = against_truth(
        messy, "select source_file, record_number from truth where expected = 'quarantined' order by all"
    )
    assert told == messy.rows("select source_file, record_number from raw.quarantine order by all")


def test_every_accepted_record_is_the_version_that_was_meant(messy: RunHome) -> None:
    """Rows of one expected outcome have one key, and no two share one; their versions are numbered as expected."""
    rows = against_truth(
        messy,
        "select t.expected_outcome, t.expected_version, v.outcome_key, v.version_number from truth as t "
        "join raw.fragments as f using (source_file, record_number) "
        "join fct_outcome_versions as v on v.source_file = f.source_file and v.source_location = f.source_location "
        "where t.kind = 'outcome' and t.expected = 'accepted'",
    )
    told = against_truth(messy, "select count(*) from truth where kind = 'outcome' and expected = 'accepted'")
    assert [(len(rows),)] == told
    assert all(expected == found for _, expected, _, found in rows)
    pairs = {(outcome, key) for outcome, _, key, _ in rows}
    assert len(pairs) == len({outcome for outcome, _ in pairs}) == len({key for _, key in pairs})
    assert max(version for _, version, _, _ in rows) > 1


def test_the_rules_that_were_to_be_broken_are_reported(messy: RunHome) -> None:
    lacking = against_truth(
        messy,
        ", wanted as (select source_file, record_number, unnest(rules) as rule from truth where expected <> 'duplicate'), "
        "found as (select source_file, record_number, rule from raw.issues union "
        "select f.source_file, f.record_number, q.rule from quality_issues as q join (select source_file, record_number, "
        "source_location from raw.fragments union select source_file, record_number, source_location "
        "from raw.substantiations) as f on f.source_file = q.source_file and f.source_location = q.location) "
        "select rule, source_file from wanted anti join found using (source_file, record_number, rule)",
    )
    assert lacking == []
    [(kinds,)] = against_truth(messy, "select count(distinct rule) from (select unnest(rules) as rule from truth)")
    assert kinds > 12


def test_every_accepted_substantiation_is_of_the_outcome_that_was_meant(messy: RunHome) -> None:
    rows = against_truth(
        messy,
        ", about as (select distinct t.expected_outcome, v.outcome_key from truth as t "
        "join raw.fragments as f using (source_file, record_number) join fct_outcome_versions as v "
        "on v.source_file = f.source_file and v.source_location = f.source_location where t.kind = 'outcome') "
        "select s.outcome_key, about.outcome_key, t.expected_outcome is null from fct_substantiations as s "
        "join raw.substantiations as r using (source_file, source_location) "
        "join truth as t using (source_file, record_number) left join about using (expected_outcome) "
        "where t.kind = 'substantiation'",
    )
    assert len(rows) > MESSY_RECORDS / 10
    assert all(found == meant for found, meant, _ in rows)
    assert {is_unlinked for _, _, is_unlinked in rows} == {True, False}


def test_without_mess_only_what_outcomes_are_like_is_an_issue(clean: RunHome) -> None:
    assert clean.summary["issues"]["error"] == 0
    assert clean.summary["records"]["found"] == RECORDS
    told = against_truth(
        clean,
        "select rule, count(*) from (select unnest(rules) as rule from truth where expected = 'accepted') group by 1 order by 1",
    )
    near = "rule <> 'near_duplicate'"  # of outcomes that are told again
    assert told == clean.rows(f"select rule, count(*) from quality_issues where {near} group by 1 order by 1")
    assert len(told) > 1


def test_without_mess_the_substantiations_are_the_truth(clean: RunHome) -> None:
    """The newest of each outcome, person and day; those in an outcome's own row among them."""
    facts = clean.rows(
        "select o.fragment_id, s.substantiator, s.substantiated_on, r.label, d.label, c.label, s.comment "
        "from fct_substantiations as s join fct_outcomes as o using (outcome_key) "
        "join dim_substantiator_role as r using (role_key) "
        "join dim_agreement as d on d.agreement_key = s.description_agreement_key "
        "join dim_agreement as c on c.agreement_key = s.contribution_agreement_key order by all"
    )
    told = against_truth(
        clean,
        "select fragment_id, substantiator, substantiated_on::date, substantiator_role, description_agreement, "
        "contribution_agreement, substantiation_comment from truth where substantiator <> '' "
        "qualify row_number() over (partition by fragment_id, substantiator, substantiated_on order by number desc) = 1 "
        "order by all",
    )
    assert facts == told
    assert len(told) > RECORDS / 10


def test_without_mess_the_facts_are_the_truth_in_every_format(clean: RunHome) -> None:
    fact = (
        "f.fragment_id, f.programme, s.label, h.label, if(g.status = 'not_coded', '', g.label), f.year, n.description, "
        "coalesce(n.significance, ''), n.additional_information, coalesce(n.contribution, ''), "
        "coalesce(n.other_contributors, ''), coalesce(n.evidence, ''), sc.label, si.label, "
        "co.label, f.is_confidential, f.is_unintended, f.is_negative"
    )
    told = (
        "fragment_id, programme, outcome_status, harvest, country, nullif(year, '')::int, description, significance, "
        "additional_information, contribution, other_contributors, evidence, scale, significance_rating, "
        "contribution_rating, is_confidential, case unintended when 'YES' then true when 'NO' then false end, "
        "negative = 'YES'"
    )
    facts = clean.rows(
        f"select {fact} from fct_outcomes as f join outcome_narratives as n using (outcome_key) "
        "join dim_outcome_status as s using (status_key) join dim_harvest as h using (harvest_key) "
        "join dim_geography as g using (geography_key) join dim_scale as sc using (scale_key) "
        "join dim_significance as si using (significance_key) join dim_contribution as co using (contribution_key) "
        "order by all"
    )
    newest = "qualify row_number() over (partition by expected_outcome order by expected_version desc) = 1"
    assert facts == against_truth(clean, f"select {told} from truth where kind = 'outcome' {newest} order by all")


@pytest.mark.parametrize(
    ("bridge", "dimension", "label", "field"),
    [
        ("social_actor", "social_actor", "d.label", "social_actor"),
        ("objective", "objective", "coalesce(d.code || ': ', '') || d.label", "objective"),
        ("result", "result", "d.label", "result"),
        ("change_type", "change_type", "if(d.label = d.cluster, d.label, d.cluster || '  ' || d.label)", "change_type"),
    ],
)
def test_without_mess_what_is_coded_is_the_truth(
    clean: RunHome, bridge: str, dimension: str, label: str, field: str
) -> None:
    coded = clean.rows(
        f"select f.fragment_id, {label} from bridge_outcome_{bridge} as b join dim_{dimension} as d "
        f"using ({dimension}_key) join fct_outcomes as f using (outcome_key) order by all"
    )
    told = against_truth(
        clean,
        f"select distinct fragment_id, unnest(string_split({field}, ', ')) from truth where {field} <> '' order by all",
    )
    assert coded == told
    assert len({value for _, value in coded}) >= (1 if field == "result" else 4)


def test_it_is_the_same_in_every_environment(tmp_path: Path) -> None:
    environments = ({"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C", "TZ": "UTC"})
    found = []
    for number, env in enumerate(environments):
        root = tmp_path / str(number)
        assert oh("demo", root, "--records", "60", "--mess", "1", "--seed", "9", env=env).returncode == 0
        found.append({path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()})
    assert found[0] == found[1]
    assert len(found[0]) > 10


def test_the_result_is_told_apart_from_the_progress(tmp_path: Path) -> None:
    said = oh("demo", tmp_path / "home", "--records", "10", "--formats", "txt", env={"COLUMNS": "300", "NO_COLOR": "1"})
    assert said.returncode == 0
    assert f'oh run --home "{tmp_path / "home"}"' in said.stdout
    assert "truth.parquet" in said.stdout
    assert "invented" in said.stdout
    assert said.stderr.startswith("Writing synthetic records: 10")
    assert {path.suffix for path in (tmp_path / "home" / "raw").rglob("*") if path.is_file()} == {".txt"}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--mess", "1.5"),
        ("--mess", "nan"),
        ("--records", "0"),
        ("--records", "10000001"),
        ("--records", "many"),
        ("--formats", "txt,pdf"),
        ("--formats", ""),
    ],
)
def test_wrong_options_end_with_two_and_make_nothing(tmp_path: Path, wrong: tuple[str, str]) -> None:
    said = oh("demo", tmp_path / "home", *wrong)
    assert (said.returncode, said.stdout) == (2, "")
    assert not (tmp_path / "home").exists()


def test_a_folder_that_holds_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "mine.txt").write_text("mine", encoding="utf-8")
    said = oh("demo", tmp_path, "--records", "10")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.count("\n") == 1
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["mine.txt"]
