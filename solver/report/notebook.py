"""Answers as notebooks show them: the figure, and the report as HTML."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from solver.answers.risk_report import RiskReport
from solver.games.allocate import Allocation
from solver.instance.instance import Instance
from solver.report.allocation import allocation_summary
from solver.report.alternatives import alternatives_summary
from solver.report.blocks import Figure, Report, report
from solver.report.classes import classes_summary
from solver.report.contents import Contents, contents_summary
from solver.report.explanation import explanation_summary
from solver.report.figures.drawing import specification
from solver.report.figures.kinds import KINDS
from solver.report.figures.rendering import can_draw, rendered
from solver.report.frontier import frontier_summary
from solver.report.health import health_summary
from solver.report.html import figures_in, fragment
from solver.report.naming import Naming
from solver.report.printed import printed
from solver.report.resilience import resilience_summary
from solver.report.result import summary
from solver.report.risk import risk_summary
from solver.report.sensitivity import (
    break_even_summary,
    break_evens_summary,
    curve_summary,
    sensitivity_summary,
)
from solver.report.whatif import whatif_summary
from solver.report.why import why_summary

VEGA_LITE = "application/vnd.vegalite.v5+json"


def figure_of(answer: Any, kind: str | None = None) -> Figure:
    """A figure of an answer, the first there is without a kind; raises ValueError where there is none."""
    kinds = [name for name, one in KINDS.items() if one.of == type(answer).__name__]
    if not kinds or (kind is not None and kind not in kinds):
        there = f"there are {', '.join(kinds)}" if kinds else "there are none"
        raise ValueError(f"{type(answer).__name__} has no picture {kind or ''}; {there}".replace(" ;", ";"))
    return KINDS[kind or kinds[0]].draw(answer, _instance_of(answer))


def figures_of(answer: Any) -> list[Figure]:
    """Every figure of an answer in which there is something to see; none of what is no answer."""
    kinds = [one for one in KINDS.values() if one.of == type(answer).__name__]
    drawn = [one.draw(answer, _instance_of(answer)) for one in kinds]
    return list(filter(None, drawn))


def bundle_of(answer: Any) -> dict[str, Any]:
    """What a notebook shows of it, by kind of content; pictures where vl-convert is installed."""
    if isinstance(answer, Figure):
        drawn = {"image/svg+xml": rendered([answer])[0].decode()} if can_draw() else {}
        return {VEGA_LITE: specification(answer), "text/plain": answer.title, **drawn}
    told = _told(answer)
    if told is None:
        return {"text/plain": repr(answer)}
    pictures = rendered(figures_in(told), theme="page") if can_draw() and figures_in(told) else ()
    return {"text/html": fragment(told, pictures), "text/plain": printed(told)}


def _told(answer: Any) -> Report | None:
    """The report of an answer, its picture first; None for what has none."""
    tell = REPORTS.get(type(answer).__name__)
    if tell is None:
        return None
    found = tell(answer, _instance_of(answer))
    drawn = any(one.of == type(answer).__name__ for one in KINDS.values())
    first = [figure_of(answer)] if drawn else []
    return report(found.title, *first, *found.sections, names=found.names)


def _instance_of(answer: Any) -> Instance:
    """The instance that an answer is about; what was read from a file says nothing of it."""
    match answer:
        case Instance():
            return answer
        case RiskReport():
            return answer.judgement.selection.assessment.instance
        case Allocation():
            return Instance(name="", unit="", currency="", partners=[{"id": "p", "revenue": 0, "cost": 0}])
    problem: Instance | None = answer.problem
    if problem is None:
        raise ValueError("an answer that was read from a file does not know its instance")
    return problem


REPORTS: Mapping[str, Callable[[Any, Instance], Report]] = MappingProxyType(
    {
        "Instance": lambda answer, instance: contents_summary(Contents.of(instance), instance),
        "Result": summary,
        "RiskReport": lambda answer, instance: risk_summary(answer, None, instance, ()),
        "Allocation": lambda answer, instance: allocation_summary(answer, Naming("", answer.players)),
        "Alternatives": alternatives_summary,
        "BreakEven": break_even_summary,
        "BreakEvens": break_evens_summary,
        "Classes": classes_summary,
        "Curve": curve_summary,
        "Explanation": explanation_summary,
        "Frontier": frontier_summary,
        "Health": health_summary,
        "Resilience": resilience_summary,
        "Sensitivity": sensitivity_summary,
        "Whatifs": whatif_summary,
        "Why": why_summary,
    }
)
