"""What a coalition is worth when exactly its partners are engaged, for all coalitions, row by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from solver.agreement.choices import Attempt, Choices
from solver.agreement.grid import Grid, Row
from solver.agreement.structure import Entry, Structure, Truths
from solver.allocation.coalitions import Floats

Sure = dict[int, Truths]
"""Where each of the applications that never do harm is launched."""
Total = Callable[[int, Sure], Floats]


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of all bundles of a structure: what they earn with their best crews."""

    inner: list[Row]
    sure: dict[int, Row]
    tried: list[tuple[Attempt, list[Row]]]


@dataclass(frozen=True, eq=False)
class Engaged:
    """f(T): the value when exactly the partners T are engaged, with the best applications and licences."""

    choices: Choices
    grid: Grid
    rows: Rows

    @property
    def structure(self) -> Structure:
        """What the coalitions engage."""
        return self.choices.structure

    def values(self, late: int) -> Floats:
        """The row of f for a late mask, −inf where T may not be engaged as it is; exit costs apart."""
        value = self._partners(late)
        for row in self.rows.inner:
            value += row(late)
        sure: Sure = {}
        for application, row in self.rows.sure.items():
            worth = row(late)
            sure[application] = np.isfinite(worth)
            value += np.where(sure[application], worth, 0.0)
        best = np.full(self.grid.width, -np.inf)
        for attempt in self._attempts:
            np.maximum(best, attempt(late, sure), out=best)
        return best + value

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
    def _attempts(self) -> list[Total]:
        return [self._attempt(attempt, rows) for attempt, rows in self.rows.tried]

    def _attempt(self, attempt: Attempt, rows: list[Row]) -> Total:
        """What an attempt adds to what the partners, inner and sure bundles are worth."""
        structure = self.structure
        joint = self._joint(attempt)
        segments = [(segment, self._total(segment.pulls, attempt)) for segment in structure.attractions]
        entries = [self._entry(entry, attempt) for entry in structure.entries]
        bounds = [(bound, self._total(bound.amounts, attempt)) for bound in self.choices.bounds]

        def added(late: int, sure: Sure) -> Floats:
            value = np.full(self.grid.width, -attempt.paid, dtype=float)
            for row in rows:
                value += row(late)
            for amount in joint:
                value += amount(late, sure)
            for segment, pulls in segments:
                value += segment.gain(pulls(late, sure))
            entered = sum((cost(late, sure) for cost in entries), np.zeros(1))
            value -= entered
            for bound, amount in bounds:
                taken = amount(late, sure) + bound.entry * entered + bound.licences * attempt.paid
                value[taken > bound.allowed] = -np.inf
            return value

        return added

    def _joint(self, attempt: Attempt) -> list[Total]:
        """What applications add together with partners and with each other."""
        count, launched = self.grid.count, sorted(attempt.launched)
        with_tried = self.structure.together[launched].sum(axis=0)
        with_tried[launched] /= 2.0
        totals = [self._total(with_tried, attempt)] if with_tried.any() else []
        earlier = np.arange(len(with_tried)) < count
        for application in self.rows.sure:
            with_earlier = np.where(earlier, self.structure.together[application], 0.0)
            earlier[application] = True
            if with_earlier.any():
                totals.append(self._where_launched(application, self._total(with_earlier, attempt)))
        return totals

    def _where_launched(self, application: int, total: Total) -> Total:
        return lambda late, sure: np.where(sure[application], total(late, sure), 0.0)

    def _entry(self, entry: Entry, attempt: Attempt) -> Total:
        newcomers = self._total(entry.newcomers.astype(float), attempt)
        running = self._total(entry.running.astype(float), attempt)
        return lambda late, sure: np.where(
            (newcomers(late, sure) > 0) & (running(late, sure) == 0), entry.cost, 0.0
        )

    def _total(self, amounts: Floats, attempt: Attempt) -> Total:
        """The sum of the amounts of all that is engaged."""
        partners = self.grid.sums(amounts[: self.grid.count])
        fixed = float(amounts[sorted(attempt.launched)].sum())
        of_sure = [(application, amounts[application]) for application in self.rows.sure]

        def total(late: int, sure: Sure) -> Floats:
            row: Floats = partners(late) + fixed
            for application, amount in of_sure:
                if amount:
                    row += amount * sure[application]
            return row

        return total


def engaged_by(choices: Choices) -> Engaged | None:
    """What coalitions are worth when they engage everybody; None where there are too many crews to look at."""
    grid = Grid(len(choices.structure.partners))
    rows = _rows_of(choices, grid)
    return None if rows is None else Engaged(choices, grid, rows)


def _rows_of(choices: Choices, grid: Grid) -> Rows | None:
    inner = [bundle.best_worths(grid, choices.prices) for bundle in choices.inner]
    sure = {b.applications[0]: b.worths(grid, b.applications, choices.prices) for b in choices.sure}
    tried = [
        (
            attempt,
            [
                bundle.worths(
                    grid, tuple(a for a in bundle.applications if a in attempt.launched), attempt.prices
                )
                for bundle in choices.tried
            ],
        )
        for attempt in choices.attempts()
    ]
    rows = [*inner, *sure.values(), *(row for _, found in tried for row in found)]
    if any(row is None for row in rows):
        return None
    return Rows(
        [row for row in inner if row],
        {application: row for application, row in sure.items() if row},
        [(attempt, [row for row in found if row]) for attempt, found in tried],
    )
