"""The best portfolios in proven order, and good ones that are far apart, as enumeration says."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import solver as pf
from solver.answers.alternatives import Alternatives, DiverseSet, alternatives
from solver.answers.dispersion import dispersed
from solver.portfolio.checker import keeps
from solver.portfolio.choices import Choice, choice_of, same_choice, same_options
from solver.portfolio.selection import Selection
from solver.report.alternatives import alternatives_summary
from solver.report.printed import printed
from solver.study.study import Study
from tests.draws import draws, unshrunk
from tests.enumerated import ROUGHLY, Document, Enumerated, either, small_documents, tied
from tests.test_explain import ALLIANCE, Later
from tests.test_why import encloses, selected

Also = tuple[bool, bool]
also = st.tuples(st.booleans(), st.booleans())


def distance(one: Choice, other: Choice) -> int:
    """Those in one only, or at another level."""
    return len({id_ for id_, _ in one ^ other})


def told_apart(selection: Selection, also: Also) -> Any:
    """What counts as another portfolio: the choice, perhaps its timing, perhaps who provides what."""
    timing, providers = also
    chosen = selection.options if timing else choice_of(selection)
    return chosen, selection.assigned if providers else None


def worths(whole: Enumerated, also: Also) -> list[float]:
    """What the best of all that are not told apart is worth, from the best on."""
    worth: dict[Any, float] = {}
    for one, value in whole.everything:
        key = told_apart(one, also)
        worth[key] = max(value, worth.get(key, value))
    return sorted(worth.values(), reverse=True)


def hold_ranked(whole: Enumerated, found: Alternatives, also: Also) -> None:
    true, told = worths(whole, also), set()
    for rank, one in enumerate(found.ranked):
        selection = selected(whole.study, one.portfolio)
        assert keeps(whole.study.formulation, selection)
        told.add(told_apart(selection, also))
        assert encloses(one.worth, true[rank])
        assert one.worth.value == float(whole.study.formulation.maximise.amount(selection))
        if one.worth.proven:
            assert one.worth.value == pytest.approx(true[rank], rel=ROUGHLY, abs=ROUGHLY)
    assert len(told) == len(found.ranked)
    assert not found.complete or len(found.ranked) == len(true)


def hold_diverse(whole: Enumerated, found: DiverseSet, count: int) -> None:
    assert whole.best is not None
    least = whole.best - found.tolerance * abs(whole.best)
    room = ROUGHLY * max(1.0, abs(whole.best))
    surely, perhaps = ([c for c, v in whole.choices.items() if v >= least + by] for by in (room, -room))
    members = [choice_of(selected(whole.study, one.portfolio)) for one in found.members]
    assert set(members) <= set(perhaps)
    assert len(set(members)) == len(members) <= count
    apart = min((distance(*pair) for pair in combinations(members, 2)), default=None)
    assert found.least_distance == apart
    if not found.proven and found.most is None:
        return
    greatest = [
        max(min(distance(*pair) for pair in combinations(some, 2)) for some in combinations(among, count))
        for among in (surely, perhaps)
        if len(among) >= count
    ]
    if found.most is not None and len(surely) >= count:
        assert found.most >= min(greatest)
    if found.proven and len(surely) >= count:
        assert len(members) == count
        assert min(greatest) <= (apart or 0) <= max(greatest)
    if found.complete:
        assert len(surely) <= len(members) <= len(perhaps)


def agree(document: Document, also: Also, count: int) -> None:
    whole, (timing, providers) = Enumerated(document), also
    found = alternatives(whole.study, 4, diverse=count, within=0.3, timing=timing, providers=providers)
    assert found.feasible == (whole.best is not None)
    if whole.best is None:
        assert (found.ranked, found.diverse) == ((), None)
        return
    assert encloses(found.best, whole.best)
    assert found.proven
    assert len(found.ranked) == min(4, len(worths(whole, also)))
    hold_ranked(whole, found, also)
    assert found.diverse is not None
    hold_diverse(whole, found.diverse, count)


@pytest.mark.slow
@unshrunk(6)
@given(small_documents(), also, st.integers(2, 4))
def test_alternatives_are_what_enumeration_says(document: Document, also: Also, count: int) -> None:
    agree(document, also, count)


# The last two are worth nothing, one of them but for the rounding of a sum.
NEXT_TO_NOTHING: Document = {
    "periods": 1,
    "partners": [
        {
            "id": "p1",
            "revenue": 3.0,
            "cost": 6.0,
            "success": 1.0,
            "revenue_cv": 0.0,
            "cost_cv": 0.8,
            "industry": "health",
        },
        {
            "id": "p2",
            "revenue": 2.0,
            "cost": 6.0,
            "success": 1.0,
            "revenue_cv": 0.3,
            "cost_cv": 0.8,
            "industry": "health",
        },
        {
            "id": "p3",
            "revenue": 0.0,
            "cost": 1.0,
            "success": 0.7,
            "revenue_cv": 0.3,
            "cost_cv": 0.8,
            "industry": "health",
        },
    ],
    "levels": [
        {"partner": "p1", "level": "light"},
        {"partner": "p1", "level": "deep", "success": 0.95, "cost": 5},
    ],
    "capabilities": [
        {"holder": "p1", "technology": "nlp", "level": 1.0},
        {"holder": "p2", "technology": "nlp", "level": 1.0},
        {"holder": "p3", "technology": "nlp", "level": 1.0},
        {"holder": "p3", "technology": "edge", "level": 1.0},
    ],
    "pairs": [{"first": "p1", "second": "p2", "kind": "synergy", "value": 4.0}],
    "limits": {},
    "risk": {"measure": "cvar", "level": 0.0, "limit": 0.0, "scenarios": 50, "seed": 67, "copula": "clayton"},
}


@pytest.mark.slow
@unshrunk(6)
@example(NEXT_TO_NOTHING, (False, True), 3)
@given(small_documents(risky=True), also, st.integers(2, 4))
def test_alternatives_with_risk_are_what_enumeration_says(document: Document, also: Also, count: int) -> None:
    agree(document, also, count)


@pytest.mark.slow
@unshrunk(4)
@given(either, st.booleans(), st.integers(2, 3))
def test_alternatives_that_are_worth_the_same_are_all_told(
    document: Document, providers: bool, count: int
) -> None:
    agree(tied(document), (False, providers), count)


@pytest.mark.slow
@unshrunk(4)
@given(either, st.lists(st.integers(1, 400), min_size=2, max_size=2))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: list[int]) -> None:
    whole = Enumerated(document)
    for most in looks:
        found = alternatives(Study(whole.study.instance), 4, diverse=3, within=0.3, cancel=Later(most))
        assert found.feasible in (None, whole.best is not None)
        hold_ranked(whole, found, (False, False))
        if found.diverse is not None and found.best.proven:
            hold_diverse(whole, found.diverse, 3)


@draws(50)
@given(
    st.integers(0, 9).flatmap(lambda n: st.lists(st.integers(0, 63), min_size=n, max_size=n, unique=True)),
    st.integers(1, 4),
)
def test_those_farthest_apart_are_what_all_subsets_say(points: list[int], count: int) -> None:
    distances = [[(one ^ other).bit_count() for other in points] for one in points]
    members, least = dispersed(distances, count)
    assert len(members) == min(count, len(points))
    every = [
        min((distances[i][j] for i, j in combinations(some, 2)), default=None)
        for some in combinations(range(len(points)), len(members))
    ]
    assert least == min((distances[i][j] for i, j in combinations(members, 2)), default=None)
    assert least is None or least == max(one for one in every if one is not None)


@pytest.mark.slow
@draws(4)
@given(st.data())
def test_differences_are_counted_as_people_count_them(data: st.DataObject) -> None:
    whole = Enumerated(data.draw(small_documents()))
    some = [one for one, _ in whole.everything[:40]]
    for one, other in combinations(some[:: max(1, len(some) // 6)], 2):
        assert same_choice(one).amount(other) == distance(choice_of(one), choice_of(other))
        apart = {e for e, _ in set(one.option_of.items()) ^ set(other.option_of.items())}
        assert same_options(one).amount(other) == len(apart)


def first() -> Study:
    return Study(pf.read("instances/first"))


def members(found: Alternatives) -> list[list[str]]:
    return [[row.id for row in one.portfolio.partners] for one in found.ranked]


def test_the_first_portfolios_in_order() -> None:
    found = alternatives(first(), 3)
    assert found.proven
    assert [one.worth.value for one in found.ranked] == pytest.approx([199.5, 190.0, 189.5])
    assert found.ranked[0].moves == ()
    assert [(move.id, move.before, move.after) for move in found.ranked[2].moves] == [
        ("recordwell", "standard", None),
        ("voicebot", None, "standard"),
    ]
    assert found.diverse is None


# Three can provide what the first application needs, one or two of them; whoever does costs nothing more.
SERVED: Document = {
    "partners": [{"id": id_, "name": id_.upper(), "revenue": 5, "cost": 1} for id_ in ("a", "b", "c")],
    "applications": [{"id": "x", "name": "Xray", "revenue": 10, "cost": 2}],
    "capabilities": [{"holder": id_, "technology": "nlp", "level": 1} for id_ in ("a", "b", "c")],
    "requirements": [{"application": "x", "technology": "nlp", "level": 1}],
}


def test_who_provides_sets_portfolios_apart_where_that_is_asked_for() -> None:
    study = Study(pf.Instance.from_document(SERVED))
    found = alternatives(study, 7, providers=True)
    assert len({one.worth.value for one in found.ranked[:6]}) == 1
    provided = {frozenset(row.partner for row in one.portfolio.assignments or ()) for one in found.ranked[:6]}
    assert provided == {frozenset(some) for some in ("a", "b", "c", "ab", "ac", "bc")}
    assert found.ranked[6].worth.value < found.ranked[5].worth.value
    told = printed(alternatives_summary(found, study.instance))
    assert "Xray gets nlp from B instead of A" in told
    alone = alternatives(study, 2)
    assert alone.ranked[1].worth.value < alone.ranked[0].worth.value


def test_when_something_starts_is_told_where_that_is_all_that_is_other() -> None:
    document = {"periods": 2, "partners": [{"id": "a", "name": "Ada", "revenue": 5, "cost": 1}]}
    study = Study(pf.Instance.from_document(document))
    told = printed(alternatives_summary(alternatives(study, 3, timing=True), study.instance))
    assert "Ada starts in period 2 instead of 1" in told


def test_there_may_be_fewer_than_asked_for() -> None:
    partners = [{"id": "p", "revenue": 9, "cost": 2}]
    found = alternatives(Study(pf.Instance.from_document({"partners": partners})), 5, diverse=3, within=1.0)
    assert (members(found), found.complete) == ([["p"], []], True)
    assert found.diverse is not None
    assert (found.diverse.complete, found.diverse.least_distance) == (True, 1)


def test_nothing_possible_and_no_time_claim_nothing() -> None:
    none = alternatives(Study(pf.Instance.from_document(ALLIANCE)), diverse=2)
    assert (none.feasible, none.ranked, none.diverse) == (False, (), None)
    stopped = alternatives(first(), diverse=2, limits=pf.SearchLimits(seconds=0.0))
    assert not stopped.proven


@pytest.mark.parametrize(("most", "diverse"), [(0, 0), (3, 1), (3, -2)])
def test_too_few_are_refused(most: int, diverse: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        alternatives(first(), most, diverse=diverse)
