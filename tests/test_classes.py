"""Must-have, swing or out: who is in all, some or none of the nearly best, as enumeration says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers.classes import Classes, classes
from solver.study.study import Study
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY, Document, Enumerated, either, small_documents, tied
from tests.test_explain import ALLIANCE, Later

WITHIN = (0.0, 0.02, 0.1, 0.4)


def truth(whole: Enumerated, tolerance: float, id_: str, room: float) -> set[bool]:
    """Whether portfolios that are good enough have it; those within a room of the cutoff count or do not."""
    assert whole.best is not None
    least = whole.best - tolerance * abs(whole.best) + room * max(1.0, abs(whole.best))
    element = whole.study.assessment.index[id_]
    return {bool(one.chosen[element]) for one, worth in whole.everything if worth >= least}


def agree(whole: Enumerated, found: Classes) -> int:
    """Hold every class against every portfolio; how many are not known."""
    assert found.feasible in (None, whole.best is not None)
    for one in found.members:
        surely, perhaps = (truth(whole, one.tolerance, one.id, room) for room in (ROUGHLY, -ROUGHLY))
        exactly = truth(whole, one.tolerance, one.id, -1e-9)
        for has, known in ((True, one.with_it), (False, one.without_it)):
            assert known in {None, has in surely, has in perhaps, has in exactly}, (one, whole.document)
        known = {has for has, some in ((True, one.with_it), (False, one.without_it)) if some}
        told = {"must-have": {True}, "swing": {True, False}, "out": {False}}
        assert one.belongs == "not known" or told[one.belongs] == known
    return sum(one.belongs == "not known" for one in found.members)


def complete(whole: Enumerated) -> None:
    found = classes(whole.study, WITHIN)
    assert found.feasible == (whole.best is not None)
    assert len(found.members) == (
        0 if whole.best is None else len(WITHIN) * len(whole.study.assessment.elements)
    )
    assert agree(whole, found) == 0
    assert found.proven


@pytest.mark.slow
@unshrunk(6)
@given(small_documents())
def test_classes_are_what_enumeration_says(document: Document) -> None:
    complete(Enumerated(document))


@pytest.mark.slow
@unshrunk(6)
@given(small_documents(risky=True))
def test_classes_with_risk_are_what_enumeration_says(document: Document) -> None:
    complete(Enumerated(document))


@pytest.mark.slow
@unshrunk(4)
@given(either)
def test_where_many_are_alike_they_swing(document: Document) -> None:
    complete(Enumerated(tied(document)))


@pytest.mark.slow
@unshrunk(4)
@given(either, st.lists(st.integers(1, 400), min_size=2, max_size=2))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: list[int]) -> None:
    whole = Enumerated(document)
    for most in looks:
        agree(whole, classes(Study(whole.study.instance), WITHIN, cancel=Later(most)))


def first() -> Study:
    return Study(pf.read("instances/first"))


def told(found: Classes, tolerance: float) -> dict[str, str]:
    return {one.id: one.belongs for one in found.members if one.tolerance == tolerance}


def test_at_no_tolerance_the_best_is_all_there_is() -> None:
    found = classes(first(), (0.0, 0.06))
    assert found.best.value == 199.5
    assert [one.value for one in found.cutoffs] == pytest.approx([199.5, 187.53])
    in_it = dict.fromkeys(("medimage", "clinicnet", "recordwell", "triage"), "must-have")
    assert told(found, 0.0) == in_it | dict.fromkeys(("voicebot", "诊断", "records"), "out")
    swing = dict.fromkeys(("clinicnet", "recordwell", "voicebot", "records"), "swing")
    assert told(found, 0.06) == told(found, 0.0) | swing


def test_what_one_question_teaches_the_others_need_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven questions at three tolerances each."""
    searches: list[Any] = []
    best = Study.best

    def counted(study: Study, *given: Any, **named: Any) -> Any:
        found = best(study, *given, **named)
        searches.extend([found] if found.searched else [])
        return found

    monkeypatch.setattr(Study, "best", counted)
    study = first()
    assert classes(study, (0.0, 0.06, 0.5)).proven
    assert len(searches) <= 10
    searches.clear()
    assert classes(study, (0.0, 0.06, 0.5)).proven
    assert not searches


def test_nothing_possible_and_no_time_claim_nothing() -> None:
    none = classes(Study(pf.Instance.from_document(ALLIANCE)))
    assert (none.feasible, none.members, none.portfolio) == (False, (), None)
    stopped = classes(first(), limits=pf.SearchLimits(seconds=0.0))
    assert not stopped.proven
    assert {one.belongs for one in stopped.members} <= {"not known", "swing"}


@pytest.mark.parametrize("within", [(1.5,), (-0.1,), (float("nan"),), ()])
def test_what_is_no_share_is_refused_in_words(within: tuple[float, ...]) -> None:
    with pytest.raises(pf.InputError, match="a share of the best value"):
        classes(first(), within)
