"""The project's suites and peers: they can be read, and what peers are told is the problem itself."""

import os
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import BEST_KNOWN, SUITES
from benchmarks.peers import PEERS
from benchmarks.peers.plain import PlainProgram
from benchmarks.published import publication
from benchmarks.synergies import two_signs
from solver.bench.entrants import catalogue, strategy_of
from solver.bench.matrix import read_matrix
from solver.bench.registry import Registry
from solver.bench.sources import AbsentError, Published
from solver.driver import SearchLimits
from solver.errors import MissingBackendError
from solver.instance.generator import generate
from solver.portfolio.selection import Selection
from solver.run import Run
from solver.search.problem import Problem

SUITE_FOLDER = BEST_KNOWN.parent / "suites"
DATA = os.environ.get("PARTNERFOLIO_DATA")
ENTRANTS = {**catalogue(), **PEERS}


@pytest.mark.parametrize("suite", SUITES)
def test_every_suite_can_be_read(suite: str):
    assert read_matrix(SUITE_FOLDER / f"{suite}.toml", ENTRANTS, None).tasks


def test_without_the_data_folder_a_published_instance_is_absent():
    with pytest.raises(AbsentError, match="--data"):
        Published("mkp/mknap1.txt", "mknap", 1).read()
    with pytest.raises(AbsentError, match=r"mknap1\.txt"):
        Published("mkp/mknap1.txt", "mknap", 1, data=Path(__file__).parent).read()


@pytest.mark.skipif(not DATA, reason="published data is not here")
def test_published_values_are_those_in_best_known():
    known = Registry.read(BEST_KNOWN).instances
    for source in (
        Published("mkp/mknapcb1.txt", "mknap", 12, data=Path(DATA or "")),
        Published("mkp/mknap2.txt", "mknap2", 3, data=Path(DATA or "")),
        Published("qkp/jeu_100_50_2.txt", "qkp", data=Path(DATA or "")),
        Published("nrp/nrp2.txt", "nrp", ratio=0.5, data=Path(DATA or "")),
    ):
        published = publication(source)
        assert published is not None
        assert known[source.name].fingerprint == source.read().fingerprint
        assert known[source.name].history[0].value == published.value


def test_the_plain_program_is_the_problem():
    problem = Problem.of(two_signs(size=7, per_member=2, seed=3))
    program = PlainProgram.of(problem)
    for chosen in product((0.0, 1.0), repeat=7):
        keeps = all(
            np.dot(coefficients, np.array(chosen)[options]) <= limit
            for options, coefficients, limit in program.lines()
        )
        worth = program.constant + sum(v * x for v, x in zip(program.values, chosen, strict=True))
        worth += sum(value * chosen[i] * chosen[j] for i, j, value in program.pairs)
        selection = Selection(problem.assessment, tuple(o for o, x in enumerate(chosen) if x))
        assert problem.evaluate(selection) == (pytest.approx(worth) if keeps else None)


def test_what_the_plain_program_cannot_say_is_named():
    with pytest.raises(AbsentError, match="markets"):
        PlainProgram.of(Problem.of(generate(partners=5, applications=2, periods=1)))


@pytest.mark.parametrize("name", [name for name in PEERS if name != "genetic"])  # which proves nothing
def test_every_peer_that_is_here_finds_the_best(name: str):
    told = []
    problem = Problem.of(two_signs(size=8, per_member=2, seed=1))
    best = max(
        worth
        for chosen in product((False, True), repeat=8)
        if (worth := problem.evaluate(problem.staffed(o for o, x in enumerate(chosen) if x))) is not None
    )
    try:
        selection = strategy_of(PEERS[name])(problem, Run(SearchLimits(seconds=30), told.append))
    except (AbsentError, ModuleNotFoundError, MissingBackendError) as absent:
        pytest.skip(str(absent))
    assert selection is not None
    assert problem.evaluate(selection) == pytest.approx(best)
    bounds = [report.bound for report in told if report.bound is not None]
    assert min(bounds) == pytest.approx(best)
    assert "built" in {report.phase for report in told}
    if name != "linopy":  # which has no way to tell
        assert max(report.incumbent for report in told if report.incumbent) == pytest.approx(best)
