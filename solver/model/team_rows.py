"""Teams as columns: what an application earns depends on who is assigned, linearly (recourse, spec 5).

One column per (application option, team), y. The rows say: a launched application has one team,
Σ_T y_oT = x_o; a team takes only who is assigned, Σ_{T ∋ (need, j)} y_oT ≤ m_noj; and who serves is ready,
summed over the starts up to t: Σ_{o starts by t} Σ_{T ∋ j} y_oT ≤ ready_jt, by chance of delivering where
the levels of a partner differ in it. Backups never hurt, so that held from above the best team among those
assigned is taken; from both sides the team is exactly who is assigned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.model.draft import Draft, Side
from solver.model.linear import Linear
from solver.model.scenario_linear import ScenarioLinear
from solver.model.teams import Member, Teams, needs_at_risk, teams_of


@dataclass(frozen=True, eq=False)
class TeamWorth(ScenarioLinear):
    """What the applications at risk earn: one block of columns per application option."""

    columns: Sequence[pulp.LpVariable]
    outlook: Outlook
    options: Sequence[int]
    teams: Sequence[Teams]

    def coefficients(self, weights: Floats) -> Floats:
        blocks = [
            teams.expected(weights * self._earned(option))
            for option, teams in zip(self.options, self.teams, strict=True)
        ]
        return np.concatenate([np.zeros(0), *blocks])

    def at(self, point: Floats) -> Floats:
        worth = np.zeros(len(self.outlook.scenarios))
        first = 0
        for option, teams in zip(self.options, self.teams, strict=True):
            share = point[first : first + len(teams)]
            first += len(teams)
            survived = np.zeros(len(worth))
            for team in np.flatnonzero(share):
                survived += share[team] * teams.survives(int(team))
            if survived.any():
                worth += survived * self._earned(option)
        return worth

    def matrix(self) -> Floats:
        rows = [
            self._earned(option) * teams.survives(team)
            for option, teams in zip(self.options, self.teams, strict=True)
            for team in range(len(teams))
        ]
        return np.array(rows).reshape(len(rows), len(self.outlook.scenarios)).T

    def _earned(self, option: int) -> Floats:
        revenue = self.outlook.scenarios.revenue.of(int(self.outlook.engagement[option]))
        return np.asarray(self.outlook.earned[option] * revenue)


def applications_at_risk(draft: Draft) -> list[int]:
    """Applications that a failing partner could stop in some scenario."""
    first = draft.assessment.partner_count
    elements = range(first, len(draft.assessment.elements))
    return [application for application in elements if needs_at_risk(draft.assessment, application)]


def team_worth(draft: Draft, outlook: Outlook, side: Side) -> TeamWorth:
    """What the applications at risk earn, as columns and the rows that tie them to who is assigned."""
    exact = Side.BELOW in side or outlook.scenarios.revenue.lowest < 0
    options, all_teams, columns = [], [], []
    for application in applications_at_risk(draft):
        starts = draft.assessment.options.of(application)
        teams = {option: teams_of(draft.assessment, outlook, option, pruned=not exact) for option in starts}
        own = {option: _columns(draft, option, found, exact) for option, found in teams.items()}
        if draft.once(f"teams_{application}_{exact}"):
            for option in starts:
                _one_team(draft, option, own[option])
                _who_is_assigned(draft, option, teams[option], own[option], exact)
            _who_is_ready(draft, application, teams, own)
        for option in starts:
            options.append(option)
            all_teams.append(teams[option])
            columns.extend(own[option])
    return TeamWorth(columns, outlook, options, all_teams)


def _columns(draft: Draft, option: int, teams: Teams, exact: bool) -> list[pulp.LpVariable]:
    kind = "exact_team" if exact else "team"
    return [draft.fraction(f"{kind}_{option}_{team}")[0] for team in range(len(teams))]


def _one_team(draft: Draft, option: int, columns: list[pulp.LpVariable]) -> None:
    draft.equal(Linear.of(columns) - Linear.of([draft.options[option]]), 0.0)


def _who_is_assigned(
    draft: Draft, option: int, teams: Teams, columns: list[pulp.LpVariable], exact: bool
) -> None:
    for position, own in enumerate(teams.by_need):
        members = [{member.partner for member in group} for group in own.sets]
        for (o, partner), assigned in draft.assigned[own.need].items():
            if o != option:
                continue
            taking = Linear.of(
                column
                for column, choice in zip(columns, teams.choice[:, position], strict=True)
                if partner in members[choice]
            )
            if exact:
                draft.equal(taking - Linear.of([assigned]), 0.0)
            elif taking.coefficients:
                draft.at_most(taking - Linear.of([assigned]), 0.0)


def _who_is_ready(
    draft: Draft, application: int, teams: dict[int, Teams], columns: dict[int, list[pulp.LpVariable]]
) -> None:
    options = draft.assessment.options
    serving: dict[Member, Linear] = {}
    for option in sorted(teams, key=lambda o: int(options.start[o])):
        start = int(options.start[option])
        for column, members in zip(columns[option], teams[option].members, strict=True):
            for member in members:
                serving.setdefault(member, Linear()).coefficients[column] = 1.0
        for member, served in serving.items():
            able = [
                o
                for o in options.of(member.partner)
                if options.ready[o] <= start and options.success[o] == member.success
            ]
            whole = [o for o in options.of(member.partner) if options.ready[o] <= start]
            ready = (
                draft.ready(member.partner, start)
                if len(able) == len(whole)
                else Linear.of(draft.options[o] for o in able)
            )
            draft.at_most(Linear(dict(served.coefficients)) - ready, 0.0)
