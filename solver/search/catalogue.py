"""The catalogue of strategies."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from solver.search.exact import exact
from solver.search.heuristics.greedy import greedy
from solver.search.heuristics.large_neighbourhood import large_neighbourhood
from solver.search.heuristics.local_search import local_search
from solver.search.heuristics.ranking import ranking, value_for_money
from solver.search.heuristics.relaxation import relax_and_round
from solver.search.problem import Strategy

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
