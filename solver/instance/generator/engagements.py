"""Synthetic partners with their levels, and synthetic applications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from solver.instance.generator import words
from solver.instance.generator.draws import Stream, amounts, hundredths
from solver.instance.generator.recipe import Recipe
from solver.instance.tables import Application, Level, Partner

LIGHTEST, HEAVIEST = 0.6, 1.6
LATE_EVERY = 10


def partners(recipe: Recipe) -> tuple[Partner, ...]:
    """Companies p1, p2, …: most are worth more than they cost, some only with others."""
    draw = Stream.PARTNERS.of(recipe.seed)
    count = recipe.partners
    columns = _shared_columns(draw, count, revenue=(2, 20), cost_share=(0.45, 0.95), effort=(1, 8))
    columns |= {
        "lead": draw.integers(0, min(2, recipe.periods), count),
        "capacity": amounts(draw, count, 4, 12),
        "minimum_payoff": amounts(draw, count, 0, 2),
        "ip_exposure": amounts(draw, count, 0, 1),
        "coordination_cost": amounts(draw, count, 0.1, 0.8),
        "compatibility": amounts(draw, count, 0.6, 1),
    }
    return tuple(
        Partner(
            id=f"p{number}",
            name=words.company_name(number, row["industry"]),
            first_period=2 if recipe.periods > 1 and number % LATE_EVERY == 0 else 1,
            **row,
        )
        for number, row in enumerate(_rows(columns), start=1)
    )


def levels(recipe: Recipe, partners: tuple[Partner, ...]) -> tuple[Level, ...]:
    """Every partner's levels, from light to heavy: money, effort and capacity grow together."""
    if recipe.levels == 1:
        return ()
    draw = Stream.LEVELS.of(recipe.seed)
    names = words.level_names(recipe.levels)
    weights = np.linspace(LIGHTEST, HEAVIEST, recipe.levels)
    luck = draw.uniform(0.9, 1.1, (len(partners), recipe.levels))
    return tuple(
        _level(partner, names[step], float(weights[step]), float(luck[row, step]))
        for row, partner in enumerate(partners)
        for step in range(recipe.levels)
    )


def applications(recipe: Recipe) -> tuple[Application, ...]:
    """Joint products a1, a2, …"""
    draw = Stream.APPLICATIONS.of(recipe.seed)
    columns = _shared_columns(
        draw, recipe.applications, revenue=(10, 50), cost_share=(0.4, 0.75), effort=(2, 12)
    )
    return tuple(
        Application(
            id=f"a{number}",
            name=words.application_name(number, row["industry"]),
            **row,
        )
        for number, row in enumerate(_rows(columns), start=1)
    )


def _shared_columns(
    draw: np.random.Generator,
    count: int,
    *,
    revenue: tuple[float, float],
    cost_share: tuple[float, float],
    effort: tuple[float, float],
) -> dict[str, Any]:
    earned = amounts(draw, count, *revenue)
    spent = hundredths(earned * draw.uniform(*cost_share, count))
    return {
        "industry": [words.INDUSTRIES[i] for i in draw.integers(0, len(words.INDUSTRIES), count)],
        "region": [words.REGIONS[i] for i in draw.integers(0, len(words.REGIONS), count)],
        "revenue": earned,
        "cost": spent,
        "setup_cost": hundredths(spent * draw.uniform(0.2, 1, count)),
        "success": amounts(draw, count, 0.6, 0.95),
        "revenue_cv": amounts(draw, count, 0.1, 0.4),
        "cost_cv": amounts(draw, count, 0.05, 0.2),
        "effort": amounts(draw, count, *effort),
        "innovation": amounts(draw, count, 0, 10),
    }


def _rows(columns: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """One dict of plain Python values per row."""
    values = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns.values()]
    return (dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True))


def _level(partner: Partner, name: str, weight: float, luck: float) -> Level:
    def scaled(amount: float, by: float = weight) -> float:
        return float(hundredths(amount * by))

    return Level(
        partner=partner.id,
        level=name,
        revenue=scaled(partner.revenue, weight * luck),
        cost=scaled(partner.cost),
        setup_cost=scaled(partner.setup_cost),
        effort=scaled(partner.effort),
        capacity=scaled(partner.capacity or 0.0),
        coordination_cost=scaled(partner.coordination_cost),
    )
