"""Shapley values and nucleoli that others published, to their digits.

The files are public and not part of the repository; PARTNERFOLIO_DATA names the folder that holds `games`.
"""

import json
import os
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from solver.games.coalitions import mask_of
from solver.games.families import Airport, WeightedVoting
from solver.games.game import Game
from solver.games.kohlberg import check_stages, kohlberg
from solver.games.nucleolus import Nucleolus, nucleolus, prenucleolus
from solver.games.shapley import shapley

FOLDER = os.environ.get("PARTNERFOLIO_DATA", "")

pytestmark = pytest.mark.skipif(
    not FOLDER, reason="set PARTNERFOLIO_DATA to the folder with the public benchmark files (games, …)"
)


def read(name: str):
    return json.loads(Path(FOLDER, "games", name).read_text(encoding="utf-8"))


def numbered(v: np.ndarray) -> Game:
    return Game(tuple(f"p{player}" for player in range(len(v).bit_length() - 1)), v)


def solved(game: Game, imputations: bool) -> Nucleolus:
    found = nucleolus(game) if imputations else prenucleolus(game)
    assert found is not None
    assert check_stages(game, found, imputations).passes
    assert kohlberg(game, found.payoffs, imputations).passes
    return found


def test_nucleoli_of_benedek_fliege_and_nguyen():
    published = read("benedek_n5_n10.json")
    assert len(published) == 40
    for row in published:
        found = solved(numbered(np.array(row["v"])), row["individually_rational"])
        assert found.payoffs == pytest.approx(row["nucleolus"], abs=1e-7), row["name"]


def test_nucleoli_of_fifteen_players():
    with np.load(Path(FOLDER, "games", "benedek_n15.npz")) as tables:
        names = [name for name in tables if not name.endswith("_nucleolus")]
        assert len(names) == 8
        for name in names:
            published = tables[f"{name}_nucleolus"]
            found = solved(numbered(tables[name]), name.startswith("v3"))
            assert found.payoffs == pytest.approx(published, abs=1e-6), name


def test_shapley_values_of_deon_and_larson():
    published = read("deon_larson_2020.json")
    assert len(published) == 26
    for row in published:
        assert shapley(numbered(np.array(row["v_bitmask"]))) == pytest.approx(row["shapley"], abs=1e-12)


def test_values_of_the_r_package_coopgame():
    published = read("coopgame_r_testvalues.json")
    assert {row["solution"] for row in published} == {"shapley", "nucleolus"}
    for row in published:
        players = row["n"]
        groups = [group for size in range(1, players + 1) for group in combinations(range(players), size)]
        v = np.zeros(2**players)
        v[[mask_of(group) for group in groups]] = row["v_size_lex_order"]
        game = numbered(v)
        payoffs = shapley(game) if row["solution"] == "shapley" else solved(game, True).payoffs
        assert payoffs == pytest.approx(row["expected"], abs=1e-12), row["name"]


def test_the_airport_of_a_hundred_players():
    published = read("airport100_castro2009.json")
    sizes = published["class_sizes"]
    family = Airport(np.repeat(published["class_costs"], sizes).tolist())
    exact = family.shapley()
    assert sum(exact) == -10
    expected = np.repeat(published["shapley_published"], sizes)
    assert -np.array(exact, dtype=float) == pytest.approx(expected, abs=5.1e-10)


def test_the_electoral_college_of_fifty_one_players():
    published = read("electoral51_castro2009.json")
    exact = WeightedVoting(published["quota"], published["weights"]).shapley()
    assert sum(exact) == 1
    assert np.array(exact, dtype=float) == pytest.approx(published["shapley_published_4digits"], rel=5e-4)
