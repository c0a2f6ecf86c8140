"""How good a plan is that the planner brings: what it misses, what dominates it, and what would be better."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from solver.answers.answer import UNKNOWN, Amount, Answer, about, best_value, exactly
from solver.answers.near import ROUNDING, best_of
from solver.errors import InputError
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.pipeline import false_claims
from solver.portfolio.checker import check
from solver.portfolio.choices import Move, moves, same_choice
from solver.portfolio.formulation import Formulation
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.quantities import Bound, Quantity
from solver.portfolio.rules import Wish
from solver.portfolio.selection import Selection
from solver.portfolio.terms import AllianceValue, EntryCosts, LicenceCosts, Spending
from solver.run import Cancel, Listener, Run, SearchLimits, Termination
from solver.shapes import Shaped
from solver.study.plans import Plannable, completed_plan
from solver.study.proven import Proven
from solver.study.study import Study

SPENDING: Quantity = Spending() - EntryCosts() - LicenceCosts()
"""What budgets count: cost, setup, entry and licences."""
BETTER = 1e-5
"""What is worth more counts as better from this share on: ten times what searches leave open."""


@dataclass(frozen=True)
class Rival(Shaped):
    """A portfolio beside the plan: how much more it is worth, and how much less it spends.

    `moves` lead there from the plan, `changes` is how many they are.
    """

    worth: Annotated[float, "What it has of what is maximised."]
    gain: Annotated[float, "How much more than the plan."]
    spending: Annotated[float, "What it spends, entry and licences included."]
    saving: Annotated[float, "How much less than the plan."]
    changes: int
    moves: tuple[Move, ...]
    portfolio: Portfolio


@dataclass(frozen=True)
class Grade(Answer):
    """A plan, how it stands with the rules, and against the best.

    `broken` are the rules that it breaks and `false_claims` what its file says and is not so; who provides
    what was searched for where it was `completed`. `regret` is how much more the `best` is worth. `gain` is
    the most that can be had for no more spending, by `better`; `saving` the most that can be spent less for
    no less worth, by `cheaper`; `changes` the fewest that make it better, or keep all rules where it breaks
    some, by `nearest`, the best of those. It is `dominated` where one of the first two is more than nothing,
    by `dominating`; None where that is not known.
    """

    plan: Portfolio
    completed: bool
    broken: tuple[str, ...]
    false_claims: tuple[str, ...]
    worth: Annotated[float, "What it has of what is maximised."]
    value: Annotated[float, "The alliance value."]
    spending: Annotated[float, "What it spends, entry and licences included."]
    regret: Amount
    best: Rival | None
    gain: Amount
    better: Rival | None
    saving: Amount
    cheaper: Rival | None
    changes: Amount
    nearest: Rival | None
    dominated: bool | None
    dominating: Rival | None


def grade(
    study: Study,
    plan: Plannable | None = None,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Grade:
    """Judge a plan, and say how far it is from the best and what would be better.

    Without one, the plan in the instance's table `plan`. Raises InputError where there is none, or it names
    what the instance does not know, and StoppedError where the run has to stop before it is judged.
    """
    run = Run(limits, progress, cancel)
    given = plan_in(study.instance) if plan is None else plan
    work = _Grading(study, run)

    def whole() -> Grade:
        work.judge(given)
        for ask, part in run.each(work.questions):
            ask(part)
        return work.so_far()

    return run.attended(whole, lambda: work.so_far())


def plan_in(instance: Instance) -> dict[str, object]:
    """The plan in the table `plan`; raises InputError where there is none."""
    if not instance.plan:
        remedy = (
            "a plan: rows in the table plan, or a file such as `solve --json` writes "
            "(grade INSTANCE FILE, change … --old-plan FILE)"
        )
        raise InputError([Defect("plan", remedy)])
    partners = {row.id for row in instance.partners}
    cells = [(row.id, {"level": row.level, "start": row.start}) for row in instance.plan]
    rows: list[dict[str, object]] = [
        {"id": id_} | {key: part for key, part in own.items() if part is not None} for id_, own in cells
    ]
    return {
        "partners": [row for row in rows if row["id"] in partners],
        "applications": [row for row in rows if row["id"] not in partners],
    }


class _Grading:
    """What is known so far: enough for an answer once the plan is judged."""

    def __init__(self, study: Study, run: Run) -> None:
        self._study, self._run = study, run
        self._aim = study.formulation.maximise
        self._plan: Selection | None = None
        self._told: dict[str, object] = {}
        self._found: dict[str, tuple[Amount, Proven]] = {}
        self._worth = self._spending = 0.0

    @property
    def questions(self) -> tuple[Callable[[Run], None], ...]:
        """What is asked of a plan once it is judged."""
        return self._against_the_best, self._against_as_dear, self._against_as_good, self._nearby

    def judge(self, given: Plannable) -> None:
        """The plan itself, with everything that was left open filled in."""
        study = self._study
        read = completed_plan(given, study.formulation, study.assessment, "plan", self._run)
        verdict = check(study.formulation, read.selection, read.problems)
        if read.open and not verdict.holds:
            self._run.check()
        claims = tuple(false_claims(given, study.formulation, read.selection, verdict))
        self._worth = self._aim.amount(read.selection)
        self._spending = SPENDING.amount(read.selection)
        self._told = {
            "plan": read.selection.portfolio(),
            "completed": read.open,
            "broken": tuple(reading.sentence for reading in verdict.broken),
            "false_claims": claims,
            "worth": self._worth,
            "value": AllianceValue().amount(read.selection),
            "spending": self._spending,
        }
        self._plan = read.selection
        if verdict.holds:
            study.knowledge.pool.add(read.selection)

    def _against_the_best(self, run: Run) -> None:
        """How much more the best portfolio is worth."""
        found = best_of(self._study, run)
        self._found["best"] = best_value(found) - exactly(self._worth), found

    def _against_as_dear(self, run: Run) -> None:
        """How much more can be had for no more spending."""
        found = self._asked(self._aim, run, Bound(SPENDING, "<=", self._spending))
        self._found["better"] = best_value(found) - exactly(self._worth), found

    def _against_as_good(self, run: Run) -> None:
        """How much less can be spent for no less worth."""
        found = self._asked(-SPENDING, run, Bound(self._aim, ">=", self._worth))
        self._found["cheaper"] = best_value(found) + exactly(self._spending), found

    def _nearby(self, run: Run) -> None:
        """How few changes make it better, or allowed; and the best with so few."""
        plan = self._plan
        assert plan is not None
        distance = same_choice(plan)
        step = BETTER * max(1.0, abs(self._worth))
        enough = () if self._told["broken"] else (Bound(self._aim, ">=", self._worth + step),)
        found = self._asked(-distance, run.part(0.5), *enough)
        fewest = -best_value(found)
        if found.selection is not None and fewest.value is not None:
            best = self._asked(self._aim, run, *enough, Bound(distance, "<=", fewest.value))
            found = found if best.selection is None else best
        self._found["nearest"] = fewest, found

    def _asked(self, aim: Quantity, run: Run, *bounds: Bound) -> Proven:
        asked = self._study.formulation
        wanted = Formulation(aim, (*asked.subject_to, *map(Wish, bounds)), asked.structure)
        return best_of(self._study.asking(wanted), run)

    def so_far(self) -> Grade:
        """The answer with what is known; raises StoppedError where the plan was not judged."""
        if self._plan is None:
            self._run.end()
        known = {name: self._found.get(name, (UNKNOWN, None)) for name in RIVALS}
        rivals = {name: self._rival(found) for name, (_, found) in known.items()}
        dominating = next(filter(self._is_better, (rivals["better"], rivals["cheaper"])), None)
        settled = all(self._settled(*known[name]) for name in ("better", "cheaper"))
        return Grade(
            **about(self._study, self._run),
            **self._told,  # type: ignore[arg-type]
            **{amount: known[name][0] for name, amount in RIVALS.items()},  # type: ignore[arg-type]
            **rivals,  # type: ignore[arg-type]
            dominated=True if dominating else False if settled else None,
            dominating=dominating,
        )

    def _rival(self, found: Proven | None) -> Rival | None:
        one = None if found is None else found.selection
        if one is None or self._plan is None:
            return None
        worth, spending, changed = self._aim.amount(one), SPENDING.amount(one), moves(self._plan, one)
        gain, saving = worth - self._worth, self._spending - spending
        return Rival(worth, gain, spending, saving, len(changed), changed, one.portfolio())

    def _is_better(self, one: Rival | None) -> bool:
        """Whether it is worth more or spends less by what counts, and neither the other way round."""
        if one is None:
            return False
        sides = (one.gain, max(1.0, abs(self._worth))), (one.saving, max(1.0, abs(self._spending)))
        return all(more >= -ROUNDING * size for more, size in sides) and any(
            more > BETTER * size for more, size in sides
        )

    def _settled(self, amount: Amount, found: Proven | None) -> bool:
        return amount.proven or (found is not None and found.termination is Termination.infeasible)


RIVALS = {"best": "regret", "better": "gain", "cheaper": "saving", "nearest": "changes"}
"""What a plan is held against, and the amount that says how far it is from that."""
