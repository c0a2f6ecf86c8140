"""Stress: named what-ifs on top of the scenarios, and what they do to a portfolio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from solver.assessment.benefit import Floats
from solver.assessment.options import levels_of
from solver.assessment.outlook import Outlook
from solver.instance.tables import Application, Partner
from solver.portfolio.departure import failed, left, losing
from solver.portfolio.risks import losses
from solver.portfolio.selection import Selection
from solver.risk.measures import Measure

DOWNTURN = 0.3
RIVALS = 2.0


@dataclass(frozen=True)
class Stress:
    """A what-if: elements of the portfolio that lose a share of their revenue or leave, and stronger rivals.

    `kind` is "industry", "region", "fails", "leaves" or "rivals", `subject` the industry, region or partner's
    id. Who loses everything fails in every scenario: no synergy comes from it, and applications that need it
    stand still; its cost is spent all the same. Who leaves takes its cost and coordination along. `hit` are
    element indices.
    """

    kind: str
    subject: str | None
    hit: tuple[int, ...] = ()
    share: float = 0.0
    rivals: float = 1.0


@dataclass(frozen=True)
class Stressed:
    """Expected benefit of a portfolio and measure of its loss under a stress, and how both changed."""

    kind: Annotated[str, "`industry`, `region`, `fails`, `leaves` or `rivals`."]
    subject: Annotated[str | None, "The industry, region or id meant."]
    expected: Annotated[float, "The expected benefit."]
    value: Annotated[float, "The measure of the loss."]
    expected_change: Annotated[float, "By how much the benefit changes."]
    value_change: Annotated[float, "By how much the measure changes."]


def stresses(selection: Selection) -> Iterator[Stress]:
    """A downturn of every industry, every region closed, partners that fail or leave, rivals twice as strong.

    Only what touches the portfolio is named.
    """
    for kind, share in (("industry", DOWNTURN), ("region", 1.0)):
        for group, members in _groups(selection, kind).items():
            yield Stress(kind, group, tuple(members), share)
    for partner in selection.partners:
        yield Stress("fails", selection.assessment.elements[partner], (partner,), 1.0)
        yield Stress("leaves", selection.assessment.elements[partner], (partner,), 1.0)
    if len(selection.assessment.market.worth):
        yield Stress("rivals", None, rivals=RIVALS)


def stress_test(selection: Selection, outlook: Outlook, measure: Measure) -> tuple[Stressed, ...]:
    """The portfolio under every stress beside the base case, the worst first.

    Where the planner gave the scenarios, who fails loses what it is expected to earn, in every scenario.
    """
    probability = outlook.scenarios.probability
    before = losses(selection, outlook)
    found = []
    for stress in stresses(selection):
        after = losses_under(stress, selection, outlook)
        value = measure.value(after, probability)
        found.append(
            Stressed(
                kind=stress.kind,
                subject=stress.subject,
                expected=-float(probability @ after),
                value=value,
                expected_change=float(probability @ (before - after)),
                value_change=value - measure.value(before, probability),
            )
        )
    return tuple(sorted(found, key=lambda row: (-row.value, row.expected)))


def losses_under(stress: Stress, selection: Selection, outlook: Outlook) -> Floats:
    """What the portfolio loses in every scenario under a stress, shape (S,)."""
    hit = _hit(stress, replace(selection, assessment=replace(selection.assessment, drawn=outlook)))
    return losses(hit, hit.assessment.outlook or outlook)


def _hit(stress: Stress, selection: Selection) -> Selection:
    """The portfolio as the stress leaves it."""
    if stress.kind == "leaves":
        return left(selection, stress.hit)
    if stress.share >= 1.0:
        return failed(selection, stress.hit)
    market = selection.assessment.market
    stronger = replace(market, rival=market.rival * stress.rivals)
    rivalled = replace(selection, assessment=replace(selection.assessment, market=stronger))
    return losing(rivalled, dict.fromkeys(stress.hit, stress.share))


def _groups(selection: Selection, dimension: str) -> dict[str, list[int]]:
    """The chosen elements of every industry or region; a level may have its own."""
    members: dict[str, list[int]] = {}
    for element, row in zip((*selection.partners, *selection.applications), _engaged(selection), strict=True):
        group = row.group(dimension)
        if group is not None:
            members.setdefault(group, []).append(element)
    return members


def _engaged(selection: Selection) -> Sequence[Partner | Application]:
    """The chosen partners at their levels, then the launched applications."""
    assessment = selection.assessment
    instance, level = assessment.instance, assessment.options.level
    levels = levels_of(instance)
    partners = [
        levels[assessment.elements[partner]][level[selection.option_of[partner]]]
        for partner in selection.partners
    ]
    applications = [
        instance.applications[application - assessment.partner_count]
        for application in selection.applications
    ]
    return (*partners, *applications)
