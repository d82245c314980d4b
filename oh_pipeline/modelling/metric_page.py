"""`docs/metrics.md` from dbt's metrics: `python -m oh_pipeline.modelling.metric_page` writes it. Defines none of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"

_HEAD = """\
# Metrics

<!-- Generated from dbt_project/models/metrics and the conditions in dbt_project.yml,
     by `python -m oh_pipeline.modelling.metric_page`: change them there. -->

What is counted, and out of how many. Each condition stands once, in `dbt_project/dbt_project.yml`; dbt's metrics are made of
it, marts count by it, and the tests ask both and compare. Ratings are ordinal: outcomes are counted by them, they are never
averaged. Tell a share with its denominator.

By SQL on the restricted edition, here by country:

```sql
select
    geography,
    count(*) filter ({negative}) as negative,
    count(*) filter ({told}) as told,
    round(negative / nullif(told, 0), 3) as share_negative
from mart_outcomes
group by geography
order by geography
```

The same through MetricFlow, whose command line comes with the development packages. It asks a copy of a warehouse, which it
opens as dbt would:

```
cp data/warehouse/restricted/outcomes.duckdb /tmp/outcomes.duckdb
cd dbt_project
export OH_BUILD_FILE=/tmp/outcomes.duckdb DBT_PROFILES_DIR=.
../.venv/bin/dbt parse
../.venv/bin/mf query --metrics share_negative,negative_outcomes --group-by outcome__geography_key
```
"""


def page(manifest: Mapping[str, Any]) -> str:
    """The whole page."""
    models = list(manifest["semantic_models"].values())
    measures = {measure["name"]: (measure, model) for model in models for measure in model["measures"]}
    metrics = sorted(manifest["metrics"].values(), key=lambda each: list(measures).index(_first(each)))
    conditions = {name: measure["expr"] for name, (measure, _) in measures.items()}
    head = _HEAD.format(
        negative=f"where {conditions['negative_outcomes']}",
        told=f"where {conditions['outcomes_told_whether_negative']}",
    )
    counts = [metric for metric in metrics if metric["type"] == "simple"]
    shares = [metric for metric in metrics if metric["type"] == "ratio"]
    parts = [head, "## Counts\n", "| metric | rows of | that meet | meaning |\n|---|---|---|---|"]
    for metric in counts:
        measure, model = measures[_first(metric)]
        table = model["node_relation"]["alias"]
        parts.append(f"| `{metric['name']}` | `{table}` | `{measure['expr']}` | {_line(metric['description'])} |")
    parts += ["\n## Shares\n", "| metric | part | out of | meaning |\n|---|---|---|---|"]
    for metric in shares:
        part, whole = (metric["type_params"][name]["name"] for name in ("numerator", "denominator"))
        parts.append(f"| `{metric['name']}` | `{part}` | `{whole}` | {_line(metric['description'])} |")
    parts.append("\n## By what they can be asked\n")
    for model in models:
        parts.append(f"`{model['node_relation']['alias']}`: {_line(model['description'])}\n")
        parts.append("| dimension | meaning |\n|---|---|")
        parts += [f"| `{each['name']}` | {_line(each['description'])} |" for each in model["dimensions"]]
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def _first(metric: Mapping[str, Any]) -> str:
    """The measure a count is of; that of the numerator of a share, which has the name of its metric."""
    said = metric["type_params"]
    return str((said["measure"] or said["numerator"])["name"])


def _line(words: str | None) -> str:
    return " ".join((words or "").split()).replace("|", "\\|")


def main() -> int:
    """Write the page."""
    from oh_pipeline.modelling.manifest import ready_manifest
    from oh_pipeline.settings import load_settings

    PAGE.write_text(page(ready_manifest(load_settings()).contents), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
