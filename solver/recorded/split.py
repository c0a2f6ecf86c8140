"""What a result's document claims of the split of its value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

import numpy as np

from solver.games.contract.shares import TOTAL
from solver.games.game import Game
from solver.games.split import certify
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.recorded.comparison import Comparison, is_list, is_number, shown
from solver.recorded.core import false_core
from solver.sharing.bulk.table import tabled
from solver.sharing.members import Members
from solver.sharing.pools import application_pools

ROUNDING = 1e-7
"""What counts as nothing in a split, relative to the value that is split."""
MOST_PLAYERS = 12
"""Up to how many players the excesses of a split are found again: by a table, in a moment."""
CERTAIN = (
    "efficient",
    "individually_rational",
    "in_core",
    "largest_excess",
    "excess_bound",
    "kohlberg",
)
"""What is said of payoffs and does not depend on which of equally tight coalitions is named."""


def false_split(claimed: Any, selection: Selection, formulation: Formulation) -> Iterator[str]:
    """A sentence for everything that is said of a split and is not so; nothing where there is no split.

    Amounts must add up, shares must pay what they say, and what is certain about payoffs is found again
    where coalitions can be looked at one by one.
    """
    if not isinstance(claimed, Mapping):
        return
    members = Members(selection)
    comparison = Comparison(ROUNDING * abs(members.value))
    true = {"worth": members.value, "players": list(members.players)}
    yield from comparison.differences("split", {key: claimed.get(key, true[key]) for key in true}, true)
    game = tabled(members, formulation) if len(members.players) <= MOST_PLAYERS else None
    rows = claimed.get("splits")
    for row in rows if is_list(rows) else ():
        if isinstance(row, Mapping):
            yield from _false_payoffs(row, members, game, comparison)
            if row.get("rule") == claimed.get("rule"):
                yield from comparison.differences("split", {k: claimed.get(k, row[k]) for k in row}, row)
    payoffs = claimed.get("payoffs")
    if game is not None and _are_payoffs(payoffs, members):
        amounts = np.array([float(payoffs[player]) for player in members.players])
        yield from false_core(claimed, game, amounts, comparison)
    if isinstance(claimed.get("contract"), Mapping):
        yield from _false_shares(claimed["contract"], members, comparison)


def _false_payoffs(
    row: Mapping[str, Any], members: Members, game: Game | None, comparison: Comparison
) -> Iterator[str]:
    place, payoffs = f"split, {row.get('rule')}", row.get("payoffs")
    if not _are_payoffs(payoffs, members):
        yield f"{place}: the file has no amount for every player"
        return
    total = sum(payoffs.values())
    if row.get("efficient") and not comparison.same(total, members.value):
        yield f"{place}: the payoffs add up to {shown(total)}, but {shown(members.value)} is split"
    if game is not None and row.get("half_widths") is None:
        amounts = np.array([float(payoffs[player]) for player in members.players])
        true = certify(game, amounts, str(row.get("rule")), members.floors).to_dict()
        said = {key: row[key] for key in CERTAIN if row.get(key) is not None}
        yield from comparison.differences(place, said, true)


def _false_shares(contract: Mapping[str, Any], members: Members, comparison: Comparison) -> Iterator[str]:
    """The contract's shares must add up to one, and pay what they are said to pay."""
    shares, payoffs = contract.get("shares"), contract.get("payoffs")
    if not isinstance(shares, Mapping) or not _are_payoffs(payoffs, members):
        yield "split, contract: the file has no shares, or no amount for every player"
        return
    pools = {TOTAL: members.value}
    if TOTAL not in shares:
        pools = {pool.name: pool.amount for pool in application_pools(members)}
    paid = dict.fromkeys(members.players, 0.0)
    paid[members.players[0]] = members.value - sum(pools.values())
    for name, parts in shares.items():
        if name not in pools or not isinstance(parts, Mapping) or not all(map(is_number, parts.values())):
            yield f"split, contract: {name} is nothing that is shared here"
            return
        if not abs(sum(parts.values()) - 1.0) <= ROUNDING:
            yield f"split, contract: the shares of {name} add up to {shown(sum(parts.values()))}, not to 1"
        for player, share in parts.items():
            paid[player] = paid.get(player, 0.0) + share * pools[name]
    yield from comparison.differences("split, contract.payoffs", payoffs, paid)


def _are_payoffs(payoffs: Any, members: Members) -> TypeGuard[Mapping[str, float]]:
    known = set(members.players)
    return isinstance(payoffs, Mapping) and set(payoffs) == known and all(map(is_number, payoffs.values()))
