"""Table 5: the sampled Shapley value at equal evaluations, against the exact one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.splitting.games import PartnerGame
from benchmarks.splitting.peers import AbsentError, library, looked_up
from benchmarks.splitting.report import Cell, Row, Table, ratio, text
from solver.games.coalitions import Floats
from solver.games.game import Game
from solver.games.sampling import ROTATIONS, sampled_shapley
from solver.games.shapley import from_table

PEERS = ("OddSHAP", "KernelSHAP", "PermutationSamplingSV")
Sampler = Callable[[int, int], Floats]
"""From how many evaluations and which seed to payoffs."""


@dataclass(frozen=True)
class Sampled:
    """A drawn partner game, its table and its exact value."""

    kind: str
    drawn: PartnerGame
    game: Game
    exact: Floats

    @classmethod
    def of(cls, kind: str, players: int, budget: bool) -> Sampled:
        """Draw one."""
        drawn = PartnerGame.drawn(players, seed=0, budget=budget)
        game = drawn.game()
        return cls(kind, drawn, game, from_table(game))

    def error(self, sampler: Sampler, evaluations: int, seeds: int) -> float:
        """Root mean square over players and seeds, per root mean square of the exact value."""
        wrong = [sampler(evaluations, seed) - self.exact for seed in range(seeds)]
        return float(np.sqrt(np.mean(np.square(wrong)) / np.mean(np.square(self.exact))))

    def spent(self, evaluations: int) -> int:
        """How many different coalitions ours asks; it ends with a whole block, so the peers get as many."""
        return sampled_shapley(self.game, 0.0, evaluations=self._before_last_block(evaluations)).evaluations

    def ours(self, evaluations: int, seed: int) -> Floats:
        """Our estimate without a control variate."""
        room = self._before_last_block(evaluations)
        return sampled_shapley(self.game, 0.0, evaluations=room, seed=seed).payoffs

    def controlled(self, evaluations: int, seed: int) -> Floats:
        """Our estimate with the game in which all present are engaged as control variate."""
        room, control = self._before_last_block(evaluations), self.drawn.control()
        return sampled_shapley(self.game, 0.0, evaluations=room, seed=seed, control=control).payoffs

    def permutations(self, evaluations: int, seed: int) -> Floats:
        """Plain random orders of joining (Castro et al. 2009), a coalition met again being free."""
        random = np.random.default_rng(seed)
        asked: set[int] = set()
        contributions: list[Floats] = []
        while len(asked) + self.game.n <= evaluations or not contributions:
            order = random.permutation(self.game.n)
            masks = np.cumsum(1 << order)
            asked.update(masks.tolist())
            contribution = np.empty(self.game.n)
            contribution[order] = np.diff(self.game.v[masks], prepend=0.0)
            contributions.append(contribution)
        return np.asarray(np.mean(contributions, axis=0))

    def _before_last_block(self, evaluations: int) -> int:
        return max(1, evaluations - 2 * ROTATIONS * self.game.n)


def sampling_table(players: int, budgets: Sequence[int], seeds: int) -> Table:
    """Errors relative to the exact value, and how many times ours with control the peers' are."""
    kinds = {"without a budget": False, "with a budget": True}
    games = (Sampled.of(kind, players, budget) for kind, budget in kinds.items())
    rows = (row for sampled in games for row in _rows(sampled, budgets, seeds))
    return Table(5, f"Sampled Shapley value, {players} players: error / exact, over {seeds} seeds", rows)


def _rows(sampled: Sampled, budgets: Sequence[int], seeds: int) -> Iterator[Row]:
    for budget in budgets:
        spent = sampled.spent(budget)
        row = {"game": text(sampled.kind), "evaluations": text(spent)}
        ours = sampled.error(sampled.controlled, budget, seeds)
        row["ours, control"] = _share(ours)
        row["ours"] = _share(sampled.error(sampled.ours, budget, seeds))
        for name, sampler in _others(sampled).items():
            try:
                error = sampled.error(sampler, spent, seeds)
            except AbsentError as absent:
                row |= {name: text(str(absent)), f"× {name}": ratio(None)}
            else:
                row |= {name: _share(error), f"× {name}": ratio(error / ours)}
        yield row


def _others(sampled: Sampled) -> Mapping[str, Sampler]:
    return {
        "permutations": sampled.permutations,
        **{name: _shapiq(name, sampled.game) for name in PEERS},
    }


def _shapiq(name: str, game: Game) -> Sampler:
    def sampler(evaluations: int, seed: int) -> Floats:
        approximator = getattr(library("shapiq", name), name)(n=game.n, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = approximator.approximate(evaluations, looked_up(game))
        return np.asarray(found.get_n_order_values(1), dtype=float)

    return sampler


def _share(error: float) -> Cell:
    return Cell(error, f"{100 * error:.2g} %")
