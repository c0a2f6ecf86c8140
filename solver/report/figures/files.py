"""A figure as the content of a file."""

from __future__ import annotations

import json

from solver.report.blocks import Figure
from solver.report.figures.drawing import Theme, specification
from solver.report.figures.rendering import rendered
from solver.report.html import figure_page


def picture_file(figure: Figure, ending: str, theme: Theme = "light", pixels: int | None = None) -> bytes:
    """A figure as `.svg`, `.png`, `.html` or `.json`, the last two of any width.

    Raises MissingBackendError where vl-convert is needed and not installed.
    """
    match ending:
        case ".json":
            return json.dumps(specification(figure, theme), indent=2, ensure_ascii=False).encode()
        case ".html":
            return figure_page(figure, rendered([figure], theme="page")[0]).encode()
        case ".png":
            return rendered([figure], "png", theme, pixels)[0]
        case ".svg":
            return rendered([figure], "svg", theme, pixels)[0]
    raise ValueError(f"{ending} is no kind of picture")
