"""The plots of a comparison, written as SVG files that need nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from solver.bench.axes import Axis
from solver.bench.curves import Curve, gaps_over_time, profiles
from solver.bench.scores import TARGET
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.bench.svg import chart
from solver.errors import InputError
from solver.instance.atomic import write_text
from solver.instance.defects import Defect

SMALLEST_GAP = 1e-5
SMALLEST_TIME = 0.01


def draw(rows: Sequence[Row], folder: Path, known: Mapping[str, float] | None = None) -> list[Path]:
    """Write profile.svg and gaps.svg into a folder, which is made where there is none; say which files.

    They show what every contestant was run on, if there is anything. Raises InputError where no row was run,
    or the folder cannot be written.
    """
    whole = Contest.of(rows, known)
    if not whole.rows:
        raise InputError([Defect("plots", "at least one row that was run")])
    contest = whole.common if whole.common.rows else whole
    charts = {"profile.svg": profile_chart(contest), "gaps.svg": gap_chart(contest)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in charts.items():
            write_text(folder / name, text)
    except OSError as error:
        raise InputError([Defect(str(folder), f"a folder to write to ({error.strerror})")]) from None
    return [folder / name for name in charts]


def profile_chart(contest: Contest) -> str:
    """How often each strategy was how many times slower than the quickest."""
    curves = profiles(contest)
    slowest = max((x for curve in curves for x, _ in curve.points), default=1.0)
    return chart(
        "Performance profile",
        f"share of rows within {TARGET:.0%} of the best known value; {_extent(contest)}",
        Axis("seconds, as a multiple of the quickest strategy's", 1.0, max(10.0, 1.2 * slowest), True),
        Axis("share of rows", 0.0, 1.0, written="{:.0%}".format),
        curves,
    )


def gap_chart(contest: Contest) -> str:
    """How near each strategy has come to the best known value as time passes."""
    curves = gaps_over_time(contest)
    earliest = min((curve.points[0][0] for curve in curves if curve.points), default=SMALLEST_TIME)
    first = max(SMALLEST_TIME, 10.0 ** math.floor(math.log10(max(SMALLEST_TIME, earliest))))
    longest = max(entry.limit for entry in contest.entries)
    return chart(
        "Gap over time",
        f"mean over {_extent(contest)}; no portfolio yet counts as 100 %",
        Axis("seconds", first, max(10.0 * first, longest), True),
        Axis("mean gap to the best known value", SMALLEST_GAP, 1.0, True, written=_gap),
        [Curve(curve.name, ((first, 1.0), *curve.points)) for curve in curves],
    )


def _gap(share: float) -> str:
    return f"{'≤ ' if share <= SMALLEST_GAP * 1.001 else ''}{100 * share:.6g} %"


def _extent(contest: Contest) -> str:
    return f"{len(contest.instances)} instances, {len(contest.entries)} rows"
