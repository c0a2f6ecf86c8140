"""Answers as workbooks with live totals; plans put into the planner's own workbook, of which all stays."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font

import solver as pf
from solver.cli import cli
from solver.instance.plansheet import put_plan
from solver.report.blocks import Facts, Figure, Text, amounts, figures, report, section, table, words
from solver.report.figures import rendering
from solver.report.result import summary
from solver.report.workbook import workbook
from tests.test_figures import HOSTILE, drawn_alliance

SUM = re.compile(r"=SUM\(([A-Z]+)(\d+):\1(\d+)\)")


@cache
def first() -> pf.Result:
    return pf.solve(pf.read("instances/first"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [*map(str, arguments), "--quiet"])


def opened(content: bytes, *, values: bool = False) -> Workbook:
    return load_workbook(BytesIO(content), data_only=values)


def totals(content: bytes) -> dict[tuple[str, str], float]:
    """What every formula comes to, by sheet and heading, from the numbers above it."""
    found = {}
    for sheet in opened(content):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    letter, begin, end = SUM.fullmatch(str(cell.value)).groups()  # type: ignore[union-attr]
                    above = [
                        sheet[f"{letter}{line}"].value or 0.0 for line in range(int(begin), int(end) + 1)
                    ]
                    found[sheet.title, str(sheet[f"{letter}{int(begin) - 1}"].value)] = sum(above)
    return found


def stored(content: bytes) -> list[float]:
    """What stands beside the formulas for those who do not calculate."""
    both = zip(opened(content), opened(content, values=True), strict=True)
    pairs = [(one, values[one.coordinate].value) for sheet, values in both for row in sheet for one in row]
    return [value for cell, value in pairs if cell.data_type == "f"]


def test_live_totals_are_what_the_result_says() -> None:
    result = first()
    content = workbook(summary(result, pf.read("instances/first")))
    found = totals(content)
    partners = [row for row in result.details if row.kind == "partner"]
    assert found["Value by component", "value"] == pytest.approx(result.value, abs=1e-12)
    for heading, part in (("benefit", "benefit"), ("revenue", "revenue"), ("cost", "cost")):
        assert found["Partners", heading] == pytest.approx(sum(getattr(row, part) for row in partners))
    assert stored(content) == pytest.approx(list(found.values()))


def test_every_number_keeps_its_digits_and_every_head_is_frozen() -> None:
    book = opened(workbook(summary(first(), pf.read("instances/first"))))
    sheet = book["Partners"]
    assert sheet.freeze_panes == "B4"
    assert sheet["A3"].font.bold
    details = {row.id: row for row in first().details}
    shown = {row[0].value: row[-1].value for row in sheet.iter_rows(min_row=4, max_row=6)}
    assert shown == {id_: details[id_].benefit for id_ in shown}
    assert book.sheetnames[0] == "Summary"


def test_percentages_and_counts_are_numbers_and_words_are_words() -> None:
    columns = (
        words("who", ["a", "b"]),
        figures("share", ["12.5 %", "at most 3 %"]),
        amounts("x", [1e6, None]),
    )
    sheet = opened(workbook(report("t", section("s", table(*columns)))))["s"]
    assert [cell.value for cell in sheet[4]][:3] == ["a", 0.125, 1e6]
    assert [cell.number_format for cell in sheet[4]][1:3] == ["0.0%", "#,##0"]
    assert [cell.value for cell in sheet[5]][:2] == ["b", "at most 3 %"]


@pytest.mark.slow
def test_no_text_becomes_a_formula_and_every_sheet_has_a_name() -> None:
    bad = [*HOSTILE.values(), "=1+1", "+1", "-1+2", "@SUM(A1)", "\u202egnol\x00", "x" * 40_000]
    parts = [section(one, Text((one,)), Facts({one: one}), table(words(one, [one]))) for one in bad]
    picture = Figure("x", bad[0], bad[1], {"rows": [{bad[0]: one} for one in bad]}, {})
    content = workbook(report(bad[1], *parts, section("History", picture)))
    for sheet in opened(content):
        assert len(sheet.title) <= 31
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            assert cell.data_type == "s", (sheet.title, cell.value)
            assert not str(cell.value).startswith(("=", "+", "-", "@")) or cell.quotePrefix
            assert "\u202e" not in str(cell.value)


def test_the_command_writes_it_once_and_over_nothing(tmp_path: Path) -> None:
    target = tmp_path / "plan.xlsx"
    assert run("health", "instances/first", "--xlsx", target).exit_code == 1
    before = target.read_bytes()
    again = run("solve", "instances/first", "--xlsx", target)
    assert again.exit_code == 2
    assert "overwrite" in again.output
    assert target.read_bytes() == before
    book = tmp_path / "book.xlsx"
    assert CliRunner().invoke(cli, ["convert", "instances/first", str(book)]).exit_code == 0
    own = CliRunner().invoke(cli, ["check", str(book), "--xlsx", str(book), "--overwrite"])
    assert own.exit_code == 2
    assert "another file than the input" in own.output
    wrong = CliRunner().invoke(cli, ["check", str(book), "--xlsx", "plan.xls"])
    assert wrong.exit_code == 2


@pytest.mark.slow
@pytest.mark.skipif(not rendering.can_draw(), reason="vl-convert is not installed")
def test_pictures_stand_in_the_workbook(tmp_path: Path) -> None:
    target = tmp_path / "plan.xlsx"
    assert run("solve", "instances/first", "--xlsx", target).exit_code == 0
    with zipfile.ZipFile(target) as archive:
        images = [name for name in archive.namelist() if name.startswith("xl/media/")]
        assert all(archive.read(name).startswith(b"\x89PNG") for name in images)
    assert len(images) == len([name for name in load_workbook(target).sheetnames if "Picture" in name]) == 4


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_adds_up_the_same(tmp_path: Path) -> None:
    instance = drawn_alliance(6, HOSTILE)
    content = workbook(summary(pf.solve(instance), instance))
    # Without the stored totals: what is read afterwards is what LibreOffice came to.
    (tmp_path / "plan.xlsx").write_bytes(without_stored(content))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    done = subprocess.run(
        [*command, "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out", tmp_path / "plan.xlsx"],
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read = (tmp_path / "out" / "plan.xlsx").read_bytes()
    assert opened(read).sheetnames == opened(content).sheetnames
    assert stored(read) == pytest.approx(stored(content))


def without_stored(content: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(packed, "w") as copy:
        for part in given.namelist():
            copy.writestr(part, re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", given.read(part)))
    return packed.getvalue()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A planner's workbook with a chart, notes, formulas and styles of its own."""
    path = tmp_path / "alliance.xlsx"
    document = pf.read("instances/first").to_document()
    del document["plan"]
    pf.write(pf.Instance.from_document(document), path)
    book = load_workbook(path)
    sheet = book["partners"]
    sheet["A2"].font = Font(color="FF0000", italic=True)
    sheet["B2"].comment = Comment("ask again in May", "planner")
    notes = book.create_sheet("# notes")
    notes["A1"], notes["A2"], notes["A3"] = 20, 22, "=A1+A2"
    chart = BarChart()
    chart.add_data(Reference(notes, min_col=1, min_row=1, max_row=2))
    notes.add_chart(chart, "C1")
    book.save(path)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.slow
def test_a_plan_goes_into_the_planners_workbook_and_comes_back(own: Path) -> None:
    before = parts_of(own)
    done = run("solve", own, "--into", own)
    assert done.exit_code == 0, done.output
    after = parts_of(own)
    told = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    assert {name for name in before if before[name] != after[name]} == told
    assert len(set(after) - set(before)) == 1
    assert any("chart" in name for name in after)
    plan = first().portfolio
    assert plan is not None
    rows = {(row.id, row.level, row.start) for row in pf.read(own).plan}
    assert rows == {
        (row.id, getattr(row, "level", None), row.start) for row in (*plan.partners, *plan.applications)
    }
    for command in ("grade", "verify"):
        judged = run(command, own)
        assert judged.exit_code == 0
        assert "the plan holds" in judged.output
    assert load_workbook(own)["# notes"]["A3"].value == "=A1+A2"


def test_a_sheet_of_notes_keeps_them(own: Path) -> None:
    book = load_workbook(own)
    book.create_sheet("plan").append(["# to be filled in", "by May"])
    book.save(own)
    assert run("solve", own, "--into", own).exit_code == 0
    assert len(pf.read(own).plan) == len(first().details)
    assert [cell.value for cell in load_workbook(own)["plan"][1]][:2] == ["# to be filled in", "by May"]


@pytest.mark.slow
def test_a_plan_that_is_there_is_replaced_only_when_asked(own: Path) -> None:
    assert run("solve", own, "--into", own, "--out", "medimage").exit_code == 0
    before = own.read_bytes()
    refused = run("solve", own, "--into", own)
    assert (refused.exit_code, own.read_bytes()) == (2, before)
    assert "--overwrite" in refused.output
    assert run("solve", own, "--into", own, "--overwrite").exit_code == 0
    assert "medimage" in {row.id for row in pf.read(own).plan}


def test_a_sheet_that_waits_for_a_plan_keeps_its_notes_and_formats(own: Path) -> None:
    book = load_workbook(own)
    sheet = book.create_sheet("Plan")
    sheet.append(["why #", "ID", "Start"])
    sheet["A1"].value = None
    sheet["B1"].comment = Comment("ids of the plan", "planner")
    sheet["B2"].font, sheet["A4"].value = Font(bold=True), "# a note between the rows"
    book.save(own)
    assert run("solve", own, "--into", own).exit_code == 0
    plan, after = pf.read(own).plan, load_workbook(own)["Plan"]
    assert len(plan) == len(first().details)
    assert {row.level for row in plan} == {"standard", None}
    assert [cell.value for cell in after[1]] == [None, "ID", "Start", "level"]
    assert (after["B2"].font.bold, after["A4"].value) == (True, "# a note between the rows")
    assert after["B1"].comment is not None


def test_advance_carries_out_the_plan_of_the_workbook(tmp_path: Path) -> None:
    two = pf.read("instances/first").with_("periods=2")
    book = tmp_path / "two.xlsx"
    pf.write(two, book)
    assert run("solve", book, "--into", book, "--out", "medimage", "--overwrite").exit_code == 0
    done = run("advance", book, tmp_path / "next.json")
    assert done.exit_code == 0, done.output
    running = {row.id for row in pf.read(tmp_path / "next.json").partners if row.status == "running"}
    assert running
    assert running <= {row.id for row in pf.read(book).plan}
    assert "medimage" not in running


def with_parts(path: Path, **changed: Any) -> None:
    parts = parts_of(path) | {name.replace("__", "/"): content for name, content in changed.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("what", ["signed", "protected", "headings", "missing", "other"])
def test_where_something_would_be_lost_it_is_said_before_and_nothing_is_touched(own: Path, what: str) -> None:
    target, said = own, ""
    match what:
        case "signed":
            with_parts(own, **{"_xmlsignatures/sig1.xml": b"<x/>"})
            said = "signature"
        case "protected":
            book = parts_of(own)["xl/workbook.xml"].replace(
                b"<sheets>", b'<workbookProtection lockStructure="1"/><sheets>'
            )
            with_parts(own, **{"xl/workbook.xml": book})
            said = "not protected"
        case "headings":
            book = load_workbook(own)
            book.create_sheet("plan")["A1"] = "partner"
            book.save(own)
            said = "a heading id"
        case "missing":
            target, said = own.with_name("none.xlsx"), "No such file"
        case "other":
            target, said = own.with_name("other.xlsx"), "does not know"
            pf.write(drawn_alliance(3), target)
    before = target.read_bytes() if target.exists() else b""
    done = run("solve", "instances/first", "--into", target, "--overwrite")
    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert (target.read_bytes() if target.exists() else b"") == before


def test_ids_that_look_like_notes_or_formulas_come_back(tmp_path: Path) -> None:
    ids = ["#1", "_x", "=A1", "<b>&", "007"]
    instance = pf.Instance(partners=[{"id": id_, "revenue": 9, "cost": 1} for id_ in ids])
    path = tmp_path / "odd.xlsx"
    pf.write(instance, path)
    put_plan(path, [{"id": id_, "level": "standard", "start": 1} for id_ in ids])
    assert [row.id for row in pf.read(path).plan] == ids
    assert json.dumps([row.start for row in pf.read(path).plan]) == "[1, 1, 1, 1, 1]"


def test_a_workbook_whose_elements_have_a_prefix_gets_its_sheet_too(own: Path) -> None:
    book = parts_of(own)["xl/workbook.xml"].decode()
    prefixed = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", book).replace("xmlns=", "xmlns:x=", 1)
    with_parts(own, **{"xl/workbook.xml": prefixed.encode()})
    put_plan(own, [{"id": "medimage", "level": "standard", "start": 1}])
    assert [row.id for row in pf.read(own).plan] == ["medimage"]
