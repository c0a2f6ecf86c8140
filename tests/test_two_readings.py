"""Every rule and term has a row reading and a plain reading; pinned portfolios show that they agree."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solver.assessment.assessment import Assessment, assess
from solver.driver import Termination, run
from solver.errors import FormulationError
from solver.instance.instance import Instance
from solver.model.draft import Draft, Side
from solver.model.form import Form
from solver.model.rule_rows import rule_rows
from solver.model.term_rows import quantity_rows
from solver.portfolio import rules, terms
from solver.portfolio.choices import Moves, OtherProviders, differences
from solver.portfolio.formulation import Formulation
from solver.portfolio.quantities import Quantity, Term
from solver.portfolio.rules import Rule
from solver.portfolio.selection import Selection
from tests.draw import documents
from tests.draws import draws

DRAWN = draws(20)


def random_selection(draft: Draft, rng: random.Random) -> Selection:
    """Any options, one per element at most, with random providers and licences where columns exist.

    Providers are chosen ones: who is not chosen serves nothing, which only the rows of coverage say.
    """
    assessment = draft.assessment
    chosen: set[int] = set()
    for element in range(len(assessment.elements)):
        mine = list(assessment.options.of(element))
        if mine and rng.random() < 0.7:
            chosen.add(rng.choice(mine))
    ones = {draft.options[option].name for option in chosen}
    there = {int(assessment.options.element[option]) for option in chosen}
    density = rng.choice([0.2, 0.5, 0.9])
    for columns in draft.assigned.values():
        for (option, partner), column in columns.items():
            if option in chosen and partner in there and rng.random() < density:
                ones.add(column.name)
    ones |= {column.name for column in draft.licences.values() if rng.random() < 0.5}
    return draft.selection(lambda column: float(column.name in ones))


def pinned(draft: Draft, selection: Selection) -> None:
    for column, value in draft.values(selection).items():
        column.lowBound = column.upBound = value


PRESUMED: dict[type[Rule], tuple[Rule, ...]] = {
    rules.Coverage: (rules.Workload(),),
    rules.RetainedValue: (rules.Workload(), rules.Coverage()),
}


def with_presumed(rule: Rule) -> tuple[Rule, ...]:
    """The rule, and those its rows take for granted: who cannot carry it, or covers nothing."""
    return (*PRESUMED.get(type(rule), ()), rule)


def possible(rule: Rule, selection: Selection) -> bool:
    """Whether the rule's rows leave room for the selection."""
    terms_in = {type(t) for bound in rule.bounds(selection.assessment) for t in bound.quantity.weights()}
    draft = Draft(selection.assessment, Form(by_provider=OtherProviders in terms_in))
    for each in (rules.OneOption(), *with_presumed(rule)):
        rule_rows(each, draft)
    draft.maximise(quantity_rows(terms.PartnerCount(), draft, Side.ABOVE))
    pinned(draft, selection)
    return run(draft.problem, blocks=draft.blocks, lazies=draft.lazies).termination == Termination.optimal


def extreme(quantity: Quantity, selection: Selection) -> float:
    """The largest amount of a quantity that the rows allow for the selection."""
    draft = Draft(selection.assessment)
    rule_rows(rules.OneOption(), draft)
    draft.maximise(quantity_rows(quantity, draft, Side.ABOVE))
    pinned(draft, selection)
    outcome = run(draft.problem, blocks=draft.blocks, lazies=draft.lazies)
    assert outcome.objective is not None
    return outcome.objective


def every_term(assessment: Assessment) -> Iterator[Term]:
    instance = assessment.instance
    yield from (term for component in terms.COMPONENTS.values() for term in component)
    yield from (terms.MinimumPayoffs(), terms.Spending(), terms.PartnerCount(), terms.IpExposure())
    yield from (terms.WorstOverruns(1), terms.WorstOverruns(2))
    yield from (
        terms.Innovation(),
        terms.MatchSurplus(0.4),
        terms.PositiveBenefit(),
        terms.PositiveBenefit(0),
    )
    for period in range(1, instance.periods + 1):
        yield from (terms.Spending(period), terms.Effort(period))
    yield from (terms.ResourceUse(row.id) for row in instance.resources)
    for group in range(len(instance.groups)):
        yield from (terms.GroupPartners(group), terms.GroupSpending(group))


def test_every_term_is_in_the_list_of_terms() -> None:
    named = {
        value
        for value in vars(terms).values()
        if isinstance(value, type) and issubclass(value, Term) and value.__module__ == terms.__name__
    }
    document = {
        "partners": [{"id": "p", "revenue": 1, "cost": 1, "industry": "a"}],
        "resources": [{"id": "r", "max": 1}],
        "groups": [{"dimension": "industry", "group": "a", "max": 1}],
    }
    listed = {type(term) for term in every_term(assess(Instance.from_document(document)))}
    assert listed == named


@pytest.mark.slow
@DRAWN
@given(documents(), st.integers(0, 10**6))
def test_rows_and_plain_readings_of_every_rule_agree(document: dict, seed: int) -> None:
    instance = Instance.from_document(document)
    formulation = Formulation.of(instance)
    draft = Draft(assess(instance))
    rng = random.Random(seed)
    for _ in range(2):
        selection = random_selection(draft, rng)
        for rule in formulation.rules:
            readings = [reading for each in with_presumed(rule) for reading in each.readings(selection)]
            plain = all(reading.holds for reading in readings)
            assert possible(rule, selection) == plain, (rule, selection.portfolio())


def rules_of_answers(selection: Selection, rng: random.Random) -> Iterator[Rule]:
    """What answers ask beyond a planner's wishes: who is picked together, and how far away to look."""
    assessment = selection.assessment
    options = range(len(assessment.options))
    for count in (1, 2, 3):
        drawn = rng.sample(options, min(count, len(options)))
        ids = {assessment.elements[assessment.options.element[o]]: assessment.options.level[o] for o in drawn}
        picks = tuple(
            (
                id_,
                level
                if id_ in assessment.elements[: assessment.partner_count] and rng.random() < 0.5
                else None,
            )
            for id_, level in ids.items()
        )
        yield from (rules.Picks(picks, chosen) for chosen in (True, False))
    other = random_selection(Draft(assessment), rng)
    yield from (
        rules.Apart(differences(one, timing=timing, providers=providers), count)
        for timing in (False, True)
        for providers in (False, True)
        for one in (selection, other)
        for count in (1, 2)
    )


@pytest.mark.slow
@DRAWN
@given(documents(), st.integers(0, 10**6))
def test_rows_and_plain_readings_of_what_answers_ask_agree(document: dict, seed: int) -> None:
    rng, draft = random.Random(seed), Draft(assess(Instance.from_document(document)))
    selection = random_selection(draft, rng)
    for rule in rules_of_answers(selection, rng):
        plain = all(reading.holds for reading in rule.readings(selection))
        assert possible(rule, selection) == plain, (rule, selection.portfolio())


@pytest.mark.slow
@DRAWN
@given(documents(), st.integers(0, 10**6))
def test_rows_and_plain_readings_of_every_term_agree(document: dict, seed: int) -> None:
    assessment = assess(Instance.from_document(document))
    selection = random_selection(Draft(assessment), random.Random(seed))
    moves = (Moves(), *(Moves(one) for one in range(len(assessment.elements))))
    for term in (*every_term(assessment), *moves):
        for sign, curved in ((1.0, terms.WorstOverruns), (-1.0, terms.MarketValue | terms.PairOverhead)):
            try:
                found = sign * extreme(sign * term, selection)
            except FormulationError:
                assert isinstance(term, curved)
            else:
                assert found == pytest.approx(term.amount(selection), abs=1e-6), term


@pytest.mark.slow
@DRAWN
@given(documents(), st.integers(0, 10**6))
def test_values_and_selection_are_inverse(document: dict, seed: int) -> None:
    draft = Draft(assess(Instance.from_document(document)))
    selection = random_selection(draft, random.Random(seed))
    values = {column.name: value for column, value in draft.values(selection).items()}
    assert draft.selection(lambda column: values[column.name]) == selection
