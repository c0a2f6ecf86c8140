"""The core index: portfolios that none beats whatever weights and scores are, as enumeration says."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

import solver as pf
from solver.answers.weights import corners
from solver.cli import cli
from solver.portfolio.checker import keeps
from tests.draw import documents
from tests.draw_risk import risky_documents
from tests.draws import draws, unshrunk
from tests.test_explain import Later
from tests.test_wishes import selections

Document = dict[str, Any]
SMALL = st.integers(0, 4).map(float)


@st.composite
def scored(draw: st.DrawFn) -> Document:
    """A small document with criteria, what is known of their weights, and scores."""
    document: Document = draw(
        st.booleans().flatmap(lambda risky: risky_documents() if risky else documents(max_portfolios=60))
    )
    names = ["reach", "price", "speed"][: draw(st.integers(1, 3))]
    document["criteria"] = [{"id": name} for name in names]
    if len(names) > 1:
        wish = draw(
            st.sampled_from([{}, {"better_than": "price"}, {"better_than": "1.5*price"}, {"weight_max": 0.5}])
        )
        document["criteria"][0].update(wish)
        document["criteria"][1].update(draw(st.sampled_from([{}, {"weight_min": 0.25}])))
        document["weights"] = draw(
            st.sampled_from(
                [
                    [],
                    [{"criterion": "price", "than": "reach", "low": 0.25}],
                    [{"criterion": "reach", "than": "price", "low": 0.5, "high": 3}],
                    [{"criterion": "price", "low": 0.1, "high": 0.7}],
                ]
            )
        )
    rows = [*document["partners"], *document.get("applications", ())]
    document["scores"] = []
    for row, name in product(rows, names):
        if draw(st.integers(0, 3)):
            low = draw(SMALL) - draw(st.sampled_from([0, 0, 2]))
            score = {"id": row["id"], "criterion": name, "low": low}
            document["scores"].append(score | ({"high": low + draw(SMALL)} if draw(st.booleans()) else {}))
    if not document["scores"]:
        document["scores"] = [{"id": rows[0]["id"], "criterion": names[0], "low": 1.0}]
    return document


def least(instance: pf.Instance, one: frozenset[str], other: frozenset[str]) -> float:
    """The least by which a set of ids is worth more than another, whatever weights and scores are."""
    names = [row.id for row in instance.criteria]
    gain = np.zeros(len(names))
    for row in instance.scores:
        place = names.index(row.criterion)
        gain[place] += row.low if row.id in one - other else -row.most if row.id in other - one else 0.0
    wishes = [[-(k == i) + f * (names[k] == j) for k in range(len(names))]
              for i, row in enumerate(instance.criteria) for f, j in row.outweighs]  # fmt: skip
    for known in instance.weights:
        one_, than = (np.array([name == of for name in names], float) for of in (known.criterion, known.than))
        than = than if known.than else np.ones(len(names))
        wishes += [] if known.least is None else [known.least * than - one_]
        wishes += [] if known.high is None else [one_ - known.high * than]
    bounds = [(row.weight_min, row.weight_max) for row in instance.criteria]
    found = linprog(gain, wishes or None, [0.0] * len(wishes) or None, [[1.0] * len(names)], [1.0], bounds)
    assert found.success
    return float(found.fun)


def beats(instance: pf.Instance, one: frozenset[str], other: frozenset[str]) -> bool:
    return least(instance, one, other) >= -1e-9 and least(instance, other, one) < -1e-9


def unbeaten(study: pf.Study) -> set[frozenset[str]]:
    """The sets of scored ids that some portfolio has and none beats, of all portfolios."""
    instance, asked = study.instance, study.formulation
    ids = {row.id for row in instance.scores}
    possible = {
        frozenset(id_ for e, id_ in enumerate(study.assessment.elements) if one.chosen[e] and id_ in ids)
        for one in selections(instance.to_document(), study.assessment)
        if keeps(asked, one)
    }
    return {one for one in possible if not any(beats(instance, other, one) for other in possible)}


def ids_of(portfolio: pf.Portfolio, instance: pf.Instance) -> frozenset[str]:
    chosen = {row.id for row in (*portfolio.partners, *portfolio.applications)}
    return frozenset(chosen & {row.id for row in instance.scores})


def agree(document: Document) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    found, expected = pf.core_index(study), unbeaten(study)
    assert (found.exact, found.complete, found.feasible) == (True, True, bool(expected))
    assert {ids_of(one, study.instance) for one in found.portfolios} == expected
    for one in found.members:
        share = sum(one.id in ids for ids in expected) / len(expected)
        assert (one.index.sign, one.index.value) == ("=", pytest.approx(share))
        assert one.standing == ("core" if share == 1 else "exterior" if share == 0 else "borderline")


@unshrunk(5)
@given(scored())
def test_who_is_in_the_portfolios_that_none_beats(document: Document) -> None:
    agree(document)


@pytest.mark.slow
@unshrunk(20)
@given(scored())
def test_who_is_in_the_portfolios_that_none_beats_in_many(document: Document) -> None:
    agree(document)


@pytest.mark.slow
@unshrunk(5)
@given(scored(), st.integers(1, 120))
def test_what_is_said_when_it_has_to_stop_midway_is_true(document: Document, looks: int) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    found, expected = pf.core_index(study, cancel=Later(looks)), unbeaten(study)
    assert found.feasible in (None, bool(expected))
    if found.complete:
        assert {ids_of(one, study.instance) for one in found.portfolios} == expected
    else:
        assert all(one.index.sign == "unknown" and one.standing == "open" for one in found.members)


@pytest.mark.slow
@unshrunk(5)
@given(scored())
def test_nothing_beats_what_is_drawn_in_every_case(document: Document) -> None:
    study = pf.Study(pf.Instance.from_document(document))
    found, expected = pf.core_index(study, samples=5), unbeaten(study)
    assert found.exact is False
    for one in found.portfolios:
        ids = ids_of(one, study.instance)
        assert not any(least(study.instance, other, ids) > 1e-6 for other in expected)


TRIO: Document = {
    "name": "trio",
    "partners": [
        {"id": id_, "name": name, "revenue": 2, "cost": 1}
        for id_, name in (("a", "Ada"), ("b", "Bo"), ("c", "Cy"))
    ],
    "limits": {"max_partners": 2},
    "criteria": [{"id": "reach"}, {"id": "price"}],
    "scores": [
        {"id": "a", "criterion": "reach", "low": 5},
        {"id": "a", "criterion": "price", "low": 5},
        {"id": "b", "criterion": "reach", "low": 4},
        {"id": "c", "criterion": "price", "low": 3, "high": 4},
    ],
}


def test_ranks_of_criteria_decide_who_is_borderline() -> None:
    found = pf.core_index(pf.Study(pf.Instance.from_document(TRIO)))
    assert {one.id: one.index.value for one in found.members} == {"a": 1.0, "b": 0.5, "c": 0.5}
    ranked = TRIO | {"criteria": [{"id": "reach", "better_than": "price"}, {"id": "price"}]}
    found = pf.core_index(pf.Study(pf.Instance.from_document(ranked)))
    assert {one.id: one.standing for one in found.members} == {"a": "core", "b": "core", "c": "exterior"}


SHARES = st.integers(0, 10).map(lambda n: n / 10)
TIMES = st.sampled_from([0.0, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0])


@st.composite
def weighed(draw: st.DrawFn) -> Document:
    """Criteria of which ranks, ratios and bounds are known, on a coarse grid: many meet in one corner."""
    names = ["c0", "c1", "c2", "c3", "c4"][: draw(st.integers(1, 5))]
    least, most = st.sampled_from([0.0, 0.0, 0.1]), st.sampled_from([1.0, 1.0, 0.6, 0.4])
    criteria: list[Document] = [
        {"id": name, "weight_min": draw(least), "weight_max": draw(most)} for name in names
    ]
    weights = {}
    for _ in range(draw(st.integers(0, 4))):
        one, than = draw(st.sampled_from(names)), draw(st.sampled_from([None, *names]))
        low, high = sorted(draw(st.tuples(*[SHARES if than is None else TIMES] * 2)))
        ends = draw(st.sampled_from([{"low": low}, {"high": high}, {"low": low, "high": high}, {}]))
        if one != than and (ends or than):
            weights[one, than] = {"criterion": one, **({"than": than} if than else {}), **ends}
    if len(names) > 1 and draw(st.booleans()):
        criteria[0]["better_than"] = draw(st.sampled_from(["c1", "2*c1", "0.5*c1"]))
    return TRIO | {"criteria": criteria, "weights": list(weights.values()), "scores": []}


def exact_corners(document: Document) -> set[tuple[Fraction, ...]]:
    """Every point at which enough of what is known holds with nothing to spare, and the rest holds."""
    names = [row["id"] for row in document["criteria"]]
    count = len(names)

    def row(one: str, factor: float = 0.0, than: str | None = None, sign: int = 1) -> list[Fraction]:
        times = Fraction(str(factor))
        return [
            sign * ((name == one) - times * (than is None or name == than)) + Fraction(0) for name in names
        ]

    rows = [row(name, 0) for name in names]
    for known in document["criteria"]:
        rows += [row(known["id"], known["weight_min"]), row(known["id"], known["weight_max"], sign=-1)]
        factor, _, than = known.get("better_than", "").rpartition("*")
        rows += [row(known["id"], float(factor or 1), than)] if than else []
    for known in document["weights"]:
        one, than = known["criterion"], known.get("than")
        low = known.get("low", None if "high" in known else 1)
        rows += [] if low is None else [row(one, low, than)]
        rows += [row(one, known["high"], than, sign=-1)] if "high" in known else []
    points = (solved([*some, [Fraction(1)] * count]) for some in combinations(rows, count - 1))
    return {
        tuple(point)
        for point in points
        if point is not None and all(sum(a * w for a, w in zip(one, point, strict=True)) >= 0 for one in rows)
    }


def solved(rows: list[list[Fraction]]) -> list[Fraction] | None:
    """The one point at which all rows are 0 but the last, which is 1; None where there is none or many."""
    table = [[*row, Fraction(number == len(rows) - 1)] for number, row in enumerate(rows)]
    for column in range(len(table)):
        pivot = next((k for k in range(column, len(table)) if table[k][column]), None)
        if pivot is None:
            return None
        table[column], table[pivot] = table[pivot], table[column]
        table[column] = [value / table[column][column] for value in table[column]]
        for k, other in enumerate(table):
            if k != column and other[column]:
                table[k] = [b - other[column] * a for a, b in zip(table[column], other, strict=True)]
    return [row[-1] for row in table]


@draws(60)
@given(weighed())
def test_corners_of_weights_are_the_vertices_of_all_that_is_known(document: Document) -> None:
    instance, expected = pf.Instance.from_document(document), exact_corners(document)
    if not expected:
        with pytest.raises(pf.InputError, match="add up to 1"):
            corners(instance)
        return
    found = corners(instance)
    assert len(found) == len(expected)
    whole = np.array(sorted(expected), dtype=float)
    assert np.abs(np.abs(found[:, None] - whole[None]).max(axis=2).min(axis=1)).max() < 1e-9
    assert np.abs(np.abs(found[:, None] - whole[None]).max(axis=2).min(axis=0)).max() < 1e-9


def test_many_criteria_have_no_more_corners_than_there_are() -> None:
    """Ranks and bounds of ten: only where edges cross a wish are there corners."""
    criteria = [{"id": f"c{k}", "weight_min": 0.02, "weight_max": 0.4} for k in range(10)]
    ranks = [{"criterion": f"c{k}", "than": f"c{k + 1}"} for k in range(9)]
    found = corners(pf.Instance.from_document(TRIO | {"criteria": criteria, "weights": ranks, "scores": []}))
    assert len(found) == 24


def test_the_wish_that_leaves_no_weights_is_named() -> None:
    weights = [{"criterion": "reach", "than": "price"}, {"criterion": "reach", "low": 0, "high": 0.4}]
    with pytest.raises(pf.InputError, match=r"weights, row 2, column high: found 0\.4"):
        corners(pf.Instance.from_document(TRIO | {"weights": weights}))


def test_corners_of_weights_are_those_of_what_is_known() -> None:
    criteria = [{"id": "x", "better_than": "2*y"}, {"id": "y", "weight_min": 0.1}]
    found = corners(pf.Instance.from_document(TRIO | {"criteria": criteria, "scores": []}))
    assert sorted(map(tuple, np.round(found, 9))) == [(0.666666667, 0.333333333), (0.9, 0.1)]
    none = [{"id": "x", "weight_max": 0.4}, {"id": "y", "weight_max": 0.4}]
    with pytest.raises(pf.InputError, match="add up to 1"):
        corners(pf.Instance.from_document(TRIO | {"criteria": none, "scores": []}))


def test_ratios_from_a_sheet_of_their_own_decide_as_well(tmp_path: Path) -> None:
    instance = pf.Instance.from_document(
        TRIO | {"weights": [{"criterion": "reach", "than": "price", "low": 1.5, "high": 2}]}
    )
    book = tmp_path / "trio.xlsx"
    pf.write(instance, book)
    assert pf.read(book) == instance
    found = pf.core_index(pf.Study(pf.read(book)))
    assert {one.id: one.standing for one in found.members} == {"a": "core", "b": "core", "c": "exterior"}


def test_tables_that_make_no_sense_are_refused() -> None:
    for criteria, scores in (
        ([{"id": "x", "better_than": "z"}], []),
        ([{"id": "x", "better_than": "x"}], []),
        ([{"id": "x", "weight_min": 0.6, "weight_max": 0.5}], []),
        ([{"id": "x"}], [{"id": "a", "criterion": "x", "low": 2, "high": 1}]),
        ([{"id": "x"}], [{"id": "a", "criterion": "y", "low": 2}]),
    ):
        with pytest.raises(pf.InputError):
            pf.Instance.from_document(TRIO | {"criteria": criteria, "scores": scores})
    for weight, where in (
        ({"criterion": "reech", "low": 0.1}, "weights, row 1, column criterion.*did you mean reach"),
        ({"criterion": "reach", "than": "reach"}, "weights, row 1, column than"),
        ({"criterion": "reach", "than": "speed"}, "weights, row 1, column than.*another criterion"),
        ({"criterion": "reach"}, "weights, row 1, column low.*share of all weights"),
        ({"criterion": "reach", "low": 1.5}, "weights, row 1, column low.*from 0 to 1"),
        ({"criterion": "reach", "than": "price", "low": 2, "high": 1}, "weights, row 1, column high"),
        ({"criterion": "reach", "low": -1}, "weights, row 1, column low"),
    ):
        with pytest.raises(pf.InputError, match=where):
            pf.Instance.from_document(TRIO | {"weights": [weight]})
    with pytest.raises(pf.InputError, match=r"tables criteria .* and scores"):
        pf.core_index(
            pf.Study(pf.Instance.from_document({"partners": [{"id": "p", "revenue": 1, "cost": 1}]}))
        )


def test_a_planner_reads_whom_to_take_in_any_case(tmp_path: Path) -> None:
    path = tmp_path / "trio.json"
    path.write_text(json.dumps(TRIO), encoding="utf-8")
    shown = CliRunner().invoke(cli, ["core-index", str(path), "--quiet"])
    assert shown.exit_code == 0
    told = " ".join(shown.stdout.split())
    assert "trio: 2 portfolios that no other beats, whatever weights and scores turn out to be" in told
    assert "To take in any case: Ada." in told
    drawn = CliRunner().invoke(cli, ["core-index", str(path), "--quiet", "--samples", "20"])
    assert "came out best in 20 draws" in " ".join(drawn.stdout.split())
    none = CliRunner().invoke(cli, ["core-index", str(path), "--quiet", "--in", "a", "--out", "a"])
    assert none.exit_code == 1
