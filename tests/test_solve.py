"""What `solve` promises: a contract, the same answer every time, and honest facts when it stops early."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import solver as pf
from solver.driver.backends import available
from solver.portfolio import rules

SMALL = ["first", "manufacturing", "smart_city", "transport"]

KEYS = {
    *("format", "termination", "has_portfolio", "objective", "bound", "gap", "seconds", "opening"),
    *("portfolio", "value", "rules", "details", "verified", "instance", "versions", "seed", "backend"),
    *(
        "message",
        "warnings",
        "risk",
        "risks",
        "stability",
        "split",
        "contradiction",
        "formulation",
        "explanation",
    ),
}


def shipped(name: str) -> pf.Instance:
    return pf.read(f"instances/{name}")


@cache
def solved(name: str) -> pf.Result:
    return pf.solve(shipped(name))


def facts(result: pf.Result) -> dict[str, Any]:
    """Everything a result says but how long it took."""
    return {key: value for key, value in result.to_dict().items() if key != "seconds"}


def infeasible() -> pf.Instance:
    return pf.Instance.from_document(
        {"partners": [{"id": "lab", "revenue": 5, "cost": 1, "status": "out"}], "limits": {"min_partners": 1}}
    )


def ids(result: pf.Result) -> set[str]:
    assert result.portfolio is not None
    return {row.id for row in (*result.portfolio.partners, *result.portfolio.applications)}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "seed"), [("first", 7), ("manufacturing", 11), ("transport", 11)])
def test_same_instance_and_seed_give_the_same_result(name: str, seed: int) -> None:
    limits = pf.SearchLimits(seed=seed)
    one, other = (pf.solve(shipped(name), limits=limits) for _ in range(2))
    assert facts(one) == facts(other)
    assert one.seed == seed


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "finance", "transport"])
def test_results_survive_json(name: str) -> None:
    result = solved(name)
    assert pf.Result.from_json(result.to_json()) == result
    assert pf.Result.from_json(result.to_json(indent=None)).to_dict() == result.to_dict()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "finance", "smart_city"])
def test_json_contract(name: str) -> None:
    instance, document = shipped(name), json.loads(solved(name).to_json())
    assert set(document) == KEYS
    assert document["termination"] == "optimal"
    assert document["has_portfolio"] is True
    assert document["verified"] is True
    assert document["instance"] == {"name": instance.name, "fingerprint": instance.fingerprint}
    assert set(document["portfolio"]) == {"partners", "applications", "assignments", "licences"}
    value = document["value"]
    assert list(value["components"]) == list(pf.terms.COMPONENTS)
    assert sum(value["components"].values()) == pytest.approx(value["total"], abs=1e-9)
    if instance.objective.maximise == "alliance":
        assert document["objective"] == pytest.approx(value["total"], abs=1e-9)
    assert all(reading["holds"] for reading in document["rules"])


def test_a_start_that_breaks_rules_is_no_portfolio_even_without_time() -> None:
    instance = pf.generate(partners=40, applications=10, tightness=0.2, levels=1, seed=3)
    everybody = {"partners": [partner.id for partner in instance.partners], "applications": []}
    result = pf.solve(instance, start=everybody, limits=pf.SearchLimits(seconds=0.0))
    assert (result.termination, result.verified) == ("time_limit", True)
    assert {row.id for row in result.portfolio.partners} != set(everybody["partners"])
    assert any(remark.startswith("The start was not used") for remark in result.warnings)


@pytest.mark.slow
def test_tables_are_data_frames() -> None:
    result = pf.solve(shipped("transport"))
    document = result.to_dict()
    for name in ("partners", "applications", "assignments", "licences"):
        assert len(result.table(name)) == len(document["portfolio"][name]) > 0
    assert list(result.table("details")["id"]) == [row.id for row in result.details]
    assert set(result.table("rules").columns) >= {"rule", "about", "value", "limit", "slack", "holds"}
    assert result.table("details")["benefit"].sum() == pytest.approx(
        result.components["partners"] + result.components["applications"]
    )


@pytest.mark.slow
def test_threads_do_not_disturb_each_other() -> None:
    one_by_one = [facts(solved(name)) for name in SMALL]
    barrier = threading.Barrier(len(SMALL))

    def together(name: str) -> dict[str, Any]:
        instance = shipped(name)
        barrier.wait()
        return facts(pf.solve(instance))

    with ThreadPoolExecutor(len(SMALL)) as pool:
        assert list(pool.map(together, SMALL)) == one_by_one


def test_a_search_cancelled_beforehand_ends_at_once() -> None:
    cancel = pf.Cancel()
    cancel.cancel()
    result = pf.solve(shipped("ecosystem"), cancel=cancel)
    assert result.termination == pf.Termination.cancelled
    assert result.verified == result.has_portfolio
    assert pf.Result.from_json(result.to_json()) == result


def test_cancel_from_another_thread_returns_the_best_so_far() -> None:
    cancel, running = pf.Cancel(), threading.Event()

    def stop() -> None:
        running.wait()
        cancel.cancel()

    stopper = threading.Thread(target=stop)
    stopper.start()
    try:
        result = pf.solve(shipped("ecosystem"), cancel=cancel, progress=lambda _: running.set())
    finally:
        running.set()
        stopper.join()
    assert result.termination == pf.Termination.cancelled
    assert result.verified == result.has_portfolio
    if result.objective is not None and result.bound is not None:
        assert result.bound >= result.objective


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "transport"])
def test_a_known_portfolio_is_a_start(name: str) -> None:
    instance, cold = shipped(name), solved(name)
    assert cold.portfolio is not None
    for start in (cold.portfolio.to_dict(), replace(cold.portfolio, assignments=None)):
        warm = pf.solve(instance, start=start)
        assert warm.termination == pf.Termination.optimal
        assert warm.objective == pytest.approx(cold.objective, rel=1e-6)


@pytest.mark.slow
def test_a_start_is_kept_when_there_is_no_time_to_search() -> None:
    instance, known = shipped("transport"), solved("transport")
    result = pf.solve(instance, start=known.portfolio, limits=pf.SearchLimits(seconds=0))
    assert result.termination == pf.Termination.time_limit
    if result.objective is not None:
        assert result.verified
        assert result.objective <= known.objective + 1e-6 * abs(known.objective)


def test_a_start_of_unknown_ids_is_refused() -> None:
    with pytest.raises(pf.InputError, match="nobody"):
        pf.solve(shipped("first"), start={"partners": ["nobody"]})


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0.5, 0.05])
@pytest.mark.parametrize("name", ["manufacturing", "smart_city"])
def test_a_loose_gap_leaves_an_honest_bound(name: str, gap: float) -> None:
    best = pf.solve(shipped(name)).objective
    result = pf.solve(shipped(name), limits=pf.SearchLimits(gap=gap))
    assert result.termination in (pf.Termination.optimal, pf.Termination.gap_reached)
    assert best is not None
    assert result.objective is not None
    assert result.bound is not None
    assert result.gap is not None
    assert result.gap <= gap + 1e-9
    assert result.objective <= best * (1 + 1e-6)
    assert result.bound >= best * (1 - 1e-6)
    assert (result.termination == pf.Termination.optimal) == (result.gap <= 1e-6)


def test_without_a_portfolio_everything_is_null() -> None:
    result = pf.solve(infeasible())
    document = json.loads(result.to_json())
    assert document["termination"] == "infeasible"
    assert document["has_portfolio"] is False
    assert document["verified"] is False
    assert [document[key] for key in ("portfolio", "value", "objective", "gap", "bound")] == [None] * 5
    assert document["rules"] == document["details"] == []
    assert result.value is None
    assert result.table("partners").empty
    assert pf.Result.from_json(result.to_json()) == result


def test_locks_hold_and_cost() -> None:
    instance = shipped("first")
    free = pf.solve(instance)
    chosen = ids(free)
    for element in (row.id for row in (*instance.partners, *instance.applications)):
        wanted = {"exclude": [element]} if element in chosen else {"include": [element]}
        result = pf.solve(instance, **wanted)
        if result.objective is not None and free.objective is not None:
            assert (element in ids(result)) == ("include" in wanted)
            assert result.objective <= free.objective + 1e-6


def test_contradicting_locks_leave_nothing() -> None:
    result = pf.solve(shipped("first"), include=["medimage"], exclude=["medimage"])
    assert result.termination == pf.Termination.infeasible


def test_an_unknown_lock_is_named_with_its_neighbour() -> None:
    with pytest.raises(pf.InputError, match="medimage") as caught:
        pf.solve(shipped("first"), include=["medimagee"], exclude=["nobody"])
    assert [defect.value for defect in caught.value.defects] == ["medimagee", "nobody"]


def test_the_least_market_cannot_be_asked_for() -> None:
    with pytest.raises(pf.FormulationError):
        pf.solve(shipped("finance"), pf.Formulation(maximise=-pf.terms.MarketValue()))


def test_formulations_are_values() -> None:
    def made() -> pf.Formulation:
        return pf.Formulation(pf.AllianceValue(), [rules.Budget(500), pf.terms.Innovation() >= 3])

    assert made() == made()
    assert hash(made()) == hash(made())
    assert made() != made().locked(include=["lab"])
    assert pf.Formulation.of(shipped("first")) == pf.Formulation.of(shipped("first"))
    lines = str(made()).splitlines()
    assert lines[0].startswith("maximise ")
    assert "AllianceValue" in lines[0]
    assert [line.startswith("  subject to ") for line in lines[1:]] == [True, True]
    assert "500" in lines[1]
    assert "Innovation" in lines[2]


def test_a_wish_is_respected() -> None:
    partners = [
        {"id": "safe", "revenue": 10, "cost": 1, "innovation": 1},
        {"id": "bold", "revenue": 1, "cost": 4, "innovation": 2.5},
        {"id": "mild", "revenue": 1, "cost": 9, "innovation": 2},
    ]
    instance = pf.Instance.from_document({"roi_rate": 0, "partners": partners})
    assert ids(pf.solve(instance)) == {"safe"}
    result = pf.solve(instance, pf.Formulation(subject_to=[pf.terms.Innovation() >= 3]))
    assert ids(result) == {"safe", "bold"}
    assert result.objective == pytest.approx(9 - 3)
    wish = next(reading for reading in result.readings if reading.rule == "wish")
    assert wish.holds
    assert (wish.value, wish.sense, wish.limit) == (3.5, ">=", 3.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["first", "healthcare", "manufacturing"])
def test_back_ends_agree(name: str) -> None:
    if "CBC" not in available():
        pytest.skip("CBC is not installed")
    highs = solved(name)
    cbc = pf.solve(shipped(name), limits=pf.SearchLimits(backend="CBC"))
    assert highs.termination == cbc.termination == pf.Termination.optimal
    assert cbc.objective == pytest.approx(highs.objective, rel=2e-6)
    assert cbc.verified
    assert cbc.backend == "CBC"


def test_where_nothing_can_be_chosen_what_is_left_without_a_choice_is_the_best() -> None:
    """Its start periods end before they begin; one that runs has started, whatever they say (spec 3.1.10)."""
    late = {"id": "p", "revenue": 9, "cost": 2, "first_period": 2, "last_period": 1}
    result = pf.solve(pf.Instance.from_document({"periods": 3, "partners": [late]}))
    assert (result.termination, result.objective, result.bound) == ("optimal", 0.0, 0.0)
    running = late | {"status": "running", "exit_cost": 2}
    kept = pf.solve(pf.Instance.from_document({"periods": 3, "partners": [running]}))
    assert kept.portfolio is not None
    assert [(row.id, row.start) for row in kept.portfolio.partners] == [("p", 1)]
