"""One run through every verb: each ends when it has to, says why, and hands back what it has."""

import os
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import solver as pf
from solver.answers.risk_report import risk_report
from solver.answers.stability import stability
from solver.errors import InputError, StoppedError
from solver.games.game import UnprovenError
from solver.run import LATE, Progress, Run

ROOT = Path(__file__).parents[1]


def ecosystem() -> pf.Instance:
    return pf.read(ROOT / "instances" / "ecosystem")


def cancelled_at(phase: str) -> tuple[pf.Cancel, Callable[[Progress], None], list[Progress]]:
    """A token that is pulled at a phase, the listener that pulls it, and what it heard."""
    cancel, heard = pf.Cancel(), list[Progress]()

    def listen(news: Progress) -> None:
        heard.append(news)
        if news.phase == phase:
            cancel.cancel()

    return cancel, listen, heard


@pytest.mark.parametrize("phase", ["building", pytest.param("built", marks=pytest.mark.slow)])
def test_before_anything_slow_there_is_a_verified_portfolio(phase: str) -> None:
    cancel, listen, heard = cancelled_at(phase)
    result = pf.solve(ecosystem(), progress=listen, cancel=cancel)
    assert (result.termination, result.verified) == ("cancelled", True)
    assert pf.verify(ecosystem(), result).holds
    assert result.objective == max(news.incumbent for news in heard if news.incumbent is not None)


def test_every_phase_of_a_solve_is_reported() -> None:
    heard: list[Progress] = []
    pf.solve(pf.read(ROOT / "instances" / "first"), progress=heard.append)
    phases = list(dict.fromkeys(news.phase for news in heard))
    assert phases[:4] == ["drawing", "opening", "building", "built"]
    assert phases[-1] == "checking"


BIGGEST = int(os.environ.get("PARTNERFOLIO_PARTNERS", "40"))
"""Partners of the drawn instance; 3000 takes minutes to draw, and each verb a second."""


@cache
def drawn() -> pf.Instance:
    return pf.generate(partners=BIGGEST, applications=BIGGEST // 4, seed=11).with_(
        "risk.measure=cvar", "risk.level=0.9", "risk.scenarios=2000"
    )


PLAN = {"partners": [], "applications": []}
VERBS: dict[str, Callable[[pf.SearchLimits | None, pf.Cancel | None], Any]] = {
    "solve": lambda limits, cancel: pf.solve(drawn(), limits=limits, cancel=cancel),
    "verify": lambda limits, cancel: pf.verify(drawn(), PLAN, limits=limits, cancel=cancel),
    "complete": lambda limits, cancel: pf.solve(drawn(), start=PLAN, limits=limits, cancel=cancel),
    "allocate": lambda limits, cancel: pf.allocate(drawn(), limits=limits, cancel=cancel),
    "allocate a game": lambda limits, cancel: pf.allocate(game(), limits=limits, cancel=cancel),
    "select_stably": lambda limits, cancel: pf.select_stably(
        drawn(), pf.Clauses(tier=0.05, cap=0.6), limits=limits, cancel=cancel
    ),
    "risk": lambda limits, cancel: risk_report(drawn(), PLAN, limits=limits, cancel=cancel),
    "stability": lambda limits, cancel: list(stability(drawn(), limits=limits, cancel=cancel)),
}


def game() -> pf.Game:
    return pf.Game(tuple(f"p{k}" for k in range(10)), [bin(mask).count("1") ** 2 for mask in range(1 << 10)])


def said(verb: str, limits: pf.SearchLimits | None, cancel: pf.Cancel | None) -> None:
    """Run a verb to its end: every portfolio that it returns was checked, and without one it says why."""
    try:
        found = VERBS[verb](limits, cancel)
    except (StoppedError, UnprovenError, InputError) as error:
        told = str(error)
    else:
        for result in (found, getattr(found, "result", None)):
            if isinstance(result, pf.Result):
                assert result.verified or result.termination in ("time_limit", "cancelled")
                assert result.verified == result.has_portfolio
        return
    assert any(reason in told for reason in ("time", "cancelled", "not proven", "not known")), told


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_without_time_every_verb_ends_and_says_what_it_has(verb: str) -> None:
    drawn()
    said(verb, pf.SearchLimits(seconds=0.0), None)


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
def test_a_pulled_token_ends_every_verb(verb: str) -> None:
    cancel = pf.Cancel()
    cancel.cancel()
    said(verb, None, cancel)


@pytest.mark.slow
def test_work_that_does_not_stop_is_left_alone_and_what_is_known_is_told() -> None:
    stuck = threading.Event()
    try:
        run = Run(pf.SearchLimits(seconds=0.0))
        assert run.attended(lambda: stuck.wait(60), lambda: run.verdict) is pf.Termination.time_limit
    finally:
        stuck.set()


@pytest.mark.slow
def test_what_comes_after_patience_is_not_patient_once_more() -> None:
    """A verb of several parts has one grace after its end, not one for each."""
    waited: list[bool] = []
    run = Run(pf.SearchLimits(seconds=0.0))
    stuck = threading.Event()
    try:
        for _ in range(2):
            began = run.elapsed
            run.attended(lambda: stuck.wait(60), lambda: False)
            waited.append(run.elapsed - began > max(LATE.values()) / 2)
    finally:
        stuck.set()
    assert waited == [True, False]
