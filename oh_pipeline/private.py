"""What a process that holds cell values does first: nothing it leaves may be for others. No path is known here."""

from __future__ import annotations

import os
import resource


def keep_private() -> None:
    """New files are closed to group and others, and a crash leaves no image of the memory in the caller's folder."""
    os.umask(0o077)
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))
