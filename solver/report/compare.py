"""The report of a comparison: portfolios side by side, and the inputs in which their instances differ."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.compare import Comparison, Entry
from solver.instance.instance import Instance
from solver.report.amounts import known, listed, titled
from solver.report.blocks import Report, amounts, figures, report, section, table, text, words
from solver.report.change import difference_in_words
from solver.report.moves import moved
from solver.report.words import names_in

MOST = 12


def comparison_summary(found: Comparison, instance: Instance) -> Report:
    """The whole report."""
    entries, aim = found.entries, found.formulation["aim"]
    components = dict.fromkeys(name for one in entries for name, part in one.components.items() if part)
    return report(
        f"{instance.name}: {_headline(found)}",
        section(
            titled(f"Side by side{f', {aim}' if aim else ''}", instance),
            table(
                words("", [one.name for one in entries]),
                figures("worth", [known(one.worth) for one in entries]),
                amounts("spending", [one.spending for one in entries]),
                amounts("risk", [one.risk for one in entries]),
            ),
        ),
        section(
            titled("Value by component", instance),
            table(
                words("", components),
                *(amounts(one.name, [one.components.get(name) for name in components]) for one in entries),
            ),
        ),
        section("Members, beside the first", text(*(_members(one, instance) for one in entries[1:]))),
        section("What is broken", text(*(f"{o.name}: {said}" for o in entries for said in o.broken))),
        section(
            "Inputs that differ from the first", text(*(part for one in entries for part in _inputs(one)))
        ),
        names=(*names_in(instance), *(one.name for one in entries)),
    )


def _headline(found: Comparison) -> str:
    ranked = [one for one in found.entries if one.worth.value is not None and not one.broken]
    if not ranked:
        return "nothing to compare"
    return f"{max(ranked, key=lambda one: one.worth.value or 0.0).name} is worth most"


def _members(one: Entry, instance: Instance) -> str:
    if one.portfolio is None:
        return f"{one.name}: no portfolio"
    known_ids = set(instance.labels)
    sentence = listed(list(moved([m for m in one.moves if m.id in known_ids], instance)))
    return f"{one.name}: {sentence or 'the same'}."


def _inputs(one: Entry) -> Iterator[str]:
    for difference in one.inputs[:MOST]:
        yield f"{one.name}: {difference_in_words(difference)}"
    if len(one.inputs) > MOST:
        yield f"{one.name}: and {len(one.inputs) - MOST:,} more"
