"""The report of a stable selection: what it costs that everybody has to be content with a contract."""

from __future__ import annotations

from collections.abc import Iterator

from solver.analysis.stability import changes
from solver.analysis.stable_selection import StableSelection
from solver.instance.instance import Instance
from solver.report.amounts import listed, money
from solver.report.layout import entries, paragraphs, section
from solver.report.portfolio import chosen
from solver.report.text import REASONS, quality
from solver.report.words import whole_report


def stable_text(selection: StableSelection, instance: Instance) -> str:
    """The whole report, no wider than the page."""
    return whole_report(
        _headline(selection, instance),
        paragraphs([selection.statement]),
        _facts(selection, instance),
        chosen(selection.result.details, "partner", instance),
        chosen(selection.result.details, "application", instance),
        section("Beside the best portfolio of all", paragraphs(_changes(selection, instance))),
    )


def _headline(selection: StableSelection, instance: Instance) -> str:
    value = selection.result.value
    if value is None:
        return f"{instance.name}: no portfolio with a contract"
    how_good = quality(selection.result)
    return f"{instance.name}: a portfolio with a contract worth {money(value, instance)}{how_good}"


def _facts(selection: StableSelection, instance: Instance) -> list[str]:
    result, best = selection.result, selection.best
    facts = {"why it stopped": REASONS[result.termination]}
    if best.value is not None:
        facts["best of all"] = f"{money(best.value, instance)}, with a contract or without"
    if selection.price is not None:
        facts["price of stability"] = money(selection.price, instance)
    if result.has_portfolio:
        facts["check"] = (
            "every coalition looked at" if selection.verified else "coalitions too many to look at all"
        )
    return entries(facts)


def _changes(selection: StableSelection, instance: Instance) -> Iterator[str]:
    found = changes(selection.best.portfolio, selection.result.portfolio)
    if found is None:
        return
    for words, ids in (("In", found.joined), ("Out", found.left), ("Changed", found.moved)):
        if ids:
            yield f"{words}: {listed([instance.labels[id_] for id_ in ids])}."
