"""The pictures of README and manual are those that are drawn today.

`python -m tests.test_pictures` draws them anew.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

import solver as pf
from solver.instance.instance import Instance
from solver.report.document import Dossier, plan_document
from solver.report.figures import rendering
from solver.report.figures.drawing import INK
from solver.report.figures.files import picture_file
from solver.report.figures.kinds import KINDS
from solver.report.html import STYLE, figures_in, html
from solver.result import Result

MANUAL = Path(__file__).parents[1] / "solver" / "manual"
DRAWN = ("waterfall", "partners", "page")
MOST_BYTES = 150_000
PAGE = (800, 1030)
UNMEASURED = re.compile(r"[\d.]+ s\b")


@cache
def planned() -> tuple[Instance, Result]:
    instance = pf.read("instances/healthcare")
    return instance, pf.solve(instance, split=False)


def drawn(name: str) -> str:
    instance, result = planned()
    if name == "page":
        return page(instance, result)
    return picture_file(KINDS[name].draw(result, instance), ".svg").decode()


def page(instance: Instance, result: Result) -> str:
    """The first page of the document as one picture, in the colours of paper."""
    document = plan_document(Dossier(instance, result), ["decision", "money"])
    text = html(document, rendering.rendered(figures_in(document), theme="page"))
    body = re.sub(
        r"<details.*?</details>", "", text[text.index("<main>") : text.index("</main>") + 7], flags=re.S
    )
    colours = "".join(f"--{name}:{colour};" for name, colour in INK["light"].items())
    style = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|:root\{[^}]*\}", "", STYLE)
    style = style.replace("body{", f".paper{{{colours}").replace("16px/1.5", "15px/1.4")
    width, height = PAGE
    size = f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">'
        f'<rect {size} fill="#ffffff" stroke="#d8dee4"/><foreignObject {size}>'
        f'<div xmlns="http://www.w3.org/1999/xhtml" class="paper">'
        f"<style>{style}</style>{body}</div></foreignObject></svg>\n"
    )


def words_in(svg: str) -> Counter[str]:
    """Every word in a picture; where letters stand is the renderer's."""
    text = " ".join(
        part for element in ElementTree.fromstring(svg).iter() for part in (element.text,) if part
    )
    return Counter(UNMEASURED.sub("", text).split())


@pytest.mark.slow
@pytest.mark.skipif(not rendering.can_draw(), reason="vl-convert is not installed")
@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_the_one_that_is_drawn_today(name: str) -> None:
    assert words_in((MANUAL / f"{name}.svg").read_text(encoding="utf-8")) == words_in(drawn(name))


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_is_small_and_asks_for_nothing(name: str) -> None:
    path = MANUAL / f"{name}.svg"
    assert path.stat().st_size <= MOST_BYTES
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script|<image|href=|url\((?!#)|@import", text)
    assert ElementTree.fromstring(text).tag.endswith("svg")


def test_every_picture_is_shown_somewhere() -> None:
    shown = "".join(
        path.read_text(encoding="utf-8") for path in (*MANUAL.glob("*.md"), MANUAL.parents[1] / "README.md")
    )
    assert {path.name for path in MANUAL.glob("*.svg")} == {f"{name}.svg" for name in DRAWN}
    assert all(f"{name}.svg)" in shown for name in DRAWN)


if __name__ == "__main__":
    for name in DRAWN:
        (MANUAL / f"{name}.svg").write_text(drawn(name), encoding="utf-8")
