"""Small instances one limit of which lies next to what some portfolio comes to, in any unit of money."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.portfolio.plan import read_plan
from solver.portfolio.risks import losses
from solver.risk.measures import measure
from tests.oracle.facts import Facts
from tests.oracle.rules import in_time, least_payoffs
from tests.oracle.search import feasible_portfolios
from tests.oracle.worth import Plan, entry_costs, licence_costs, members, resolve, value_of

Document = dict[str, Any]
Portfolio = dict[str, Any]

MOST_DRAWN = 50
NEARBY = (1e-7, -1e-7, 1e-8, -1e-8, 3e-8, -3e-8, 0.0)
SIZES = (1.0, 2.0, 3.0, 1.1, 0.7, 1 / 3, 5.3)
RISKS = {
    "cvar": {"level": 0.7},
    "evar": {"level": 0.7},
    "spectral": {"spectrum_levels": [0.2, 0.8], "spectrum_weights": [0.75, 0.25]},
    "mad": {"kappa": 0.7},
    "mean_std": {"kappa": 0.7},
    "mean_semideviation": {"kappa": 0.7},
    "worst_case": {},
    "var": {"level": 0.7},
}


def near_limit(kind: str, seed: int, unit: float) -> tuple[Document, list[Portfolio]]:
    """An instance whose limit of one kind is near, and all portfolios that keep its other rules."""
    rng = random.Random(f"{kind} {seed}")
    for _ in range(MOST_DRAWN):
        document = _document(rng, unit, periods=2 if kind in ("budget_by_period", "carried", "effort") else 1)
        if kind in RISKS:
            document["risk"] = {"measure": kind, "scenarios": 6, "seed": seed, **RISKS[kind]}
        if kind == "overruns":
            document["limits"]["overruns"] = 1
        portfolios = [*feasible_portfolios(document)]
        facts = Facts(document)
        for portfolio in rng.sample(portfolios, len(portfolios)):
            plan = resolve(facts, portfolio)
            amount = _risk(document, portfolio) if kind in RISKS else AMOUNTS[kind](facts, plan)
            least, most = (1e-3, 0.99) if kind in SHARES else (1e-3, np.inf)
            if least < abs(amount) / (1.0 if kind in WITHOUT_MONEY else unit) < most:
                _set(document, kind, amount * (1.0 + rng.choice(NEARBY)))
                return document, portfolios
    raise AssertionError(f"{kind}: no portfolio of {MOST_DRAWN} instances comes to anything")


def _document(rng: random.Random, unit: float, periods: int) -> Document:
    def money() -> float:
        return unit * rng.randint(1, 20) * rng.choice(SIZES)

    partners = [
        {
            "id": f"p{k}",
            "revenue": 2.0 * money(),
            "cost": money(),
            "setup_cost": money(),
            "effort": rng.choice(SIZES),
            "overrun": rng.choice([0.1, 0.3, 0.5]),
            "minimum_payoff": money() / 4.0,
            "ip_exposure": rng.choice(SIZES),
            "innovation": rng.choice(SIZES),
            "compatibility": rng.choice([0.3, 0.7, 0.9]),
            "revenue_cv": 0.5,
            "success": rng.choice([0.7, 0.9, 1.0]),
            "coordination_cost": money() / 4.0,
            "industry": rng.choice("ab"),
            "last_period": rng.choice([1, periods]) if k == 1 else 1,
        }
        for k in range(3)
    ]
    applications = [
        {"id": f"a{k}", "revenue": 3.0 * money(), "cost": money() / 3.0, "first_period": periods}
        for k in range(2)
    ]
    return {
        "periods": periods,
        "partners": partners,
        "applications": applications,
        "levels": [
            {"partner": "p0", "level": "light"},
            {"partner": "p0", "level": "deep", "cost": money(), "ip_exposure": rng.choice(SIZES)},
        ],
        "technologies": [{"id": "edge"}, {"id": "nlp"}],
        "capabilities": [
            {"holder": f"p{k}", "technology": what, "level": 1.0 - 0.2 * k}
            for k in range(3)
            for what in ("edge", "nlp")
            if rng.random() < 0.8
        ],
        "requirements": [
            {
                "application": f"a{k}",
                "technology": what,
                "level": 0.5,
                "workload": rng.choice(SIZES),
                "max_providers": 2 if what == "nlp" else 1,
            }
            for k, what in ((0, "nlp"), (1, rng.choice(["edge", "nlp"])))
        ],
        "pairs": [
            {"first": "p0", "second": "p1", "kind": "ip_conflict", "value": money() / 5.0},
            {"first": "p0", "second": "p2", "kind": "synergy", "value": money() / 2.0},
        ],
        "groups": [{"dimension": "industry", "group": "a", "entry_cost": money() / 2.0}],
        "resources": [{"id": "r"}],
        "usage": [
            {"id": one, "resource": "r", "amount": rng.choice(SIZES)} for one in ("p0", "p1", "p2", "a0")
        ],
        "outside": [{"members": "p0;p1", "value": money()}, {"members": "p1;p2", "value": money()}],
        "limits": {},
    }


def _spent(facts: Facts, plan: Plan) -> float:
    spent = sum(choice.spent for choice in plan.chosen.values())
    return spent + entry_costs(facts, plan) + licence_costs(facts, plan)


def _overrun(facts: Facts, plan: Plan) -> float:
    return _spent(facts, plan) + max((one.row["overrun"] * one.spent for one in plan.partners), default=0.0)


def _used(facts: Facts, plan: Plan) -> float:
    return sum(float(row["amount"]) for row in facts.table("usage") if row["id"] in plan.chosen)


def _load(facts: Facts, plan: Plan) -> float:
    work = {(need.application, need.technology): need.workload for need in facts.needs}
    return sum(work[where, what] for where, what, who in plan.assignments if who == "p1")


def _group(facts: Facts, plan: Plan) -> float:
    return sum(choice.spent for choice in members(plan, facts.table("groups")[0]))


def _gain_share(facts: Facts, plan: Plan) -> float:
    gains = [max(0.0, choice.benefit) for choice in plan.partners]
    return max(gains) / sum(gains) if sum(gains) else 0.0


def _retained(facts: Facts, plan: Plan) -> float:
    incomes = {choice.id: choice.income for choice in plan.applications}
    kept = []
    for partner in plan.partners:
        able = [
            (need, {*in_time(facts, need, plan.chosen)} - {partner.id})
            for need in facts.needs
            if need.application in incomes
        ]
        lost = {need.application for need, others in able if len(others) < need.providers}
        kept.append(sum(income for one, income in incomes.items() if one not in lost))
    return min(kept) / sum(incomes.values()) if kept and incomes else 0.0


def _left_for_hub(facts: Facts, plan: Plan) -> float:
    return max(0.0, value_of(facts, plan)["total"] - least_payoffs(facts, plan.partners))


def _mean_match(facts: Facts, plan: Plan) -> float:
    return float(np.mean([one.match for one in plan.partners])) if plan.partners else 0.0


AMOUNTS: dict[str, Callable[[Facts, Plan], float]] = {
    "budget": _spent,
    "overruns": _overrun,
    "budget_by_period": lambda _, plan: sum(one.spending[-1] for one in plan.chosen.values()),
    "carried": lambda _, plan: sum(one.spent for one in plan.chosen.values()),
    "effort": lambda _, plan: sum(one.effort[0] for one in plan.partners),
    "ip_exposure": lambda _, plan: sum(one.ip_exposure for one in plan.partners),
    "min_innovation": lambda _, plan: sum(one.row["innovation"] for one in plan.partners),
    "min_match": _mean_match,
    "least use": _used,
    "most use": _used,
    "workload": _load,
    "group budget": _group,
    "group share": lambda facts, plan: (
        _group(facts, plan) / max(sum(one.spent for one in plan.chosen.values()), 1e-300)
    ),
    "max_share_of_benefit": _gain_share,
    "retained_value": _retained,
    "satisfaction": _left_for_hub,
}
SHARES = ("group share", "max_share_of_benefit", "min_match", "retained_value")
WITHOUT_MONEY = {
    "effort",
    "ip_exposure",
    "min_innovation",
    "min_match",
    "least use",
    "most use",
    "workload",
    "group share",
    "max_share_of_benefit",
    "retained_value",
}
KINDS = (*AMOUNTS, *RISKS)


def _risk(document: Document, portfolio: Portfolio) -> float:
    assessment = assess(Instance.from_document(document))
    assert assessment.outlook is not None
    selection = read_plan(assessment, portfolio).selection
    risk = document["risk"]
    spectrum = tuple(zip(risk.get("spectrum_levels", ()), risk.get("spectrum_weights", ()), strict=True))
    given = {key: risk[key] for key in ("level", "kappa") if key in risk}
    found = measure(
        risk["measure"], spectrum=spectrum, **{"level": 0.95, "theta": None, "kappa": None} | given
    )
    return found.value(losses(selection, assessment.outlook), assessment.outlook.scenarios.probability)


def _set(document: Document, kind: str, amount: float) -> None:
    limits, group, resource = document["limits"], document["groups"][0], document["resources"][0]
    if kind in RISKS:
        document["risk"]["limit"] = amount
    elif kind in ("budget", "overruns"):
        limits["budget"] = amount
    elif kind == "budget_by_period":
        limits["budget_by_period"] = [1e12 * amount, amount]
    elif kind == "carried":
        limits |= {"budget_by_period": [0.75 * amount, 0.25 * amount], "budget_carry": True}
    elif kind == "effort":
        limits["effort"] = [amount, 1e12]
    elif kind in ("least use", "most use"):
        resource["min" if kind == "least use" else "max"] = amount
    elif kind == "workload":
        document["partners"][1]["capacity"] = amount
    elif kind == "group budget":
        group["budget"] = amount
    elif kind == "group share":
        group["max_spend_share"] = min(1.0, amount)
    elif kind == "satisfaction":
        document["hub"] = {"id": "hub", "minimum_payoff": amount}
        limits["satisfaction"] = True
    else:
        limits[kind] = min(1.0, amount) if kind in SHARES else amount
