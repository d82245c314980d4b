"""`oh sample`: the frame from the warehouse or a file, the draw, where it goes; what was left out and why on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from oh_pipeline.console.streams import speak_utf8
from oh_pipeline.delivery.sample import BREAKDOWNS, COLUMNS, Drawn, Order, Values, draw
from oh_pipeline.delivery.sample_files import SAMPLE_HEADER, Frame, read_frame, sample_rows, write_csv, write_files
from oh_pipeline.errors import Fault, UsageFault
from oh_pipeline.warehouse.home import Home

SUBSTANTIATED = "already substantiated"
BY, SEED = "geography", 1
SUFFIXES = (".csv", ".xlsx")
_HAS_FRAME = "select 1 from duckdb_tables() where schema_name = 'main' and table_name = 'mart_substantiation_frame'"
_FRAME = """
    select builds.build_id, frame.*
    from meta_builds as builds
    left join mart_substantiation_frame as frame on true
    order by frame.outcome_key
"""
_LONGEST = 200  # characters of an id or a label


@dataclass(frozen=True)
class Wish:
    """What the call says; what it leaves out is None."""

    size: int | None
    by: Sequence[str]
    seed: int | None
    out: Path | None
    frame: Path | None
    with_substantiated: bool


def sample_and_show(home: Home, wish: Wish) -> None:
    """Draw and write. Raises UsageFault for a wish that cannot be met, Fault where nobody can be asked."""
    if wish.out is not None and wish.out.suffix.lower() not in SUFFIXES:
        raise UsageFault(f"'{wish.out}' is neither .csv nor .xlsx", "Name a file that ends in one of them")
    by = strata_by(wish.by)
    left_out: dict[str, int] = {}
    if wish.frame is not None:
        frame = read_frame(wish.frame)
    elif wish.size is None:
        raise UsageFault("How many outcomes? N is missing", "Say `oh sample 30`; with --frame it may be left out")
    else:
        order = Order(wish.size, SEED if wish.seed is None else wish.seed, by or (BY,))
        frame, left_out = _published_frame(home, order, with_substantiated=wish.with_substantiated)
    before = frame.order
    order = Order(
        before.size if wish.size is None else wish.size,
        before.seed if wish.seed is None else wish.seed,
        by or before.by,
    )
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(left_out.items()))
    if not frame.outcomes:
        told = f"all {sum(left_out.values()):,} are left out ({reasons})" if left_out else "there is none"
        raise Fault(f"Nobody can be asked: {told}", "See mart_substantiation_frame for each")
    drawn = draw(frame.outcomes, order)
    if wish.out is None:
        speak_utf8()
        write_csv(sys.stdout, SAMPLE_HEADER, sample_rows(drawn, frame.build_id, order))
        sys.stdout.flush()
    else:
        for file in write_files(wish.out, drawn, frame.build_id, order):
            sys.stdout.write(f"{file}\n")
    _tell(drawn, order, frame.build_id, reasons)


def strata_by(texts: Sequence[str]) -> tuple[str, ...]:
    """The breakdowns that lists name, in their order. Raises UsageFault for one that there is not."""
    names = tuple(dict.fromkeys(name.strip() for text in texts for name in text.split(",")))
    unknown = [name for name in names if name not in BREAKDOWNS]
    if unknown:
        raise UsageFault("--by names what strata cannot be made by", f"Choose from {', '.join(BREAKDOWNS)}")
    return names


def _published_frame(home: Home, order: Order, *, with_substantiated: bool) -> tuple[Frame, dict[str, int]]:
    """Who can be drawn of the published build, and how many cannot, by reason."""
    from oh_pipeline.warehouse.reader import ask

    home.require()
    link = home.link("restricted")
    if not ask(link, _HAS_FRAME, home.key_file).rows:
        raise UsageFault("The published build is of an older version and has no frame to draw from", "Run `oh run`")
    answer = ask(link, _FRAME, home.key_file)
    eligible: list[Values] = []
    left_out: dict[str, int] = {}
    build_id = str(answer.rows[0][0]) if answer.rows else ""
    for row in answer.rows:
        values = dict(zip(answer.columns, row, strict=True))
        if values["outcome_key"] is None:  # a build without any outcome
            continue
        reason = values["why_not"]
        if reason is None or (with_substantiated and reason == SUBSTANTIATED):
            eligible.append({name: _plain(values[name]) for name in COLUMNS})
        else:
            left_out[str(reason)] = left_out.get(str(reason), 0) + 1
    return Frame(build_id, order, eligible), left_out


def _plain(value: object) -> str | int | None:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
    return value if isinstance(value, int) else None


def _tell(drawn: Sequence[Drawn], order: Order, build_id: str, reasons: str) -> None:
    strata = {each.stratum: each.stratum_drawn for each in drawn}
    count = sum(strata.values())
    said = [
        f"Drawn: {count:,} of {len(drawn):,} eligible outcomes in {len(strata):,} strata by {', '.join(order.by)} "
        f"(build {build_id}, seed {order.seed})"
    ]
    if order.size > len(drawn):
        said.append(f"{order.size:,} were asked for; there are no more")
    if none := sum(not share for share in strata.values()):
        said.append(f"{none:,} strata have none: {order.size:,} are too few for one of each")
    if reasons:
        said.append(f"Left out: {reasons}")
    sys.stderr.write("\n".join(said) + "\n")
