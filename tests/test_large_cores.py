"""Least cores of alliances whose coalitions nobody could list, proven by separation."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.splitting.alliances import budgeted
from solver.assessment.assessment import assess
from solver.driver import Cancel, run
from solver.games.coalitions import indicators
from solver.games.core import Core, LeastCore
from solver.games.game import Game
from solver.model.build import build
from solver.portfolio.formulation import Formulation
from solver.run import Run
from solver.sharing.members import Members
from solver.sharing.programmed import Candidates, ProgrammedGame
from solver.sharing.separation import ProgramSeparator
from tests.draw_coalitions import large_alliance


def contested_of(partners: int, seed: int, joint: bool) -> Candidates:
    """An alliance whose core is empty: those that a budget leaves out are worth something elsewhere."""
    instance = budgeted(partners, seed, joint)
    return Candidates.among(assess(instance), Formulation.of(instance))


def candidates_of(partners: int, applications: int, seed: int) -> Candidates:
    instance = large_alliance(partners, applications, seed)
    return Candidates.among(assess(instance), Formulation.of(instance))


def members_of(partners: int, applications: int, seed: int) -> Candidates:
    """The hub and everybody in the best portfolio without a budget."""
    instance = large_alliance(partners, applications, seed, budget=False)
    formulation = Formulation.of(instance)
    draft = build(formulation, assess(instance))
    selection = draft.selection(run(draft.problem, blocks=draft.blocks).value)
    return Candidates.of(Members(selection), formulation)


class CutShort(ProgramSeparator):
    """Somebody asks to stop after so many questions."""

    def __init__(self, game: ProgrammedGame, questions: int, cancel: Cancel) -> None:
        super().__init__(game)
        self._left, self._cancel = questions, cancel

    def claims(self, payoffs, threshold, most):
        if not self._left:
            self._cancel.cancel()
        self._left -= 1
        return super().claims(payoffs, threshold, most)


@pytest.mark.slow
@pytest.mark.parametrize(
    "candidates",
    [
        pytest.param(lambda: candidates_of(49, 10, 1), id="50 selected"),
        pytest.param(lambda: members_of(49, 10, 1), id="50 members"),
        pytest.param(lambda: contested_of(99, 2, joint=False), id="100 without a core"),
    ],
)
def test_many_players_with_a_hub(candidates):
    game = ProgrammedGame(candidates())
    assert len(game.players) >= 45
    least = Core(game, ProgramSeparator(game)).least()
    proves(least, game)


def proves(least: LeastCore, game: ProgrammedGame) -> None:
    """The bounds meet, weights of coalitions prove the lower one, and no excess is above the upper one."""
    low, high = least.bounds
    assert high - low <= 1e-6 * game.grand
    assert least.payoffs.sum() == pytest.approx(game.grand)
    weights = np.array(list(least.weights.values()))
    worths = [game.worth(mask) for mask in least.weights]
    assert weights.sum() == pytest.approx(1)
    shares = weights @ indicators(list(least.weights), len(game.players))
    assert shares == pytest.approx(np.full(len(shares), shares[0]))
    assert weights @ worths - shares[0] * game.grand == pytest.approx(low, abs=1e-6 * game.grand)
    assert ProgramSeparator(game).largest_excess(least.payoffs).bound <= high + 1e-6 * game.grand


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_least_cores_of_drawn_games_are_those_of_their_tables(seed):
    """All of them without a core, with groups that overlap and, for every other one, applications."""
    candidates = contested_of(4 + seed % 3, seed, joint=seed % 2 == 1)
    game = ProgrammedGame(candidates)
    v = np.array([game.worth(mask) for mask in range(candidates.everybody + 1)])
    by_table, least = Core(Game(game.players, v)).least(), Core(game, ProgramSeparator(game)).least()
    assert by_table.epsilon > 0.01
    assert least.epsilon == pytest.approx(by_table.epsilon, abs=1e-5 * game.grand)
    proves(least, game)


@pytest.fixture(scope="module")
def known() -> tuple[Candidates, float]:
    """An alliance, and the least core of its table."""
    candidates = members_of(7, 3, 2)
    game = ProgrammedGame(candidates)
    v = np.array([game.worth(mask) for mask in range(candidates.everybody + 1)])
    return candidates, Core(Game(game.players, v)).least().epsilon


@pytest.mark.slow
@pytest.mark.parametrize("questions", range(6))
def test_bounds_bracket_the_least_core_when_time_ends_first(known, questions):
    candidates, true = known
    cancel = Cancel()
    hurried = ProgrammedGame(candidates, Run(cancel=cancel))
    least = Core(hurried, CutShort(hurried, questions, cancel)).least()
    low, high = least.bounds
    assert low - 1e-6 <= true <= high + 1e-6
    assert least.epsilon == high
    assert (high < np.inf) == (questions > 0)


@pytest.mark.slow
def test_room_by_separation_is_that_of_the_table():
    candidates = members_of(7, 3, 4)
    game = ProgrammedGame(candidates)
    v = np.array([game.worth(mask) for mask in range(candidates.everybody + 1)])
    by_table = Core(Game(game.players, v)).room()
    by_program = Core(game, ProgramSeparator(game)).room()
    assert by_program.least == pytest.approx(by_table.least, abs=1e-5)
    assert by_program.most == pytest.approx(by_table.most, abs=1e-5)


def test_room_is_left_open_where_time_ends_first():
    candidates = members_of(7, 3, 4)
    cancel = Cancel()
    game = ProgrammedGame(candidates, Run(cancel=cancel))
    separator = ProgramSeparator(game)
    core = Core(game, separator)
    assert core.least().epsilon < 0
    cancel.cancel()
    assert np.isnan(core.room().least[0])
    assert np.isnan(Core(game, ProgramSeparator(game)).room().most).all()
