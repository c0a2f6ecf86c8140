"""What a pilot showed, and what that does to value and choice (spec 8.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from solver.answers.answer import Amount, Answer, about, best_value
from solver.errors import InputError
from solver.instance.calling import called
from solver.instance.defects import Defect
from solver.instance.instance import Instance
from solver.instance.tables import Evidence
from solver.lifecycle.outcomes import Outcomes
from solver.lifecycle.running import found
from solver.portfolio.choices import Move, moves
from solver.portfolio.portfolio import Portfolio
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.study import Study

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Belief(Shaped):
    """What is believed of a success probability: its `mean`, and the 95 % interval from `low` to `high`."""

    mean: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Pilot(Answer):
    """What a pilot showed, and what it changes.

    Of `trials`, `successes` succeeded: the `accuracy`, and its 95 % interval from `low` to `high`. `before`
    and `after` are what is believed of success, `best_before` and `best_after` what the best portfolio is
    worth, `portfolio` the one afterwards and `moves` lead there from the one before.
    """

    id: Annotated[str, "The id of the partner or application."]
    trials: int
    successes: int
    accuracy: float
    low: float
    high: float
    before: Belief
    after: Belief
    best_before: Amount
    best_after: Amount
    portfolio: Portfolio | None
    moves: tuple[Move, ...]


def pilot(
    study: Study,
    subject: str,
    outcomes: Outcomes,
    *,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Pilot:
    """What a pilot with a partner or application, by id or name, says of its success, value and choice.

    Its row of `evidence` has its trials and successes. Raises InputError for a name that stands for nothing.
    """
    run = Run(limits, progress, cancel)
    id_ = engaged(study.instance, subject)
    from scipy.stats import binomtest

    interval = binomtest(outcomes.successes, outcomes.trials).proportion_ci(CONFIDENCE)
    before = found(study, run.part(0.5))
    later = shown(study, id_, outcomes)
    after = found(later, run)
    changed: tuple[Move, ...] = ()
    if before.selection is not None and after.selection is not None:
        changed = moves(before.selection, after.selection)
    return Pilot(
        **about(study, run),
        id=id_,
        trials=outcomes.trials,
        successes=outcomes.successes,
        accuracy=outcomes.successes / outcomes.trials,
        low=float(interval.low),
        high=float(interval.high),
        before=_belief(study, id_),
        after=_belief(later, id_),
        best_before=best_value(before),
        best_after=best_value(after),
        portfolio=None if after.selection is None else after.selection.portfolio(),
        moves=changed,
    )


def engaged(instance: Instance, subject: str) -> str:
    """The id of a partner or application that an id or a name stands for; raises InputError."""
    labels = {row.id: row.label for row in (*instance.partners, *instance.applications)}
    try:
        return called(subject, labels, "the id of a partner or an application")
    except ValueError as error:
        raise InputError([Defect("--partner", str(error), value=subject)]) from None


def shown(study: Study, id_: str, outcomes: Outcomes) -> Study:
    """The same once a pilot has shown something; what is asked stays the same."""
    kind = "partner" if id_ in {row.id for row in study.instance.partners} else "application"
    row = Evidence(trials=outcomes.trials, successes=outcomes.successes, **{kind: id_})
    evidence = (*study.instance.evidence, row)
    return study.revised(study.instance.model_copy(update={"evidence": evidence})).asking(study.formulation)


def _belief(study: Study, id_: str) -> Belief:
    belief = study.assessment.beliefs[id_]
    low, high = belief.interval() or (None, None)
    return Belief(belief.mean, low, high)
