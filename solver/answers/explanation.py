"""Why no portfolio exists: wishes that contradict each other, and the cheapest changes that mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from solver.answers.answer import Answer, about
from solver.answers.conflict import Feasibility, minimal_conflict
from solver.answers.repair import Repair, Repairs, RepairSearch
from solver.errors import InputError
from solver.instance.defects import Defect, nearest
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.repair import Prices
from solver.portfolio.rules import Handle
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.shapes import Shaped
from solver.study.study import Study

MOST_REPAIRS = 5
FOR_REPAIRS = 0.25
"""The share of a time limit for repairs before the conflict, whose questions their portfolios answer in part;
what is left of the time after the conflict is theirs again."""


@dataclass(frozen=True)
class Price(Shaped):
    """What the cheapest repair costs: `=` where that is proven, else `≤`; none costs less than `least`.

    `value` is None where no repair was found, `least` where there is none, whatever changes that may.
    """

    sign: Annotated[Literal["=", "≤"], "`=` where it is proven."]
    value: float | None
    least: float | None


@dataclass(frozen=True)
class Explanation(Answer):
    """Whether any portfolio keeps all wishes, and where none does, why not and what to do about it.

    `feasible` is None where the run had to stop before that was known. `conflict` are wishes that cannot hold
    together, `minimal` where it is proven that dropping any of them is enough, those outside not looked at.
    `repairs` are the cheapest changes that make everything feasible, at a `price`; no other costs the same
    where they are `complete`. `portfolio` keeps all wishes.
    """

    feasible: bool | None
    conflict: tuple[Handle, ...]
    minimal: bool
    price: Price
    repairs: tuple[Repair, ...]
    complete: bool
    portfolio: Portfolio | None

    @property
    def proven(self) -> bool:
        """Whether nothing is left open: minimal conflict, cheapest repair, or a portfolio that there is."""
        return self.feasible is True or (self.feasible is False and self.minimal and self.price.sign == "=")


def explain(
    study: Study,
    *,
    weights: Mapping[str, float] | None = None,
    most_repairs: int = MOST_REPAIRS,
    limits: SearchLimits | None = None,
    progress: Listener | None = None,
    cancel: Cancel | None = None,
) -> Explanation:
    """Why a study has no portfolio: a minimal conflict of its wishes, and its cheapest repairs.

    A repair costs Σ weight · |change| / max(|number|, 1) over the numbers it moves, and a weight for each row
    that it drops. `weights`, by the place of a wish such as `limits.budget` or `pairs row 3`, are 1 where
    they are not given; ∞ keeps a wish as it is. At most `most_repairs` at the least price are listed. Raises
    InputError for places that no wish has and weights that are not positive.
    """
    run = Run(limits, progress, cancel)
    asked, assessment = study.formulation, study.assessment
    wishes = asked.handles(assessment)
    prices = Prices(_weights(wishes, weights or {}))
    found, feasible = Feasibility(study, run).of(wishes)
    conflict: tuple[Handle, ...] = ()
    minimal, repairs = False, Repairs((), 0.0, complete=False)
    if feasible is not True:
        repairs = _repairs(study, prices, most_repairs, run.part(FOR_REPAIRS))
    if feasible is False:
        conflict, minimal = minimal_conflict(Feasibility(study, run), wishes)
        if not repairs.proven and not run.is_over:
            later = _repairs(study, prices, most_repairs, run)
            repairs = replace(later, bound=max(repairs.bound, later.bound))
    return Explanation(
        **about(study, run),
        feasible=feasible,
        conflict=conflict,
        minimal=minimal,
        price=Price("=", 0.0, 0.0) if feasible else _price(repairs),
        repairs=repairs.found,
        complete=repairs.complete,
        portfolio=None if found is None else found.portfolio(),
    )


def _repairs(study: Study, prices: Prices, most: int, run: Run) -> Repairs:
    """The cheapest repairs; the portfolios that were tried are kept."""
    pool = study.knowledge.pool
    search = RepairSearch(study.formulation, prices, study.assessment, run, tuple(pool))
    found = search.cheapest(most)
    for selection in search.known:
        pool.add(selection)
    return found


def _price(repairs: Repairs) -> Price:
    least = repairs.bound if math.isfinite(repairs.bound) else None
    if repairs.found:
        return Price("=" if repairs.proven else "≤", repairs.found[0].price, least)
    return Price("=" if least is None else "≤", None, least)


def _weights(wishes: Iterable[Handle], given: Mapping[str, float]) -> dict[Handle, float]:
    """The weights by wish; a place stands for all wishes there, also without its period or column."""
    defects, weights = [], {}
    by_place: dict[str, list[Handle]] = {}
    for wish in wishes:
        for place in dict.fromkeys([wish.place, wish.place.partition(",")[0]]):
            by_place.setdefault(place, []).append(wish)
    for place, weight in given.items():
        if place not in by_place:
            one = next(iter(by_place), "limits.budget")
            remedy = f"the place of a wish, such as {one}{nearest(place, by_place)}"
            defects.append(Defect("weights", remedy, value=place))
        elif not weight > 0:
            defects.append(Defect("weights", "a number above 0, or inf", column=place, value=weight))
        weights.update(dict.fromkeys(by_place.get(place, ()), weight))
    if defects:
        raise InputError(defects)
    return weights
