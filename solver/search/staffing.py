"""Who provides what once it is decided who is chosen: by rule of thumb, in microseconds."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TypeAlias

from solver.assessment.assessment import Assessment, PairRow
from solver.assessment.needs import Need
from solver.portfolio.plan import with_needed_licences
from solver.portfolio.rules import Workload
from solver.portfolio.selection import Selection

Encounter: TypeAlias = tuple[PairRow, frozenset[int]]
"""A pair that counts where both serve, and the applications in which it does."""


class Staffing:
    """Assigns the able and ready partners that disturb least and deliver most surely.

    Scarce requirements choose first. Where partners may fail, backups are assigned as far as they cost
    nothing.
    """

    def __init__(self, assessment: Assessment) -> None:
        self._assessment = assessment
        self._encounters: dict[int, list[Encounter]] = {}
        for index, pair in enumerate(assessment.pairs):
            places: tuple[int, ...] = ()
            if pair.row.kind == "ip_conflict":
                places = assessment.ip_places(index)
            elif pair.row.kind == "synergy" and pair.application is not None:
                places = (pair.application,)
            for member in (pair.first, pair.second) if places else ():
                self._encounters.setdefault(member, []).append((pair, frozenset(places)))

    @cached_property
    def _with_backups(self) -> bool:
        """Asked only where somebody is needed: scenarios are drawn for it."""
        outlook = self._assessment.outlook
        return outlook is not None and outlook.recourse

    def selection(self, options: tuple[int, ...]) -> Selection:
        """The selection of these options with providers and the licences they call for."""
        bare = Selection(self._assessment, options)
        needs = sorted(_needs(bare), key=lambda index: len(self._assessment.needs[index].capable))
        crew = _Crew(bare, self._encounters, bool(needs) and self._with_backups)
        for need in needs:
            crew.meet(need)
        return with_needed_licences(Selection(self._assessment, options, frozenset(crew.assigned)))

    def carried(self, options: tuple[int, ...]) -> Selection:
        """The same without applications whose providers would carry too much, the least valuable first."""
        assessment, selection = self._assessment, self.selection(options)
        while overloaded := {p for p, load in Workload().by_partner(selection) if not load.holds}:
            served = {assessment.needs[need].application for need, p in selection.assigned if p in overloaded}
            launches = (selection.option_of[application] for application in sorted(served))
            least = min(launches, key=lambda option: float(assessment.expected_benefit[option]))
            selection = self.selection(tuple(o for o in selection.options if o != least))
        return selection


class _Crew:
    """The assignments made so far."""

    def __init__(self, bare: Selection, encounters: dict[int, list[Encounter]], with_backups: bool) -> None:
        self._bare = bare
        self._encounters = encounters
        self._with_backups = with_backups
        self._load: dict[int, float] = {}
        self._serving: dict[int, set[int]] = {}
        self.assigned: set[tuple[int, int]] = set()

    def meet(self, index: int) -> None:
        """Assign partners to a need, as many as it takes."""
        need = self._bare.assessment.needs[index]
        start = self._bare.start(need.application)
        able = [partner for partner in need.capable if self._bare.ready_by(partner, start)]
        for count in range(
            need.requirement.most_providers if self._with_backups else need.requirement.providers
        ):
            free = [partner for partner in able if (index, partner) not in self.assigned]
            if not free:
                return
            partner = min(free, key=lambda one: self._preference(need, one))
            if count >= need.requirement.providers and self._preference(need, partner)[0] > 0:
                return
            self._assign(index, need, partner)

    def _assign(self, index: int, need: Need, partner: int) -> None:
        self.assigned.add((index, partner))
        self._load[partner] = self._load.get(partner, 0.0) + need.requirement.workload
        self._serving.setdefault(need.application, set()).add(partner)

    def _preference(self, need: Need, partner: int) -> tuple[float, float, float]:
        """Lower is better: what an assignment costs, then how likely the partner fails, then its load."""
        options, option = self._bare.assessment.options, self._bare.option_of[partner]
        room = options.capacity[option] - self._load.get(partner, 0.0) - need.requirement.workload
        cost = math.inf if room < 0 else self._disturbance(need.application, partner)
        return cost, -float(options.success[option]), -room

    def _disturbance(self, application: int, partner: int) -> float:
        """Licences that become due, less the synergies that come about, where the partner serves there."""
        colleagues = self._serving.get(application, set())
        if partner in colleagues:
            return 0.0
        cost = 0.0
        for pair, places in self._encounters.get(partner, ()):
            met = (pair.second if pair.first == partner else pair.first) in colleagues
            if met and application in places:
                cost += -pair.value if pair.row.kind == "synergy" else _price(pair)
        return cost


def _price(pair: PairRow) -> float:
    return math.inf if pair.row.value is None else pair.row.value


def _needs(bare: Selection) -> list[int]:
    needs_of = bare.assessment.needs_of
    return [need for application in bare.applications for need in needs_of.get(application, ())]
