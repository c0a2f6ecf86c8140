"""Every class of term and rule is read wherever they are read, and an unknown one is refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import isabstract
from typing import Any, ClassVar

import numpy as np
import pytest

import solver as pf
from benchmarks.peers.textbook import textbook
from benchmarks.peers.textbook.quantities import written
from benchmarks.peers.textbook.rules import write
from solver.assessment.assessment import Assessment, assess
from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.bench.sources import AbsentError
from solver.errors import FormulationError
from solver.model.rule_rows import rule_rows
from solver.model.scenario_rows import nominal_rows, scenario_rows
from solver.model.term_rows import term_rows
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Bound, Term, UncertainTerm
from solver.portfolio.risks import LossMeasure
from solver.portfolio.rules import KINDS, BoundRule, ChanceLimit, Reading, Rule, Wish
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, PartnerCount, Synergy
from solver.run import Run
from solver.search.catalogue import STRATEGIES
from solver.search.problem import Problem
from solver.sharing.coalition_rules import coalition_formulation

BRIEFLY = pf.SearchLimits(seconds=5.0)
PARTNERS = [{"id": f"p{n}", "revenue": 10 + n, "cost": 4} for n in range(3)]
PLAIN = pf.Instance.from_document({"partners": PARTNERS, "split": {"rule": "nucleolus"}})
RISKY = pf.Instance.from_document(
    {"partners": [row | {"success": 0.5} for row in PARTNERS], "risk": {"scenarios": 8}}
)


@dataclass(frozen=True)
class ToyTerm(Term):
    """How many pairs are chosen: not linear, and without rows."""

    def amount(self, selection: Selection) -> float:
        return len(selection.partners) * (len(selection.partners) - 1) / 2


@dataclass(frozen=True)
class ToyUncertainTerm(UncertainTerm):
    """A hundred where nobody is chosen."""

    def nominal(self, selection: Selection) -> float:
        return 0.0 if selection.options else 100.0

    def nominal_size(self, selection: Selection) -> float:
        return self.nominal(selection)

    def realised(self, selection: Selection, outlook: Outlook) -> Floats:
        return np.full(len(outlook.scenarios), self.nominal(selection))

    def sizes(self, selection: Selection, outlook: Outlook) -> Floats:
        return np.abs(self.realised(selection, outlook))


@dataclass(frozen=True)
class ToyRule(Rule):
    """At least two partners, said in a way of its own."""

    name: ClassVar[str] = "toy"

    def readings(self, selection: Selection) -> Iterator[Reading]:
        yield Reading(self.name, "partners of the toy", len(selection.partners), ">=", 2)


@dataclass(frozen=True)
class ToyBound(BoundRule):
    """At most two partners: its rows follow from its bounds, what coalitions obey does not."""

    name: ClassVar[str] = "toy_bound"

    def bounds(self, assessment: Assessment) -> Iterator[Bound]:
        yield Bound(PartnerCount(), "<=", 2, "partners of the toy")


def concrete(base: type) -> list[type]:
    """Every class of the package below a base that can be made."""
    found, left = [], [base]
    while left:
        one = left.pop()
        left += one.__subclasses__()
        if one.__module__.startswith("solver.") and not isabstract(one):
            found.append(one)
    return sorted(found, key=lambda kind: kind.__name__)


def handled(reader: Any, kind: type) -> bool:
    return reader.dispatch(kind) is not reader.dispatch(object)


@pytest.mark.parametrize("kind", concrete(Term), ids=lambda kind: kind.__name__)
def test_every_term_has_rows_in_the_program_and_in_the_textbook(kind: type) -> None:
    assert handled(term_rows, kind)
    assert handled(written, kind)
    if issubclass(kind, UncertainTerm):
        assert handled(scenario_rows, kind)
        assert handled(nominal_rows, kind) or kind is Synergy  # its rows are those of chosen pairs


@pytest.mark.parametrize("kind", concrete(Rule), ids=lambda kind: kind.__name__)
def test_every_rule_has_rows_and_says_what_coalitions_obey(kind: type) -> None:
    assert handled(rule_rows, kind)
    assert handled(write, kind)
    assert kind.binds_parts is not None or kind.for_part is not Rule.for_part
    assert kind.name


TOYS: dict[str, Formulation] = {
    "rewarded": Formulation(AllianceValue() + ToyTerm()),
    "charged": Formulation(AllianceValue() - ToyTerm()),
    "limited": Formulation(AllianceValue(), [ToyTerm() <= 1]),
    "demanded": Formulation(AllianceValue(), [ToyTerm() >= 1]),
    "uncertain, rewarded": Formulation(AllianceValue() + ToyUncertainTerm()),
    "uncertain, limited": Formulation(AllianceValue(), [ToyUncertainTerm() <= 1]),
    "rule": Formulation(AllianceValue(), [ToyRule()]),
}


@pytest.mark.parametrize("instance", [PLAIN, RISKY], ids=["nominal", "risky"])
@pytest.mark.parametrize("toy", TOYS)
def test_what_has_no_rows_is_refused_by_name(toy: str, instance: pf.Instance) -> None:
    formulation = TOYS[toy]
    with pytest.raises(FormulationError, match=r"Toy(Term|UncertainTerm|Rule)"):
        pf.solve(instance, formulation)
    with pytest.raises(AbsentError, match=r"Toy(Term|UncertainTerm|Rule)"):
        textbook(Problem(assess(instance), formulation), Run(BRIEFLY))
    for choose in (STRATEGIES["large-neighbourhood"], STRATEGIES["relax-and-round"]):
        with pytest.raises(FormulationError, match=r"Toy(Term|UncertainTerm|Rule)"):
            choose(Problem(assess(instance), formulation), Run(BRIEFLY))


@pytest.mark.parametrize("toy", TOYS)
@pytest.mark.parametrize("strategy", ["greedy", "local-search", "ranking", "value-for-money"])
def test_strategies_without_rows_judge_it_right(strategy: str, toy: str) -> None:
    problem = Problem(assess(PLAIN), TOYS[toy])
    found = STRATEGIES[strategy](problem, Run(pf.SearchLimits(seconds=0.2)))
    assert found is None or problem.evaluate(found) is not None


@pytest.mark.parametrize("rule", [ToyRule(), ToyBound()])
def test_what_coalitions_obey_of_an_unknown_rule_is_not_presumed(rule: Rule) -> None:
    with pytest.raises(FormulationError, match=f"{type(rule).__name__} does not say whether coalitions"):
        coalition_formulation(Formulation(AllianceValue(), [rule]))


def test_what_nobody_says_of_a_term_or_rule_is_not_presumed() -> None:
    assessment = assess(PLAIN)
    assert (ToyTerm.sign, ToyTerm().trend(assessment), ToyTerm.hangs_on_options) == (0, 0, False)
    assert ToyRule().broken_by_less(assessment)
    assert not ToyRule().hangs_on_options(assessment)
    assert not ToyRule.mended_by_more
    assert ToyBound().hangs_on_options(assessment)
    assert not Wish(ToyTerm() <= 1).hangs_on_options(assessment)


def test_a_rule_of_bounds_and_a_linear_term_need_nothing_more() -> None:
    result = pf.solve(PLAIN, Formulation(AllianceValue(), [ToyBound()]), split=False)
    assert result.portfolio is not None
    assert [row.id for row in result.portfolio.partners] == ["p1", "p2"]


def test_kinds_are_found_by_walking() -> None:
    assert {LossMeasure, Synergy} <= set(concrete(Term))
    assert {Wish, ChanceLimit} <= set(concrete(Rule))
    assert set(KINDS) == set(concrete(Rule))
