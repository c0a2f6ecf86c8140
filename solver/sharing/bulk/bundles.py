"""Bundles: applications that compete for scarce partners, so that their crews are chosen together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from solver.games.coalitions import Floats
from solver.portfolio.quantities import ROUNDING
from solver.sharing.bulk.crews import Crews, TooManyCrewsError, anybody_will_do, benefit_of, crews_of
from solver.sharing.bulk.grid import Grid, Row, spread_upwards
from solver.sharing.bulk.structure import Structure

MOST_TABLED = 20
MOST_JOINT = 1_000_000

Prices = Mapping[int, float]


@dataclass(frozen=True, eq=False)
class Bundle:
    """Applications and the capacity of the partners they compete for; mostly one application and nobody."""

    structure: Structure
    applications: tuple[int, ...]
    capacity: Mapping[int, float]

    @cached_property
    def partners(self) -> tuple[int, ...]:
        """The partners that could serve in it, ascending."""
        return tuple(
            sorted({p for application in self.applications for p in self.structure.able[application]})
        )

    @cached_property
    def plain(self) -> bool:
        """Whether it earns the same whoever serves it, so that counting heads is enough."""
        return not self.capacity and all(anybody_will_do(self.structure, a) for a in self.applications)

    def worths(self, grid: Grid, launched: tuple[int, ...], prices: Prices) -> Row:
        """What the launched applications earn with their best crews, −inf where there are none.

        Raises TooManyCrewsError.
        """
        if self.plain:
            return self._counted(grid, launched)
        return grid.table(self.partners, self.table(launched, prices))

    def best_worths(self, grid: Grid, prices: Prices) -> Row:
        """The same where those are launched that are worth most together, perhaps none."""
        if self.plain:
            counted = self._counted(grid, self.applications)
            return lambda late: np.maximum(counted(late), 0.0)
        best = np.zeros(1)
        for size in range(1, len(self.applications) + 1):
            for launched in combinations(self.applications, size):
                best = np.maximum(best, self.table(launched, prices))
        return grid.table(self.partners, best)

    def table(self, launched: tuple[int, ...], prices: Prices) -> Floats:
        """What some of its applications earn, by coalition of its partners; −inf where they cannot run.

        Raises TooManyCrewsError.
        """
        if len(self.partners) > MOST_TABLED:
            raise TooManyCrewsError
        crews = Crews(np.zeros(1, np.int64), np.zeros(1), np.zeros((1, len(self.capacity))))
        most = np.array([*self.capacity.values()])
        for application in launched:
            own = crews_of(self.structure, application, self.partners, self.capacity, prices)
            if len(crews.worth) * len(own.worth) > MOST_JOINT:
                raise TooManyCrewsError
            crews = crews.and_then(own)
            crews = crews.only(np.all(crews.loads <= most, axis=1)).best()
        table = np.full(1 << len(self.partners), -np.inf)
        np.maximum.at(table, crews.servers, crews.worth)
        spread_upwards(table)
        return table

    def _counted(self, grid: Grid, launched: tuple[int, ...]) -> Row:
        structure = self.structure
        wanted = [
            (structure.capable(need), structure.offered.needs[need].requirement.providers)
            for application in launched
            for need in structure.needs(application)
        ]
        return grid.where_enough(wanted, sum(benefit_of(structure, application) for application in launched))


def bundles_of(structure: Structure) -> Iterator[Bundle]:
    """The applications, put together where a partner's capacity might not suffice for all of its work."""
    capacity = _scarce(structure)
    left = list(structure.launchable)
    while left:
        bundle = [left.pop(0)]
        for application in bundle:
            rivals = [
                a for a in left if _served(structure, a) & _served(structure, application) & {*capacity}
            ]
            bundle += rivals
            left = [a for a in left if a not in rivals]
        at_work = set.union(*(_served(structure, application) for application in bundle))
        own = {partner: most for partner, most in capacity.items() if partner in at_work}
        yield Bundle(structure, tuple(sorted(bundle)), own)


def _scarce(structure: Structure) -> dict[int, float]:
    """Partners who cannot take on all they are able to do, and what they can at most."""
    work: dict[int, float] = {}
    for application in structure.launchable:
        for need in structure.needs(application):
            for partner in structure.capable(need):
                workload = structure.offered.needs[need].requirement.workload
                work[partner] = work.get(partner, 0.0) + workload
    most = structure.offered.options.capacity[structure.options]
    allowed = most * (1.0 + 2.0 * ROUNDING)
    return {partner: float(allowed[partner]) for partner, whole in work.items() if whole > allowed[partner]}


def _served(structure: Structure, application: int) -> set[int]:
    """The partners for whom serving an application is work."""
    needs = structure.offered.needs
    return {
        partner
        for need in structure.needs(application)
        if needs[need].requirement.workload > 0
        for partner in structure.capable(need)
    }
