"""What a build runs from: the parsed project with the SQL of every node rendered, and without macros that no build calls.

dbt renders each node anew in every run and hands each of them every macro of every package, twice: a sixth of what its nodes
cost where there is little data. What is rendered follows from the project and its variables alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

_TEMPLATE = re.compile(r"{[{%#]|[#}%]}")
"""What dbt takes for a template: SQL that looks like one is left to be rendered."""
_WORD = re.compile(r"\w+")
_CALLERS = ("dbt.adapters.base.impl", "dbt.adapters.sql.impl", "dbt.adapters.duckdb.impl")
"""dbt's modules that call macros by their names."""


def render(manifest: Manifest, code: Mapping[str, str | None]) -> None:
    """Put the compiled SQL in the place of each node's template, and leave out the macros that nothing names."""
    from dbt.contracts.graph.nodes import GenericTestNode

    for unique_id, node in manifest.nodes.items():
        sql = code.get(unique_id)
        if not sql or _TEMPLATE.search(sql):
            continue
        node.raw_code = sql
        if isinstance(node, GenericTestNode):
            node.test_metadata.kwargs = {}  # rendered for the template alone
    named = _named(manifest)
    manifest.macros = {key: macro for key, macro in manifest.macros.items() if key in named}


def _named(manifest: Manifest) -> set[str]:
    """The macros that a build may call: those whose name is a word of what calls macros, of whichever engine.

    Any word counts, so that more are kept than are called.
    """
    by_word: dict[str, list[str]] = {}
    for key, macro in manifest.macros.items():
        for word in {macro.name, macro.name.split("__", 1)[-1]}:
            by_word.setdefault(word, []).append(key)
    words, looked_at = set(_called(manifest)), set[str]()
    named: set[str] = set()
    while words:
        word = words.pop()
        looked_at.add(word)
        for key in by_word.get(word, ()):
            if key not in named:
                named.add(key)
                words |= set(_WORD.findall(manifest.macros[key].macro_sql)) - looked_at
    return named


def _called(manifest: Manifest) -> Iterable[str]:
    own, kinds = set[str](), set[str]()
    for node in manifest.nodes.values():
        own.add(node.package_name)
        kinds.add(node.config.materialized)
        yield from _WORD.findall(node.raw_code)
        yield from _WORD.findall(json.dumps(getattr(getattr(node, "test_metadata", None), "kwargs", None), default=str))
    for macro in manifest.macros.values():
        if macro.package_name in own or macro.name.startswith(tuple(f"materialization_{kind}_" for kind in kinds)):
            yield macro.name
    for module in _CALLERS:
        yield from _WORD.findall(Path(str(import_module(module).__file__)).read_text(encoding="utf-8"))
