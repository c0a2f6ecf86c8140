"""How what a portfolio, or any game, is worth can be split so that nobody has reason to leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from solver.errors import BrokenPlanError, ContradictionError, InputError
from solver.games.allocate import Allocation
from solver.games.game import Game
from solver.instance.defects import Defect
from solver.instance.fields import rule_name
from solver.instance.instance import Instance
from solver.pipeline import judged
from solver.portfolio.formulation import Formulation
from solver.portfolio.plan_document import portfolio_part
from solver.portfolio.portfolio import Portfolio
from solver.result import Result
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.sharing.share import share, share_game
from solver.sharing.wishes import Wishes
from solver.study.solving import solved
from solver.study.study import Study


def allocate(
    subject: Instance | Game,
    portfolio: Result | Portfolio | Mapping[str, Any] | None = None,
    wishes: Wishes | None = None,
    *,
    rule: str | None = None,
    formulation: Formulation | None = None,
    include: Iterable[str] = (),
    exclude: Iterable[str] = (),
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Allocation:
    """Split what a portfolio of an instance is worth, or what the players of a game earn together.

    Without a portfolio the best one is searched for first. `wishes` say by which rules to split and what a
    contract may say, else the instance's section `split` does; `rule` is short for one rule. Raises
    BrokenPlanError for a portfolio that breaks a rule, InputError for a rule or a player that nobody knows,
    StoppedError where the run has to stop before there is a split, and ContradictionError where a search on
    the way is refuted.
    """
    run = Run(limits, progress, cancel)
    if isinstance(subject, Game):
        if portfolio is not None:
            raise TypeError("a game has no portfolio: give an instance for that")
        asked = _asked(wishes or Wishes(), rule)
        return run.attended(lambda: share_game(subject, asked, run), run.end)
    if not isinstance(subject, Instance):
        raise TypeError(f"an Instance or a Game is needed, not {type(subject).__name__}; pf.read reads one")
    asked = _asked(wishes or Wishes.of(subject), rule)
    study = Study(subject, formulation).locked(include, exclude)
    if portfolio is None:
        portfolio = solved(study, run, split=False)
        if portfolio.contradiction is not None:
            raise ContradictionError(portfolio.message, portfolio.contradiction)
    if isinstance(portfolio, Result):
        portfolio = _found(portfolio)
    plan = portfolio_part(portfolio)
    wanted = formulation or Formulation.of(subject)
    return run.attended(lambda: _shared(study, plan, wanted, asked, run), run.end)


def _shared(
    study: Study, plan: Portfolio | Mapping[str, Any], wanted: Formulation, asked: Wishes, run: Run
) -> Allocation:
    judgement = judged(study, plan, run)
    run.tell(phase="splitting")
    if not judgement.verdict.holds:
        broken = [Defect("portfolio", reading.sentence) for reading in judgement.verdict.broken]
        raise BrokenPlanError(broken)
    return share(judgement.selection, wanted, asked, run)


def _asked(wishes: Wishes, rule: str | None) -> Wishes:
    return wishes if rule is None else replace(wishes, rules=(rule_name(rule),))


def _found(result: Result) -> Portfolio:
    if result.portfolio is None:
        remedy = f"a result that found a portfolio; this one ended with {result.termination}"
        raise InputError([Defect("portfolio", remedy)])
    return result.portfolio
