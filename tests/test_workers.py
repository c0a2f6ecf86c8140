"""Several workers: whoever asks the questions of an answer, what is proven is the same."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.answers import answering
from solver.answers.answering import AnsweringEach
from solver.errors import ContradictionError
from solver.jobs import Call, End, Ending
from solver.run import Run
from solver.study.study import Study
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import unshrunk

Ask = Callable[..., Any]
Document = dict[str, Any]
WHATIFS = {"less": ["limits.budget=5"], "all": ["limits.min_partners=0", "limits.max_partners=1"]}
ANSWERS: dict[str, Ask] = {
    "why": pf.why,
    "classes": partial(pf.classes, within=(0.0, 0.05, 0.3)),
    "tornado": partial(pf.sensitivity, most=4),
    "resilience": partial(pf.resilience, kinds=("partner", "industry")),
    "whatif": lambda study, **terms: pf.whatif(study, WHATIFS, **terms),
    "frontier": lambda study, **terms: pf.frontier(study, ("value", "spending"), **terms),
    "some points": lambda study, **terms: pf.frontier(study, ("value", "partners"), points=4, **terms),
    "break-evens": lambda study, **terms: pf.break_evens(study, revenues(study), **terms),
    "core-index": lambda study, **terms: pf.core_index(study, samples=6, **terms),
    "grid": lambda study, **terms: pf.frontier(study, ("value", "spending", "innovation"), levels=3, **terms),
}
TIED = {"seconds", "searches", "portfolio", "plan", "other", "moves", "moved", "replacement", "assignments"}
"""Of portfolios that are worth the same, one is as good as another."""


def revenues(study: Study) -> list[str]:
    """Numbers that are there in every document."""
    return [f"partners.{row.id}.revenue" for row in study.instance.partners if row.id not in _levelled(study)]


def _levelled(study: Study) -> set[str]:
    return {row.partner for row in study.instance.levels}


def scored(document: Document) -> Document:
    """Criteria by which no two choices come out the same, whatever is drawn."""
    ids = [row["id"] for table in ("partners", "applications") for row in document.get(table, ())]
    scores = [{"id": id_, "criterion": "x", "low": 2.0**n, "high": 2.0**n + 0.5} for n, id_ in enumerate(ids)]
    return {
        "criteria": [{"id": "x"}, {"id": "y"}],
        "weights": [{"criterion": "x", "than": "y", "low": 1}],
        "scores": [*scores, *({"id": id_, "criterion": "y", "low": 1.0} for id_ in ids[:2])],
    }


def plain(part: Any) -> Any:
    """What an answer says, without what is left to chance."""
    if isinstance(part, dict):
        return {key: plain(one) for key, one in part.items() if key not in TIED}
    return [plain(one) for one in part] if isinstance(part, list) else part


def figures(part: Any) -> Any:
    """The same, numbers but for what proofs leave open."""
    if isinstance(part, dict):
        return {key: figures(one) for key, one in part.items()}
    if isinstance(part, list):
        return [figures(one) for one in part]
    return pytest.approx(part, rel=1e-5, abs=1e-5) if isinstance(part, float) else part


def in_this_process(
    calls: Iterable[tuple[int, Call]], side_by_side: int, glance: Callable[[], bool]
) -> Iterator[tuple[int, Ending]]:
    """The same without processes, the last first: what travels is pickled both ways."""
    for number, call in reversed(list(calls)):
        glance()
        there: Call = pickle.loads(pickle.dumps(call))
        yield number, Ending(End.returned, pickle.loads(pickle.dumps(there.function(*there.arguments))))


@pytest.mark.slow
@unshrunk(4)
@given(st.booleans().flatmap(lambda risky: risky_documents() if risky else documents(max_portfolios=60)))
@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_proven_is_the_same_however_many_ask(name: str, document: Document) -> None:
    instance, ask = pf.Instance.from_document(document | scored(document)), ANSWERS[name]
    alone = ask(Study(instance)).to_dict()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "endings", in_this_process)
        several = ask(Study(instance), workers=2).to_dict()
    assert plain(several) == figures(plain(alone))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["why", "tornado"])
def test_processes_of_their_own_give_the_same(name: str) -> None:
    instance, heard = pf.read("instances/first"), list[Any]()
    alone = ANSWERS[name](Study(instance)).to_dict()
    several = ANSWERS[name](Study(instance), workers=2, progress=heard.append).to_dict()
    assert plain(several) == figures(plain(alone))
    assert any(news.question for news in heard)


class Squares(AnsweringEach[int, int, dict[int, int]]):
    """Knows squares; a worker breaks down over 3, and finds that 5 cannot be."""

    def full(self) -> dict[int, int]:
        self._ask_all(self.questions, self._run)
        return self.so_far()

    questions = (1, 2, 3, 4)

    def so_far(self) -> dict[int, int]:
        return dict(self._replies)

    def _ask(self, question: int, run: Run) -> None:
        if question == 3 and os.environ.get(HERE) != str(os.getpid()):
            os._exit(7)
        if question == 5:
            raise ContradictionError("five", {"who": "five"})
        self._note(question, question * question)


class WithFive(Squares):
    questions = (4, 5)


HERE = "THE_PROCESS_THAT_ASKS"


@pytest.mark.slow
def test_what_a_worker_cannot_do_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HERE, str(os.getpid()))
    study = Study(pf.read("instances/first"))
    assert Squares(study, Run(), 2).answer() == {1: 1, 2: 4, 3: 9, 4: 16}


@pytest.mark.slow
def test_a_contradiction_that_a_worker_meets_is_one_here() -> None:
    with pytest.raises(ContradictionError, match="nothing is proven: five") as met:
        WithFive(Study(pf.read("instances/first")), Run(), 2).answer()
    assert met.value.contradiction == {"who": "five"}


def test_what_a_worker_found_is_known_here() -> None:
    study = Study(pf.read("instances/first"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answering, "endings", in_this_process)
        found = pf.why(study, workers=2)
    assert all(one.assessment is study.assessment for one in study.knowledge.pool)
    searched = [study.locked(include=[one.id]).best().searched for one in found.reasons if one.possible]
    assert searched
    assert not any(searched)
