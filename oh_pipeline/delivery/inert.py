"""Text that no spreadsheet takes for a formula, and the way back. For what goes out as CSV; a workbook marks its cells.

A text that begins like a formula gets one `'` before it, and so does one that begins with `'` itself: whoever reads a CSV
takes one `'` off every text that begins with it, and has what was delivered. Numbers are never touched.
"""

from __future__ import annotations

import re

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"
_GUARDED = (*STARTS_FORMULA, GUARD)
GUARDED_PATTERN = f"^[{re.escape(''.join(_GUARDED))}]"
"""What a text that is guarded looks like, as a regular expression."""
HOW_TO_READ = (
    "A text that begins with `=`, `+`, `-`, `@`, a tab, a line break or `'` has one `'` before it, so that no spreadsheet "
    "takes it for a formula: take one `'` off every text that begins with it. Numbers have none."
)


def inert(text: str) -> str:
    """The text as it may go out."""
    return GUARD + text if text.startswith(_GUARDED) else text


def delivered(cell: str) -> str:
    """The text as it was before it went out."""
    return cell.removeprefix(GUARD)
