"""Splitting a benefit, ours beside the peers: `python -m benchmarks.allocation`.

One run on one thread prints all tables. Times are medians, in seconds of the processor, so that other work
on the machine counts little. `pip install -e ".[benchmarks]"` brings the peers; those that are not installed
are named. Tasks run in forked processes, so POSIX only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.splitting.exact import nucleolus_table, per_capita_table, shapley_table
from benchmarks.splitting.measuring import with_one_thread
from benchmarks.splitting.portfolio import portfolio_table, separation_table
from benchmarks.splitting.report import Table
from benchmarks.splitting.sampled import sampling_table


@dataclass(frozen=True)
class Plan:
    """How large the tables are."""

    shapley: tuple[int, ...] = tuple(range(10, 30, 2))
    nucleolus: tuple[int, ...] = (5, 8, 10, 12, 15, 18, 20, 22, 24, 26, 28)
    per_capita: tuple[int, ...] = (10, 14, 18)
    partners: tuple[int, ...] = (20, 22, 24)
    sampled: int = 20
    evaluations: tuple[int, ...] = (300, 1_000, 3_000, 10_000)
    seeds: int = 20
    separated: tuple[tuple[int, float], ...] = ((20, 30.0), (50, 30.0), (100, 300.0))
    """Players and the seconds they are given."""
    cap: float = 120.0


QUICK = Plan(
    shapley=(10, 14),
    nucleolus=(5, 10, 14),
    per_capita=(10,),
    partners=(10, 14),
    sampled=12,
    evaluations=(300, 1_000),
    seeds=3,
    separated=((10, 10.0),),
    cap=10.0,
)

TABLES: Mapping[int, Callable[[Plan], Table]] = {
    1: lambda plan: shapley_table(plan.shapley, plan.cap),
    2: lambda plan: nucleolus_table(plan.nucleolus, plan.cap),
    3: lambda plan: per_capita_table(plan.per_capita, plan.cap),
    4: lambda plan: portfolio_table(plan.partners, plan.cap),
    5: lambda plan: sampling_table(plan.sampled, plan.evaluations, plan.seeds),
    6: lambda plan: separation_table(plan.separated),
}


def main() -> None:
    """Print the tables that were asked for, and each row, as soon as it is there, on standard error."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tables", type=_numbers, default=tuple(TABLES), metavar="1,2", help="only these")
    parser.add_argument("--quick", action="store_true", help="few and small games")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    wanted = parser.parse_args()
    made: list[Table] = []
    for table in tables(wanted.tables, QUICK if wanted.quick else Plan()):
        made.append(table.followed(lambda row: print(row, file=sys.stderr)))
        print(f"{made[-1].in_markdown()}\n", flush=True)
    if wanted.json is not None:
        figures = json.dumps([table.to_dict() for table in made], indent=1)
        wanted.json.write_text(f"{figures}\n", encoding="utf-8")


def tables(numbers: tuple[int, ...], plan: Plan) -> Iterator[Table]:
    """The tables with these numbers, whose rows are made when they are asked for."""
    for number in numbers:
        yield TABLES[number](plan)


def _numbers(given: str) -> tuple[int, ...]:
    numbers = tuple(map(int, given.split(",")))
    if not set(numbers) <= set(TABLES):
        raise argparse.ArgumentTypeError(f"there are the tables {', '.join(map(str, TABLES))}")
    return numbers


if __name__ == "__main__":
    with_one_thread("benchmarks.allocation")
    main()
