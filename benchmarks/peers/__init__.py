"""Other software on the same instances, with the same limits, judged by the same checker.

A peer is a function `(problem, run) -> Selection | None` in a module of its own and a line here: its name,
where it is, and the packages whose versions its figures depend on.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from solver.bench.tasks import Entrant

_ALL = (
    Entrant("cp-sat", "benchmarks.peers.cpsat:choose", packages=("ortools",)),
    Entrant("scip", "benchmarks.peers.scip:choose", packages=("pyscipopt",)),
    Entrant("linopy", "benchmarks.peers.linopy_highs:choose", packages=("linopy",)),
    Entrant("genetic", "benchmarks.peers.genetic:genetic", packages=("pymoo",)),
    Entrant("textbook", "benchmarks.peers.textbook:textbook"),
)

PEERS: Mapping[str, Entrant] = MappingProxyType({peer.name: peer for peer in _ALL})
