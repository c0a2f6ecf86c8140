"""Scores and curves on figures that can be checked by hand."""

import pytest

from solver.bench.curves import gaps_over_time, profiles
from solver.bench.report import report
from solver.bench.scores import gap_to, scores, seconds_to, shifted_geometric_mean
from solver.bench.standings import Contest
from solver.bench.store import Row
from solver.bench.tasks import Event, Key, Measurement
from solver.report.cells import printed_on, width
from solver.report.printed import printed


def row(
    strategy: str,
    instance: str,
    objective: float | None,
    seconds: float = 1.0,
    *,
    limit: float = 10.0,
    termination: str = "finished",
    bound: float | None = None,
    events: tuple[Event, ...] = (),
) -> Row:
    measurement = Measurement(
        termination,
        objective=objective,
        bound=bound,
        build_seconds=0.25 * seconds,
        solve_seconds=0.75 * seconds,
        megabytes=100.0,
        events=(*events, Event(seconds, objective, bound)),
    )
    key = Key("suite", strategy, instance, 7, limit, 1e-6, 1, "print", "python 3.11")
    return Row(key, measurement, "2026-01-01", "a machine")


def test_gap_to_the_best_known():
    assert gap_to(200.0, 199.0) == pytest.approx(0.005)
    assert gap_to(200.0, 201.0) == 0.0
    assert gap_to(-10.0, -15.0) == pytest.approx(0.5)
    assert gap_to(200.0, None) == gap_to(200.0, -900.0) == 1.0
    assert gap_to(0.0, 0.0) == 0.0
    assert gap_to(0.0, -3.0) == 1.0


def test_shifted_geometric_mean():
    assert shifted_geometric_mean([1.0, 7.0]) == pytest.approx(3.0)  # √(2·8) − 1
    assert shifted_geometric_mean([5.0]) == pytest.approx(5.0)
    assert shifted_geometric_mean([]) is None


def test_seconds_to_a_target():
    events = (
        Event(0.5, None, 120.0),
        Event(1.0, 90.0, 120.0),
        Event(4.0, 99.0, 110.0),
        Event(9.0, 100.0, 100.0),
    )
    assert seconds_to(events, 100.0, 0.01) == 4.0
    assert seconds_to(events, 100.0, 0.2) == 1.0
    assert seconds_to(events[:2], 100.0, 0.01) is None


def test_the_scores_of_a_contest():
    rows = [
        row("ours", "a", 100.0, 2.0, termination="optimal", bound=100.0),
        row("ours", "b", 50.0, 8.0),
        row("theirs", "a", 100.0, 1.0),
        row("theirs", "b", None, 10.0, termination="time_limit"),
    ]
    ours, theirs = scores(Contest.of(rows, {"b": 100.0}))
    assert (ours.rows, ours.found, ours.proven, ours.best, ours.wins, ours.failed) == (2, 2, 1, 1, 1, 0)
    assert (ours.mean_gap, ours.worst_gap) == (0.25, 0.5)
    assert ours.seconds == pytest.approx(27**0.5 - 1)
    assert ours.par10 == pytest.approx((2 + 10 * 10) / 2)
    assert ours.to_target == pytest.approx((3 * 11) ** 0.5 - 1)
    assert (ours.cut, ours.build_share, ours.megabytes) == (1, 0.25, 100.0)
    assert (theirs.found, theirs.best, theirs.wins, theirs.mean_gap) == (1, 1, 1, 0.5)


def test_a_failed_row_counts_as_nothing_found_in_all_its_time():
    broken = Row(
        row("ours", "a", None).key, Measurement("crashed", message="code 3"), "2026-01-01", "a machine"
    )
    (score,) = scores(Contest.of([broken], {"a": 5.0}))
    assert (score.failed, score.found, score.mean_gap, score.seconds) == (1, 0, 1.0, pytest.approx(10.0))


def test_contestants_with_several_limits_are_told_apart():
    contest = Contest.of([row("ours", "a", 1.0), row("textbook", "a", 1.0, limit=1200.0)])
    assert contest.contestants == ["ours, 10 s", "textbook, 1200 s"]


def test_only_what_all_were_run_on_is_common():
    contest = Contest.of([row("ours", "a", 1.0), row("ours", "b", 1.0), row("theirs", "b", 1.0)])
    assert contest.common.instances == ["b"]


def test_performance_profile():
    rows = [
        row("fast", "a", 10.0, 1.0),
        row("slow", "a", 10.0, 4.0),
        row("fast", "b", 5.0, 1.0),
        row("slow", "b", 10.0, 2.0),
    ]
    fast, slow = profiles(Contest.of(rows))
    assert fast.points == ((1.0, 0.0), (1.0, 0.5))
    assert slow.points == ((1.0, 0.0), (1.0, 0.5), (4.0, 1.0))


def test_gaps_over_time():
    rows = [
        row("ours", "a", 10.0, 3.0, events=(Event(1.0, 5.0, None),)),
        row("ours", "b", 10.0, 2.0),
    ]
    (curve,) = gaps_over_time(Contest.of(rows))
    assert curve.points == ((1.0, 0.75), (2.0, 0.25), (3.0, 0.0))


def test_the_report_names_wrong_claims_failures_and_what_was_skipped():
    rows = [
        row("ours", "a", 100.0),
        row("liar", "a", 90.0, termination="optimal", bound=90.0),
        Row(row("ours", "b", None).key, Measurement("killed", message="too long"), "2026-01-02", "a machine"),
        Row(row("ours", "c", None).key, Measurement("skipped", message="no data"), "2026-01-02", "a machine"),
    ]
    text = " ".join(printed(report(rows)).split())
    assert "liar on a: bound 90, but 100 is known" in text
    assert "killed: ours on b, 10 s: too long" in text
    assert "1 × ours: no data" in text
    assert "2026-01-01 to 2026-01-02" in text


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_the_report_fits_the_page_and_cuts_nothing(columns: int):
    names = ("ours", "large-neighbourhood", "a_module_of_somebody:its_strategy")
    told = report([row(name, "drawn partners=12 density=0.1", 1234.5 + len(name)) for name in names])
    with printed_on(columns):
        lines = printed(told).splitlines()
    assert all(width(line) <= columns for line in lines)
    assert "…" not in "".join(lines)


def test_a_report_of_nothing():
    assert "No row was run" in printed(report([]))
