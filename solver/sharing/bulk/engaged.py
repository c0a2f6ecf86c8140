"""What a coalition is worth when exactly its partners are engaged, for all coalitions, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from solver.games.coalitions import Floats
from solver.sharing.bulk.bounds import PartBound
from solver.sharing.bulk.bundles import Bundle
from solver.sharing.bulk.choices import Attempt, Choices
from solver.sharing.bulk.grid import Grid, Row
from solver.sharing.bulk.structure import Attraction, Structure, Truths


@dataclass(frozen=True, eq=False)
class Launches:
    """Which applications run: those `always`, and others where they can, by coalition of a row."""

    always: tuple[int, ...]
    where: Mapping[int, Truths]


Total = Callable[[int, Launches], Floats]
"""A function of the partners engaged, given as a late mask, and of the applications launched."""


@dataclass(frozen=True, eq=False)
class Engaged:
    """f(T): the value when exactly the partners T are engaged, with the best applications and licences.

    Its parts raise TooManyCrewsError where these are too many to find the best.
    """

    choices: Choices

    @property
    def structure(self) -> Structure:
        """What the coalitions engage."""
        return self.choices.structure

    @cached_property
    def grid(self) -> Grid:
        """All coalitions of the partners."""
        return Grid(len(self.structure.partners))

    def values(self, late: int) -> Floats:
        """The row of f for a late mask, −inf where T may not be engaged as it is; exit costs apart."""
        value = self._partners(late)
        for row in self._inner:
            value += row(late)
        where: dict[int, Truths] = {}
        for application, row in self._sure.items():
            worth = row(late)
            where[application] = np.isfinite(worth)
            value += np.where(where[application], worth, 0.0)
        best = np.full(self.grid.width, -np.inf)
        for attempt, rows in self._attempts:
            added = self._added(late, attempt, Launches(attempt.launched, where))
            for row in rows:
                added += row(late)
            np.maximum(best, added, out=best)
        return best + value

    def _added(self, late: int, attempt: Attempt, launches: Launches) -> Floats:
        """What is added to the worth of partners and crews, −inf where a bound is broken."""
        value = np.full(self.grid.width, -attempt.paid)
        for application, total in self._joint.items():
            if application in launches.always:
                value += total(late, launches)
            elif application in launches.where:
                value += np.where(launches.where[application], total(late, launches), 0.0)
        for segment, pulls in self._segments:
            value += segment.gain(pulls(late, launches))
        entered = np.zeros(self.grid.width)
        for cost, newcomers, running in self._entries:
            entered += cost * ((newcomers(late, launches) > 0) & (running(late, launches) == 0))
        value -= entered
        for bound, amount, size in self._bounds:
            more = bound.entry * entered + bound.licences * attempt.paid
            taken = amount(late, launches) + more
            beyond = taken > bound.most
            if beyond.any():
                beyond &= taken > bound.allowed(size(late, launches) + more)
            value[beyond] = -np.inf
        return value

    @cached_property
    def _partners(self) -> Row:
        count = self.grid.count
        alone = self.grid.sums(self.structure.amounts[:count])
        pairs = self.structure.together[:count, :count]
        if not pairs.any():
            return alone
        together = self.grid.pair_sums(pairs)
        return lambda late: alone(late) + together(late)

    @cached_property
    def _inner(self) -> list[Row]:
        return [bundle.best_worths(self.grid, self.choices.prices) for bundle in self.choices.inner]

    @cached_property
    def _sure(self) -> dict[int, Row]:
        prices = self.choices.prices
        return {b.applications[0]: b.worths(self.grid, b.applications, prices) for b in self.choices.sure}

    @cached_property
    def _attempts(self) -> list[tuple[Attempt, list[Row]]]:
        @cache
        def worths(bundle: Bundle, launched: tuple[int, ...], prices: tuple[tuple[int, float], ...]) -> Row:
            return bundle.worths(self.grid, launched, dict(prices))

        return [
            (
                attempt,
                [
                    worths(
                        bundle,
                        tuple(a for a in bundle.applications if a in attempt.launched),
                        tuple(attempt.prices.items()),
                    )
                    for bundle in self.choices.tried
                ],
            )
            for attempt in self.choices.attempts()
        ]

    @cached_property
    def _joint(self) -> dict[int, Total]:
        """What each application adds together with partners, and with others half of what it is."""
        amounts = self.structure.together.copy()
        amounts[:, self.grid.count :] /= 2.0
        joined = [application for application in self.structure.launchable if amounts[application].any()]
        return {application: self._total(amounts[application]) for application in joined}

    @cached_property
    def _segments(self) -> list[tuple[Attraction, Total]]:
        return [(segment, self._total(segment.pulls)) for segment in self.structure.attractions]

    @cached_property
    def _entries(self) -> list[tuple[float, Total, Total]]:
        return [
            (e.cost, self._total(e.newcomers.astype(float)), self._total(e.running.astype(float)))
            for e in self.structure.entries
        ]

    @cached_property
    def _bounds(self) -> list[tuple[PartBound, Total, Total]]:
        return [
            (bound, self._total(bound.amounts), self._total(np.abs(bound.amounts)))
            for bound in self.choices.bounds
        ]

    def _total(self, amounts: Floats) -> Total:
        """The sum of the amounts of all that is engaged."""
        partners = self.grid.sums(amounts[: self.grid.count])

        def total(late: int, launches: Launches) -> Floats:
            row: Floats = partners(late) + amounts[list(launches.always)].sum()
            for application, there in launches.where.items():
                if amounts[application]:
                    row += amounts[application] * there
            return row

        return total
