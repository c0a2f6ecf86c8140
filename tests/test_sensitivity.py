"""Sensitivity: the tornado, the curve of a limit and the break-even are what enumeration says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.answers.numbers import largest, number_of, wished
from solver.portfolio.checker import keeps
from solver.portfolio.choices import choice_of
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk
from tests.test_explain import Later
from tests.test_wishes import selections

Document = dict[str, Any]
SMALL = st.booleans().flatmap(lambda risky: risky_documents() if risky else documents(max_portfolios=100))


def feasible(study: pf.Study) -> list[tuple[float, Selection]]:
    """What every portfolio that keeps the rules is worth."""
    asked, everything = study.formulation, selections(study.instance.to_document(), study.assessment)
    return [(float(asked.maximise.amount(one)), one) for one in everything if keeps(asked, one)]


def best_of(study: pf.Study) -> float | None:
    return max((worth for worth, _ in feasible(study)), default=None)


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=3e-6, abs=3e-6)


def tornado(document: Document) -> None:
    instance = pf.Instance.from_document(document)
    study = pf.Study(instance)
    found = pf.sensitivity(study, most=3)
    now = best_of(study)
    assert (found.feasible, found.best.value is None) == (now is not None, now is None)
    if now is None or found.portfolio is None:
        return
    assert close(found.best.value, now)
    own = read_plan(study.assessment, found.portfolio.to_dict()).selection
    for bar in found.bars:
        number = number_of(study, bar.key, "here")
        for side in (bar.lower, bar.higher):
            if side is None:
                continue
            other = number.study(pf.Study(instance), side.number)
            everything = feasible(other)
            best = max((worth for worth, _ in everything), default=None)
            assert (side.choice == "impossible") is (best is None)
            if best is None:
                continue
            assert (side.value.sign, side.change.sign) == ("=", "=")
            assert close(side.value.value, best)
            assert close(side.change.value, best - now)
            alike = [worth for worth, one in everything if choice_of(one) == choice_of(own)]
            assert side.choice != "open"
            if side.choice == "stays":
                assert close(max(alike), best)
            else:
                same = read_plan(other.assessment, found.portfolio.to_dict()).selection
                assert not keeps(other.formulation, same) or other.formulation.maximise.amount(same) < best


@unshrunk(4)
@given(SMALL)
def test_the_best_with_a_number_moved_is_what_enumeration_says(document: Document) -> None:
    tornado(document)


@pytest.mark.slow
@unshrunk(16)
@given(SMALL)
def test_many_tornados_are_what_enumeration_says(document: Document) -> None:
    tornado(document)


@pytest.mark.slow
@unshrunk(16)
@given(SMALL, st.data())
def test_a_curve_is_what_enumeration_says_at_any_number(document: Document, data: st.DataObject) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    numbers = list(wished(study))
    assume(numbers)
    number = data.draw(st.sampled_from(numbers))
    found = pf.curve(study, number.key)
    assert found.looked is None
    low, high = sorted((found.tight, found.loose))
    tried = [low, high, *(data.draw(st.floats(low, high)) for _ in range(3))]
    tried += [end for level in found.levels for end in (level.tight, level.loose)]
    for x in tried:
        if number.whole and x != int(x):
            continue
        best = best_of(number.study(study, x))
        levels = [one for one in found.levels if min(one.tight, one.loose) <= x <= max(one.tight, one.loose)]
        if levels:
            assert all(one.value.sign == "=" for one in levels)
            assert any(close(one.value.value, best) for one in levels), (x, best)
        elif best is not None:
            ends = [end for one in found.levels for end in (one.tight, one.loose)]
            assert min(abs(x - end) for end in ends) <= found.tolerance


def standing(study: pf.Study, id_: str) -> str:
    """Whether somebody is in every best portfolio or in none."""
    everything = feasible(study)
    if not everything:
        return "neither"
    best = max(worth for worth, _ in everything)
    place = study.assessment.index[id_]
    has = {bool(one.chosen[place]) for worth, one in everything if worth >= best - 1e-9 * max(1.0, abs(best))}
    return "either" if len(has) == 2 else ("in" if has == {True} else "out")


@pytest.mark.slow
@unshrunk(16)
@given(documents(max_portfolios=60), st.data())
def test_a_break_even_is_what_enumeration_says_on_both_sides(document: Document, data: st.DataObject) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    numbers = list(largest(study))
    assume(numbers)
    number = data.draw(st.sampled_from(numbers))
    assert number.owner is not None
    found = pf.break_even(study, number.key)
    assert found.now == standing(study, number.owner)
    for look in found.looks:
        said = standing(number.study(study, look.number), number.owner)
        assert look.standing == said or "either" in (look.standing, said)
    if found.at is None:
        return
    assert found.at.least is not None
    assert found.at.most is not None
    ends = (found.at.least, found.at.most)
    near, far = ends if found.at.least >= found.number else ends[::-1]
    assert standing(number.study(study, near), number.owner) == found.now
    assert standing(number.study(study, far), number.owner) in (found.then, "either")
    if found.only and found.at.proven:
        for further in (2.0, 10.0):
            beyond = far + (far - found.number) * further
            if beyond >= 0:
                assert standing(number.study(study, beyond), number.owner) in (found.then, "either")


@pytest.mark.slow
@unshrunk(5)
@given(SMALL, st.integers(1, 200))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: int) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    found = pf.sensitivity(pf.Study(study.instance), most=2, cancel=Later(looks))
    now = best_of(study)
    assert found.feasible in (None, now is not None)
    for bar in found.bars:
        number = number_of(study, bar.key, "here")
        for side in (bar.lower, bar.higher):
            best = None if side is None else best_of(number.study(study, side.number))
            if side is None or best is None or now is None:
                continue
            for amount, true in ((side.value, best), (side.change, best - now)):
                assert amount.least is None or amount.least <= true + 3e-6 * abs(best)
                assert amount.most is None or amount.most >= true - 3e-6 * abs(best)
    numbers = list(wished(study))
    if numbers:
        curve = pf.curve(pf.Study(study.instance), numbers[0].key, cancel=Later(looks))
        for level in curve.levels:
            best = best_of(numbers[0].study(study, level.tight))
            assert best is not None
            assert level.value.least is None or level.value.least <= best + 3e-6 * abs(best)
            assert level.value.most is None or level.value.most >= best - 3e-6 * abs(best)


SHOP: Document = {
    "name": "shop",
    "roi_rate": 0,
    "partners": [
        {"id": "p1", "name": "Alpha", "revenue": 30, "cost": 10},
        {"id": "p2", "name": "Beta", "revenue": 25, "cost": 10},
        {"id": "p3", "name": "Gamma", "revenue": 12, "cost": 5},
    ],
    "limits": {"budget": 20},
}


def shop(**changes: Any) -> pf.Study:
    return pf.Study(pf.Instance.from_document(SHOP | changes))


def test_a_curve_steps_where_another_portfolio_becomes_possible() -> None:
    found = pf.curve(shop(), "limits.budget", least=0, most=30)
    assert [(level.tight, level.value.value) for level in found.levels] == [
        (25.0, 42.0),
        (20.0, 35.0),
        (15.0, 27.0),
        (10.0, 20.0),
        (5.0, 7.0),
        (0.0, 0.0),
    ]
    assert (found.impossible, found.looked) == (None, None)
    needed = pf.curve(shop().locked(include=["p2"]), "limits.budget", least=0, most=30)
    assert needed.impossible == pytest.approx(10, abs=1e-3)


def test_several_break_evens_are_those_of_each() -> None:
    keys = ["partners.p2.cost", "partners.p3.revenue"]
    found = pf.break_evens(shop(), keys)
    assert [one.key for one in found.numbers] == keys
    for one, key in zip(found.numbers, keys, strict=True):
        alone = pf.break_even(shop(), key)
        assert (one.now, one.then, one.at, one.looks) == (alone.now, alone.then, alone.at, alone.looks)
    assert pf.break_evens(shop(), keys, limits=pf.SearchLimits(seconds=0.0)).numbers == ()
    with pytest.raises(pf.InputError, match="name who is to enter"):
        pf.break_evens(shop(), ["partners.p2.cost", "limits.budget"])


def test_a_break_even_in_both_directions() -> None:
    enters = pf.break_even(shop(), "partners.Gamma.revenue")
    assert (enters.now, enters.then, enters.only) == ("out", "in", True)
    assert enters.at is not None
    assert enters.at.value == pytest.approx(20, abs=1e-4)
    leaves = pf.break_even(shop(), "partners.p2.cost")
    assert (leaves.now, leaves.then, leaves.only) == ("in", "out", False)
    assert leaves.at is not None
    assert leaves.at.value == pytest.approx(10, abs=1e-4)
    budget = pf.break_even(shop(), "limits.budget", "p3")
    assert (budget.now, budget.then) == ("out", "in")
    assert budget.at is not None
    assert budget.at.value == pytest.approx(25, abs=1e-4)


def test_names_of_numbers_that_are_none_are_refused() -> None:
    for key in ("limits.bugdet", "partners.p9.cost", "partners.p1.name", "name", "x", "limits.effort"):
        with pytest.raises(pf.InputError):
            pf.sensitivity(shop(), key)
    with pytest.raises(pf.InputError, match="name who is to enter or leave"):
        pf.break_even(shop(), "limits.budget")
    with pytest.raises(pf.InputError, match="a limit that is in force"):
        pf.curve(shop(), "partners.p1.cost")


def test_locks_stay_where_a_number_of_the_instance_changes() -> None:
    found = pf.sensitivity(shop().locked(exclude=["p1"]), "partners.p2.revenue")
    assert [
        (bar.lower and bar.lower.value.value, bar.higher and bar.higher.value.value) for bar in found.bars
    ] == [(19.5, 24.5)]


def test_what_is_impossible_or_empty_is_an_answer() -> None:
    impossible = shop(limits={"min_partners": 3, "budget": 1})
    assert pf.sensitivity(impossible).feasible is False
    assert pf.break_even(impossible, "partners.p1.revenue").now == "neither"
    assert pf.curve(impossible, "limits.budget").levels == ()
    one = pf.Study(pf.Instance.from_document({"partners": [{"id": "p", "revenue": 0, "cost": 0}]}))
    assert pf.sensitivity(one).bars == ()
