"""The installed HiGHS is checked once: known wrong versions are named, and wrong proofs are found out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from solver.driver import run, selfcheck
from solver.driver.highs import HighsSession
from solver.errors import BackendError
from tests.programs import knapsack


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    selfcheck.assure_highs.cache_clear()
    yield
    selfcheck.assure_highs.cache_clear()


def is_installed(monkeypatch, version):
    monkeypatch.setattr(selfcheck, "version", lambda package: version)


def claims(monkeypatch, worse):
    true = HighsSession.search
    monkeypatch.setattr(HighsSession, "search", lambda self, *given: worse(true(self, *given)))


def test_the_installed_version_passes_and_is_kept():
    selfcheck.assure_highs()
    assert "check" in selfcheck.kept_at().read_text()


def test_a_version_known_to_be_wrong_is_named(monkeypatch):
    is_installed(monkeypatch, "1.14.0")
    with pytest.raises(BackendError, match=r"highspy 1\.14\.0 proves wrong optima.*install another"):
        run(knapsack(4, 1, seed=1)[0])


def test_a_version_that_prints_is_named(monkeypatch):
    is_installed(monkeypatch, "1.16.0")
    with pytest.warns(RuntimeWarning, match=r"highspy 1\.16\.0 prints"):
        selfcheck.assure_highs()


@pytest.mark.parametrize("name", selfcheck.MODELS)
def test_a_wrong_proof_of_any_model_is_found_out(monkeypatch, name):
    monkeypatch.setattr(selfcheck, "MODELS", {name: selfcheck.MODELS[name]})
    claims(monkeypatch, lambda answer: replace(answer, termination="optimal", bound=answer.bound - 1.7))
    with pytest.raises(BackendError, match=f"fails the self-check '{name}'"):
        selfcheck.assure_highs()
    assert not selfcheck.kept_at().exists()


def test_what_passed_is_not_checked_again(monkeypatch):
    selfcheck.assure_highs()
    selfcheck.assure_highs.cache_clear()
    claims(monkeypatch, lambda answer: pytest.fail("checked again"))
    selfcheck.assure_highs()


@pytest.mark.parametrize("content", ["", "{", "7", None])
def test_nothing_fails_where_nothing_can_be_kept(monkeypatch, tmp_path, content):
    if content is None:
        (tmp_path / "partnerfolio").write_text("in the way")
    else:
        selfcheck.kept_at().parent.mkdir()
        selfcheck.kept_at().write_text(content)
    selfcheck.assure_highs()
