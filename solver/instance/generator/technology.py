"""Synthetic technologies: who masters what, and what the applications require."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from solver.instance.generator import words
from solver.instance.generator.draws import Stream, amounts
from solver.instance.generator.recipe import Recipe
from solver.instance.tables import Capability, Requirement, Technology

MOST_TECHNOLOGIES = len(words.TECHNOLOGY_FIELDS) * len(words.TECHNOLOGY_ASPECTS)
PARTNERS_PER_TECHNOLOGY = 5
EXTRA_CAPABILITIES = 2
COVERING_PARTNERS = 3


def technologies(recipe: Recipe) -> tuple[Technology, ...]:
    """Technologies t1, t2, …, the more the more partners there are."""
    draw = Stream.TECHNOLOGIES.of(recipe.seed)
    count = min(MOST_TECHNOLOGIES, max(1, recipe.partners // PARTNERS_PER_TECHNOLOGY))
    weights = draw.integers(1, 4, count).tolist()
    targets = amounts(draw, count, 0.6, 1).tolist()
    return tuple(
        Technology(id=f"t{number + 1}", name=words.technology_name(number), weight=weight, target=target)
        for number, (weight, target) in enumerate(zip(weights, targets, strict=True))
    )


def capabilities(recipe: Recipe, technologies: Sequence[Technology], hub: str) -> tuple[Capability, ...]:
    """The hub masters every other technology; every partner one in turn and some more at random."""
    draw = Stream.CAPABILITIES.of(recipe.seed)
    held = [(hub, number) for number in range(0, len(technologies), 2)]
    first = draw.permutation(recipe.partners) % len(technologies)
    extras = draw.integers(0, len(technologies), (recipe.partners, EXTRA_CAPABILITIES))
    for row in range(recipe.partners):
        numbers = {int(first[row]), *extras[row].tolist()}
        held += [(f"p{row + 1}", number) for number in sorted(numbers)]
    mastery = amounts(draw, len(held), 0.4, 1).tolist()
    return tuple(
        Capability(holder=holder, technology=technologies[number].id, level=level)
        for (holder, number), level in zip(held, mastery, strict=True)
    )


def requirements(recipe: Recipe, capabilities: Sequence[Capability], hub: str) -> tuple[Requirement, ...]:
    """One to three technologies per application, at levels that several partners reach."""
    draw = Stream.REQUIREMENTS.of(recipe.seed)
    mastery: dict[str, list[float]] = {}
    for row in capabilities:
        if row.holder != hub:
            mastery.setdefault(row.technology, []).append(row.level)
    rows = (
        _requirement(draw, f"a{number}", technology, mastery[technology])
        for number in range(1, recipe.applications + 1)
        for technology in _some(draw, sorted(mastery))
    )
    return tuple(rows)


def _some(draw: np.random.Generator, technologies: Sequence[str]) -> Iterator[str]:
    count = int(draw.integers(1, min(3, len(technologies)) + 1))
    chosen = draw.choice(len(technologies), size=count, replace=False)
    return (technologies[number] for number in sorted(chosen))


def _requirement(
    draw: np.random.Generator, application: str, technology: str, mastery: Sequence[float]
) -> Requirement:
    within_reach = sorted(mastery, reverse=True)[:COVERING_PARTNERS]
    wished, workload = (float(amounts(draw, 1, *bounds)[0]) for bounds in ((0.3, 0.9), (0.5, 2.4)))
    two = draw.random() < 0.2 and len(within_reach) == COVERING_PARTNERS
    return Requirement(
        application=application,
        technology=technology,
        level=min(wished, within_reach[-1]),
        providers=2 if two else 1,
        workload=workload,
    )
