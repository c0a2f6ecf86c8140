"""Charts of lines as self-contained SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from solver.bench.axes import Axis
from solver.bench.curves import Curve

WIDTH, HEIGHT = 860, 480
LEFT, RIGHT, TOP, BOTTOM = 100, 220, 58, 64
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
LINE_HEIGHT = 22
# Okabe & Ito (2008): told apart by colour-blind readers; without their yellow, which is too pale for lines.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("", "7 3", "2 3")
STYLE = "font-family: system-ui, sans-serif; font-size: 13px; fill: #222"


def chart(title: str, subtitle: str, x: Axis, y: Axis, curves: Sequence[Curve]) -> str:
    """A chart of stepped curves with axes, grid and legend."""
    parts = [
        *_frame(title, subtitle),
        *_horizontal_grid(y),
        *_vertical_grid(x),
        *(_line(curve, number, x, y) for number, curve in enumerate(curves)),
        *_legend(curves),
    ]
    return "\n".join([*parts, "</svg>\n"])


def _frame(title: str, subtitle: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" style="{STYLE}">'
    )
    yield f"<title>{escape(title)}</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    yield _text(LEFT, 24, title, "start", 'font-size="17" font-weight="600"')
    yield _text(LEFT, 44, subtitle, "start", 'fill="#555"')


def _horizontal_grid(y: Axis) -> Iterator[str]:
    for tick in y.ticks:
        height = _height(y, tick)
        yield _rule(LEFT, height, LEFT + PLOT_WIDTH, height)
        yield _text(LEFT - 8, height + 4.5, y.written(tick), "end")
    middle = TOP + PLOT_HEIGHT / 2
    yield _text(20, middle, y.title, "middle", f'transform="rotate(-90 20 {middle:g})"')


def _vertical_grid(x: Axis) -> Iterator[str]:
    for tick in x.ticks:
        place = _place(x, tick)
        yield _rule(place, TOP, place, TOP + PLOT_HEIGHT)
        yield _text(place, TOP + PLOT_HEIGHT + 20, x.written(tick), "middle")
    yield _text(LEFT + PLOT_WIDTH / 2, HEIGHT - 18, x.title, "middle")


def _line(curve: Curve, number: int, x: Axis, y: Axis) -> str:
    """The curve as steps, carried on to the right end."""
    corners: list[str] = []
    height: float | None = None
    for across, up in curve.points:
        if height is not None:
            corners.append(f"{_place(x, across):.1f},{height:.1f}")
        height = _height(y, up)
        corners.append(f"{_place(x, across):.1f},{height:.1f}")
    if height is not None:
        corners.append(f"{LEFT + PLOT_WIDTH:.1f},{height:.1f}")
    points = " ".join(dict.fromkeys(corners))
    name = f"<title>{escape(curve.name)}</title>"
    return f'<polyline points="{points}" fill="none" {_stroke(number)}>{name}</polyline>'


def _legend(curves: Sequence[Curve]) -> Iterator[str]:
    left = LEFT + PLOT_WIDTH + 22
    for number, curve in enumerate(curves):
        height = TOP + 8 + number * LINE_HEIGHT
        yield f'<line x1="{left}" y1="{height}" x2="{left + 28}" y2="{height}" {_stroke(number)}/>'
        yield _text(left + 36, height + 4.5, curve.name, "start")


def _stroke(number: int) -> str:
    dash = DASHES[number // len(COLOURS) % len(DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'stroke="{COLOURS[number % len(COLOURS)]}" stroke-width="2"{dashed}'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _text(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(text)}</text>'


def _place(x: Axis, number: float) -> float:
    return LEFT + PLOT_WIDTH * x.share(number)


def _height(y: Axis, number: float) -> float:
    return TOP + PLOT_HEIGHT * (1 - y.share(number))
