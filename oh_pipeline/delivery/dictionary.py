"""The data dictionary: what each table and column of an edition means, as rows and as a page.

The words are those of the models' YAML, which lie in every edition as comments. Knows no dbt and no file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

SCHEMAS = {"restricted": ("main", "history"), "open": ("main",)}
"""The schemas of each edition that are documented and exported."""
HEADER = ("schema", "table", "place", "column", "type", "leads_to", "description")
_WORDS = {"varchar": "string", "text": "string", "int": "integer", "float": "double", "bool": "boolean"}
COMMENTS = """
    select t.schema_name, t.table_name, t.comment, c.column_name, c.data_type, c.comment
    from duckdb_tables() as t
    inner join duckdb_columns() as c using (database_oid, schema_oid, table_oid)
    where not t.internal and t.database_name = current_database() and t.schema_name in (select unnest(?))
    order by t.schema_name, t.table_name, c.column_index
"""
"""Asks an edition for what `read_tables` takes, given a list of schemas."""


@dataclass(frozen=True)
class Column:
    """One column. `leads_to` is the table in which its values are keys, `description` has unit and caveat."""

    name: str
    type: str
    description: str
    leads_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table. Its description begins with its grain."""

    schema: str
    name: str
    description: str
    columns: tuple[Column, ...]


def describe(schema: str, name: str, description: str | None, columns: Iterable[tuple[str, str, str | None]]) -> Table:
    """A table from names, types and words as an engine or dbt gives them."""
    made = (Column(column, plain_type(kind), _one_line(words)) for column, kind, words in columns)
    return Table(schema, name, _one_line(description), tuple(made))


def read_tables(comments: Iterable[tuple[str, str, str | None, str, str, str | None]]) -> list[Table]:
    """The tables of an edition, as its answer to `COMMENTS` describes them."""
    found: dict[tuple[str, str], tuple[str | None, list[tuple[str, str, str | None]]]] = {}
    for schema, name, words, *column in comments:
        found.setdefault((schema, name), (words, []))[1].append((column[0], column[1], column[2]))  # type: ignore[arg-type]
    return related(describe(*key, words, columns) for key, (words, columns) in found.items())


def related(tables: Iterable[Table]) -> list[Table]:
    """The same tables in the order in which they are shown, each column with the table that it leads to.

    A key leads to the dimension or fact that has it as its first column, also under a longer name: `other_outcome_key`.
    """
    ordered = sorted(tables, key=lambda table: (table.schema != "main", table.schema, table.name))
    owners = {t.columns[0].name: t.name for t in ordered if t.name.startswith("dim_") or t.name == "fct_outcomes"}

    def led(table: Table, column: Column) -> Column:
        fitting = [key for key in owners if column.name == key or column.name.endswith(f"_{key}")]
        owner = owners[max(fitting, key=len)] if fitting else table.name
        return column if owner == table.name else replace(column, leads_to=owner)

    return [replace(table, columns=tuple(led(table, column) for column in table.columns)) for table in ordered]


def plain_type(kind: str) -> str:
    """The type as people know it, whoever names it: `string`, `integer`, `string[]`."""
    bare = kind.lower().removesuffix("[]")
    return _WORDS.get(bare, bare) + kind[len(bare) :]


def rows(tables: Iterable[Table]) -> list[tuple[str | int, ...]]:
    """The dictionary as rows under `HEADER`: one for each table, then one for each of its columns, in their order."""
    found: list[tuple[str | int, ...]] = []
    for table in tables:
        found.append((table.schema, table.name, 0, "", "table", "", table.description))
        for place, column in enumerate(table.columns, start=1):
            described = (column.name, column.type, column.leads_to, column.description)
            found.append((table.schema, table.name, place, *described))
    return found


def sections(tables: Iterable[Table], level: int = 2) -> str:
    """The dictionary in Markdown: a heading and a table of columns for each table."""
    return "\n".join(_section(table, level) for table in tables)


def _section(table: Table, level: int) -> str:
    name = table.name if table.schema == "main" else f"{table.schema}.{table.name}"
    lines = [
        f"{'#' * level} `{name}`",
        "",
        _cell(table.description),
        "",
        "| column | type | meaning |",
        "|---|---|---|",
    ]
    for column in table.columns:
        led = f" → `{column.leads_to}`" if column.leads_to else ""
        lines.append(f"| `{column.name}` | {column.type} | {_cell(column.description)}{led} |")
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
