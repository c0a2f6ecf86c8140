"""Figures shown are those of the formulation that was solved, and a report says what that was."""

import json

import pytest

import solver as pf
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.report.measures import outcome_words
from solver.report.text import summary
from solver.result import Result

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
    return " ".join(summary(result, INSTANCE).split())


def test_an_instance_solved_as_it_asks_shows_its_limits_and_nothing_about_the_formulation() -> None:
    result = solved()
    assert result.risk is not None
    assert result.risk.limit == 45
    assert result.formulation["as_the_instance_asks"]
    assert "What was asked" not in summary(result, INSTANCE)


def test_limits_that_are_not_in_force_are_named_as_such_and_never_shown_as_limits() -> None:
    result = solved(pf.Formulation(pf.AllianceValue(), [pf.rules.Budget(200)]))
    assert result.risk is not None
    assert result.risk.limit is None
    assert [row.rule for row in result.readings if row.rule in ("budget", "risk", "innovation")] == ["budget"]
    text = shown(result)
    assert "at most 45" not in text
    assert "subject to Budget(limit=200" in text
    for rule in ("Budget(limit=60.0", "Innovation(floor=1.0", "RiskLimit("):
        assert rule in text.split("not in force")[1].split("Partners")[0]


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
    assert any("Lock" in rule for rule in result.formulation["subject_to"])


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
    headline = summary(result, INSTANCE).split("\n\n")[0]
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
    text = " ".join(summary(result, lumpy).split())
    assert "No limit is fully used" in text
    assert "another limit may still pay" in text
    more = Instance.from_document(lumpy.to_document() | {"limits": {"budget": 20}})
    assert (pf.solve(more).value or 0) > (result.value or 0)
