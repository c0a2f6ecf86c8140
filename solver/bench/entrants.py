"""Who may take part: the strategies of the catalogue, peers, and whatever can be imported."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from solver.bench.tasks import Entrant
from solver.errors import PartnerfolioError
from solver.versions import versions

if TYPE_CHECKING:
    from solver.strategies.problem import Strategy

CATALOGUE = "solver.strategies"


def catalogue() -> dict[str, Entrant]:
    """The strategies that come with the software, by name."""
    from solver.strategies import STRATEGIES

    return {name: Entrant(name, name) for name in STRATEGIES}


def strategy_of(entrant: Entrant) -> Strategy:
    """The callable.

    Raises ModuleNotFoundError where a package is missing, PartnerfolioError for a wrong name.
    """
    module, _, attribute = entrant.reference.partition(":")
    if not attribute:
        from solver.strategies import STRATEGIES

        return STRATEGIES[entrant.reference]
    found: Any = import_module(module)
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise PartnerfolioError(f"{module} has no {attribute}")
        found = getattr(found, part)
    strategy: Strategy = found
    return strategy


@cache
def versions_of(entrant: Entrant) -> str:
    """The versions that the entrant's figures depend on, as one line."""
    found: Mapping[str, str] = versions() | {package: _version(package) for package in entrant.packages}
    return ", ".join(f"{package} {number}" for package, number in found.items())


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
