"""What is checked of uncertainty: measures, scenarios and correlations."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from typing import Any

from solver.instance.defects import Defect
from solver.instance.parsed import Parsed
from solver.instance.settings import RiskMeasure

TOLERANCE = 1e-6


def scenario_probabilities(parsed: Parsed) -> Iterator[Defect]:
    """Every scenario has one probability, and together they are certain."""
    probability: dict[str, float] = {}
    for number, row in parsed.rows["scenarios"]:
        known = probability.setdefault(row.scenario, row.probability)
        if abs(known - row.probability) > TOLERANCE:
            text = f"the same probability in every row of scenario {row.scenario}: {known:g}"
            yield Defect("scenarios", text, number, "probability", row.probability)
    total = fsum(probability.values())
    complete = len(parsed.rows["scenarios"]) == len(parsed.cells["scenarios"])
    if probability and complete and abs(total - 1) > TOLERANCE:
        text = "probabilities of the scenarios that add up to 1"
        yield Defect("scenarios", text, column="probability", value=f"a sum of {total:.9g}")


def factor_correlations(parsed: Parsed) -> Iterator[Defect]:
    """The common factors cannot explain more than everything."""
    risk = parsed.risk
    if risk is None:
        return
    total = fsum((risk.market_correlation, risk.industry_correlation, risk.region_correlation))
    if total > 1 + 1e-12:
        text = "market, industry and region correlation that add up to at most 1"
        yield Defect("risk", text, column="market_correlation", value=f"a sum of {total:.9g}")


def measures(parsed: Parsed) -> Iterator[Defect]:
    """What each measure needs and cannot have."""
    if parsed.risk is not None:
        yield from _measure_defects("risk", None, parsed.risk)
        yield from _spectrum_defects(parsed)
    for number, row in parsed.rows["risks"]:
        yield from _measure_defects("risks", number, row)
    if parsed.rows["risks"] and parsed.sections.get("risk") is None and "risk" not in parsed.unreadable:
        yield Defect("risks", "add a section risk: it says how the uncertain amounts are drawn")


def correlations(parsed: Parsed) -> Iterator[Defect]:
    """Given correlations must be able to hold together."""
    rows = parsed.rows["correlations"]
    for number, row in rows:
        if row.first == row.second:
            yield Defect("correlations", "two different ids", number, "second", row.second)
    if not rows or any(row.first == row.second for _, row in rows):
        return
    import numpy as np

    from solver.risk.correlation import check

    matrix, ids = correlation_matrix([row for _, row in rows])
    for number, row in rows:
        if matrix[ids.index(row.first), ids.index(row.second)] != row.correlation:
            text = f"the same number as in the other row for {row.second} and {row.first}"
            yield Defect("correlations", text, number, "correlation", row.correlation)
            return
    try:
        check(np.asarray(matrix))
    except ValueError as error:
        yield Defect("correlations", str(error))


def correlation_matrix(rows: list[Any]) -> tuple[Any, list[str]]:
    """The matrix that rows of `correlations` describe, and the ids it is about in order of appearance."""
    import numpy as np

    ids = list(dict.fromkeys(id_ for row in rows for id_ in (row.first, row.second)))
    position = {id_: place for place, id_ in enumerate(ids)}
    matrix = np.eye(len(ids))
    for row in rows:
        first, second = position[row.first], position[row.second]
        matrix[first, second] = matrix[second, first] = row.correlation
    return matrix, ids


def variations(parsed: Parsed) -> Iterator[Defect]:
    """Coefficients of variation that the wanted margin can have."""
    if parsed.risk is None:
        return
    from solver.risk.margins import MARGINS

    family = MARGINS[parsed.risk.margin]
    for table in ("partners", "applications", "levels"):
        for number, row in parsed.rows[table]:
            for column in ("revenue_cv", "cost_cv"):
                cv = getattr(row, column)
                if cv is not None and cv >= family.largest_cv:
                    text = f"below {family.largest_cv:.4g} for a {family.name} margin; lognormal takes any"
                    yield Defect(table, text, number, column, cv)


def _measure_defects(table: str, number: int | None, row: RiskMeasure) -> Iterator[Defect]:
    if row.measure == "var" and row.weight > 0:
        text = "0: the chance of a loss can be limited, not priced; cvar can be priced"
        yield Defect(table, text, number, "weight", row.weight)
    if table == "risks" and row.measure == "spectral":
        yield Defect(table, "the section risk: the spectrum is given there", number, "measure", row.measure)


def _spectrum_defects(parsed: Parsed) -> Iterator[Defect]:
    risk = parsed.risk
    if risk is None:
        return
    levels, weights = risk.spectrum_levels, risk.spectrum_weights
    if len(levels) != len(weights):
        text = f"one weight per level: {len(levels)}, not {len(weights)}"
        yield Defect("risk", text, column="spectrum_weights", value=f"{len(weights)} weights")
    elif levels and abs(fsum(weights) - 1) > TOLERANCE:
        text = "weights that add up to 1"
        yield Defect("risk", text, column="spectrum_weights", value=f"a sum of {fsum(weights):g}")
    if risk.measure == "spectral" and not levels:
        yield Defect("risk", "tail confidences and their weights", column="spectrum_levels", value="empty")
