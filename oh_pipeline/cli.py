"""The `oh` command: arguments in, one call, exit code out. What the calls do and how it looks is elsewhere.

Imports what is heavy inside the commands, so that `oh --help` and `oh sql` answer at once.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oh_pipeline.console.ending import break_off_when_ended, complain, one_line, one_pass

if TYPE_CHECKING:
    from oh_pipeline.warehouse.lock import Holder

app = typer.Typer(
    name="oh",
    help="A warehouse for harvested outcomes: from the raw folder to two published editions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Home = Annotated[Path | None, typer.Option("--home", metavar="DIR", help="Data home; else OH_HOME, else data/.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error; it may quote cell values.")]


class Edition(StrEnum):
    """A published warehouse."""

    restricted = "restricted"
    open = "open"


class Format(StrEnum):
    """How rows are written."""

    table = "table"
    csv = "csv"
    json = "json"


class FileFormat(StrEnum):
    """How tables are written to files."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"


@app.command()
def run(
    home: Home = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when an issue of severity error was found.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Exit 3 when another run is going on.")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Publish even without any source file.")] = False,
    debug: Debug = False,
) -> None:
    """One full materialisation: ingest, validate, load, model, check, publish."""
    with one_line(debug), one_pass():
        from oh_pipeline.modelling.process import modelling_process
        from oh_pipeline.orchestration.turn import take_turn
        from oh_pipeline.settings import load_settings

        settings = load_settings(home)
        with (
            take_turn(settings, wait=not no_wait, on_wait=_tell_waiting) as turn,
            modelling_process(debug=debug) as modelling,
        ):
            from oh_pipeline.console.run_view import watch_run

            summary = watch_run(
                settings, turn, as_json=as_json, allow_empty=allow_empty, debug=debug, modelling=modelling
            )
        if strict and summary.issues["error"]:
            raise typer.Exit(1)


def _tell_waiting(holder: Holder | None) -> None:
    from oh_pipeline.console.run_view import tell_waiting

    tell_waiting(holder)


@app.command()
def check(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders or patterns; - is standard input.")
    ],
    home: Annotated[  # noqa: ARG001 - every command takes it
        Path | None, typer.Option("--home", metavar="DIR", help="Not looked at: a check touches no home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object an issue, one a line.")] = False,
    returns: Annotated[
        Path | None,
        typer.Option("--return", metavar="DIR", help="Write an annotated workbook a file with issues there."),
    ] = None,
    debug: Debug = False,
) -> None:
    """Every issue that can be seen without the rest of the raw folder; exit 1 when one is of severity error."""
    break_off_when_ended()
    with one_line(debug), one_pass():
        from oh_pipeline.console.check_view import watch_check
        from oh_pipeline.settings import load_settings

        if watch_check(paths, load_settings(), as_json=as_json, returns=returns):
            raise typer.Exit(1)


@app.command()
def dev(
    home: Home = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port on 127.0.0.1.")] = 3000,
    debug: Debug = False,
) -> None:
    """The Dagster UI with schedule and sensor, on 127.0.0.1 only."""
    with one_line(debug):
        from oh_pipeline.console.dev import open_ui
        from oh_pipeline.settings import load_settings

        raise typer.Exit(open_ui(load_settings(home), port))


@app.command()
def sql(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="One statement that reads.")],
    home: Home = None,
    edition: Annotated[Edition, typer.Option("--edition", help="Which published warehouse.")] = Edition.restricted,
    form: Annotated[Format, typer.Option("--format", help="How rows are written.")] = Format.table,
    debug: Debug = False,
) -> None:
    """One read-only query on a published edition: no file, network or attach access, no settings."""
    with one_line(debug):
        from oh_pipeline.console.sql_view import print_answer
        from oh_pipeline.console.streams import require_text
        from oh_pipeline.settings import load_settings
        from oh_pipeline.warehouse.home import Home as Layout
        from oh_pipeline.warehouse.reader import ask

        require_text(query)
        layout = Layout.of(load_settings(home))
        layout.require()
        print_answer(ask(layout.link(edition.value), query, layout.key_file), form.value)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or one with an older export.")],
    home: Home = None,
    edition: Annotated[Edition, typer.Option("--edition", help="Which published warehouse.")] = Edition.restricted,
    form: Annotated[FileFormat, typer.Option("--format", help="How tables are written.")] = FileFormat.parquet,
    debug: Debug = False,
) -> None:
    """The tables of an edition as files for other programs, with a data dictionary beside them."""
    break_off_when_ended()
    with one_line(debug):
        from oh_pipeline.console.export_view import export_and_show
        from oh_pipeline.console.streams import require_text
        from oh_pipeline.settings import load_settings

        require_text(folder)
        export_and_show(load_settings(home), folder, edition.value, form.value)


@app.command()
def sample(
    size: Annotated[
        int | None, typer.Argument(metavar="N", min=1, help="How many; with --frame as many as then.")
    ] = None,
    home: Home = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="LIST",
            help="Strata, one or more of geography, objective, harvest, year, significance, contribution, social_actor, "
            "scale, joined by commas or said again; geography unless said.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Another seed draws others; 1 unless said.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A .csv or .xlsx; its frame is written with it.")
    ] = None,
    frame: Annotated[
        Path | None, typer.Option("--frame", metavar="FILE", help="Draw from this kept frame instead of the warehouse.")
    ] = None,
    with_substantiated: Annotated[
        bool, typer.Option("--include-substantiated", help="Outcomes that are substantiated already may be drawn too.")
    ] = False,
    debug: Debug = False,
) -> None:
    """Whom to ask: a stratified, seeded sample of outcomes, none whose people contact could endanger."""
    with one_line(debug):
        from oh_pipeline.console.sample_view import Wish, sample_and_show
        from oh_pipeline.settings import load_settings
        from oh_pipeline.warehouse.home import Home as Layout

        layout = Layout.of(load_settings(home))
        sample_and_show(layout, Wish(size, by or (), seed, out, frame, with_substantiated))


@app.command()
def forget(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="A fragment id, or an outcome key of the restricted edition.")
    ],
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    debug: Debug = False,
) -> None:
    """Erase a record for good: a tombstone, a build without it; names the files under raw/ that still hold it."""
    with one_line(debug), one_pass():
        from oh_pipeline.console.forget_view import forget_and_show
        from oh_pipeline.console.streams import require_text
        from oh_pipeline.settings import load_settings

        require_text(key)
        forget_and_show(load_settings(home), key, is_sure=yes, debug=debug)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the corpus; a new data home.")],
    records: Annotated[int, typer.Option("--records", metavar="N", help="How many, up to 10,000,000.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Another seed gives another corpus.")] = 1,
    formats: Annotated[
        str, typer.Option("--formats", metavar="LIST", help="Formats to deal the records to.")
    ] = "txt,csv,xlsx,json,jsonl,docx",
    mess: Annotated[float, typer.Option("--mess", metavar="0..1", help="How irregular it is.")] = 0.3,
    home: Annotated[  # noqa: ARG001 - every command takes it
        Path | None, typer.Option("--home", metavar="DIR", help="Not looked at: the corpus goes to DIR.")
    ] = None,
    debug: Debug = False,
) -> None:
    """A synthetic corpus of invented outcomes with a known truth, in every format."""
    with one_line(debug):
        from oh_pipeline.console.demo_view import make_and_show
        from oh_pipeline.console.streams import require_text
        from oh_pipeline.demo.plan import Order, formats_of
        from oh_pipeline.settings import load_settings

        require_text(folder)
        make_and_show(folder, Order(records, seed, formats_of(formats), mess), load_settings().codebook, debug=debug)


@app.command()
def doctor(home: Home = None, debug: Debug = False) -> None:
    """Versions, folders and their modes, lock holder, last build, and what to do about each fault."""
    with one_line(debug):
        from oh_pipeline.console.doctor import examine
        from oh_pipeline.settings import load_settings

        if not examine(load_settings(home)):
            raise typer.Exit(2)


def main() -> None:
    """Entry point of the console script."""
    from oh_pipeline.console.streams import ended, open_streams

    open_streams()
    sys.exit(ended(app, complain))
