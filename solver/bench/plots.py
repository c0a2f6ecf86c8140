"""The pictures of a comparison: performance profiles, and gaps as time passes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from solver.bench.curves import Curve, gaps_over_time, profiles
from solver.bench.scores import TARGET
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.errors import InputError
from solver.instance.atomic import write_bytes
from solver.instance.defects import Defect
from solver.report.amounts import counted, percent
from solver.report.blocks import Figure
from solver.report.figures.drawing import WIDTH, View, amount
from solver.report.figures.files import picture_files
from solver.report.figures.lettering import names_of
from solver.report.figures.rendering import can_draw

SMALLEST_GAP = 1e-5
SMALLEST_TIME = 0.01


def draw(
    rows: Sequence[Row], folder: Path, known: Mapping[str, float] | None = None, ending: str = ""
) -> list[Path]:
    """Write profile and gaps into a folder, which is made where there is none; say which files.

    They are SVG, or their specifications as JSON where vl-convert is not installed. They show what every
    contestant was run on, if there is anything. Raises InputError where no row was run, or the folder cannot
    be written.
    """
    whole = Contest.of(rows, known)
    if not whole.rows:
        raise InputError([Defect("plots", "at least one row that was run")])
    contest = whole.common if whole.common.rows else whole
    ending = ending or (".svg" if can_draw() else ".json")
    figures = [profile(contest), gaps(contest)]
    paths = [folder / f"{figure.kind}{ending}" for figure in figures]
    contents = picture_files(figures, ending)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, contents, strict=True):
            write_bytes(path, content)
    except OSError as error:
        raise InputError([Defect(str(folder), f"a folder to write to ({error.strerror})")]) from None
    return paths


def profile(contest: Contest) -> Figure:
    """How often each strategy was how many times slower than the quickest."""
    curves = profiles(contest)
    slowest = max(10.0, 1.2 * max((x for curve in curves for x, _ in curve.points), default=1.0))
    best = max(curves, key=lambda curve: curve.points[-1][1])
    share = percent(round(best.points[-1][1], 2))
    return Figure(
        "profile",
        f"{best.name} comes within {TARGET:.0%} of the best known value on {share} of rows",
        f"How many rows each brought so near in how many times the quickest's seconds; {_extent(contest)}.",
        {"curves": list(_points(curves, 1.0, slowest))},
        _view(
            _logarithmic("x", "seconds, as a multiple of the quickest's", 1.0, slowest),
            amount("y", "share of rows", scale={"domain": [0, 1]}, axis={"format": "~%"}),
        ),
    )


def gaps(contest: Contest) -> Figure:
    """How near each strategy has come to the best known value as time passes."""
    curves = gaps_over_time(contest)
    earliest = min((curve.points[0][0] for curve in curves if curve.points), default=SMALLEST_TIME)
    first = max(SMALLEST_TIME, 10.0 ** math.floor(math.log10(max(SMALLEST_TIME, earliest))))
    last = max(10.0 * first, *(entry.limit for entry in contest.entries))
    drawn = [
        Curve(curve.name, ((first, 1.0), *((x, max(y, SMALLEST_GAP)) for x, y in curve.points)))
        for curve in curves
    ]
    best = min(drawn, key=lambda curve: curve.points[-1][1])
    left = best.points[-1][1]
    nearest = "at the best known value" if left <= SMALLEST_GAP else f"{percent(left)} off it"
    return Figure(
        "gaps",
        f"{best.name} ends nearest to the best known value: {nearest}",
        f"Mean over {_extent(contest)}; no portfolio yet counts as 100 %, less than "
        f"{percent(SMALLEST_GAP)} as {percent(SMALLEST_GAP)}.",
        {"curves": list(_points(drawn, first, last))},
        _view(
            _logarithmic("x", "seconds", first, last),
            _logarithmic("y", "mean gap to the best known value", SMALLEST_GAP, 1.0, format="~%"),
        ),
    )


def _points(curves: Sequence[Curve], first: float, last: float) -> Iterator[dict[str, Any]]:
    """The corners of every curve within the picture, each carried on to its right end."""
    names = names_of([curve.name for curve in curves], {})
    for curve in curves:
        ends = (last, curve.points[-1][1])
        for x, y in (*curve.points, ends):
            yield {"strategy": names[curve.name], "x": min(max(x, first), last), "y": y}


def _logarithmic(field: str, title: str, least: float, most: float, **axis: Any) -> View:
    """An axis of powers of ten; where there are few, of twice and five times them too."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    digits = (1, 2, 5) if len(powers) < 4 else (1,)
    ticks = [digit * 10.0**power for power in powers for digit in digits]
    within = [tick for tick in ticks if least * 0.999 <= tick <= most * 1.001]
    scale = {"type": "log", "domain": [least, most], "nice": False}
    return amount(field, title, scale=scale, axis={"values": within, "format": "~g", **axis})


def _view(x: View, y: View) -> View:
    """Lines by strategy: five dashes by three colours are fifteen that can be told apart."""
    series: View = {"field": "strategy", "type": "nominal", "sort": None}
    dashes = [[1, 0], [7, 3], [2, 3], [12, 3, 2, 3], [14, 5]]
    legend = {"title": None, "symbolType": "stroke", "symbolSize": 500, "columns": 3}
    return {
        "width": WIDTH,
        "height": 380,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": "curves"},
        "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2, "clip": True},
        "encoding": {
            "x": x,
            "y": y,
            "color": {**series, "scale": {"range": ["@strong", "@accent", "@quiet"]}, "legend": legend},
            "strokeDash": {**series, "scale": {"range": dashes}},
        },
    }


def _extent(contest: Contest) -> str:
    return f"{counted(len(contest.instances), 'instance')}, {counted(len(contest.entries), 'row')}"
