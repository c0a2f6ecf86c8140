"""Plans of any kind end as a verdict or as defects; what a result says of itself and is not so is found."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Iterator
from math import isfinite
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import solver as pf
from solver.assessment.assessment import assess
from solver.cli import cli
from solver.instance.defects import Defect
from solver.pipeline import false_claims
from solver.portfolio.checker import Verdict, check
from solver.portfolio.plan import read_plan
from tests.by_hand import Document, launch, plan
from tests.draws import draws

CASES = Path(__file__).parent / "cases"
ALLIANCE: Document = {
    "periods": 2,
    "limits": {"budget": 60, "retained_value": 0.1, "pair_overhead": 0.1, "satisfaction": True},
    "risk": {"scenarios": 32, "limit": 500},
    "partners": [
        {"id": "a", "revenue": 20, "cost": 4, "success": 0.9, "minimum_payoff": 1, "industry": "i"},
        {"id": "b", "revenue": 20, "cost": 4, "capacity": 3, "lead": 1, "status": "in"},
        {"id": "c", "revenue": 20, "cost": 4, "status": "out"},
    ],
    "levels": [{"partner": "a", "level": "low"}, {"partner": "a", "level": "high", "revenue": 30}],
    "technologies": [{"id": "t"}, {"id": "u"}],
    "capabilities": [
        {"holder": holder, "technology": technology, "level": 0.8}
        for holder, technology in (("a", "t"), ("b", "t"), ("b", "u"), ("hub", "u"))
    ],
    "applications": [{"id": "x", "revenue": 30, "cost": 2}, {"id": "y", "revenue": 3, "cost": 2}],
    "requirements": [
        {"application": "x", "technology": "t", "level": 0.5, "workload": 2, "max_providers": 2},
        {"application": "x", "technology": "u", "level": 0.5},
        {"application": "y", "technology": "t", "level": 0.9},
    ],
    "pairs": [
        {"first": "a", "second": "b", "kind": "synergy", "value": 4, "application": "x"},
        {"first": "a", "second": "b", "kind": "ip_conflict", "value": 1},
        {"first": "a", "second": "c", "kind": "conflict"},
        {"first": "b", "second": "a", "kind": "requires"},
    ],
    "groups": [{"dimension": "industry", "group": "i", "max": 1, "entry_cost": 1, "budget": 50}],
    "segments": [{"id": "m", "demand": 10, "hub_attraction": 1, "rival_attraction": 2}],
    "attractions": [{"source": "a", "segment": "m", "attraction": 1}],
    "outside": [{"members": "a;b", "value": 3}],
}
INSTANCE = pf.Instance.from_document(ALLIANCE)
ASSESSMENT = assess(INSTANCE)
ODD = st.none() | st.booleans() | st.integers(-3, 10**30) | st.floats() | st.text(max_size=3) | st.just([])
IDS = st.sampled_from(["a", "b", "c", "x", "y", "hub", "nobody", "A", ""]) | ODD
PERIODS = st.sampled_from([1, 2, 3, 0, -1, 1.0, 1.5, 10**400]) | ODD
LEVELS = st.sampled_from(["low", "high", "standard", ""]) | ODD
NAMES = st.sampled_from(["t", "u", "nothing"]) | ODD


def rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of rows in which anything may be missing, odd or there twice."""
    row = st.fixed_dictionaries({}, optional={**columns, "more": ODD}) | IDS
    return st.lists(row, max_size=5).flatmap(lambda drawn: st.just(drawn + drawn[:1])) | ODD


PLANS = st.fixed_dictionaries(
    {},
    optional={
        "partners": rows(id=IDS, level=LEVELS, start=PERIODS),
        "applications": rows(id=IDS, start=PERIODS),
        "assignments": rows(application=IDS, technology=NAMES, partner=IDS),
        "licences": rows(first=IDS, second=IDS, application=IDS),
        "more": ODD,
    },
)
STARTS = st.sampled_from([1, 2, None])
WELL_FORMED = st.fixed_dictionaries(
    {
        "partners": st.lists(
            st.builds(
                lambda id_, start: {"id": id_, "level": "low" if id_ == "a" else None, "start": start},
                st.sampled_from("abc"),
                STARTS,
            ),
            max_size=4,
        ),
        "applications": st.lists(
            st.builds(lambda id_, start: {"id": id_, "start": start}, st.sampled_from("xy"), STARTS),
            max_size=3,
        ),
        "assignments": st.lists(
            st.builds(
                lambda application, technology, partner: {
                    "application": application,
                    "technology": technology,
                    "partner": partner,
                },
                st.sampled_from("xy"),
                st.sampled_from("tu"),
                st.sampled_from("abc"),
            ),
            max_size=4,
        ),
        "licences": st.lists(st.just({"first": "b", "second": "a"}), max_size=2) | st.none(),
    }
)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments], catch_exceptions=False)


def judged(document: Any) -> tuple[Verdict | None, tuple[Defect, ...]]:
    """What `verify` makes of a plan that leaves no assignments open, for one assessment."""
    try:
        read = read_plan(ASSESSMENT, document)
    except pf.InputError as error:
        return None, error.defects
    assert not read.open
    return check(pf.Formulation.of(INSTANCE), read.selection, read.problems), ()


def in_words(verdict: Verdict) -> bool:
    return all(reading.about and reading.sentence for reading in verdict.broken)


@draws(32)
@given(PLANS | ODD)
def test_whatever_a_plan_says_it_ends_as_a_verdict_or_as_defects(document: Any) -> None:
    if isinstance(document, dict) and document.get("assignments") is None:
        document = {**document, "assignments": []}  # an open plan asks for a search, as the test below does
    verdict, defects = judged(document)
    assert (verdict is None) == bool(defects)
    assert verdict is None or in_words(verdict)
    assert all(defect.place.startswith("plan") and defect.remedy for defect in defects)
    assert "pydantic" not in " ".join(map(str, defects))


@draws(32)
@given(WELL_FORMED)
def test_every_plan_in_good_form_has_a_value_and_its_broken_rules_in_words(document: Document) -> None:
    verdict, _ = judged(document)
    assert verdict is not None
    assert isfinite(verdict.value)
    assert in_words(verdict)
    for named in document.values():
        texts = [json.dumps(row) for row in named or ()]
        assert len(texts) == len(set(texts)) or not verdict.holds


@draws(5)
@given(WELL_FORMED)
def test_open_plans_are_completed_or_broken_too(document: Document) -> None:
    del document["assignments"]
    assert in_words(pf.verify(INSTANCE, document).verdict)


def test_a_huge_plan_is_judged() -> None:
    document = {"partners": ["a"] * 2_000, "applications": [{"id": "x", "start": 10**300}] * 2_000}
    with pytest.raises(pf.InputError) as caught:
        pf.verify(INSTANCE, document)
    assert len(caught.value.defects) <= 2_000
    document["partners"] = [{"id": "b"}] * 2_000
    judgement = pf.verify(INSTANCE, {**document, "assignments": []})
    assert "times that the plan names b" in {reading.about for reading in judgement.verdict.broken}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "plan: found a list: an object with partners, applications, assignments, licences"),
        ({"partners": "a"}, "plan.partners: found 'a': a list"),
        ({"partners": [{"level": "low"}]}, "plan.partners, row 1, column id: found 'null': text"),
        ({"partners": [{"id": "b", "start": "1"}]}, "plan.partners, row 1, column start: found '1': a whole"),
        (
            {"partners": [{"id": "b", "strat": 1}]},
            "column strat: one of id, level, start; did you mean start?",
        ),
        (
            {"applications": [{"id": "x", "level": "low"}]},
            "plan.applications, row 1, column level: one of id",
        ),
        ({"partner": ["a"]}, "plan, column partner: partners, applications, assignments, licences; did you"),
        ({"portfolio": None}, "plan: found 'null': an object with partners"),
    ],
)
def test_a_plan_of_the_wrong_form_is_refused_with_its_place(document: Any, said: str) -> None:
    with pytest.raises(pf.InputError) as caught:
        pf.verify(INSTANCE, document)
    assert said in str(caught.value)


def test_all_defects_of_form_are_told_at_once() -> None:
    document = {"partners": [{"id": 1}, {"id": "b", "start": True}], "licences": {}, "more": 1}
    with pytest.raises(pf.InputError) as caught:
        pf.verify(INSTANCE, document)
    assert len(caught.value.defects) == 4


@pytest.mark.parametrize("command", [("verify",), ("risk", "--plan"), ("allocate", "--plan")])
def test_a_provider_that_was_not_chosen_is_a_broken_rule(command: tuple[str, ...]) -> None:
    name, *option = command
    result = run(name, CASES / "broken_plan_instance.json", *option, CASES / "broken_plan.json")
    said = " ".join((result.stdout + result.stderr).split())
    assert result.exit_code == 1
    assert "able and ready providers of w for x: 0, must be at least 1" in said
    assert "assigned partners that are not able or not ready of w for x: 1, must be at most 0" in said


def test_an_unchosen_provider_earns_nothing_and_shares_no_licence() -> None:
    with_b, without_b = (
        pf.verify(INSTANCE, plan({"id": "a", "level": "low"}, *more, x=["t:a", "t:b"], licences=[]))
        for more in (["b"], [])
    )
    assert with_b.verdict.components["synergy"] != 0
    assert without_b.verdict.components["synergy"] == 0
    unlaunched = {
        **plan({"id": "a", "level": "low"}, "b"),
        "licences": [],
        "assignments": [{"application": "x", "technology": "t", "partner": partner} for partner in "ab"],
    }
    assert pf.verify(INSTANCE, unlaunched).verdict.components["synergy"] == 0


SPLIT: Document = {
    **ALLIANCE,
    "limits": {"budget": 60},
    "split": {"rule": "nucleolus", "tier": 0.05},
    "objective": {"maximise": "alliance"},
}


@pytest.fixture(scope="module")
def solved() -> tuple[pf.Instance, Document]:
    instance = pf.Instance.from_document(SPLIT)
    document = json.loads(pf.solve(instance).to_json())
    assert document["split"]["contract"] is not None
    return instance, document


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every number in a document, by its path."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def changed(document: Document, path: tuple[Any, ...], new: Any) -> Document:
    tampered = copy.deepcopy(document)
    part = tampered
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = new
    return tampered


TAKEN_AS_THEY_COME = (
    ("format",),
    ("seconds",),
    ("seed",),
    ("opening",),
    ("split", "room"),
    ("split", "minimum"),
    ("split", "relief"),
    ("split", "contract", "distance"),
    ("split", "contract", "epsilon"),
    ("split", "contract", "excess_bound"),
    ("split", "contract", "bound"),
)


@pytest.mark.slow
def test_every_figure_that_is_tampered_with_is_found(solved: tuple[pf.Instance, Document]) -> None:
    instance, document = solved
    assert pf.verify(instance, document).holds
    assert pf.verify(instance, pf.Result.from_dict(document)).holds
    overlooked = []
    formulation = pf.Formulation.of(instance)
    selection = read_plan(assess(instance), document).selection
    verdict = check(formulation, selection)
    for path in places(document):
        if path[0] == "portfolio" or any(path[: len(skipped)] == skipped for skipped in TAKEN_AS_THEY_COME):
            continue
        value = document
        for key in path:
            value = value[key]
        lower = path == ("bound",)
        tampered = changed(document, path, value - 1 if lower else value + 1)
        if not list(false_claims(tampered, formulation, selection, verdict)):
            overlooked.append(path)
    assert overlooked == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "new", "said"),
    [
        (("objective",), 1.0, "objective: the file says 1, true is"),
        (("bound",), 1.0, "bound: the file says 1, but its portfolio reaches"),
        (("gap",), 0.5, "gap: the file says 0.5, true is 0"),
        (("value", "components", "partners"), None, "value.components.partners: the file says nothing"),
        (("objective",), "a lot", "objective: the file says a lot"),
        (("split", "splits", 0, "payoffs", "hub"), 0.0, "split, nucleolus: the payoffs add up to"),
        (("split", "contract", "shares", "total", "hub"), 0.0, "the shares of total add up to"),
        (("details", 0, "benefit"), -1.0, "details, a.benefit: the file says -1"),
        (("rules", 0, "limit"), 77.0, ".limit: the file says 77"),
    ],
)
def test_verify_says_what_the_file_claims_and_what_is_true(
    solved: tuple[pf.Instance, Document], tmp_path: Path, path: tuple[Any, ...], new: Any, said: str
) -> None:
    instance, document = solved
    source, tampered = tmp_path / "alliance.json", tmp_path / "result.json"
    pf.write(instance, source)
    tampered.write_text(json.dumps(changed(document, path, new)), encoding="utf-8")
    result = run("verify", source, tampered, "--json", tmp_path / "verdict.json")
    assert result.exit_code == 1
    assert "the plan holds, but its file says what is not so" in " ".join(result.stdout.split())
    assert any(said in claim for claim in json.loads((tmp_path / "verdict.json").read_text())["false_claims"])


def test_a_result_for_another_state_of_the_instance_claims_nothing_about_this_one(
    solved: tuple[pf.Instance, Document], tmp_path: Path
) -> None:
    instance, document = solved
    other = pf.Instance.from_document({**SPLIT, "roi_rate": 0.5})
    judgement = pf.verify(other, document)
    assert judgement.holds
    assert judgement.verdict.value != pf.verify(instance, document).verdict.value


def test_room_and_relief_that_are_tampered_with_are_found_where_coalitions_can_be_looked_at() -> None:
    together = {"first": "a", "second": "b", "kind": "synergy", "value": 12}
    partners = [{"id": "a", "revenue": 100, "cost": 50}, {"id": "b", "revenue": 80, "cost": 60}]
    split = {"partners": partners, "pairs": [together], "split": {"rule": "equal"}}
    instance = pf.Instance.from_document(split)
    document = json.loads(pf.solve(instance).to_json())
    assert pf.verify(instance, document).holds
    figures = [path for path in places(document) if path[:2] in (("split", "room"), ("split", "relief"))]
    assert len(figures) == 14
    for path in figures:
        assert not pf.verify(instance, changed(document, path, 20.0)).holds, path


def test_a_plan_is_completed_by_the_structure_that_is_asked_for() -> None:
    """Both provide, for what they are worth together there, once nobody minds their conflict any more."""
    pairs = [
        {"first": "a", "second": "b", "kind": "conflict"},
        {"first": "a", "second": "b", "kind": "synergy", "value": 5, "application": "x"},
    ]
    instance = pf.Instance.from_document(launch(needs={"max_providers": 2}, pairs=pairs))
    asked, assessment = pf.Formulation.of(instance), assess(instance)
    (conflict,) = [handle for handle in asked.handles(assessment) if "never both" in handle.about]
    open_plan = {"partners": ["a", "b"], "applications": ["x"]}
    judged = pf.verify(instance, open_plan, asked.loosened({conflict: math.inf}))
    assert judged.holds
    assert (
        judged.verdict.value
        == pf.solve(instance, asked.loosened({conflict: math.inf})).value
        == 7 + 7 + 20 + 5
    )
