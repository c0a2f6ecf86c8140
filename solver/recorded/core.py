"""What a result's document claims of the core: everybody's room in it, and what would content everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from solver.games.coalitions import Floats
from solver.games.core import Core
from solver.games.game import Game
from solver.games.relief import Relief, relief
from solver.games.split import certify
from solver.recorded.comparison import Comparison, is_list, shown

UNREADABLE = (KeyError, TypeError, ValueError)


def false_core(
    claimed: Mapping[str, Any], game: Game, payoffs: Floats, comparison: Comparison
) -> Iterator[str]:
    """A sentence for everything that is said of the core and of the wanted payoffs and is not so.

    What was not found in time is no claim.
    """
    core = Core(game)
    if claimed.get("core_is_empty") is not None:
        yield from comparison.differences("split.core_is_empty", claimed["core_is_empty"], core.empty)
    yield from _false_room(claimed.get("room"), game, core, comparison)
    if claimed.get("relief") is not None:
        try:
            found = Relief.from_dict(claimed["relief"])
            yield from _false_relief(found, game, payoffs, comparison)
        except UNREADABLE:
            yield "split.relief: the file has something else than coalitions and amounts for players"


def _false_room(claimed: Any, game: Game, core: Core, comparison: Comparison) -> Iterator[str]:
    if not isinstance(claimed, Mapping):
        return
    if core.empty:
        yield "split.room: the file has a room for everybody, but the core is empty"
        return
    room = core.room()
    assert room is not None
    for player, *true in zip(game.players, room.least.tolist(), room.most.tolist(), strict=True):
        ends = claimed.get(player)
        if not is_list(ends) or len(ends) != len(true):
            yield f"split.room: the file has no smallest and largest payoff for {player}"
            continue
        for end, so in zip(ends, true, strict=True):
            if end is not None:
                yield from comparison.differences(f"split.room.{player}", end, so)


def _false_relief(found: Relief, game: Game, payoffs: Floats, comparison: Comparison) -> Iterator[str]:
    """Amounts that are the least of their kind are found again; who pays or gets them need only do."""
    true = relief(game, payoffs)
    claims = {
        "unhappy": ([row.missing for row in found.unhappy], [row.missing for row in true.unhappy]),
        "subsidy.total": (found.subsidy.total, true.subsidy.total),
        "subsidy.extra": (sum(found.subsidy.extra.values()), true.subsidy.total),
        "transfers": (found.transfers is None, true.transfers is None),
    }
    for row in found.unhappy:
        mask = sum(1 << game.players.index(name) for name in row.coalition)
        paid = sum(payoffs[game.players.index(name)] for name in row.coalition)
        about = f"unhappy, {', '.join(row.coalition)}"
        claims[about] = [row.worth, row.paid, row.missing], [game.worth(mask), paid, game.worth(mask) - paid]
    changed = {"subsidy": payoffs + _amounts(found.subsidy.extra, game)}
    if found.transfers is not None and true.transfers is not None:
        after = _amounts(found.transfers.payoffs, game)
        moved = payoffs + _amounts(found.transfers.gets, game) - _amounts(found.transfers.gives, game)
        claims["transfers.total"] = found.transfers.total, true.transfers.total
        claims["transfers.payoffs"] = after.tolist(), moved.tolist()
        changed["transfers"] = after
    for about, (said, so) in claims.items():
        yield from comparison.differences(f"split.relief.{about}", said, so)
    for about, amounts in changed.items():
        excess = certify(game, amounts).largest_excess
        if excess is not None and not comparison.same(max(0.0, excess), 0.0):
            yield f"split.relief.{about}: a coalition would still miss {shown(excess)}"


def _amounts(by_name: Mapping[str, float], game: Game) -> Floats:
    """Amounts in the order of the players, nothing for those not named; KeyError for strangers."""
    if not set(by_name) <= set(game.players):
        raise KeyError(*(set(by_name) - set(game.players)))
    return np.array([float(by_name.get(player, 0.0)) for player in game.players])
