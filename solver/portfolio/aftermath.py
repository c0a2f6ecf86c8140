"""What is left to decide once somebody failed or left: who covers for them, who replaces them (spec 7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from solver.assessment.assessment import Assessment, PairRow
from solver.assessment.benefit import Floats
from solver.assessment.needs import Need
from solver.instance.tables import Application
from solver.portfolio.departure import remaining_without, silenced
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import LinearTerm
from solver.portfolio.rules import Coverage, IpConflicts, Lock, OneOption, Rule, Statuses, Wish, Workload
from solver.portfolio.selection import Selection

STAFFING: tuple[Rule, ...] = (OneOption(), Coverage(), Workload(), IpConflicts())
"""What a re-assignment has to keep: limits are not looked at."""
OF_MEMBERS = ("effort", "innovation", "ip_exposure", "minimum_payoff", "match", "overrun")
"""What counts of those who are there only; what is spent is spent."""


@dataclass(frozen=True)
class OptionCount(LinearTerm):
    """How many of some options are chosen."""

    among: frozenset[int]

    def coefficients(self, assessment: Assessment) -> Floats:
        return np.isin(np.arange(len(assessment.options)), sorted(self.among)).astype(float)


@dataclass(frozen=True, eq=False)
class Aftermath:
    """What may still be chosen and what is asked of it, with the plan as it was left for a start.

    `copies` are the applications, by element, that are the plan's, standing still; `needs` has for every need
    the plan's that it is.
    """

    assessment: Assessment
    formulation: Formulation
    left: Selection
    copies: Mapping[int, int]
    needs: Sequence[int]

    def assigned(self, selection: Selection) -> frozenset[tuple[int, int]]:
        """Who provides what, in terms of the plan."""
        return frozenset((self.needs[need], partner) for need, partner in selection.assigned)

    def standing_still(self, selection: Selection) -> list[int]:
        """The applications that stand still, in terms of the plan."""
        return sorted(self.copies[a] for a in selection.applications if a in self.copies)


def re_assigning(selection: Selection, gone: Iterable[int], asked: Formulation, *, fails: bool) -> Aftermath:
    """Members and applications of a plan stay as they are without some, and who provides what is open again.

    An application that is not covered stands still: it earns nothing and costs the same. Then whoever is left
    of its partners serves on, or nobody does.
    """
    gone = frozenset(gone)
    left = silenced(selection, gone) if fails else remaining_without(selection, gone)
    left = replace(left, assigned=frozenset(row for row in left.assigned if row[1] not in gone))
    assessment = _of_members(left, gone)
    left = replace(left, assessment=assessment, options=tuple(range(len(left.options))))
    stopped = uncovered(left)
    twins = list(_twins(left, stopped))
    first, count = len(assessment.elements), len(assessment.options)
    grown = with_copies(assessment, [left.option_of[twin.application] for twin in twins])
    copies = {first + t: twin.application for t, twin in enumerate(twins)}
    crews = [(first + t, need, crew) for t, twin in enumerate(twins) for need, crew in twin.crews.items()]
    needs = [*assessment.needs, *(_exactly(assessment.needs[need], of, crew) for of, need, crew in crews)]
    pairs = [_of_copy(row, a, of) for of, a in copies.items() for row in assessment.pairs if _is_of(row, a)]
    grown = replace(grown, needs=tuple(needs), pairs=(*assessment.pairs, *pairs))
    standing = {twin.application: first + t for t, twin in enumerate(twins) if twin.as_left}
    assigned = {(n, p) for n, p in left.assigned if assessment.needs[n].application not in standing}
    for n, (of, _, crew) in enumerate(crews, len(assessment.needs)):
        assigned |= {(n, partner) for partner in crew if of in standing.values()}
    options = [o for o in range(count) if int(assessment.options.element[o]) not in standing]
    options += [count + element - first for element in standing.values()]
    start = Selection(grown, tuple(options), frozenset(assigned), left.licences)
    return Aftermath(
        grown,
        Formulation(asked.maximise, _one_each(grown, copies), STAFFING),
        start.without_idle_licences(),
        copies,
        (*range(len(assessment.needs)), *(need for _, need, _ in crews)),
    )


class _Twin(NamedTuple):
    """An application that stands still, who serves there all the same, and whether it was left so."""

    application: int
    crews: Mapping[int, tuple[int, ...]]
    as_left: bool


def _of_members(left: Selection, gone: frozenset[int]) -> Assessment:
    """The assessment with nothing to choose but what is chosen, where nobody can depend on who is gone."""
    assessment, kept = left.assessment, np.array(left.options, dtype=np.int64)
    able = {partner for partner in left.partners if partner not in gone}
    outlook = assessment.outlook
    return replace(
        assessment,
        options=assessment.options.only(kept),
        membership=assessment.membership[:, kept],
        needs=tuple(
            replace(need, capable=tuple(p for p in need.capable if p in able)) for need in assessment.needs
        ),
        drawn=None if outlook is None else outlook.only(kept),
    )


def uncovered(selection: Selection) -> set[int]:
    """Launched applications that have fewer assigned partners for something than it takes."""
    needs = selection.assessment.needs
    count = [0] * len(needs)
    for need, _ in selection.assigned:
        count[need] += 1
    short = (
        need for need, assigned in zip(needs, count, strict=True) if assigned < need.requirement.providers
    )
    return {need.application for need in short if selection.chosen[need.application]}


def _twins(left: Selection, stopped: set[int]) -> Iterator[_Twin]:
    for application in left.applications:
        needs = left.assessment.needs_of.get(application, ())
        crews = {need: tuple(sorted(p for n, p in left.assigned if n == need)) for need in needs}
        serving = {need: crew for need, crew in crews.items() if crew}
        if needs:
            yield _Twin(application, {}, as_left=application in stopped and not serving)
        if serving and application in stopped:
            yield _Twin(application, serving, as_left=True)


def _exactly(need: Need, application: int, crew: tuple[int, ...]) -> Need:
    count = {"providers": len(crew), "max_providers": len(crew)}
    return Need(application, need.requirement.model_copy(update=count), crew)


def _is_of(row: PairRow, application: int) -> bool:
    return application in (row.first, row.second, row.application)


def _of_copy(row: PairRow, application: int, copy: int) -> PairRow:
    """What a row of pairs says of an application, said of its copy."""
    first, second = (copy if one == application else one for one in (row.first, row.second))
    return PairRow(
        row.row, first, second, copy if row.application == application else row.application, row.value
    )


def _one_each(assessment: Assessment, copies: Mapping[int, int]) -> Iterator[Rule]:
    """Every element is chosen, an application itself or as it stands still."""
    ways: dict[int, set[int]] = {}
    for option, element in enumerate(assessment.options.element.tolist()):
        ways.setdefault(copies.get(element, element), set()).add(option)
    always = frozenset(option for options in ways.values() if len(options) == 1 for option in options)
    yield Wish(OptionCount(always) >= len(always))
    for options in ways.values():
        if len(options) > 1:
            yield Wish(OptionCount(frozenset(options)) >= 1)
            yield Wish(OptionCount(frozenset(options)) <= 1)


def with_copies(assessment: Assessment, originals: Sequence[int]) -> Assessment:
    """The same with a further application for each of some options: it costs the same and earns nothing.

    Groups, attraction, scores and scenarios are those of the option. Who chooses it in place of the option
    leaves nothing: what the exit would cost comes back.
    """
    options, first = assessment.options, len(assessment.elements)
    kept = np.array([*range(len(options)), *originals], dtype=np.int64)
    elements = options.element[list(originals)]
    grown, outlook, new = options.only(kept), assessment.outlook, slice(len(options), None)
    grown.element[new] = first + np.arange(len(originals))
    grown.earned[new] = 0.0
    if outlook is not None:
        nominal, recourse = options.revenue[list(originals)], outlook.recourse
        outlook = outlook.only(kept)
        outlook.earned[new] *= 0.0 if recourse else 1.0
        outlook.charged[new] += 0.0 if recourse else nominal
    grown.coordination[new] -= assessment.exit_cost[elements]  # who is still there does not leave
    instance, ids = assessment.instance, [f"copy {first + n}" for n in range(len(originals))]
    rows = [
        Application(id=id_, name=assessment.label(int(e)), revenue=0.0, cost=0.0)
        for id_, e in zip(ids, elements, strict=True)
    ]
    market = assessment.market
    return replace(
        assessment,
        instance=instance.model_copy(update={"applications": (*instance.applications, *rows)}),
        elements=(*assessment.elements, *ids),
        options=replace(grown, level=(*options.level, *[""] * len(originals))),
        market=replace(market, attraction=np.hstack([market.attraction, market.attraction[:, elements]])),
        membership=assessment.membership[:, kept],
        usage=np.hstack([assessment.usage, np.zeros((len(assessment.usage), len(originals)))]),
        exit_cost=np.append(assessment.exit_cost, np.zeros(len(originals))),
        running=np.append(assessment.running, assessment.running[elements]),
        drawn=outlook,
    )


def sinking(selection: Selection) -> Assessment:
    """The assessment with copies of what is chosen, in order: to choose one is to have spent what it costs.

    Coordination and entry into groups are spent as well, and budgets have so much less; what counts of those
    who are there (effort, innovation, exposure, match) does not count.
    """
    grown = with_copies(selection.assessment, selection.options)
    new = slice(len(selection.assessment.options), None)
    emptied = {name: getattr(grown.options, name).copy() for name in OF_MEMBERS}
    for scores in emptied.values():
        scores[new] = 0.0
    return replace(grown, options=replace(grown.options, **emptied))


def without(
    asked: Formulation, assessment: Assessment, gone: Iterable[int], barred: Iterable[int] = ()
) -> Formulation:
    """A formulation where some elements, and some options, are not there any more, whatever was wished."""
    ids = {assessment.elements[element] for element in gone}
    structure = list(asked.structure)
    for place, rule in enumerate(structure):
        if isinstance(rule, Statuses):
            wanted = ids & {assessment.elements[e] for e in rule.demanded(assessment)}
            structure[place] = replace(rule, without=rule.without | wanted)
    kept = [rule for rule in asked.subject_to if not (isinstance(rule, Lock) and rule.id in ids)]
    closed = frozenset(barred)
    rules = [*kept, *([Wish(OptionCount(closed) <= 0)] if closed else [])]
    return Formulation(asked.maximise, rules, tuple(structure)).locked((), sorted(ids))
