"""The report of a grade: whether the plan holds, what it misses, and what would be better."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.answer import Amount
from solver.answers.grade import Grade, Rival
from solver.instance.instance import Instance
from solver.report.amounts import counted, known, listed, money, number, unit
from solver.report.blocks import Facts, Report, report, section, text
from solver.report.moves import moved
from solver.report.words import names_in

CLOSE = 1e-9


def grade_summary(found: Grade, instance: Instance) -> Report:
    """The whole report."""
    aim = found.formulation["aim"]
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        Facts(
            {
                "worth": f"{money(found.worth, instance)} {aim}".rstrip(),
                "spending": money(found.spending, instance),
                "misses": known(found.regret, unit(instance)),
            }
        ),
        section("What is broken", text(*found.broken)),
        section("What the file says and is not so", text(*found.false_claims)),
        section("What would be better", text(*_better(found, instance))),
        text("Who provides what was searched for: the plan does not say." if found.completed else ""),
        names=names_in(instance),
    )


def _headline(found: Grade, instance: Instance) -> str:
    holds = "the plan holds" if not found.broken else f"the plan breaks {counted(len(found.broken), 'rule')}"
    regret = found.regret
    if regret.value is None:
        return f"{holds}; what it misses is not known"
    if abs(regret.value) <= CLOSE * max(1.0, abs(found.worth)):
        return f"{holds}, and nothing is better" if regret.proven else f"{holds}; nothing better is known"
    if regret.value < 0:
        return f"{holds}; {money(-regret.value, instance)} of its worth cannot be had within the rules"
    perhaps = "" if regret.proven else ", or more"
    return f"{holds}, and misses {money(regret.value, instance)}{perhaps}"


def _better(found: Grade, instance: Instance) -> Iterator[str]:
    yield from _said("The best", found.best, found.regret, found, instance)
    yield from _said("Better for no more spending", found.better, found.gain, found, instance)
    yield from _said("Cheaper and worth no less", found.cheaper, found.saving, found, instance)
    what = "Fewest changes that keep every rule" if found.broken else "Fewest changes that make it better"
    yield from _said(what, found.nearest, found.changes, found, instance)
    if found.dominated:
        yield "So the plan is dominated: another is worth no less and spends no more, and is better in one."
    elif found.dominated is False:
        yield "No other is worth as much for less, or more for as much, which is proven: it is not dominated."


def _said(what: str, one: Rival | None, amount: Amount, found: Grade, instance: Instance) -> Iterator[str]:
    if one is None or not one.moves:
        return
    facts = []
    if number(one.gain) != "0":
        facts.append(f"{money(abs(one.gain), instance)} {'more' if one.gain > 0 else 'less'} worth")
    if number(one.saving) != "0":
        facts.append(f"{money(abs(one.saving), instance)} {'less' if one.saving > 0 else 'more'} spent")
    proven = "" if amount.proven else "; perhaps there is something better still"
    beside = listed(facts) or "worth and spending the same"
    yield f"{what} ({beside}): {listed(list(moved(one.moves, instance)))}{proven}."
