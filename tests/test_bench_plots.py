"""The pictures of a comparison: curves as they are, each carried on to the right end, in SVG."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from solver.bench.curves import Curve, gaps_over_time, profiles
from solver.bench.plots import draw, gaps, profile
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.bench.tasks import Measurement
from solver.errors import InputError
from solver.report.blocks import Figure
from solver.report.figures.rendering import can_draw
from tests.test_bench_scores import row

ROWS = [row("ours & best", "a", 10.0, 2.0), row("<theirs>", "a", 9.0, 5.0)]


def drawn(figure: Figure, curve: Curve) -> list[tuple[Any, ...]]:
    return [(point["x"], point["y"]) for point in figure.data["curves"] if point["strategy"] == curve.name]


def test_the_profile_shows_its_curves() -> None:
    contest = Contest.of(ROWS)
    for curve in profiles(contest):
        *points, end = drawn(profile(contest), curve)
        assert tuple(points) == curve.points
        assert end == (10.0, curve.points[-1][1])
    assert profile(contest).title.startswith("ours & best comes within 1% of the best known value on 100 %")


def test_the_gaps_show_their_curves_from_nothing_on() -> None:
    contest = Contest.of(ROWS)
    for curve in gaps_over_time(contest):
        start, *points, end = drawn(gaps(contest), curve)
        assert start == (1.0, 1.0)
        assert points == [(x, max(y, 1e-5)) for x, y in curve.points]
        assert end == (10.0, points[-1][1])


def test_a_strategy_that_only_failed_has_a_line_at_the_top() -> None:
    crashed = Row(row("ours", "a", None).key, Measurement("crashed"), "2026-01-01", "a machine")
    contest = Contest.of([crashed, row("theirs", "a", 9.0, 5.0)])
    ours = [point["y"] for point in gaps(contest).data["curves"] if point["strategy"] == "ours"]
    assert ours == [1.0, 1.0]


def test_the_specifications_are_written_where_nothing_can_draw(tmp_path: Path) -> None:
    paths = draw(ROWS, tmp_path / "plots", ending=".json")
    assert [path.name for path in paths] == ["profile.json", "gaps.json"]
    for path in paths:
        assert json.loads(path.read_text(encoding="utf-8"))["datasets"]["curves"]


@pytest.mark.slow
@pytest.mark.skipif(not can_draw(), reason="vl-convert is not installed")
def test_both_are_well_formed_and_labelled(tmp_path: Path) -> None:
    paths = draw(ROWS, tmp_path / "plots")
    assert [path.name for path in paths] == ["profile.svg", "gaps.svg"]
    for path in paths:
        texts = {one.text for one in ElementTree.fromstring(path.read_text(encoding="utf-8")).iter()}
        assert {"ours & best", "<theirs>"} <= texts


def test_there_must_be_something_to_plot(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        draw([], tmp_path)
