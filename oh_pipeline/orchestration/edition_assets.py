"""The last assets: both published editions and the returns. Audited first, and published together or not at all."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from oh_pipeline.codebook import load_codebook
from oh_pipeline.delivery.deliver import place_returns, prepare_returns
from oh_pipeline.errors import Fault
from oh_pipeline.orchestration.boundary import guarded_step
from oh_pipeline.orchestration.resources import OWNERS, WRITER_POOL
from oh_pipeline.orchestration.session import RunSession
from oh_pipeline.warehouse import audit
from oh_pipeline.warehouse.erasure import remove_older
from oh_pipeline.warehouse.publish import Published, publish, settle, write_open_edition

RESTRICTED = dg.AssetKey(["editions", "restricted"])
OPEN = dg.AssetKey(["editions", "open"])
RETURNS = dg.AssetKey(["delivery", "returns"])
FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
CHECKS = {
    RESTRICTED: {
        "contract": "The tables and columns that users rely on are there.",
        "conservation": "found = accepted + quarantined + duplicate for every source file, and equal to what was read.",
        "versions_are_accepted_fragments": "As many versions as accepted records, and one row an outcome or substantiation.",
        "views_bind": "No view names its catalog, so all of them work in the published file.",
    },
    OPEN: {
        "contract": "The allowed tables and columns are there, and no other.",
        "combinations_carried_by_k": "No combination of geography, year, actor and type of change under k outcomes.",
        "keys_are_members": "Every code is the readable key of a member of its dimension.",
        "nothing_confidential": "No more rows of a kind than there are outcomes of it that are not confidential.",
        "counts_are_true": "Counts are those of all outcomes that are not confidential.",
        "counts_of_k_or_more": "No count is smaller than k.",
        "withheld_counts_stay_withheld": "No count from 1 to k - 1 follows from other counts and rows (linear programming).",
    },
}


def build_edition_assets(models: Sequence[dg.AssetSpec]) -> dg.AssetsDefinition:
    """Both editions, downstream of the marts and the open tables among `models`."""
    marts = [spec.key for spec in models if spec.key.path[0] in ("main", "history")]
    opened = [spec.key for spec in models if spec.key.path[0] == "open"]

    @dg.multi_asset(
        name="editions",
        specs=[
            _spec(RESTRICTED, marts, "The warehouse with everything: facts, dimensions, narratives, quality tables."),
            _spec(OPEN, opened, "What anyone may see: coded columns of outcomes that are not confidential."),
            dg.AssetSpec(
                RETURNS,
                deps=[RESTRICTED],
                group_name="delivery",
                kinds={"excel"},
                owners=OWNERS,
                description="One annotated workbook a source file with issues, to send back to who delivered it.",
            ),
        ],
        check_specs=[
            dg.AssetCheckSpec(name, asset=key, description=words, blocking=True)
            for key, checks in CHECKS.items()
            for name, words in checks.items()
        ],
        pool=WRITER_POOL,
    )
    def editions(session: dg.ResourceParam[RunSession]) -> Any:
        """Audit the build, write the open edition from nothing, deliver the returns, and swap both links."""
        yield from guarded_step("Publishing", session, lambda: _publish(session))

    return editions


def _spec(key: dg.AssetKey, deps: list[dg.AssetKey], description: str) -> dg.AssetSpec:
    return dg.AssetSpec(
        key,
        deps=deps,
        group_name="editions",
        kinds={"duckdb"},
        owners=OWNERS,
        description=description,
        freshness_policy=FRESHNESS,
    )


def _publish(session: RunSession) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    if session.loaded is None or not session.modelled:
        raise Fault("A build is published whole", "Launch the job that materialises everything")
    build = session.build
    session.progress.stage("publishing", 5)
    settle(build.file, build.key_file)
    found = {RESTRICTED: list(audit.audit_restricted(build, session.loaded))}
    session.progress.advance("restricted edition audited", 1)
    open_file = write_open_edition(build)
    session.progress.advance("open edition written", 2)
    found[OPEN] = list(audit.audit_open(open_file, build, session.settings.k))
    session.progress.advance("open edition audited", 3)
    for key, findings in found.items():
        for finding in findings:
            yield dg.AssetCheckResult(
                asset_key=key,
                check_name=finding.name,
                passed=not finding.faults,
                metadata={"faults": finding.faults, "where": finding.where},
            )
    audit.require([finding for findings in found.values() for finding in findings])
    settle(open_file)
    rows = {RESTRICTED: audit.count_rows(build.file, build.key_file), OPEN: audit.count_rows(open_file)}
    codebook = load_codebook(session.settings.codebook)
    prepared = prepare_returns(session.home, build.file, codebook, session.settings.language, session.tombstones)
    session.returns = place_returns(session.home, prepared)
    session.progress.advance("returns put into place", 4)
    # Last of all that may fail: a run that fails has published nothing.
    session.published = publish(session.home, build, open_file, session.settings.keep_builds)
    session.progress.advance("links swapped", 5)
    for key in (RESTRICTED, OPEN):
        yield _published(key, session.published, rows[key])
    remove_older(session.home, session.tombstones)
    counts = {"workbooks": len(session.returns), "made": len(prepared.made), "kept": len(prepared.kept)}
    yield dg.MaterializeResult(asset_key=RETURNS, metadata=counts)


def _published(key: dg.AssetKey, published: Published, rows: dict[str, int]) -> dg.MaterializeResult[None]:
    edition = key.path[-1]
    return dg.MaterializeResult(
        asset_key=key,
        metadata={
            "build_id": published.build_id,
            "path": dg.MetadataValue.path(str(published.links[edition])),
            "bytes": published.files[edition].stat().st_size,
            "dagster/row_count": rows["fct_outcomes"],
            "rows": dg.MetadataValue.json(rows),
        },
    )
