"""The catalogue of strategies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from solver.strategies.exact import exact
from solver.strategies.greedy import greedy
from solver.strategies.large_neighbourhood import large_neighbourhood
from solver.strategies.local_search import local_search
from solver.strategies.problem import Strategy
from solver.strategies.ranking import ranking, value_for_money
from solver.strategies.relaxation import relax_and_round

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "exact": exact,
        "ranking": ranking,
        "value-for-money": value_for_money,
        "greedy": greedy,
        "relax-and-round": relax_and_round,
        "local-search": local_search,
        "large-neighbourhood": large_neighbourhood,
    }
)
