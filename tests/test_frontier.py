"""The frontier: every portfolio that nothing dominates is there, and nothing else, as enumeration says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import solver as pf
from solver.answers.frontier import Frontier, frontier
from solver.answers.tradeoff import knee
from solver.assessment.assessment import assess
from solver.portfolio.checker import keeps
from solver.portfolio.criteria import criteria
from solver.portfolio.plan import read_plan
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws, unshrunk
from tests.test_explain import Later
from tests.test_wishes import selections

Document = dict[str, Any]
Gains = tuple[float, ...]
CERTAIN = ("value", "innovation", "match", "retained", "spending", "partners", "moves")
RISKY = (*CERTAIN, "cvar@0.7", "worst_case", "mad", "entropic", "evar@0.6", "var@0.6")


@st.composite
def questions(draw: st.DrawFn, count: int = 2) -> tuple[Document, tuple[str, ...]]:
    """A small instance, with risk or without, and criteria for it."""
    risky = draw(st.booleans())
    document = draw(risky_documents() if risky else documents(max_portfolios=200))
    names = RISKY if "risk" in document else CERTAIN
    return document, tuple(
        draw(st.lists(st.sampled_from(names), min_size=count, max_size=count, unique=True))
    )


def all_gains(study: Study, document: Document, names: Sequence[str]) -> set[Gains]:
    """What every portfolio that keeps the rules has of the criteria, more being better."""
    wanted = criteria(names, study.formulation, study.instance)
    everything = selections(document, study.assessment)
    return {tuple(one.gain(each) for one in wanted) for each in everything if keeps(study.formulation, each)}


def gains(found: Frontier) -> list[Gains]:
    signs = {one.name: 1.0 if one.more else -1.0 for one in found.criteria}
    return [tuple(signs[name] * amount for name, amount in one.amounts.items()) for one in found.points]


def reaches(one: Gains, other: Gains, room: Gains) -> bool:
    return all(mine >= theirs - slack for mine, theirs, slack in zip(one, other, room, strict=True))


def rooms(found: Frontier) -> Gains:
    """What counts as the same, with what proofs leave open; whole numbers are not blurred."""
    return tuple(1e-9 if one.tolerance == 1.0 else 3 * one.tolerance + 1e-9 for one in found.criteria)


def beaten(one: Gains, by: Iterable[Gains], room: Gains) -> bool:
    """Whether another has no less of anything, and clearly more of something."""
    return any(
        all(theirs >= mine for theirs, mine in zip(other, one, strict=True))
        and any(theirs > mine + slack for theirs, mine, slack in zip(other, one, room, strict=True))
        for other in by
    )


def agree(document: Document, names: Sequence[str], **options: Any) -> Frontier:
    study = Study(pf.Instance.from_document(document))
    found, possible = frontier(study, names, **options), all_gains(study, document, names)
    assert found.feasible is bool(possible)
    room, points = rooms(found), gains(found)
    assert all(point.proven for point in found.points)
    for point in points:
        assert not beaten(point, possible, room)
        assert any(reaches(one, point, room) and reaches(point, one, room) for one in possible)
    return found


def whole(document: Document, names: Sequence[str]) -> Frontier:
    found = agree(document, names)
    study = Study(pf.Instance.from_document(document))
    assert found.complete
    points, room = gains(found), rooms(found)
    for one in all_gains(study, document, names):
        assert any(reaches(point, one, room) for point in points), one
    return found


@unshrunk(6)
@given(questions())
def test_every_point_is_there_and_no_other(question: tuple[Document, tuple[str, ...]]) -> None:
    whole(*question)


@pytest.mark.slow
@unshrunk(20)
@given(questions())
def test_every_point_is_there_and_no_other_in_many(question: tuple[Document, tuple[str, ...]]) -> None:
    whole(*question)


@pytest.mark.slow
@unshrunk(6)
@given(questions(), st.integers(1, 4))
def test_what_is_between_few_points_lies_in_what_is_left_open(
    question: tuple[Document, tuple[str, ...]], most: int
) -> None:
    document, names = question
    found = agree(document, names, points=most)
    assert len(found.points) <= max(most, 2)
    inside(found, document, names)
    study = Study(pf.Instance.from_document(document))
    again = frontier(study, names, resume=Frontier.from_dict(json.loads(json.dumps(found.to_dict()))))
    assert again.complete
    for one in all_gains(study, document, names):
        assert any(reaches(point, one, rooms(again)) for point in gains(again)), one


def inside(found: Frontier, document: Document, names: Sequence[str]) -> None:
    """Hold what is left open against enumeration: what no point reaches is there."""
    study = Study(pf.Instance.from_document(document))
    room, points = rooms(found), gains(found)
    proven = [point for point, one in zip(points, found.points, strict=True) if one.proven]
    signs = {one.name: 1.0 if one.more else -1.0 for one in found.criteria}
    everything = all_gains(study, document, names)
    for one in everything:
        if any(reaches(point, one, room) for point in proven) or beaten(one, everything, room):
            continue
        amounts = {name: signs[name] * gain for name, gain in zip(signs, one, strict=True)}
        assert any(
            all(
                (amount.least is None or amounts[name] >= amount.least - slack)
                and (amount.most is None or amounts[name] <= amount.most + slack)
                for (name, amount), slack in zip(opening.amounts.items(), room, strict=True)
            )
            for opening in found.open
        ), one


# What is best by the moves is known, and not yet the best of it by the loss.
IN_WHOLE_STEPS: Document = {
    "partners": [
        {
            "id": "p1",
            "revenue": 14.0,
            "cost": 1.0,
            "success": 0.5,
            "revenue_cv": 0.0,
            "cost_cv": 0.8,
            "industry": "finance",
        },
        {
            "id": "p2",
            "revenue": 8.0,
            "cost": 0.0,
            "success": 0.9,
            "revenue_cv": 0.0,
            "cost_cv": 0.8,
            "industry": "finance",
        },
    ],
    "levels": [
        {"partner": "p1", "level": "light"},
        {"partner": "p1", "level": "deep", "success": 0.95, "cost": 5},
    ],
    "applications": [
        {
            "id": "a1",
            "revenue": 23.0,
            "cost": 0.0,
            "success": 1.0,
            "revenue_cv": 0.0,
            "cost_cv": 0.0,
            "industry": "finance",
        },
        {
            "id": "a2",
            "revenue": 18.0,
            "cost": 2.0,
            "success": 0.0,
            "revenue_cv": 0.0,
            "cost_cv": 0.0,
            "industry": "health",
        },
    ],
    "capabilities": [
        {"holder": "p1", "technology": "nlp", "level": 1.0},
        {"holder": "p2", "technology": "edge", "level": 1.0},
    ],
    "requirements": [
        {"application": "a1", "technology": "nlp", "level": 0.5, "providers": 1, "max_providers": 1},
        {"application": "a1", "technology": "edge", "level": 0.5, "providers": 2, "max_providers": 2},
        {"application": "a2", "technology": "nlp", "level": 0.5, "providers": 2, "max_providers": 2},
    ],
    "limits": {"budget": 25.0},
    "risk": {"measure": "entropic", "theta": 0.5, "scenarios": 4, "seed": 172, "copula": "t"},
}


@pytest.mark.slow
@unshrunk(6)
@example((IN_WHOLE_STEPS, ("moves", "cvar@0.7")), 197)
@example((IN_WHOLE_STEPS, ("moves", "cvar@0.7")), 221)
@given(questions(), st.integers(1, 300))
def test_what_is_said_when_it_has_to_stop_midway_is_true(
    question: tuple[Document, tuple[str, ...]], looks: int
) -> None:
    document, names = question
    study = Study(pf.Instance.from_document(document))
    found, everything = frontier(study, names, cancel=Later(looks)), all_gains(study, document, names)
    assert found.feasible in (None, bool(everything))
    for point, one in zip(gains(found), found.points, strict=True):
        assert any(reaches(other, point, rooms(found)) for other in everything)
        assert not one.proven or not beaten(point, everything, rooms(found))
    inside(found, document, names)


@pytest.mark.slow
@unshrunk(6)
@given(st.sampled_from([3, 3, 4]).flatmap(questions), st.integers(2, 3))
def test_points_of_a_grid_are_efficient_and_its_ends_are_the_best(
    question: tuple[Document, tuple[str, ...]], levels: int
) -> None:
    document, names = question
    found = agree(document, names, levels=levels)
    assert found.complete
    study = Study(pf.Instance.from_document(document))
    possible, room = all_gains(study, document, names), rooms(found)
    for place, slack in enumerate(room):
        most = max((one[place] for one in possible), default=None)
        assert most is None or max(point[place] for point in gains(found)) >= most - slack


SIX = {
    "name": "six",
    "partners": [
        {"id": f"p{n}", "name": name, "revenue": revenue, "cost": cost, "innovation": score}
        for n, (name, revenue, cost, score) in enumerate(
            [("Alpha", 30, 10, 1), ("Beta", 20, 12, 5), ("Gamma", 9, 8, 9)], start=1
        )
    ],
    "limits": {"max_partners": 1},
    "roi_rate": 0,
}


def six(**options: Any) -> Frontier:
    return frontier(Study(pf.Instance.from_document(SIX)), ("value", "innovation"), **options)


def test_an_unsupported_point_is_found() -> None:
    """8 with 5 lies under the chord from 20 with 1 to 1 with 9: no weights find it."""
    found = six()
    assert [tuple(one.amounts.values()) for one in found.points] == [(20.0, 1.0), (8.0, 5.0), (1.0, 9.0)]
    assert (found.complete, found.knee) == (True, None)
    assert [(step.changes, step.gap) for step in found.steps] == [
        ({"value": -12.0, "innovation": 4.0}, False),
        ({"value": -7.0, "innovation": 4.0}, False),
    ]


def test_a_plan_is_placed_by_what_is_ahead_of_it() -> None:
    empty = six(plan={"partners": [], "applications": []}).placed
    assert empty is not None
    assert empty.standing == "dominated"
    assert [one.ahead for one in empty.dominated_by] == [
        {"value": 20.0, "innovation": 1.0},
        {"value": 8.0, "innovation": 5.0},
        {"value": 1.0, "innovation": 9.0},
    ]
    best = six(plan={"partners": ["Beta"], "applications": []}).placed
    assert best is not None
    assert (best.standing, best.dominated_by) == ("on the frontier", ())
    wrong = six(plan={"partners": ["p1", "p2"], "applications": []}).placed
    assert wrong is not None
    assert wrong.standing == "breaks rules"


def test_a_frontier_of_something_else_is_not_gone_on_from() -> None:
    study = Study(pf.Instance.from_document(SIX))
    other = frontier(Study(pf.Instance.from_document(SIX | {"roi_rate": 1})), ("value", "spending"))
    with pytest.raises(pf.InputError) as refused:
        frontier(study, ("value", "innovation"), resume=other)
    assert len(refused.value.defects) == 2
    assert "the same instance" in str(refused.value)


@pytest.mark.parametrize("names", [("value",), ("value", "valeu"), ("value", "cvar"), ("value", "value")])
def test_criteria_that_are_none_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(pf.InputError):
        frontier(Study(pf.Instance.from_document(SIX)), names)


def test_what_is_empty_or_impossible_is_an_answer() -> None:
    impossible = SIX | {"limits": {"min_partners": 3, "budget": 1}}
    found = frontier(Study(pf.Instance.from_document(impossible)), ("value", "spending"))
    assert (found.feasible, found.points, found.complete) == (False, (), True)
    alone = {"partners": [{"id": "p", "revenue": 2, "cost": 3, "status": "out"}]}
    found = frontier(Study(pf.Instance.from_document(alone)), ("value", "match", "partners"))
    assert [tuple(one.amounts.values()) for one in found.points] == [(0.0, 0.0, 0.0)]


@draws(20)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8))
def test_the_knee_is_farthest_outside_the_chord(drawn: list[tuple[int, int]]) -> None:
    points = sorted({(float(a), float(b)) for a, b in drawn}, key=lambda one: (-one[0], one[1]))
    points = [one for one in points if not beaten(one, points, (0.0, 0.0))]
    assume(len(points) > 2)
    (a, b), (c, d) = points[0], points[-1]
    distance = [(x - c) / (a - c) + (y - b) / (d - b) - 1 for x, y in points]
    found = knee(points)
    if max(distance) > 1e-9:
        assert found is not None
        assert distance[found] == max(distance)
    else:
        assert found is None


def test_points_are_portfolios_that_can_be_read_again() -> None:
    instance = pf.Instance.from_document(SIX)
    for point in six().points:
        selection = read_plan(assess(instance), point.portfolio.to_dict()).selection
        wanted = criteria(point.amounts, pf.Formulation.of(instance), instance)
        assert [one.amount(selection) for one in wanted] == list(point.amounts.values())


def test_one_partner_more_is_a_difference() -> None:
    """Where the scores are those of one partner after the other, every number of partners is a point."""
    partners = [{"id": f"p{n}", "revenue": 9, "cost": 1, "innovation": n} for n in range(1, 5)]
    study = Study(pf.Instance.from_document({"partners": partners}))
    for names in (("partners", "innovation"), ("innovation", "partners")):
        found = frontier(study, names)
        assert sorted(one.amounts["partners"] for one in found.points) == [0, 1, 2, 3, 4]
