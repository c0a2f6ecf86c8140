"""Every measure by the name that an instance gives it."""

from __future__ import annotations

from dataclasses import fields

from solver.risk.measures.base import Measure
from solver.risk.measures.deviation import MeanAbsoluteDeviation, MeanSemideviation, MeanStd
from solver.risk.measures.entropic import EntropicRisk, EntropicVaR
from solver.risk.measures.tail import CVaR, Spectral, VaR, WorstCase

MEASURES: dict[str, type[Measure]] = {
    "cvar": CVaR,
    "evar": EntropicVaR,
    "entropic": EntropicRisk,
    "mean_std": MeanStd,
    "mean_semideviation": MeanSemideviation,
    "mad": MeanAbsoluteDeviation,
    "worst_case": WorstCase,
    "spectral": Spectral,
    "var": VaR,
}


def measure(
    name: str,
    *,
    level: float = 0.95,
    theta: float | None = None,
    kappa: float | None = None,
    spectrum: tuple[tuple[float, float], ...] = (),
) -> Measure:
    """The measure of a name with those of the parameters that it has; theta and kappa are 1 where None.

    Raises ValueError for an unknown name and for a parameter out of its range.

    >>> str(measure("cvar", level=0.9))
    'CVaR at 0.9'
    """
    if name not in MEASURES:
        raise ValueError(f"a measure of risk is one of {', '.join(MEASURES)}, not {name!r}")
    given = {
        "level": level,
        "theta": 1.0 if theta is None else theta,
        "kappa": 1.0 if kappa is None else kappa,
        "spectrum": spectrum,
    }
    kind = MEASURES[name]
    return kind(**{field.name: given[field.name] for field in fields(kind)})
