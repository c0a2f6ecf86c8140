"""A plan as a document: what stands in it, in which files, and that no name does harm."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import solver as pf
from solver.answers.risk_report import risk_report
from solver.cli import cli
from solver.commands import report as command
from solver.instance.instance import Instance
from solver.report.amounts import number
from solver.report.blocks import Facts, Figure, Table, Text, report, section, table_of
from solver.report.document import PARTS, Dossier, plan_document
from solver.report.figures import rendering
from solver.report.figures.kinds import KINDS
from solver.report.html import figures_in, html
from solver.report.markdown import markdown
from solver.report.pdf import BROWSERS, pdf
from tests.test_figures import HOSTILE, Tags, drawn_alliance


@cache
def whole() -> Dossier:
    first = pf.read("instances/first").with_("risk.scenarios=256", "partners.medimage.status=running")
    measured = [{"partner": "medimage", "indicator": "uptime", "period": 1, "value": 0.8, "target": 1.0}]
    instance = pf.Instance.from_document(first.to_document() | {"health": measured})
    study, last = pf.Study(instance), instance.with_("limits.budget=160")
    result = study.solve(split=False)
    return Dossier(
        instance,
        result,
        risk_report(instance, result),
        pf.allocate(instance, result),
        pf.why(study),
        pf.sensitivity(study, most=3),
        pf.resilience(study, kinds=("partner",), curve=False),
        pf.health(study),
        pf.rebalance(study),
        pf.change(study, last, pf.solve(last).portfolio),
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments])


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def test_the_command_knows_the_parts_without_importing_them() -> None:
    assert tuple(PARTS) == command.PARTS


def test_everything_that_was_found_out_has_its_section() -> None:
    document = plan_document(whole())
    titles = [part.title.partition(" (")[0] for part in document.sections]
    assert titles[0] == "The decision"
    assert titles[-1] == "Proof"
    wanted = {"Money", "Who, and what each brings", "Risk", "Who gets what", "Assumptions", "What binds"}
    wanted |= {"Since last time", "Why others are left out", "What would change the decision"}
    wanted |= {"Where a partner fails", "What to change", "Partners, the least healthy first"}
    assert wanted <= set(titles)
    assert [one.kind for one in figures_in(document)].count("waterfall") == 1
    assert {one.kind for one in figures_in(document)} <= set(KINDS)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_alone_is_what_it_is_in_the_whole(part: str) -> None:
    alone = plan_document(whole(), [part]).sections
    assert alone
    assert set(map(str, alone)) <= set(map(str, plan_document(whole()).sections))


def test_every_text_of_a_report_stands_in_its_html_once_read() -> None:
    document = plan_document(whole())
    page = Words()
    page.feed(html(document))
    text = " ".join("".join(page.found).split())
    for said in document.sections:
        for one in said.texts():
            assert " ".join(one.split()) in text, one


def test_the_proof_is_the_results() -> None:
    result = whole().result
    (proof,) = (part for part in plan_document(whole(), ["proof"]).sections if part.title == "Proof")
    facts = next(block.facts for block in proof.blocks if isinstance(block, Facts))
    assert facts["fingerprint of the instance"] == whole().instance.fingerprint
    assert facts["solver"] == result.backend
    assert facts["random seed"] == str(result.seed)
    assert all(version in facts["versions"] for version in result.versions.values())


def test_the_decision_is_one_paragraph_with_what_it_hangs_on() -> None:
    decision = plan_document(whole(), ["decision"]).sections[0]
    (paragraph,) = [one for block in decision.blocks if isinstance(block, Text) for one in block.sentences]
    for said in ("Ally with ", "Launch ", "This is worth ", "spent on", "Nothing is left of", "In all cases"):
        assert said in paragraph
    assert re.search(r"is lost at once if [\w ]+ fails", paragraph)


@pytest.mark.slow
def test_what_the_decision_says_is_spent_is_what_budgets_count() -> None:
    instance = pf.read("instances/healthcare")
    result = pf.solve(instance, split=False)
    spent = next(row.value for row in result.readings if row.about == "total spend")
    decision = plan_document(Dossier(instance, result), ["decision"]).sections[0]
    assert f"for {number(spent)} million USD spent on" in " ".join(decision.texts())
    assert result.components["licences"] < 0


def test_of_many_partners_the_first_are_named() -> None:
    instance = drawn_alliance(40)
    decision = plan_document(Dossier(instance, pf.solve(instance)), ["decision"]).sections[0]
    assert re.search(r"and \d+ more\.", " ".join(decision.texts()))


def test_what_was_asked_for_beyond_the_portfolio_is_asked(tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    pf.write(pf.read("instances/first").with_("limits.budget=160"), last)
    target = tmp_path / "plan.md"
    parts = ["--sections", "since", "--sections", "others"]
    done = run("instances/first", "-o", str(target), "--since", str(last), "--quiet", *parts)
    assert done.exit_code == 0, done.output
    text = target.read_text(encoding="utf-8")
    assert "## Since last time" in text
    assert "limits: budget 160 → 190" in text
    assert "## Why others are left out" in text
    assert "## Money" not in text


def test_any_answer_is_written_as_a_page(tmp_path: Path) -> None:
    target = tmp_path / "change.md"
    arguments = ["change", "instances/first", "instances/first", "--page", str(target), "--quiet"]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    said = "# First alliance: on new data the old plan is worth the same"
    assert said in target.read_text(encoding="utf-8")
    again = CliRunner().invoke(cli, arguments)
    assert again.exit_code == 2
    assert "--overwrite" in again.output


@pytest.mark.slow
@pytest.mark.skipif(not any(map(shutil.which, BROWSERS)), reason="there is no Chromium")
def test_a_page_is_printed() -> None:
    document = report(HOSTILE["p1"], Text(tuple(HOSTILE.values())))
    assert pdf(html(document)).startswith(b"%PDF-")


def test_without_a_browser_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = run("instances/first", "-o", str(tmp_path / "plan.pdf"))
    assert done.exit_code == 2
    assert "there is no Chromium" in " ".join(done.output.split())


def test_a_hostile_text_is_text_in_html() -> None:
    bad = list(HOSTILE.values())
    document = report(
        bad[0],
        section(bad[1], Text(tuple(bad)), Facts(dict.fromkeys(bad, bad[3])), table_of(bad, [bad])),
        section("", Figure("x", bad[0], bad[3], {"rows": [dict.fromkeys(bad, bad[0])]}, {})),
    )
    page = Tags()
    page.feed(html(document))
    assert not {tag for tag, _ in page.found} & {"script", "img", "iframe", "object", "a", "form"}
    assert not [name for _, found in page.found for name in found if name.startswith("on")]


def test_numbers_of_a_figure_stand_beneath_it() -> None:
    found = KINDS["waterfall"].draw(whole().result, whole().instance)
    page = Tags()
    page.feed(html(report("x", found)))
    assert [tag for tag, _ in page.found].count("tr") == 1 + len(found.data["steps"])


def test_without_a_portfolio_the_document_says_so(tmp_path: Path) -> None:
    instance = tmp_path / "none.json"
    document = pf.read("instances/first").with_("limits.min_partners=5", "limits.budget=1").to_document()
    instance.write_text(json.dumps(document), encoding="utf-8")
    target = tmp_path / "plan.md"
    done = run(str(instance), "-o", str(target), "--quiet")
    assert done.exit_code == 1, done.output
    assert "There is no portfolio: the rules contradict each other" in target.read_text(encoding="utf-8")


def test_a_result_and_its_instance_make_the_same_document(tmp_path: Path) -> None:
    saved = tmp_path / "result.json"
    CliRunner().invoke(cli, ["solve", "instances/first", "--quiet", "--json", str(saved)])
    settled = set(PARTS) - {"others", "changes", "resilience"}  # these say as much as there is time for
    sections = [part for name in PARTS if name in settled for part in ("--sections", name)]
    texts = []
    for source in (str(saved), "instances/first"):
        target = tmp_path / f"{len(texts)}.md"
        assert run(source, "-o", str(target), "--quiet", *sections).exit_code == 0
        texts.append(re.sub(r"time: .*", "", target.read_text(encoding="utf-8")))
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "plan.docx"], "does not end in .html or .md or .pdf"),
        (["-o", "plan.md", "--sections", "gossip"], "'gossip' is not one of"),
        ([], "Missing option '-o'"),
    ],
)
def test_what_cannot_be_written_is_said_at_once(arguments: list[str], said: str) -> None:
    done = run("instances/first", *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_markdown_has_every_section_too() -> None:
    document = plan_document(whole())
    found = markdown(document)
    assert found.count("\n## ") == sum(bool(part.title) for part in document.sections)
    assert any(isinstance(block, Table) for part in document.sections for block in part.blocks)


@pytest.mark.slow
@pytest.mark.skipif(not rendering.can_draw(), reason="vl-convert is not installed")
def test_one_file_holds_every_picture_and_asks_for_nothing(tmp_path: Path) -> None:
    target = tmp_path / "plan.html"
    source = tmp_path / "alliance.json"
    source.write_text(json.dumps(drawn_alliance(6, HOSTILE).to_document()), encoding="utf-8")
    done = run(str(source), "-o", str(target), "--quiet")
    assert done.exit_code == 0, done.output
    text = target.read_text(encoding="utf-8")
    page = Tags()
    page.feed(text)
    tags = [tag for tag, _ in page.found]
    assert tags.count("svg") == tags.count("figure") >= 2
    assert [found["role"] for tag, found in page.found if "role" in found] == ["img"] * tags.count("svg")
    assert not set(tags) & {"script", "link", "img", "iframe"}
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", text.replace('xmlns:xlink="', ""))
    assert len(text) < 2_000_000
    assert isinstance(drawn_alliance(6, HOSTILE), Instance)
