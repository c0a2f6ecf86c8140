"""Rolling: what comes of policies in futures is what the risk model says, and under certainty the plan."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.cli import cli
from solver.errors import InputError
from solver.lifecycle.advance import carried_out, first_period_of
from solver.lifecycle.futures import Futures, news_from
from solver.lifecycle.policies import Policy, course, policy_named, rebalanced
from solver.lifecycle.roll import Estimate
from solver.lifecycle.simulation import KeptInFile
from solver.portfolio.checker import keeps
from solver.portfolio.choices import choice_of
from solver.portfolio.selection import Selection
from solver.portfolio.terms import CERTAIN, UNCERTAIN
from solver.run import Run
from solver.study.knowledge import Knowledge
from solver.study.study import Study
from tests.draw import documents
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY
from tests.test_wishes import selections

Document = dict[str, Any]
COUNT = 4


@st.composite
def rolled(draw: st.DrawFn, *, certain: bool = False) -> tuple[Document, Study, Selection]:
    """A document of several periods in which amounts are uncertain, or none is, and a portfolio of it."""
    document = draw(documents(max_portfolios=60))
    assume(document["periods"] > 1 and not document.get("scenarios"))
    for row in (*document["partners"], *document.get("applications", []), *document.get("levels", [])):
        for key in ("success", "revenue_cv", "cost_cv"):
            row.pop(key, None)
        if not certain and "level" not in row:
            row["success"] = draw(st.sampled_from([1.0, 0.5, 0.8]))
            row |= {key: draw(st.sampled_from([0.0, 0.3])) for key in ("revenue_cv", "cost_cv")}
    for table in ("evidence", "health", "history", "actuals", "risk", "risks", "correlations"):
        document.pop(table, None)
    study = Study(pf.Instance.from_document(document))
    everything = selections(document, study.assessment)
    kept = [one for one in everything if keeps(study.formulation, one)]
    assume(kept)
    return document, study, kept[draw(st.integers(0, len(kept) - 1))]


@pytest.mark.slow
def test_figures_of_policies_are_those_of_the_outcomes() -> None:
    """Twelve futures: the worst tenth is the worst of them and a fifth of the next; 2.201 is Student's t."""
    found = pf.roll(Study(pf.read("instances/smart_city")), policies=("static", "ranking"), futures=12)
    for number, policy in enumerate(found.policies):
        values = sorted(one.values[number] for one in found.outcomes)
        deviation = statistics.stdev(values)
        assert deviation > 1
        assert policy.deviation == pytest.approx(deviation)
        assert policy.worst == pytest.approx((values[0] + 0.2 * values[1]) / 1.2)
        half = 2.201 * deviation / 12**0.5
        mean = statistics.mean(values)
        assert policy.value is not None
        assert policy.value.mean == pytest.approx(mean)
        assert (policy.value.low, policy.value.high) == pytest.approx((mean - half, mean + half), rel=1e-4)


@pytest.mark.slow
@unshrunk(8)
@given(rolled())
def test_a_plan_left_alone_comes_to_what_its_scenario_says(drawn: tuple[Document, Study, Selection]) -> None:
    document, study, plan = drawn
    futures = Futures(study.instance, COUNT, 3)
    risky = Study(pf.Instance.from_document({**document, "risk": {"scenarios": COUNT, "seed": 3}}))
    outlook = risky.assessment.outlook
    assert outlook is not None
    whole = sum(term.realised(plan, outlook) for term in UNCERTAIN)
    whole = whole + sum(factor * term.amount(plan) for term, factor in CERTAIN.items())
    for number in range(COUNT):
        came = course(plan, study.formulation, Policy("static"), futures[number], 1.0, Run())
        assert came.value == pytest.approx(np.broadcast_to(whole, COUNT)[number], rel=1e-9, abs=1e-9)
        assert (came.changes, came.stuck) == (0, 0)


@pytest.mark.slow
@unshrunk(6)
@given(rolled(certain=True))
def test_with_certainty_all_policies_but_ranking_come_to_the_optimum(
    drawn: tuple[Document, Study, Selection],
) -> None:
    _, study, _ = drawn
    found = pf.roll(study, futures=3)
    best = study.best().objective
    assume(study.instance.objective.maximise == "alliance")
    static, rebalance, one_change, ranked = found.policies
    for policy in (static, rebalance, one_change):
        assert policy.value is not None
        assert policy.value.mean == pytest.approx(best, rel=1e-9, abs=1e-9)
        assert policy.value.low == pytest.approx(policy.value.mean, rel=1e-9, abs=1e-9)
        assert policy.changes == 0
    assert rebalance.against == Estimate(0.0, 0.0, 0.0)
    if ranked.value is not None:
        assert ranked.value.mean <= best + ROUGHLY * max(1.0, abs(best))
        assert ranked.value.mean == pytest.approx(ranked.planned, rel=1e-9, abs=1e-9)


@pytest.mark.slow
@unshrunk(8)
@given(rolled(), st.sampled_from([1, 2, 9]))
def test_a_plan_is_changed_to_the_best_that_so_few_changes_make(
    drawn: tuple[Document, Study, Selection], most: int
) -> None:
    _, study, plan = drawn
    future = Futures(study.instance, COUNT, 5)[1]
    done = carried_out(plan, news_from(future.comes(first_period_of(plan)), 10.0)[0])
    asked = study.formulation.carried_over(study.instance, done.following)
    later = done.rest.assessment
    planned = dict(choice_of(done.rest))
    worths = []
    for one in selections(done.following.to_document(), later):
        chosen = dict(choice_of(one))
        ids = planned.keys() | chosen.keys()
        if keeps(asked, one) and sum(planned.get(id_) != chosen.get(id_) for id_ in ids) <= most:
            worths.append(asked.maximise.amount(one))
    found = rebalanced(done.rest, asked, policy_named(f"rebalance:{most}"), Run())
    assert (found is None) == (not worths)
    if found is not None:
        assert asked.maximise.amount(found) == pytest.approx(max(worths), rel=ROUGHLY, abs=ROUGHLY)
    if most == 9:
        free = rebalanced(done.rest, asked, policy_named("rebalance"), Run())
        assert free is not None
        best = Study(Knowledge.of(later), asked).best().objective
        assert asked.maximise.amount(free) == pytest.approx(best, rel=ROUGHLY, abs=ROUGHLY)


TWO: Document = {
    "name": "Nord",
    "periods": 2,
    "partners": [
        {"id": "bold", "name": "Bold", "revenue": 20, "cost": 4, "success": 0.75, "exit_cost": 1},
        {"id": "calm", "name": "Calm", "revenue": 10, "cost": 4},
    ],
    "limits": {"max_partners": 1},
}


def test_who_fails_is_replaced_once_it_is_seen() -> None:
    found = pf.roll(Study(pf.Instance.from_document(TWO)), futures=64, weight=400)
    static, rebalance, one, ranked = found.policies
    # Bold delivers for both periods or for none; replacing it takes two changes, and its exit.
    assert {row.values[0] for row in found.outcomes} == {40 - 6, -6}
    assert {row.values[1] for row in found.outcomes} == {40 - 6, -3 - 1 + 10 - 3}
    assert static.value is not None
    assert static.value.mean == pytest.approx(0.75 * 40 - 6)
    assert rebalance.against is not None
    assert rebalance.against.low is not None
    assert (rebalance.against.low > 0, rebalance.better) == (True, 0.25)
    assert rebalance.changes == 2 * 0.25
    # One change: leaving Bold alone saves its cost.
    assert {row.values[2] for row in found.outcomes} == {40 - 6, -3 - 1}
    assert (one.changes, one.stuck) == (0.25, 0)
    assert ranked.value == static.value


def test_the_same_seed_gives_the_same_futures_and_another_one_others() -> None:
    study = Study(pf.Instance.from_document(TWO).with_("partners.calm.revenue_cv=0.4"))
    first, second = (pf.roll(study, futures=6).to_dict() for _ in range(2))
    other = pf.roll(study, futures=6, seed=8).to_dict()
    assert first | {"seconds": 0} == second | {"seconds": 0}
    assert first["outcomes"] != other["outcomes"]


MANY: Document = {
    **TWO,
    "periods": 3,
    "partners": [
        {"id": f"p{n}", "revenue": 9 + n % 7, "cost": 3 + n % 3, "success": 0.6 + n % 4 / 10, "cost_cv": 0.3}
        for n in range(10)
    ],
    "limits": {"max_partners": 4, "budget": 60},
}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nobody is killed here")
def test_who_is_killed_loses_the_future_at_work_and_goes_on(tmp_path: Path) -> None:
    path, store = tmp_path / "many.json", tmp_path / "roll.sqlite"
    path.write_text(json.dumps(MANY), encoding="utf-8")
    policies = ["static", "rebalance"]
    words = [
        str(path),
        "--policy",
        policies[0],
        "--policy",
        policies[1],
        "--futures",
        "6",
        "--store",
        str(store),
        "--quiet",
        "--json",
        "-",
    ]
    command = [sys.executable, "-m", "solver", "roll", *words]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and rows(store) < 2:
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    known = rows(store)
    assert 2 <= known < 6
    before = stamps(store)
    again = json.loads(CliRunner().invoke(cli, ["roll", *words, "--workers", "2"]).stdout)
    assert again["futures"] == 6
    assert stamps(store)[:known] == before
    afresh = pf.roll(Study(pf.read(path)), futures=6, policies=policies).to_dict()
    assert again["outcomes"] == json.loads(json.dumps(afresh["outcomes"]))
    assert again["policies"] == json.loads(json.dumps(afresh["policies"]))


def rows(store: Path) -> int:
    """How many futures a store keeps."""
    return len(stamps(store))


def stamps(store: Path) -> list[Any]:
    """What is kept, in the order in which it came."""
    return [(row.key, row.figures) for row in KeptInFile(store).rows()] if store.exists() else []


@pytest.mark.slow
def test_stopped_midway_what_came_is_told_and_nothing_else() -> None:
    study = Study(pf.Instance.from_document(MANY))
    cancel = pf.Cancel()

    def listen(news: pf.Progress) -> None:
        if news.question is not None and news.question[0] > 2:
            cancel.cancel()

    found = pf.roll(study, futures=120, policies=["static"], progress=listen, cancel=cancel)
    assert (0 < found.futures < 120, found.wanted) == (True, 120)
    whole = pf.roll(study, futures=120, policies=["static"])
    assert set(found.outcomes) <= set(whole.outcomes)


def test_what_cannot_be_rolled_is_said() -> None:
    study = Study(pf.Instance.from_document(TWO))
    with pytest.raises(InputError, match="did you mean rebalance"):
        pf.roll(study, policies=["rebalanc"])
    with pytest.raises(InputError, match="at least one future"):
        pf.roll(study, futures=0)
    own = {"scenarios": [{"scenario": "s", "probability": 1, "id": "bold", "benefit": 3}], "risk": {}}
    with pytest.raises(InputError, match="of the whole horizon"):
        pf.roll(Study(pf.Instance.from_document(TWO | own)))
    nothing = pf.roll(Study(pf.Instance.from_document(TWO | {"limits": {"min_partners": 3}})))
    assert (nothing.futures, nothing.policies[0].portfolio) == (0, None)
    one = pf.roll(Study(pf.Instance.from_document(TWO | {"periods": 1})), futures=8)
    assert one.policies[0].value == one.policies[1].value


def test_a_planner_reads_how_policies_do(tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_text(json.dumps(TWO), encoding="utf-8")
    words = ["roll", str(path), "--futures", "32", "--weight", "40", "--quiet"]
    shown = CliRunner().invoke(cli, words)
    said = " ".join(shown.stdout.split())
    assert shown.exit_code == 0, shown.output
    assert "changed on news it is worth" in said
    assert "million USD more than as planned" in said
    assert "more in 25 % of futures" in said
