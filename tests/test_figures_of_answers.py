"""Figures of answers that need searches: their data are the answers' own, saved ones are drawn too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import solver as pf
from solver.answers.course import course
from solver.answers.watching import Stopwatch
from solver.cli import cli
from solver.report.figures.kinds import KINDS
from solver.run import Progress, SearchLimits
from tests.test_figures import answer, drawn_alliance, figure, first, rows


def test_a_curve_has_a_stretch_per_level_and_the_limit_as_it_is() -> None:
    found = answer("Curve")
    stretches = [(*sorted((one.tight, one.loose)), one.value.value) for one in found.levels]
    assert rows(figure("curve"), "levels", "from", "to", "value") == stretches
    assert rows(figure("curve"), "now", "now") == [(found.number,)]


def test_prices_are_those_of_the_answer_with_their_side() -> None:
    signed = {
        "+".join(one.ids): one.amount.value if one.chosen else -one.amount.value
        for one in answer("Why").reasons
        if one.possible is not False and one.amount.value is not None
    }
    shown = {row["id"]: row["amount"] for row in figure("prices").data["subjects"]}
    assert {id_: shown[id_] for id_ in signed} == signed
    assert set(shown) == {row.id for row in first().partners}
    left_out = {row["id"] for row in figure("prices").data["subjects"] if row["class"] == "left out"}
    assert left_out == {one.ids[0] for one in answer("Why").reasons if not one.chosen and one.possible}


def test_what_ifs_stand_beside_the_case_as_it_is() -> None:
    found = answer("Whatifs")
    cases = [(one.name, one.best.value, one.gain.value) for one in (found.base, *found.cases)]
    shown = rows(figure("whatif"), "cases", "name", "best", "gain")
    assert [row[1:] for row in shown] == [row[1:] for row in cases]
    assert rows(figure("whatif"), "base", "best") == [(found.base.best.value,)]


def test_health_has_every_score_and_what_is_missing_to_one() -> None:
    found = answer("Health")
    scores = {(one.id, score.period, score.score) for one in found.partners for score in one.scores}
    assert set(rows(figure("health"), "scores", "id", "period", "score")) == scores
    for one in found.partners:
        lost = [row for row in figure("health").data["causes"] if row["id"] == one.id]
        if one.score is not None:
            assert sum(row["lost"] for row in lost) == pytest.approx(1 - one.score)
            assert lost[-1]["ends"] == pytest.approx(1 - one.score)


def test_the_course_closes_in_on_the_result() -> None:
    found = course(pf.Study(drawn_alliance(12)))
    drawn = KINDS["course"].draw(found, drawn_alliance(12))
    had = [row["worth"] for row in drawn.data["moments"] if row["line"] == "best portfolio so far"]
    bounds = [row["worth"] for row in drawn.data["moments"] if row["line"] == "no portfolio is worth more"]
    assert (had[-1], bounds[-1]) == (found.result.objective, found.result.bound)
    assert had == sorted(had)
    assert bounds == sorted(bounds, reverse=True)
    seconds = [row["seconds"] for row in drawn.data["moments"]]
    assert seconds == sorted(seconds)


def test_only_what_is_gained_is_an_event() -> None:
    watch = Stopwatch()
    for had, bound in ((3.0, 9.0), (2.0, 10.0), (5.0, 9.5), (5.0, 7.0)):
        watch.hear(Progress(0.0, had, bound, None, "search", 1))
    told = watch.events(4.0, watch.elapsed, 8.0)
    assert [(one.incumbent, one.bound) for one in told] == [(3.0, 9.0), (4.0, 9.0), (4.0, 7.0), (4.0, 7.0)]


def test_a_course_that_was_stopped_says_so() -> None:
    found = course(pf.Study(first()), limits=SearchLimits(seconds=0.0))
    drawn = KINDS["course"].draw(found, first())
    assert found.result.termination == "time_limit"
    assert not drawn.title[0].islower()


@pytest.mark.parametrize(("kind", "of"), [("prices", "Why"), ("whatif", "Whatifs"), ("curve", "Curve")])
def test_a_saved_answer_is_drawn_as_it_was(kind: str, of: str, tmp_path: Path) -> None:
    saved, instance, target = (tmp_path / name for name in ("answer.json", "first.json", "figure.json"))
    pf.write(first(), instance)
    saved.write_text(json.dumps(answer(of).to_dict()), encoding="utf-8")
    done = plot(instance, kind, target, "--answer", str(saved))
    assert done.exit_code == 0, done.output
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["datasets"] == json.loads(json.dumps(dict(figure(kind).data)))


def plot(instance: Path, kind: str, target: Path, *more: str) -> Any:
    return CliRunner().invoke(cli, ["plot", str(instance), kind, "-o", str(target), "--quiet", *more])


def test_an_answer_about_something_else_is_refused(tmp_path: Path) -> None:
    saved, instance, target = (tmp_path / name for name in ("answer.json", "other.json", "figure.json"))
    pf.write(first().with_("limits.budget=200"), instance)
    saved.write_text(json.dumps(answer("Why").to_dict()), encoding="utf-8")
    for kind, said in (("prices", "as it is now"), ("whatif", "the answer that this picture is of")):
        done = plot(instance, kind, target, "--answer", str(saved))
        assert done.exit_code == 2
        assert said in " ".join(done.output.split())
        assert not target.exists()
