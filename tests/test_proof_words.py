"""Words of proof claim only what the numbers beside them show."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from solver.driver import Termination, relative_gap
from solver.driver.outcome import OPTIMAL_GAP
from solver.instance.instance import Instance
from solver.pipeline import solve
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import column, number, shown_difference
from solver.report.printed import printed
from solver.report.proof import quality
from solver.report.result import summary
from solver.result import Result

CASES = Path(__file__).parent / "cases"
NOTHING = Portfolio((), (), (), ())
INSTANCE = Instance.from_document({"name": "drawn", "partners": [{"id": "p", "revenue": 1, "cost": 1}]})


def ended(value: float, bound: float) -> Result:
    gap = relative_gap(value, bound)
    termination = Termination.optimal if gap <= OPTIMAL_GAP else Termination.time_limit
    return Result(
        termination, NOTHING, value, bound, gap, seconds=1.0, components={"partners": value}, verified=True
    )


amounts = st.floats(-1e12, 1e12).map(lambda value: round(value, 9))
excesses = st.one_of(st.just(0.0), st.floats(0, 1e6), st.floats(0, 1e-3), st.floats(0, 1e-9))


@given(amounts, excesses, st.sampled_from([1e-6, 1e-3, 1.0, 1e3]))
@example(5_000_000_050.0, 23.0, 1.0)
@example(0.000123, 0.00002, 1.0)
def test_the_best_there_is_only_where_the_bound_shows_the_same_number(
    value: float, excess: float, unit: float
) -> None:
    value, bound = value * unit, (value + excess) * unit
    words = quality(ended(value, bound))
    if number(bound) != number(value):
        assert words == f", at most {number(shown_difference(bound, value))} more is possible"
    text = printed(summary(ended(value, bound), INSTANCE))
    claims = ("the best there is", "the optimum is proven")
    said = [claim in " ".join(text.split()) for claim in claims]
    assert said == [number(bound) == number(value) and ended(value, bound).termination == "optimal"] * 2


@given(st.floats(-1e12, 1e12), st.floats(0, 1e12))
def test_what_is_open_is_the_difference_of_the_numbers_shown(value: float, excess: float) -> None:
    bound = value + excess
    if number(value) != number(bound) and max(abs(value), abs(bound)) >= 1e-6:
        shown = float(number(value).replace(",", ""))
        assert number(shown + shown_difference(bound, value)) == number(float(number(bound).replace(",", "")))


def test_a_gap_of_one_in_a_billion_is_still_money() -> None:
    instance = Instance.from_document(json.loads((CASES / "settled.json").read_text(encoding="utf-8")))
    result = solve(instance)
    assert result.objective is not None
    assert result.bound is not None
    headline = " ".join(printed(summary(result, instance)).split("\n\n")[0].split())
    if number(result.bound) == number(result.objective):
        assert headline.endswith("worth 5,000,000,072 million USD, the best there is")
    else:
        money = number(result.bound - result.objective)
        assert headline.endswith(f"at most {money} million USD more is possible")


@given(st.floats(-1e15, 1e15))
def test_numbers_are_read_back_to_what_they_were(value: float) -> None:
    shown = number(value)
    assert shown.lstrip("-").strip("0.,") or not shown.startswith("-")
    room = max(0.005, 1e-15 * abs(value)) if abs(value) >= 1 else max(1e-9, 5e-4 * abs(value))
    assert float(shown.replace(",", "")) == pytest.approx(value, abs=room + 1e-12, rel=1e-12)


def test_small_amounts_keep_their_digits_and_minus_zero_is_never_shown() -> None:
    assert column([0.00012, 0.0000015]) == ["0.0001200", "0.0000015"]
    assert column([1e9, -1e-12]) == ["1,000,000,000", "0"]
    assert number(1e-6) == "0.000001"
