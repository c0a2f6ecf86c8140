"""The assessment: an instance turned into the coefficients that selection works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from solver.assessment.benefit import Floats, discount_factors
from solver.assessment.evidence import Posterior
from solver.assessment.market import Market
from solver.assessment.needs import Need, needs_of
from solver.assessment.options import Options, OptionTable, levels_of, running_level
from solver.assessment.outlook import Outlook, Prospect, fresh_outlook_of, outlook_of
from solver.assessment.technology import Technologies
from solver.instance.instance import Instance
from solver.instance.tables import Application, Pair, Partner

Levels = Mapping[str, Mapping[str, Partner]]


@dataclass(frozen=True)
class PairRow:
    """A row of `pairs` with its members as element indices; `application` None means any."""

    row: Pair
    first: int
    second: int
    application: int | None
    value: float


@dataclass(frozen=True, eq=False)
class Assessment:
    """Everything the selection needs to know, as numbers.

    Elements are the partners, then the applications, in table order. `membership[g, o]` says whether
    option o lies in the g-th row of `groups`; `usage[k, e]` is what element e takes of resource k. `drawn`
    are the scenarios where they were drawn before.
    """

    instance: Instance
    elements: tuple[str, ...]
    options: Options
    needs: tuple[Need, ...]
    pairs: tuple[PairRow, ...]
    market: Market
    membership: NDArray[np.bool_]
    usage: Floats
    exit_cost: Floats
    running: NDArray[np.bool_]
    beliefs: Mapping[str, Posterior]
    drawn: Outlook | None = None

    @property
    def partner_count(self) -> int:
        """How many of the elements are partners; they come first."""
        return len(self.instance.partners)

    @cached_property
    def index(self) -> dict[str, int]:
        """Element index by id."""
        return {id_: index for index, id_ in enumerate(self.elements)}

    def is_partner(self, element: int) -> bool:
        """Whether the element is a partner (else an application)."""
        return element < self.partner_count

    def label(self, element: int) -> str:
        """The element's name shown to people."""
        return self.instance.labels[self.elements[element]]

    @cached_property
    def partner_options(self) -> NDArray[np.bool_]:
        """Which options are partners', shape (O,)."""
        return np.asarray(self.options.element < self.partner_count)

    @cached_property
    def expected_benefit(self) -> Floats:
        """E of every option as the value counts it: recourse aside, the mean over scenarios, shape (O,)."""
        return self.options.benefit if self.outlook is None else self.outlook.expected

    @cached_property
    def positive_benefit(self) -> Floats:
        """E⁺ = max(0, E) of partners' options as the value counts E, zero for applications, shape (O,)."""
        return np.where(self.partner_options, np.maximum(self.expected_benefit, 0.0), 0.0)

    @cached_property
    def discount(self) -> Floats:
        """Present value of one unit of money in each period, shape (T,)."""
        return discount_factors(self.instance.discount_rate, self.instance.periods)

    @cached_property
    def outlook(self) -> Outlook | None:
        """The scenarios in which benefits are expected; None where nothing is said about risk."""
        return self.drawn or outlook_of(self._prospect)

    @cached_property
    def fresh_outlook(self) -> Outlook | None:
        """Scenarios that nothing was chosen by; None where the planner gave them or there are none."""
        return fresh_outlook_of(self._prospect)

    @cached_property
    def _prospect(self) -> Prospect:
        return Prospect(self.instance, self.options, self.elements)

    def within(self, options: Sequence[int]) -> Assessment:
        """The same, in the same scenarios, where only some options may be chosen.

        What has none of them is left as before and still costs its exit; leaving what has one costs nothing.
        """
        kept = np.array(sorted(options), dtype=np.int64)
        remaining = np.ones(len(self.elements))
        remaining[self.options.element[kept]] = 0.0
        return replace(
            self,
            options=self.options.only(kept),
            membership=self.membership[:, kept],
            exit_cost=self.exit_cost * remaining,
            drawn=None if self.outlook is None else self.outlook.only(kept),
        )

    def ip_places(self, pair: int) -> tuple[int, ...]:
        """The applications of an `ip_conflict` row: the one named, or all that no row of its two names."""
        row = self.pairs[pair]
        if row.application is not None:
            return (row.application,)
        named = self._named_ip_places.get(frozenset((row.first, row.second)), set())
        return tuple(application for application in self.needs_of if application not in named)

    @cached_property
    def _named_ip_places(self) -> dict[frozenset[int], set[int]]:
        named: dict[frozenset[int], set[int]] = {}
        for row in self.pairs:
            if row.row.kind == "ip_conflict" and row.application is not None:
                named.setdefault(frozenset((row.first, row.second)), set()).add(row.application)
        return named

    @cached_property
    def needs_of(self) -> dict[int, tuple[int, ...]]:
        """Indices of the needs of each application element."""
        found: dict[int, list[int]] = {}
        for index, need in enumerate(self.needs):
            found.setdefault(need.application, []).append(index)
        return {application: tuple(indices) for application, indices in found.items()}


def assess(instance: Instance) -> Assessment:
    """Turn what the planner knows into coefficients (spec 4.1 to 4.4)."""
    levels = levels_of(instance)
    table = OptionTable(instance, levels)
    options = table.build()
    elements = tuple(row.id for row in (*instance.partners, *instance.applications))
    index = {id_: position for position, id_ in enumerate(elements)}
    engaged: tuple[Partner | Application, ...] = (*instance.partners, *instance.applications)
    return Assessment(
        instance=instance,
        elements=elements,
        options=options,
        needs=needs_of(instance, table.technologies),
        pairs=tuple(_pair(instance, row, index, table.technologies) for row in instance.pairs),
        market=_market(instance, index),
        membership=_membership(instance, options, levels),
        usage=_usage(instance, index),
        exit_cost=_exit_costs(instance, levels),
        running=np.array([row.status == "running" for row in engaged]),
        beliefs={row.id: table.belief(row) for row in engaged},
    )


def _pair(instance: Instance, row: Pair, index: dict[str, int], technologies: Technologies) -> PairRow:
    if row.counted:
        row = row.model_copy(update={"value": 0.0})
    value = row.value
    rate = instance.objective.synergy_per_complementarity
    if row.kind == "synergy" and value is None and rate is not None:
        value = rate * technologies.complementarity_of(row.first, row.second)
    application = None if row.application is None else index[row.application]
    return PairRow(row, index[row.first], index[row.second], application, value or 0.0)


def _market(instance: Instance, index: dict[str, int]) -> Market:
    position = {segment.id: m for m, segment in enumerate(instance.segments)}
    attraction = np.zeros((len(instance.segments), len(index)))
    for row in instance.attractions:
        attraction[position[row.segment], index[row.source]] = row.attraction
    return Market(
        worth=np.array([segment.margin * segment.demand for segment in instance.segments]),
        hub=np.array([segment.hub_attraction for segment in instance.segments]),
        rival=np.array([segment.rival_attraction for segment in instance.segments]),
        attraction=attraction,
    )


def _membership(instance: Instance, options: Options, levels: Levels) -> NDArray[np.bool_]:
    engaged: list[Partner | Application] = [
        levels[instance.partners[element].id][level]
        if element < len(instance.partners)
        else instance.applications[element - len(instance.partners)]
        for element, level in zip(options.element, options.level, strict=True)
    ]
    membership = [[row.group(group.dimension) == group.group for row in engaged] for group in instance.groups]
    return np.array(membership, dtype=bool).reshape(len(instance.groups), len(options))


def _usage(instance: Instance, index: dict[str, int]) -> Floats:
    position = {resource.id: k for k, resource in enumerate(instance.resources)}
    usage = np.zeros((len(position), len(index)))
    for row in instance.usage:
        usage[position[row.resource], index[row.id]] = row.amount
    return usage


def _exit_costs(instance: Instance, levels: Levels) -> Floats:
    costs = []
    for partner in instance.partners:
        current = running_level(partner, levels[partner.id])
        costs.append(0.0 if current is None else levels[partner.id][current].exit_cost)
    costs += [row.exit_cost if row.status == "running" else 0.0 for row in instance.applications]
    return np.array(costs)
