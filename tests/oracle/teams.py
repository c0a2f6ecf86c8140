"""The best assignments and licences for choices that are already made (spec §3.1.2, §3.1.4, §3.1.9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from .facts import Choice, Facts, Need
from .rules import above, in_time
from .worth import Assignment, Licence

Loads = tuple[float, ...]
Job = list[tuple[Need, tuple[str, ...]]]
Ways = list[tuple[Loads, tuple[Assignment, ...]]]


def lighter(some: Loads, others: Loads) -> bool:
    """Nowhere heavier than the others."""
    return all(mine <= theirs for mine, theirs in zip(some, others, strict=True))


def overloaded(loads: Loads, capacities: dict[str, float]) -> bool:
    """Whether some partner carries more than its capacity."""
    return any(above(load, most) for load, most in zip(loads, capacities.values(), strict=True))


@dataclass(frozen=True)
class Staffing:
    """A way to staff the launched applications.

    `gain` is the value of the synergies earned less the licences paid; `paid` counts against the budget.
    """

    assignments: tuple[Assignment, ...]
    licences: tuple[Licence, ...]
    loads: Loads
    gain: float
    paid: float

    def beats(self, other: Staffing) -> bool:
        """Nowhere worse than the other: gain, budget, licences still to share, workload."""
        return (
            self.gain >= other.gain
            and self.paid <= other.paid
            and set(self.licences) >= set(other.licences)
            and lighter(self.loads, other.loads)
        )


def undominated(staffings: Iterable[Staffing]) -> list[Staffing]:
    """Those that no other one beats."""
    kept: list[Staffing] = []
    for one in sorted(staffings, key=lambda staffing: (-staffing.gain, staffing.paid, sum(staffing.loads))):
        if not any(other.beats(one) for other in kept):
            kept.append(one)
    return kept


class Teams:
    """Staffs the applications of a document, remembering what it has already worked out."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.synergies = [row for row in facts.synergies() if row[3] is not None]
        self.conflicts = facts.ip_conflicts()
        self._known: dict[object, list[Staffing]] = {}

    def staffings(self, chosen: dict[str, Choice]) -> list[Staffing]:
        """Undominated ways to staff what is launched; none when workloads or IP conflicts forbid all."""
        jobs: dict[str, Job] = {one: [] for one in self.facts.applications if one in chosen}
        for need in self.facts.needs:
            if need.application in jobs:
                jobs[need.application].append((need, tuple(in_time(self.facts, need, chosen))))
        partners = [choice for choice in chosen.values() if choice.is_partner]
        capacities = {one.id: one.capacity for one in partners if one.capacity is not None}
        key = (
            tuple((need.application, need.technology, fit) for job in jobs.values() for need, fit in job),
            tuple(capacities.items()),
        )
        if key not in self._known:
            self._known[key] = self._work_out(jobs, capacities)
        return self._known[key]

    def _work_out(self, jobs: dict[str, Job], capacities: dict[str, float]) -> list[Staffing]:
        states = [Staffing((), (), (0.0,) * len(capacities), 0.0, 0.0)]
        for application, job in jobs.items():
            teams = list(self._teams(application, job, capacities))
            states = undominated(
                done
                for state in states
                for team, loads in teams
                for done in self._joined(state, application, team, loads, capacities)
            )
        return states

    def _teams(
        self, application: str, job: Job, capacities: dict[str, float]
    ) -> Iterator[tuple[tuple[Assignment, ...], Loads]]:
        """Teams of one application: every set of noted servers with every undominated load."""
        noted = self._noted(application)
        states: dict[frozenset[str], Ways] = {frozenset(): [((0.0,) * len(capacities), ())]}
        for need, fit in job:
            grown: dict[frozenset[str], Ways] = {}
            for crew in self._crews(need, fit):
                rows = tuple((application, need.technology, who) for who in crew)
                extra = tuple(need.workload if one in crew else 0.0 for one in capacities)
                for servers, ways in states.items():
                    heap = grown.setdefault(servers | (noted & set(crew)), [])
                    for loads, team in ways:
                        self._keep_lightest(heap, self._added(loads, extra), team + rows, capacities)
            states = grown
        for ways in states.values():
            for loads, team in ways:
                yield team, loads

    def _noted(self, application: str) -> frozenset[str]:
        """The partners for whom serving the application matters beyond the service itself."""
        rows = [*self.synergies, *self.conflicts]
        return frozenset(one for row in rows if row[3] in (None, application) for one in row[:2])

    @staticmethod
    def _crews(need: Need, fit: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for size in range(need.providers, min(need.most, len(fit)) + 1):
            yield from combinations(fit, size)

    @staticmethod
    def _added(loads: Loads, extra: Loads) -> Loads:
        return tuple(one + more for one, more in zip(loads, extra, strict=True))

    @staticmethod
    def _keep_lightest(
        heap: Ways,
        loads: Loads,
        team: tuple[Assignment, ...],
        capacities: dict[str, float],
    ) -> None:
        """Put a team among those with the same servers unless it is too heavy or another one is lighter."""
        if overloaded(loads, capacities) or any(lighter(others, loads) for others, _ in heap):
            return
        heap[:] = [way for way in heap if not lighter(loads, way[0])]
        heap.append((loads, team))

    def _joined(
        self,
        state: Staffing,
        application: str,
        team: tuple[Assignment, ...],
        loads: Loads,
        capacities: dict[str, float],
    ) -> Iterator[Staffing]:
        """The state with one more application staffed, if loads and IP allow it."""
        serving = {who for _, _, who in team}
        licences, price = [], 0.0
        for one, two, value, where, places in self.conflicts:
            if application in places and one in serving and two in serving:
                if value is None:
                    return
                if (one, two, where) not in state.licences:
                    licences.append((one, two, where))
                    price += value
        loads = self._added(state.loads, loads)
        if overloaded(loads, capacities):
            return
        earned = sum(
            value
            for one, two, value, where in self.synergies
            if where == application and one in serving and two in serving
        )
        yield replace(
            state,
            assignments=state.assignments + team,
            licences=state.licences + tuple(licences),
            loads=loads,
            gain=state.gain + earned - price,
            paid=state.paid + price,
        )
