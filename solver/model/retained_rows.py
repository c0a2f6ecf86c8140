"""Retained value as rows made on demand: what would be lost with a partner, bounded from below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from solver.driver import Row
from solver.driver.rows import ValueOf
from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.model.slack import Slack

# Per unit of what is allowed, or of the largest revenue.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Loss:
    """An application option that may be lost without a partner, and how little of it must be lost.

    `shares` has one expression per need: providers · x_o − Σ_{k ≠ j} ready_k. At a covered portfolio it
    is 1 where the others cannot meet the need, and at most 0 where they can.
    """

    revenue: float
    shares: tuple[Linear, ...]

    def least(self, value: ValueOf) -> tuple[float, Linear]:
        """The largest of the shares at a point, and its expression; zero where none is positive."""
        amounts = [(share.amount(value), share) for share in self.shares]
        return max(amounts, key=lambda pair: pair[0])


@dataclass(frozen=True)
class RetainedValueRows:
    """Σ_o R_o · lost_oj ≤ (1 − share) · Σ_o R_o x_o for every partner j (spec 3.1.8), in the decisions alone.

    lost_oj is at least providers · x_o − Σ_{k ≠ j} ready_k for every need of o that j can provide. A row
    takes for each option the need that says most at the incumbent, so separation is exact, at fractional
    points as well, and the program needs no columns for who is critical. Coverage is presumed.
    """

    losses: dict[int, tuple[Loss, ...]]
    may_be_lost: Linear

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The row of every partner without whom too much would be lost."""
        allowed = self.may_be_lost.amount(value)
        for partner, losses in self.losses.items():
            lost, excess = 0.0, Linear()
            for loss in losses:
                least, share = loss.least(value)
                if least > 0:
                    lost += loss.revenue * least
                    excess.add(share, loss.revenue)
            if lost > allowed + TOLERANCE * max(abs(allowed), *(loss.revenue for loss in losses)):
                excess.add(self.may_be_lost, -1.0)
                yield Row(excess.coefficients, "<=", -excess.constant, f"retained value without {partner}")


def retained_value_rows(draft: Draft, share: float, slack: Slack) -> None:
    """Hold the rule that losing any one partner leaves a share, less a slack, of the application revenue."""
    options = draft.assessment.options
    may_be_lost = Linear()
    if slack.columns:
        may_be_lost.add(
            slack.times("share", np.where(draft.assessment.partner_options, 0.0, options.revenue), draft)
        )
    losses: dict[int, list[Loss]] = {}
    for application in range(draft.assessment.partner_count, len(draft.assessment.elements)):
        for option in options.of(application):
            revenue = float(options.revenue[option])
            if revenue:
                may_be_lost.add(Linear({draft.options[option]: (1.0 - share) * revenue}))
                for partner, shares in _shares(draft, application, option).items():
                    losses.setdefault(partner, []).append(Loss(revenue, tuple(shares)))
    frozen = {partner: tuple(found) for partner, found in losses.items()}
    draft.lazies.append(RetainedValueRows(frozen, may_be_lost))


def _shares(draft: Draft, application: int, option: int) -> dict[int, list[Linear]]:
    """Per partner and need, how much of the option is lost at least."""
    assessment = draft.assessment
    start = int(assessment.options.start[option])
    shares: dict[int, list[Linear]] = {}
    for index in assessment.needs_of.get(application, ()):
        need = assessment.needs[index]
        launched = Linear({draft.options[option]: float(need.requirement.providers)})
        ready = {partner: draft.ready(partner, start) for partner in need.capable}
        for partner in need.capable:
            others = Linear()
            for other, able in ready.items():
                if other != partner:
                    others.add(able)
            shares.setdefault(partner, []).append(launched - others)
    return shares
