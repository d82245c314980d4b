"""Cell values of a spreadsheet as the text that a person sees.

One value in, one text out; where a value stands and which format it comes from is nobody's business here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Value = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta


def text_of(value: Value) -> str:
    r"""The text, with `\n` line ends. Dates are ISO, durations hours and minutes; seconds where there are some."""
    return _SHOWN[value.__class__](value)


def _text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _number(value: float) -> str:
    """At most 15 significant digits, as spreadsheets hold them; an exponent only far from everyday numbers."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text and 1e-10 < abs(value) < 1e21 else text


def _moment(value: dt.datetime) -> str:
    """A date and time to the second: spreadsheets count in fractions of a day, which seldom meet one."""
    try:
        value = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    except OverflowError:
        value = value.replace(microsecond=0)
    clock = (value.hour, value.minute, value.second)
    day = value.date().isoformat()
    return (
        day if not any(clock) else f"{day} {_clock(dt.timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2]))}"
    )


def _time(value: dt.time) -> str:
    return _clock(dt.datetime.combine(dt.date.min, value) - dt.datetime.min)


def _clock(value: dt.timedelta) -> str:
    """As `14:30`, `42:00` or `00:00:05`."""
    seconds = round(value.total_seconds())
    minutes, second = divmod(abs(seconds), 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours:02}:{minute:02}:{second:02}" if second else f"{hours:02}:{minute:02}"
    return f"-{text}" if seconds < 0 else text


_SHOWN: dict[type, Callable[[Any], str]] = {
    str: _text,
    float: _number,
    int: str,
    bool: _flag,
    dt.date: dt.date.isoformat,
    dt.datetime: _moment,
    dt.time: _time,
    dt.timedelta: _clock,
}
