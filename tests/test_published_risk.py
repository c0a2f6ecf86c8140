"""Measures of risk against portfolios that others proved least risky.

Prices and weights are those of Riskfolio-Lib's tests, not part of the repository; PARTNERFOLIO_DATA names the
folder that holds them. Returns are day on day, losses their negative over the last 200 days.
"""

import csv
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from solver.risk.measures import (
    CVaR,
    EntropicVaR,
    MeanAbsoluteDeviation,
    MeanSemideviation,
    MeanStd,
    Measure,
    WorstCase,
)
from solver.risk.measures.base import Floats

FOLDER = os.environ.get("PARTNERFOLIO_DATA", "")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="set PARTNERFOLIO_DATA to the folder with the public benchmark files (risk, …)"
)

DAYS = 200
PROBABILITY = np.full(DAYS, 1.0 / DAYS)


# By the name of the column: the measure, and whether only its deviation from the mean is meant.
COLUMNS: dict[str, tuple[Measure, bool]] = {
    "MV": (MeanStd(1.0), True),
    "MAD": (MeanAbsoluteDeviation(1.0), True),
    "MSV": (MeanSemideviation(1.0), True),
    "CVaR": (CVaR(0.95), False),
    "EVaR": (EntropicVaR(0.95), False),
    "WR": (WorstCase(), False),
}


# Where there is one gradient, it proves the published weights least risky.
SMOOTH = ("MV", "MSV", "EVaR")


def table(name: str) -> list[dict[str, str]]:
    with Path(FOLDER, "risk", name).open(newline="") as file:
        return list(csv.DictReader(file))


class Published(NamedTuple):
    losses: Floats
    """Of every stock, shape (200, 10)."""
    weights: dict[str, Floats]
    """Of every column, shape (10,) each."""


@pytest.fixture(scope="module")
def published() -> Published:
    rows = table("Classic_MinRisk.csv")
    prices = np.array([[float(row[stock[""]]) for stock in rows] for row in table("stock_prices.csv")])
    columns = [name for name in rows[0] if name]
    return Published(
        (1.0 - prices[1:] / prices[:-1])[-DAYS:],
        {name: np.array([float(row[name]) for row in rows]) for name in columns},
    )


def value(column: str, losses: Floats) -> float:
    risk, only_deviation = COLUMNS[column]
    return risk.value(losses, PROBABILITY) - (float(losses.mean()) if only_deviation else 0.0)


def test_least_expected_shortfall_to_the_published_digits(published: Published) -> None:
    assert round(value("CVaR", published.losses @ published.weights["CVaR"]), 10) == 0.0154290674


@pytest.mark.parametrize("column", COLUMNS)
def test_each_measure_is_least_at_its_own_weights(column: str, published: Published) -> None:
    values = {name: value(column, published.losses @ weights) for name, weights in published.weights.items()}
    assert len(values) == 18
    assert min(values, key=values.__getitem__) == column


@pytest.mark.parametrize("column", SMOOTH)
def test_no_other_portfolio_is_less_risky(column: str, published: Published) -> None:
    """Any portfolio's risk is at least Σ q·L, and so at least that of the best single stock under q."""
    losses = published.losses @ published.weights[column]
    risk, only_deviation = COLUMNS[column]
    scenarios = risk.weights(losses, PROBABILITY) - (PROBABILITY if only_deviation else 0.0)
    assert (scenarios @ published.losses).min() == pytest.approx(value(column, losses), rel=1e-3)
