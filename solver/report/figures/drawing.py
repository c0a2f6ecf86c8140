"""From a figure to a Vega-Lite specification: its data, its title, and the colours of a theme."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from solver.report.blocks import Figure
from solver.report.figures.lettering import legible, title_lines, words_lines

Theme = Literal["light", "dark", "grey", "page"]
View = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
WIDTH = 760
"""Pixels that a picture is wide, names and axes included."""
ROW = 20
"""Pixels for each name in a list."""
NUMBER = ",f"
"""How axes write numbers: thousands apart, as many decimals as tell ticks apart."""
INK: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # Blue and orange of different lightness: told apart by colour-blind readers, and in grey.
        "light": {
            "paper": "#ffffff",
            "ink": "#1f2328",
            "quiet": "#57606a",
            "grid": "#d8dee4",
            "strong": "#0b5394",
            "accent": "#e07b00",
            "soft": "#a9c4de",
        },
        "dark": {
            "paper": "#15191e",
            "ink": "#e6edf3",
            "quiet": "#a9b4c0",
            "grid": "#39424d",
            "strong": "#79b8ff",
            "accent": "#f0883e",
            "soft": "#34516e",
        },
        "grey": {
            "paper": "#ffffff",
            "ink": "#000000",
            "quiet": "#4d4d4d",
            "grid": "#d9d9d9",
            "strong": "#333333",
            "accent": "#8c8c8c",
            "soft": "#c4c4c4",
        },
    }
)
# For a page that has both: the page says what each variable is.
PAGE: Mapping[str, str] = MappingProxyType({name: f"var(--{name})" for name in INK["light"]})


def specification(figure: Figure, theme: Theme = "light") -> View:
    """The whole Vega-Lite specification of a figure; its data are as they were.

    On a page the title stands above the picture, which has the page's own colours.
    """
    colours = PAGE if theme == "page" else INK[theme]
    title = {"text": title_lines(figure.title), "subtitle": words_lines(figure.words)}
    view: View = _coloured(dict(figure.view), colours)
    return {
        "$schema": SCHEMA,
        "description": legible(f"{figure.title}. {figure.words}"),
        **({} if theme == "page" else {"title": title}),
        "datasets": {name: [dict(row) for row in rows] for name, rows in figure.data.items()},
        **view,
        "config": _coloured(CONFIG, colours),
    }


def _coloured(part: Any, colours: Mapping[str, str]) -> Any:
    """The same with every name of a colour replaced by the colour."""
    if isinstance(part, str):
        return colours[part[1:]] if part.startswith("@") else part
    if isinstance(part, Mapping):
        return {key: _coloured(value, colours) for key, value in part.items()}
    if isinstance(part, list | tuple):
        return [_coloured(value, colours) for value in part]
    return part


CONFIG: View = {
    "background": "@paper",
    "font": "sans-serif",
    "padding": 12,
    "aria": False,
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "color": "@ink",
        "fontSize": 16,
        "fontWeight": 600,
        "lineHeight": 21,
        "subtitleColor": "@quiet",
        "subtitleFontSize": 12,
        "subtitleLineHeight": 16,
        "subtitlePadding": 6,
        "offset": 14,
    },
    "axis": {
        "labelColor": "@ink",
        "titleColor": "@quiet",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "labelLimit": 220,
        "titleLimit": 400,
        "gridColor": "@grid",
        "domainColor": "@quiet",
        "tickColor": "@quiet",
    },
    "legend": {
        "labelColor": "@ink",
        "titleColor": "@quiet",
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelLimit": 240,
        "orient": "top",
        "symbolStrokeWidth": 1.5,
    },
    "text": {"color": "@ink", "fontSize": 11},
    "rule": {"color": "@quiet"},
    "scale": {"bandPaddingInner": 0.25},
    "header": {"labelColor": "@ink", "titleColor": "@quiet"},
}


def listing(field: str, **axis: Any) -> View:
    """The axis of a list of names, in the order of the rows."""
    shown = {"title": None, "ticks": False, "domain": False, "labelPadding": 6, **axis}
    return {"field": field, "type": "nominal", "sort": None, "axis": shown}


def amount(field: str, title: str | None = None, **more: Any) -> View:
    """The axis of an amount; `title` says what is measured, and in what."""
    axis = {"title": title, "tickCount": 6, "format": NUMBER, **more.pop("axis", {})}
    return {"field": field, "type": "quantitative", "axis": axis, **more}
