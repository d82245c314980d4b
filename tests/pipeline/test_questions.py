"""The page of questions: every query gives what the page shows, and what the corpus's truth says, worked out without SQL."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import questions
from tests.questions import Query

from .conftest import RunHome

PAGE = questions.queries(questions.PAGE.read_text(encoding="utf-8"))
Row = tuple[Any, ...]
NOT_CODED = "not coded"


@dataclass(frozen=True)
class Asked:
    """The published corpus, its truth, and the lists of its codebook by file."""

    home: RunHome
    codebook: Path
    truth: pl.DataFrame

    def listed(self, name: str) -> list[dict[str, str]]:
        with (self.codebook / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def labels(self, name: str) -> list[str]:
        return [row["label"] for row in self.listed(name)]

    def versions(self) -> list[dict[str, Any]]:
        """Every version once, in order within its outcome."""
        told = self.truth.filter((pl.col("kind") == "outcome") & ~pl.col("is_repeated"))
        return told.sort("outcome", "version_number").to_dicts()

    def outcomes(self) -> list[dict[str, Any]]:
        """Every outcome as its newest version tells it."""
        return list({version["outcome"]: version for version in self.versions()}.values())

    def answers(self) -> list[dict[str, Any]]:
        """Every substantiation that stands: the newest of an outcome, substantiator and date."""
        given = self.truth.filter(pl.col("substantiator") != "").sort("number")
        return given.unique(["outcome", "substantiator", "substantiated_on"], keep="last").to_dicts()


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root, codebook = questions.publish(tmp_path_factory.mktemp("questions"))
    return Asked(RunHome(root), codebook, pl.read_parquet(root / "truth.parquet"))


def ids(query: Query) -> str:
    return f"{query.number}_{query.place}"


def test_there_are_twenty_five_short_questions() -> None:
    assert sorted({query.number for query in PAGE}) == list(range(1, 26))
    assert [query.number for query in PAGE if query.sql.count("\n") >= 12] == []


@pytest.mark.parametrize("query", PAGE, ids=ids)
def test_a_query_gives_what_the_page_shows(asked: Asked, query: Query) -> None:
    assert questions.answer(query, asked.home.root, asked.codebook) == query.shown


@pytest.mark.parametrize("query", PAGE, ids=ids)
def test_a_question_reads_published_tables_alone(query: Query) -> None:
    tables = set(re.findall(r"\b(?:from|join)\s+([a-z_.]+)", query.sql))
    tables -= set(re.findall(r"\bwith ([a-z_]+) as", query.sql))
    assert tables
    assert {name for name in tables if not re.match(r"(history\.)?(mart|fct|dim|bridge|outcome)_", name)} == set()


def every_row(asked: Asked, query: Query) -> list[Row]:
    """The whole answer, whatever the page shows of it."""
    return asked.home.rows(re.sub(r"\n *limit \d+$", "", query.sql, flags=re.M))


# What the truth says, question by question. Each function gives the rows of the whole answer, in any order.


def by_harvest_country_objective(asked: Asked) -> list[Row]:
    first, anywhere, of_country = Counter[Row](), Counter[Row](), Counter[Row]()
    for outcome in counted(asked):
        cell = outcome["harvest"], country(outcome)
        coded = objectives(asked, outcome) or [NOT_CODED]
        of_country[cell] += 1
        first[(*cell, coded[0])] += 1
        anywhere.update((*cell, label) for label in coded)
    return [(*cell, first[cell], mentions, of_country[cell[:2]]) for cell, mentions in anywhere.items()]


def empty_cells(asked: Asked) -> list[Row]:
    told, of_country = set(), Counter[str]()
    for outcome in counted(asked):
        of_country[country(outcome)] += 1
        told |= {(country(outcome), label) for label in objectives(asked, outcome)}
    cells = product(asked.labels("geographies"), asked.labels("objectives"))
    return [(*cell, of_country[cell[0]]) for cell in cells if cell not in told]


def rated_highest(asked: Asked) -> list[Row]:
    return [
        (o["fragment_id"], o["harvest"], country(o), (actors(o) or [NOT_CODED])[0], o["scale"] or NOT_CODED)
        for o in counted(asked)
        if is_top(o)
    ]


def negative_and_unintended(asked: Asked) -> list[Row]:
    rows = []
    for place, told in grouped(counted(asked), country):
        negative, unintended = ([o[field] for o in told if o[field]] for field in ("negative", "unintended"))
        yes = unintended.count("YES")
        answered = len(negative), negative.count("YES"), len(unintended), yes
        rows.append((place, len(told), *answered, percent(yes, len(unintended))))
    return rows


def negative_in_full(asked: Asked) -> list[Row]:
    texts = ("description", "significance", "contribution")
    return [
        (o["fragment_id"], country(o), year(o), *(o[name] or None for name in texts))
        for o in counted(asked)
        if o["negative"] == "YES"
    ]


def actors_by_objective(asked: Asked) -> list[Row]:
    found = Counter[Row]()
    for outcome in counted(asked):
        first = (objectives(asked, outcome) or [NOT_CODED])[0]
        found.update((first, actor) for actor in actors(outcome) or [NOT_CODED])
    return [(*cell, mentions) for cell, mentions in found.items()]


def authorities_and_civic_actors(asked: Asked) -> list[Row]:
    labels = ("Authorities", "Civic change agents")
    return [
        (when, len(told), *(sum(label in actors(o) for o in told) for label in labels))
        for when, told in grouped(counted(asked), year)
        if when is not None
    ]


def scale_by_harvest(asked: Asked) -> list[Row]:
    return [
        (harvest, len(told), *(sum(o["scale"] == scale for o in told) for scale in ("Organisation", "National", "")))
        for harvest, told in grouped(counted(asked), lambda o: o["harvest"])
    ]


def types_by_country(asked: Asked) -> list[Row]:
    found = Counter[Row]()
    for outcome in counted(asked):
        kinds = [kind for _, kind in changes(asked, outcome)] or [NOT_CODED]
        found.update((country(outcome), kind) for kind in kinds)
    return [(*cell, mentions) for cell, mentions in found.items()]


def clusters_by_year(asked: Asked) -> list[Row]:
    clusters = ("Capacity change", "Practice change", "Policy change")
    rows = []
    for when, told in grouped(counted(asked), year):
        named = [{cluster for cluster, _ in changes(asked, outcome)} for outcome in told]
        if when is not None:
            rows.append((when, len(told), *(sum(cluster in found for found in named) for cluster in clusters)))
    return rows


def before_and_since(asked: Asked) -> list[Row]:
    dated = [outcome for outcome in counted(asked) if year(outcome) is not None]
    return [
        (
            period,
            len(told),
            sum(map(is_top, told)),
            sum(o["negative"] == "YES" for o in told),
            sum(o["evidence_quality"] == "named" for o in told),
        )
        for period, told in grouped(dated, lambda o: "before 2024" if year(o) < 2024 else "since 2024")
    ]


def scales_compared(asked: Asked) -> list[Row]:
    answered = {answer["outcome"] for answer in asked.answers()}
    return [
        (
            scale,
            len(told),
            sum(map(is_top, told)),
            sum(o["unintended"] == "YES" for o in told),
            sum(o["outcome"] in answered for o in told),
        )
        for scale, told in grouped(counted(asked), lambda o: o["scale"])
        if scale in ("Local", "National", "International")
    ]


def rare_results(asked: Asked) -> list[Row]:
    of_country = Counter(country(outcome) for outcome in counted(asked))
    return [
        (place, label.removeprefix("Outcome "), label, len(told), of_country[place])
        for (place, label), told in by_result(asked).items()
        if len(told) < 3
    ]


def results_without_evidence(asked: Asked) -> list[Row]:
    rows: dict[str, list[int]] = {}
    for (place, _), told in by_result(asked).items():
        proven = sum(o["evidence_quality"] == "named" for o in told)
        own = (1, bool(told), bool(told) and not proven, len(told), proven)
        rows[place] = [total + more for total, more in zip(rows.get(place, [0] * 5), own, strict=True)]
    return [(place, *totals) for place, totals in rows.items()]


def thin_contributions(asked: Asked) -> list[Row]:
    return [
        (o["fragment_id"], o["harvest"], country(o), len(bare(o["contribution"])))
        for o in counted(asked)
        if o["contribution_rating"] == "great" and len(bare(o["contribution"])) < 50
    ]


def no_other_actors(asked: Asked) -> list[Row]:
    nos = {row["word"].casefold() for row in asked.listed("flag_words") if row["value"] == "false"}
    rows = []
    for place, told in grouped(counted(asked), country):
        given = [bare(o["other_contributors"]).casefold().strip(" .!") for o in told]
        rows.append((place, len(told), sum(text in nos for text in given), given.count("")))
    return rows


def evidence(asked: Asked) -> list[Row]:
    found = Counter(o["evidence_quality"] for o in counted(asked))
    return [(quality, outcomes, found.total()) for quality, outcomes in found.items()]


def lacking(asked: Asked) -> list[Row]:
    found = Counter[str]()
    told = counted(asked)
    for o in told:
        lacks = {
            "who": not actors(o),
            "what": len(bare(o["description"])) < 25,
            "when": year(o) is None and not re.search(r"\b20[0-9]{2}\b", o["description"]),
            "where": not bare(o["country"]),
            "significance": not bare(o["significance"]),
            "contribution": not bare(o["contribution"]),
            "evidence": o["evidence_quality"] != "named",
        }
        found.update(element for element, is_lacking in lacks.items() if is_lacking)
    return [(element, outcomes, len(told)) for element, outcomes in found.items()]


def substantiated(asked: Asked) -> list[Row]:
    refused = {row["label"] for row in asked.listed("agreements") if row["agrees"] == "false"}
    answers = asked.answers()
    answered, *disputed = (
        {answer["outcome"] for answer in answers if field is None or answer[field] in refused}
        for field in (None, "description_agreement", "contribution_agreement")
    )
    rows = []
    for place, told in grouped(counted(asked), country):
        asked_of = sum(o["outcome"] in answered for o in told)
        more = (sum(o["outcome"] in outcomes for o in told) for outcomes in disputed)
        rows.append((place, len(told), asked_of, percent(asked_of, len(told)), *more))
    return rows


def whom_to_ask(asked: Asked) -> list[Row]:
    keys = dict(asked.home.rows("select fragment_id, outcome_key from fct_outcomes"))
    answered = {answer["outcome"] for answer in asked.answers()}
    open_to_ask = [
        o for o in counted(asked) if not (o["is_confidential"] or o["is_withdrawn"] or o["outcome"] in answered)
    ]
    rows = []
    for place, told in grouped(open_to_ask, country):
        drawn = sorted(told, key=lambda o: hashlib.md5(f"1{keys[o['fragment_id']]}".encode()).hexdigest())
        rows += [(place, o["fragment_id"], o["harvest"].replace(" ", "_")) for o in drawn[:2]]
    return rows


def rated_anew(asked: Asked) -> list[Row]:
    ranks = {
        name: {r["label"]: int(r["rank"]) for r in asked.listed(name)} for name in ("significance", "contribution")
    }
    order = {name: place for place, name in enumerate(sorted(set(asked.truth["source_file"]), key=natural))}
    first: dict[int, int] = {}
    for answer in asked.truth.filter(pl.col("substantiator") != "").to_dicts():
        first[answer["outcome"]] = min(first.get(answer["outcome"], len(order)), order[answer["source_file"]])
    rows: dict[bool, list[int]] = {}
    for before, now in changed_versions(asked):
        is_after = order[now["source_file"]] > first.get(now["outcome"], len(order))
        lowered = [ranks[n][now[f"{n}_rating"]] < ranks[n][before[f"{n}_rating"]] for n in ranks]
        own = (1, change(before, now) == "re-rated", *lowered)
        rows[is_after] = [total + more for total, more in zip(rows.get(is_after, [0] * 4), own, strict=True)]
    return [(is_after, *totals) for is_after, totals in rows.items()]


def confidential(asked: Asked) -> list[Row]:
    rows = []
    for place, told in grouped(counted(asked), country):
        closed = sum(o["is_confidential"] for o in told)
        rows.append((place, len(told), closed, percent(closed, len(told))))
    return rows


def towards_indicators(asked: Asked) -> list[Row]:
    leads = {
        (r["geography"], r["result"]): (r["indicator"], float(r["weight"])) for r in asked.listed("indicator_results")
    }
    answered = {answer["outcome"] for answer in asked.answers()}
    found: dict[str, list[tuple[int, float]]] = {row["code"]: [] for row in asked.listed("indicators")}
    for o in counted(asked):
        weights: dict[str, float] = {}
        for label in results(o):
            indicator, weight = leads.get((o["country"], label), ("", 0.0))
            weights[indicator] = max(weight, weights.get(indicator, 0.0))
        for indicator in weights.keys() - {""}:
            found[indicator].append((o["outcome"], weights[indicator]))
    return [
        (
            "SCC",
            code,
            len(told),
            round(sum(weight for _, weight in told), 2) if told else None,
            sum(outcome in answered for outcome, _ in told),
        )
        for code, told in found.items()
    ]


def since_the_last_delivery(asked: Asked) -> list[Row]:
    found = Counter({"withdrawn so far": sum(o["is_withdrawn"] for o in asked.outcomes())})
    found.update("new" for v in asked.versions() if v["version_number"] == 1 and v["harvest"] == "harvest 5")
    found.update(change(before, now) for before, now in changed_versions(asked) if now["harvest"] == "harvest 5")
    return list(found.items())


# What the questions count, and how a field is taken apart.


def counted(asked: Asked) -> list[dict[str, Any]]:
    """Outcomes that are none of the status of no outcome; nothing is judged to be told twice in this corpus."""
    nothing = {row["label"] for row in asked.listed("outcome_statuses") if row["is_outcome"] == "false"}
    return [outcome for outcome in asked.outcomes() if outcome["outcome_status"] not in nothing]


def grouped(
    outcomes: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], Any]
) -> list[tuple[Any, list[dict[str, Any]]]]:
    groups: dict[Any, list[dict[str, Any]]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome), []).append(outcome)
    return list(groups.items())


def bare(text: str) -> str:
    """The text without its marks."""
    return " ".join(re.sub(r"<[^<>]*>", " ", text).split())


def country(outcome: Mapping[str, Any]) -> str:
    return outcome["country"] or NOT_CODED


def year(outcome: Mapping[str, Any]) -> Any:
    return int(outcome["year"]) if outcome["year"].isdigit() else None


def is_top(outcome: Mapping[str, Any]) -> bool:
    return (outcome["significance_rating"], outcome["contribution_rating"]) == ("large", "great")


def split(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in text.split(", ") if bare(part)))


def actors(outcome: Mapping[str, Any]) -> list[str]:
    return split(outcome["social_actor"])


def results(outcome: Mapping[str, Any]) -> list[str]:
    return split(outcome["result"])


def objectives(asked: Asked, outcome: Mapping[str, Any]) -> list[str]:
    codes = [row["code"] for row in asked.listed("objectives") if row["code"]]
    return [re.sub(rf"^(?:{'|'.join(codes)}): ", "", part) for part in split(outcome["objective"])]


def by_result(asked: Asked) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Counted outcomes of every result of every country, listed or met."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in asked.listed("results"):
        found[row["geography"], row["label"]] = []
    for version in asked.versions():  # a member that was met stands in its dimension, whatever became of the outcome
        found.update({(country(version), label): [] for label in results(version)})
    for outcome in counted(asked):
        for label in results(outcome):
            found.setdefault((country(outcome), label), []).append(outcome)
    return found


def changes(asked: Asked, outcome: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Cluster and type of each change; the type of a cluster alone is the cluster."""
    found, left = set(), outcome["change_type"]
    listed = [(row["cluster"], row["label"]) for row in asked.listed("change_types")]
    for cluster, label in listed:
        if cluster != label and f"{cluster}  {label}" in left:
            found.add((cluster, label))
            left = left.replace(f"{cluster}  {label}", "")
    for cluster in {cluster for cluster, _ in listed}:
        named = {name for name, _ in found}
        if cluster in left or (cluster in outcome["change_cluster"] and cluster not in named):
            found.add((cluster, cluster))
    return sorted(found)


def changed_versions(asked: Asked) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every version after the first, with the one before it."""
    versions = asked.versions()
    return [(b, n) for b, n in pairwise(versions) if b["outcome"] == n["outcome"]]


def change(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    ratings = ("significance_rating", "contribution_rating")
    return "edited" if all(before[name] == now[name] for name in ratings) else "re-rated"


def natural(path: str) -> list[tuple[bool, int, str]]:
    """Files in the order of the contract: numbers in names by their value."""
    parts = re.findall(r"[0-9]+|[^0-9]+", path)
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]


def percent(part: int, whole: int) -> float | None:
    return round(100.0 * part / whole, 1) if whole else None


ANSWERS: dict[str, Callable[[Asked], list[Row]]] = {
    "1_1": by_harvest_country_objective,
    "2_1": empty_cells,
    "3_1": rated_highest,
    "4_1": negative_and_unintended,
    "5_1": negative_in_full,
    "6_1": actors_by_objective,
    "7_1": authorities_and_civic_actors,
    "8_1": scale_by_harvest,
    "9_1": types_by_country,
    "10_1": clusters_by_year,
    "11_1": before_and_since,
    "12_1": scales_compared,
    "13_1": rare_results,
    "14_1": results_without_evidence,
    "15_1": thin_contributions,
    "16_1": no_other_actors,
    "17_1": evidence,
    "18_1": lacking,
    "19_1": substantiated,
    "20_1": whom_to_ask,
    "21_1": rated_anew,
    "24_1": towards_indicators,
    "25_1": since_the_last_delivery,
}
OTHERWISE = {"22_1", "23_1", "25_2"}
"""Held to the truth by tests of their own below."""


def test_every_question_is_held_to_the_truth() -> None:
    assert ANSWERS.keys() | OTHERWISE == set(map(ids, PAGE))


@pytest.mark.parametrize("query", [query for query in PAGE if ids(query) in ANSWERS], ids=ids)
def test_an_answer_is_the_truth(asked: Asked, query: Query) -> None:
    said, true = Counter(every_row(asked, query)), Counter(ANSWERS[ids(query)](asked))
    assert (said - true, true - said) == (Counter(), Counter())
    assert said


def the(name: str) -> Query:
    return next(query for query in PAGE if ids(query) == name)


def test_confidential_shares_are_true_and_what_can_be_shown_is_what_is_open(asked: Asked) -> None:
    said = every_row(asked, the("23_1"))
    assert sorted(row[:4] for row in said) == sorted(confidential(asked))
    counted_open = asked.home.one("select count(*) from mart_outcomes where is_open")
    assert counted_open == asked.home.one("select count(*) from fct_outcomes", edition="open")


def test_pairs_are_those_that_were_planted(asked: Asked) -> None:
    said = {frozenset((row[0], row[2])) for row in every_row(asked, the("22_1"))}
    by_number = {o["outcome"]: o["fragment_id"] for o in asked.outcomes()}
    true = {
        frozenset((o["fragment_id"], by_number[o["near_duplicate_of"]]))
        for o in asked.outcomes()
        if o["near_duplicate_of"] is not None
    }
    assert len(true) > 30
    assert len(said & true) >= 0.95 * len(true)
    assert len(said & true) >= 0.90 * len(said)


def test_what_changed_since_the_publication_before(asked: Asked) -> None:
    rows = asked.home.rows("select fragment_id, change from history.mart_publication_changes")
    said = {name: {ident for ident, change in rows if change == name} for name in {change for _, change in rows}}
    delivered = [v for v in asked.versions() if re.search(questions.LAST_DELIVERY, v["source_file"])]
    before = {v["outcome"]: v for v in asked.versions() if v not in delivered}
    assert said["new"] == {v["fragment_id"] for v in delivered if v["outcome"] not in before}
    now = {v["outcome"]: v for v in delivered if v["outcome"] in before}
    moved = said.get("withdrawn", set()) | said.get("reinstated", set())
    for name in ("edited", "re-rated"):
        true = {v["fragment_id"] for number, v in now.items() if change(before[number], v) == name}
        assert said[name] == true - moved
    assert said.keys() <= {"new", "edited", "re-rated", "withdrawn", "reinstated"}
