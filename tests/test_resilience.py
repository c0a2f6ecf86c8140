"""What is lost with everybody, at once, covered for and replaced: as enumeration says."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.resilience import Exposure, Loss, Resilience, resilience
from solver.answers.victims import engagements
from solver.portfolio.plan import read_plan
from solver.study.study import Study
from tests import oracles
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.oracle import aftermath
from tests.oracle.facts import Facts
from tests.oracle.risk import Draws, benefits, parts
from tests.oracle.worth import market, resolve, value_of
from tests.test_explain import Later
from tests.test_wishes import selections

Document = dict[str, Any]
Amount = Any


def lost(amount: Amount) -> float:
    assert amount.sign == "="
    assert amount.least - 1e-6 <= amount.value <= amount.most + 1e-6
    return float(amount.value)


def close(value: float) -> Any:
    return pytest.approx(value, rel=3e-6, abs=3e-6)


def risky_worth(study: Study, document: Document, limited: bool, spent: Any = None) -> aftermath.Worth:
    """The objective with risk: what oracles say of every scenario, less what is `spent` on who is gone."""
    assessment = study.assessment
    risk = study.formulation.watched(study.instance)[0]

    def worth(changed: Document, portfolio: Document) -> float:
        lost = -benefits(changed, portfolio, assessment) + (0.0 if spent is None else spent(portfolio))
        probability = assessment.outlook.scenarios.probability
        measured = risk.measure.value(lost, probability)
        if limited and risk.limit is not None and measured > risk.limit + 1e-9:
            return -math.inf
        return float(-probability @ lost) - risk.weight * measured

    return worth


def costs(study: Study, document: Document, plan: Document, gone: set[str]) -> Callable[[Document], Any]:
    """What is spent on some in every scenario, less what the market is worth more by them, by portfolio."""
    facts, draws = Facts(document), Draws(study.assessment)
    chosen = {id_: choice for id_, choice in resolve(facts, plan).chosen.items() if id_ in gone}
    spent = sum(parts(facts, one)[1] * draws.of(one)[2] + one.coordination for one in chosen.values())

    def less(portfolio: Document) -> Any:
        there = resolve(facts, portfolio)
        return spent - (
            market(facts, replace(there, chosen={**there.chosen, **chosen})) - market(facts, there)
        )

    return less


@pytest.mark.slow
@unshrunk(8)
@given(risky_documents())
def test_losses_with_risk_are_what_enumeration_says(document: Document) -> None:
    study = Study(pf.Instance.from_document(document))
    found = resilience(study, curve=False)
    everything = [one.portfolio().to_dict() for one in selections(document, study.assessment)]
    nominal = {key: part for key, part in document.items() if key != "risk"}
    worth = risky_worth(study, document, limited=True)
    best = max((worth(document, one) for one in aftermath.allowed(nominal, everything)), default=-math.inf)
    assert (found.plan is None) == (best == -math.inf)
    if found.plan is None:
        return
    plan = found.plan.to_dict()
    assert lost(found.best) == close(best)
    for one in found.exposures:
        gone, free = set(one.members), risky_worth(study, document, limited=False)
        for fails, loss in ((True, one.fails), (False, one.leaves)):
            covered = aftermath.re_assigned(nominal, plan, gone, fails, free)
            assert lost(loss.reassigned) == close(min(best - covered, loss.before)), (one.subject, fails)
            spent = costs(study, document, plan, gone) if fails else None
            then = risky_worth(study, document, True, spent)
            left = aftermath.best_without(nominal, everything, plan, gone, barred_in(study, one), fails, then)
            assert loss.replaceable == (left is not None), (one.subject, fails)
            if left is not None:
                assert lost(loss.replaced) == close(best - left), (one.subject, fails)


@pytest.mark.slow
@unshrunk(8)
@given(documents(max_portfolios=32))
def test_the_price_of_resilience_is_what_enumeration_says_at_every_share(document: Document) -> None:
    study = Study(pf.Instance.from_document(document))
    found = resilience(study, kinds=())
    everything = [one.portfolio().to_dict() for one in selections(document, study.assessment)]
    limits = document.get("limits", {})
    for share in (0.0, 0.05, 0.3, 0.5, 0.7, 0.95, 1.0):
        asked = document | {"limits": limits | {"retained_value": share}}
        worth = [aftermath.objective(asked, one) for one in aftermath.allowed(asked, everything)]
        step = next((one for one in found.curve if share <= one.share), None)
        assert step is not None
        assert step.possible == bool(worth), share
        if worth:
            assert lost(step.value) == close(max(worth)), share
            assert lost(step.price) == close(found.curve[0].value.value - max(worth)), share


@pytest.mark.slow
@unshrunk(5)
@given(documents(max_portfolios=32), st.lists(st.integers(1, 300), min_size=2, max_size=2))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: list[int]) -> None:
    instance = pf.Instance.from_document(document)
    whole = resilience(Study(instance))
    for most in looks:
        found = resilience(Study(instance), whole.plan, cancel=Later(most))
        for one, known in zip(found.exposures, whole.exposures, strict=False):
            for loss, true in ((one.fails, known.fails), (one.leaves, known.leaves)):
                assert loss.before == pytest.approx(true.before)
                holds(loss.reassigned, true.reassigned)
                assert loss.replaceable in (None, true.replaceable)
                if true.replaceable:
                    holds(loss.replaced, true.replaced)
        for step in found.curve:
            share = next(one for one in whole.curve if step.share <= one.share)
            if share.possible:
                holds(step.value, share.value)


def holds(amount: Amount, true: Amount) -> None:
    room = 3e-6 * max(1.0, abs(true.value))
    assert amount.least is None or amount.least <= true.value + room
    assert amount.most is None or amount.most >= true.value - room
    assert amount.sign != "=" or amount.value == close(true.value)


def agree(document: Document) -> Resilience | None:
    """Hold an answer against enumeration."""
    study = Study(pf.Instance.from_document(document))
    found = resilience(study)
    best = oracles.best(document)
    assert (found.plan is None) == (best is None)
    if found.plan is None or best is None:
        return None
    assert lost(found.best) == close(best[0])
    plan = found.plan.to_dict()
    everything = [one.portfolio().to_dict() for one in selections(document, study.assessment)]
    resolved = resolve(Facts(document), plan)
    before = value_of(Facts(document), resolved)["objective"]
    for one in found.exposures:
        gone = set(one.members)
        for fails, loss in ((True, one.fails), (False, one.leaves)):
            covered = aftermath.re_assigned(document, plan, gone, fails)
            assert lost(loss.reassigned) == close(min(before - covered, loss.before)), (one.subject, fails)
            barred = barred_in(study, one)
            left = aftermath.best_without(document, everything, plan, gone, barred, fails)
            assert loss.replaceable == (left is not None), (one.subject, fails)
            if left is not None:
                assert lost(loss.replaced) == close(before - left), (one.subject, fails)
            check_consistent(document, plan, gone, loss)
    return found


def barred_in(study: Study, one: Exposure) -> set[tuple[str, str | None]]:
    if one.kind not in ("industry", "region"):
        return set()
    assessment = study.assessment
    rows = engagements(read_plan(assessment, {"partners": [], "applications": []}).selection)
    return {
        (assessment.elements[int(assessment.options.element[o])], assessment.options.level[o] or None)
        for o, row in enumerate(rows)
        if row.group(one.kind) == one.subject
    }


def check_consistent(document: Document, plan: Document, gone: set[str], loss: Loss) -> None:
    facts = Facts(document)
    assert set(loss.stopped) == aftermath.short(facts, resolve(facts, plan), gone)
    if loss.replacement is not None:
        assert not gone & {row.id for row in (*loss.replacement.partners, *loss.replacement.applications)}


@pytest.mark.slow
@unshrunk(16)
@given(documents(max_portfolios=32))
def test_losses_are_what_enumeration_says(document: Document) -> None:
    agree(document)


def test_losses_before_anything_is_done_are_those_of_the_result() -> None:
    study = Study(pf.read("instances/first"))
    found = resilience(study, curve=False)
    departures = {row.partner: row for row in study.solve().stability.departures}
    partners = [one for one in found.exposures if one.kind == "partner"]
    assert [one.subject for one in partners] == list(departures)
    for one in partners:
        assert one.fails.value == one.fails.before == pytest.approx(departures[one.subject].fails)
        assert one.leaves.value == one.leaves.before == pytest.approx(departures[one.subject].leaves)
