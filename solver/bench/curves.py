"""What plots show, as points: performance profiles and mean gaps over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solver.bench.scores import TARGET, gap_to, seconds_to
from solver.bench.standings import Contest, Entry

QUICKEST = 0.1


@dataclass(frozen=True)
class Curve:
    """A named line that keeps each value until the next point, (x, y) ascending in x."""

    name: str
    points: tuple[tuple[float, float], ...]


def profiles(contest: Contest, target: float = TARGET) -> list[Curve]:
    """For each contestant, the share of rows brought to the target within τ times the quickest one's seconds.

    Dolan & Moré (2002). Seconds below a tenth count as a tenth: nobody waits for them.
    """
    quickest = {
        place: min(times) for place in _places(contest) if (times := _times_at(contest, place, target))
    }
    return [_profile(contest, contestant, quickest, target) for contestant in contest.contestants]


def gaps_over_time(contest: Contest) -> list[Curve]:
    """For each contestant, the mean over its rows of the gap to the best value known, as seconds pass."""
    return [
        Curve(contestant, tuple(_mean_gaps(contest, contest.entries_of(contestant))))
        for contestant in contest.contestants
    ]


def _profile(
    contest: Contest, contestant: str, quickest: dict[tuple[str, int], float], target: float
) -> Curve:
    entries = contest.entries_of(contestant)
    times = [(entry, _time(contest, entry, target)) for entry in entries]
    ratios = sorted(time / quickest[entry.instance, entry.seed] for entry, time in times if time is not None)
    points = [(ratio, rank / len(entries)) for rank, ratio in enumerate(ratios, start=1)]
    return Curve(contestant, ((1.0, 0.0), *points))


def _mean_gaps(contest: Contest, entries: Sequence[Entry]) -> Iterable[tuple[float, float]]:
    """Every event of any row changes the mean; a row without a portfolio yet counts as 1."""
    changes = sorted(
        (event.seconds, number, gap_to(contest.best[entry.instance], event.incumbent))
        for number, entry in enumerate(entries)
        for event in entry.measurement.events
    )
    gaps = [1.0] * len(entries)
    total = float(len(entries))
    for seconds, number, gap in changes:
        gap = min(gap, gaps[number])
        total += gap - gaps[number]
        gaps[number] = gap
        yield seconds, max(0.0, total) / len(entries)


def _places(contest: Contest) -> list[tuple[str, int]]:
    return list(dict.fromkeys((entry.instance, entry.seed) for entry in contest.entries))


def _times_at(contest: Contest, place: tuple[str, int], target: float) -> list[float]:
    here = (entry for entry in contest.entries if (entry.instance, entry.seed) == place)
    return [time for entry in here if (time := _time(contest, entry, target)) is not None]


def _time(contest: Contest, entry: Entry, target: float) -> float | None:
    time = seconds_to(entry.measurement.events, contest.best[entry.instance], target)
    return None if time is None else max(QUICKEST, time)
