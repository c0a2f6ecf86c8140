"""Who may take part: the strategies of the catalogue, peers, and whatever can be imported."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from solver.bench.references import imported
from solver.bench.tasks import Entrant
from solver.versions import versions

if TYPE_CHECKING:
    from solver.search.problem import Strategy


def catalogue() -> dict[str, Entrant]:
    """The strategies that come with the software, by name."""
    from solver.search.catalogue import STRATEGIES

    return {name: Entrant(name, name) for name in STRATEGIES}


def strategy_of(entrant: Entrant) -> Strategy:
    """The callable.

    Raises ModuleNotFoundError where a package is missing, PartnerfolioError for a wrong name.
    """
    if ":" in entrant.reference:
        strategy: Strategy = imported(entrant.reference)
        return strategy
    from solver.search.catalogue import STRATEGIES

    return STRATEGIES[entrant.reference]


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
