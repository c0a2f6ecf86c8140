"""Answers in notebooks: their figures, and what is shown of them."""

from __future__ import annotations

import subprocess
import sys

import pytest

import solver as pf
from solver.report import notebook
from solver.report.figures import rendering
from solver.report.figures.drawing import specification
from solver.report.figures.kinds import KINDS
from tests.test_figures import answer, drawn_alliance, first

OF_ANSWERS = [kind for kind in KINDS if KINDS[kind].of not in ("Allocation", "RiskReport")]


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process for each picture takes a second."""
    monkeypatch.setattr(notebook, "can_draw", lambda: False)


@pytest.mark.parametrize("kind", OF_ANSWERS)
def test_an_answer_draws_itself_as_with_its_instance(kind: str) -> None:
    found = answer(KINDS[kind].of)
    assert specification(found.figure(kind)) == specification(KINDS[kind].draw(found, first()))


def test_a_figure_without_a_kind_is_the_first_there_is() -> None:
    assert answer("Result").figure().kind == "waterfall"
    assert answer("Allocation").figure().kind == "split"
    assert answer("RiskReport").figure().kind == "loss"


def test_what_is_shown_is_the_report_and_the_figure() -> None:
    shown = answer("Result")._repr_mimebundle_()
    assert set(shown) == {"text/html", "text/plain"}
    assert "Value by component" in shown["text/plain"]
    assert "<figure>" in shown["text/html"]
    assert "<script" not in shown["text/html"]
    assert set(answer("Result").figure()._repr_mimebundle_()) == {notebook.VEGA_LITE, "text/plain"}


@pytest.mark.parametrize("of", ["Classes", "Frontier", "Sensitivity", "RiskReport", "Allocation"])
def test_every_answer_with_a_picture_is_shown_with_its_report(of: str) -> None:
    assert "<figure>" in answer(of)._repr_mimebundle_()["text/html"]


def test_an_instance_is_shown_as_what_is_in_it() -> None:
    assert "Settings" in drawn_alliance(3)._repr_mimebundle_()["text/html"]
    with pytest.raises(ValueError, match="there are none"):
        drawn_alliance(3).figure()


def test_what_was_read_from_a_file_says_what_it_lacks() -> None:
    result = answer("Result")
    again = pf.Result.from_json(result.to_json())
    assert again == result
    assert "problem" not in result.to_dict()
    assert "problem" not in answer("Classes").to_dict()
    with pytest.raises(ValueError, match="does not know its instance"):
        again.figure()


def test_only_who_looks_imports_what_draws() -> None:
    code = "import solver as pf, sys; pf.solve(pf.read('instances/first')); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {name for name in run.stdout.split() if name.startswith(("solver.report", "vl_convert"))}


@pytest.mark.slow
@pytest.mark.skipif(not rendering.can_draw(), reason="vl-convert is not installed")
def test_pictures_are_inline_where_they_can_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert "<svg role=" in answer("Result")._repr_mimebundle_()["text/html"]
