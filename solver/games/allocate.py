"""One game split by one rule or by many, side by side, with everything that is certain about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np

from solver.games.coalitions import Floats
from solver.games.contract.contract import Contract
from solver.games.core import Room
from solver.games.game import Game
from solver.games.relief import Relief, relief
from solver.games.rules import NEED_A_BASE, NEED_A_TABLE, Context
from solver.games.searched import AnyGame, core_of
from solver.games.split import Split, certify, split
from solver.shapes import Shaped
from solver.shown import Shown

if TYPE_CHECKING:
    import pandas

Ends = tuple[float | None, float | None]

GIVEN = "given"
PATIENCE = 60.0
"""Seconds to find everybody's room in a game without a table, where there is no other limit."""
NO_ANSWER: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(NEED_A_BASE, "the game states no base (stand-alone costs or benefits) to go by"),
        "risk_corrected_shapley": "nothing says who carries how much of the risk",
        "nash": "the minimum payoffs add up to more than there is",
        "tau": "the game is not quasi-balanced: minimal rights and marginal values leave no room",
        "nucleolus": "what the players can claim alone adds up to more than there is",
        "per_capita_nucleolus": "what the players can claim alone adds up to more than there is",
    }
)


@dataclass(frozen=True)
class Allocation(Shaped, Shown):
    """How what all earn together may be split, and what is certain about it.

    `splits` holds one split for every rule with an answer, `unanswered` says why the others have none.
    `minimum` is what each must get: what he earns alone, and what he demands. `room` is the smallest and the
    largest payoff of every player over the core, None where the core is empty, as are those for which time
    was too short; `core_is_empty` is None where that is not known. `relief` says what it would take to
    content everybody with the split of `rule`, None for games without a table; `contract` puts that split
    into shares where that was asked for, and `no_contract` says why there are none. `left_nothing` are the
    limits, in words, that leave coalitions no part of which keeps them nothing to launch.
    """

    players: Annotated[tuple[str, ...], "Who shares, the hub first."]
    worth: Annotated[float, "What all earn together."]
    rule: str
    minimum: Mapping[str, float]
    splits: tuple[Split, ...]
    unanswered: Mapping[str, str] = field(default_factory=dict)
    room: Mapping[str, Ends] | None = None
    core_is_empty: bool | None = None
    relief: Relief | None = None
    contract: Contract | None = None
    no_contract: str | None = None
    left_nothing: tuple[str, ...] = ()

    @property
    def wanted(self) -> Split | None:
        """The split by the wanted rule; None where that has no answer."""
        return next((found for found in self.splits if found.rule == self.rule), None)

    def table(self) -> pandas.DataFrame:
        """The payoffs as a DataFrame: one row per rule, one column per player."""
        import pandas

        rows = {split.rule: split.payoffs for split in self.splits}
        return pandas.DataFrame.from_dict(rows, orient="index", columns=list(self.players))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; what is said about the wanted split stands at the top."""
        wanted = dict.fromkeys(Split.shape()) if self.wanted is None else self.wanted.to_dict()
        return wanted | super().to_dict()

    @classmethod
    def shape(cls) -> dict[str, Any]:
        """The type of every key; what is said about the wanted split is None where its rule has no answer."""
        wanted = {key: type_ | None for key, type_ in Split.shape().items()}
        return wanted | super().shape()


def allocate_game(
    game: AnyGame,
    rules: Iterable[str],
    context: Context | None = None,
    given: Floats | None = None,
) -> Allocation:
    """Split by every rule; the first is the wanted one, or payoffs that are `given`, shape (n,).

    Raises ValueError for a rule that is none.
    """
    context = context or Context()
    minimum = context.floors_of(game)
    answers: dict[str, Split | str] = {}
    if given is not None:
        answers[GIVEN] = certify(game, given, GIVEN, context.floors)
    for rule in dict.fromkeys(rules):
        answers[rule] = _answer(game, rule, context)
    wanted = next(iter(answers))
    found = answers[wanted]
    room, empty = _standing(game)
    return Allocation(
        players=game.players,
        worth=game.grand,
        rule=wanted,
        minimum=dict(zip(game.players, minimum.tolist(), strict=True)),
        splits=tuple(answer for answer in answers.values() if isinstance(answer, Split)),
        unanswered={rule: answer for rule, answer in answers.items() if isinstance(answer, str)},
        room=None if room is None else _ends(game, room),
        core_is_empty=empty,
        relief=_relief(game, found) if isinstance(game, Game) and isinstance(found, Split) else None,
    )


def _answer(game: AnyGame, rule: str, context: Context) -> Split | str:
    """The split by a rule, or why there is none."""
    if rule in NEED_A_TABLE and not isinstance(game, Game):
        return "it looks at every coalition, and there are too many"
    try:
        return split(game, rule, context) or NO_ANSWER[rule]
    except ArithmeticError as error:
        return str(error)


def _relief(game: Game, found: Split) -> Relief:
    return relief(game, np.array([*found.payoffs.values()]))


def _standing(game: AnyGame) -> tuple[Room | None, bool | None]:
    """Every player's room over the core, and whether the core is empty, as far as that is proven."""
    try:
        core = core_of(game, PATIENCE)
        room = None if core.empty else core.room()
        return room, True if room is None else False if core.known_to_be_filled else None
    except ArithmeticError:
        return None, None


def _ends(game: AnyGame, room: Room) -> Mapping[str, Ends]:
    ends = zip(room.least.tolist(), room.most.tolist(), strict=True)
    proven = [(_proven(least), _proven(most)) for least, most in ends]
    return dict(zip(game.players, proven, strict=True))


def _proven(amount: float) -> float | None:
    return amount if isfinite(amount) else None
