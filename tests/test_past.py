"""Past benefits say how revenues vary and move together."""

from __future__ import annotations

import numpy as np
import pytest

from solver.risk.margins import MARGINS
from tests.drawn_outlook import DRAWS, assessed, multipliers, partner, past, tau, theory


@pytest.mark.slow
@pytest.mark.parametrize(("family", "copula"), [("lognormal", "t"), ("normal", "gaussian"), ("beta", "t")])
def test_past_benefits_say_how_revenues_vary_and_move_together(family: str, copula: str) -> None:
    cvs = {"p1": 0.2, "p2": 0.35, "p4": 0.25}
    history = past({id_: MARGINS[family].with_mean_one(cv) for id_, cv in cvs.items()}, 0.6, 400)
    for row in history:
        row["p2"] *= 50.0
    document = {
        "partners": [partner(f"p{n}", revenue_cv=0.1) for n in range(1, 5)],
        "history": history,
        "risk": {"scenarios": DRAWS, "copula": copula},
    }
    drawn = multipliers(assessed(document))
    for id_, cv in cvs.items():
        assert drawn[id_].mean() == pytest.approx(1.0, abs=0.01)
        assert drawn[id_].std() == pytest.approx(cv, rel=0.1)
    for first, second in (("p1", "p2"), ("p1", "p4"), ("p2", "p4")):
        assert tau(drawn[first], drawn[second]) == pytest.approx(theory(0.6), abs=0.06)
    assert drawn["p3"].std() == pytest.approx(0.1, rel=0.05)
    assert tau(drawn["p1"], drawn["p3"]) == pytest.approx(0.0, abs=0.03)


@pytest.mark.slow
def test_gaps_in_the_past_are_no_observations() -> None:
    history = past({id_: MARGINS["lognormal"].with_mean_one(0.3) for id_ in ("p1", "p2")}, 0.7, 400)
    np.random.default_rng(5).shuffle(history)  # every so many of the Sobol points are no sample
    for row in history[::3]:
        del row["p1"]
    for row in history[1::4]:
        row["p2"] = None
    document = {"partners": [partner("p1"), partner("p2")], "history": history, "risk": {"scenarios": DRAWS}}
    drawn = multipliers(assessed(document))
    assert [drawn[id_].std() for id_ in drawn] == pytest.approx([0.3, 0.3], rel=0.15)
    assert tau(drawn["p1"], drawn["p2"]) == pytest.approx(theory(0.7), abs=0.08)


@pytest.mark.parametrize("benefits", [[1.0, 2.0], [3.0, 3.0, 3.0, 3.0], [-1.0, -2.0, -5.0, 1.0]])
def test_a_past_that_says_nothing_leaves_the_coefficient_of_variation(benefits: list[float]) -> None:
    history = [{"period": period, "p1": benefit} for period, benefit in enumerate(benefits)]
    one = {"partners": [partner("p1", revenue_cv=0.3)], "risk": {"scenarios": DRAWS}}
    assert multipliers(assessed(one | {"history": history}))["p1"].std() == pytest.approx(0.3, rel=0.03)


@pytest.mark.slow
def test_few_observations_are_believed_less() -> None:
    margins = {id_: MARGINS["lognormal"].with_mean_one(0.3) for id_ in ("p1", "p2")}
    found = []
    for periods in (8, 400):
        document = {
            "partners": [partner("p1"), partner("p2")],
            "history": past(margins, 0.6, periods),
            "risk": {"scenarios": DRAWS},
        }
        drawn = multipliers(assessed(document))
        observed = np.array([[row["p1"], row["p2"]] for row in document["history"]]).T
        found.append(tau(drawn["p1"], drawn["p2"]) / tau(*observed))
    assert found[0] < 0.95 < found[1]
