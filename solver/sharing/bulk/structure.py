"""The structure of a portfolio: what its partners, applications and pairs of them add to a coalition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solver.assessment.assessment import Assessment, PairRow
from solver.games.coalitions import Floats
from solver.portfolio.terms import ExitCosts
from solver.sharing.members import Members

Truths = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Attraction:
    """A segment in periods in which the same is ready: money worth · A / (A + rival), A = hub + Σ pulls."""

    worth: float
    hub: float
    rival: float
    pulls: Floats

    def gain(self, attraction: Floats) -> Floats:
        """What the pulls of a coalition, added up, earn beyond the hub alone."""
        alone = self.hub / (self.hub + self.rival)
        return np.asarray(self.worth * (1.0 - self.rival / (attraction + (self.hub + self.rival)) - alone))


@dataclass(frozen=True, eq=False)
class Entry:
    """The cost of entering a group: paid where a newcomer is engaged and nothing that was running."""

    cost: float
    newcomers: Truths
    running: Truths


@dataclass(frozen=True)
class Conflict:
    """An `ip_conflict` row of two parts, the applications both could serve, and the licence's price."""

    pair: int
    first: int
    second: int
    places: tuple[int, ...]
    price: float | None


@dataclass(frozen=True, eq=False)
class Structure:
    """What a coalition can engage, each at its level and start: the parts, partners first, by number.

    `offered` has one option for each. Arrays are by part, shape (P,), or by two of them, shape (P, P).
    """

    offered: Assessment
    partners: tuple[int, ...]
    applications: tuple[int, ...]

    @classmethod
    def of(cls, members: Members) -> Self:
        """The structure of a portfolio; partner k is player k + 1."""
        return cls(members.offered, members.partners, tuple(members.selection.applications))

    @property
    def parts(self) -> tuple[int, ...]:
        """The element of each part."""
        return self.partners + self.applications

    @cached_property
    def part_of(self) -> dict[int, int]:
        """The number of each element that is a part."""
        return {element: part for part, element in enumerate(self.parts)}

    @cached_property
    def elements(self) -> NDArray[np.int64]:
        """The same as an array."""
        return np.array(self.parts, dtype=np.int64)

    @cached_property
    def options(self) -> NDArray[np.int64]:
        """The option of each part."""
        return np.searchsorted(self.offered.options.element, self.elements)

    @property
    def launchable(self) -> range:
        """The parts that are applications."""
        return range(len(self.partners), len(self.parts))

    @cached_property
    def fixed(self) -> float:
        """What the empty portfolio is worth: minus the exit costs."""
        return ExitCosts().constant(self.offered)

    @cached_property
    def amounts(self) -> Floats:
        """What each partner adds by itself; nothing for applications, whose teams decide."""
        amounts = (self.offered.expected_benefit - self.offered.options.coordination)[self.options]
        amounts[len(self.partners) :] = 0.0
        return amounts

    @cached_property
    def together(self) -> Floats:
        """What two parts add by being engaged together, symmetric: synergies and the overhead of pairs."""
        partner = np.arange(len(self.parts)) < len(self.partners)
        overhead = self.offered.instance.limits.pair_overhead
        known = partner & self.offered.running[self.elements]
        charged = np.outer(partner, partner) & ~np.outer(known, known)
        together = np.where(charged, -overhead, 0.0)
        for row in self._pairs("synergy"):
            if row.application is None:
                first, second = self.part_of[row.first], self.part_of[row.second]
                together[first, second] += self._expected(row)
                together[second, first] = together[first, second]
        np.fill_diagonal(together, 0.0)
        return together

    def on_site(self, application: int) -> Iterator[tuple[int, int, float]]:
        """Pairs of partners who add something by both serving an application."""
        for row in self._pairs("synergy"):
            if row.application == self.parts[application]:
                yield self.part_of[row.first], self.part_of[row.second], self._expected(row)

    @cached_property
    def able(self) -> dict[int, tuple[int, ...]]:
        """The partners able to serve each application, ascending."""
        return {
            application: tuple(sorted({p for need in self.needs(application) for p in self.capable(need)}))
            for application in self.launchable
        }

    def needs(self, application: int) -> tuple[int, ...]:
        """The needs of an application."""
        return self.offered.needs_of.get(self.parts[application], ())

    def capable(self, need: int) -> list[int]:
        """The partners able and ready to meet a need."""
        needed, options = self.offered.needs[need], self.offered.options
        start = options.start[self.options[self.part_of[needed.application]]]
        capable = [self.part_of[partner] for partner in needed.capable if partner in self.part_of]
        return [partner for partner in capable if options.ready[self.options[partner]] <= start]

    @cached_property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Conflicts of intellectual property that could arise in some application."""
        found = []
        for pair, row in enumerate(self.offered.pairs):
            if row.row.kind == "ip_conflict" and {row.first, row.second} <= self.part_of.keys():
                first, second = self.part_of[row.first], self.part_of[row.second]
                about = self.offered.ip_places(pair)
                places = tuple(
                    application
                    for application, able in self.able.items()
                    if self.parts[application] in about and {first, second} <= set(able)
                )
                if places:
                    found.append(Conflict(pair, first, second, places, row.row.value))
        return tuple(found)

    @cached_property
    def attractions(self) -> tuple[Attraction, ...]:
        """The segments, periods in which the same parts are ready put together."""
        market, ready = self.offered.market, self.offered.options.ready[self.options]
        epochs = [
            (sum(discount for _, discount in same), np.array(active))
            for active, same in groupby(
                ((tuple(ready <= period), float(d)) for period, d in enumerate(self.offered.discount, 1)),
                key=lambda epoch: epoch[0],
            )
        ]
        return tuple(
            Attraction(float(worth * discount), float(hub), float(rival), pulls * active)
            for discount, active in epochs
            for worth, hub, rival, pulls in zip(
                market.worth, market.hub, market.rival, market.attraction[:, self.elements], strict=True
            )
            if worth * discount * (pulls * active).any()
        )

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The groups whose entry costs something."""
        running = self.offered.running[self.elements]
        membership = self.offered.membership[:, self.options]
        return tuple(
            Entry(group.entry_cost, belongs & ~running, belongs & running)
            for group, belongs in zip(self.offered.instance.groups, membership, strict=True)
            if group.entry_cost and (belongs & ~running).any()
        )

    def delivers(self, part: int) -> Floats:
        """1 in every scenario in which a part does its share for others, 0 where it fails, shape (S,)."""
        outlook = self.offered.outlook
        if outlook is None:
            return np.ones(1)
        if not outlook.recourse or part in self.launchable:
            return np.ones(len(outlook.scenarios))
        return outlook.delivers(int(self.options[part])).astype(float)

    @property
    def probability(self) -> Floats:
        """The probability of every scenario, shape (S,); one that is certain where there are none."""
        outlook = self.offered.outlook
        return np.ones(1) if outlook is None else outlook.scenarios.probability

    def _expected(self, row: PairRow) -> float:
        both = self.delivers(self.part_of[row.first]) * self.delivers(self.part_of[row.second])
        return row.value * float(self.probability @ both)

    def _pairs(self, kind: str) -> Iterator[PairRow]:
        for row in self.offered.pairs:
            if row.row.kind == kind and {row.first, row.second} <= self.part_of.keys():
                yield row
