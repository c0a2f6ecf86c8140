"""Scores of strategies that met on the same instances."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from solver.answers.watching import Event
from solver.bench.standings import Contest, Entry
from solver.bench.tasks import FAILED

SHIFT = 1.0
PENALTY = 10.0
REACHED = 1e-4
TARGET = 0.01
EQUAL = 1e-6
LONG = 1.0


@dataclass(frozen=True)
class Score:
    """What one strategy reached over all its rows; None where there is nothing to take a mean of.

    Gaps are to the best known value, a row without a portfolio counts as 1. `seconds` and `to_target` are
    geometric means shifted by one second; a row that never came within 1 % counts with its limit in
    `to_target`, and makes it a lower bound (`cut` says how many). `par10` counts rows that ended further than
    0.01 % from the best known value as ten times their limit. `wins` are the rows in which nobody was
    better, and nobody as good was quicker to come within 1 %. `build_share` is the largest share of its time
    that a row of more than a second spent on building its program.
    """

    contestant: str
    rows: int
    found: int
    proven: int
    best: int
    wins: int
    failed: int
    mean_gap: float | None
    worst_gap: float | None
    seconds: float | None
    par10: float | None
    to_target: float | None
    cut: int
    build_share: float | None
    megabytes: float | None


def scores(contest: Contest) -> list[Score]:
    """A score for each contestant, in the order in which they entered."""
    return [_score(contest, contestant) for contestant in contest.contestants]


def gap_to(best: float, objective: float | None) -> float:
    """How far an objective stays behind the best known value, relative to it; 1 where there is none.

    It is cut at 1: a portfolio is not worse than none.
    """
    if objective is None:
        return 1.0
    behind = best - objective
    return 0.0 if behind <= 1e-9 else min(1.0, behind / abs(best)) if best else 1.0


def shifted_geometric_mean(numbers: Sequence[float], shift: float = SHIFT) -> float | None:
    """exp(mean(log(t + shift))) − shift: neither the longest nor the shortest rows rule it."""
    if not numbers:
        return None
    return math.exp(sum(math.log(number + shift) for number in numbers) / len(numbers)) - shift


def seconds_to(events: Iterable[Event], best: float, target: float = TARGET) -> float | None:
    """When the value first came as near to the best known as the target; None where it never did."""
    for event in events:
        if event.incumbent is not None and gap_to(best, event.incumbent) <= target:
            return event.seconds
    return None


def _score(contest: Contest, contestant: str) -> Score:
    entries = contest.entries_of(contestant)
    gaps = [gap_to(contest.best[entry.instance], entry.measurement.objective) for entry in entries]
    times = {entry: _time_to_target(contest, entry) for entry in entries}
    memory = [entry.measurement.megabytes for entry in entries if entry.measurement.megabytes is not None]
    return Score(
        contestant=contestant,
        rows=len(entries),
        found=sum(entry.measurement.objective is not None for entry in entries),
        proven=sum(entry.measurement.termination in ("optimal", "gap_reached") for entry in entries),
        best=sum(gap <= EQUAL for gap in gaps),
        wins=sum(_wins(contest, entry) for entry in entries),
        failed=sum(entry.measurement.termination in FAILED for entry in entries),
        mean_gap=sum(gaps) / len(gaps) if gaps else None,
        worst_gap=max(gaps, default=None),
        seconds=shifted_geometric_mean([entry.seconds for entry in entries]),
        par10=_mean([_penalised(entry, gap) for entry, gap in zip(entries, gaps, strict=True)]),
        to_target=shifted_geometric_mean(
            [entry.limit if time is None else time for entry, time in times.items()]
        ),
        cut=sum(time is None for time in times.values()),
        build_share=max(_build_shares(entries), default=None),
        megabytes=max(memory, default=None),
    )


def _build_shares(entries: Iterable[Entry]) -> Iterator[float]:
    for entry in entries:
        build = entry.measurement.build_seconds
        if build is not None and entry.seconds > LONG:
            yield build / entry.seconds


def _penalised(entry: Entry, gap: float) -> float:
    return entry.seconds if gap <= REACHED else PENALTY * entry.limit


def _time_to_target(contest: Contest, entry: Entry) -> float | None:
    return seconds_to(entry.measurement.events, contest.best[entry.instance])


def _wins(contest: Contest, entry: Entry) -> bool:
    mine = _rank(contest, entry)
    return mine[0] < 1.0 and all(mine <= _rank(contest, rival) for rival in contest.rivals_of(entry))


def _rank(contest: Contest, entry: Entry) -> tuple[float, float]:
    """Lower is better: the gap, told apart only beyond 1e-6, then the seconds to come within 1 %."""
    gap = gap_to(contest.best[entry.instance], entry.measurement.objective)
    time = _time_to_target(contest, entry)
    return EQUAL * round(gap / EQUAL), math.inf if time is None else time


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
