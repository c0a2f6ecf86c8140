"""Functions of the user's own, named `module:function`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from solver.errors import PartnerfolioError


def imported(reference: str) -> Any:
    """What a reference names.

    Raises ModuleNotFoundError where a module is missing, PartnerfolioError where it lacks what is named.
    """
    module, _, attribute = reference.partition(":")
    found: Any = import_module(module)
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise PartnerfolioError(f"{module} has no {attribute}")
        found = getattr(found, part)
    return found
