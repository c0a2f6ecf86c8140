"""partnerfolio: the best partner portfolio, with proof.

              risk                            driver
              scenarios and measures          HiGHS or any PuLP back end, rows on demand
                │                               ▲
                ▼                               │
    instance ──► assessment ──► portfolio ──► model ──► portfolio ──► result ──► answers  ──► report
    what the     facts become   rules and     the same  re-checked    frozen,    stress,      blocks for
    planner      coefficients,  terms in      as PuLP   without an    JSON       stability    people
    knows        scenarios      numpy         rows      optimiser

Every package imports only from those to its left; `model` also from `driver`, in whose terms it asks for
rows on demand, while the driver knows nothing of partners, and `risk` knows nothing but numbers. More
stands between portfolio and result: `search` goes from a formulation to a selection (`exact` with proof,
`starts` to begin with, `heuristics` on their own), `games` splits what any game is worth and writes the
contract, `sharing` makes a game of a portfolio and looks for one that has a contract. A `study` stands
after the result: it keeps what searches teach of an instance (portfolios, bounds, models) for whatever is
asked next, and `pipeline.solve` is its first question; `answers` has one file for each of the others, and
`lifecycle` those about what runs: its health, what to change, who to bring in, one period on, many
periods in many futures. `bench`
compares strategies, over `jobs`: many calls, each in a process of its own; `recorded` is for what a result's
file claims, and `manual` has the pages that people read. `shapes` is how answers become JSON, and `schemas`
says to other programs what stands there.

    import solver as pf
    result = pf.solve(pf.read("instances/healthcare"))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, cast

from solver import shown

if TYPE_CHECKING:
    from solver.answers.allocation import allocate
    from solver.answers.alternatives import Alternatives, alternatives
    from solver.answers.breakeven import BreakEven, break_even
    from solver.answers.breakevens import BreakEvens, break_evens
    from solver.answers.change import Change, change
    from solver.answers.classes import Classes, classes
    from solver.answers.compare import Comparison, compare
    from solver.answers.core_index import CoreIndex, core_index
    from solver.answers.explanation import Explanation, explain
    from solver.answers.frontier import Frontier, frontier
    from solver.answers.grade import Grade, grade
    from solver.answers.resilience import Resilience, resilience
    from solver.answers.sensitivity import Sensitivity, sensitivity
    from solver.answers.stable_selection import StableSelection, select_stably
    from solver.answers.stepcurve import Curve, curve
    from solver.answers.whatif import Whatifs, whatif
    from solver.answers.why import Why, why
    from solver.errors import BackendError, FormulationError, InputError, PartnerfolioError
    from solver.games.allocate import Allocation
    from solver.games.contract.contract import Clauses
    from solver.games.game import Game
    from solver.instance.carriers import read, write
    from solver.instance.generator import generate
    from solver.instance.instance import Instance
    from solver.instance.libraries import read_library
    from solver.instance.tidy.tidy import tidy
    from solver.instance.whatifs import Whatif
    from solver.lifecycle.advance import Advanced, advance
    from solver.lifecycle.health import Health, health
    from solver.lifecycle.newcomers import Newcomers, newcomers
    from solver.lifecycle.outcomes import Outcomes
    from solver.lifecycle.pilot import Pilot, pilot
    from solver.lifecycle.pilots import PilotWorths, pilot_worths
    from solver.lifecycle.rebalance import Rebalancing, rebalance
    from solver.lifecycle.roll import Rolling, roll
    from solver.pipeline import solve, verify
    from solver.portfolio import rules, terms
    from solver.portfolio.formulation import Formulation
    from solver.portfolio.portfolio import Portfolio
    from solver.portfolio.risks import LossMeasure
    from solver.portfolio.terms import AllianceValue, HubValue
    from solver.result import Result
    from solver.risk import measures
    from solver.run import Cancel, Progress, SearchLimits, Termination
    from solver.schemas import schema
    from solver.sharing.wishes import Wishes
    from solver.study.study import Study

_HOME = {
    "Advanced": "solver.lifecycle.advance",
    "AllianceValue": "solver.portfolio.terms",
    "Allocation": "solver.games.allocate",
    "Alternatives": "solver.answers.alternatives",
    "BackendError": "solver.errors",
    "BreakEven": "solver.answers.breakeven",
    "BreakEvens": "solver.answers.breakevens",
    "Cancel": "solver.run",
    "Change": "solver.answers.change",
    "Classes": "solver.answers.classes",
    "Clauses": "solver.games.contract.contract",
    "CoreIndex": "solver.answers.core_index",
    "Comparison": "solver.answers.compare",
    "Curve": "solver.answers.stepcurve",
    "Explanation": "solver.answers.explanation",
    "Formulation": "solver.portfolio.formulation",
    "FormulationError": "solver.errors",
    "Frontier": "solver.answers.frontier",
    "Game": "solver.games.game",
    "Grade": "solver.answers.grade",
    "Health": "solver.lifecycle.health",
    "HubValue": "solver.portfolio.terms",
    "InputError": "solver.errors",
    "Instance": "solver.instance.instance",
    "LossMeasure": "solver.portfolio.risks",
    "PartnerfolioError": "solver.errors",
    "Newcomers": "solver.lifecycle.newcomers",
    "Outcomes": "solver.lifecycle.outcomes",
    "Pilot": "solver.lifecycle.pilot",
    "PilotWorths": "solver.lifecycle.pilots",
    "Portfolio": "solver.portfolio.portfolio",
    "Progress": "solver.run",
    "Resilience": "solver.answers.resilience",
    "Rebalancing": "solver.lifecycle.rebalance",
    "Result": "solver.result",
    "Rolling": "solver.lifecycle.roll",
    "SearchLimits": "solver.run",
    "Sensitivity": "solver.answers.sensitivity",
    "StableSelection": "solver.answers.stable_selection",
    "Study": "solver.study.study",
    "Termination": "solver.run",
    "Whatif": "solver.instance.whatifs",
    "Whatifs": "solver.answers.whatif",
    "Why": "solver.answers.why",
    "Wishes": "solver.sharing.wishes",
    "advance": "solver.lifecycle.advance",
    "allocate": "solver.answers.allocation",
    "alternatives": "solver.answers.alternatives",
    "break_even": "solver.answers.breakeven",
    "break_evens": "solver.answers.breakevens",
    "core_index": "solver.answers.core_index",
    "change": "solver.answers.change",
    "classes": "solver.answers.classes",
    "compare": "solver.answers.compare",
    "curve": "solver.answers.stepcurve",
    "explain": "solver.answers.explanation",
    "frontier": "solver.answers.frontier",
    "generate": "solver.instance.generator",
    "grade": "solver.answers.grade",
    "health": "solver.lifecycle.health",
    "measures": "solver.risk",
    "newcomers": "solver.lifecycle.newcomers",
    "pilot": "solver.lifecycle.pilot",
    "pilot_worths": "solver.lifecycle.pilots",
    "read": "solver.instance.carriers",
    "read_library": "solver.instance.libraries",
    "rebalance": "solver.lifecycle.rebalance",
    "resilience": "solver.answers.resilience",
    "roll": "solver.lifecycle.roll",
    "rules": "solver.portfolio",
    "schema": "solver.schemas",
    "select_stably": "solver.answers.stable_selection",
    "sensitivity": "solver.answers.sensitivity",
    "solve": "solver.pipeline",
    "terms": "solver.portfolio",
    "tidy": "solver.instance.tidy.tidy",
    "verify": "solver.pipeline",
    "whatif": "solver.answers.whatif",
    "why": "solver.answers.why",
    "write": "solver.instance.carriers",
}

__all__ = [
    "Advanced",
    "AllianceValue",
    "Allocation",
    "Alternatives",
    "BackendError",
    "BreakEven",
    "BreakEvens",
    "Cancel",
    "Change",
    "Classes",
    "Clauses",
    "Comparison",
    "CoreIndex",
    "Curve",
    "Explanation",
    "Formulation",
    "FormulationError",
    "Frontier",
    "Game",
    "Grade",
    "Health",
    "HubValue",
    "InputError",
    "Instance",
    "LossMeasure",
    "Newcomers",
    "Outcomes",
    "PartnerfolioError",
    "Pilot",
    "PilotWorths",
    "Portfolio",
    "Progress",
    "Rebalancing",
    "Resilience",
    "Result",
    "Rolling",
    "SearchLimits",
    "Sensitivity",
    "StableSelection",
    "Study",
    "Termination",
    "Whatif",
    "Whatifs",
    "Why",
    "Wishes",
    "advance",
    "allocate",
    "alternatives",
    "break_even",
    "break_evens",
    "change",
    "classes",
    "compare",
    "core_index",
    "curve",
    "explain",
    "frontier",
    "generate",
    "grade",
    "health",
    "measures",
    "newcomers",
    "pilot",
    "pilot_worths",
    "read",
    "read_library",
    "rebalance",
    "resilience",
    "roll",
    "rules",
    "schema",
    "select_stably",
    "sensitivity",
    "solve",
    "terms",
    "tidy",
    "verify",
    "whatif",
    "why",
    "write",
]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import solver` costs next to nothing."""
    if name not in _HOME:
        raise AttributeError(f"module 'solver' has no attribute {name!r}")
    if name in ("measures", "rules", "terms"):
        return import_module(f"{_HOME[name]}.{name}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    """The public names, so that completion offers them before they are imported."""
    return __all__


def _notebook() -> shown.Room:
    return cast("shown.Room", import_module("solver.report.notebook"))


shown.made_in(_notebook)
