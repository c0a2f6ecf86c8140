"""Synthetic markets, groups, engineers and pilots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import ceil

from solver.instance.generator.draws import Stream, amounts
from solver.instance.generator.recipe import Recipe
from solver.instance.generator.words import INDUSTRIES, REGIONS
from solver.instance.tables import Application, Attraction, Evidence, Group, Partner, Segment, Usage

MOST_OF_AN_INDUSTRY = 0.6
PILOT_EVERY = 10


def segments(recipe: Recipe) -> tuple[Segment, ...]:
    """One market segment per industry."""
    draw = Stream.SEGMENTS.of(recipe.seed)
    columns = [
        amounts(draw, len(INDUSTRIES), low, high).tolist()
        for low, high in ((20, 120), (0.1, 0.3), (0.5, 2), (5, 20))
    ]
    return tuple(
        Segment(id=industry, demand=demand, margin=margin, hub_attraction=own, rival_attraction=rival)
        for industry, demand, margin, own, rival in zip(INDUSTRIES, *columns, strict=True)
    )


def attractions(
    recipe: Recipe, partners: Sequence[Partner], applications: Sequence[Application]
) -> tuple[Attraction, ...]:
    """Partners and, more strongly, applications attract the customers of their own industry."""
    draw = Stream.ATTRACTIONS.of(recipe.seed)
    sources = [*partners, *applications]
    strengths = [
        *amounts(draw, len(partners), 0.1, 1).tolist(),
        *amounts(draw, len(applications), 0.5, 2).tolist(),
    ]
    return tuple(
        Attraction(source=row.id, segment=str(row.industry), attraction=strength)
        for row, strength in zip(sources, strengths, strict=True)
    )


def groups(recipe: Recipe, partners: Sequence[Partner]) -> tuple[Group, ...]:
    """Regions cost money to enter; no industry may take more than a part of its candidates."""
    draw = Stream.GROUPS.of(recipe.seed)
    entry_costs = amounts(draw, len(REGIONS), 1, 6).tolist()
    regions = {partner.region for partner in partners}
    candidates = Counter(str(partner.industry) for partner in partners)
    return (
        *(
            Group(dimension="region", group=region, entry_cost=cost)
            for region, cost in zip(REGIONS, entry_costs, strict=True)
            if region in regions
        ),
        *(
            Group(dimension="industry", group=industry, max=ceil(MOST_OF_AN_INDUSTRY * count))
            for industry, count in sorted(candidates.items())
        ),
    )


def engineers(
    recipe: Recipe, partners: Sequence[Partner], applications: Sequence[Application]
) -> tuple[Usage, ...]:
    """How many of the hub's engineers each partner and application ties up."""
    draw = Stream.ENGINEERS.of(recipe.seed)
    ids = [row.id for row in (*partners, *applications)]
    heads = draw.integers(1, 9, len(ids)).tolist()
    return tuple(
        Usage(id=name, resource="engineers", amount=amount) for name, amount in zip(ids, heads, strict=True)
    )


def pilots(
    recipe: Recipe, partners: Sequence[Partner], applications: Sequence[Application]
) -> tuple[Evidence, ...]:
    """Every tenth partner and application has been tried out."""
    draw = Stream.PILOTS.of(recipe.seed)
    tried = [*partners[::PILOT_EVERY], *applications[::PILOT_EVERY]]
    trials = draw.integers(20, 201, len(tried)).tolist()
    surprises = draw.uniform(-0.1, 0.05, len(tried)).tolist()
    return tuple(
        Evidence(
            partner=row.id if isinstance(row, Partner) else None,
            application=row.id if isinstance(row, Application) else None,
            trials=count,
            successes=int(count * (row.success + surprise)),
        )
        for row, count, surprise in zip(tried, trials, surprises, strict=True)
    )
