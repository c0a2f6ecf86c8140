"""One period on: what period 1 counted and what is left are the value before, component by component."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.cli import cli
from solver.errors import InputError
from solver.lifecycle.advance import RECURRING
from solver.portfolio.checker import keeps
from solver.portfolio.selection import Selection
from solver.study.study import Study
from tests.draw import documents
from tests.draws import unshrunk
from tests.oracles import broken, value
from tests.test_wishes import selections

Document = dict[str, Any]
OTHER_HORIZON = ("retained_value", "max_share_of_benefit", "satisfaction", "max_moves")
"""Rules about the whole horizon, or about the way from what ran."""


@st.composite
def plans(draw: st.DrawFn) -> tuple[Document, Study, list[Selection], int]:
    """A document of several periods, all that keep its rules, and one of them."""
    document = draw(documents(max_portfolios=60))
    assume(document["periods"] > 1)
    limits = document.get("limits", {})
    document["limits"] = {key: limit for key, limit in limits.items() if key not in OTHER_HORIZON}
    for group in document.get("groups", []):
        group.pop("max_spend_share", None)
    study = Study(pf.Instance.from_document(document))
    everything = selections(document, study.assessment)
    kept = [one for one in everything if keeps(study.formulation, one)]
    assume(kept)
    return document, study, kept, draw(st.integers(0, len(kept) - 1))


def factor(document: Document, component: str) -> float:
    return 1 / (1 + document.get("discount_rate", 0.0)) if component in RECURRING else 1.0


@pytest.mark.slow
@unshrunk(32)
@given(plans())
def test_what_was_counted_and_what_is_left_are_what_there_was(
    drawn: tuple[Document, Study, list[Selection], int],
) -> None:
    document, study, kept, place = drawn
    plan = kept[place].portfolio()
    found = pf.advance(study, plan)
    before, after = value(document, plan.to_dict()), value(dict(found.document), found.plan.to_dict())
    for component, counted in found.counted.items():
        left = factor(document, component) * after[component]
        assert before[component] == pytest.approx(counted + left, rel=1e-9, abs=1e-9), component
        assert found.remaining[component] == pytest.approx(after[component], rel=1e-9, abs=1e-9)
    assert broken(dict(found.document), found.plan.to_dict()) == set()
    assert pf.verify(found.next, found.plan).holds


@pytest.mark.slow
@unshrunk(12)
@given(plans())
def test_solving_again_with_what_runs_kept_is_worth_what_was_left(
    drawn: tuple[Document, Study, list[Selection], int],
) -> None:
    document, study, kept, _ = drawn
    assume(not document.get("discount_rate") and study.instance.objective.maximise == "alliance")
    best = max(kept, key=study.formulation.maximise.amount)
    found = pf.advance(study, best.portfolio())
    running = {
        row.id: row.running_level or "standard" for row in found.next.partners if row.status == "running"
    }
    provided = {(row.application, row.technology, row.partner) for row in found.next.assignments}
    launched = {row.id for row in found.next.applications if row.status == "running"}
    following = Study(found.next)
    worths = []
    for one in selections(dict(found.document), following.assessment):
        portfolio = one.portfolio()
        levels = {row.id: row.level for row in portfolio.partners}
        rows = {(row.application, row.technology, row.partner) for row in portfolio.assignments or ()}
        same = all(levels.get(id_) == level for id_, level in running.items())
        same &= launched <= {row.id for row in portfolio.applications}
        same &= {row for row in rows if row[0] in launched} == provided
        if same and keeps(following.formulation, one):
            worths.append(following.formulation.maximise.amount(one))
    assert max(worths) == pytest.approx(sum(found.remaining.values()), rel=1e-9, abs=1e-9)


UPTIME: Document = {"partner": "b", "period": 3, "indicator": "uptime", "value": 1}
YEAR: Document = {
    "periods": 3,
    "limits": {"budget": 60, "budget_by_period": [20, 20, 20], "budget_carry": True, "effort": [3, 2, 1]},
    "partners": [
        {"id": "a", "name": "Alpha", "revenue": 10, "cost": 4, "setup_cost": 3, "lead": 2},
        {"id": "b", "name": "Beta", "revenue": 10, "cost": 4, "status": "running", "age": 2, "exit_cost": 1},
        {"id": "c", "name": "Gamma", "revenue": 10, "cost": 4, "last_period": 1},
    ],
    "pairs": [{"first": "a", "second": "b", "kind": "synergy", "value": 2}],
    "history": [{"period": -1, "b": 6}],
    "health": [
        {"partner": "b", "period": 2, "indicator": "uptime", "value": 0.9, "target": 0.95, "weight": 2}
    ],
}
PLAN = {"partners": ["a", "b"]}


def test_a_period_later_everything_is_where_it_belongs() -> None:
    news = {
        "actuals": [{"id": "b", "revenue": 8, "cost": 5}],
        "evidence": [{"partner": "b", "trials": 10, "successes": 9}],
        "health": [UPTIME | {"value": 0.8}],
    }
    found = pf.advance(Study(pf.Instance.from_document(YEAR)), PLAN, news)
    alpha, beta, gamma = found.next.partners
    assert (alpha.status, alpha.age, alpha.lead_left) == ("running", 1, 1)
    assert (beta.status, beta.age, gamma.status) == ("running", 3, "out")
    limits = found.next.limits
    assert (found.next.periods, limits.effort, limits.budget_by_period) == (2, (2, 1), (28.0, 20.0))
    assert limits.budget == 48  # 7 for Alpha, and 5 for Beta instead of 4
    assert found.next.pairs[0].counted
    assert [row.own_columns() for row in found.next.history] == [{"b": 6}, {"b": 8 - 0.75 * 5}]
    assert [row.period for row in found.next.history] == [-2, -1]
    assert (found.next.health[-1].target, found.next.health[-1].weight) == (0.95, 2)
    assert found.next.evidence[0].successes == 9
    rows = {row.id: row for row in found.elements}
    assert (rows["b"].planned_revenue, rows["b"].revenue, rows["a"].revenue) == (10, 8, None)
    assert any(line.startswith("Alpha has started") for line in found.log)
    last = pf.advance(Study(found.next), found.plan)
    assert [row.age for row in last.next.partners[:2]] == [2, 4]
    with pytest.raises(InputError, match="no later period"):
        pf.advance(Study(last.next), last.plan)


def test_who_leaves_is_free_again_and_has_paid() -> None:
    found = pf.advance(Study(pf.Instance.from_document(YEAR)), {"partners": ["c"]})
    assert [row.status for row in found.next.partners] == ["free", "free", "running"]
    assert found.counted["exit"] == -1
    assert "Beta has left." in found.log


def test_levels_that_can_never_start_move_as_all_others() -> None:
    late = {"id": "d", "name": "Delta", "revenue": 9, "cost": 1, "first_period": 2, "last_period": 1}
    levels = [{"partner": "d", "level": "light"}, {"partner": "d", "level": "deep", "first_period": 3}]
    never = YEAR | {"partners": [*YEAR["partners"], late], "levels": levels}
    found = pf.advance(Study(pf.Instance.from_document(never)), PLAN)
    assert found.next.partners[-1].status == "out"
    assert [row.first_period for row in found.next.levels] == [None, 2]


@pytest.mark.parametrize(
    ("news", "words"),
    [
        ({"actuals": [{"id": "c", "revenue": 1, "cost": 1}]}, "what was active"),
        ({"actuals": [{"id": "bb", "revenue": 1, "cost": 1}]}, "did you mean b?"),
        ({"actuals": [{"id": "b", "revenue": -1, "cost": 1}]}, "at least 0"),
        (
            {"health": [UPTIME | {"period": 2}]},
            "later period than 2",
        ),
        (
            {"health": [UPTIME | {"indicator": "uptme"}]},
            "did you mean uptime?",
        ),
        ({"health": [UPTIME | {"indicator": "new", "target": 0}]}, "above 0"),
        ({"evidence": [{"partner": "b", "trials": 1, "successes": 2}]}, "at most trials"),
        ({"actual": []}, "did you mean actuals?"),
    ],
)
def test_news_that_make_no_sense_have_place_and_remedy(news: Document, words: str) -> None:
    with pytest.raises(InputError) as caught:
        pf.advance(Study(pf.Instance.from_document(YEAR)), PLAN, news)
    assert words in str(caught.value)


def test_all_that_is_wrong_with_news_is_said_at_once_where_it_stands(tmp_path: Path) -> None:
    news = {
        "health": [
            UPTIME | {"indicator": "uptme", "period": 1},
            UPTIME | {"indicator": "new", "target": 0},
            UPTIME | {"partner": "zz", "target": 1},
        ],
        "actuals": [{"id": "c", "revenue": 1, "cost": 1}, {"id": "bb", "revenue": 1, "cost": 1}],
        "evidence": [{"partner": "b", "trials": 1, "successes": 2}],
    }
    for name, content in {"year": YEAR, "plan": PLAN, "news": news}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    files = [str(tmp_path / f"{name}.json") for name in ("year", "next", "plan", "news")]
    words = ["advance", *files[:2], "--plan", files[2], "--news", files[3], "--quiet"]
    shown = CliRunner().invoke(cli, words)
    assert (shown.exit_code, (tmp_path / "next.json").exists()) == (2, False)
    for place, remedy in (
        ("health[0].indicator", "did you mean uptime?"),
        ("health[0].period", "later period than 2"),
        ("health[1].target", "above 0"),
        ("health[2].partner", "the id of a partner"),
        ("actuals[0].id", "what was active in the first period"),
        ("actuals[1].id", "did you mean b?"),
        ("evidence[0].successes", "at most trials"),
    ):
        (line,) = [one for one in shown.stderr.splitlines() if f"news.json, {place}:" in one]
        assert remedy in line


def test_actuals_of_the_instance_itself_are_of_what_was_active() -> None:
    own = YEAR | {"actuals": [{"id": "c", "revenue": 1, "cost": 1}]}
    with pytest.raises(InputError, match=r"the instance's actuals.*what was active"):
        pf.advance(Study(pf.Instance.from_document(own)), PLAN)


@pytest.mark.parametrize("ending", ["", ".json", ".xlsx"])
def test_it_is_written_in_every_form_with_what_happened(ending: str, tmp_path: Path) -> None:
    for name, content in {"year": YEAR, "plan": PLAN}.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "actuals.csv").write_text("id,revenue,cost\nb,8,5\n", encoding="utf-8")
    source, target = str(tmp_path / "year.json"), tmp_path / f"next{ending}"
    words = ["advance", source, str(target), "--plan", str(tmp_path / "plan.json"), "--quiet"]
    shown = CliRunner().invoke(cli, [*words, "--news", str(tmp_path / "actuals.csv")])
    assert shown.exit_code == 0, shown.output
    assert "one period on, 2 periods to go" in shown.stdout
    assert pf.read(target).limits.budget == 48
    again = CliRunner().invoke(cli, words)
    assert (again.exit_code, "nothing stands yet" in again.stderr) == (2, True)
    (tmp_path / "actuals.csv").write_text("id,revenue,cost\nb,8,5\nx,1,1\n", encoding="utf-8")
    wrong = CliRunner().invoke(cli, [*words, "--news", str(tmp_path / "actuals.csv"), "--overwrite"])
    assert (wrong.exit_code, "actuals.csv, line 3" in wrong.stderr) == (2, True)
