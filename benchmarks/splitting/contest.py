"""One question, ours beside the peers, on one game after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.splitting.measuring import Measured, Task, measured
from benchmarks.splitting.peers import Peer
from benchmarks.splitting.report import Row, difference, ratio, seconds, text
from solver.games.coalitions import Floats
from solver.games.game import Game


class Contest:
    """Ours and the peers; who exceeds `cap` seconds is not asked again with as many players or more."""

    def __init__(self, ours: Callable[[Game], Any], peers: Sequence[Peer], cap: float) -> None:
        self._ours = ours
        self._peers = peers
        self._cap = cap
        self._gave_up: dict[str, str] = {}

    def row(self, game: Game, check: Callable[[Game, Any], Row]) -> Row:
        """Seconds, ratios to ours and the largest difference of the answers; `check` adds what it finds."""
        ours = measured(_asked(self._ours, game), self._cap)
        row = {"players": text(game.n), "ours": seconds(ours.seconds, ours.why_not)}
        for peer in self._peers:
            theirs = self._asked(peer, game)
            row[peer.name] = seconds(theirs.seconds, theirs.why_not)
            row[f"× {peer.name}"] = ratio(_ratio(theirs, ours))
            row[f"Δ {peer.name}"] = difference(_apart(theirs, ours, game))
        return row if ours.answer is None else {**row, **check(game, ours.answer)}

    def _asked(self, peer: Peer, game: Game) -> Measured:
        if peer.name in self._gave_up:
            return Measured(why_not=self._gave_up[peer.name])
        theirs = peer.measured(game, self._cap)
        if theirs.seconds is None and theirs.why_not.startswith(">"):
            self._gave_up[peer.name] = f"{theirs.why_not} at {game.n}"
        return theirs


def payoffs_of(answer: Any) -> Floats:
    """The payoffs of an answer, which may carry more than them."""
    return np.asarray(getattr(answer, "payoffs", answer), dtype=float)


def _asked(rule: Callable[[Game], Any], game: Game) -> Task:
    return lambda: rule(game)


def _ratio(theirs: Measured, ours: Measured) -> float | None:
    return None if theirs.seconds is None or not ours.seconds else theirs.seconds / ours.seconds


def _apart(theirs: Measured, ours: Measured, game: Game) -> float | None:
    """The largest difference of two answers' payoffs, per largest payoff of ours."""
    if theirs.answer is None or ours.answer is None:
        return None
    mine = payoffs_of(ours.answer)
    scale = float(np.abs(mine).max()) or 1.0
    return float(np.abs(payoffs_of(theirs.answer) - mine).max()) / scale
