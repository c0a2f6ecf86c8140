"""Figures as the content of files."""

from __future__ import annotations

import json
from collections.abc import Sequence

from solver.report.blocks import Figure
from solver.report.figures.drawing import Theme, specification
from solver.report.figures.rendering import rendered
from solver.report.html import figure_page


def picture_file(
    figure: Figure,
    ending: str,
    theme: Theme = "light",
    pixels: int | None = None,
    language: str = "en",
) -> bytes:
    """A figure as `.svg`, `.png`, `.html` or `.json`, the last two of any width.

    Raises MissingBackendError where vl-convert is needed and not installed.
    """
    return picture_files([figure], ending, theme, pixels, language)[0]


def picture_files(
    figures: Sequence[Figure],
    ending: str,
    theme: Theme = "light",
    pixels: int | None = None,
    language: str = "en",
) -> list[bytes]:
    """The same for several figures, which are in this language."""
    match ending:
        case ".json":
            return [
                json.dumps(specification(one, theme), indent=2, ensure_ascii=False).encode()
                for one in figures
            ]
        case ".html":
            pictures = rendered(figures, theme="page")
            return [figure_page(*pair, language).encode() for pair in zip(figures, pictures, strict=True)]
        case ".png":
            return rendered(figures, "png", theme, pixels)
        case ".svg":
            return rendered(figures, "svg", theme, pixels)
    raise ValueError(f"{ending} is no kind of picture")
