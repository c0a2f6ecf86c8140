"""Optima that others published, met with a proven bound.

The files are public and not part of the repository; PARTNERFOLIO_DATA names the folder that holds them.
"""

import csv
import os
from pathlib import Path

import pytest

import solver as pf
from solver.instance.libraries import published_optimum

FOLDER = os.environ.get("PARTNERFOLIO_DATA", "")

pytestmark = pytest.mark.skipif(
    not FOLDER,
    reason="set PARTNERFOLIO_DATA to the folder with the public benchmark files (mkp, nrp, qkp, …)",
)


def published(*parts: str) -> Path:
    return Path(FOLDER, *parts)


def proven_value(instance: pf.Instance) -> float:
    """The value of the best portfolio, which the bound proves best and the checker confirms."""
    result = pf.solve(instance)
    assert result.termination == "optimal"
    assert result.verified
    assert result.objective is not None
    assert result.bound == pytest.approx(result.objective, rel=1e-6)
    return result.objective


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "index"),
    [("mknap1.txt", index) for index in range(1, 8)] + [("mknap2.txt", index) for index in range(1, 49, 2)],
)
def test_multidimensional_knapsacks(file: str, index: int):
    path = published("mkp", file)
    optimum = published_optimum(path, "mknap", index)
    assert optimum is not None
    assert proven_value(pf.read_library(path, "mknap", index)) == pytest.approx(optimum, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(("ratio", "optimum"), [(0.3, 1204), (0.5, 1840), (0.7, 2507)])
def test_next_release(ratio: float, optimum: float):
    instance = pf.read_library(published("nrp", "nrp1.txt"), "nrp", ratio=ratio)
    assert proven_value(instance) == pytest.approx(optimum, rel=1e-6)


@pytest.mark.slow
def test_team_formation():
    """The smallest of its budgets; the suite of the benchmarks proves all."""
    instance = pf.read_library(published("team_formation", "dblp.txt"), "team", 1)
    assert instance.resources[0].max == 976
    assert round(proven_value(instance), 1) == 245.9


@pytest.mark.slow
@pytest.mark.parametrize("number", [2, 3, 5])
def test_quadratic_knapsacks(number: int):
    file = f"jeu_100_25_{number}.txt"
    with published("qkp", "best_known.csv").open(newline="") as table:
        best = {row["file"]: float(row["best_ofv"]) for row in csv.DictReader(table)}
    instance = pf.read_library(published("qkp", file), "qkp")
    assert proven_value(instance) == pytest.approx(best[file], rel=1e-6)
