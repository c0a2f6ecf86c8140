"""What is lost when somebody fails, the cost spent, or leaves, the cost saved (spec 7).

All before anything is done about it: plan and assignments stay, applications not covered any more earn
nothing while their cost is spent, and limits are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np

from solver.assessment.assessment import PairRow
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.portfolio.realised import application_benefits, both_deliver, expected_benefits, together
from solver.portfolio.selection import Selection
from solver.portfolio.terms import CertainValue


@dataclass(frozen=True)
class Departure:
    """What of the alliance value is lost when one partner is gone; below 0 it is a gain.

    If it `fails`, its revenue, its synergies and what it covers are gone and its cost is spent; if it
    `leaves`, its cost and coordination are saved as well, its market share goes, and an exit cost is charged
    where it was running.
    """

    partner: Annotated[str, "The id of the partner."]
    fails: float
    leaves: float


def failed(selection: Selection, gone: Iterable[int]) -> Selection:
    """The same plan where some chosen elements earn nothing, and nobody depends on them in vain."""
    gone = frozenset(gone)
    return silenced(losing(selection, dict.fromkeys(standing_still(selection, gone), 1.0)), gone)


def silenced(selection: Selection, gone: Iterable[int]) -> Selection:
    """The same plan where some chosen elements earn nothing and bring no synergy."""
    gone = frozenset(gone)
    return _without_synergies(losing(selection, dict.fromkeys(gone, 1.0)), gone)


def left(selection: Selection, gone: Iterable[int]) -> Selection:
    """What remains of a plan when some chosen partners leave: it is charged nothing for them."""
    gone = frozenset(gone)
    remaining = remaining_without(selection, gone)
    return losing(remaining, dict.fromkeys(standing_still(selection, gone), 1.0))


def departures(selection: Selection) -> tuple[Departure, ...]:
    """What is lost with each chosen partner, in table order; in expectation where there are scenarios."""
    benefits, certain = expected_benefits(selection), CertainValue().amount(selection)
    return tuple(_departure(selection, partner, benefits, certain) for partner in selection.partners)


def _departure(selection: Selection, partner: int, benefits: dict[int, float], certain: float) -> Departure:
    """The differences that one partner makes: what does not hang on it is not looked at."""
    assessment = selection.assessment
    outlook, option = assessment.outlook, selection.option_of[partner]
    standing = standing_still(selection, {partner})
    hanging = sum(_of_pair(selection, row) for row in _synergies_of(selection, partner))
    if outlook is None or not outlook.recourse:
        earned = float(assessment.options.revenue[option])
        hanging += sum(float(assessment.options.revenue[selection.option_of[a]]) for a in standing)
    else:
        earned = float(outlook.revenue_part(outlook.scenarios.probability)[option])
        hanging += _of_applications(selection, outlook, partner, benefits)
    remaining = CertainValue().amount(remaining_without(selection, {partner}))
    return Departure(
        partner=assessment.elements[partner],
        fails=float(earned + hanging),
        leaves=float(benefits[partner] + hanging + certain - remaining),
    )


def _of_applications(
    selection: Selection, outlook: Outlook, partner: int, benefits: dict[int, float]
) -> float:
    """What the applications that a partner serves are expected to lose without it."""
    served = [a for a, partners in selection.serving.items() if partner in partners]
    without = replace(selection, assigned=frozenset(row for row in selection.assigned if row[1] != partner))
    probability = outlook.scenarios.probability
    kept = [float(probability @ application_benefits(without, outlook, [a])) for a in served]
    return sum(benefits[a] for a in served) - sum(kept)


def _of_pair(selection: Selection, row: PairRow) -> float:
    """What a synergy is expected to be worth."""
    outlook = selection.assessment.outlook
    if outlook is None:
        return row.value
    return row.value * float(outlook.scenarios.probability @ both_deliver(selection, outlook, row))


def _synergies_of(selection: Selection, partner: int) -> Iterator[PairRow]:
    for row in selection.assessment.pairs:
        if row.row.kind == "synergy" and partner in (row.first, row.second) and together(selection, row):
            yield row


def standing_still(selection: Selection, gone: Iterable[int]) -> frozenset[int]:
    """Launched applications for which too few of the assigned partners are left."""
    gone, needs = frozenset(gone), selection.assessment.needs
    hit = {need for need, partner in selection.assigned if partner in gone}
    left_of = dict.fromkeys(hit, 0)
    for need, partner in selection.assigned:
        if need in hit and selection.chosen[partner] and partner not in gone:
            left_of[need] += 1
    stopped = {needs[n].application for n, count in left_of.items() if count < needs[n].requirement.providers}
    return frozenset(a for a in stopped if selection.chosen[a] and a not in gone)


def remaining_without(selection: Selection, gone: Iterable[int]) -> Selection:
    """The plan without some of its elements and the licences that nobody needs any more."""
    gone = frozenset(gone)
    element = selection.assessment.options.element
    return replace(
        selection,
        options=tuple(option for option in selection.options if int(element[option]) not in gone),
        assigned=frozenset(row for row in selection.assigned if row[1] not in gone),
    ).without_idle_licences()


def losing(selection: Selection, shares: dict[int, float]) -> Selection:
    """The same plan where chosen elements lose a share of what they earn, in every scenario."""
    assessment = selection.assessment
    share: Floats = np.zeros(len(assessment.options))
    for element, lost in shares.items():
        share[selection.option_of[element]] = lost
    options = replace(assessment.options, earned=assessment.options.earned * (1.0 - share))
    outlook = assessment.outlook
    drawn = None if outlook is None else outlook.losing(share, assessment.options.revenue)
    return replace(selection, assessment=replace(assessment, options=options, drawn=drawn))


def _without_synergies(selection: Selection, gone: frozenset[int]) -> Selection:
    """The same plan where no synergy comes from partners that fail."""
    assessment = selection.assessment
    silent = {element for element in gone if assessment.is_partner(element)}
    pairs = tuple(
        replace(row, value=0.0) if row.row.kind == "synergy" and silent & {row.first, row.second} else row
        for row in assessment.pairs
    )
    return replace(selection, assessment=replace(assessment, pairs=pairs))
