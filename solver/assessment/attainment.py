"""Health: how far indicators attain their targets, and what that says of a partner's success (spec 8.1)."""

from __future__ import annotations

from collections.abc import Iterable

from solver.instance.instance import Instance
from solver.instance.tables import Evidence, Health

Scores = dict[str, dict[int, float]]


def attainment(row: Health) -> float:
    """How far an indicator attains its target, from 0 to 1; where lower is better, 0 attains it wholly.

    >>> attainment(Health(partner="p", period=1, indicator="faults", value=8, target=4, direction="lower"))
    0.5
    """
    if row.direction == "higher":
        return min(1.0, max(0.0, row.value / row.target))
    return 1.0 if row.value <= row.target else row.target / row.value


def score(rows: Iterable[Health]) -> float | None:
    """The mean attainment of some indicators by their weights; None where none has any."""
    rows = list(rows)
    weight = sum(row.weight for row in rows)
    return sum(row.weight * attainment(row) for row in rows) / weight if weight > 0 else None


def scores(instance: Instance) -> Scores:
    """The score of every partner in every period in which it was measured, periods ascending."""
    measured: dict[str, dict[int, list[Health]]] = {}
    for row in sorted(instance.health, key=lambda row: row.period):
        measured.setdefault(row.partner, {}).setdefault(row.period, []).append(row)
    found = {
        partner: {period: score(rows) for period, rows in by_period.items()}
        for partner, by_period in measured.items()
    }
    return {
        partner: {period: value for period, value in by_period.items() if value is not None}
        for partner, by_period in found.items()
    }


def evidence_of_health(instance: Instance) -> list[Evidence]:
    """The latest score of every partner as evidence of its success, where the planner counts it as such."""
    strength = instance.health_terms.strength
    latest = {partner: list(by_period.values())[-1:] for partner, by_period in scores(instance).items()}
    return [
        Evidence(partner=partner, trials=strength, successes=strength * value)
        for partner, values in (latest.items() if strength > 0 else ())
        for value in values
    ]
