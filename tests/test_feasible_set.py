"""One feasible set for search, start, locks, checker, `verify` (spec 3.1.13), on amounts near their limits.

Which choices are feasible is said here by a few lines of their own, not by the package.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest

import solver as pf
from solver.assessment.assessment import assess
from solver.portfolio.checker import check
from solver.portfolio.plan import read_plan
from tests.draws import TIMES

CASES = Path(__file__).parent / "cases"
DRAWN = round(200 * TIMES)
NEARBY = (0.0, 1e-7, -1e-7, 1e-9, -1e-9, 1e-11, -1e-11, 3e-8, -3e-8)
MONEY = ("revenue", "cost", "setup_cost", "minimum_payoff", "coordination_cost", "entry_cost", "value")


def case(name: str) -> Any:
    return json.loads((CASES / f"{name}.json").read_text())


# The cases


def test_a_budget_of_billions_is_kept_to_the_dollar() -> None:
    instance, plan = pf.Instance.from_document(case("dollars")), case("dollars_plan")
    for start in (None, plan):
        result = pf.solve(instance, start=start)
        assert (result.termination, result.objective, result.bound) == (
            "optimal",
            1_500_001_000,
            1_500_001_000,
        )
        assert any("2,500,002,000" in warning for warning in result.warnings) == (start is not None)
    assert pf.solve(instance, include=["big", "small"]).termination == "infeasible"
    (broken,) = pf.verify(instance, plan).verdict.broken
    assert (broken.rule, broken.slack) == ("budget", -2000.0)


def test_two_cents_over_a_hundred_million_is_over() -> None:
    instance, plan = pf.Instance.from_document(case("cents")), case("cents_plan")
    assert pf.solve(instance).objective == pytest.approx(33_333_333.32, abs=1e-7)
    assert not pf.verify(instance, plan).holds


def test_limits_in_millionths_are_limits() -> None:
    instance = pf.Instance.from_document(case("ppm"))
    assert pf.solve(instance).objective == 2.0
    for seven in (("q0", "q1", "q2"), tuple(f"q{k}" for k in range(7))):
        assert not pf.verify(instance, {"partners": list(seven)}).holds


def test_a_rounding_of_sums_is_no_breach() -> None:
    alike = {"revenue": 1, "cost": 0.1}
    partners = [{"id": f"p{k}", **alike} for k in range(3)]
    tight = pf.Instance.from_document({"partners": partners, "limits": {"budget": 0.3}})
    assert 0.1 + 0.1 + 0.1 > 0.3
    assert len(pf.solve(tight).portfolio.partners) == 3


def test_what_a_large_amount_hides_is_told_as_open() -> None:
    instance = pf.Instance.from_document(case("settled"))
    result = pf.solve(instance)
    assert result.objective <= 5_000_000_072 <= result.bound
    exactly = pf.solve(instance, limits=pf.SearchLimits(gap=0))
    assert (exactly.objective, exactly.bound) == (5_000_000_072, 5_000_000_072)


# Drawn instances


def drawn(seed: int) -> dict[str, Any]:
    """A small instance; limits lie next to what some choice of partners comes to."""
    rng = random.Random(seed)
    count, scale = rng.randint(3, 5), 10.0 ** rng.choice([-9, -3, 0, 0, 3, 9])
    partners = []
    for k in range(count):
        size = scale * 10.0 ** rng.choice([0, 0, 0, -3, -6, 3])
        partners.append(
            {
                "id": f"p{k}",
                "revenue": size * rng.randint(1, 40),
                "cost": size * rng.randint(1, 30) * rng.choice([1, 1, 1 / 3]),
                "ip_exposure": rng.choice([0.1, 0.2, 0.3, 0.7]),
                "innovation": rng.choice([0.1, 0.2, 0.3, 1e-7]),
                "minimum_payoff": size * rng.randint(0, 8),
                "industry": rng.choice("ab"),
            }
        )
    document: dict[str, Any] = {"roi_rate": 0, "partners": partners, "limits": {}}
    some = rng.sample(partners, rng.randint(1, count))
    for rule in rng.sample(["budget", "exposure", "innovation", "share", "resource", "group", "spread"], 3):
        _limit(document, rule, some, rng)
    document["limits"]["satisfaction"] = rng.random() < 0.2
    return document


def _near(amount: float, rng: random.Random) -> float:
    return amount * (1.0 + rng.choice(NEARBY))


def _limit(document: dict[str, Any], rule: str, some: list[dict[str, Any]], rng: random.Random) -> None:
    limits, partners = document["limits"], document["partners"]
    spent = sum(row["cost"] for row in some)
    if rule == "budget":
        limits["budget"] = _near(spent, rng)
    elif rule == "exposure":
        limits["ip_exposure"] = _near(sum(row["ip_exposure"] for row in some), rng)
    elif rule == "innovation":
        limits["min_innovation"] = _near(sum(row["innovation"] for row in some), rng)
    elif rule == "share":
        gains = [max(0.0, row["revenue"] - row["cost"]) for row in some]
        if sum(gains):
            limits["max_share_of_benefit"] = min(1.0, _near(max(gains) / sum(gains), rng))
    elif rule == "resource":
        unit = 10.0 ** rng.choice([-7, 0, 6])
        usage = [{"id": row["id"], "resource": "r", "amount": unit * rng.randint(1, 9)} for row in partners]
        taken = sum(row["amount"] for row in usage if row["id"] in {one["id"] for one in some})
        document["usage"] = usage
        document["resources"] = [{"id": "r", rng.choice(["min", "max"]): _near(taken, rng)}]
    else:
        group = [row for row in some if row["industry"] == "a"]
        within = sum(row["cost"] for row in group)
        if within:
            key, amount = ("budget", within) if rule == "group" else ("max_spend_share", within / spent)
            bare = {"dimension": "industry", "group": "a"}
            amount = _near(amount, rng)
            document.setdefault("groups", [bare])[0][key] = amount if rule == "group" else min(1.0, amount)


def at_most(terms: list[float], limit: float, precision: float = 1e-12) -> bool:
    return sum(terms) <= limit + precision * (abs(limit) + sum(map(abs, terms)))


def keeps(document: dict[str, Any], chosen: tuple[dict[str, Any], ...]) -> bool:
    """Whether a choice of partners keeps every limit, by the specification alone."""
    limits, ids = document["limits"], {row["id"] for row in chosen}
    gains = [row["revenue"] - row["cost"] for row in chosen]
    costs = [row["cost"] for row in chosen]
    tests = []
    if "budget" in limits:
        tests.append(at_most(costs, limits["budget"]))
    if "ip_exposure" in limits:
        tests.append(at_most([row["ip_exposure"] for row in chosen], limits["ip_exposure"]))
    if "min_innovation" in limits:
        tests.append(at_most([-row["innovation"] for row in chosen], -limits["min_innovation"]))
    if "max_share_of_benefit" in limits:
        share, positive = limits["max_share_of_benefit"], [max(0.0, gain) for gain in gains]
        tests += [at_most([one, *(-share * other for other in positive)], 0.0) for one in positive if one]
    for row in document.get("resources", ()):
        used = [use["amount"] for use in document["usage"] if use["id"] in ids]
        tests.append(at_most(used, row["max"]) if "max" in row else at_most([-u for u in used], -row["min"]))
    for row in document.get("groups", ()):
        within = [one["cost"] for one in chosen if one["industry"] == row["group"]]
        if "budget" in row:
            tests.append(at_most(within, row["budget"]))
        if "max_spend_share" in row:
            tests.append(at_most([*within, *(-row["max_spend_share"] * cost for cost in costs)], 0.0))
    if limits["satisfaction"]:
        claims = [row["minimum_payoff"] for row in chosen]
        tests.append(at_most([*claims, *(-gain for gain in gains)], 0.0, 1e-9))
    return all(tests)


def choices(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], ...]]:
    rows = document["partners"]
    return chain.from_iterable(combinations(rows, size) for size in range(len(rows) + 1))


def times(document: dict[str, Any], factor: float) -> dict[str, Any]:
    """The same in another unit of money."""
    other = json.loads(json.dumps(document))
    for row in other["partners"]:
        row.update({key: row[key] * factor for key in MONEY if key in row})
    for row in (other["limits"], *other.get("groups", ())):
        if "budget" in row:
            row["budget"] *= factor
    return other


def worth(chosen: tuple[dict[str, Any], ...]) -> float:
    return sum(row["revenue"] - row["cost"] for row in chosen)


def ids(result: pf.Result) -> list[str]:
    assert result.portfolio is not None, result.message
    return [row.id for row in result.portfolio.partners]


@pytest.mark.slow
@pytest.mark.parametrize("block", range(max(1, DRAWN // 20)))
def test_search_start_locks_and_checker_agree_with_enumeration(block: int) -> None:
    for seed in range(20 * block, 20 * block + 20):
        document = drawn(seed)
        instance = pf.Instance.from_document(document)
        assessment, formulation = assess(instance), pf.Formulation.of(instance)
        rows = document["partners"]
        feasible = {
            numbers: keeps(document, tuple(rows[k] for k in numbers)) for numbers in _numbered(document)
        }
        for numbers, holds in feasible.items():
            plan = read_plan(assessment, {"partners": [rows[k]["id"] for k in numbers]})
            assert check(formulation, plan.selection).holds == holds, (seed, numbers)
        result = pf.solve(instance)
        known = [worth(tuple(rows[k] for k in numbers)) for numbers, holds in feasible.items() if holds]
        if not known:
            assert result.termination == "infeasible", seed
            continue
        assert result.termination == "optimal", (seed, result.message)
        assert result.objective == pytest.approx(max(known), rel=1e-6), seed
        assert result.bound >= max(known) - 1e-9 * abs(max(known)), seed
        assert pf.verify(instance, result.to_dict()).holds, seed
        numbers = random.Random(seed).choice(sorted(feasible))
        inside = [rows[k]["id"] for k in numbers]
        outside = [row["id"] for row in rows if row["id"] not in inside]
        assert pf.verify(instance, {"partners": inside}).holds == feasible[numbers], (seed, inside)
        locked = pf.solve(instance, include=inside, exclude=outside)
        assert (locked.termination == "optimal") == feasible[numbers], (seed, inside)
        begun = pf.solve(instance, start={"partners": inside})
        assert begun.objective == pytest.approx(max(known), rel=1e-6), seed
        assert any("start" in warning for warning in begun.warnings) != feasible[numbers], seed


def _numbered(document: dict[str, Any]) -> Iterator[tuple[int, ...]]:
    count = len(document["partners"])
    return chain.from_iterable(combinations(range(count), size) for size in range(count + 1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 30))
def test_the_unit_of_money_changes_no_choice(seed: int) -> None:
    document = drawn(seed)
    ranked = sorted((worth(chosen) for chosen in choices(document) if keeps(document, chosen)), reverse=True)
    if len(ranked) < 2 or ranked[0] - ranked[1] <= 2e-6 * abs(ranked[0]):
        pytest.skip("the second best is as good")
    first = ids(pf.solve(pf.Instance.from_document(document)))
    for factor in (1e6, 1e-6):
        assert ids(pf.solve(pf.Instance.from_document(times(document, factor)))) == first
