"""dbt's documentation as one file that opens from a double click: `python -m oh_pipeline.modelling.docs_site` writes it.

It is made from an empty warehouse of a home of its own, so that nothing in it can come from a record. What dbt writes of the
machine (paths) is taken out, and the file is not written where any of it is left.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from oh_pipeline.codebook import load_codebook
from oh_pipeline.errors import Fault
from oh_pipeline.modelling.child import Modelling
from oh_pipeline.modelling.dbt import dbt_environment, invoke, project_arguments, release_connections
from oh_pipeline.modelling.manifest import COPY, ready_manifest
from oh_pipeline.modelling.process import modelling_process
from oh_pipeline.settings import Settings, load_settings
from oh_pipeline.validation.intake import intake
from oh_pipeline.warehouse.build import Build, begin_build, builds_frame
from oh_pipeline.warehouse.home import Home


def make_site(settings: Settings, file: Path) -> Path:
    """Write the site to `file`; gives it back. Raises Fault where the project does not build or a path is left."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        empty = settings.model_copy(update={"home": place / "home"})
        ready = ready_manifest(empty)
        build = _empty_warehouse(empty)
        with modelling_process() as process:
            modelling = Modelling(empty, process)
            modelling.order(ready, build, place / "built")
            for _ in modelling.results():
                pass
        with dbt_environment(empty, build.file, ready.folder / COPY):
            try:
                invoke(
                    ["docs", "generate", "--static", *project_arguments(empty, place / "site")], manifest=ready.load()
                )
            finally:
                release_connections()
        written = (place / "site" / "static_index.html").read_text(encoding="utf-8")
        page = without_paths(
            written.replace(COPY, "seeds"), [ready.folder, place, settings.dbt_project, settings.dbt_project.parent]
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page, encoding="utf-8")
    return file


def without_paths(page: str, folders: Sequence[Path]) -> str:
    """The page with each folder, and where it really lies, as `.`. Raises Fault where a path of this machine is left."""
    for folder in sorted({*folders, *(each.resolve() for each in folders)}, key=lambda each: -len(str(each))):
        page = page.replace(str(folder), ".")
    left = [folder for folder in (Path.home(), Path(tempfile.gettempdir())) if f'"{folder}/' in page]
    if left:
        raise Fault("The documentation names a folder of this machine", "Nothing was written; see what dbt put into it")
    return page


def _empty_warehouse(settings: Settings) -> Build:
    home, codebook = Home.of(settings), load_codebook(settings.codebook)
    home.raw.mkdir(parents=True)
    home.prepare()
    build = begin_build(home, "documentation", settings.memory_limit, settings.engine_threads)
    build.load([*intake([], codebook), {"builds": builds_frame(build.build_id, codebook.hash, "none")}])
    return build


def main() -> int:
    """Write the site to `dbt_project/target/docs/index.html` and say where."""
    settings = load_settings()
    print(make_site(settings, settings.dbt_project / "target" / "docs" / "index.html"))  # noqa: T201 - the result
    return 0


if __name__ == "__main__":
    sys.exit(main())
