"""Read by Python at the start of every process of a harness that plants something in the real `oh`; the product knows nothing of it.

`PROVING` names functions, as `module:function`, joined by blanks. Each is called with nothing, before the program begins; what it
gives (module → function) is done to each of these modules as soon as that one has been imported.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

Plant = Callable[[ModuleType], object]


class _Planter(importlib.abc.MetaPathFinder):
    """Finds nothing itself: it does to a module what is planted there."""

    def __init__(self, plants: dict[str, list[Plant]]) -> None:
        self._plants = plants

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self._plants:
            return None
        plants = self._plants.pop(name)
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def planted(module: ModuleType) -> None:
            run(module)
            for plant in plants:
                plant(module)

        spec.loader.exec_module = planted  # type: ignore[method-assign]
        return spec


if os.environ.get("PROVING"):
    every: dict[str, list[Plant]] = {}
    for word in os.environ["PROVING"].split():
        where, _, which = word.partition(":")
        for place, one in getattr(importlib.import_module(where), which)().items():
            every.setdefault(place, []).append(one)
    for place in every.keys() & sys.modules.keys():  # what is planted needed it
        for one in every.pop(place):
            one(sys.modules[place])
    sys.meta_path.insert(0, _Planter(every))
