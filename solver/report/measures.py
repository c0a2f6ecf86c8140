"""Measures of risk in words, and their figures in and out of sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from solver.instance.instance import Instance
from solver.portfolio.risk_figures import OutOfSample, RiskFigures
from solver.report.amounts import column, counted, number, percent, titled
from solver.report.blocks import Column, Section, amounts, figures, section, table, text, words

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


def figures_section(measured: Sequence[RiskFigures], instance: Instance) -> Section:
    """The expected benefit and every measure, over the scenarios of the search and over fresh ones."""
    title = titled("Risk", instance)
    if not measured:
        return section(title)
    first = measured[0]
    limits = ["" if row.limit is None else f"at most {number(row.limit)}" for row in measured]
    return section(
        title,
        text(*map(outcome_words, measured)),
        table(
            words("", ["expected benefit", *(measure_words(row.measure, row.level) for row in measured)]),
            amounts("in sample", [first.expected, *(row.value for row in measured)]),
            figures("limit", ["", *limits]),
            *_out_of_sample([row.out_of_sample for row in measured]),
        ),
        text(_explanation(first)),
    )


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


def _out_of_sample(fresh: Sequence[OutOfSample | None]) -> Iterator[Column]:
    """The values and the intervals out of sample, where there are any."""
    known = [row for row in fresh if row is not None]
    if known:
        bounds = [known[0].expected_interval, *(row.value_interval for row in known)]
        lows, highs = column([low for low, _ in bounds]), column([high for _, high in bounds])
        yield amounts("out of sample", [known[0].expected, *(row.value for row in known)])
        yield figures("95 % interval", map(" to ".join, zip(lows, highs, strict=True)))


def _explanation(row: RiskFigures) -> str:
    drawn = counted(row.scenarios, "scenario")
    if row.out_of_sample is None:
        return f"Measures are of the loss, over the planner's {drawn}; below 0 it is a gain."
    fresh = f"{row.out_of_sample.scenarios:,} that nothing was chosen by"
    return f"Measures are of the loss, over {drawn} and, out of sample, {fresh}; below 0 it is a gain."
