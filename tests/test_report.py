"""The report: facts kept apart, columns that line up, and nothing wider than a page."""

import json
import re
from dataclasses import replace
from itertools import chain

import pytest

from solver.commands.terminal import progress_text
from solver.instance.instance import Instance
from solver.pipeline import solve, verify
from solver.portfolio.rules.rule import Reading
from solver.report.amounts import column, money, number, percent
from solver.report.bindings import binding_limits
from solver.report.blocks import Facts, numeric, report, section, table_of, text
from solver.report.cells import fitted, page_width, printed_on, width
from solver.report.contents import Contents, contents_summary
from solver.report.printed import lines_of, printed, section_lines
from solver.report.result import summary
from solver.report.verdict import judgement_document, notes_on, verdict_summary
from solver.result import Result
from solver.run import Progress, Termination
from solver.shapes import plain

DOCUMENT = {
    "name": "two",
    "hub": {"name": "Lepton AI"},
    "limits": {"budget": 130},
    "partners": [
        {"id": "p1", "name": "Aurora Imaging", "revenue": 100, "cost": 50},
        {"id": "诊", "name": "诊断科技", "revenue": 90.25, "cost": 60},
        {"id": "p3", "revenue": 80, "cost": 70},
    ],
    "applications": [{"id": "a1", "name": "Triage", "revenue": 50, "cost": 20}],
    "technologies": [{"id": "img", "name": "Imaging"}],
    "capabilities": [{"holder": "诊", "technology": "img", "level": 0.8}],
    "requirements": [{"application": "a1", "technology": "img", "level": 0.5}],
}


@pytest.fixture(scope="module")
def instance() -> Instance:
    return Instance.from_document(DOCUMENT)


@pytest.fixture(scope="module")
def result(instance: Instance) -> Result:
    return solve(instance)


def block(text: str, title: str) -> list[str]:
    """The lines under a title."""
    [found] = [part for part in text.split("\n\n") if part.startswith(title)]
    return found.splitlines()[1:]


def test_a_wide_character_takes_two_cells_and_a_combining_one_none() -> None:
    assert (width("诊断"), width("é"), width("e\u0301"), width("ﬁ")) == (4, 1, 1, 1)


def test_columns_line_up_whatever_the_script() -> None:
    lines = lines_of(table_of(("name", "n"), [("诊断科技", "1"), ("Aurora", "20")], ("left", "right")))
    assert lines == ["  name       n", "  诊断科技   1", "  Aurora    20"]


def test_columns_that_say_nothing_are_left_out() -> None:
    assert (
        lines_of(table_of(("id", "level", "n"), [("a", "", "1"), ("b", "", "2")], ("left",) * 3))[0]
        == "  id  n"
    )
    assert lines_of(table_of(("id",), [], ("left",))) == []


@pytest.mark.parametrize("columns", [40, 57, 80, 133, 200])
@pytest.mark.parametrize("name", ["x" * 300, "诊" * 300, "word " * 60, "a\nb\tc", "e\u0301" * 200])
def test_no_line_is_wider_than_a_page(name: str, columns: int) -> None:
    rows = [(name, name, "1,000", name, "281.38 to 287.63")]
    with printed_on(columns):
        lines = lines_of(
            table_of(("a", name, "c", "d", name), rows, ("left", "left", "right", "left", "right"))
        )
        lines += printed(report(name, Facts({name: name}), section(name, text(name)))).splitlines()
        assert all(width(line) <= page_width() == columns and "\n" not in line for line in lines)
    assert width(fitted(name, 10)) <= 10


@pytest.mark.parametrize("columns", [40, 60, 80, 140, 200])
def test_columns_that_do_not_fit_stand_in_blocks_of_their_own_and_lose_no_number(columns: int) -> None:
    numbers = [[f"{row * 1000 + column},00" for column in range(30)] for row in range(4)]
    names = ["Aurora Imaging Limited", "诊断科技", "p3", "x" * 90]
    header = ["", *(f"player number {column}" for column in range(30))]
    with printed_on(columns):
        lines = lines_of(
            table_of(header, [[name, *row] for name, row in zip(names, numbers, strict=True)], numeric(30))
        )
    assert all(width(line) <= columns for line in lines)
    assert sorted(re.findall(r"[\d]+,00", " ".join(lines))) == sorted(chain(*numbers))


def test_a_text_too_long_for_its_cell_goes_on_below_in_the_same_column() -> None:
    with printed_on(40):
        lines = lines_of(
            table_of(("name", "n"), [("one two three four five six seven", "1" * 14), ("b", "2")], numeric(1))
        )
    assert lines == [
        "  name                                 n",
        "  one two three four      11111111111111",
        "  five six seven",
        "  b                                    2",
    ]


def test_an_id_is_not_broken_to_save_room() -> None:
    header, row = ("id", *(f"number {n}" for n in range(9))), ("northern-clinics-and-labs", *["1,000.00"] * 9)
    with printed_on(60):
        lines = lines_of(table_of(header, [row]))
    assert sum("northern-clinics-and-labs" in line for line in lines) == 3


def test_a_page_is_never_narrower_than_forty_cells() -> None:
    with printed_on(3):
        assert page_width() == 40
    assert page_width() == 80


def test_sentences_are_wrapped_without_losing_a_word() -> None:
    words = [f"word{n}" for n in range(60)]
    for block in (text(" ".join(words)), Facts({"fact": " ".join(words)})):
        lines = lines_of(block)
        assert all(width(line) <= page_width() for line in lines)
        assert [word for word in " ".join(lines).split() if word != "fact"] == words


def test_numbers_carry_no_more_decimals_than_they_need() -> None:
    assert [number(value) for value in (62.5, 1e6, 0.125, -0.0, -1e-12, 2e-5, 1.006)] == [
        "62.5", "1,000,000", "0.125", "0", "0", "0.00002", "1.01",
    ]  # fmt: skip
    assert column([1, 2.5, -10.25]) == ["1.00", "2.50", "-10.25"]
    assert (percent(0), percent(1e-9), percent(0.0123)) == ("0 %", "below 0.0001 %", "1.23 %")


def test_money_has_the_unit_and_currency_of_the_instance(instance: Instance) -> None:
    assert money(62.5, instance) == "62.5 million USD"


def test_the_report_keeps_three_facts_apart(result: Result, instance: Instance) -> None:
    shown = printed(summary(result, instance)).split("\n\n")[1].splitlines()
    assert [line.split("  ")[1] for line in shown][:3] == ["why it stopped", "value", "bound"]


def test_the_report_names_partners_providers_and_what_binds(result: Result, instance: Instance) -> None:
    text = printed(summary(result, instance))
    assert block(text, "Partners")[:3] == [
        "  id  name            level     revenue  cost  credited return  benefit",
        "  p1  Aurora Imaging  standard   100.00    50             12.5    62.50",
        "  诊  诊断科技        standard    90.25    60             15.0    45.25",
    ]
    assert block(text, "Who provides what") == ["  Triage: Imaging by 诊断科技"]
    assert block(text, "Value by component")[-1].split() == ["total", "142.75"]
    assert block(text, "What binds")[-1].split() == [
        "total",
        "spend",
        "130",
        "at",
        "most",
        "130",
        "0",
        "binds",
    ]


def test_benefit_is_revenue_less_cost_and_the_credited_return(result: Result, instance: Instance) -> None:
    rows = block(printed(summary(result, instance)), "Value by component")
    assert rows[1].split() == ["partners", "190.25", "110", "27.5", "107.75"]
    assert rows[2].split() == ["applications", "50.00", "20", "5.0", "35.00"]


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("risk", [{}, {"risk": {"scenarios": 64}}])
def test_the_parts_of_a_benefit_are_present_values_and_add_up(rate: float, risk: dict) -> None:
    partner = {"id": "a", "revenue": 100, "cost": 50, "setup_cost": 8, "cost_cv": 0.5}
    document = {"periods": 2, "discount_rate": 0.25, "roi_rate": rate, "partners": [partner]}
    partner["success"] = 1.0 if risk else 0.75  # so many draws do not deliver exactly as often
    [row] = solve(Instance.from_document(document | risk), include=["a"]).details
    assert row.revenue == pytest.approx(partner["success"] * 100 * 1.8)
    assert row.cost == pytest.approx(50 * 1.8 + 8)
    assert row.credited == pytest.approx(rate * row.cost)
    assert row.benefit == pytest.approx(row.revenue - row.cost + row.credited)
    assert row.spend == 108


def test_a_benefit_that_the_planner_gave_has_no_parts() -> None:
    rows = [{"scenario": "s", "probability": 1, "id": "a", "benefit": 7}]
    document = {"partners": [{"id": "a", "revenue": 100, "cost": 50}], "scenarios": rows, "risk": {}}
    result = solve(Instance.from_document(document), include=["a"])
    [row] = result.details
    assert (row.benefit, row.revenue, row.cost, row.credited) == (7, None, None, None)
    assert "credited" not in printed(summary(result, Instance.from_document(document)))


def test_the_same_result_gives_the_same_text(result: Result, instance: Instance) -> None:
    again = Result.from_dict(json.loads(result.to_json()))
    assert printed(summary(again, instance)) == printed(summary(result, instance))


@pytest.mark.parametrize(
    ("termination", "headline"),
    [
        (Termination.infeasible, "two: no portfolio exists"),
        (Termination.time_limit, "two: no portfolio was found, which does not mean that none exists"),
        (Termination.cancelled, "two: no portfolio was found, which does not mean that none exists"),
    ],
)
def test_nothing_found_is_told_from_nothing_there(
    termination: Termination, headline: str, instance: Instance
) -> None:
    nothing = Result(termination, None, None, None, None, seconds=1.0)
    assert printed(summary(nothing, instance)).splitlines()[0] == headline


def test_an_error_of_the_back_end_is_passed_on(instance: Instance) -> None:
    failed = Result(Termination.error, None, None, None, None, seconds=1.0, message="it broke")
    assert "an error: it broke" in printed(summary(failed, instance))


def test_only_a_proven_optimum_is_called_the_best(result: Result, instance: Instance) -> None:
    assert printed(summary(result, instance)).splitlines()[0].endswith(", the best there is")
    stopped = replace(result, termination=Termination.time_limit, bound=152.0, gap=0.0625)
    headline = " ".join(printed(summary(stopped, instance)).split("\n\n")[0].split())
    assert headline.endswith(", at most 9.25 million USD more is possible")
    unproven = replace(result, termination=Termination.cancelled, bound=None, gap=None)
    assert printed(summary(unproven, instance)).splitlines()[0] == "two: a portfolio worth 142.75 million USD"
    assert "none proven" in printed(summary(unproven, instance))


def test_the_objective_is_told_from_the_value_where_they_differ(result: Result, instance: Instance) -> None:
    assert "objective" not in printed(summary(result, instance))
    assert "objective       100 million USD" in printed(summary(replace(result, objective=100.0), instance))


def test_rules_of_logic_and_idle_limits_are_no_news() -> None:
    silent = [Reading("conflict", "pair", 1, "<=", 1), Reading("retained_value", "revenue", 0, ">=", 0)]
    assert not binding_limits(silent)


def test_the_limit_with_the_least_room_comes_first_and_long_lists_are_cut() -> None:
    readings = [Reading("resource", f"use of r{n}", 100 - n, "<=", 100) for n in range(1, 15)]
    found = binding_limits([*reversed(readings), Reading("budget", "total spend", 7, "<=", 7)])
    lines = [*section_lines(found)]
    assert lines[0] == "What binds"
    assert lines[2].split()[:2] == ["total", "spend"]
    assert lines[3].split()[:3] == ["use", "of", "r1"]
    assert "  and 5 limits with more room" in lines


def test_every_binding_limit_is_shown_however_many_there_are() -> None:
    found = binding_limits(Reading("resource", f"use of r{n}", 5, "<=", 5) for n in range(30))
    lines = [*section_lines(found)]
    assert sum("binds" in line for line in lines[1:]) == 30


def test_what_is_in_an_instance(instance: Instance) -> None:
    text = printed(contents_summary(Contents.of(instance), instance))
    assert text.startswith("two: 3 partners, 1 application, 1 period, no defects")
    assert block(text, "Totals")[1].split() == ["partners", "270.25", "180", "0"]
    assert block(text, "What is missing") == [
        "  Nobody reaches the target 1 in Imaging; the strongest is at 0.8."
    ]


def test_partners_that_can_never_start_are_named() -> None:
    late = {"id": "p1", "name": "Late", "revenue": 1, "cost": 1, "first_period": 2, "last_period": 1}
    contents = Contents.of(Instance.from_document({"periods": 2, "partners": [late]}))
    assert contents.warnings == ("Late can never be chosen: its first and last period leave no start.",)


def test_a_verdict_in_words_and_as_json(instance: Instance) -> None:
    plan = {"partners": ["p1", "诊", "p3"], "applications": ["a1"], "objective": 1.0}
    judgement = verify(instance, {key: plan[key] for key in ("partners", "applications")})
    notes = tuple(notes_on(judgement, plan, instance))
    text = printed(verdict_summary(judgement, instance, notes))
    assert text.startswith("two: the plan is broken, 1 rule not kept")
    assert block(text, "What is broken") == ["  total spend: 200, must be at most 130"]
    assert block(text, "Who provides what") == ["  Triage: Imaging by 诊断科技"]
    assert len(notes) == 1
    document = plain(judgement_document(judgement, instance, notes))
    assert document["holds"] is False
    assert sum(document["value"]["components"].values()) == pytest.approx(document["value"]["total"])
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_progress_says_what_is_not_known_yet() -> None:
    early = Progress(seconds=0.25, incumbent=None, bound=80.0, gap=None, phase="relaxation", round=1)
    assert progress_text(early) == "relaxation: incumbent none yet, bound 80, gap none yet, 0.2 s"
    later = replace(early, incumbent=62.5, gap=0.21875, phase="search")
    assert progress_text(later) == "search: incumbent 62.5, bound 80, gap 21.88 %, 0.2 s"
    seventh = replace(later, question=(7, 24))
    assert progress_text(seventh) == "7 of 24, search: incumbent 62.5, bound 80, gap 21.88 %, 0.2 s"


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_a_technical_word_in_a_name_is_not_explained(columns: int) -> None:
    name = "Core bound excess analytics of CVaR"
    partners = [
        {"id": "a", "name": name, "revenue": 100, "cost": 50},
        {"id": "nucleolus", "revenue": 9, "cost": 2},
    ]
    instance = Instance.from_document({"name": "the gap", "partners": partners, "split": {"rule": "equal"}})
    result = solve(instance, include=["a", "nucleolus"])
    with printed_on(columns):
        text = printed(summary(result, instance))
    explained = set(re.findall(r"^  ([\w ]+): [a-z]", text, re.M))
    assert "bound" in explained
    assert not explained & {"excess", "CVaR", "nucleolus"}
