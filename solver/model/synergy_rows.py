"""Synergies as rows: a column for every pair, or where pairs are many one for every element."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.outlook import Outlook
from solver.model.cycle_cuts import CycleCuts
from solver.model.draft import Draft, Side, opposite
from solver.model.linear import Linear, weighted
from solver.model.pair_block import block_of_products
from solver.model.pair_value_rows import pair_value_rows, pays
from solver.model.products import all_of, both_chosen, together
from solver.model.scenario_linear import PairWorth

VERY_MANY_PAIRS = 2000

Synergies: TypeAlias = dict[tuple[int | None, int, int], float]


def expected_synergies(draft: Draft, side: Side) -> Linear:
    """What the chosen pairs are worth in expectation, held from one side."""
    synergies = synergies_of(draft)
    everywhere = expected_pairs(draft) if side is Side.ABOVE and not draft.form.by_scenario else {}
    if not pays(draft, everywhere):
        _add_cycle_cuts(draft, everywhere)
        return _by_pair(draft, synergies, side)
    rest = {key: worth for key, worth in synergies.items() if key[0] is not None or key[1:] not in everywhere}
    return pair_value_rows(draft, everywhere) + _by_pair(draft, rest, side)


def expected_pairs(draft: Draft) -> dict[tuple[int, int], float]:
    """The expected worth of the pairs for which being chosen is all that counts, whatever the levels."""
    options = draft.assessment.options
    worth: dict[tuple[int, int], float] = {}
    for (application, first, second), value in synergies_of(draft).items():
        if application is not None or not (len(options.of(first)) and len(options.of(second))):
            continue
        probability = _deliver_together(draft, first, second)
        if probability is not None:
            worth[first, second] = value * probability
    return worth


def _deliver_together(draft: Draft, *members: int) -> float | None:
    """The probability that all of some chosen elements deliver; None where it depends on their levels."""
    outlook = draft.assessment.outlook
    if outlook is None:
        return 1.0
    ways = [_ways(draft, outlook, member) for member in members]
    if any(len(way) > 1 for way in ways):
        return None
    delivers = np.logical_and.reduce([way[0][1] for way in ways])
    return float(outlook.scenarios.probability @ delivers)


def _add_cycle_cuts(draft: Draft, pairs: dict[tuple[int, int], float]) -> None:
    """Hold the products of pairs closer together where some are wanted and some are not."""
    wanted = [value > 0 for value in pairs.values()]
    if all(wanted) or not any(wanted) or not draft.once("cycles"):
        return
    members = sorted({member for pair in pairs for member in pair})
    place = {member: m for m, member in enumerate(members)}
    cuts = CycleCuts(
        chosen=[next(iter(draft.chosen(member).coefficients)) for member in members],
        products=[
            both_chosen(draft, *pair, Side.ABOVE if value > 0 else Side.BELOW)
            for pair, value in pairs.items()
        ],
        ends=np.array([[place[first], place[second]] for first, second in pairs]),
        unwanted=~np.array(wanted),
    )
    draft.tightenings.append(cuts)


def _by_pair(draft: Draft, synergies: Synergies, side: Side) -> Linear:
    outlook = draft.assessment.outlook
    if outlook is not None:
        return pair_worth(draft, outlook, synergies, side).expectation(outlook.scenarios.probability)
    bulk = _bulk(draft, synergies) if side is Side.ABOVE else {}
    total = weighted(block_of_products(draft, list(bulk)), bulk.values())
    for (application, first, second), value in synergies.items():
        if application is None and (first, second) in bulk:
            continue
        held = side if value > 0 else opposite(side)
        total.add(Linear({together(draft, application, first, second, held): value}))
    return total


def _bulk(draft: Draft, synergies: Synergies) -> dict[tuple[int, int], float]:
    """The wanted pairs for which being chosen is all that counts, where they are very many."""
    options = draft.assessment.options
    possible = {element for element in range(len(draft.assessment.elements)) if len(options.of(element))}
    wanted = {
        (first, second): value
        for (application, first, second), value in synergies.items()
        if application is None and value > 0 and first in possible and second in possible
    }
    return wanted if len(wanted) >= VERY_MANY_PAIRS else {}


def synergies_of(draft: Draft) -> Synergies:
    """What pairs are worth by (application, first, second); rows about the same pair add up."""
    worth: Synergies = {}
    for pair in draft.assessment.pairs:
        if pair.row.kind == "synergy":
            low, high = sorted((pair.first, pair.second))
            key = (pair.application, low, high)
            worth[key] = worth.get(key, 0.0) + pair.value
    return {key: value for key, value in worth.items() if value}


def pair_worth(draft: Draft, outlook: Outlook, synergies: Synergies, side: Side) -> PairWorth:
    """What pairs are worth in every scenario, held from one side."""
    columns, values, kept = [], [], []
    for (application, first, second), value in synergies.items():
        held = side if value > 0 else opposite(side)
        for column, deliver in _pair_columns(draft, outlook, application, first, second, held):
            columns.append(column)
            values.append(value)
            kept.append(deliver)
    matrix = np.array(kept, dtype=float).reshape(len(columns), len(outlook.scenarios)).T
    return PairWorth(columns, np.array(values), matrix)


def _pair_columns(
    draft: Draft, outlook: Outlook, application: int | None, first: int, second: int, side: Side
) -> Iterator[tuple[pulp.LpVariable, NDArray[np.bool_]]]:
    """The columns of a pair, one for each way in which its members' levels may deliver."""
    met = together(draft, application, first, second, side)
    ways = [_ways(draft, outlook, member) for member in (first, second)]
    for way in product(*ways):
        delivers = np.logical_and.reduce([deliver for _, deliver in way])
        levels = [options for options, _ in way if options is not None]
        if not levels:
            yield met, delivers
            continue
        at = [Linear.of(draft.options[o] for o in options) for options in levels]
        name = f"pair_{application}_{first}_{second}_at_" + "_".join(str(options[0]) for options in levels)
        yield all_of(draft, name, [Linear.of([met]), *at], side), delivers


def _ways(draft: Draft, outlook: Outlook, member: int) -> list[tuple[list[int] | None, NDArray[np.bool_]]]:
    """Options of a member by how they deliver; None where all of them do alike."""
    if not outlook.recourse or not draft.assessment.is_partner(member):
        return [(None, np.ones(len(outlook.scenarios), dtype=bool))]
    by_success: dict[float, list[int]] = {}
    for option in draft.assessment.options.of(member):
        by_success.setdefault(float(draft.assessment.options.success[option]), []).append(option)
    if len(by_success) == 1:
        return [(None, outlook.delivers(options[0])) for options in by_success.values()]
    return [(options, outlook.delivers(options[0])) for options in by_success.values()]
