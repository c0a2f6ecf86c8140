"""Chinese: every word of report and figures has its translation, none is idle, and no name is touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver.cli import cli
from solver.report.blocks import Figure, Report, Text, report
from solver.report.document import plan_document
from solver.report.figures.drawing import specification
from solver.report.html import html
from solver.report.languages import HOLE, LETTERS, catalogue, figure_in_language, in_language
from solver.report.words import explained, names_in
from tests.msgids import MODULES, ROOT, numbered, said_in
from tests.test_figures import KINDS, answer, figure, first
from tests.test_report_document import whole

# Keys of the code and parts that stand in whole sentences of the catalogue.
CODES = {
    *("decision", "since", "others", "limits", "resilience", "split", "assumptions", "proof", "waterfall"),
    *("timeline", "network", "coverage", "means", "setup_cost", "roi_rate", "discount_rate", "json"),
    *("instance", "search", "portfolio", "broken", "report", "notes", "termination", "seconds", "backend"),
    *("industry", "region", "rivals", "cvar", "evar", "entropic", "mean_std", "mean_semideviation", "mad"),
    *("worst_case", "spectral", "var", "rest", "equal", "proportional", "equal_profit", "shapley", "nash"),
    *("risk_corrected_shapley", "tau", "least_core", "per_capita_nucleolus", "retained_value", "herfindahl"),
    *("largest_share", "largest_excess", "ip_exposure", "raise", "lower", "launch", "stop", "pair"),
    *("`limits.retained_value`", "datum.change < 0", "datum.change >= 0"),
}
PARTS = {
    *("fails by itself", "fail by themselves", "stands still", "stand still", "gets", "get", "of", "the"),
    *("Nash", "go", "es", "stand", "in", "hangs", "hang", "is", "are", "bring", "brings", "{0}, {1} now"),
}
# What is said the same in every language: measures, keys of the planner's files, versions, ids.
KEPT = re.compile(
    r"(?<![A-Za-z])(CVaR|VaR|HiGHS|python|partnerfolio|pulp|highspy|numpy|scipy|limits|pairs|right|left)(?![A-Za-z])"
    r"|[A-Za-z0-9_.]*[\d._][A-Za-z0-9_.]*"
)
WRITTEN = re.compile(r"(\w+)\s*[:=(\[,]|\"([^\"\n]+)\"|'([^'\n]+)'")


@cache
def said() -> dict[str, str]:
    return {msgid: path.stem for path in MODULES for msgid in said_in(path)}


def test_no_word_of_report_and_figures_is_without_a_translation() -> None:
    known = catalogue("zh").texts
    assert {
        one: where for one, where in said().items() if one not in known and one not in CODES | PARTS
    } == {}


def test_what_is_excused_is_said_somewhere() -> None:
    assert (CODES | PARTS) - set(said()) == set()


def every_text() -> Iterator[str]:
    """Everything that may be a word anywhere: in the report, of rules, and columns of data."""
    for folder in ("report", "portfolio", "instance", "answers"):
        for path in (ROOT / folder).rglob("*.py"):
            for found in WRITTEN.findall(path.read_text(encoding="utf-8")):
                yield from filter(None, found)


def test_no_translation_is_idle() -> None:
    texts = {*map(str, said()), *every_text()}
    plain = {text.replace("_", " ").casefold() for text in texts}
    templates = [
        re.compile(".*?".join(map(re.escape, HOLE.split(numbered(text))[::2])), re.I)
        for text in said()
        if HOLE.search(text)
    ]
    idle = [
        msgid
        for msgid in catalogue("zh").texts
        if msgid.replace("_", " ").casefold() not in plain
        and not any(template.fullmatch(msgid) for template in templates)
        and not _composed(msgid, plain)
    ]
    assert idle == []


def _composed(msgid: str, plain: set[str]) -> bool:
    """Whether every word of it stands in one text of the source, with what is put in its holes."""
    words = [word.strip(" ,;:").casefold() for word in re.split(r"\{\d\}|·", msgid)]
    return all(any(word in text for text in plain) for word in words if word)


def test_every_hole_is_filled_once_and_every_translation_is_chinese() -> None:
    for msgid, meant in catalogue("zh").texts.items():
        assert sorted(HOLE.findall(msgid)) == [str(k) for k in range(len(HOLE.findall(msgid)))], msgid
        assert set(HOLE.findall(meant)) <= set(HOLE.findall(msgid)), msgid
        assert set(HOLE.findall(meant)) == set(HOLE.findall(msgid)) or "{1}" in msgid, msgid


def texts_of(document: Report) -> Iterator[str]:
    yield document.title
    for section in document.sections:
        yield from section.texts()
        for block in section.blocks:
            if isinstance(block, Figure):
                yield from shown_in(block)


def shown_in(drawn: Figure) -> Iterator[str]:
    yield drawn.words
    yield from drawn.headings.values()
    for rows in drawn.data.values():
        yield from (value for row in rows for value in row.values() if isinstance(value, str))


def test_no_english_is_left_in_the_whole_document() -> None:
    instance = whole().instance
    names = sorted({*names_in(instance), "uptime", "standard", "imaging", "data"}, key=len, reverse=True)
    document = plan_document(whole())
    left = []
    for text in texts_of(in_language(document, "zh", names)):
        bare = text
        for name in names:
            bare = bare.replace(name, "")
        if LETTERS.search(KEPT.sub("", bare)):
            left.append(text)
    assert left == []


FILTERED = re.compile(r"datum\.\w+ === '([^']*)'|\"equal\": \"([^\"]*)\"")


def _plainly(kind: str) -> str:
    return json.dumps(specification(figure(kind)), ensure_ascii=False)


@pytest.mark.parametrize("kind", KINDS)
def test_figures_go_on_to_match_their_data(kind: str) -> None:
    drawn = figure_in_language(figure(kind), "zh", names_in(first()))
    assert [len(rows) for rows in drawn.data.values()] == [len(rows) for rows in figure(kind).data.values()]
    text = json.dumps(specification(drawn), ensure_ascii=False)
    fields = {row for rows in drawn.data.values() for row in rows[:1] for row in row}
    assert fields == {key for rows in figure(kind).data.values() for row in rows[:1] for key in row}
    assert re.search("[\u4e00-\u9fff]", drawn.title), drawn.title
    values = {value for part in drawn.data.values() for row in part for value in row.values()}
    before = {value for part in figure(kind).data.values() for row in part for value in row.values()}
    for filtered, plain in zip(FILTERED.findall(text), FILTERED.findall(_plainly(kind)), strict=True):
        assert ({*filtered} <= {*values, ""}) == ({*plain} <= {*before, ""})
    for word in ("left out", "in sample", "efficient", "lowered", "prepares", "synergy", "must-have"):
        assert f'"{word}"' not in text
        assert f"'{word}'" not in text
    assert answer(KINDS[kind].of) is not None


def test_names_stay_whatever_they_are() -> None:
    names = ["Cost and Core", "the best there is", "诊断", "A, B; C: D"]
    document = report(
        "x: the plan", Text(tuple(f"Ally with {name} and {names[0]}." for name in names)), names=names
    )
    for name, sentence in zip(names, list(texts_of(in_language(document, "zh", names)))[2:], strict=True):
        assert sentence == f"与{name}和{names[0]}结盟。"


def test_a_report_in_chinese_is_told_so_and_explained_once() -> None:
    told = in_language(plan_document(whole()), "zh", names_in(whole().instance))
    assert explained(told) is told
    page = html(told)
    assert '<html lang="zh">' in page
    assert "数据</summary>" in page.replace("</bdi>", "").replace("<bdi>", "")


def test_the_command_speaks_chinese(tmp_path: Path) -> None:
    target = tmp_path / "plan.md"
    arguments = ["report", "instances/first", "-o", str(target), "--lang", "zh", "--sections", "decision"]
    done = CliRunner().invoke(cli, [*arguments, "--quiet"])
    assert done.exit_code == 0, done.output
    assert "## 决策" in target.read_text(encoding="utf-8")
    spec = tmp_path / "value.json"
    plot = ["plot", "instances/first", "waterfall", "-o", str(spec), "--lang", "zh", "--quiet"]
    assert CliRunner().invoke(cli, plot).exit_code == 0
    assert "联盟价值" in spec.read_text(encoding="utf-8")
