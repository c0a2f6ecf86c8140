"""Figures: they show what the answers say, in valid Vega-Lite, whatever anybody is called."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import solver as pf
from solver.answers.classes import classes
from solver.answers.course import course
from solver.answers.frontier import frontier
from solver.answers.risk_report import RiskReport, risk_report
from solver.answers.sensitivity import sensitivity
from solver.cli import cli
from solver.games.allocate import Allocation
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.report.blocks import Figure
from solver.report.figures import rendering
from solver.report.figures.drawing import specification
from solver.report.figures.files import picture_file
from solver.report.figures.kinds import KINDS
from solver.report.figures.lettering import names_of
from solver.result import Result

draws = pytest.mark.skipif(not rendering.can_draw(), reason="vl-convert is not installed")
every_kind = pytest.mark.parametrize("kind", KINDS)
HOSTILE = {
    "p1": "<script>alert(1)</script>",
    "p2": '=HYPERLINK("http://nowhere.example","x")',
    "p3": "שלום " + "long " * 395 + "end",
    "p4": '"];</svg><img src=x onerror=alert(1)>',
    "p5": "云图影像",
    "p6": "云图影像",
}
COMPILE = """
import json, sys, vl_convert
for one in json.load(sys.stdin):
    vl_convert.vegalite_to_vega(one, vl_version=sys.argv[1], show_warnings=True)
"""


@cache
def first() -> Instance:
    """The first alliance over two periods, with partners that may fail and take their time."""
    changes = ["periods=2", "limits.budget=350", "limits.budget_by_period=[200, 180]"]
    return pf.read("instances/first").with_(
        *changes, "partners.medimage.lead=1", "partners.recordwell.success=0.8"
    )


def drawn_alliance(partners: int, names: dict[str, str] | None = None) -> Instance:
    """Partners whose revenues and costs differ, without applications."""
    rows = [
        {
            "id": f"p{k}",
            "name": (names or {}).get(f"p{k}", f"Partner {k}"),
            "revenue": 30 + 7 * (k % 5),
            "cost": 10 + 3 * k,
            "success": 1 - 0.01 * k,
            "status": ("free", "in", "out", "free")[k % 4],
        }
        for k in range(1, partners + 1)
    ]
    return Instance(partners=rows, limits={"budget": 80 * partners})


def measured() -> Instance:
    """The same with measurements of two partners over two periods."""
    rows = [
        {"partner": p, "indicator": what, "period": period, "value": 0.3 * period + 0.1 * k, "target": 1.0}
        for k, p in enumerate(("medimage", "voicebot"))
        for what in ("uptime", "tickets solved")
        for period in (1, 2)
    ]
    return Instance.from_document(first().to_document() | {"health": rows})


@cache
def answer(of: str) -> Any:
    match of:
        case "Result":
            return pf.solve(first())
        case "Allocation":
            return pf.allocate(first(), answer("Result"))
        case "Frontier":
            return frontier(pf.Study(first()), ["value", "spending"])
        case "Sensitivity":
            return sensitivity(pf.Study(first()), most=6)
        case "Classes":
            return classes(pf.Study(first()))
        case "Why":
            return pf.why(pf.Study(first()), *(row.id for row in first().partners))
        case "Curve":
            return pf.curve(pf.Study(first()), "limits.budget", least=100, most=400)
        case "Whatifs":
            return pf.whatif(pf.Study(first()))
        case "Health":
            return pf.health(pf.Study(measured()))
        case "Course":
            return course(pf.Study(first()))
        case "RiskReport":
            drawn = ("risk.scenarios=256", "risk.level=0.9", "partners.medimage.success=0.7")
            return risk_report(first().with_(*drawn), answer("Result"))
    raise AssertionError(of)


@cache
def figure(kind: str) -> Figure:
    return KINDS[kind].draw(answer(KINDS[kind].of), first())


def rows(found: Figure, name: str, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in found.data[name]]


@pytest.mark.skipif(find_spec("altair") is None, reason="altair, which brings the schema, is not installed")
@pytest.mark.slow
@every_kind
def test_every_specification_keeps_the_schema_of_vega_lite(kind: str) -> None:
    import jsonschema

    spec = find_spec("altair")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "vegalite" / "v5" / "schema" / "vega-lite-schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(specification(figure(kind)))


@draws
@pytest.mark.slow
def test_every_specification_is_compiled_without_a_warning() -> None:
    wanted = [json.dumps(specification(figure(kind))) for kind in KINDS]
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, rendering.VEGA_LITE],
        input=json.dumps(wanted),
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


@every_kind
def test_every_figure_says_what_it_shows_and_with_what_numbers(kind: str) -> None:
    found = figure(kind)
    assert found
    assert found.kind == kind
    assert not found.title[0].islower()
    assert found.words.endswith(".")
    assert json.loads(json.dumps(specification(found), allow_nan=False))["datasets"] == {
        name: [dict(row) for row in part] for name, part in found.data.items()
    }


@every_kind
@pytest.mark.parametrize("theme", ["light", "dark", "grey", "page"])
def test_no_colour_is_left_a_name(kind: str, theme: Any) -> None:
    found = specification(figure(kind), theme)
    assert '"@' not in json.dumps({key: part for key, part in found.items() if key != "datasets"})


def test_the_waterfall_adds_up_to_the_value() -> None:
    result: Result = answer("Result")
    *steps, total = rows(figure("waterfall"), "steps", "amount", "from", "to")
    assert total == pytest.approx((result.value, 0.0, result.value))
    assert sum(step for step, _, _ in steps) == pytest.approx(result.value)
    assert steps[-1][2] == pytest.approx(result.value)
    assert all(end - begin == pytest.approx(step) for step, begin, end in steps)


def test_chosen_partners_are_shown_as_the_result_details_them() -> None:
    details = [row for row in answer("Result").details if row.kind == "partner"]
    shown = [row for row in figure("partners").data["partners"] if row["choice"] == "chosen"]
    assert {(row["id"], row["benefit"], row["cost"]) for row in shown} == {
        (row.id, row.benefit, row.spend) for row in details
    }
    left = {row["id"] for row in figure("partners").data["partners"]} - {row.id for row in details}
    assert left == {row.id for row in first().partners} - {row.id for row in details}


def test_the_split_is_the_allocations_table_and_room() -> None:
    allocation: Allocation = answer("Allocation")
    found = figure("split")
    table = allocation.table()
    assert [
        payoff for _, payoff in rows(found, "payoffs", "id", "payoff")
    ] == table.to_numpy().ravel().tolist()
    assert rows(found, "room", "id", "least", "most") == [
        (id_, *ends) for id_, ends in (allocation.room or {}).items() if None not in ends
    ]


def test_whoever_is_assigned_is_shown_as_provider() -> None:
    portfolio = answer("Result").portfolio
    provided = [row for row in figure("coverage").data["provided"] if row["role"] != "could step in"]
    assert {(row["partner_id"], row["application_id"]) for row in provided} == {
        (row.partner, row.application) for row in portfolio.assignments
    }


def test_a_backup_counts_as_one_only_for_what_it_backs_up() -> None:
    partners = [{"id": p, "revenue": 20, "cost": 1} for p in ("p1", "p2")]
    skills = [("p1", "x"), ("p2", "x"), ("p1", "y")]
    instance = Instance(
        partners=partners,
        applications=[{"id": "a", "revenue": 50, "cost": 1}, {"id": "b", "revenue": 50, "cost": 1}],
        technologies=[{"id": "x"}, {"id": "y"}],
        capabilities=[{"holder": p, "technology": t, "level": 1} for p, t in skills],
        requirements=[
            {"application": "a", "technology": "x", "level": 0.5},
            {"application": "b", "technology": "y", "level": 0.5},
        ],
    )
    plan = Portfolio.from_dict(
        {
            "partners": [{"id": p, "level": "standard", "start": 1} for p in ("p1", "p2")],
            "applications": [{"id": a, "start": 1} for a in ("a", "b")],
            "assignments": [
                {"application": a, "technology": t, "partner": p}
                for a, t, p in (("a", "x", "p1"), ("a", "x", "p2"), ("b", "y", "p1"))
            ],
            "licences": [],
        }
    )
    found = KINDS["coverage"].draw(replace(pf.solve(instance), portfolio=plan), instance)
    assert {row[:2]: row[2] for row in rows(found, "provided", "partner_id", "application_id", "role")} == {
        ("p1", "a"): "provides, with a backup",
        ("p2", "a"): "provides, with a backup",
        ("p1", "b"): "provides, nobody spare",
    }
    assert found.title == "1 of 2 applications hangs on a provider without a backup"


def test_the_network_has_every_pair_with_its_worth() -> None:
    shown = rows(figure("network"), "pairs", "first", "second", "value")
    assert sorted(shown) == sorted((row.first, row.second, row.value or 0.0) for row in first().pairs)
    assert {row["id"] for row in figure("network").data["nodes"]} >= {
        row.id for row in answer("Result").details
    }


def test_what_is_spent_by_period_is_what_the_chosen_spend() -> None:
    details = answer("Result").details
    found = figure("timeline")
    assert sum(row["spent"] for row in found.data["spending"]) == pytest.approx(sum(r.spend for r in details))
    assert [row["budget"] for row in found.data["spending"]] == [200, 180]
    starts = {row.id: row.start for row in details}
    begun = {row["id"]: row["begins"] + 0.5 for row in reversed(found.data["spans"])}
    assert begun == starts
    assert {row["id"] for row in found.data["spans"] if row["phase"] == "prepares"} == {"medimage"} & set(
        starts
    )


def test_the_loss_is_drawn_as_the_risk_report_has_it() -> None:
    report: RiskReport = answer("RiskReport")
    found = figure("loss")
    for sample, one in (("in sample", report.distribution), ("out of sample", report.fresh)):
        assert one is not None
        shown = [row for row in found.data["ranges"] if row["sample"] == sample]
        assert sum(row["share"] for row in shown) == pytest.approx(1.0)
        assert all(left["to"] == right["from"] for left, right in pairwise(shown))
        middle = sum(row["share"] * (row["from"] + row["to"]) / 2 for row in shown)
        assert middle == pytest.approx(one.mean, abs=shown[0]["to"] - shown[0]["from"])
        marks = [row["loss"] for row in found.data["marks"] if row["sample"] == sample]
        assert marks == [one.mean, one.value_at_risk, one.expected_shortfall]


def test_the_frontier_has_a_mark_per_point() -> None:
    found = answer("Frontier")
    marks = rows(figure("frontier"), "points", "y", "x", "proven")
    assert marks == [(one.amounts["value"], one.amounts["spending"], one.proven) for one in found.points]
    bends = [row["number"] - 1 for row in figure("frontier").data["points"] if row["kind"] == "bend"]
    assert bends == [found.knee] if found.knee is not None else not bends


def test_the_tornado_has_every_side_that_is_known() -> None:
    sides = [
        side for bar in answer("Sensitivity").bars for side in (bar.lower, bar.higher) if side is not None
    ]
    known = [(one.number, one.change.value) for one in sides if one.change.value is not None]
    assert rows(figure("tornado"), "sides", "number", "change") == known


def test_the_classes_have_a_mark_per_member_and_tolerance() -> None:
    members = [(one.id, one.tolerance, one.belongs) for one in answer("Classes").members]
    assert rows(figure("classes"), "members", "id", "tolerance", "belongs") == members


def test_names_are_told_apart_and_steer_nothing() -> None:
    names = names_of([*HOSTILE, "p7"], HOSTILE | {"p7": "\u202egnol\u2066 a\u0000b\u2028"})
    assert len(set(names.values())) == len(names)
    assert names["p6"] == "云图影像 (p6)"
    assert not any(sign in "".join(names.values()) for sign in "\u202e\u2066\u2028\u0000")
    assert max(map(len, names.values())) < 60


def test_of_many_partners_the_first_are_shown() -> None:
    instance = drawn_alliance(90)
    found = KINDS["partners"].draw(pf.solve(instance), instance)
    assert len(found.data["partners"]) == 60
    assert "30 more partners not shown" in found.words
    assert "of 90 partners are chosen" in found.title


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@draws
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["partners", "split"])
def test_a_hostile_name_does_no_harm(kind: str) -> None:
    instance = drawn_alliance(6, HOSTILE)
    result = pf.solve(instance)
    of = {"Result": result, "Allocation": pf.allocate(instance, result)}
    found = KINDS[kind].draw(of[KINDS[kind].of], instance)
    svg = picture_file(found, ".svg").decode()
    assert {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()} <= {
        *("svg", "g", "path", "rect", "line", "text", "tspan", "defs", "clipPath"),
    }
    page = Tags()
    text = picture_file(found, ".html").decode()
    page.feed(text)
    assert not {tag for tag, _ in page.found} & {"script", "img", "iframe", "object", "link", "a"}
    assert not [name for _, attributes in page.found for name in attributes if name.startswith("on")]
    assert "\u202e" not in svg
    assert len(text) < 200_000


def test_a_picture_as_json_needs_nothing_and_holds_the_rows(tmp_path: Path) -> None:
    target = tmp_path / "value.json"
    run = CliRunner().invoke(cli, ["plot", "instances/first", "waterfall", "-o", str(target), "--quiet"])
    assert run.exit_code == 0, run.output
    steps = json.loads(target.read_text(encoding="utf-8"))["datasets"]["steps"]
    assert steps[-1]["amount"] == pytest.approx(199.5)


def test_a_picture_of_a_result_is_the_same_as_of_its_instance(tmp_path: Path) -> None:
    saved, pictures = tmp_path / "result.json", [tmp_path / f"{n}.json" for n in "ab"]
    CliRunner().invoke(cli, ["solve", "instances/first", "--quiet", "--json", str(saved)])
    for source, target in zip((str(saved), "instances/first"), pictures, strict=True):
        run = CliRunner().invoke(cli, ["plot", source, "partners", "-o", str(target), "--quiet"])
        assert run.exit_code == 0, run.output
    assert pictures[0].read_text(encoding="utf-8") == pictures[1].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["waterfall", "-o", "value.gif"], "does not end in .svg, .png, .html or .json"),
        (["pie", "-o", "value.svg"], "'pie' is not one of"),
        (["waterfall"], "Missing option '-o'"),
        (["waterfall", "-o", "instances/first/instance.toml.json/x.svg"], "a file in a folder that exists"),
    ],
)
def test_what_cannot_be_drawn_is_said_at_once(arguments: list[str], said: str) -> None:
    run = CliRunner().invoke(cli, ["plot", "instances/first", *arguments])
    assert run.exit_code == 2
    assert said in " ".join(run.output.split())


def test_without_vl_convert_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "find_spec", lambda name: None)
    target = tmp_path / "value.svg"
    run = CliRunner().invoke(cli, ["plot", "instances/first", "waterfall", "-o", str(target), "--quiet"])
    assert run.exit_code == 2
    assert "pip install 'partnerfolio[report]'" in " ".join(run.output.split())
    assert not target.exists()


@draws
@pytest.mark.slow
def test_pictures_are_as_wide_as_asked_for() -> None:
    found = figure("waterfall")
    png = picture_file(found, ".png", pixels=800)
    assert png.startswith(b"\x89PNG")
    assert abs(int.from_bytes(png[16:20], "big") - 800) <= 1
    assert b'width="1600"' in picture_file(found, ".svg", pixels=1600)[:400]
