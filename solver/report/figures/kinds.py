"""Which pictures there are, and of which answer each is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from solver.instance.instance import Instance
from solver.report.blocks import Figure
from solver.report.figures.classes import classes
from solver.report.figures.course import course
from solver.report.figures.coverage import coverage
from solver.report.figures.curve import curve
from solver.report.figures.frontier import frontier
from solver.report.figures.health import health
from solver.report.figures.loss import loss
from solver.report.figures.network import network
from solver.report.figures.partners import partners
from solver.report.figures.prices import prices
from solver.report.figures.split import split
from solver.report.figures.timeline import timeline
from solver.report.figures.tornado import tornado
from solver.report.figures.waterfall import value_waterfall
from solver.report.figures.whatif import whatif
from solver.report.naming import Naming

Subject = Literal[
    "Result",
    "RiskReport",
    "Allocation",
    "Frontier",
    "Sensitivity",
    "Classes",
    "Why",
    "Curve",
    "Whatifs",
    "Health",
    "Course",
]


@dataclass(frozen=True)
class Kind:
    """A picture of an answer of some class, drawn from the answer and its instance."""

    of: Subject
    shows: str
    draw: Callable[[Any, Instance], Figure]


def _split(allocation: Any, instance: Instance) -> Figure:
    return split(allocation, Naming.of(instance, allocation.players))


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "waterfall": Kind("Result", "what the value is made of, step by step", value_waterfall),
        "partners": Kind("Result", "what partners bring, cost and risk; chosen or left out", partners),
        "coverage": Kind("Result", "who provides for which application, and with what backup", coverage),
        "network": Kind("Result", "synergies, conflicts and licences between partners", network),
        "timeline": Kind("Result", "who starts when, and what is spent in each period", timeline),
        "loss": Kind("RiskReport", "how much may be lost, how often, and in the worst cases", loss),
        "split": Kind("Allocation", "who gets what by each rule, and the room to negotiate", _split),
        "frontier": Kind("Frontier", "what can be had of value, and of risk or spending", frontier),
        "tornado": Kind("Sensitivity", "what the best value changes by with each number", tornado),
        "classes": Kind("Classes", "who is in all, some, none of the nearly best portfolios", classes),
        "prices": Kind("Why", "what the chosen are worth, at which price others enter", prices),
        "curve": Kind("Curve", "the best value at every level of a limit (--limit)", curve),
        "whatif": Kind("Whatifs", "the best portfolios of what-ifs side by side", whatif),
        "health": Kind("Health", "how healthy partners were, and what pulls them down", health),
        "course": Kind("Course", "how near the search was to its proof as time passed", course),
    }
)
