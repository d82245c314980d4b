"""Near-duplicates on a demo corpus beside which some are planted: how many are found, how many are right, what it costs.

A found pair is right where both tell one outcome: a planted one with the one it was made from, outcomes that the demo's
own mess tells apart (a record without its id), or two of the same text.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.planted import Planted, plant

PROJECT = Path(__file__).parent.parent / "dbt_project"
BIN = Path(sys.executable).parent
MODELS = ("int_near_duplicates", "mart_near_duplicates")
FILE = "planted.jsonl"
_HARVESTS = 5
_COUNTRIES = ("Kenya", "Burundi", "Mali", "Ethiopia", "South Sudan", "Iraq", "Lebanon", "Yemen")
_FOUND = """
    select
        one.source_file, one.record_number,
        other.source_file as other_file, other.record_number as other_number, pairs.reason
    from main.mart_near_duplicates as pairs
    inner join staging.int_outcomes as one_outcome using (outcome_key)
    inner join staging.int_outcomes as other_outcome on pairs.other_outcome_key = other_outcome.outcome_key
    inner join raw.fragments as one on one_outcome.fragment_key = one.fragment_key
    inner join raw.fragments as other on other_outcome.fragment_key = other.fragment_key
"""


@dataclass(frozen=True)
class Measured:
    """Planted and found pairs by kind of edit, pairs in all, and how many of them are right."""

    planted: Mapping[str, int]
    found: Mapping[str, int]
    pairs: int
    right: int

    @property
    def recall(self) -> float:
        """Share of the planted pairs that were found."""
        return sum(self.found.values()) / sum(self.planted.values())

    @property
    def precision(self) -> float:
        """Share of the found pairs that are right."""
        return self.right / self.pairs


def write(home: Path, records: int, seed: int = 3) -> list[Planted]:
    """A demo corpus in `home`, and in a file beside its own what is planted: other ids, countries and harvests."""
    subprocess.run(
        [BIN / "oh", "demo", home, "--records", str(records), "--seed", str(seed), "--formats", "jsonl"],
        check=True,
        capture_output=True,
    )
    sound = pl.read_parquet(home / "truth.parquet").filter(
        pl.col("expected") == "accepted", pl.col("rules").list.len() == 0, pl.col("kind") == "outcome"
    )
    newest = sound.sort("outcome", "version_number").unique("outcome", keep="last", maintain_order=True)
    planted = plant(list(newest.select("outcome", "description").iter_rows()), seed)
    with (home / "raw" / FILE).open("w", encoding="utf-8") as file:
        for number, one in enumerate(planted, 1):
            record = {
                "FragmentID": f"SCC-PLANTED/{number:07d}",
                "Outcome status": "Outcome",
                "OH-harvesting period": f"harvest {1 + number % _HARVESTS}",
                "Country": _COUNTRIES[number % len(_COUNTRIES)],
                "Outcome description": one.description,
                "Outcome statements is CONFIDENTIAL": "0",
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return planted


def told(home: Path) -> dict[int, str]:
    """The fragment id as delivered of every outcome of the demo, by its number in the truth."""
    truth = pl.read_parquet(home / "truth.parquet").filter(
        pl.col("expected") == "accepted", pl.col("kind") == "outcome"
    )
    return dict(truth.sort("version_number").select("outcome", "delivered_id").iter_rows())


def measure(home: Path, planted: list[Planted]) -> Measured:
    """What the published edition of a home says, held against what was planted."""
    truth = pl.read_parquet(home / "truth.parquet")
    retold = dict(truth.drop_nulls("near_duplicate_of").select("outcome", "near_duplicate_of").iter_rows())
    stories = {
        (file, number): retold.get(story, story)
        for file, number, story in truth.select("source_file", "record_number", "outcome").iter_rows()
    }
    stories |= {
        (FILE, number): retold.get(one.origin, one.origin) if one.is_same else -number
        for number, one in enumerate(planted, 1)
    }
    kinds = {number: one.kind for number, one in enumerate(planted, 1) if one.is_same}
    found: set[int] = set()
    pairs = right = 0
    with closing(
        duckdb.connect((home / "warehouse/restricted/outcomes.duckdb").resolve(), read_only=True)
    ) as connection:
        for *places, reason in connection.execute(_FOUND).fetchall():
            one, other = tuple(places[:2]), tuple(places[2:])
            pairs += 1
            right += stories[one] == stories[other] or reason == "same text"
            if stories[one] == stories[other]:
                found |= {number for file, number in (one, other) if file == FILE}
    return Measured(Counter(kinds.values()), Counter(kinds[number] for number in found), pairs, right)


def cost(home: Path, work: Path) -> tuple[float, float]:
    """Seconds of the models in dbt, once more on a copy of the published build, and peak MB of that process."""
    build = work / "outcomes.duckdb"
    shutil.copyfile((home / "warehouse/restricted/outcomes.duckdb").resolve(), build)
    probe = (
        "import resource,sys;from dbt.cli.main import dbtRunner;ok=dbtRunner().invoke(sys.argv[1:]).success;"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024);sys.exit(not ok)"
    )
    arguments = [
        "run",
        "--quiet",
        "--log-level-file",
        "none",
        "--target-path",
        str(work / "target"),
        "--select",
        *MODELS,
    ]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    done = subprocess.run(
        [sys.executable, "-c", probe, *arguments],
        env={"OH_BUILD_FILE": str(build), "OH_SPILL": str(work / "spill"), "PATH": str(BIN)},
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads((work / "target" / "run_results.json").read_bytes())["results"]
    return sum(result["execution_time"] for result in results), float(done.stdout)


@dataclass(frozen=True)
class Cost:
    """Seconds of every repetition, the greatest peak in MB, and what was found."""

    seconds: list[float]
    megabytes: float
    told: Measured


def found_and_cost(work: Path, records: int, repeats: int, seed: int = 3) -> Cost:
    """One corpus, one run of it, and the models measured some times."""
    home = work / "near"
    planted = write(home, records, seed)
    subprocess.run([BIN / "oh", "run", "--home", home], check=True, capture_output=True)
    costs = [cost(home, work) for _ in range(repeats)]
    return Cost([seconds for seconds, _ in costs], max(megabytes for _, megabytes in costs), measure(home, planted))


def main() -> None:
    """Measure and print as one line of JSON, by kind of edit too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="oh-bench-") as folder:
        found = found_and_cost(Path(folder), options.records, options.repeats, options.seed)
    told = found.told
    shown = {
        "seconds": [round(seconds, 1) for seconds in found.seconds],
        "megabytes": round(found.megabytes),
        "pairs": told.pairs,
        "recall": round(told.recall, 3),
        "precision": round(told.precision, 3),
        "recall by kind": {
            kind: round(told.found.get(kind, 0) / count, 3) for kind, count in sorted(told.planted.items())
        },
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
