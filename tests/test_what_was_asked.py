"""Figures shown are those of the formulation that was solved, and a report says what that was."""

import dataclasses
import inspect
import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

import solver as pf
from solver.answers.risk_report import risk_report
from solver.answers.stability import stability
from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.quantities import Term
from solver.portfolio.rules import Rule
from solver.report.measures import outcome_words
from solver.report.printed import printed
from solver.report.result import summary
from solver.result import Result
from solver.sharing.claims import risk_shares
from solver.sharing.members import Members

DOCUMENT = {
    "name": "asked",
    "limits": {"budget": 60, "min_innovation": 1},
    "risk": {"measure": "cvar", "level": 0.9, "limit": 45, "scenarios": 128},
    "partners": [
        {"id": "a", "revenue": 100, "cost": 50, "success": 0.9, "innovation": 3, "minimum_payoff": 5},
        {"id": "b", "revenue": 80, "cost": 60, "success": 0.8, "innovation": 1, "minimum_payoff": 5},
    ],
}
INSTANCE = Instance.from_document(DOCUMENT)


def solved(formulation: pf.Formulation | None = None, **changes: object) -> Result:
    return pf.solve(Instance.from_document(DOCUMENT | changes), formulation)


def shown(result: Result) -> str:
    return " ".join(printed(summary(result, INSTANCE)).split())


def test_an_instance_solved_as_it_asks_shows_its_limits_and_nothing_about_the_formulation() -> None:
    result = solved()
    assert result.risk is not None
    assert result.risk.limit == 45
    assert result.formulation["as_the_instance_asks"]
    assert "What was asked" not in printed(summary(result, INSTANCE))


def test_limits_that_are_not_in_force_are_named_as_such_and_never_shown_as_limits() -> None:
    result = solved(pf.Formulation(pf.AllianceValue(), [pf.rules.Budget(200)]))
    assert result.risk is not None
    assert result.risk.limit is None
    assert [row.rule for row in result.readings if row.rule in ("budget", "risk", "innovation")] == ["budget"]
    text = shown(result)
    assert text.count("at most 45") == 1  # where it says that this is not in force
    assert "maximise alliance value subject to total spend at most 200 not in force" in text
    left_out = text.split("not in force")[1].split("Partners")[0]
    for rule in ("total spend at most 60", "innovation score at least 1", "of the loss at most 45"):
        assert rule in left_out


def test_measures_that_the_formulation_prices_or_limits_are_shown_with_its_numbers() -> None:
    worst, cvar = pf.LossMeasure(pf.measures.WorstCase()), pf.LossMeasure(pf.measures.CVaR(0.5))
    result = solved(pf.Formulation(pf.AllianceValue() - 0.5 * worst, [cvar <= 40]))
    assert [(row.measure, row.level, row.limit) for row in result.risks] == [
        ("cvar", 0.9, None),
        ("worst_case", None, None),
        ("cvar", 0.5, 40),
    ]


def test_locks_do_not_make_a_formulation_of_ones_own() -> None:
    result = pf.solve(INSTANCE, include=["a"])
    assert result.formulation["as_the_instance_asks"]
    assert "a must be chosen" in result.formulation["subject_to"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, None),
        ({"risk": DOCUMENT["risk"] | {"weight": 0.25}}, "with risk priced"),
        ({"objective": {"maximise": "hub"}}, "once every minimum payoff is paid"),
    ],
)
def test_the_headline_says_what_else_was_maximised(changes: dict[str, object], words: str | None) -> None:
    result = solved(**changes)
    headline = printed(summary(result, INSTANCE)).split("\n\n")[0]
    assert (words or "worth") in " ".join(headline.split())
    assert ("priced" in headline or "payoff" in headline) == (words is not None)


def test_the_formulation_is_kept_in_json_and_older_results_are_still_read() -> None:
    result = solved()
    assert Result.from_json(result.to_json()) == result
    old = json.loads(result.to_json())
    del old["formulation"]
    assert Result.from_dict(old).formulation == {}


def test_risk_is_said_in_outcomes_that_are_those_of_the_scenarios() -> None:
    row = solved().risk
    assert row is not None
    words = outcome_words(row)
    assert words.startswith("In the worst 10 % of cases the alliance ")
    assert ("earns" in words) == (row.value <= 0)


def test_no_limit_used_up_does_not_say_that_more_would_not_pay() -> None:
    lumpy = Instance.from_document(
        {"limits": {"budget": 15}, "partners": [{"id": p, "revenue": 20, "cost": 10} for p in "ab"]}
    )
    result = pf.solve(lumpy)
    assert isinstance(result.portfolio, Portfolio)
    text = " ".join(printed(summary(result, lumpy)).split())
    assert "No limit is fully used" in text
    assert "another limit may still pay" in text
    more = Instance.from_document(lumpy.to_document() | {"limits": {"budget": 20}})
    assert (pf.solve(more).value or 0) > (result.value or 0)


def test_what_was_asked_is_said_in_words() -> None:
    worst = pf.LossMeasure(pf.measures.WorstCase())
    asked = pf.Formulation(
        pf.HubValue() - 0.5 * worst, [worst <= 1234567.5, pf.terms.Spending(1) - pf.terms.Innovation() >= 3]
    )
    document = asked.to_dict(assess(INSTANCE))
    assert document["maximise"] == "hub value - 0.5 worst case of the loss"
    assert document["subject_to"] == [
        "worst case of the loss at most 1,234,567.5",
        "spending in period 1 - innovation score at least 3",
    ]


def every(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("solver.") and not inspect.isabstract(one):
            yield one
        yield from every(one)


ARGUMENTS = {
    "measure": pf.measures.CVaR(0.5),
    "bound": pf.terms.Innovation() >= 3,
    "limits": (1.0,),
    "resource": "energy",
    "dimension": "industry",
    "id": "a",
    "group": "it",
    "picks": (("a", None),),
}


@pytest.mark.parametrize("kind", [*every(Rule), *every(Term)], ids=lambda kind: kind.__name__)
def test_every_rule_and_term_has_words_and_no_names_of_code(kind: type) -> None:
    document = DOCUMENT | {
        "groups": [{"dimension": "industry", "group": "it"}],
        "resources": [{"id": "energy", "max": 3}],
        "partners": [row | {"industry": "it"} for row in DOCUMENT["partners"]],
    }
    assessment = assess(Instance.from_document(document))
    wanted = {field.name: ARGUMENTS.get(field.name, 1) for field in dataclasses.fields(kind)}
    if issubclass(kind, Term) and "group" in wanted:
        wanted["group"] = 0
    one = kind(**wanted)
    words = one.words(assessment) if isinstance(one, Rule) else str(one)
    assert words
    assert not re.search(r"[=_]|\w\(|[a-z][A-Z]", words.replace("VaR", "")), words


def test_risk_is_laid_open_and_shared_by_the_measure_that_was_asked_for() -> None:
    worst = pf.LossMeasure(pf.measures.WorstCase())
    asked = pf.Formulation(pf.AllianceValue(), [worst <= 200])
    plan = {"partners": ["a", "b"]}
    report = risk_report(INSTANCE, plan, asked)
    assert [(row.measure, row.limit) for row in report.figures] == [("worst_case", 200), ("cvar", None)]
    selection = read_plan(assess(INSTANCE), plan).selection
    own = risk_report(INSTANCE, plan)
    assert [(row.measure, row.limit) for row in own.figures] == [("cvar", 45)]
    by_worst = risk_shares(Members(selection), asked)
    by_cvar = risk_shares(Members(selection), pf.Formulation.of(INSTANCE))
    assert by_worst is not None
    assert by_cvar is not None
    assert not np.allclose(by_worst, by_cvar)
    only_worst = Instance.from_document(DOCUMENT | {"risk": DOCUMENT["risk"] | {"measure": "worst_case"}})
    there = Members(read_plan(assess(only_worst), plan).selection)
    assert by_worst == pytest.approx(risk_shares(there))


def test_steps_of_stability_go_by_the_measure_that_was_asked_for() -> None:
    worst = pf.LossMeasure(pf.measures.WorstCase())
    [step] = stability(INSTANCE, [16], pf.Formulation(pf.AllianceValue(), [worst <= 200]))
    assert step.risk is not None
    assert (step.risk.measure, step.risk.limit) == ("worst_case", 200)
