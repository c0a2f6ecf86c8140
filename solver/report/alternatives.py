"""The report of alternatives: the best portfolios in order, and good ones that are far apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.answers.alternatives import Alternative, Alternatives, DiverseSet
from solver.instance.instance import Instance
from solver.report.amounts import known, listed, percent, titled, unit
from solver.report.blocks import Report, Section, Table, figures, report, section, table, text, words
from solver.report.moves import moved, reassigned, rescheduled
from solver.report.words import names_in


def alternatives_summary(found: Alternatives, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section("The best", text(_members(found.ranked[0], instance))) if found.ranked else section(""),
        _ranked(found, instance),
        *([] if found.diverse is None else [_diverse(found.diverse, found, instance)]),
        names=names_in(instance),
    )


def _headline(found: Alternatives, instance: Instance) -> str:
    if found.feasible is False:
        return "no portfolio exists; `partnerfolio explain` says why"
    if not found.ranked:
        return "no portfolio was found in time, which does not mean that none exists"
    worth = f"the best portfolio is worth {known(found.best, unit(instance))}"
    return f"{worth} {found.formulation['aim']}".rstrip()


def _ranked(found: Alternatives, instance: Instance) -> Section:
    if not found.ranked:
        return section("")
    proven = all(one.worth.proven for one in found.ranked)
    order = "No other choice is worth more than the last of these, which is proven."
    return section(
        titled("The next best, each another choice", instance) if found.ranked[1:] else "The next best",
        _rows(found.ranked[1:], found, instance, first=2),
        text(
            "There are no others." if found.complete else order if proven and len(found.ranked) > 1 else "",
            "" if proven else "The search had to stop: there may be better ones where a worth is not proven.",
        ),
    )


def _diverse(diverse: DiverseSet, found: Alternatives, instance: Instance) -> Section:
    return section(
        titled(f"Within {percent(diverse.tolerance)} of the best, and far apart", instance),
        _rows(diverse.members, found, instance, first=1),
        text(*_apart(diverse)),
    )


def _apart(found: DiverseSet) -> Iterator[str]:
    least, count = found.least_distance, len(found.members)
    if least is not None:
        among = "one partner or application" if least == 1 else f"{least} partners or applications"
        yield f"Any two of them differ in at least {among}."
    if found.complete:
        yield "There are no others that are worth so much, which is proven."
    elif found.proven:
        yield f"No {count} that are worth so much are farther apart, which is proven."
    elif found.most is None:
        yield "Whether others are farther apart was not found out in time."
    else:
        yield f"Others may be farther apart; no {count} differ in more than {found.most}, which is proven."


def _rows(some: Iterable[Alternative], found: Alternatives, instance: Instance, first: int) -> Table:
    some = list(some)
    return table(
        figures("", [f"{rank}" for rank, _ in enumerate(some, start=first)]),
        figures("worth", [known(one.worth) for one in some]),
        words(
            "other than the best",
            [listed([*_changes(one, found, instance)]) or "the best itself" for one in some],
        ),
    )


def _changes(one: Alternative, found: Alternatives, instance: Instance) -> Iterator[str]:
    """What is other than the best, as far as that is what they are told apart by."""
    best = found.ranked[0].portfolio
    yield from moved(one.moves, instance)
    if found.timing:
        yield from rescheduled(best, one.portfolio, instance)
    if found.providers:
        yield from reassigned(best, one.portfolio, instance)


def _members(best: Alternative, instance: Instance) -> str:
    ids = [row.id for row in best.portfolio.partners] + [row.id for row in best.portfolio.applications]
    return listed([instance.labels[id_] for id_ in ids]) or "nobody"
