"""The answer of `oh sql` as a table, CSV or JSON, on stdout."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from oh_pipeline.console.streams import speak_utf8
from oh_pipeline.delivery.inert import inert

if TYPE_CHECKING:
    from oh_pipeline.warehouse.reader import Answer

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER", "FLOAT", "DOUBLE", "DECIMAL")


def print_answer(answer: Answer, form: str) -> None:
    """Write all rows to stdout."""
    {"table": _table, "csv": _csv, "json": _json}[form](answer)
    sys.stdout.flush()


def _table(answer: Answer) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # A pipe has no width: the table is as wide as its rows are.
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 1_000_000)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, kind in zip(answer.columns, answer.types, strict=True):
        table.add_column(Text(name), justify="right" if _is_number(kind) else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*(Text("" if value is None else _words(value)) for value in row))
    console.print(table, soft_wrap=not console.is_terminal)
    console.print(f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}", style="dim")


def _csv(answer: Answer) -> None:
    speak_utf8()
    writer = csv.writer(sys.stdout)
    writer.writerow([inert(name) for name in answer.columns])
    writer.writerows([_cell(value) for value in row] for row in answer.rows)


def _json(answer: Answer) -> None:
    speak_utf8()
    keys = _told_apart(answer.columns)
    rows = [dict(zip(keys, map(_finite, row), strict=True)) for row in answer.rows]
    json.dump(rows, sys.stdout, ensure_ascii=False, default=_plain, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def _told_apart(names: Sequence[str]) -> list[str]:
    """The names, numbered as DuckDB does in a table where one stands twice: a key of JSON stands once."""
    taken, keys = set(names), []
    for place, name in enumerate(names):
        key, number = name, 0
        while key in keys or (key in taken and names.index(key) != place):
            number += 1
            key = f"{name}_{number}"
        keys.append(key)
    return keys


def _finite(value: object) -> object:
    """JSON knows no infinity and no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return {key: _finite(part) for key, part in value.items()} if isinstance(value, dict) else value


def _cell(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return "" if value is None else str(value).lower() if isinstance(value, bool) else value
    return inert(_words(value))


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(_plain(value)) if not isinstance(value, bool) else str(value).lower()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value) if isinstance(value, timedelta) or not isinstance(value, int | float) else value


def _is_number(kind: str) -> bool:
    return kind.upper().startswith(NUMBERS) and not kind.endswith("]")
