"""What everything would cost, and the part of it that the limits allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import fsum

from solver.instance.generator.recipe import Recipe
from solver.instance.settings import Limits
from solver.instance.tables import Application, Level, Partner, Resource, Usage

PAIR_OVERHEAD = 0.01
Taking = Partner | Level | Application


def limits(
    recipe: Recipe, partners: Sequence[Partner], levels: Sequence[Level], applications: Sequence[Application]
) -> Limits:
    """Budget and effort: the tightness times what everything takes, effort spread evenly over time."""
    rows: list[Taking] = [*partners, *levels, *applications]
    costs = _dearest((row, _spending(row, recipe.periods)) for row in rows)
    efforts = _dearest((row, row.effort or 0.0) for row in rows)
    effort = round(recipe.tightness * efforts / recipe.periods, 2)
    return Limits(
        budget=round(recipe.tightness * costs, 2),
        effort=(effort,) * recipe.periods,
        pair_overhead=PAIR_OVERHEAD,
        retained_value=recipe.retained_value,
    )


def engineers_available(recipe: Recipe, usage: Iterable[Usage]) -> Resource:
    """The tightness times the engineers that everything would tie up."""
    everyone = fsum(row.amount for row in usage)
    return Resource(id="engineers", max=float(round(recipe.tightness * everyone)))


def _spending(row: Taking, periods: int) -> float:
    return (row.cost or 0.0) * periods + (row.setup_cost or 0.0)


def _dearest(amounts: Iterable[tuple[Taking, float]]) -> float:
    """The sum over partners and applications of what each takes at most."""
    most: dict[str, float] = {}
    for row, amount in amounts:
        name = row.partner if isinstance(row, Level) else row.id
        most[name] = max(amount, most.get(name, 0.0))
    return fsum(most.values())
