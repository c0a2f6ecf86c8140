"""What rules need to know of the members beyond their game: what each brings, spends, risks, must get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from solver.games.coalitions import Floats
from solver.games.rules import Context
from solver.instance.defects import nearest
from solver.portfolio.formulation import Formulation
from solver.portfolio.realised import expected_benefits
from solver.portfolio.risk_figures import contributions
from solver.portfolio.risks import losses
from solver.portfolio.terms import EntryCosts, LicenceCosts, Spending
from solver.sharing.members import Members
from solver.sharing.wishes import Wishes


def context_of(members: Members, wishes: Wishes, formulation: Formulation | None = None) -> Context:
    """The context of the rules for a portfolio's members; risk is measured as the formulation does.

    Raises ValueError for bargaining weights or shares of the risk that are none, or for who is no member.
    """
    given = context_for(members.players, wishes)
    return replace(
        given,
        base=brought(members) if wishes.base == "benefit" else spent(members),
        floors=members.floors,
        risk=risk_shares(members, formulation) if given.risk is None else given.risk,
    )


def context_for(players: Sequence[str], wishes: Wishes) -> Context:
    """What wishes say about the players of any game; who is left out has a weight or share of 0.

    Raises ValueError for amounts that are none, and for who is no player.
    """
    return Context(
        bargaining=_by_player(players, wishes.bargaining, "a bargaining weight"),
        risk=_by_player(players, wishes.risk, "a share of the risk"),
    )


def brought(members: Members) -> Floats:
    """What each brings, at least 0: partners their benefit E, the hub the rest of the value; shape (n,)."""
    benefits = expected_benefits(members.selection)
    of_partners = [benefits[partner] for partner in members.partners]
    return np.maximum(0.0, [members.value - sum(of_partners), *of_partners])


def spent(members: Members) -> Floats:
    """What is spent on each partner; on all else, which is the hub's; shape (n,)."""
    selection = members.selection
    total = (Spending() - EntryCosts() - LicenceCosts()).amount(selection)
    spending = selection.assessment.options.spending.sum(axis=1)
    on_partners = spending[[selection.option_of[partner] for partner in members.partners]]
    return np.array([total - on_partners.sum(), *on_partners])


def risk_shares(members: Members, formulation: Formulation | None = None) -> Floats | None:
    """Who carries how much of the risk; shape (n,), sum 1, None where nothing is at risk.

    The risk of a source is what it falls short of its expectation, on average in the scenarios that make the
    measure: its contribution to the measure beyond its expected loss. Applications, synergies and what is
    fixed are the hub's; who takes risk away carries none.
    """
    selection, outlook = members.selection, members.selection.assessment.outlook
    instance = selection.assessment.instance
    asked = formulation or Formulation.of(instance)
    watched = asked.watched(instance)
    if outlook is None or not watched or not watched[asked.leading(instance)].measure.convex:
        return None
    measure = watched[asked.leading(instance)].measure
    lost = losses(selection, outlook)
    brought_in = list(contributions(selection, outlook, measure, lost))
    by_partner = {row.id or "": row.amount for row in brought_in if row.kind == "partner"}
    expected = expected_benefits(selection)
    shortfalls = [
        by_partner.get(selection.assessment.elements[p], 0.0) + expected[p] for p in members.partners
    ]
    whole = sum(row.amount for row in brought_in) - float(outlook.scenarios.probability @ lost)
    carried = np.maximum(0.0, [whole - sum(shortfalls), *shortfalls])
    return carried / carried.sum() if carried.any() else None


def _by_player(players: Sequence[str], amounts: Mapping[str, float] | None, what: str) -> Floats | None:
    if amounts is None:
        return None
    strangers = [name for name in amounts if name not in players]
    if strangers:
        hint = nearest(strangers[0], players)
        raise ValueError(
            f"{what} is given for {', '.join(strangers)}, but players are {', '.join(players)}{hint}"
        )
    return np.array([float(amounts.get(player, 0.0)) for player in players])
