"""One run through every verb: each ends when it has to, says why, and hands back what it has."""

from collections.abc import Callable
from pathlib import Path

import pytest

import solver as pf
from solver.run import Progress

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
