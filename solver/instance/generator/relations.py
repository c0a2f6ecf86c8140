"""Synthetic pairs: synergies of both signs, and what keeps partners apart or ties them together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from solver.instance.generator.draws import Stream, amounts, distinct_pairs
from solver.instance.generator.recipe import Recipe
from solver.instance.tables import Application, Outside, Pair, Partner

PARTNERS_PER_OBSTACLE = 20
RIVALRY_WITHIN_INDUSTRY = 0.6
RIVALRY_ACROSS_INDUSTRIES = 0.2


def synergies(recipe: Recipe, partners: Sequence[Partner]) -> tuple[Pair, ...]:
    """As many pairs as the density says; partners of one industry more often get in each other's way."""
    draw = Stream.SYNERGIES.of(recipe.seed)
    pairs = distinct_pairs(draw, recipe.partners, recipe.synergies)
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    industries = np.array([partner.industry for partner in partners])
    same = industries[pairs[:, 0]] == industries[pairs[:, 1]]
    rivals = draw.random(len(pairs)) < np.where(same, RIVALRY_WITHIN_INDUSTRY, RIVALRY_ACROSS_INDUSTRIES)
    values = np.where(rivals, -amounts(draw, len(pairs), 0.1, 1.5), amounts(draw, len(pairs), 0.2, 3))
    return tuple(
        Pair(first=partners[i].id, second=partners[j].id, kind="synergy", value=value)
        for (i, j), value in zip(pairs.tolist(), values.tolist(), strict=True)
    )


def obstacles(
    recipe: Recipe, partners: Sequence[Partner], applications: Sequence[Application]
) -> tuple[Pair, ...]:
    """A few conflicts, dependencies and conflicts of intellectual property, all on different pairs."""
    draw = Stream.OBSTACLES.of(recipe.seed)
    each = recipe.partners // PARTNERS_PER_OBSTACLE
    pairs = [
        (partners[i].id, partners[j].id) for i, j in distinct_pairs(draw, recipe.partners, 3 * each).tolist()
    ]
    prices = amounts(draw, each, 0.5, 3).tolist()
    return (
        *(Pair(first=first, second=second, kind="conflict") for first, second in pairs[:each]),
        *(Pair(first=first, second=second, kind="requires") for first, second in pairs[each : 2 * each]),
        *_ip_conflicts(pairs[2 * each :], prices, applications),
    )


def outside(recipe: Recipe) -> tuple[Outside, ...]:
    """A few groups of three that could earn something without the hub."""
    draw = Stream.OUTSIDE.of(recipe.seed)
    count = recipe.partners // PARTNERS_PER_OBSTACLE
    values = amounts(draw, count, 1, 5).tolist()
    return tuple(
        Outside(
            members=";".join(
                f"p{number + 1}" for number in sorted(draw.choice(recipe.partners, 3, replace=False))
            ),
            value=value,
        )
        for value in values
    )


def _ip_conflicts(
    pairs: Sequence[tuple[str, str]], prices: Sequence[float], applications: Sequence[Application]
) -> Iterator[Pair]:
    """Every other one can be settled by a licence; every other two concern one application only."""
    for number, ((first, second), price) in enumerate(zip(pairs, prices, strict=True)):
        named = applications[number % len(applications)].id if applications and number % 4 >= 2 else None
        licence = price if number % 2 == 0 else None
        yield Pair(first=first, second=second, kind="ip_conflict", value=licence, application=named)
