"""How wishes would have to give way for a portfolio, and what that costs (spec 7)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from solver.portfolio.rules import Handle, Reading, RowsRule, Rule
from solver.portfolio.rules.handle import STEP
from solver.portfolio.selection import Selection

SPARES = (0.0, 1e-15, 1e-12, 1e-9)
"""Roundings, in units of a number's size, that a move may take more than it comes to."""

Changes = Mapping[Handle, float]
"""The wishes that give way: numbers by amounts, rows dropped (∞)."""


@dataclass(frozen=True)
class Prices:
    """What changes cost: weight · |change| / max(|number|, 1), or the weight of a row that is dropped.

    Weights are 1 unless set; what weighs ∞ may not change.
    """

    weights: Mapping[Handle, float] = field(default_factory=dict)

    def weight(self, wish: Handle) -> float:
        """What it costs to drop a row, or to move a number by its size."""
        return self.weights.get(wish, 1.0)

    def of(self, changes: Changes) -> float:
        """What some changes cost together."""
        return sum(self.weight(wish) * sizes(wish, amount) for wish, amount in changes.items())


def size(wish: Handle) -> float:
    """The amount of a number's change that costs its weight."""
    return 1.0 if wish.number is None else max(abs(wish.number), 1.0)


def sizes(wish: Handle, amount: float) -> float:
    """A change in units of the wish's size; a row that is dropped is one."""
    return 1.0 if wish.number is None else amount / size(wish)


def changes_for(
    selection: Selection, wishes: Iterable[Handle], prices: Prices, most: Changes | None = None
) -> dict[Handle, float] | None:
    """The cheapest changes with which a selection keeps all rules of some wishes; none where it does already.

    `most` says how far wishes may give way, where that is limited. None where they cannot give way enough.
    """
    by_rule: dict[Rule, list[Handle]] = {}
    for wish in wishes:
        by_rule.setdefault(wish.rule, []).append(wish)
    changes: dict[Handle, float] = {}
    for rule, handles in by_rule.items():
        readings = list(rule.readings(selection))
        if all(reading.holds for reading in readings):
            continue
        if isinstance(rule, RowsRule):
            rows = zip(rule.handles(selection.assessment), readings, strict=False)
            broken = {row.part for row, reading in rows if not reading.holds}
            needed = {handle: math.inf for handle in handles if handle.part in broken}
        elif handles[0].number is None:
            needed = {handles[0]: math.inf}
        else:
            found = _moved(selection, rule, handles, readings, prices, most or {})
            if found is None:
                return None
            needed = found
        if any(amount > (most or {}).get(wish, math.inf) for wish, amount in needed.items()):
            return None
        changes |= needed
    return changes


def _moved(
    selection: Selection,
    rule: Rule,
    handles: list[Handle],
    readings: list[Reading],
    prices: Prices,
    most: Changes,
) -> dict[Handle, float] | None:
    """The cheapest moves of the numbers of a rule.

    Reading by reading, what is lacking is given by the cheapest number that still can: what gives to an
    earlier period gives to the later ones as well, so nothing is gained by waiting.
    """
    gains = {handle: _gains(selection, rule, handle, readings) for handle in handles}
    moved = dict.fromkeys(handles, 0.0)
    for place, reading in enumerate(readings):
        if reading.holds:
            continue
        lacking = -reading.slack - sum(gains[one][place] * amount for one, amount in moved.items())
        able = [handle for handle in handles if gains[handle][place] > 0]
        for handle in sorted(able, key=lambda one: prices.weight(one) / size(one) / gains[one][place]):
            if lacking <= reading.room:
                break
            step = min(lacking / gains[handle][place], most.get(handle, math.inf) - moved[handle])
            moved[handle] += step
            lacking -= step * gains[handle][place]
        if lacking > reading.room:
            return None
    return _held(selection, rule, {handle: amount for handle, amount in moved.items() if amount > 0})


def _held(selection: Selection, rule: Rule, moved: dict[Handle, float]) -> dict[Handle, float]:
    """The same moves, by a rounding more where it takes that to hold the rule."""
    given = moved
    for spare in SPARES:
        given = {handle: amount + spare * size(handle) for handle, amount in moved.items()}
        left: Rule | None = rule
        for handle, amount in given.items():
            left = None if left is None else left.loosened(handle.part, amount)
        if left is None or all(reading.holds for reading in left.readings(selection)):
            break
    return given


def _gains(selection: Selection, rule: Rule, handle: Handle, readings: list[Reading]) -> list[float]:
    """By how much each reading is further from its limit per unit that a number moves."""
    moved = rule.loosened(handle.part, STEP)
    later = [] if moved is None else moved.readings(selection)
    return [(after.slack - before.slack) / STEP for before, after in zip(readings, later, strict=True)]
