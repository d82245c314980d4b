"""`docs/entities.md` from the manifest's keys: `python -m oh_pipeline.modelling.entity_page` writes it.

Tables, keys and where they lead are those that constraints and tests hold; nothing is drawn that no build proves.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "entities.md"

_HEAD = """\
# Entities

<!-- Generated from the keys that dbt tests, by `python -m oh_pipeline.modelling.entity_page`: change the models' YAML. -->

Tables, their keys and where these lead, as every build proves them. `PK` is the table's own key, `FK` one that leads to
another table. A line ends at the table a key leads to: `||` exactly one row of it, `|o` one or, where the key is null, none;
`}o` says that any number of rows lead there. Columns that are no keys are left out.
"""
_ROOMS = {
    "facts": ("Facts and dimensions", "One outcome, what it is coded with, its texts and its versions."),
    "bridges": ("Bridges", "Where an outcome has several members: one row an outcome and member, with its weight."),
    "quality": ("Quality and builds", "What was found in which file, and what the build was made from."),
    "open": (
        "Open edition",
        "The same shape with fewer columns, its own outcome numbers and the member `withheld`; another file.",
    ),
}


@dataclass(frozen=True, order=True)
class Relation:
    """A column of one table that leads to a column of another; both by their dbt name."""

    child: str
    column: str
    parent: str
    field: str


def relations(manifest: Mapping[str, Any]) -> list[Relation]:
    """What the tests of keys prove, of published tables alone."""
    return sorted(found for test in manifest["nodes"].values() for found in _proved(test, manifest))


def page(manifest: Mapping[str, Any]) -> str:
    """The whole page."""
    nodes = {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] == "model" and _room(n)}
    proved = [r for r in relations(manifest) if r.child in nodes and r.parent in nodes]
    parts = [_HEAD]
    for room in sorted({_room(node) for node in nodes.values()}, key=_order):
        title, words = _ROOMS.get(room, (room.capitalize(), ""))
        lines = [relation for relation in proved if _room(nodes[relation.child]) == room]
        joined = {name for line in lines for name in (line.child, line.parent)}
        elsewhere = {name for line in proved for name in (line.child, line.parent)} - joined
        members = [name for name, node in nodes.items() if _room(node) == room and name not in elsewhere]
        parts.append(f"## {title}\n\n{words}\n".replace("\n\n\n", "\n") + "\n" + _diagram(members, lines, nodes))
    return "\n".join(parts)


def _proved(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[Relation]:
    about = test.get("test_metadata") or {}
    arguments = about.get("kwargs", {})
    if about.get("name") not in ("keys_relate", "relationships") or not test.get("attached_node"):
        return
    child = manifest["nodes"][test["attached_node"]]["name"]
    if about["name"] == "relationships":
        arguments = {"keys": [{"column": arguments["column_name"], "to": arguments["to"], "field": arguments["field"]}]}
    for key in arguments["keys"]:
        named = re.search(r"ref\('(\w+)'\)", key["to"])
        if named:
            yield Relation(child, key["column"], named.group(1), key.get("field", key["column"]))


def _room(node: Mapping[str, Any]) -> str:
    """The diagram that a table is drawn in; none for what is not published."""
    layer, folders = node["fqn"][1], node["fqn"][2:-1]
    if layer == "open":
        return "open"
    if layer != "marts":
        return ""
    if folders:
        return str(folders[0])
    name = str(node["name"])
    return "bridges" if name.startswith("bridge_") else "quality" if name.startswith(("quality_", "meta_")) else "facts"


def _order(room: str) -> tuple[int, str]:
    known = ["facts", "bridges", "quality"]
    return (known.index(room) if room in known else 98 if room == "open" else 50, room)


def _diagram(members: Sequence[str], lines: Sequence[Relation], nodes: Mapping[str, Mapping[str, Any]]) -> str:
    drawn = ["```mermaid", "erDiagram", "    direction LR"]
    for name in sorted(members, key=lambda each: (each not in {line.child for line in lines}, each)):
        leading = {line.column for line in lines if line.child == name}
        drawn += _entity(nodes[name], leading)
    for line in lines:
        child, parent = nodes[line.child], nodes[line.parent]
        back = Relation(line.parent, line.field, line.child, line.column)
        if back in lines and back < line:  # both ways is one row to one, drawn once
            continue
        optional = not _has(child["columns"].get(line.column, {}), "not_null")
        alone = child.get("primary_key") == [line.column]
        start = "||" if back in lines else "|o" if alone else "}o"
        ends = f"{start}--{'o|' if optional else '||'}"
        drawn.append(f'    {child["alias"]} {ends} {parent["alias"]} : "{line.column}"')
    return "\n".join([*drawn, "```", ""])


def _entity(node: Mapping[str, Any], leading: set[str]) -> list[str]:
    own = list(node.get("primary_key") or [])
    keys = [name for name in node["columns"] if name in own or name in leading]
    shown = []
    for name in keys:
        marks = ", ".join(mark for mark, holds in (("PK", name in own), ("FK", name in leading)) if holds)
        kind = str(node["columns"][name].get("data_type") or "").replace("[]", "_list") or "unknown"
        shown.append(f"        {kind} {name} {marks}")
    return [f"    {node['alias']} {{", *shown, "    }"] if shown else [f"    {node['alias']}"]


def _has(column: Mapping[str, Any], constraint: str) -> bool:
    return any(each["type"] in (constraint, "primary_key") for each in column.get("constraints") or [])


def main() -> int:
    """Write the page."""
    from oh_pipeline.modelling.manifest import ready_manifest
    from oh_pipeline.settings import load_settings

    PAGE.write_text(page(ready_manifest(load_settings()).contents), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
