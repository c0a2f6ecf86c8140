"""A plan of the planner's own: what it misses and what would be better, as enumeration says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.grade import BETTER, Grade, grade, plan_in
from solver.cli import cli
from solver.portfolio.checker import keeps
from solver.portfolio.choices import same_choice
from solver.portfolio.selection import Selection
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.oracle.facts import Facts
from tests.oracle.rules import broken_rules
from tests.oracle.worth import entry_costs, licence_costs, resolve, value_of
from tests.test_explain import Later
from tests.test_resilience import close, holds
from tests.test_wishes import selections

Document = dict[str, Any]


class Judged:
    """Every allowed portfolio of a document, with what it is worth and spends."""

    def __init__(self, document: Document, study: Study) -> None:
        self.document, self.study, self.facts = document, study, Facts(document)
        everything = selections(document, study.assessment)
        self.risky = "risk" in document
        self.allowed = [(one, *self.of(one)) for one in everything if self.holds(one)]

    def holds(self, one: Selection) -> bool:
        if self.risky:
            return keeps(self.study.formulation, one)
        return not broken_rules(self.facts, resolve(self.facts, one.portfolio().to_dict()))

    def of(self, one: Selection) -> tuple[float, float]:
        plan = resolve(self.facts, one.portfolio().to_dict())
        spent = sum(choice.spent for choice in plan.chosen.values())
        spent += entry_costs(self.facts, plan) + licence_costs(self.facts, plan)
        if self.risky:
            return self.study.formulation.maximise.amount(one), spent
        return value_of(self.facts, plan)["objective"], spent


def agree(found: Grade, judged: Judged, plan: Selection) -> None:
    worth, spending = judged.of(plan)
    assert (found.worth, found.spending) == (close(worth), close(spending))
    best = max((own for _, own, _ in judged.allowed), default=None)
    if best is None:
        assert (found.regret.value, found.best, found.nearest) == (None, None, None)
        return
    assert (found.regret.sign, found.regret.value) == ("=", close(best - worth))
    as_dear = [own for _, own, spent in judged.allowed if spent <= spending + 1e-9]
    if as_dear:
        assert (found.gain.sign, found.gain.value) == ("=", close(max(as_dear) - worth))
    as_good = [spent for _, own, spent in judged.allowed if own >= worth - 1e-9]
    if as_good:
        assert (found.saving.sign, found.saving.value) == ("=", close(spending - min(as_good)))
    distance = same_choice(plan)
    step = BETTER * max(1.0, abs(worth))
    better = [
        (round(distance.amount(one)), -own)
        for one, own, _ in judged.allowed
        if found.broken or own >= worth + step
    ]
    if better:
        fewest, most = min(better)
        assert (found.changes.sign, found.changes.value) == ("=", fewest)
        assert found.nearest is not None
        assert (found.nearest.changes, found.nearest.worth) == (fewest, close(-most))
    else:
        assert found.nearest is None
    dominates = [
        (own, spent)
        for _, own, spent in judged.allowed
        if own >= worth - 1e-9
        and spent <= spending + 1e-9
        and (own > worth + 2 * step or spent < spending - 2 * BETTER * max(1.0, spending))
    ]
    assert found.dominated or not dominates
    if found.dominated:
        assert found.dominating is not None
        assert found.dominating.gain >= -1e-6
        assert found.dominating.saving >= -1e-6


def some_plan(draw: Any, document: Document, study: Study) -> Selection:
    everything = selections(document, study.assessment)
    return everything[draw(st.integers(0, len(everything) - 1))]


@pytest.mark.slow
@unshrunk(12)
@given(st.data())
def test_a_grade_is_what_enumeration_says(data: st.DataObject) -> None:
    document = data.draw(documents(max_portfolios=32))
    study = Study(pf.Instance.from_document(document))
    plan = some_plan(data.draw, document, study)
    found = grade(study, plan.portfolio())
    facts = Facts(document)
    assert bool(found.broken) == bool(broken_rules(facts, resolve(facts, plan.portfolio().to_dict())))
    agree(found, Judged(document, study), plan)


@pytest.mark.slow
@unshrunk(5)
@given(st.data())
def test_a_grade_with_risk_is_what_enumeration_says(data: st.DataObject) -> None:
    document = data.draw(risky_documents())
    study = Study(pf.Instance.from_document(document))
    plan = some_plan(data.draw, document, study)
    agree(grade(study, plan.portfolio()), Judged(document, study), plan)


# Back ends let nothing at all pass as a hundred-thousandth better than nothing.
FROM_NOTHING: Document = {
    "periods": 1,
    "partners": [
        {
            "id": "p1",
            "revenue": 16.0,
            "cost": 3.0,
            "success": 1.0,
            "revenue_cv": 0.0,
            "cost_cv": 0.0,
            "industry": "finance",
        },
        {
            "id": "p2",
            "revenue": 9.0,
            "cost": 7.0,
            "success": 0.0,
            "revenue_cv": 0.8,
            "cost_cv": 0.0,
            "industry": "health",
        },
    ],
    "applications": [
        {
            "id": "a1",
            "revenue": 26.0,
            "cost": 3.0,
            "success": 0.5,
            "revenue_cv": 0.3,
            "cost_cv": 0.8,
            "industry": "health",
        }
    ],
    "capabilities": [
        {"holder": "p1", "technology": "nlp", "level": 1.0},
        {"holder": "p1", "technology": "edge", "level": 1.0},
        {"holder": "p2", "technology": "edge", "level": 1.0},
    ],
    "requirements": [
        {"application": "a1", "technology": "nlp", "level": 0.5, "providers": 2, "max_providers": 2},
        {"application": "a1", "technology": "edge", "level": 0.5, "providers": 2, "max_providers": 2},
    ],
    "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": -3.0}],
    "segments": [{"id": "m", "demand": 40.0, "hub_attraction": 0.5, "rival_attraction": 2.5}],
    "attractions": [{"source": "p2", "segment": "m", "attraction": 2.0}],
    "limits": {"budget": 25.0},
    "risk": {
        "measure": "entropic",
        "theta": 0.5,
        "weight": 3.0,
        "scenarios": 50,
        "seed": 257,
        "copula": "independent",
    },
}


def test_better_than_nothing_is_something() -> None:
    study = Study(pf.Instance.from_document(FROM_NOTHING))
    nobody = Selection(study.assessment, ())
    found = grade(study, nobody.portfolio())
    agree(found, Judged(FROM_NOTHING, study), nobody)
    assert found.nearest is not None


@pytest.mark.slow
@unshrunk(5)
@given(st.data())
def test_what_is_said_when_it_has_to_stop_midway_is_true(data: st.DataObject) -> None:
    document, looks = data.draw(documents(max_portfolios=32)), data.draw(st.integers(5, 200))
    instance = pf.Instance.from_document(document)
    plan = some_plan(data.draw, document, Study(instance)).portfolio()
    whole = grade(Study(instance), plan)
    try:
        found = grade(Study(instance), plan, cancel=Later(looks))
    except pf.PartnerfolioError:
        return
    for name in ("regret", "gain", "saving", "changes"):
        true = getattr(whole, name)
        if true.value is not None:
            holds(getattr(found, name), true)
    assert found.dominated in (None, whole.dominated)


def said(*words: str) -> Any:
    return CliRunner().invoke(cli, [*words, "--quiet"])


@pytest.mark.slow
def test_a_planner_reads_what_the_plan_misses_and_what_would_be_better(tmp_path: Path) -> None:
    shown = said("grade", "instances/first")
    text = " ".join(shown.stdout.split())
    assert shown.exit_code == 0
    assert text.startswith("First alliance: the plan holds, and misses 10 million USD")
    assert "Fewest changes that make it better (10 million USD more worth): Voicebot" in text
    assert "So the plan is dominated" in text
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({"partners": ["recordwell", "voicebot"], "applications": []}))
    broken = said("grade", "instances/first", str(plan))
    assert broken.exit_code == 1
    assert "the plan breaks 1 rule" in broken.stdout
    assert "Fewest changes that keep every rule" in broken.stdout


def test_without_a_plan_or_with_a_stranger_in_it_it_is_refused() -> None:
    document: Document = {"partners": [{"id": "p1", "revenue": 9, "cost": 2}]}
    with pytest.raises(pf.InputError, match="rows in the table plan"):
        grade(Study(pf.Instance.from_document(document)))
    with pytest.raises(pf.InputError, match="the id of a partner or an application"):
        pf.Instance.from_document(document | {"plan": [{"id": "p2"}]})
    found = grade(Study(pf.Instance.from_document(document | {"plan": [{"id": "p1"}]})))
    assert (found.regret.value, found.dominated, found.nearest) == (0.0, False, None)


def test_the_plan_of_a_result_is_judged_by_what_its_file_says() -> None:
    study = Study(pf.read("instances/first"))
    document = study.solve().to_dict()
    document["objective"] += 1
    assert grade(study, document).false_claims


def test_the_table_plan_is_read_as_partners_and_applications() -> None:
    given = plan_in(pf.read("instances/first"))
    assert given["partners"] == [{"id": "medimage"}, {"id": "clinicnet"}, {"id": "voicebot"}]
    assert given["applications"] == [{"id": "triage"}]
