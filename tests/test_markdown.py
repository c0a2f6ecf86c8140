"""A report as Markdown says what the blocks say, whatever names are in it."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from solver.instance.instance import Instance
from solver.pipeline import solve
from solver.report.blocks import Facts, amounts, report, section, table, text, words
from solver.report.cells import printed_on
from solver.report.markdown import markdown
from solver.report.printed import printed
from solver.report.result import summary
from tests.draws import draws

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.split)


def unmarked(shown: str) -> str:
    """What is read where the Markdown is shown."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[*`~&<>|\[\]]", shown), shown
    return re.sub(r"\\([\W_])", r"\1", shown)


def test_sections_facts_sentences_and_tables() -> None:
    shown = markdown(
        report(
            "alliance: a portfolio worth 3",
            Facts({"bound": "5, gap 40 %"}),
            section("Partners", table(words("id", ["a", "b"]), amounts("benefit", [1.0, 2.5]))),
            section("Warnings", text("first", "second")),
            section("Nothing", text()),
        )
    )
    assert shown == (
        "# alliance: a portfolio worth 3\n\n"
        "- bound: 5, gap 40 %\n\n"
        "bound: no portfolio can be worth more, which is proven\n\n"
        "gap: what lies between value and bound, as a share of the larger\n\n"
        "## Partners\n\n"
        "| id | benefit |\n| :-- | --: |\n| a | 1.0 |\n| b | 2.5 |\n\n"
        "## Warnings\n\nfirst\n\nsecond\n"
    )


def test_both_say_the_same() -> None:
    partners = [{"id": id_, "name": f"{id_} & Co. <{id_}>", "revenue": 9, "cost": 4} for id_ in "abc"]
    limits = {"budget": 9, "max_share_of_benefit": 0.6}
    document = {"name": "three", "partners": partners, "limits": limits, "risk": {"scenarios": 8}}
    instance = Instance.from_document(document)
    told = summary(solve(instance), instance)
    with printed_on(1000):
        text = printed(told)
    marks = re.compile(r"^\|[ :|-]*\|$|^#+ |(?<!\\)\||^- ", re.M)
    plain = re.sub(r"\\([\W_])", r"\1", marks.sub("", markdown(told)))
    assert {*plain.replace(":", "").split()} == {*text.replace(":", "").split()}


@draws(50)
@given(st.lists(NAMES, min_size=1, max_size=3))
@example(["<script>alert(1)</script>", "a|b", "`x`"])
@example(["*a*", "[b](c)", "# d"])
@example(["- e", "1. f", "_g_"])
def test_no_name_is_taken_for_a_mark(names: list[str]) -> None:
    columns = table(words("id", names), words("n", ["x"] * len(names)))
    shown = markdown(report("r", section("s", columns), names=names))
    rows = shown.splitlines()[-len(names) :]
    cells = [re.fullmatch(r"\| (.*) \| x \|", row) for row in rows]
    assert [unmarked(cell[1]) for cell in cells if cell] == [" ".join(name.split()) for name in names]


@draws(50)
@given(NAMES)
@example("- e")
@example("12. f")
@example("=====")
def test_no_sentence_becomes_a_heading_or_a_list(name: str) -> None:
    shown = markdown(report("r", section("s", text(name)), names=[name])).splitlines()[-1]
    assert not re.match(r"#|[-+=]|\d+[.)]\s|>", shown)
    assert unmarked(shown) == " ".join(name.split())
