"""Measures of risk in words, and their figures in and out of sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from solver.portfolio.risk_figures import OutOfSample, RiskFigures
from solver.report.amounts import column, counted, number, percent
from solver.report.layout import paragraph, paragraphs
from solver.report.tables import table

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "cvar": "CVaR",
        "evar": "entropic VaR",
        "entropic": "entropic risk",
        "mean_std": "mean + deviation",
        "mean_semideviation": "mean + upper semideviation",
        "mad": "mean + absolute deviation",
        "worst_case": "worst case",
        "spectral": "spectral measure",
        "var": "VaR",
    }
)


def measure_words(measure: str, level: float | None) -> str:
    """A measure as people call it.

    >>> measure_words("cvar", 0.9), measure_words("worst_case", None)
    ('CVaR at 90 %', 'worst case')
    """
    return NAMES[measure] if level is None else f"{NAMES[measure]} at {percent(level)}"


def figures_lines(figures: Sequence[RiskFigures]) -> list[str]:
    """The expected benefit and every measure, over the scenarios of the search and over fresh ones."""
    if not figures:
        return []
    first, fresh = figures[0], [row.out_of_sample for row in figures]
    rows = zip(
        ["expected benefit", *(measure_words(row.measure, row.level) for row in figures)],
        column([first.expected, *(row.value for row in figures)]),
        ["", *("" if row.limit is None else f"at most {number(row.limit)}" for row in figures)],
        *_fresh_columns(fresh),
        strict=True,
    )
    header = ("", "in sample", "limit", "out of sample", "95 % interval")
    return [
        *paragraphs(outcome for row in figures if (outcome := outcome_words(row))),
        *table(header, rows, ("left", "right", "right", "right", "right")),
        *paragraph(_explanation(first)),
    ]


def outcome_words(row: RiskFigures) -> str:
    """What a measure says of the alliance's earnings, in a sentence; empty for measures that say nothing."""
    earned = (
        f"the alliance earns {number(-row.value)}"
        if row.value <= 0
        else f"the alliance loses {number(row.value)}"
    )
    average = f"{number(row.expected)} is earned on average over all cases"
    match row.measure, row.level:
        case "cvar", float(level) if 0 < level < 1:
            return f"In the worst {percent(1 - level)} of cases {earned} on average; {average}."
        case "var", float(level) if 0 < level < 1:
            return f"In all but the worst {percent(1 - level)} of cases {earned} or better; {average}."
        case "worst_case", _:
            return f"In the worst of {counted(row.scenarios, 'scenario')} {earned}; {average}."
    return ""


def _fresh_columns(fresh: Sequence[OutOfSample | None]) -> tuple[list[str], list[str]]:
    """The values and the intervals out of sample; empty where there are none."""
    known = [row for row in fresh if row is not None]
    if not known:
        return [""] * (1 + len(fresh)), [""] * (1 + len(fresh))
    values = column([known[0].expected, *(row.value for row in known)])
    bounds = [known[0].expected_interval, *(row.value_interval for row in known)]
    lows, highs = column([low for low, _ in bounds]), column([high for _, high in bounds])
    return values, [f"{low} to {high}" for low, high in zip(lows, highs, strict=True)]


def _explanation(figures: RiskFigures) -> str:
    drawn = counted(figures.scenarios, "scenario")
    if figures.out_of_sample is None:
        return f"Measures are of the loss, over the planner's {drawn}; below 0 it is a gain."
    fresh = f"{figures.out_of_sample.scenarios:,} that nothing was chosen by"
    return f"Measures are of the loss, over {drawn} and, out of sample, {fresh}; below 0 it is a gain."
