"""Splitting the benefit: a game, the rules with their certificates, and the contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from solver.errors import InputError
from solver.games.allocate import Allocation, allocate_game
from solver.games.contract.contract import Pool, contract
from solver.games.contract.shares import NoSharesError
from solver.games.game import Game
from solver.games.rules import NEED_A_BASE, RULES, Context
from solver.games.searched import AnyGame, separator_of
from solver.games.split import typed_payoffs
from solver.instance.defects import Defect, judged, nearest
from solver.portfolio.formulation import Formulation
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.sharing.claims import context_for, context_of
from solver.sharing.coalition_rules import broken_by_nobody
from solver.sharing.members import Members
from solver.sharing.pools import application_pools
from solver.sharing.portfolio_game import portfolio_game
from solver.sharing.wishes import Wishes


def share(
    selection: Selection,
    formulation: Formulation,
    wishes: Wishes,
    run: Run,
) -> Allocation:
    """Split what a portfolio is worth among the hub and the chosen partners (spec 6).

    Raises InputError for wishes that name what is not there.
    """
    members = Members(selection)
    with judged("split"):
        wishes = wishes.of_players(selection.assessment.instance.labels)
        context = context_of(members, wishes, formulation)
    pools = application_pools(members) if wishes.basis == "applications" else None
    game = portfolio_game(members, formulation, run)
    limits = tuple(reading.sentence for reading in broken_by_nobody(formulation, members.offered))
    return replace(_shared(game, context, wishes, pools, run), left_nothing=limits)


def share_game(
    game: Game,
    wishes: Wishes,
    run: Run,
) -> Allocation:
    """Split what the players of any game earn together; raises InputError as `share` does.

    Without a base, nothing is split by a rule that measures payoffs by one.
    """
    if game.base is None and wishes.rules[0] in NEED_A_BASE:
        remedy = "a rule that needs no base, or a base: stand-alone costs or benefits, as {player: amount}"
        place = 'the key "base" of the game, --base-file, or Game(..., base=...)'
        raise InputError([Defect("rule", f"{remedy}, in {place}", value=wishes.rules[0])])
    with judged("split"):
        context = context_for(game.players, wishes)
    return _shared(game, context, wishes, None, run)


def _shared(
    game: AnyGame,
    context: Context,
    wishes: Wishes,
    pools: Sequence[Pool] | None,
    run: Run,
) -> Allocation:
    _known(wishes.rules)
    with judged("payoffs"):
        given = None if wishes.payoffs is None else typed_payoffs(game, wishes.payoffs)
    found = allocate_game(game, wishes.rules, context, given)
    if not wishes.of_a_contract:
        return found
    if found.wanted is None:
        return replace(found, no_contract="the rule has no answer to put into shares")
    if found.worth <= 0:
        return replace(found, no_contract="shares need something to share, and there is nothing")
    try:
        written = contract(
            game,
            np.array([*found.wanted.payoffs.values()]),
            wishes.clauses,
            floors=context.floors,
            pools=pools,
            separator=separator_of(game),
            run=run,
        )
    except NoSharesError as error:
        return replace(found, no_contract=str(error))
    return replace(found, contract=written)


def _known(rules: Sequence[str]) -> None:
    known = ", ".join(RULES)
    strange = [rule for rule in rules if rule not in RULES]
    if strange:
        raise InputError(
            [Defect("rule", f"one of {known}{nearest(rule, RULES)}", value=rule) for rule in strange]
        )
