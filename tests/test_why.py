"""Why somebody is in the best portfolio, or not: worth, price and what is in the way, as enumeration says."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.answer import Amount
from solver.answers.subjects import Subject, subjects
from solver.answers.why import Reason, Why, why
from solver.portfolio.checker import keeps
from solver.portfolio.choices import Picked, choice_of, has
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from solver.study.study import Study
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY, Document, Enumerated, either, small_documents, tied
from tests.test_explain import ALLIANCE, Later


def asked(whole: Enumerated) -> list[str]:
    """Everybody, every level, and two together."""
    single = [id_ + (f":{level}" if level is not None else "") for id_, level in whole.picks]
    pairs = combinations(dict.fromkeys(id_ for id_, _ in whole.picks), 2)
    return [*single, *("+".join(pair) for pair in list(pairs)[:2])]


def agree(whole: Enumerated) -> Why:
    names = asked(whole)
    found = why(whole.study, *names)
    assert found.feasible == (whole.best is not None)
    if whole.best is None:
        assert (found.reasons, found.portfolio) == ((), None)
        return found
    assert found.best.proven
    assert found.best.value == pytest.approx(whole.best, rel=ROUGHLY, abs=ROUGHLY)
    assert [one.id for one in found.reasons] == names
    assert found.proven
    for subject, reason in zip(subjects(whole.study.instance, names), found.reasons, strict=True):
        hold(whole, found, subject, reason)
    return found


def hold(whole: Enumerated, found: Why, subject: Subject, reason: Reason) -> None:
    """Hold a reason against every portfolio."""
    assert found.portfolio is not None
    assert whole.best is not None
    best = selected(whole.study, found.portfolio)
    assert reason.chosen == has(best, subject.picks)
    worth = [value for one, value in whole.everything if subject.is_in(one) != reason.chosen]
    assert reason.possible == bool(worth)
    if not worth:
        hold_conflict(whole, subject, reason)
        return
    price = whole.best - max(worth)
    assert reason.amount.proven
    assert reason.amount.value == pytest.approx(price, rel=ROUGHLY, abs=ROUGHLY * max(1, abs(whole.best)))
    assert encloses(reason.amount, price)
    assert reason.other is not None
    other = selected(whole.study, reason.other)
    assert keeps(whole.study.formulation, other)
    assert subject.is_in(other) != reason.chosen
    assert whole.study.formulation.maximise.amount(other) == pytest.approx(
        max(worth), rel=ROUGHLY, abs=ROUGHLY
    )
    moved = {move.id: (move.before, move.after) for move in reason.moves}
    for id_ in whole.study.assessment.elements:
        levels = tuple(dict(choice_of(one)).get(id_) for one in (best, other))
        assert moved.get(id_, (levels[0], levels[0])) == levels
    if not reason.chosen:
        hold_price(whole, subject, reason)


def hold_price(whole: Enumerated, subject: Subject, reason: Reason) -> None:
    """A credit of a little more brings it into every best portfolio, of a little less into none."""
    little = max(1e-6, 2 * reason.amount.width)
    assert reason.amount.value is not None
    for credit, enters in ((reason.amount.value + little, True), (reason.amount.value - little, False)):
        worth = [(value + credit * subject.is_in(one), subject.is_in(one)) for one, value in whole.everything]
        inside = max((value for value, is_in in worth if is_in), default=-math.inf)
        outside = max((value for value, is_in in worth if not is_in), default=-math.inf)
        assert (inside > outside) == enters, (subject.id, credit)
    assert reason.added is not None
    assert reason.added.breaks or reason.added.gain <= little


def hold_conflict(whole: Enumerated, subject: Subject, reason: Reason) -> None:
    """The wishes in the way leave no portfolio; without any of them there is one."""
    from tests.test_wishes import selections

    listed = selections(whole.document, whole.study.assessment)
    everything = [one for each in listed for one in (each, each.without_idle_licences())]
    formulation = whole.study.formulation
    wishes = formulation.handles(whole.study.assessment)
    assert reason.minimal
    for dropped in (None, *reason.conflict):
        kept = [wish for wish in reason.conflict if wish != dropped]
        loosened = formulation.loosened({wish: math.inf for wish in wishes if wish not in kept})
        there = any(keeps(loosened, one) and subject.is_in(one) != reason.chosen for one in everything)
        assert there == (dropped is not None), (subject.id, dropped)


def encloses(amount: Amount, true: float) -> bool:
    room = 1e-9 * max(1.0, abs(true), abs(amount.value or 0.0)) + 1e-7
    return (amount.least is None or amount.least <= true + room) and (
        amount.most is None or true <= amount.most + room
    )


def selected(study: Study, portfolio: pf.Portfolio) -> Selection:
    return read_plan(study.assessment, portfolio.to_dict()).selection


@pytest.mark.slow
@unshrunk(5)
@given(small_documents())
def test_worth_and_price_are_what_enumeration_says(document: Document) -> None:
    agree(Enumerated(document))


@pytest.mark.slow
@unshrunk(5)
@given(small_documents(risky=True))
def test_worth_and_price_with_risk_are_what_enumeration_says(document: Document) -> None:
    agree(Enumerated(document))


@pytest.mark.slow
@unshrunk(4)
@given(either)
def test_where_many_are_alike_the_price_is_nothing(document: Document) -> None:
    agree(Enumerated(tied(document)))


@pytest.mark.slow
@unshrunk(6)
@given(either, st.randoms(use_true_random=False))
def test_a_credit_of_the_price_brings_it_in(document: Document, random: Any) -> None:
    """Really credited: a solve with the credit as a term of what is maximised."""
    study = Study(pf.Instance.from_document(document))
    left_out = [one for one in why(study).reasons if one.amount.proven]
    if not left_out:
        return
    reason = random.choice(left_out)
    assert reason.amount.value is not None
    little = max(1e-6, 2 * reason.amount.width)
    for credit, enters in ((reason.amount.value + little, True), (reason.amount.value - little, False)):
        asked = study.formulation
        credited = asked.maximise + credit * Picked(((reason.id, None),))
        finely = pf.SearchLimits(gap=0.0)
        result = pf.solve(
            study.instance, pf.Formulation(credited, asked.subject_to), split=False, limits=finely
        )
        assert result.portfolio is not None
        assert (reason.id in {row.id for row in result.portfolio.partners}) == enters


@pytest.mark.slow
@unshrunk(4)
@given(either, st.lists(st.integers(1, 400), min_size=2, max_size=2))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: list[int]) -> None:
    whole = Enumerated(document)
    names = asked(whole)
    for most in looks:
        found = why(Study(whole.study.instance), *names, cancel=Later(most))
        assert found.feasible in (None, whole.best is not None)
        if whole.best is None:
            continue
        assert encloses(found.best, whole.best)
        for subject, reason in zip(subjects(whole.study.instance, names), found.reasons, strict=False):
            worth = [value for one, value in whole.everything if subject.is_in(one) != reason.chosen]
            assert reason.possible in (None, bool(worth))
            if worth:
                assert encloses(reason.amount, whole.best - max(worth))
            assert reason.possible is not False or not worth


def first() -> Study:
    return Study(pf.read("instances/first"))


def test_ids_names_levels_and_pairs_are_asked_about() -> None:
    found = why(first(), "Aurora Imaging", "诊断科技", "medimage:standard", "triage + medimage", "records")
    assert [(one.id, one.kind, one.chosen) for one in found.reasons] == [
        ("medimage", "partner", True),
        ("诊断", "partner", False),
        ("medimage:standard", "level", True),
        ("triage+medimage", "together", True),
        ("records", "application", False),
    ]
    assert [one.amount.value for one in found.reasons] == pytest.approx([94.0, 27.0, 94.0, 22.5, 9.5])
    assert [(move.id, move.before, move.after) for move in found.reasons[4].moves] == [
        ("clinicnet", "standard", None),
        ("records", None, ""),
    ]
    assert [one.id for one in why(first()).reasons] == ["voicebot", "诊断"]


def test_what_is_in_the_way_is_told_with_its_amount() -> None:
    (reason,) = why(first(), "voicebot").reasons
    assert reason.added is not None
    assert [(one.words, one.amount) for one in reason.added.breaks] == [
        ("pairs row 2: Recordwell Archives and Voicebot Assistants never both", None),
        ("total spend", 40.0),
    ]
    assert reason.added.gain == pytest.approx(20.0)


def test_who_cannot_be_done_without_and_who_cannot_enter() -> None:
    study = Study(pf.Instance.from_document(ALLIANCE | {"limits": {"budget": 120}}))
    needed, barred = why(study, "p2", "p3").reasons
    assert (needed.chosen, needed.possible, needed.amount.sign) == (True, False, "unknown")
    assert [wish.words for wish in needed.conflict] == [
        "partners row 1, status: Alpha must be chosen",
        "pairs row 1: Alpha requires Beta",
    ]
    assert (barred.chosen, barred.possible) == (False, False)
    assert "limits.budget = 120" in [wish.words for wish in barred.conflict]


def test_names_that_stand_for_nothing_are_refused_all_at_once() -> None:
    with pytest.raises(pf.InputError) as refused:
        why(first(), "medimge", "medimage:deep", "medimage+voicebt", "records")
    told = [str(defect) for defect in refused.value.defects]
    assert len(told) == 3
    assert "did you mean medimage?" in told[0]
    assert "a level of medimage: standard" in told[1]
    assert "did you mean voicebot?" in told[2]


def test_an_id_with_a_plus_or_a_colon_is_itself_first() -> None:
    partners = [{"id": id_, "revenue": 9, "cost": 2} for id_ in ("a", "b", "a+b", "a:x")]
    instance = pf.Instance.from_document({"partners": partners})
    names = [one.picks for one in subjects(instance, ["a+b", "a+b+a", "a:x", "b+a:x"])]
    assert names == [
        (("a+b", None),),
        (("a+b", None), ("a", None)),
        (("a:x", None),),
        (("b", None), ("a:x", None)),
    ]


@pytest.mark.parametrize("seconds", [0.0, 1e-4])
def test_without_time_nothing_is_claimed(seconds: float) -> None:
    found = why(first(), "voicebot", limits=pf.SearchLimits(seconds=seconds))
    assert not found.proven
    assert all(one.amount.sign != "=" or one.possible for one in found.reasons)


def test_nobody_and_nothing() -> None:
    single = why(Study(pf.Instance.from_document({"partners": [{"id": "p", "revenue": 1, "cost": 9}]})))
    assert [(one.id, one.amount.value) for one in single.reasons] == [("p", pytest.approx(5.75))]
    assert single.best.value == 0.0
    none = why(Study(pf.Instance.from_document(ALLIANCE)), "p1")
    assert (none.feasible, none.reasons, none.portfolio) == (False, (), None)
