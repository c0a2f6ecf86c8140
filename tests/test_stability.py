"""Stability: more scenarios, the same judge for every choice, and words for when the choice settles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.answers.stability import Changes, Step, changes, growing_sizes, settles_at, stability
from solver.assessment.assessment import assess
from solver.driver import Cancel, Progress
from solver.instance.instance import Instance
from solver.pipeline import solve
from solver.portfolio.plan import read_plan
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.risks import losses
from solver.report.printed import printed
from solver.report.stability import stability_document, stability_summary
from solver.risk.measures import WorstCase
from tests.carried import defects, only

# Only one of the two; in a few scenarios the bold one may happen to deliver in all of them.
DOCUMENT = {
    "name": "two",
    "partners": [
        {"id": "bold", "name": "Bold Labs", "revenue": 30, "cost": 10, "success": 0.8},
        {"id": "safe", "name": "Safe Labs", "revenue": 20, "cost": 10},
    ],
    "limits": {"max_partners": 1},
    "risk": {"measure": "worst_case", "limit": 0, "scenarios": 64, "seed": 2},
}


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance.from_document(DOCUMENT)


@pytest.fixture(scope="module")
def steps(instance: Instance) -> list[Step]:
    return list(stability(instance, (64, 2, 256, 2)))


def partners(step: Step) -> list[str]:
    assert step.result.portfolio is not None
    return [row.id for row in step.result.portfolio.partners]


def test_sizes_grow_up_to_those_of_the_instance(instance: Instance) -> None:
    assert growing_sizes(6400) == (100, 400, 1600, 6400)
    assert growing_sizes(50) == (50,)
    assert [step.scenarios for step in stability(instance)] == [64]


def test_every_size_is_solved_once_from_the_smallest_on(steps: list[Step]) -> None:
    assert [step.scenarios for step in steps] == [2, 64, 256]
    assert [step.result.risk.scenarios for step in steps if step.result.risk] == [2, 64, 256]


def test_the_choice_changes_where_the_scenarios_show_the_failure(steps: list[Step]) -> None:
    assert [partners(step) for step in steps] == [["bold"], ["safe"], ["safe"]]
    assert [step.changes for step in steps] == [
        None,
        Changes(joined=("safe",), left=("bold",), moved=()),
        Changes((), (), ()),
    ]
    assert settles_at(steps) == 64


def test_all_choices_are_judged_on_one_set_as_large_as_the_largest(steps: list[Step]) -> None:
    large = Instance.from_document(DOCUMENT | {"risk": DOCUMENT["risk"] | {"scenarios": 256}})
    assessment = assess(large)
    fresh = assessment.fresh_outlook
    for step in steps:
        selection = read_plan(assessment, step.result.portfolio.to_dict()).selection
        lost = losses(selection, fresh)
        assert step.fresh.expected == pytest.approx(-lost.mean())
        assert step.fresh.value == pytest.approx(WorstCase().value(lost, fresh.scenarios.probability))
    assert steps[1].fresh == steps[2].fresh


def test_levels_and_starts_count_as_changes() -> None:
    def plan(**starts: int) -> Portfolio:
        rows = [{"id": id_, "level": "standard", "start": start} for id_, start in starts.items()]
        return Portfolio.from_dict({"partners": rows, "applications": [], "assignments": [], "licences": []})

    assert changes(plan(a=1, b=1), plan(a=2, c=1)) == Changes(("c",), ("b",), ("a",))
    assert not changes(plan(a=1), plan(a=1))
    assert changes(None, plan(a=1)) is None


def test_a_choice_settles_only_when_the_last_ones_agree(steps: list[Step]) -> None:
    first, other, same = steps
    assert settles_at([first, other]) is None
    assert settles_at([first]) is None
    assert settles_at([other, same]) == 64
    nothing = replace(same, changes=None)
    assert settles_at([first, other, nothing]) is None


def test_the_report_says_when_the_choice_settles_and_what_changed(
    steps: list[Step], instance: Instance
) -> None:
    text = printed(stability_summary(steps, instance))
    assert text.startswith("two: the choice is the same from 64 scenarios on\n")
    assert "2 to 64: Safe Labs comes in; Bold Labs drops out." in text
    rows = text.split("\n\n")[1].splitlines()
    assert [row.split()[0] for row in rows if row.split()[0].isdigit()] == ["2", "64", "256"]
    assert "does not settle up to 64 scenarios" in printed(stability_summary(steps[:2], instance))
    assert "does not show whether" in printed(stability_summary(steps[:1], instance))


def test_searches_that_find_nothing_are_told_apart(instance: Instance) -> None:
    barred = list(stability(instance, (2, 64), include=["bold"]))
    assert [step.result.has_portfolio for step in barred] == [True, False]
    text = printed(stability_summary(barred, instance))
    assert "64 scenarios: the rules contradict each other, which is proven." in text
    hopeless = list(stability(instance, (2, 64), include=["bold"], exclude=["bold"]))
    assert "no portfolio was found" in printed(stability_summary(hopeless, instance))


def test_the_document_has_a_row_for_every_step(steps: list[Step], instance: Instance) -> None:
    document = stability_document(steps, instance)
    assert document["settles_at"] == 64
    assert [row["scenarios"] for row in document["steps"]] == [2, 64, 256]
    assert [row["objective"] for row in document["steps"]] == [
        pytest.approx(solve(_sized(size)).objective) for size in (2, 64, 256)
    ]
    assert document["steps"][1]["changes"] == Changes(("safe",), ("bold",), ())


def _sized(scenarios: int) -> Instance:
    return Instance.from_document(DOCUMENT | {"risk": DOCUMENT["risk"] | {"scenarios": scenarios}})


def test_a_cancelled_search_ends_the_rows(instance: Instance) -> None:
    cancel = Cancel()
    rows = []
    for step in stability(instance, (2, 64, 256), cancel=cancel):
        rows.append(step.scenarios)
        cancel.cancel()
    assert rows == [2]


def test_progress_of_every_search_is_told(instance: Instance) -> None:
    told: list[Progress] = []
    list(stability(instance, (2, 64), progress=told.append))
    assert sum(report.phase == "done" for report in told) == 2


def test_what_cannot_be_drawn_is_refused_before_anything_is_solved() -> None:
    nominal = Instance.from_document({key: part for key, part in DOCUMENT.items() if key != "risk"})
    assert only(defects(lambda: stability(nominal))).place == "risk"
    rows = [{"scenario": "all", "probability": 1, "id": "bold", "benefit": 1}]
    given = Instance.from_document(DOCUMENT | {"scenarios": rows})
    assert only(defects(lambda: stability(given))).place == "scenarios"
    assert only(defects(lambda: stability(Instance.from_document(DOCUMENT), [0, 4]))).value == 0
