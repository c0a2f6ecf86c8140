"""Why no portfolio exists: wishes that contradict each other, and the cheapest changes that mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from solver.answers.conflict import Feasibility, minimal_conflict
from solver.answers.repair import Repair, Repairs, RepairSearch
from solver.errors import InputError, StoppedError
from solver.instance.defects import Defect, nearest
from solver.portfolio.portfolio import Portfolio
from solver.portfolio.repair import Prices
from solver.portfolio.rules import Handle
from solver.run import Cancel, Listener, Run, SearchLimits
from solver.study.study import Study

MOST_REPAIRS = 5
FOR_REPAIRS = 0.5
"""The share of the time that is left for repairs; the portfolios that they try answer for many conflicts."""


@dataclass(frozen=True)
class Explanation:
    """Whether any portfolio keeps all wishes, and where none does, why not and what to do about it.

    `feasible` is None where the run had to stop before that was known. `conflict` are wishes that cannot hold
    together, `minimal` where it is proven that dropping any of them is enough, those outside not looked at.
    `repairs` are the cheapest changes that make everything feasible. `portfolio` keeps all wishes.
    """

    feasible: bool | None
    conflict: tuple[Handle, ...]
    minimal: bool
    repairs: Repairs
    portfolio: Portfolio | None
    seconds: float
    instance: Mapping[str, Any]
    formulation: Mapping[str, Any]

    @property
    def repair(self) -> Repair | None:
        """The cheapest repair that was found."""
        return self.repairs.found[0] if self.repairs.found else None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; amounts carry how they are proven: `=`, or `≤` and `≥`."""
        return {
            "instance": dict(self.instance),
            "formulation": dict(self.formulation),
            "feasible": self.feasible,
            "conflict": [
                {"place": wish.place, "about": wish.about, "wish": wish.words} for wish in self.conflict
            ],
            "minimal": self.minimal,
            "price": {
                "sign": "=" if self.repairs.proven else "≤",
                "value": None if self.repair is None else self.repair.price,
                "at_least": self.repairs.bound if math.isfinite(self.repairs.bound) else None,
            },
            "repairs": [repair.to_dict() for repair in self.repairs.found],
            "all_repairs": self.repairs.complete,
            "portfolio": None if self.portfolio is None else self.portfolio.to_dict(),
            "seconds": self.seconds,
        }


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
        search = RepairSearch(asked, prices, assessment, run.part(FOR_REPAIRS), study.knowledge.pool)
        with suppress(StoppedError):
            repairs = search.cheapest(most_repairs)
        for selection in search.known:
            study.knowledge.pool.add(selection)
    if feasible is False:
        conflict, minimal = minimal_conflict(Feasibility(study, run), wishes)
    return Explanation(
        feasible,
        conflict,
        minimal,
        repairs,
        None if found is None else found.portfolio(),
        run.elapsed,
        {"name": study.instance.name, "fingerprint": study.instance.fingerprint},
        asked.to_dict(assessment),
    )


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
