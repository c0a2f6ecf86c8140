"""What is wrong about risk in the input, said all at once with what would be right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import solver as pf
from solver.instance.document import parse
from solver.instance.fields import MEASURE_SYNONYMS
from solver.instance.risk_checks import correlation_matrix
from solver.instance.tables import Correlation
from solver.portfolio.risks import watched_risks
from solver.risk.correlation import check, nearest_valid
from solver.risk.margins import MARGINS
from solver.risk.measures import MEASURES
from tests.carried import defects, document, only, partner

Parts = dict[str, Any]
FACTORS = {"market_correlation": 0.5, "industry_correlation": 0.4, "region_correlation": 0.2}


def scenarios(*rows: tuple[str, float, str]) -> Parts:
    keys = ("scenario", "probability", "id")
    return {"scenarios": [dict(zip(keys, row, strict=True), benefit=1) for row in rows]}


def correlations(*rows: tuple[str, str, float]) -> Parts:
    keys = ("first", "second", "correlation")
    partners = [partner(f"p{n}") for n in range(1, 5)]
    return {"partners": partners, "correlations": [dict(zip(keys, row, strict=True)) for row in rows]}


def spectral(levels: list[float], weights: list[float]) -> Parts:
    return {"risk": {"measure": "spectral", "spectrum_levels": levels, "spectrum_weights": weights}}


def varied(margin: str, table: str = "partners", **cells: float) -> Parts:
    if table == "levels":
        row: Parts = {"partner": "p1", "level": "deep"} | cells
    else:
        row = partner("p9", **cells)
    return {table: [row], "risk": {"margin": margin}}


WRONG: dict[str, tuple[Parts, tuple[str, int | None, str | None, Any], str]] = {
    "a scenario has two probabilities": (
        scenarios(("low", 0.4, "p1"), ("high", 0.6, "p1"), ("low", 0.3, "p2")),
        ("scenarios", 3, "probability", 0.3),
        "the same probability in every row of scenario low: 0.4",
    ),
    "probabilities do not add up": (
        scenarios(("low", 0.4, "p1"), ("high", 0.5, "p1"), ("low", 0.4, "p2")),
        ("scenarios", None, "probability", "a sum of 0.9"),
        "add up to 1",
    ),
    "factors explain more than everything": (
        {"risk": FACTORS},
        ("risk", None, "market_correlation", "a sum of 1.1"),
        "market, industry and region correlation that add up to at most 1",
    ),
    "a price on VaR": (
        {"risk": {"measure": "var", "weight": 0.5}},
        ("risk", None, "weight", 0.5),
        "can be limited, not priced; cvar can be priced",
    ),
    "a price on a further VaR": (
        {"risk": {}, "risks": [{"measure": "cvar"}, {"measure": "value at risk", "weight": 2.0}]},
        ("risks", 2, "weight", 2.0),
        "can be limited, not priced; cvar can be priced",
    ),
    "further measures without a section": (
        {"risks": [{"measure": "cvar"}]},
        ("risks", None, None, None),
        "add a section risk",
    ),
    "a spectrum among further measures": (
        {"risk": {}, "risks": [{"measure": "spectral"}]},
        ("risks", 1, "measure", "spectral"),
        "the section risk: the spectrum is given there",
    ),
    "a spectrum that is not there": (
        {"risk": {"measure": "spectral"}},
        ("risk", None, "spectrum_levels", "empty"),
        "tail confidences and their weights",
    ),
    "a spectrum with a weight too few": (
        spectral([0.1, 0.9], [1.0]),
        ("risk", None, "spectrum_weights", "1 weights"),
        "one weight per level: 2, not 1",
    ),
    "a spectrum that does not add up": (
        spectral([0.1, 0.9], [0.5, 0.25]),
        ("risk", None, "spectrum_weights", "a sum of 0.75"),
        "add up to 1",
    ),
    "a correlation with itself": (
        correlations(("p1", "p1", 1.0)),
        ("correlations", 1, "second", "p1"),
        "two different ids",
    ),
    "two correlations of the same two": (
        correlations(("p1", "p2", 0.5), ("p3", "p4", 0.1), ("p2", "p1", 0.4)),
        ("correlations", 1, "correlation", 0.5),
        "the same number as in the other row for p2 and p1",
    ),
    "correlations that cannot hold together": (
        correlations(("p1", "p2", 0.9), ("p2", "p3", 0.9), ("p1", "p3", -0.9)),
        ("correlations", None, None, None),
        "nearest_valid(matrix) in solver.risk.correlation offers the nearest",
    ),
    "a correlation of somebody unknown": (
        correlations(("p1", "p22", 0.5)),
        ("correlations", 1, "second", "p22"),
        "did you mean p2?",
    ),
    "a scenario of somebody unknown": (
        scenarios(("low", 1.0, "P1")),
        ("scenarios", 1, "id", "P1"),
        "did you mean p1?",
    ),
    "a revenue that varies too much": (
        varied("beta", revenue_cv=1.0),
        ("partners", 1, "revenue_cv", 1.0),
        "below 1 for a beta margin; lognormal takes any",
    ),
    "a cost that varies too much": (
        varied("triangular", "applications", cost_cv=0.8),
        ("applications", 1, "cost_cv", 0.8),
        "below 0.7071 for a triangular margin; lognormal takes any",
    ),
    "a level that varies too much": (
        varied("pert", "levels", revenue_cv=0.9),
        ("levels", 1, "revenue_cv", 0.9),
        "below 0.8452 for a pert margin; lognormal takes any",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_defect_is_said_with_its_place_its_value_and_the_remedy(name: str) -> None:
    parts, (place, row, column, value), remedy = WRONG[name]
    defect = only(defects(lambda: parse(document(**parts))))
    assert (defect.place, defect.row, defect.column, defect.value) == (place, row, column, value)
    assert remedy in defect.remedy


def test_all_defects_are_said_at_once() -> None:
    risk = FACTORS | {"measure": "var", "weight": 1, "margin": "pert", "spectrum_levels": [0.5]}
    everything = {
        "partners": [partner("p1", cost_cv=2.0), partner("p2", revenue_cv=2.0, cost_cv=2.0)],
        "risk": risk,
        "risks": [{"measure": "spectral"}],
        "correlations": [{"first": "p1", "second": "p1", "correlation": 0.5}],
        **scenarios(("low", 0.4, "p1")),
    }
    found = defects(lambda: parse(document(**everything)))
    assert sorted((defect.place, defect.row or 0, defect.column) for defect in found) == [
        ("correlations", 1, "second"),
        ("partners", 1, "cost_cv"),
        ("partners", 2, "revenue_cv"),
        ("risk", 0, "market_correlation"),
        ("risk", 0, "spectrum_weights"),
        ("risk", 0, "weight"),
        ("risks", 1, "measure"),
        ("scenarios", 0, "probability"),
    ]


def test_correlations_are_never_mended_silently_but_the_nearest_is_on_offer() -> None:
    rows = [("p1", "p2", 0.9), ("p2", "p3", 0.9), ("p1", "p3", -0.9)]
    impossible = correlations(*rows)
    defect = only(defects(lambda: parse(document(**impossible))))
    assert "positive semidefinite" in defect.remedy
    assert "smallest eigenvalue is -0.8" in defect.remedy
    matrix, ids = correlation_matrix(
        [Correlation(first=one, second=two, correlation=r) for one, two, r in rows]
    )
    assert ids == ["p1", "p2", "p3"]
    offered = nearest_valid(matrix)
    check(offered)
    assert np.linalg.eigvalsh(matrix).min() == pytest.approx(-0.8)
    possible = [(ids[i], ids[j], float(offered[i, j])) for i, j in ((0, 1), (1, 2), (0, 2))]
    instance = parse(document(**correlations(*possible)))
    assert [row.correlation for row in instance.correlations] == [row[2] for row in possible]


@pytest.mark.parametrize(
    "rows", [[("p1", "p2", 1.0)], [("p1", "p2", -1.0)], [("p1", "p2", 0.3), ("p2", "p1", 0.3)]]
)
def test_correlations_on_the_edge_or_said_twice_alike_are_fine(rows: list[tuple[str, str, float]]) -> None:
    assert len(parse(document(**correlations(*rows))).correlations) == len(rows)


@pytest.mark.parametrize("family", MARGINS)
def test_a_margin_takes_every_variation_below_its_largest(family: str) -> None:
    largest = MARGINS[family].largest_cv
    instance = parse(document(**varied(family, revenue_cv=min(20.0, largest - 1e-6))))
    assert pf.solve(instance).termination == "optimal"


def test_factors_that_explain_exactly_everything_are_fine() -> None:
    risk = FACTORS | {"region_correlation": 0.1}
    assert parse(document(risk=risk)).risk.market_correlation == 0.5


@pytest.mark.parametrize(("synonym", "name"), MEASURE_SYNONYMS.items())
def test_other_names_of_a_measure_lead_to_one(synonym: str, name: str) -> None:
    spellings = [synonym, synonym.upper(), synonym.replace("_", " "), synonym.replace("_", "-")]
    for spelling in spellings:
        instance = parse(document(risk={}, risks=[{"measure": spelling}]))
        assert instance.risks[0].measure == name
        assert parse(document(risk={"measure": spelling})).risk.measure == name
    assert parse(instance.to_document()).risks[0].measure == name


def test_every_measure_that_can_be_written_is_watched() -> None:
    names = [name for name in MEASURES if name != "spectral"]
    spectrum = {"spectrum_levels": [0.5], "spectrum_weights": [1.0]}
    instance = parse(
        document(risk={"measure": "spectral"} | spectrum, risks=[{"measure": name} for name in names])
    )
    assert [risk.measure.name for risk in watched_risks(instance)] == ["spectral", *names]
    assert set(MEASURE_SYNONYMS.values()) <= set(MEASURES)


@pytest.mark.parametrize(
    ("risk", "column", "words"),
    [
        ({"measure": "cvra"}, "measure", "did you mean cvar?"),
        ({"copula": "gausian"}, "copula", "did you mean gaussian?"),
        ({"margin": "log-normal"}, "margin", "did you mean lognormal?"),
        ({"lvel": 0.9}, "lvel", "did you mean level?"),
        ({"industry_corelation": 0.1}, "industry_corelation", "did you mean industry_correlation?"),
        ({"level": 1.5}, "level", "1"),
        ({"scenarios": 0}, "scenarios", "1"),
        ({"df": 0}, "df", "0"),
        ({"theta": -1}, "theta", "0"),
        ({"weight": -0.5}, "weight", "0"),
        ({"market_correlation": -0.1}, "market_correlation", "0"),
    ],
)
def test_misspelt_names_and_numbers_out_of_range(risk: Parts, column: str, words: str) -> None:
    defect = only(defects(lambda: parse(document(risk=risk))))
    assert (defect.place, defect.column) == ("risk", column)
    assert words in defect.remedy


def test_further_measures_are_reported_in_order_and_each_may_be_limited() -> None:
    risks = [{"measure": "var", "level": 0.5, "limit": 0.0}, {"measure": "worst", "weight": 0.1}]
    cells = {"revenue_cv": 0.3, "success": 0.9}
    instance = parse(
        document(partners=[partner("p1", **cells)], risk={"measure": "es", "scenarios": 32}, risks=risks)
    )
    result = pf.solve(instance)
    assert [row.measure for row in result.risks] == ["cvar", "var", "worst_case"]
    assert [row.limit for row in result.risks] == [None, 0.0, None]
    assert result.objective == pytest.approx(result.value - 0.1 * result.risks[2].value)
