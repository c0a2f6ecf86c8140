"""Readings of a portfolio's stability as numbers, whether or not a rule asks for them (spec 4.5)."""

from __future__ import annotations

from dataclasses import dataclass

from solver.portfolio.departure import Departure, departures
from solver.portfolio.payoffs import least_payoffs_of
from solver.portfolio.rules.provision import application_revenue, retained_revenue
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue
from solver.shapes import Shaped


@dataclass(frozen=True)
class Stability(Shaped):
    """How much hangs on single partners, and whether everybody can be paid.

    `retained_value` is the share of the applications' revenue that stays after the loss of the partner
    `hardest_to_lose`, None where no application earns or no partner is chosen. `herfindahl` is the sum of
    squared shares of the partners' benefit and `largest_share` the largest of them, of `largest_partner`,
    None where no partner brings any. `satisfaction_room` is what is left of the value once everybody has the
    minimum payoff and every listed group its outside value. The fourth reading, core stability, is the
    largest excess of the split.
    """

    retained_value: float | None
    hardest_to_lose: str | None
    herfindahl: float | None
    largest_share: float | None
    largest_partner: str | None
    satisfaction_room: float
    departures: tuple[Departure, ...] = ()


def stability_of(selection: Selection) -> Stability:
    """The readings of a portfolio; ties go to the partner that comes first in the table."""
    ids = selection.assessment.elements
    shares = benefit_shares(selection)
    kept, total = retained_revenue(selection), sum(application_revenue(selection).values())
    hardest = min(kept, key=lambda partner: kept[partner]) if kept and total > 0 else None
    largest = max(shares, key=lambda partner: shares[partner], default=None)
    needed = selection.assessment.instance.hub.minimum_payoff + least_payoffs_of(selection).total
    return Stability(
        retained_value=None if hardest is None else kept[hardest] / total,
        hardest_to_lose=None if hardest is None else ids[hardest],
        herfindahl=None if largest is None else sum(share**2 for share in shares.values()),
        largest_share=None if largest is None else shares[largest],
        largest_partner=None if largest is None else ids[largest],
        satisfaction_room=AllianceValue().amount(selection) - needed,
        departures=departures(selection),
    )


def benefit_shares(selection: Selection) -> dict[int, float]:
    """Each chosen partner's share of the partners' positive benefit; empty where there is none."""
    if not selection.partners:
        return {}
    benefit = selection.assessment.positive_benefit
    brought = {partner: float(benefit[selection.option_of[partner]]) for partner in selection.partners}
    total = sum(brought.values())
    return {partner: amount / total for partner, amount in brought.items()} if total > 0 else {}
