"""The columns of an application option's teams, and which team a point or a portfolio means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from solver.assessment.benefit import Floats
from solver.model.teams import Teams, Truths
from solver.portfolio.selection import Selection

ValueOf = Callable[[pulp.LpVariable], float]


@dataclass(frozen=True, eq=False)
class TeamColumns:
    """One column per team of an application option; `worth` is what each is expected to earn, shape (T,).

    The application starts in a period: who serves is ready by that `start`.

    With `continuous` columns any mixture of teams among the chosen partners is no better than the best one.
    """

    teams: Teams
    columns: Sequence[pulp.LpVariable]
    worth: Floats
    continuous: bool
    start: int

    def meant(self, value: ValueOf, choices: Selection) -> dict[int, list[int]]:
        """Who provides what, by need: the team of a point, or the best one where columns are continuous."""
        if not self.columns:
            return {}
        fitting = self._fitting(choices)
        if self.continuous and fitting.any():
            return self.teams.providers(int(np.argmax(np.where(fitting, self.worth, -np.inf))))
        candidates = np.flatnonzero(fitting).tolist() or range(len(self.columns))
        return self.teams.providers(max(candidates, key=lambda team: value(self.columns[team])))

    def values(self, selection: Selection, application: int) -> dict[pulp.LpVariable, float]:
        """The team that is most like who is assigned; none where the option is not chosen."""
        values = dict.fromkeys(self.columns, 0.0)
        fitting = self._fitting(selection)
        if fitting.any():
            served = selection.serving.get(application, frozenset())
            others = np.array([member.partner not in served for member in self.teams.everybody])
            size = self.teams.members.sum(axis=1)
            likeness = size - (self.teams.members & others).sum(axis=1) * (1 + len(others))
            values[self.columns[int(np.argmax(np.where(fitting, likeness, -np.inf)))]] = 1.0
        return values

    def _fitting(self, selection: Selection) -> Truths:
        """Which teams consist of chosen partners at their levels that are ready, shape (T,)."""
        options, chosen = selection.assessment.options, selection.option_of
        ready = (partner for partner in selection.partners if options.ready[chosen[partner]] <= self.start)
        chance = {partner: float(options.success[chosen[partner]]) for partner in ready}
        absent = np.array([chance.get(m.partner) != m.success for m in self.teams.everybody], dtype=bool)
        return np.asarray(~(self.teams.members & absent).any(axis=1))
