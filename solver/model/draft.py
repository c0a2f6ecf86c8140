"""The program under construction: columns are made here, named here and read back here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Flag, auto
from typing import Any

import pulp

from solver.assessment.assessment import Assessment
from solver.driver import Lazy, Row, RowBlock, WideRule, expression
from solver.model.assignments import needs_where_it_matters_who, possible_assignments
from solver.model.form import Form
from solver.model.growing_block import GrowingBlock
from solver.model.linear import Linear
from solver.model.team_columns import TeamColumns
from solver.model.teams import needs_at_risk
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Term
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection
from solver.run import Run


class Side(Flag):
    """From which side an auxiliary column has to be held to the quantity it stands for."""

    ABOVE = auto()  # the column must not exceed the quantity
    BELOW = auto()  # the column must not fall short of it
    BOTH = ABOVE | BELOW


def opposite(side: Side) -> Side:
    """The side from which an amount is held that counts negatively."""
    return {Side.ABOVE: Side.BELOW, Side.BELOW: Side.ABOVE}.get(side, side)


COLUMNS_BETWEEN_CHECKS = 64
"""Looking at the clock takes longer than a third of a column."""


class Draft:
    """A selection program for one assessment: a PuLP problem plus the meaning of its columns.

    `options` has one binary column per option; `assigned` one per (need, application option, partner)
    where it matters who provides; `licences` one per licence on offer. Auxiliary columns (products, who
    serves where, entered groups …) are made when a term or rule first asks for them, and shared; `columns`
    are all of them. `blocks` are rows as arrays, `lazies` rules whose rows are made on demand, `tightenings`
    rules whose rows only bring the relaxation closer to the truth; `limits` are the rows that say what may be
    used at the most.
    `teams` has a column for every team of an application option at risk; `form` is what was left out because
    nobody asked.
    `formulation` is what it was built for, and `parts` its objective term by term, with factors.
    Raises `StoppedError` where the run has to stop while columns and rows are made.
    """

    def __init__(
        self,
        assessment: Assessment,
        form: Form | None = None,
        run: Run | None = None,
    ) -> None:
        self.assessment = assessment
        self.form = form or Form()
        self._run = run or Run()
        self.teams: dict[int, TeamColumns] = {}
        self.problem = pulp.LpProblem("partnerfolio", pulp.LpMaximize)
        self.lazies: list[Lazy | WideRule] = []
        self.tightenings: list[WideRule] = []
        self.objective = Linear()
        self.limits: list[tuple[Linear, float]] = []
        self.blocks: list[RowBlock] = []
        self.columns: list[pulp.LpVariable] = []
        self._shared: dict[str, pulp.LpVariable] = {}
        self._written: set[str] = set()
        self._rows = 0
        self._trying = False
        self._bulk: GrowingBlock | None = None
        self.formulation: Formulation | None = None
        self.parts: list[tuple[Term, float, Linear]] = []
        self._writing: Rule | Term | None = None
        self._owners: dict[object, Rule | Term | None] = {}
        by_provider = range(len(assessment.needs)) if self.form.by_provider else ()
        self.options = [self._binary(f"option_{o}") for o in range(len(assessment.options))]
        self.assigned: dict[int, dict[tuple[int, int], pulp.LpVariable]] = {
            need: {
                (option, partner): self._binary(f"assigned_{need}_{option}_{partner}")
                for option, partner in possible_assignments(assessment, need)
            }
            for need in by_provider or sorted(needs_where_it_matters_who(assessment))
        }
        self.licences = {
            pair: self._binary(f"licence_{pair}")
            for pair, row in enumerate(assessment.pairs)
            if row.row.kind == "ip_conflict" and row.row.value is not None
        }

    # Columns

    def without_spares(self, need: int) -> bool:
        """Whether a requirement gets no more providers than it needs: more would not help anybody."""
        application = self.assessment.needs[need].application
        return not self.form.spares and need not in needs_at_risk(self.assessment, application)

    @property
    def deciding(self) -> list[pulp.LpVariable]:
        """The columns to decide on first: what is chosen, who is assigned and what is licensed."""
        assigned = (column for columns in self.assigned.values() for column in columns.values())
        return [*self.options, *assigned, *self.licences.values()]

    @property
    def foremost(self) -> list[list[pulp.LpVariable]]:
        """What to branch on first where risk is limited: who, which applications, what is ready by when.

        Whole partners cannot spread a risk as fractions do. No groups where no measure is limited.
        """
        if not self.form.tolerated:
            return []
        groups: list[list[pulp.LpVariable]] = [[], [], [], []]
        for element in range(len(self.assessment.elements)):
            application = element >= self.assessment.partner_count
            options = [self.options[o] for o in self.assessment.options.of(element)]
            groups[application] += options if len(options) == 1 else self._made(f"chosen_{element}")
            periods = range(1, len(self.assessment.discount) + 1)
            groups[2 + application] += (c for t in periods for c in self._made(f"ready_{element}_{t}"))
        return groups

    @property
    def units(self) -> list[list[pulp.LpVariable]]:
        """The columns that say what an element does, element by element."""
        return [
            [self.options[option] for option in self.assessment.options.of(element)]
            for element in range(len(self.assessment.elements))
        ]

    def _made(self, name: str) -> list[pulp.LpVariable]:
        return [self._shared[name]] if name in self._shared else []

    def _binary(self, name: str) -> pulp.LpVariable:
        return self._column(name, 0.0, 1.0, "Binary")

    def _column(self, name: str, low: float | None, high: float | None, kind: str) -> pulp.LpVariable:
        if len(self.columns) % COLUMNS_BETWEEN_CHECKS == 0:
            self._run.check()
        self.columns.append(self.problem.add_variable(name, low, high, kind))
        return self.columns[-1]

    def binary(self, name: str) -> tuple[pulp.LpVariable, bool]:
        """The shared binary column of this name, and whether its rows are still to be written."""
        return self._share(name, lambda: self._binary(name))

    def fraction(self, name: str) -> tuple[pulp.LpVariable, bool]:
        """The shared column in [0, 1] of this name, and whether its rows are still to be written."""
        return self.amount(name, high=1.0)

    def amount(self, name: str, high: float | None = None) -> tuple[pulp.LpVariable, bool]:
        """The shared column ≥ 0 of this name, and whether its rows are still to be written."""
        return self._share(name, lambda: self._column(name, 0.0, high, "Continuous"))

    def free(self, name: str) -> tuple[pulp.LpVariable, bool]:
        """The shared column of this name and of either sign, and whether its rows are still to be written."""
        return self._share(name, lambda: self._column(name, None, None, "Continuous"))

    def _share(self, name: str, make: Callable[[], pulp.LpVariable]) -> tuple[pulp.LpVariable, bool]:
        if name not in self._shared:
            self._run.check()
            self._shared[name] = make()
        return self._shared[name], self.once(f"column {name}")

    def chosen(self, element: int) -> Linear:
        """Whether an element is chosen: 0 or 1, and with it at most one of its options."""
        options = Linear.of(self.options[o] for o in self.assessment.options.of(element))
        if len(options.coefficients) <= 1:
            return options
        column, new = self.binary(f"chosen_{element}")
        if new:
            self.equal(options - Linear.of([column]), 0.0)
        return Linear.of([column])

    def ready(self, element: int, period: int) -> Linear:
        """Whether an element is chosen and provides in a period: 0 or 1."""
        options = self.assessment.options
        able = [o for o in options.of(element) if options.ready[o] <= period]
        if len(able) == len(options.of(element)):
            return self.chosen(element)
        ready = Linear.of(self.options[o] for o in able)
        if len(able) <= 1:
            return ready
        column, new = self.binary(f"ready_{element}_{max(int(options.ready[o]) for o in able)}")
        if new:
            self.equal(ready - Linear.of([column]), 0.0)
        return Linear.of([column])

    # Rows

    def at_most(self, left: Linear, limit: float) -> None:
        """Add the row left ≤ limit."""
        self._add(Row(left.coefficients, "<=", limit - left.constant, ""))

    def limited(self, left: Linear, limit: float) -> None:
        """Add the row left ≤ limit, and remember it among the limits."""
        self.at_most(left, limit)
        self.limits.append((left, limit))

    def at_least(self, left: Linear, limit: float) -> None:
        """Add the row left ≥ limit."""
        self._add(Row(left.coefficients, ">=", limit - left.constant, ""))

    def equal(self, left: Linear, value: float) -> None:
        """Add the row left = value."""
        self._add(Row(left.coefficients, "==", value - left.constant, ""))

    def _add(self, row: Row) -> None:
        self._run.check()
        if self._bulk is not None:
            self._bulk.add(row)
            return
        if self._trying:
            self.blocks.append(GrowingBlock(row).done())
            return
        self._rows += 1
        name = f"row_{self._rows}"
        beyond = expression(row.coefficients, -row.rhs)
        held = beyond <= 0 if row.sense == "<=" else beyond >= 0 if row.sense == ">=" else beyond == 0
        self.problem.addConstraint(held, name)
        self._owners[name] = self._writing

    @contextmanager
    def writing(self, owner: Rule | Term) -> Iterator[None]:
        """Rows made in the block, now or on demand, are remembered as those of a rule or a term."""
        before, self._writing = self._writing, owner
        try:
            yield
        finally:
            for source in (*self.blocks, *self.lazies, *self.tightenings):
                self._owners.setdefault(id(source), owner)
            self._writing = before

    @contextmanager
    def in_bulk(self) -> Iterator[GrowingBlock]:
        """Rows made in the block become one block of arrays, as very many of them should."""
        self._bulk = rows = GrowingBlock()
        try:
            yield rows
        finally:
            self._bulk = None
        self.take(rows)

    def take(self, rows: GrowingBlock) -> None:
        """Take up a block of rows, if there are any."""
        if rows:
            self.blocks.append(rows.done())

    @contextmanager
    def trying(self, formulation: Formulation, run: Run) -> Iterator[None]:
        """Rows made in the block go with it, and while it lasts the draft is one of that formulation.

        Columns stay, for the next block that asks for them: PuLP 4 keeps what was made, by name.
        """
        kept: tuple[list[Any], ...] = (self.blocks, self.lazies, self.tightenings, self.limits)
        lengths = [len(rows) for rows in kept]
        before = self.formulation, set(self._written), dict(self.teams), dict(self._owners)
        self.formulation, self._run, self._trying = formulation, run, True
        try:
            yield
        finally:
            self._trying = False
            self.formulation, self._written, self.teams, self._owners = before
            for rows, length in zip(kept, lengths, strict=True):
                del rows[length:]

    def owner(self, source: object) -> Rule | Term | None:
        """The rule or term whose row it is: of the name of a row, a block, or a rule on demand."""
        return self._owners.get(source if isinstance(source, str) else id(source))

    def once(self, what: str) -> bool:
        """Whether these rows are asked for the first time."""
        new = what not in self._written
        self._written.add(what)
        return new

    def add_up(self, term: Term, factor: float, part: Linear) -> None:
        """Take up a term, which comes to `part` with its factor, in what the program maximises."""
        self.parts.append((term, factor, part))
        self.maximise(self.objective + part)

    def maximise(self, objective: Linear) -> None:
        """Set what the program maximises."""
        self.objective = objective
        self.problem.setObjective(expression(objective.coefficients, objective.constant))

    # Reading back

    def selection(self, value: Callable[[pulp.LpVariable], float]) -> Selection:
        """The selection that an integral point stands for.

        An application at risk is served by its team. Where it does not matter who provides, the first
        partners that are able and ready do.
        """
        chosen = tuple(o for o, column in enumerate(self.options) if value(column) > 0.5)
        bare = Selection(self.assessment, chosen)
        by_team = {
            need: partners
            for option in chosen
            if option in self.teams
            for need, partners in self.teams[option].meant(value, bare).items()
        }
        assigned: set[tuple[int, int]] = set()
        for index, need in enumerate(self.assessment.needs):
            if index in self.assigned:
                columns = self.assigned[index].items()
                assigned.update((index, partner) for (_, partner), column in columns if value(column) > 0.5)
            elif index in by_team:
                assigned.update((index, partner) for partner in by_team[index])
            elif bare.chosen[need.application]:
                assigned.update((index, partner) for partner in bare.first_able(index))
        licences = frozenset(pair for pair, column in self.licences.items() if value(column) > 0.5)
        return Selection(self.assessment, chosen, frozenset(assigned), licences).without_idle_licences()

    def values(self, selection: Selection) -> dict[pulp.LpVariable, float]:
        """The decision columns' values for a selection: a start for the search, or what pins it."""
        options = set(selection.options)
        values = {column: float(o in options) for o, column in enumerate(self.options)}
        for need, columns in self.assigned.items():
            serving = sorted(partner for served, partner in selection.assigned if served == need)
            if self.without_spares(need):
                serving = serving[: self.assessment.needs[need].requirement.providers]
            for (option, partner), column in columns.items():
                values[column] = float(option in options and partner in serving)
        for option, team in self.teams.items():
            if not team.continuous:
                chosen = selection if option in options else Selection(self.assessment, ())
                values |= team.values(chosen, int(self.assessment.options.element[option]))
        for pair, column in self.licences.items():
            values[column] = float(pair in selection.licences)
        return values
