"""Risk laid open: figures that add up, stresses worked out by hand, scenarios told as they happened."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.answers.risk_report import RiskReport, risk_report
from solver.answers.stress import Stress, losses_under, stresses
from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.pipeline import solve
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import losses, watched_risks
from solver.portfolio.selection import Selection
from solver.report.cells import page_width, width
from solver.report.measures import NAMES, figures_section
from solver.report.printed import printed, section_lines
from solver.report.result import summary
from solver.report.risk import risk_document, risk_summary
from solver.risk.measures import MEASURES
from solver.shapes import plain
from tests.carried import defects, only
from tests.draw_risk import MEASURES as DRAWN
from tests.draw_risk import risky_documents
from tests.draws import draws

# With r = 0.25 a cost of 4 is charged as 3. Nobody fails and nothing varies unless a test says so.
CERTAIN: dict[str, Any] = {
    "name": "hand",
    "partners": [
        {"id": "a", "name": "Aurora", "revenue": 10, "cost": 4, "industry": "health", "region": "asia"},
        {"id": "b", "name": "Birch", "revenue": 8, "cost": 4, "industry": "banking", "region": "europe"},
    ],
    "applications": [
        {"id": "x", "name": "Triage", "revenue": 20, "cost": 8, "industry": "health", "region": "europe"}
    ],
    "capabilities": [{"holder": "a", "technology": "nlp", "level": 1.0}],
    "requirements": [{"application": "x", "technology": "nlp", "level": 0.5}],
    "pairs": [{"first": "a", "second": "b", "kind": "synergy", "value": 5}],
    "segments": [{"id": "s", "demand": 100, "hub_attraction": 10, "rival_attraction": 30}],
    "attractions": [{"source": "a", "segment": "s", "attraction": 20}],
    "risk": {"measure": "worst_case", "scenarios": 16, "copula": "independent"},
}
EVERYTHING = {"partners": ["a", "b"], "applications": ["x"]}
NOMINAL = (10 - 3) + (8 - 3) + (20 - 6) + 5 + 100 * (30 / 60 - 10 / 40)


def hand(**changes: dict[str, Any]) -> Instance:
    """The instance above with other cells for some ids."""
    rows = {
        table: [row | changes.get(row["id"], {}) for row in CERTAIN[table]]
        for table in ("partners", "applications")
    }
    return Instance.from_document(CERTAIN | rows | {"risk": CERTAIN["risk"] | changes.get("risk", {})})


def expected_under(report: RiskReport) -> dict[tuple[str, str | None], float]:
    return {(row.kind, row.subject): row.expected for row in report.stresses}


def selection_of(instance: Instance, plan: Any) -> Selection:
    return read_plan(assess(instance), plan).selection


def test_every_stress_is_what_the_hand_works_out() -> None:
    report = risk_report(hand(), EVERYTHING)
    assert report.figures[0].expected == pytest.approx(NOMINAL)
    rivals = 100 * (30 / 90 - 10 / 70) - 100 * (30 / 60 - 10 / 40)
    assert expected_under(report) == {
        key: pytest.approx(NOMINAL + change)
        for key, change in {
            ("industry", "health"): -0.3 * (10 + 20),
            ("industry", "banking"): -0.3 * 8,
            ("region", "asia"): -(10 + 20 + 5),
            ("region", "europe"): -(8 + 20 + 5),
            ("fails", "a"): -(10 + 20 + 5),
            ("fails", "b"): -(8 + 5),
            ("leaves", "a"): -(10 - 3 + 20 + 5) - 100 * (30 / 60 - 10 / 40),
            ("leaves", "b"): -(8 - 3 + 5),
            ("rivals", None): rivals,
        }.items()
    }


def test_stresses_come_worst_first_with_their_change() -> None:
    report = risk_report(hand(), EVERYTHING)
    values = [row.value for row in report.stresses]
    assert values == sorted(values, reverse=True)
    for row in report.stresses:
        assert row.value == pytest.approx(-row.expected)
        assert row.expected_change == pytest.approx(row.expected - NOMINAL)
        assert row.value_change == pytest.approx(row.value + NOMINAL)


def test_an_application_with_a_backup_survives_the_partner_that_fails() -> None:
    both = [{"holder": id_, "technology": "nlp", "level": 1.0} for id_ in "ab"]
    instance = Instance.from_document(CERTAIN | {"capabilities": both})
    providers = [{"application": "x", "technology": "nlp", "partner": id_} for id_ in "ab"]
    report = risk_report(instance, EVERYTHING | {"assignments": providers})
    assert expected_under(report)["fails", "a"] == pytest.approx(NOMINAL - 10 - 5)


def test_a_level_belongs_to_its_own_region() -> None:
    levels = [{"partner": "b", "level": level, "region": level} for level in ("africa", "oceania")]
    plan = {"partners": ["a", {"id": "b", "level": "africa"}], "applications": ["x"]}
    report = risk_report(Instance.from_document(CERTAIN | {"levels": levels}), plan)
    assert expected_under(report)["region", "africa"] == pytest.approx(NOMINAL - 8 - 5)
    assert expected_under(report)["region", "europe"] == pytest.approx(NOMINAL - 20)
    assert ("region", "oceania") not in expected_under(report)


def test_the_planners_own_scenarios_lose_what_is_expected_and_what_is_not_covered_any_more() -> None:
    rows = [
        {"scenario": name, "probability": 0.5, "id": "a", "benefit": benefit}
        for name, benefit in (("low", 2), ("high", 12))
    ]
    report = risk_report(Instance.from_document(CERTAIN | {"scenarios": rows}), EVERYTHING)
    assert report.fresh is None
    assert report.figures[0].out_of_sample is None
    assert expected_under(report)["fails", "a"] == pytest.approx(NOMINAL - 10 - 20 - 5)
    assert report.figures[0].value == pytest.approx(-(NOMINAL - 5))
    [tail] = report.tail
    assert (tail.scenario, tail.probability, tail.failed, tail.stopped) == ("low", 0.5, (), ())


@pytest.mark.slow
@draws(10)
@given(risky_documents())
def test_a_partner_that_fails_is_one_that_never_delivers(document: dict) -> None:
    sure = {**document["partners"][0], "success": 1.0}
    others = document["partners"][1:]
    plain = {key: part for key, part in document.items() if key not in ("levels", "limits")}
    plain["risk"] = {key: value for key, value in document["risk"].items() if key != "limit"}
    instance = Instance.from_document(plain | {"partners": [sure, *others]})
    gone = Instance.from_document(plain | {"partners": [sure | {"success": 0.0}, *others]})
    plan = solve(instance, include=["p1"]).to_dict()
    selection = selection_of(instance, plan)
    stress = Stress("fails", "p1", (0,), 1.0)
    under = losses_under(stress, selection, selection.assessment.outlook)
    never = selection_of(gone, plan)
    assert under == pytest.approx(losses(never, never.assessment.outlook), abs=1e-9)


@pytest.mark.slow
@draws(10)
@given(risky_documents())
def test_a_downturn_is_an_instance_with_less_revenue(document: dict) -> None:
    instance = Instance.from_document(document)
    result = solve(instance)
    if not result.has_portfolio:
        return
    selection = selection_of(instance, result.to_dict())
    for stress in stresses(selection):
        if stress.kind != "industry":
            continue
        poorer = {
            table: [
                row | ({"revenue": 0.7 * row["revenue"]} if row["industry"] == stress.subject else {})
                for row in document.get(table, [])
            ]
            for table in ("partners", "applications")
        }
        poor = selection_of(Instance.from_document(document | poorer), result.to_dict())
        under = losses_under(stress, selection, selection.assessment.outlook)
        assert under == pytest.approx(losses(poor, poor.assessment.outlook), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
@draws(3)
@given(data=st.data())
def test_what_is_reported_adds_up_for_every_measure(name: str, data: st.DataObject) -> None:
    document = data.draw(risky_documents((name,)))
    document["risk"].pop("limit", None)
    instance = Instance.from_document(document)
    report = risk_report(instance, solve(instance).to_dict())
    [figures] = report.figures
    assert figures.measure == name
    total = sum(part.amount for part in figures.contributions)
    assert total == pytest.approx(figures.value, rel=1e-7, abs=1e-7)
    for row in report.tail:
        missing = sum(part.amount for part in row.lost)
        assert missing == pytest.approx(row.loss - report.distribution.mean, abs=1e-9)


@pytest.mark.slow
@draws(10)
@given(risky_documents())
def test_the_distribution_agrees_with_the_scenarios(document: dict) -> None:
    instance = Instance.from_document(document)
    result = solve(instance)
    if not result.has_portfolio:
        return
    report = risk_report(instance, result.to_dict())
    selection = selection_of(instance, result.to_dict())
    found = report.distribution
    lost = losses(selection, selection.assessment.outlook)
    assert found.mean == pytest.approx(-report.figures[0].expected)
    assert found.deviation == pytest.approx(float(lost.std()), abs=1e-9)
    assert found.probability_of_loss == pytest.approx(float((lost > 0).mean()))
    assert list(found.quantiles.values()) == sorted(found.quantiles.values())
    for chance, amount in found.quantiles.items():
        assert np.mean(lost <= amount) >= float(chance) - 1e-9
        assert np.mean(lost < amount) <= float(chance) + 1e-9
    assert found.value_at_risk <= found.expected_shortfall + 1e-9
    assert found.expected_shortfall <= lost.max() + 1e-9
    assert report.fresh is not None
    assert report.fresh.mean == pytest.approx(-report.figures[0].out_of_sample.expected)


@pytest.mark.slow
@draws(10)
@given(risky_documents())
def test_the_worst_scenarios_are_told_as_they_happened(document: dict) -> None:
    instance = Instance.from_document(document)
    result = solve(instance)
    if not result.has_portfolio:
        return
    selection = selection_of(instance, result.to_dict())
    outlook, ids = selection.assessment.outlook, selection.assessment.elements
    lost = losses(selection, outlook)
    told = risk_report(instance, result.to_dict()).tail
    if lost.max() > lost.mean() + 1e-6:
        assert told[0].loss == pytest.approx(lost.max())
    for row in told:
        scenario = int(row.scenario) - 1
        failed = {ids[e] for e, o in selection.option_of.items() if not outlook.delivers(o)[scenario]}
        assert row.loss == pytest.approx(lost[scenario])
        assert set(row.failed) == failed
        for id_ in row.stopped:
            assert any(
                sum(
                    partner not in failed
                    for application, technology, partner in _assigned(result.to_dict())
                    if application == id_ and technology == need["technology"]
                )
                < need["providers"]
                for need in document["requirements"]
                if need["application"] == id_
            )


def _assigned(document: dict) -> list[tuple[str, str, str]]:
    return [tuple(row.values()) for row in document["portfolio"]["assignments"]]


@pytest.fixture(scope="module")
def fragile() -> tuple[Instance, RiskReport]:
    """Aurora fails in half of the scenarios, and Triage stands still with it."""
    instance = hand(a={"success": 0.5}, risk={"measure": "cvar", "level": 0.5})
    return instance, risk_report(instance, EVERYTHING)


def test_the_worst_scenario_in_words(fragile: tuple[Instance, RiskReport]) -> None:
    instance, report = fragile
    text = printed(risk_summary(report, None, instance, ()))
    [row] = report.tail
    loss = 3 - (8 - 3) + 6 - 25
    assert row.loss == pytest.approx(loss)
    words = " ".join(text.split("The worst scenarios (million USD)\n")[1].split("\n\n")[0].split())
    assert words == (
        f"Only {-loss} gained in scenario {row.scenario}: Aurora fails; Triage stands still. "
        "Furthest below what is expected: Triage (10), Aurora (5) and synergies (2.5)."
    )


def test_an_application_fails_by_itself_or_stands_still_but_not_both() -> None:
    instance = hand(a={"success": 0}, x={"success": 0.5})
    text = printed(risk_summary(risk_report(instance, EVERYTHING), None, instance, ()))
    assert "The worst scenarios" not in text
    instance = hand(x={"success": 0.5})
    text = printed(risk_summary(risk_report(instance, EVERYTHING), None, instance, ()))
    assert "Triage fails by itself. Furthest below what is expected: Triage (10)." in " ".join(text.split())


def test_the_report_is_no_wider_than_a_page_and_keeps_to_the_worst(
    fragile: tuple[Instance, RiskReport],
) -> None:
    instance, report = fragile
    text = printed(risk_summary(report, None, instance, ("a note " * 30,)))
    assert all(width(line) <= page_width() for line in text.splitlines())
    assert text.startswith("hand: the risk of a plan worth ")
    under = text.split("Under stress")[1].split("as drawn")[1].splitlines()
    assert [line.split()[1] for line in under[1:3]] == ["leaves,", "europe"]


def test_sources_that_are_not_shown_are_counted_so_that_the_column_adds_up() -> None:
    partners = [{"id": f"p{n}", "revenue": 10 + n, "cost": 4, "success": 0.9} for n in range(20)]
    document = {"partners": partners, "risk": {"scenarios": 64, "measure": "mad", "kappa": 0.25}}
    instance = Instance.from_document(document | {"risks": [{"measure": "cvar", "level": 0.8}]})
    report = risk_report(instance, {"partners": [row["id"] for row in partners]})
    text = printed(risk_summary(report, None, instance, ()))
    block = text.split("Where the loss comes from")[1].split("\n\n")[0]
    *rows, total = [line.split()[-2:] for line in block.splitlines()[2:]]
    assert "other sources" in block
    for column in (0, 1):
        assert sum(float(row[column]) for row in rows) == pytest.approx(float(total[column]), abs=0.1)


def test_a_measure_without_weights_has_no_sources() -> None:
    instance = hand(a={"success": 0.5}, risk={"measure": "var", "level": 0.9})
    text = printed(risk_summary(risk_report(instance, EVERYTHING), None, instance, ()))
    assert "VaR at 90 %" in text
    assert "Where the loss comes from" not in text


def test_every_measure_has_a_name() -> None:
    assert set(NAMES) == set(MEASURES)


def test_figures_out_of_sample_are_shown_beside_the_others(fragile: tuple[Instance, RiskReport]) -> None:
    instance, report = fragile
    lines = [*section_lines(figures_section(report.figures, instance))][1:]
    first = next(place for place, line in enumerate(lines) if "in sample" in line)
    header, expected, measure, *_ = lines[first:]
    assert " ".join(lines[:first]).split()[:4] == ["In", "the", "worst", "50"]
    assert header.split() == ["in", "sample", "out", "of", "sample", "95", "%", "interval"]
    assert expected.split()[0:2] == ["expected", "benefit"]
    assert measure.split()[:4] == ["CVaR", "at", "50", "%"]


def test_the_summary_of_a_result_has_a_block_on_risk_where_there_is_one() -> None:
    instance = hand(a={"success": 0.5}, risk={"measure": "cvar", "level": 0.5, "limit": 0})
    assert "CVaR at 50 %" in printed(summary(solve(instance), instance))
    assert "at most 0" in printed(summary(solve(instance), instance))
    nominal = Instance.from_document({key: part for key, part in CERTAIN.items() if key != "risk"})
    assert "Risk" not in printed(summary(solve(nominal), nominal))


def test_the_document_is_a_plan_that_can_be_judged_again() -> None:
    instance = hand(a={"success": 0.5})
    report = risk_report(instance, EVERYTHING)
    document = risk_document(report, None, instance, ["noted"])
    again = json.loads(json.dumps(plain(document), allow_nan=False))
    assert again["report"] == json.loads(json.dumps(risk_report(instance, again).to_dict()))
    assert (again["search"], again["broken"], again["notes"]) == (None, [], ["noted"])


def test_without_a_section_risk_the_remedy_is_named() -> None:
    nominal = Instance.from_document({key: part for key, part in CERTAIN.items() if key != "risk"})
    defect = only(defects(lambda: risk_report(nominal, EVERYTHING)))
    assert (defect.place, "--set risk.measure=cvar" in defect.remedy) == ("risk", True)


def test_what_breaks_a_limit_has_a_risk_and_what_is_no_portfolio_has_none() -> None:
    tight = Instance.from_document(CERTAIN | {"limits": {"budget": 1}})
    assert [row.rule for row in risk_report(tight, EVERYTHING).judgement.verdict.broken] == ["budget"]
    defect = only(defects(lambda: risk_report(tight, {"partners": ["b"], "applications": ["x"]})))
    assert "nlp for Triage" in defect.remedy


def test_the_figures_are_those_of_the_result() -> None:
    instance = hand(a={"success": 0.5}, b={"revenue_cv": 0.4})
    result = solve(instance)
    report = risk_report(instance, result.to_dict())
    assert report.figures == result.risks
    assert len(report.figures) == len(tuple(watched_risks(instance)))
