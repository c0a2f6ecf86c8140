"""Dividends: the game of a portfolio as a sum of few terms, where nobody is ever a burden to the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import fsum

import numpy as np

from solver.games.coalitions import Floats, members
from solver.portfolio.formulation import Formulation
from solver.sharing.bulk.choices import Choices, choices_of
from solver.sharing.bulk.crews import TooManyCrewsError
from solver.sharing.bulk.engaged import Engaged
from solver.sharing.bulk.grid import to_dividends
from solver.sharing.bulk.packing import best_gains, gains_of
from solver.sharing.bulk.structure import Structure
from solver.sharing.members import Members

MOST_ENTANGLED = 16
NEGLIGIBLE = 1e-12
HUB = 0

Dividend = tuple[tuple[int, ...], float]


class TooEntangledError(Exception):
    """There are too many partners, or choices of applications, that have to be looked at together."""


def dividends(alliance: Members, formulation: Formulation) -> list[Dividend] | None:
    """Players by number and what they add once they are all together; v(S) is their sum within S.

    Exact, and few enough for a thousand partners (Harsanyi 1963). None where some partner could be better
    left out, where applications have to be weighed against each other, or where too many partners are
    entangled by what is not a matter of pairs.
    """
    choices = choices_of(alliance, formulation)
    if choices is None or choices.bounds or not _nobody_is_a_burden(choices.structure):
        return None
    try:
        found = [*_inside(choices), *_outside(alliance)]
    except (TooEntangledError, TooManyCrewsError):
        return None
    left = float(alliance.value) - fsum(amount for _, amount in found)
    found.append((tuple(range(len(alliance.players))), left))
    return [dividend for dividend in found if abs(dividend[1]) > NEGLIGIBLE * max(1.0, abs(alliance.value))]


def _nobody_is_a_burden(structure: Structure) -> bool:
    """Whether every partner adds something to all coalitions, whatever the others do."""
    count = len(structure.partners)
    least = structure.amounts[:count] + np.minimum(structure.together[:count], 0.0).sum(axis=1)
    for entry in structure.entries:
        least -= np.where(entry.newcomers[:count], entry.cost, 0.0)
    return bool((least >= 0).all())


def _inside(choices: Choices) -> list[Dividend]:
    """The dividends of the hub with partners."""
    structure, count = choices.structure, len(choices.structure.partners)
    knots = _entanglements(choices)
    if choices.open or any(len(_partners(structure, knot)) > MOST_ENTANGLED for knot in knots):
        raise TooEntangledError
    found: list[Dividend] = [((HUB,), structure.fixed)]
    for knot in knots:
        found += _with_hub(_of_table(_partners(structure, knot), _alone(structure, sorted(knot))))
    knot_of = np.arange(count)
    for number, knot in enumerate(knots, count):
        knot_of[_partners(structure, knot)] = number
    free = np.flatnonzero(knot_of < count)
    found += _with_hub(((partner,), float(structure.amounts[partner])) for partner in free.tolist())
    apart = np.triu(structure.together[:count, :count] * (knot_of[:, None] != knot_of))
    found += _with_hub(
        ((first, second), float(apart[first, second])) for first, second in np.argwhere(apart).tolist()
    )
    return found


def _entanglements(choices: Choices) -> list[set[int]]:
    """Parts that add more than amounts of their own and in pairs, those put together that share any."""
    structure = choices.structure
    ties = [{*bundle.partners, *bundle.applications} for bundle in choices.bundles]
    ties += [set(np.flatnonzero(attraction.pulls).tolist()) for attraction in structure.attractions]
    ties += [set(np.flatnonzero(entry.newcomers | entry.running).tolist()) for entry in structure.entries]
    ties += [
        {application, *np.flatnonzero(structure.together[application]).tolist()}
        for application in structure.launchable
    ]
    return _knotted(ties)


def _knotted(ties: Iterable[set[int]]) -> list[set[int]]:
    knots: list[set[int]] = []
    for tie in ties:
        touching = [knot for knot in knots if knot & tie]
        knots = [knot for knot in knots if not knot & tie] + [tie.union(*touching)]
    return knots


def _alone(structure: Structure, knot: Sequence[int]) -> Floats:
    """What coalitions of the partners of a knot are worth by themselves."""
    elements = [structure.parts[part] for part in knot]
    partners = tuple(element for element in elements if structure.offered.is_partner(element))
    own = Structure(structure.offered, partners, tuple(elements[len(partners) :]))
    engaged = Engaged(Choices(own, ()))
    return engaged.grid.values(engaged.values)


def _partners(structure: Structure, knot: Iterable[int]) -> list[int]:
    return sorted(part for part in knot if part < len(structure.partners))


def _of_table(partners: Sequence[int], table: Floats) -> Iterator[Dividend]:
    to_dividends(table)
    for mask in np.flatnonzero(table).tolist():
        yield tuple(partners[place] for place in members(mask)), float(table[mask])


def _with_hub(found: Iterable[Dividend]) -> Iterator[Dividend]:
    """What partners, by their own numbers, add together with the hub."""
    return (((HUB, *(partner + 1 for partner in group)), amount) for group, amount in found)


def _outside(alliance: Members) -> list[Dividend]:
    """What partners are worth without the hub; with it that comes to nothing."""
    gains = gains_of(alliance.outside, alliance.floors)
    found: list[Dividend] = [
        ((player,), float(floor)) for player, floor in enumerate(alliance.floors) if player != HUB
    ]
    for knot in _knotted([set(members(mask)) for mask in gains]):
        if len(knot) > MOST_ENTANGLED:
            raise TooEntangledError
        own = {mask: gain for mask, gain in gains.items() if set(members(mask)) <= knot}
        found += _of_table(sorted(knot), best_gains(own))
    return found + [((HUB, *players), -amount) for players, amount in found]
