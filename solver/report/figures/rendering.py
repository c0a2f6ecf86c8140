"""Figures as files: SVG and PNG by vl-convert, which is called in a process of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Literal

from solver.errors import BackendError, MissingBackendError
from solver.jobs import Call, End, endings
from solver.report.blocks import Figure
from solver.report.figures.drawing import Theme, specification

Picture = Literal["svg", "png"]

VEGA_LITE = "5.20"
SECONDS = 120.0
"""More than any picture takes; a renderer that hangs is killed."""
REMEDY = "vl-convert is not installed: pip install 'partnerfolio[report]'; a figure as JSON does not need it"


SHARP = 2.0
"""Pixels of a picture for each of the page, where it is printed or looked at closely."""


def pictures_for_a_page(figures: Sequence[Figure]) -> tuple[list[bytes], float]:
    """The figures as PNG for a page of a workbook, and how many pixels of each are one of the page."""
    return (rendered(figures, "png", scale=SHARP) if figures else []), SHARP


def can_draw() -> bool:
    """Whether what draws pictures is installed."""
    return find_spec("vl_convert") is not None


def rendered(
    figures: Sequence[Figure],
    kind: Picture = "svg",
    theme: Theme = "light",
    pixels: int | None = None,
    scale: float = 1.0,
) -> list[bytes]:
    """The figures as SVG or PNG, `pixels` wide where that is asked for; else PNG are `scale` times as large.

    Raises MissingBackendError where vl-convert is not installed, BackendError where it fails.
    """
    if not can_draw():
        raise MissingBackendError(REMEDY)
    specifications = [json.dumps(specification(figure, theme), allow_nan=False) for figure in figures]
    call = Call(_drawn, (specifications, kind, pixels, scale), SECONDS)
    ((_, ending),) = endings([("figures", call)])
    if ending.end is not End.returned:
        raise BackendError(f"the pictures could not be drawn: {ending.message}")
    pictures: list[bytes] = ending.value
    return pictures


def _drawn(specifications: Sequence[str], kind: Picture, pixels: int | None, scale: float) -> list[bytes]:
    return [_picture(one, kind, pixels, scale) for one in specifications]


def _picture(specification: str, kind: Picture, pixels: int | None, scale: float) -> bytes:
    import vl_convert

    svg = vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE, allowed_base_urls=[])
    width = float(re.search(r'width="([\d.]+)"', svg)[1])  # type: ignore[index]
    if kind == "png":
        return bytes(vl_convert.svg_to_png(svg, scale=pixels / width if pixels else scale))
    return (svg if pixels is None else _as_wide_as(svg, pixels)).encode()


def _as_wide_as(svg: str, pixels: int) -> str:
    """The same picture, shown so many pixels wide."""
    width, height = map(float, re.search(r'width="([\d.]+)" height="([\d.]+)"', svg).groups())  # type: ignore[union-attr]
    sized = f'width="{pixels}" height="{pixels * height / width:g}"'
    return re.sub(r'width="[\d.]+" height="[\d.]+"', sized, svg, count=1)
