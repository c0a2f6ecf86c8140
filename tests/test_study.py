"""A study answers variants from what it knows; whatever it answers is what a fresh solve says."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.errors import FormulationError, InputError
from solver.portfolio.rules import BoundRule, Budget, ChanceLimit, RiskLimit, Rule
from solver.portfolio.terms import PartnerCount, Spending
from solver.run import Run, SearchLimits, Termination
from solver.study.knowledge import BusyError
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.test_teams import ALL_IN

FEW = unshrunk(10)
MANY = unshrunk(16)

Variant = Callable[[Study], Study]


def moved(rule: Rule, factor: float) -> Rule:
    """The same rule at another number, where it has one."""
    for field in fields(rule):  # type: ignore[arg-type]
        if field.name in ("limit", "floor", "share"):
            return replace(rule, **{field.name: getattr(rule, field.name) * factor})  # type: ignore[type-var]
    return rule


@st.composite
def variants(draw: st.DrawFn, instance: pf.Instance) -> list[pf.Formulation]:
    """Some formulations, each a variation of the one before or of the instance's own."""
    study = Study(instance)
    ids = [row.id for row in (*instance.partners, *instance.applications)]
    found = []
    for _ in range(draw(st.integers(2, 6))):
        base = draw(st.sampled_from([Study(instance), study]))
        wanted = base.formulation
        kind = draw(st.sampled_from(["in", "out", "move", "drop", "count", "spend"]))
        if kind in ("in", "out"):
            one = draw(st.sampled_from(ids))
            study = base.locked([one] if kind == "in" else [], [one] if kind == "out" else [])
        elif kind == "count":
            study = base.limited(
                *pf.Formulation(None, [PartnerCount() <= draw(st.integers(0, 3))]).subject_to
            )
        elif kind == "spend":
            spent = Spending() <= draw(st.sampled_from([10.0, 25.0, 50.0]))
            study = base.limited(*pf.Formulation(None, [spent]).subject_to)
        elif wanted.subject_to:
            rule = draw(st.sampled_from(wanted.subject_to))
            factor = draw(st.sampled_from([0.5, 0.8, 1.1, 1.5]))
            rest = tuple(one for one in wanted.subject_to if one != rule)
            kept = (moved(rule, factor),) if kind == "move" else ()
            study = base.asking(pf.Formulation(wanted.maximise, (*rest, *kept), wanted.structure))
        found.append(study.formulation)
    return found


def agree(instance: pf.Instance, wanted: list[pf.Formulation]) -> int:
    """Hold a study against fresh solves, formulation by formulation; how many it knew without a search."""
    study, known = Study(instance), 0
    for formulation in wanted:
        try:
            fresh = pf.solve(instance, formulation, split=False)
        except FormulationError:
            with pytest.raises(FormulationError):
                study.asking(formulation).best()
            continue
        found = study.asking(formulation).best()
        assert (found.termination, found.objective is None) == (fresh.termination, fresh.objective is None)
        known += not found.searched
        if found.objective is None or fresh.objective is None:
            continue
        assert found.objective == pytest.approx(fresh.objective, rel=3e-6, abs=3e-6)
        assert found.bound is not None
        assert found.bound >= fresh.objective - 1e-9 * abs(fresh.objective)
        assert found.bound == pytest.approx(found.objective, rel=3e-6, abs=3e-6)
        assert found.selection is not None
        assert pf.verify(instance, found.selection.portfolio(), formulation).holds
    return known


@FEW
@given(st.data())
def test_variants_are_what_fresh_solves_say(data: st.DataObject) -> None:
    instance = pf.Instance.from_document(data.draw(documents(max_portfolios=2_000)))
    agree(instance, data.draw(variants(instance)))


@pytest.mark.slow
@FEW
@given(st.data())
def test_variants_with_risk_are_what_fresh_solves_say(data: st.DataObject) -> None:
    instance = pf.Instance.from_document(data.draw(risky_documents()))
    agree(instance, data.draw(variants(instance)))


@pytest.mark.slow
@MANY
@given(st.data())
def test_many_variants_are_what_fresh_solves_say(data: st.DataObject) -> None:
    instance = pf.Instance.from_document(data.draw(st.one_of(documents(2_000), risky_documents())))
    agree(instance, data.draw(variants(instance)))


@pytest.mark.slow
@FEW
@given(risky_documents(("cvar", "evar", "mad")))
def test_a_model_that_leaves_out_what_risk_needs_does_not_serve_it(document: Any) -> None:
    """Asked without a limit on risk, then with lower and lower ones, then with one on a chance."""
    instance = pf.Instance.from_document(document)
    unlimited = Study(instance).asking(pf.Formulation())
    limits = [RiskLimit(pf.measures.CVaR(0.8), limit) for limit in (20.0, 4.0, 0.0, -4.0)]
    asked = [unlimited.limited(one) for one in (*limits, ChanceLimit(0.7, 0.0))]
    agree(instance, [one.formulation for one in (unlimited, *asked)])


def frail() -> pf.Instance:
    """Four partners that may fail; an application that two of them can serve, or back up."""
    document = {
        "partners": [
            {"id": f"p{k}", "revenue": 2.0 * cost, "cost": cost, "success": success}
            for k, (cost, success) in enumerate(((20.0, 0.95), (30.0, 0.8), (40.0, 0.65), (80.0, 0.5)))
        ],
        "applications": [{"id": "a", "revenue": 30.0, "cost": 4.0, "success": 0.9}],
        "capabilities": [{"holder": f"p{k}", "technology": "t", "level": 1.0} for k in range(2)],
        "requirements": [{"application": "a", "technology": "t", "level": 0.5}],
        "risk": {"measure": "cvar", "level": 0.8, "scenarios": 64},
    }
    return pf.Instance.from_document(document)


def test_a_limit_on_risk_at_many_numbers_takes_two_models() -> None:
    study = Study(frail())
    for limit in (40.0, 20.0, -20.0, -30.0):
        assert study.limited(RiskLimit(pf.measures.CVaR(0.8), limit)).best().searched
    assert len(study.knowledge.models) == 2


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_model_of_expectations_does_not_serve_a_limit_on_risk(seed: int) -> None:
    """Of the teams of the same partners it has the best in expectation only."""
    risk = {"measure": "cvar", "level": 0.8, "scenarios": 10, "seed": seed, "copula": "independent"}
    applications = [row | {"revenue_cv": 0.3} for row in ALL_IN["applications"]]
    instance = pf.Instance.from_document(ALL_IN | {"applications": applications, "risk": risk})
    limits = (-18.0, -20.0, -22.0, -24.0)
    chances = [pf.Formulation(None, [ChanceLimit(0.75, limit)]) for limit in limits]
    losses = [pf.Formulation(None, [RiskLimit(pf.measures.CVaR(0.8), limit)]) for limit in (12.0, 4.0)]
    agree(instance, [pf.Formulation(), *losses, *chances])


def first() -> pf.Instance:
    return pf.read("instances/first")


def test_a_bound_of_the_looser_and_a_portfolio_of_the_tighter_need_no_search() -> None:
    study = Study(first())
    best = study.best()
    assert best.searched
    assert best.selection is not None
    chosen = {row.id for row in best.selection.portfolio().partners}
    for id_ in [row.id for row in study.instance.partners]:
        kept = study.locked([id_], []) if id_ in chosen else study.locked([], [id_])
        again = kept.best()
        assert not again.searched
        assert (again.objective, again.bound) == (best.objective, best.objective)


def test_what_is_infeasible_stays_so_for_whoever_asks_for_more() -> None:
    study = Study(first())
    nothing = study.limited(*pf.Formulation(None, [PartnerCount() >= 100]).subject_to)
    assert nothing.best().termination is Termination.infeasible
    more = nothing.locked([study.instance.partners[0].id], []).best()
    assert (more.termination, more.searched) == (Termination.infeasible, False)


def test_a_variant_changes_no_other() -> None:
    study = Study(first())
    before = study.best()
    (budget,) = [rule for rule in study.formulation.subject_to if isinstance(rule, Budget)]
    for factor in (0.5, 1.5, 0.7):
        study.limited(replace(budget, limit=factor * budget.limit)).best()
    fresh = Study(study.knowledge, study.formulation).best()
    assert (fresh.objective, fresh.bound) == (before.objective, before.bound)
    assert study.formulation == pf.Formulation.of(first())


def test_a_limit_at_many_numbers_takes_two_models() -> None:
    """The second is written without the limit, and serves every further number."""
    study = Study(first())
    (budget,) = [rule for rule in study.formulation.subject_to if isinstance(rule, Budget)]
    for factor in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0):
        study.limited(replace(budget, limit=factor * budget.limit)).best()
    assert len(study.knowledge.models) == 2


def test_a_study_travels_without_its_models() -> None:
    study = Study(first())
    best = study.best()
    twin = pickle.loads(pickle.dumps(study))
    again = twin.best()
    assert (again.searched, again.objective) == (False, best.objective)
    other = twin.locked([], [twin.instance.partners[0].id]).best()
    assert other.objective == study.locked([], [study.instance.partners[0].id]).best().objective


def test_two_threads_on_one_study_are_refused_in_words() -> None:
    study, entered, go = Study(first()), threading.Event(), threading.Event()

    def hold() -> None:
        with study.knowledge.held():
            entered.set()
            go.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    with pytest.raises(BusyError, match="another thread"):
        study.best()
    go.set()
    thread.join()
    assert study.best().termination is Termination.optimal


def test_equal_selections_are_one() -> None:
    study = Study(first())
    one = study.best().selection
    assert one is not None
    other = replace(one, options=tuple(reversed(one.options)))
    assert one == other
    assert len({one, other}) == 1
    assert one != replace(one, options=one.options[1:])
    elsewhere = Study(first()).best().selection
    assert elsewhere is not None
    assert elsewhere != one
    assert elsewhere.portfolio() == one.portfolio()
    assert len({elsewhere.portfolio(), one.portfolio()}) == 1


@pytest.mark.slow
def test_what_a_stopped_search_found_and_proved_is_kept() -> None:
    study = Study(pf.read("instances/ecosystem"))
    stopped = study.best(Run(SearchLimits(seconds=3)))
    again = study.best(Run(SearchLimits(seconds=0)))
    assert again.objective == stopped.objective
    assert again.bound is None or again.bound == stopped.bound


def tighter(rule: Any) -> Any:
    return replace(rule, limit=rule.limit - 1)


@pytest.mark.parametrize("rule", [ChanceLimit(0.9, 5.0), RiskLimit(pf.measures.CVaR(0.9), 5.0)])
def test_a_bound_of_a_risk_limit_holds_for_a_lower_one(rule: BoundRule) -> None:
    from solver.portfolio.tighter import is_tighter

    study = Study(first())
    loose, tight = study.limited(rule).formulation, study.limited(tighter(rule)).formulation
    assert is_tighter(tight, loose, study.assessment)
    assert not is_tighter(loose, tight, study.assessment)


@pytest.mark.slow
@FEW
@given(st.data())
def test_a_revised_instance_is_what_a_fresh_study_says(data: st.DataObject) -> None:
    document = data.draw(st.one_of(documents(500), risky_documents()))
    study = Study(pf.Instance.from_document(document))
    study.best()
    changed = copy.deepcopy(document)
    kind = data.draw(st.sampled_from(["limit", "revenue", "leaver"]))
    if kind == "limit":
        changed.setdefault("limits", {})["budget"] = data.draw(st.sampled_from([5.0, 20.0, 60.0]))
    elif kind == "revenue":
        changed["partners"][0]["revenue"] = 17.0
    else:
        changed["partners"].append({"id": "newcomer", "revenue": 9.0, "cost": 4.0})
    try:
        instance = pf.Instance.from_document(changed)
    except InputError:
        return
    again, fresh = study.revised(instance).best(), Study(instance).best()
    assert (again.termination, again.objective is None) == (fresh.termination, fresh.objective is None)
    if fresh.objective is not None:
        assert again.objective == pytest.approx(fresh.objective, rel=3e-6, abs=3e-6)


def test_where_only_limits_change_nothing_is_drawn_again() -> None:
    study = Study(pf.read("instances/education"))
    revised = study.revised(study.instance.with_("limits.max_partners=6"))
    assert revised.assessment.outlook is study.assessment.outlook
    assert revised.assessment.options is study.assessment.options
    assert revised.formulation != study.formulation
    one = study.instance.partners[0].id
    other = study.revised(study.instance.with_(f"partners.{one}.cost=1.5"))
    assert other.assessment.outlook is not study.assessment.outlook
