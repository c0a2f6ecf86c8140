"""The reader for projects with launch years: a file small enough to solve by hand, and the published case."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import solver as pf
from solver.instance.libraries import published_optimum

FOLDER = os.environ.get("PARTNERFOLIO_DATA", "")

WEIGHTS = """,Tech_risk,Org_risk,Weightage
Tech_risk,1.0,3.0,0.75
Org_risk,0.33,1.0,0.25
"""

AGES = range(1, 11)
HEADER = ",".join(
    [
        "Project number,st_sc,Tech_risk,Org_risk,c,1_in_cash_mean",
        *(f" {age}_in_cash_mean" for age in AGES[1:]),
        *(f"{age}_in_cash_std" for age in AGES),
    ]
)
PROJECTS = f"""{HEADER}
P1,1.5,4,8,-100,242,0,0,0,0,0,0,0,0,0,24.2,0,0,0,0,0,0,0,0,0
P2,0.6,2,0,-150,0,363,0,0,0,0,0,0,0,0,0,72.6,0,0,0,0,0,0,0,0
P6,0,1,1,-11,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
"""

Put = Callable[..., Path]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    def write(projects: str = PROJECTS, weights: str | None = WEIGHTS) -> Path:
        path = tmp_path / "Table_5.csv"
        path.write_text(projects, encoding="utf-8")
        if weights is not None:
            (tmp_path / "Table_4.csv").write_text(weights, encoding="utf-8")
        return path

    return write


def with_floor(instance: pf.Instance, floor: float) -> pf.Instance:
    document = instance.to_document()
    return pf.Instance.from_document(document | {"limits": document["limits"] | {"min_innovation": floor}})


def proven(instance: pf.Instance) -> pf.Result:
    result = pf.solve(instance)
    assert result.termination == "optimal"
    assert result.verified
    assert result.bound == pytest.approx(result.objective, rel=1e-6)
    return result


def launch_years(result: pf.Result) -> dict[str, int]:
    return {chosen.id: chosen.start - 1 for chosen in result.portfolio.partners}


def defects_of(path: Path, index: int = 1) -> list[str]:
    with pytest.raises(pf.InputError) as caught:
        pf.read_library(path, "projects", index)
    return [str(defect) for defect in caught.value.defects]


def read_or_refuse(path: Path) -> pf.Instance | pf.InputError:
    try:
        return pf.read_library(path, "projects")
    except pf.InputError as refusal:
        return refusal


def test_what_the_tables_say(put: Put):
    instance = pf.read_library(put(), "projects")
    assert instance.name == "Table_5"
    assert [(row.id, row.setup_cost, row.innovation, row.status) for row in instance.partners] == [
        ("P1", 100, 1.5, "free"),
        ("P2", 150, 0.6, "free"),
        ("P6", 11, 0, "in"),
    ]
    assert [row.revenue_cv for row in instance.partners] == pytest.approx([0.1, 0.2, 0])
    assert [(row.id, row.age, row.revenue) for row in instance.cash_flows] == [("P1", 1, 242), ("P2", 2, 363)]
    assert [(row.id, row.amount) for row in instance.usage] == [("P1", 5), ("P2", 1.5), ("P6", 1)]


def test_what_the_paper_says(put: Put):
    instance = pf.read_library(put(), "projects")
    limits = instance.limits
    assert (instance.periods, instance.discount_rate, instance.roi_rate) == (31, 0.1, 0)
    assert {(row.first_period, row.last_period) for row in instance.partners} == {(2, 21)}
    assert {year: money for year, money in enumerate(limits.budget_by_period) if money} == {
        1: 175,
        6: 175,
        11: 175,
        16: 175,
    }
    assert limits.budget_carry
    assert limits.min_innovation == 2
    assert [(row.min, row.max) for row in instance.resources] == [(None, 100)]
    assert instance.risk is None


def test_it_is_an_ordinary_instance_without_a_published_optimum(put: Put):
    instance = pf.read_library(put(), "projects")
    assert pf.Instance.from_document(instance.to_document()) == instance
    assert published_optimum(put(), "projects") is None


def test_the_first_stage_pays_for_one_project_and_the_floor_asks_for_both(put: Put):
    """In year y the first is worth 120 / 1.1^y and the second 150 / 1.1^y; the third only costs."""
    result = proven(pf.read_library(put(), "projects"))
    assert launch_years(result) == {"P1": 6, "P2": 1, "P6": 20}
    assert result.objective == pytest.approx(150 / 1.1 + 120 / 1.1**6 - 11 / 1.1**20)


def test_unspent_money_carries_over(put: Put):
    dear = PROJECTS.replace("-150,0,363", "-300,0,1210").replace("72.6", "242")
    result = proven(with_floor(pf.read_library(put(dear), "projects"), 0.5))
    assert launch_years(result) == {"P2": 6, "P1": 11, "P6": 20}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("P2,0.6", "P1,0.6", "line 3: found 'P1': a project's number should stand here"),
        ("P2,0.6", "hub,0.6", "line 3: found 'hub': a project's number should stand here"),
        ("P2,0.6", "P2,high", "found 'high': a strategic score should stand here"),
        ("0.6,2,", "0.6,-2,", "found '-2': a risk score should stand here, a number from 0"),
        ("-150", "150", "found '150': the cost of the launch should stand here, a negative number"),
        ("-150", "nan", "found 'nan': the cost of the launch should stand here"),
        ("363", "-363", "found '-363': a mean inflow should stand here, a number from 0"),
        ("72.6,0", "72.6,-1", "found '-1': a deviation should stand here, a number from 0"),
        ("72.6,0", "72.6,1", "line 3: found '1': the deviation at age 3 should be in proportion to the mean"),
        ("72.6,0", "72.6", "line 3: found '24 of them': this line should hold 25 cells"),
        ("st_sc", "score", "line 1: the names of the columns should stand here, 'st_sc' among them"),
        ("Org_risk", "Org", "the names of the columns should stand here, 'Org_risk' among them"),
        (PROJECTS, "", "the file is empty"),
        (PROJECTS, HEADER, "at least one project is needed"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(put: Put, old: str, new: str, said: str):
    assert PROJECTS.count(old) == 1
    assert said in "\n".join(defects_of(put(PROJECTS.replace(old, new))))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.25", "-0.25", "Table_4.csv, line 3: found '-0.25': a weight should stand here, a number from 0"),
        (
            "Weightage",
            "Weight",
            "Table_4.csv, line 1: the names of the columns should stand here, 'Weightage'",
        ),
        ("0.75", "0.75,1", "Table_4.csv, line 2: found '5 of them': this line should hold 4 cells"),
    ],
)
def test_what_is_wrong_with_the_weights(put: Put, old: str, new: str, said: str):
    assert said in "\n".join(defects_of(put(weights=WEIGHTS.replace(old, new))))


def test_both_tables_are_reported_at_once(put: Put):
    said = defects_of(put(PROJECTS.replace("-150", "dear"), WEIGHTS.replace("0.25", "light")))
    assert [line.partition(",")[0] for line in said] == ["Table_4.csv", "Table_5.csv"]


def test_the_weights_must_be_there(put: Put):
    (said,) = defects_of(put(weights=None))
    assert "Table_4.csv: a file that exists" in said


def test_an_index_the_file_does_not_have(put: Put):
    (said,) = defects_of(put(), index=2)
    assert "an index from 1 to 1 is needed" in said


@pytest.mark.slow
@pytest.mark.parametrize("rubbish", ["", "nan", "1e999", "1_0", "-1", "9" * 400, "\x00", "诊断", '"', ";"])
def test_any_cell_replaced_by_rubbish_is_refused_or_harmless(put: Put, rubbish: str):
    lines = [line.split(",") for line in PROJECTS.splitlines()]
    for row, line in enumerate(lines):
        for column in range(len(line)):
            changed = [list(cells) for cells in lines]
            changed[row][column] = rubbish
            path = put("\n".join(",".join(cells) for cells in changed))
            read = read_or_refuse(path)
            if isinstance(read, pf.InputError):
                assert all("line" in defect.place for defect in read.defects)
            else:
                assert pf.Instance.from_document(read.to_document()) == read


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER, reason="set PARTNERFOLIO_DATA to the folder with the public benchmark files")
@pytest.mark.parametrize(("floor", "optimum"), [(2.0, 175.8818), (1.7, 181.3867)])
def test_the_published_case(floor: float, optimum: float):
    """Published by simulation-optimisation: 173.43."""
    instance = pf.read_library(Path(FOLDER, "project_cvar", "Table_5.csv"), "projects")
    assert len(instance.partners) == 20
    result = proven(with_floor(instance, floor))
    assert round(result.objective, 4) == optimum
