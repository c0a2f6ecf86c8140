"""Teams: who keeps an application going, and the rules that hold where partners may fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import Assessment, assess
from solver.model import teams as teams_module
from solver.model.pruning import Pruning, kept_teams
from solver.model.teams import Member, ProviderSets, Teams, needs_at_risk, teams_of
from solver.portfolio.risks import watched_risks
from tests.draw_risk import risky_documents
from tests.draws import draws
from tests.oracle.risk import benefits
from tests.oracles import broken, feasible_portfolios

Document = dict[str, Any]


@st.composite
def served_documents(draw: st.DrawFn, measures: tuple[str, ...]) -> Document:
    """Risky documents with applications that partners serve, over few scenarios."""
    document = draw(risky_documents(measures))
    assume("requirements" in document and "capabilities" in document)
    return document | {"risk": document["risk"] | {"scenarios": draw(st.sampled_from([4, 8, 16]))}}


@st.composite
def limited_documents(draw: st.DrawFn) -> Document:
    """The same with workloads, intellectual property and a share of value to be kept."""
    document = draw(served_documents(("cvar", "worst_case", "mean_std")))
    capacity = st.sampled_from([None, 1.0, 2.0])
    partners = [row | {"capacity": draw(capacity)} for row in document["partners"]]
    needs = [row | {"workload": draw(st.sampled_from([0.0, 1.0]))} for row in document["requirements"]]
    application = st.sampled_from([None, *(row["id"] for row in document["applications"])])
    conflicts = [
        {
            "first": "p1",
            "second": "p2",
            "kind": "ip_conflict",
            "value": draw(st.sampled_from([None, 1.5])),
            "application": draw(application),
        }
    ]
    synergy = {"first": "p2", "second": "p1", "kind": "synergy", "value": draw(st.sampled_from([3.0, -2.0]))}
    synergy["application"] = draw(application)
    retained = {"retained_value": draw(st.sampled_from([0.0, 0.5, 1.0]))}
    return document | {
        "partners": [{key: cell for key, cell in row.items() if cell is not None} for row in partners],
        "requirements": needs,
        "pairs": [*conflicts[: draw(st.integers(0, 1))], synergy],
        "limits": document["limits"] | retained,
    }


def best(document: Document, assessment: Assessment) -> float:
    """The best objective of all portfolios within the limit on risk; −∞ for none."""
    (risk,) = watched_risks(assessment.instance)
    probability, found = assessment.outlook.scenarios.probability, -np.inf
    for portfolio in feasible_portfolios(document):
        gained = benefits(document, portfolio, assessment)
        measured = risk.measure.value(-gained, probability)
        if risk.limit is None or measured <= risk.limit + 1e-6 * max(1.0, abs(risk.limit)):
            found = max(found, float(probability @ gained) - risk.weight * measured)
    return found


def agrees_with_brute_force(document: Document) -> None:
    instance = pf.Instance.from_document(document)
    result, expected = pf.solve(instance), best(document, assess(instance))
    if expected == -np.inf:
        assert result.termination == "infeasible", result.message
        return
    assert result.termination == "optimal", result.message
    assert result.objective == pytest.approx(expected, rel=1e-5, abs=1e-5)
    assert result.verified
    assert broken(document, result.portfolio.to_dict()) == set()


# Sums over scenarios


def some_teams(seed: int, scenarios: int) -> Teams:
    """Random survivals of up to three requirements, and random teams."""
    random = np.random.default_rng(seed)
    everybody = tuple(Member(k, 0.5) for k in range(6))
    by_need = []
    for need in range(int(random.integers(1, 4))):
        sets = int(random.integers(1, 6))
        by_need.append(
            ProviderSets(need, random.random((sets, 6)) < 0.5, random.random((sets, scenarios)) < 0.7)
        )
    count = int(random.integers(0, 12))
    choice = np.stack([random.integers(0, len(own.members), count) for own in by_need], axis=1)
    return Teams(everybody, tuple(by_need), choice)


@pytest.mark.parametrize("block", [None, 7])
@pytest.mark.parametrize("seed", range(20))
def test_sums_over_scenarios_are_those_of_every_team(
    seed: int, block: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if block is not None:
        monkeypatch.setattr(teams_module, "LARGEST_BLOCK", block)
    found = some_teams(seed, 50)
    random = np.random.default_rng(seed + 1)
    weights = random.normal(size=50) * (random.random(50) < 0.6)
    expected = [
        sum(
            weights[s] * all(own.survives[k, s] for own, k in zip(found.by_need, row, strict=True))
            for s in range(50)
        )
        for row in found.choice
    ]
    assert found.expected(weights) == pytest.approx(expected)
    assert found.expected(0.0 * weights) == pytest.approx(np.zeros(len(found)))
    by_team = [float(weights @ found.survives(team)) for team in range(len(found))]
    assert by_team == pytest.approx(expected)


# Which teams there are


def options_at_risk(assessment: Assessment) -> list[int]:
    first = assessment.partner_count
    return [
        option
        for application in range(first, len(assessment.elements))
        if needs_at_risk(assessment, application)
        for option in assessment.options.of(application)
    ]


def members_of(found: Teams, members: np.ndarray) -> frozenset[Member]:
    return frozenset(found.everybody[place] for place in np.flatnonzero(members))


@draws(24)
@given(served_documents(("cvar",)))
def test_every_team_is_one_that_can_be_assigned(document: Document) -> None:
    assessment = assess(pf.Instance.from_document(document))
    for option in options_at_risk(assessment):
        found = teams_of(assessment, assessment.outlook, option)
        start = int(assessment.options.start[option])
        for own in found.by_need:
            sets = [members_of(found, row) for row in own.members]
            assert len(set(sets)) == len(sets)
            for members, survival in zip(sets, own.survives, strict=True):
                can_provide(assessment, own.need, members, survival, start)
        for team in range(len(found)):
            rows = zip(found.by_need, found.choice[team], strict=True)
            sets = [members_of(found, own.members[k]) for own, k in rows]
            members = members_of(found, found.members[team])
            assert members == frozenset().union(*sets)
            assert len({member.partner for member in members}) == len(members)
            expected = {
                own.need: sorted(m.partner for m in s) for own, s in zip(found.by_need, sets, strict=True)
            }
            assert {need: sorted(partners) for need, partners in found.providers(team).items()} == expected


def can_provide(
    assessment: Assessment, index: int, members: frozenset[Member], survival: np.ndarray, start: int
) -> None:
    """A provider set has the right size, able and ready partners, and survives where enough deliver."""
    need, options = assessment.needs[index], assessment.options
    assert need.requirement.providers <= len(members) <= need.requirement.most_providers
    assert len({member.partner for member in members}) == len(members)
    assert {member.partner for member in members} <= set(need.capable)
    delivering = np.zeros(len(survival), dtype=int)
    for member in members:
        fitting = [o for o in options.of(member.partner) if options.success[o] == member.success]
        assert min(options.ready[o] for o in fitting) <= start
        delivering += assessment.outlook.delivers(fitting[0])
    assert np.array_equal(survival, delivering >= need.requirement.providers)


@draws(24)
@given(served_documents(("cvar",)))
def test_no_portfolio_survives_less_often_for_the_teams_that_are_left_out(document: Document) -> None:
    assessment = assess(pf.Instance.from_document(document))
    for option in options_at_risk(assessment):
        everything = teams_of(assessment, assessment.outlook, option)
        kept = everything.only(kept_teams(everything, Pruning.SURVIVAL, np.zeros(len(everything))))
        survivals = [kept.survives(team) for team in range(len(kept))]
        for team, members in enumerate(everything.members):
            survival = everything.survives(team)
            assert any(
                not (others & ~members).any() and not (survival & ~own).any()
                for others, own in zip(kept.members, survivals, strict=True)
            )


@draws(24)
@given(served_documents(("cvar",)), st.integers(0, 100))
def test_no_portfolio_expects_less_for_the_teams_that_are_left_out(document: Document, seed: int) -> None:
    assessment = assess(pf.Instance.from_document(document))
    weights = np.random.default_rng(seed).random(len(assessment.outlook.scenarios))
    for option in options_at_risk(assessment):
        everything = teams_of(assessment, assessment.outlook, option)
        worth = everything.expected(weights)
        kept = everything.only(kept_teams(everything, Pruning.EXPECTATION, worth))
        left, unions = kept.expected(weights), {row.tobytes() for row in kept.members}
        assert len(unions) == len(kept)
        for members, expected in zip(everything.members, worth, strict=True):
            within = ~(kept.members & ~members).any(axis=1)
            assert left[within].max(initial=-np.inf) >= expected - 1e-9
        assert kept_teams(everything, Pruning.NONE, worth).all()


LEVELS: Document = {
    "partners": [
        {"id": "p1", "revenue": 1, "cost": 1, "success": 0.4},
        {"id": "p2", "revenue": 1, "cost": 1, "success": 0.5},
    ],
    "levels": [
        {"partner": "p1", "level": "light"},
        {"partner": "p1", "level": "deep", "success": 0.95, "cost": 4},
        {"partner": "p1", "level": "dear", "success": 0.95, "cost": 20, "revenue_cv": 0.5},
    ],
    "applications": [{"id": "a1", "revenue": 40, "cost": 2}],
    "capabilities": [
        {"holder": name, "technology": what, "level": 1} for name in ("p1", "p2") for what in ("nlp", "edge")
    ],
    "requirements": [{"application": "a1", "technology": what, "level": 1} for what in ("nlp", "edge")],
    "risk": {"scenarios": 64, "measure": "cvar", "level": 0.5, "weight": 0.5},
}


def test_levels_with_the_same_chance_are_one_member_and_a_team_takes_one_level() -> None:
    assessment = assess(pf.Instance.from_document(LEVELS))
    (option,) = options_at_risk(assessment)
    found = teams_of(assessment, assessment.outlook, option)
    light, deep, other = Member(0, 0.4), Member(0, 0.95), Member(1, 0.5)
    assert found.everybody == (light, deep, other)
    alone = [{light}, {deep}, {other}]
    expected = {frozenset(members) for members in [*alone, {light, other}, {deep, other}]}
    for own in found.by_need:
        assert {members_of(found, row) for row in own.members} == expected
    # Of 5 × 5 pairs of sets, those with p1 light for one requirement and deep for the other are left out.
    assert len(found) == 25 - 2 * 2 * 2
    assert not [row for row in found.members if {light, deep} <= members_of(found, row)]


def test_the_level_decides_how_often_the_application_goes_on() -> None:
    instance = pf.Instance.from_document(LEVELS)
    result = pf.solve(instance)
    assert ("p1", "deep") in [(row.id, row.level) for row in result.portfolio.partners]
    assert result.objective == pytest.approx(best(LEVELS, assess(instance)), abs=1e-5)


def test_a_partner_that_starts_later_serves_nobody_earlier() -> None:
    late = {"id": "p1", "revenue": 1, "cost": 1, "success": 0.5, "lead": 1}
    document = LEVELS | {
        "periods": 2,
        "partners": [late],
        "levels": [],
        "capabilities": LEVELS["capabilities"][:2],
    }
    assessment = assess(pf.Instance.from_document(document))
    numbers = {
        int(assessment.options.start[option]): len(teams_of(assessment, assessment.outlook, option))
        for option in options_at_risk(assessment)
    }
    assert numbers == {1: 0, 2: 1}
    agrees_with_brute_force(document)


# The optimum


@pytest.mark.slow
@draws(13)
@given(limited_documents())
def test_workloads_conflicts_and_retained_value_hold_with_recourse(document: Document) -> None:
    agrees_with_brute_force(document)


ALL_IN: Document = {
    "partners": [
        {"id": f"p{n}", "revenue": 9, "cost": 1, "success": success, "status": "in"}
        for n, success in enumerate([0.5, 0.7, 0.6], start=1)
    ],
    "applications": [{"id": "a1", "revenue": 20, "cost": 1, "status": "in"}],
    "capabilities": [
        {"holder": f"p{n}", "technology": what, "level": 1} for n in (1, 2, 3) for what in ("nlp", "edge")
    ],
    "requirements": [
        {"application": "a1", "technology": "nlp", "level": 1, "max_providers": 2},
        {"application": "a1", "technology": "edge", "level": 1, "max_providers": 1},
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    "risk",
    [
        {"margin": "normal", "measure": "cvar", "level": 0.8, "weight": 0.0},
        {"margin": "normal", "measure": "cvar", "level": 0.8, "weight": 1.0},
        {"measure": "cvar", "level": 0.8, "weight": 3.0},
        {"measure": "var", "level": 0.75, "limit": -22.0},
        {"measure": "mean_std", "kappa": 4.0, "weight": 1.0},
        {"measure": "mad", "kappa": 3.0, "weight": 1.0},
    ],
)
def test_among_the_teams_of_the_same_partners_the_wanted_one_is_found(risk: Document, seed: int) -> None:
    # Everybody is in, so that only who provides what is left to decide, by expectation or by risk.
    varies = {"revenue_cv": 3.0} if "margin" in risk else {"revenue_cv": 0.3}
    applications = [row | varies for row in ALL_IN["applications"]]
    agrees_with_brute_force(
        ALL_IN
        | {
            "applications": applications,
            "risk": {"scenarios": 10, "seed": seed, "copula": "independent"} | risk,
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    ("chances", "risk"),
    [
        ((0.5, 0.9), {"margin": "normal", "measure": "cvar", "level": 0.5, "weight": 0.0}),
        ((0.5, 0.9), {"margin": "normal", "measure": "cvar", "level": 0.5, "weight": 1.0}),
        ((0.1, 0.5), {"measure": "mean_std", "kappa": 6.0, "weight": 1.0}),
    ],
)
def test_where_going_on_does_harm_the_frailer_team_is_found(
    chances: tuple[float, float], risk: Document, seed: int
) -> None:
    # Where only p2 delivers, revenues are mostly negative, or spread more than they are worth: p1 alone is
    # wanted for what p2 could back up.
    partners = [row | {"success": p} for row, p in zip(ALL_IN["partners"], chances, strict=False)]
    cv = {"revenue_cv": 3.0} if "margin" in risk else {}
    tied = {"market_correlation": 0.9, "industry_correlation": 0.0, "region_correlation": 0.0}
    document = ALL_IN | {
        "partners": partners,
        "applications": [row | cv for row in ALL_IN["applications"]],
        "capabilities": [
            row for row in ALL_IN["capabilities"] if (row["holder"], row["technology"]) != ("p1", "edge")
        ][:3],
        "risk": {"scenarios": 24, "seed": seed} | tied | risk,
    }
    agrees_with_brute_force(document)
    portfolio = pf.solve(pf.Instance.from_document(document)).portfolio
    assert ("p1", "nlp") in {(row.partner, row.technology) for row in portfolio.assignments}


@pytest.mark.slow
@draws(8)
@given(served_documents(("mean_std", "mad")), st.sampled_from([1.5, 4.0]))
def test_measures_that_shun_good_surprises_take_exactly_who_is_assigned(
    document: Document, kappa: float
) -> None:
    risk = document["risk"] | {"kappa": kappa, "weight": 1.0}
    agrees_with_brute_force(document | {"risk": risk})


@pytest.mark.slow
@draws(8)
@given(served_documents(("cvar",)))
def test_revenues_that_may_be_negative_keep_the_teams_exact(document: Document) -> None:
    rows = [row | {"revenue_cv": 1.2} for row in document["applications"]]
    risk = document["risk"] | {"margin": "normal", "scenarios": 6}
    agrees_with_brute_force(document | {"periods": 1, "applications": rows, "risk": risk})


def test_teams_beyond_counting_are_refused_with_a_remedy() -> None:
    partners = [{"id": f"p{n}", "revenue": 5, "cost": 4, "success": 0.8} for n in range(16)]
    needs = ("x", "y", "z")
    document = {
        "partners": partners,
        "applications": [{"id": "a", "revenue": 90, "cost": 2}],
        "capabilities": [
            {"holder": row["id"], "technology": need, "level": 1} for row in partners for need in needs
        ],
        "requirements": [
            {"application": "a", "technology": need, "level": 0.5, "providers": 2, "max_providers": 6}
            for need in needs
        ],
        "risk": {"scenarios": 16},
    }
    with pytest.raises(pf.InputError, match="fewer backups"):
        pf.solve(pf.Instance.from_document(document))
