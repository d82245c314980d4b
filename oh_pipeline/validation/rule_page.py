"""`docs/rules.md` from the rules' seed: `python -m oh_pipeline.validation.rule_page` writes it. Knows no rule's logic."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from oh_pipeline.validation.rulebook import RULES_FILE

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
EXAMPLE = "**"
"""How a line of an example begins that is a field of a text fragment, and no description of one."""

_HEAD = """\
# Rules

<!-- Generated from dbt_project/rules/rules.csv by `python -m oh_pipeline.validation.rule_page`: change the words there. -->

What is looked at in everything that is handed in, what is said when something is found, and what to do about it.
`OH_LANGUAGE=fr` has issues told in French. Places in braces are filled: `{value}` with what was delivered, cut at 60
characters, `{hint}` with the nearest listed spelling and how far it is. A mark is what stands where something was withheld:
`<redacted>`, `<person>` and the like.

## What the method asks of a statement

| asked | what looks at it |
|---|---|
| who changed what | `missing_description`; `unknown_code` for a social actor that is not listed |
| when | `invalid_year`, `year_contradiction` |
| where | `unknown_code` for a country or region that is not listed |
| a change, not an activity | `repeated_text`, where what the programme did stands as the change too |
| why it matters | `repeated_text` |
| what the programme did towards it | `thin_contribution`, `repeated_text` |
| evidence that somebody else can find | `generic_evidence` |
| somebody else who knows agrees | `empty_substantiation`, `unlinked_substantiation`, `invalid_date` |
| told once | `near_duplicate`, `id_collision` |

Whether a sentence names its actor and tells of a change, only a reader sees: no rule judges a text that is merely short,
plain or badly spelt. Advice is for the person who knows the story. A region may be deliberate and is never taken apart.

In each example below the rest of the record is in order.
"""
_SEVERITIES = {
    "error": (
        "Errors",
        "The record, or the file, is held back until it is corrected. Nothing of it is lost: it stands in quarantine.",
    ),
    "warning": ("Warnings", "The record is loaded, with this against it."),
    "advice": ("Advice", "The record is loaded. About the craft of the statement, for whoever wrote it."),
}


def page() -> str:
    """The whole page, from the seed as it lies."""
    with RULES_FILE.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    parts = [_HEAD]
    for severity, (heading, meaning) in _SEVERITIES.items():
        parts.append(f"## {heading}\n\n{meaning}\n")
        parts += [_section(row) for row in rows if row["severity"] == severity]
    return "\n".join(parts)


def _section(row: dict[str, str]) -> str:
    told = [f"- {row['message']}. → {row['remedy']}.", f"- fr: {row['message_fr']}. → {row['remedy_fr']}."]
    if row["message"].startswith("{"):
        told = ["- The reason in plain words, and what to do about it."]
    examples = f"Finds something:{_example(row['fires'])}\n\nFinds nothing:{_example(row['silent'])}\n"
    return f"### `{row['rule']}`\n\n{row['looks_at']}\n\n" + "\n".join(told) + f"\n\n{examples}"


def _example(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    if len(lines) > 1:
        return "\n\n```\n" + "\n".join(lines) + "\n```"
    return f" `{lines[0]}`" if text.startswith(EXAMPLE) else f" {text}."


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
