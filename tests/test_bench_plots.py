"""Plots: SVG that any reader takes, with titles, ticks, a legend, and lines that stay inside the frame."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from solver.bench.axes import Axis
from solver.bench.curves import Curve
from solver.bench.plots import draw
from solver.bench.store import Row
from solver.bench.svg import HEIGHT, WIDTH, chart
from solver.bench.tasks import Measurement
from solver.errors import InputError
from tests.test_bench_scores import row

SVG = "{http://www.w3.org/2000/svg}"


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def heights(line: ElementTree.Element) -> set[float]:
    return {float(point.split(",")[1]) for point in line.attrib["points"].split()}


def test_both_plots_are_well_formed_and_labelled(tmp_path: Path):
    rows = [row("ours & best", "a", 10.0, 2.0), row("<theirs>", "a", 9.0, 5.0)]
    paths = draw(rows, tmp_path / "plots")
    assert [path.name for path in paths] == ["profile.svg", "gaps.svg"]
    for path in paths:
        picture = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        assert {"ours & best", "<theirs>"} <= set(texts(picture))
        assert len(list(picture.iter(f"{SVG}polyline"))) == 2
        assert picture.find(f"{SVG}title") is not None


def test_a_strategy_that_only_failed_has_a_line_at_the_top(tmp_path: Path):
    crashed = Row(row("ours", "a", None).key, Measurement("crashed"), "2026-01-01", "a machine")
    _, gaps = draw([crashed, row("theirs", "a", 9.0, 5.0)], tmp_path)
    picture = ElementTree.fromstring(gaps.read_text(encoding="utf-8"))
    ours, theirs = picture.iter(f"{SVG}polyline")
    assert heights(ours) == {min(heights(theirs))}


def test_lines_stay_inside_the_picture():
    curve = Curve("wild", ((0.0001, 5.0), (1.0, 0.5), (1e9, -3.0)))
    picture = ElementTree.fromstring(
        chart("title", "", Axis("seconds", 0.01, 100.0, True), Axis("share", 0.0, 1.0), [curve])
    )
    (line,) = picture.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


@pytest.mark.parametrize(
    ("axis", "ticks"),
    [
        (Axis("", 0.0, 1.0), [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (Axis("", 0.0, 7.0), [0, 2, 4, 6]),
        (Axis("", 1.0, 12.0, True), [1, 2, 5, 10]),
        (Axis("", 1e-5, 1.0, True), [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]),
    ],
)
def test_ticks_are_round_numbers(axis: Axis, ticks: list[float]):
    assert axis.ticks == pytest.approx(ticks)


def test_where_a_number_falls_on_an_axis():
    assert Axis("", 1.0, 100.0, True).share(10.0) == pytest.approx(0.5)
    assert Axis("", 0.0, 4.0).share(1.0) == pytest.approx(0.25)
    assert Axis("", 0.0, 4.0).share(-1.0) == 0.0


def test_there_must_be_something_to_plot(tmp_path: Path):
    with pytest.raises(InputError):
        draw([], tmp_path)
