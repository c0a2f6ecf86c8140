"""The report of a stable selection: what it costs that everybody has to be content with a contract."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.stability import changes
from solver.answers.stable_selection import StableSelection
from solver.instance.instance import Instance
from solver.report.amounts import listed, money, number
from solver.report.blocks import Facts, Report, report, section, text
from solver.report.portfolio import chosen
from solver.report.proof import is_shown_best
from solver.report.result import REASONS, proven, worth
from solver.report.words import names_in


def stable_summary(selection: StableSelection, instance: Instance) -> Report:
    """The whole report."""
    return report(
        _headline(selection, instance),
        text(selection.statement),
        _facts(selection, instance),
        chosen(selection.result.details, "partner", instance),
        chosen(selection.result.details, "application", instance),
        section("Beside the best portfolio of all", text(*_changes(selection, instance))),
        names=names_in(instance),
    )


def _headline(selection: StableSelection, instance: Instance) -> str:
    value = selection.result.value
    if value is None:
        return f"{instance.name}: no portfolio with a contract"
    how_good = proven(selection.result, instance)
    return f"{instance.name}: a portfolio with a contract worth {worth(selection.result, instance)}{how_good}"


def _facts(selection: StableSelection, instance: Instance) -> Facts:
    result, best = selection.result, selection.best
    facts = {"why it stopped": REASONS[result.termination]}
    if best.value is not None:
        facts["best of all"] = f"{money(best.value, instance)}, with a contract or without"
    if selection.price is not None:
        facts["price of stability"] = _price(selection, selection.price, instance)
    if result.has_portfolio:
        facts["check"] = (
            "every coalition looked at" if selection.verified else "coalitions too many to look at all"
        )
    return Facts(facts)


def _price(selection: StableSelection, price: float, instance: Instance) -> str:
    """The price, or the interval in which it lies as far as is proven."""
    best, stable = selection.best, selection.result
    if is_shown_best(best) and is_shown_best(stable):
        return money(price, instance)
    if best.bound is None or stable.bound is None or best.objective is None or stable.objective is None:
        return f"{money(price, instance)} beside what was found; nothing is proven"
    least, most = max(0.0, best.objective - stable.bound), max(0.0, best.bound - stable.objective)
    return f"{number(least)} to {money(most, instance)}, which is proven"


def _changes(selection: StableSelection, instance: Instance) -> Iterator[str]:
    found = changes(selection.best.portfolio, selection.result.portfolio)
    if found is None:
        return
    for words, ids in (("In", found.joined), ("Out", found.left), ("Changed", found.moved)):
        if ids:
            yield f"{words}: {listed([instance.labels[id_] for id_ in ids])}."
