"""What a study saves: budgets, locks and risk limits of shipped instances, against solving each anew.

    python -m benchmarks.variants [INSTANCE ...] [--every N]

Processor seconds of one process, a table per instance: how many variants, how many took a search, the
seconds of the study and of fresh solves, their ratio. Fresh solves leave out the split. With `--every N`
only each N-th variant is solved anew, and the sum is scaled: what a study is asked stays the same.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import solver as pf
from solver.portfolio.rules import Budget, RiskLimit, Rule

ROOT = Path(__file__).resolve().parent.parent / "instances"
SHARES = tuple(1.2 - 0.5 * step / 19 for step in range(20))
"""Of the budget, the loosest first: what is proven of it bounds the others."""
STEPS = tuple(0.5 - step / 10 for step in range(10))
"""Of the size of the risk limit, added to it."""
SAME = 3e-6

Question = Callable[[pf.Study], pf.Study]


@dataclass(frozen=True)
class Row:
    """The figures of one instance; seconds are the processor's."""

    instance: str
    variants: int
    searched: int
    study: float
    anew: float
    different: int

    def __str__(self) -> str:
        ratio = self.anew / self.study
        return (
            f"{self.instance:15}{self.variants:9}{self.searched:9}{self.study:9.2f}{self.anew:9.2f}"
            f"{ratio:8.1f}{self.different:11}"
        )


def questions(instance: pf.Instance) -> Iterator[Question]:
    """All single locks in and out, twenty budgets, ten limits on risk."""
    for row in (*instance.partners, *instance.applications):
        yield partial(_locked, (row.id,), ())
        yield partial(_locked, (), (row.id,))
    for rule in pf.Formulation.of(instance).subject_to:
        match rule:
            case Budget(limit):
                yield from (partial(_limited, replace(rule, limit=share * limit)) for share in SHARES)
            case RiskLimit(_, limit):
                moved = (limit + step * abs(limit) for step in STEPS)
                yield from (partial(_limited, replace(rule, limit=to)) for to in moved)


def _locked(include: tuple[str, ...], exclude: tuple[str, ...], study: pf.Study) -> pf.Study:
    return study.locked(include, exclude)


def _limited(rule: Rule, study: pf.Study) -> pf.Study:
    return study.limited(rule)


def measured(name: str, every: int) -> Row:
    """One instance: everything asked of one study, and of fresh solves."""
    instance = pf.read(ROOT / name)
    asked = list(questions(instance))
    began = time.process_time()
    study = pf.Study(instance)
    study.best()
    found = [ask(study).best() for ask in asked]
    spent, anew, different = time.process_time() - began, 0.0, 0
    sample = list(range(0, len(asked), every))
    for number in sample:
        began = time.process_time()
        fresh = pf.solve(instance, asked[number](study).formulation, split=False)
        anew += time.process_time() - began
        different += not _same(found[number].objective, fresh.objective)
    searched = sum(one.searched for one in found)
    return Row(name, len(asked), searched, spent, anew * len(asked) / len(sample), different)


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))


def main() -> None:
    """Print a row for each instance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("instances", nargs="*", default=["first", "healthcare", "finance", "manufacturing"])
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    heads = ("variants", "searched", "study s", "anew s")
    print(f"{'instance':15}{''.join(f'{head:>9}' for head in heads)}{'ratio':>8}{'different':>11}")
    for name in given.instances:
        print(measured(name, given.every), flush=True)


if __name__ == "__main__":
    main()
