"""Market value as rows: a concave function is the lowest of its tangents; more of them on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pulp
from numpy.typing import NDArray

from solver.assessment.market import Market
from solver.driver import Row
from solver.driver.rows import ValueOf
from solver.model.draft import Draft
from solver.model.linear import Linear

# So many leave an error below half the default gap, on ecosystem as on drawn alliances: one round of the
# program is enough, where 80 left a whole gap and the program was searched from the beginning again. As steps
# in one row they hardly slow a relaxation down. Beside a measure of risk, whose cuts take several rounds
# anyway, few will do.
FIRST_TANGENTS = 120
FIRST_BESIDE_RISK = 12
TOLERANCE = 1e-8


@dataclass(frozen=True)
class Hypograph:
    """gain ≤ g(attraction) for one segment in one period, g the concave gain of `Market` (spec 4.3)."""

    market: Market
    segment: int
    gain: pulp.LpVariable
    attraction: pulp.LpVariable

    def grid(self, least: float, most: float, count: int) -> NDArray[np.float64]:
        """So many attractions between two, at which tangents err by the same between any two neighbours.

        What they err by grows with the root of the curvature: even steps of (a + rival)^(−1/2) balance it.
        """
        rival = float(self.market.rival[self.segment])
        steps = np.linspace((least + rival) ** -0.5, (most + rival) ** -0.5, count)
        return np.clip(steps**-2.0 - rival, least, most)

    def tangent(self, point: float) -> Row:
        """gain ≤ g(a₀) + g′(a₀)(attraction − a₀)."""
        slope = self.market.slope(self.segment, point)
        rhs = self.market.gain(self.segment, point) - slope * point
        coefficients = {self.gain: 1.0, self.attraction: -slope}
        return Row(coefficients, "<=", rhs, f"tangent of segment {self.segment}")

    def violated(self, value: ValueOf) -> Iterator[Row]:
        """The tangent at the incumbent's attraction, where its gain is overstated."""
        point = value(self.attraction)
        true = self.market.gain(self.segment, point)
        if value(self.gain) > true + TOLERANCE * self.market.worth[self.segment]:
            yield self.tangent(point)


def market_value(draft: Draft) -> Linear:
    """Discounted market value, held from above by tangents."""
    assessment = draft.assessment
    total = Linear()
    for period, discount in enumerate(assessment.discount, start=1):
        for segment in range(len(assessment.market.worth)):
            total.add(_gain(draft, segment, period).scaled(float(discount)))
    return total


def _gain(draft: Draft, segment: int, period: int) -> Linear:
    market = draft.assessment.market
    attracted = Linear(constant=float(market.hub[segment]))
    for element in np.flatnonzero(market.attraction[segment]):
        attracted.add(draft.ready(int(element), period), float(market.attraction[segment, element]))
    if not attracted.coefficients or not market.worth[segment]:
        return Linear()
    most = attracted.constant + sum(attracted.coefficients.values())
    gain, new = draft.amount(f"gain_{segment}_{period}", high=market.gain(segment, most))
    if new:
        attraction, _ = draft.amount(f"attraction_{segment}_{period}", high=most)
        draft.equal(attracted - Linear.of([attraction]), 0.0)
        hypograph = Hypograph(market, segment, gain, attraction)
        count = FIRST_BESIDE_RISK if draft.form.by_scenario else FIRST_TANGENTS
        written_steps(draft, hypograph, hypograph.grid(attracted.constant, most, count))
        draft.lazies.append(hypograph)
    return Linear.of([gain])


def written_steps(draft: Draft, hypograph: Hypograph, points: NDArray[np.float64]) -> None:
    """The lowest of the tangents at some attractions, ascending, by what every step of attraction adds.

    attraction = a₀ + Σ_k d_k with d_k ≤ width_k, gain ≤ lowest(a₀) + Σ_k slope_k · d_k: slopes fall, so the
    first steps are taken first. From one step to the next where two tangents meet.
    """
    market, segment = hypograph.market, hypograph.segment
    slopes = np.array([market.slope(segment, point) for point in points])
    heights = np.array([market.gain(segment, point) for point in points]) - slopes * points
    steeper = np.append(np.diff(slopes) < 0, True)
    slopes, heights = slopes[steeper], heights[steeper]
    meeting = np.clip(np.diff(heights) / -np.diff(slopes), points[0], points[-1])
    widths = np.diff(np.concatenate([points[:1], meeting, points[-1:]]))
    taken = Linear.of(
        draft.amount(f"{hypograph.attraction.name}_{step}", high=width)[0]
        for step, width in enumerate(widths.tolist())
    )
    draft.equal(Linear.of([hypograph.attraction]) - taken, float(points[0]))
    gained = Linear(dict(zip(taken.coefficients, slopes.tolist(), strict=True)))
    draft.at_most(Linear.of([hypograph.gain]) - gained, float(heights[0] + slopes[0] * points[0]))
