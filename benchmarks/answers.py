"""What the answers of a study cost, against solving anew for everything that they ask.

    python -m benchmarks.answers [INSTANCE ...] [--draws N] [--only NAME ...] [--workers N] [--seconds S]

Processor seconds of this process and its workers; a row for each answer: how many portfolios it asks about,
the seconds it took, those of solving each anew as estimated from N of them, drawn with a seed, and the ratio.
Fresh solves leave out the split. `open` counts what was left without a proof, within S seconds where they are
given. Where nothing is uncertain, the frontier draws RISK's scenarios.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import solver as pf
from solver.portfolio.criteria import criteria

ROOT = Path(__file__).resolve().parent.parent / "instances"
SEED = 14
WITHIN = (0.005, 0.01, 0.02)
POINTS, NUMBERS = 20, 20
RISK = ("risk.scenarios=500", "risk.measure=cvar", "risk.level=0.9")
CRITERIA = ("value", "risk")

Fresh = Callable[[], Any]
"""One of the solves that an answer stands for."""


@dataclass(frozen=True)
class Asked:
    """An answer of a study, the fresh solves it stands for, and how much of it has no proof."""

    answer: Callable[..., Any]
    fresh: Callable[[pf.Instance, Any], Sequence[Fresh]]
    left_open: Callable[[Any], int]
    risky: bool = False


def _solve(instance: pf.Instance, formulation: pf.Formulation | None = None, **locks: Any) -> pf.Result:
    return pf.solve(instance, formulation, split=False, **locks)


def _entering(instance: pf.Instance, answer: Any) -> list[Fresh]:
    return [partial(_solve, instance, include=[reason.id]) for reason in answer.reasons]


def _otherwise(instance: pf.Instance, answer: Any) -> list[Fresh]:
    """One solve for each element, which decides every tolerance: with it where it is out, without it else."""
    chosen = {row.id for row in (*answer.portfolio.partners, *answer.portfolio.applications)}
    ids = [row.id for row in (*instance.partners, *instance.applications)]
    return [partial(_solve, instance, **{"exclude" if id_ in chosen else "include": [id_]}) for id_ in ids]


def _limited(instance: pf.Instance, answer: Any) -> list[Fresh]:
    """One solve for each point, with its risk as the limit."""
    own = pf.Formulation.of(instance)
    risk = criteria(CRITERIA, own, instance)[1]
    limits = [risk.at_least(-point.amounts["risk"]) for point in answer.points]
    return [partial(_solve, instance, replace(own, subject_to=(*own.subject_to, *limit))) for limit in limits]


def _moved(instance: pf.Instance, answer: Any) -> list[Fresh]:
    sides = [(bar.key, side) for bar in answer.bars for side in (bar.lower, bar.higher) if side is not None]
    return [partial(_solve_with, instance, f"{key}={side.number!r}") for key, side in sides]


def _solve_with(instance: pf.Instance, assignment: str) -> pf.Result:
    return _solve(instance.with_(assignment))


ANSWERS: Mapping[str, Asked] = MappingProxyType(
    {
        "why": Asked(
            pf.why,
            _entering,
            lambda found: sum(not one.amount.proven and one.possible is not False for one in found.reasons),
        ),
        "classes": Asked(
            partial(pf.classes, within=WITHIN),
            _otherwise,
            lambda found: sum(one.belongs == "not known" for one in found.members),
        ),
        "frontier": Asked(
            partial(pf.frontier, names=CRITERIA, points=POINTS),
            _limited,
            lambda found: sum(not point.proven for point in found.points),
            risky=True,
        ),
        "tornado": Asked(
            partial(pf.sensitivity, most=NUMBERS),
            _moved,
            lambda found: sum(
                not side.value.proven and side.choice != "impossible"
                for bar in found.bars
                for side in (bar.lower, bar.higher)
                if side is not None
            ),
        ),
    }
)


def spent_so_far() -> float:
    """Processor seconds of this process and of those that it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measured(
    name: str, asked: Asked, instance: pf.Instance, draws: int, workers: int, seconds: float | None
) -> str:
    """The row of an answer."""
    if asked.risky and instance.risk is None:
        instance = instance.with_(*RISK)
    began, clock = spent_so_far(), time.monotonic()
    answer = asked.answer(pf.Study(instance), workers=workers, limits=pf.SearchLimits(seconds))
    spent, waited = spent_so_far() - began, time.monotonic() - clock
    fresh = asked.fresh(instance, answer)
    drawn = random.Random(SEED).sample(fresh, min(draws, len(fresh)))
    began = time.process_time()
    for solve in drawn:
        solve()
    anew = (time.process_time() - began) * len(fresh) / max(1, len(drawn))
    left = asked.left_open(answer)
    ratio = anew / spent
    return f"{name:10}{len(fresh):9}{spent:10.1f}{waited:10.1f}{anew:10.1f}{ratio:8.1f}{left:7}"


def main() -> None:
    """Print a table for each instance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("instances", nargs="*", default=["ecosystem"])
    parser.add_argument("--draws", type=int, default=10)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", nargs="*", choices=ANSWERS, default=list(ANSWERS))
    given = parser.parse_args()
    for path in given.instances:
        instance = pf.read(ROOT / path)
        heads = ("solves", "answer s", "wall s", "anew s")
        print(f"{path:10}{heads[0]:>9}{''.join(f'{head:>10}' for head in heads[1:])}{'ratio':>8}{'open':>7}")
        for name in given.only:
            print(
                measured(name, ANSWERS[name], instance, given.draws, given.workers, given.seconds), flush=True
            )


if __name__ == "__main__":
    main()
