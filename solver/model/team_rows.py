"""Teams as columns: what an application earns depends on who is assigned, linearly (recourse, spec 5).

One column per (application option, team), y. The rows say: a launched application has one team,
Σ_T y_oT = x_o; and who serves is ready, summed over the starts up to t: Σ_{o starts by t} Σ_{T ∋ j} y_oT ≤
ready_jt, by chance of delivering where the levels of a partner differ in it. Where it matters who is
assigned (workloads, intellectual property, synergies on site) a team is exactly who is assigned:
Σ_{T ∋ (need, j)} y_oT = m_noj.

With expectations alone y may be continuous, because the best team among the chosen partners is at a vertex.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.assessment.outlook import Outlook
from solver.model.draft import Draft
from solver.model.linear import Linear
from solver.model.pruning import Pruning, kept_teams
from solver.model.scenario_linear import Ranges, ScenarioLinear
from solver.model.team_columns import TeamColumns
from solver.model.teams import Teams, Truths, earned, needs_at_risk, teams_of


@dataclass(frozen=True, eq=False)
class TeamWorth(ScenarioLinear):
    """What the applications at risk earn: one block of columns per option, which is `launched`."""

    columns: Sequence[pulp.LpVariable]
    launched: Sequence[pulp.LpVariable]
    outlook: Outlook
    options: Sequence[int]
    teams: Sequence[Teams]

    def coefficients(self, weights: Floats) -> Floats:
        blocks = [
            teams.expected(weights * earned(self.outlook, option))
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
                worth += survived * earned(self.outlook, option)
        return worth

    def matrix(self) -> Floats:
        rows = [
            earned(self.outlook, option) * teams.survives(team)
            for option, teams in zip(self.options, self.teams, strict=True)
            for team in range(len(teams))
        ]
        return np.array(rows).reshape(len(rows), len(self.outlook.scenarios)).T

    def ranges(self) -> Ranges:
        least, most = [], []
        for option, teams in zip(self.options, self.teams, strict=True):
            worth = earned(self.outlook, option)
            survive = np.array([teams.survives(team) for team in range(len(teams))], dtype=bool)
            possible = survive.reshape(len(teams), len(worth)).any(axis=0)
            safe = possible & survive.reshape(len(teams), len(worth)).all(axis=0)
            least.append(np.minimum(worth * safe, worth * possible))
            most.append(np.maximum(worth * safe, worth * possible))
        return self.launched, np.array(least).T, np.array(most).T


def applications_at_risk(draft: Draft) -> list[int]:
    """Applications that a failing partner could stop in some scenario."""
    first = draft.assessment.partner_count
    elements = range(first, len(draft.assessment.elements))
    return [application for application in elements if needs_at_risk(draft.assessment, application)]


def team_worth(draft: Draft, outlook: Outlook, applications: Sequence[int]) -> TeamWorth:
    """What applications at risk earn, as columns and the rows that say which teams are possible."""
    for application in applications:
        if draft.once(f"teams_{application}"):
            starts = draft.assessment.options.of(application)
            for option in starts:
                _make_columns(draft, outlook, option)
                _one_team(draft, option)
            _who_is_ready(draft, starts)
    return TeamWorth(
        [column for team in draft.teams.values() for column in team.columns],
        [draft.options[option] for option in draft.teams],
        outlook,
        list(draft.teams),
        [team.teams for team in draft.teams.values()],
    )


def _make_columns(draft: Draft, outlook: Outlook, option: int) -> None:
    teams = teams_of(draft.assessment, outlook, option)
    assigned = any(own.need in draft.assigned for own in teams.by_need)
    money = outlook.scenarios.probability * earned(outlook, option)
    worth = teams.expected(money)
    if not assigned:
        kept = kept_teams(teams, draft.form.pruning, worth)
        teams, worth = teams.only(kept), worth[kept]
    continuous = assigned or draft.form.pruning is Pruning.EXPECTATION
    make = draft.fraction if continuous else draft.binary
    columns = [make(f"team_{option}_{team}")[0] for team in range(len(teams))]
    start = int(draft.assessment.options.start[option])
    draft.teams[option] = TeamColumns(teams, columns, worth, continuous, start)
    if assigned:
        _who_is_assigned(draft, option)


def _one_team(draft: Draft, option: int) -> None:
    draft.equal(Linear.of(draft.teams[option].columns) - Linear.of([draft.options[option]]), 0.0)


def _who_is_assigned(draft: Draft, option: int) -> None:
    teams = draft.teams[option].teams
    for own, chosen in zip(teams.by_need, teams.choice.T, strict=True):
        for (o, partner), assigned in draft.assigned[own.need].items():
            if o == option:
                places = [m for m, member in enumerate(teams.everybody) if member.partner == partner]
                taking = np.any(own.members[:, places], axis=1, keepdims=True)[chosen, 0]
                draft.equal(_sum(draft, option, taking) - Linear.of([assigned]), 0.0)


def _who_is_ready(draft: Draft, starts: range) -> None:
    options = draft.assessment.options
    serving: dict[tuple[int, float], Linear] = {}
    for option in sorted(starts, key=lambda o: int(options.start[o])):
        teams = draft.teams[option].teams
        for place, member in enumerate(teams.everybody):
            serving.setdefault(member, Linear()).add(_sum(draft, option, teams.members[:, place]))
        for (partner, success), served in serving.items():
            ready = _ready(draft, partner, success, int(options.start[option]))
            draft.at_most(served - ready, 0.0)


def _sum(draft: Draft, option: int, wanted: Truths) -> Linear:
    columns = draft.teams[option].columns
    return Linear.of(columns[team] for team in np.flatnonzero(wanted).tolist())


def _ready(draft: Draft, partner: int, success: float, period: int) -> Linear:
    """Whether a partner is ready at a level with this chance of delivering."""
    options = draft.assessment.options
    ready = [o for o in options.of(partner) if options.ready[o] <= period]
    able = [o for o in ready if options.success[o] == success]
    return (
        draft.ready(partner, period) if len(able) == len(ready) else Linear.of(draft.options[o] for o in able)
    )
