"""Pilots: what one shows, and what others are worth, as enumeration over outcomes says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import beta, betabinom

import solver as pf
from solver.cli import cli
from solver.errors import InputError
from solver.lifecycle.outcomes import Outcomes, read_outcomes
from solver.portfolio.checker import keeps
from solver.study.study import Study
from tests.draw import documents
from tests.draws import unshrunk
from tests.enumerated import ROUGHLY, Document, Enumerated, either
from tests.test_wishes import selections

BY_SUCCESS = ("retained_value", "max_share_of_benefit", "satisfaction", "max_moves")
OFFERED = {"pilot_cost": 0.25, "pilot_trials": 20}
UNSURE: Document = {
    "name": "Nord",
    "partners": [
        {"id": "p1", "name": "Sure", "revenue": 22, "cost": 10},
        {
            "id": "p2",
            "name": "Unsure",
            "revenue": 30,
            "cost": 10,
            "success": 0.7,
            "pilot_cost": 0.25,
            "pilot_trials": 20,
        },
    ],
    "limits": {"max_partners": 1},
}


def with_pilot(document: Document, trials: int) -> Document | None:
    """The same where the first partner that is unsure offers a pilot."""
    for row in document["partners"]:
        if 0 < row.get("success", 1.0) < 1:
            row |= {"pilot_trials": trials, "pilot_cost": 0.5}
            return document
    return None


def after(document: Document, id_: str, trials: int, count: int) -> Document:
    """The document once so many of the trials succeeded."""
    given_ = document.get("evidence") or []
    section = given_ if isinstance(given_, dict) else {"rows": given_}
    rows = [*section.get("rows", []), {"partner": id_, "trials": trials, "successes": count}]
    return {**document, "evidence": {**section, "rows": rows}}


@pytest.mark.slow
@unshrunk(16)
@given(either, st.sampled_from([1, 3]))
def test_a_pilot_is_worth_what_enumeration_over_its_outcomes_says(document: Document, trials: int) -> None:
    offered = with_pilot(document, trials)
    assume(offered is not None)
    found = pf.pilot_worths(Study(pf.Instance.from_document(document)))
    if found.portfolio is None or not found.pilots:
        return
    (pilot,) = found.pilots
    belief = Study(pf.Instance.from_document(document)).assessment.beliefs[pilot.id]
    plan = found.portfolio.to_dict()
    worth = 0.0
    for count, outcome in enumerate(pilot.outcomes):
        later = Enumerated(after(document, pilot.id, trials, count))
        chance = betabinom.pmf(count, trials, belief.alpha, belief.beta)
        assert outcome.probability == pytest.approx(chance)
        open_ = {key: plan[key] for key in ("partners", "applications")}
        kept = max(
            (value for one, value in later.everything if one.portfolio().to_dict() == plan), default=None
        )
        if kept is None:  # a rule speaks of success
            chosen = [(one.portfolio().to_dict(), value) for one, value in later.everything]
            kept = max(
                (v for p, v in chosen if all(p[key] == open_[key] for key in open_)), default=later.best
            )
        worth += chance * (later.best - kept) if later.best is not None else 0.0
    assert pilot.worth.sign == "="
    assert pilot.worth.value == pytest.approx(worth, rel=ROUGHLY, abs=10 * ROUGHLY)
    assert pilot.worth.value >= 0
    if all(one.gain.value == 0 for one in pilot.outcomes):
        assert (pilot.worth.value, pilot.chance.value) == (0, 0)


@pytest.mark.slow
@unshrunk(16)
@given(documents(max_portfolios=40), st.sampled_from([1, 4]))
def test_a_pilot_is_worth_at_most_what_it_is_to_know_for_certain(document: Document, trials: int) -> None:
    """Whoever knows the success p gains max V(p) - V(x₀)(p), in the mean over what is believed of it."""
    limits = document.get("limits", {})
    document["limits"] = {key: limit for key, limit in limits.items() if key not in BY_SUCCESS}
    document["partners"][0]["success"] = 0.6
    offered = with_pilot(document, trials)
    assume(offered is not None)
    study = Study(pf.Instance.from_document(document))
    found = pf.pilot_worths(study)
    assume(found.portfolio is not None and found.pilots)
    (pilot,) = found.pilots
    belief = study.assessment.beliefs[pilot.id]
    known = {}
    for success in (0.0, 1.0):
        rows = [row | ({"success": success} if row["id"] == pilot.id else {}) for row in document["partners"]]
        certain = Study(pf.Instance.from_document(document | {"partners": rows, "evidence": []}))
        amounts = [
            (one.portfolio(), certain.formulation.maximise.amount(one))
            for one in selections(document, certain.assessment)
            if keeps(certain.formulation, one)
        ]
        known[success] = dict(amounts)
    assume(not document.get("evidence") and not document.get("levels"))
    ends = np.array([(known[0.0][one], known[1.0][one]) for one in known[0.0]])
    today = found.portfolio
    here = np.array([known[0.0][today], known[1.0][today]])
    grid = (np.arange(2000) + 0.5) / 2000
    lines = ends[:, :1] + (ends[:, 1:] - ends[:, :1]) * grid
    gains = lines.max(axis=0) - (here[0] + (here[1] - here[0]) * grid)
    chances = beta.pdf(grid, belief.alpha, belief.beta)
    perfect = float(gains @ chances / chances.sum())
    assert pilot.worth.value <= perfect + 1e-3 * max(1.0, perfect)


def test_a_pilot_that_changes_the_choice_is_worth_something() -> None:
    (one,) = pf.pilot_worths(Study(pf.Instance.from_document(UNSURE))).pilots
    study = Study(pf.Instance.from_document(UNSURE))
    # Today it is 30 · 0.7 = 21 against 22: p1 is chosen.
    gain = sum(betabinom.pmf(k, 20, 7, 3) * max(0.0, 30 * (7 + k) / 30 - 22) for k in range(21))
    assert one.worth.value == pytest.approx(gain)
    assert (one.net.value, one.cost) == (pytest.approx(gain - 0.25), 0.25)
    assert 0 < one.chance.value < 1
    assert one.searched < 21
    more = study.revised(study.instance.with_("partners.p2.pilot_trials=200"))
    (larger,) = pf.pilot_worths(more).pilots
    assert larger.worth.value > one.worth.value


def test_a_pilot_that_changes_nothing_is_worth_nothing() -> None:
    (one,) = pf.pilot_worths(
        Study(pf.Instance.from_document(UNSURE | {"limits": {}}).with_("partners.p2.cost=1"))
    ).pilots
    assert (one.worth.sign, one.worth.value, one.chance.value) == ("=", 0.0, 0.0)
    certain = pf.pilot_worths(Study(pf.Instance.from_document(UNSURE).with_("partners.p2.success=1")))
    assert (certain.pilots, certain.certain) == ((), ("p2",))


def test_the_pilot_of_the_text() -> None:
    shown = pf.pilot(Study(pf.Instance.from_document(UNSURE)), "Unsure", Outcomes(200, 170))
    assert shown.after.mean == pytest.approx(177 / 210)
    assert (shown.accuracy, shown.before.mean) == (0.85, 0.7)
    assert shown.low < 0.85 < shown.high
    assert [move.id for move in shown.moves] == ["p1", "p2"]
    with pytest.raises(InputError, match="did you mean p2"):
        pf.pilot(Study(pf.Instance.from_document(UNSURE)), "pp2", Outcomes(2, 1))
    with pytest.raises(InputError, match="from 0 to trials"):
        Outcomes(2, 3)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("outcome\n1\n0\n1\n", (3, 2)),
        ("truth,prediction\ncat,cat\ndog,cat\n", (2, 1)),
        ("case;Truth;Prediction\n1;猫;猫\n2;犬;犬\n", (2, 2)),
    ],
)
def test_outcomes_are_counted(text: str, counts: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "pilot.csv"
    path.write_text(text, encoding="utf-8")
    assert read_outcomes(str(path)) == Outcomes(*counts)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("outcome\n1\nyes\n", "pilot.csv, line 3", "0 or 1"),
        ("truth,prediction\ncat,cat\ndog,cta\n", "pilot.csv, line 3", "did you mean cat?"),
        ("truth,prediction\n,cat\n", "pilot.csv, line 2", "what was true"),
        ("truth,predicton\ncat,cat\n", "pilot.csv, line 1", "did you mean prediction?"),
        ("outcome\n", "pilot.csv", "at least one outcome"),
    ],
)
def test_bad_outcomes_have_place_and_remedy(text: str, place: str, remedy: str, tmp_path: Path) -> None:
    path = tmp_path / "pilot.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_outcomes(str(path))
    assert (place in str(caught.value), remedy in str(caught.value)) == (True, True), str(caught.value)


def test_the_command_says_both_in_words(tmp_path: Path) -> None:
    (tmp_path / "alliance.json").write_text(json.dumps(UNSURE), encoding="utf-8")
    (tmp_path / "pilot.csv").write_text("outcome\n" + "1\n" * 170 + "0\n" * 30, encoding="utf-8")
    source = str(tmp_path / "alliance.json")
    shown = CliRunner().invoke(
        cli, ["pilot", source, str(tmp_path / "pilot.csv"), "--partner", "p2", "--quiet"]
    )
    said = " ".join(shown.stdout.split())
    assert shown.exit_code == 0, shown.output
    assert "170 of 200 trials succeeded" in said
    assert "84.29 %" in said
    assert "Unsure comes in" in said
    worths = CliRunner().invoke(cli, ["pilot", source, "--quiet"])
    assert "worth their cost: Unsure" in worths.stdout
    document: dict[str, Any] = json.loads(CliRunner().invoke(cli, ["pilot", source, "--json", "-"]).stdout)
    assert document["pilots"][0]["id"] == "p2"
    unnamed = CliRunner().invoke(cli, ["pilot", source, str(tmp_path / "pilot.csv")])
    assert (unnamed.exit_code, "--partner ID" in unnamed.stderr) == (2, True)
