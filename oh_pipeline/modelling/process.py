"""The modelling process, which can be started before anything heavy is imported: it takes longest to be ready.

Nothing is imported here that would be waited for. What it is ordered and what it tells is in `child`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from oh_pipeline.helper import Helper


def start_modelling(*, debug: bool = False) -> Helper:
    """One that loads dbt at once and waits for its order."""
    return Helper("oh_pipeline.modelling.worker", "dbt build", debug=debug)


@contextmanager
def modelling_process(*, debug: bool = False) -> Iterator[Helper]:
    """One for a run that is about to begin; it ends with it."""
    helper = start_modelling(debug=debug)
    try:
        yield helper
    finally:
        helper.close()
