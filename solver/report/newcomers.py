"""The report of newcomers: who should be brought in, what each adds, and who makes room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solver.instance.instance import Instance
from solver.lifecycle.newcomers import Newcomer, Newcomers, Outsider
from solver.report.amounts import counted, known, listed, number, percent, unit
from solver.report.blocks import Report, report, section, text
from solver.report.words import names_in

MOST_NAMED = 10


def newcomers_summary(found: Newcomers, instance: Instance) -> Report:
    """The whole report; the instance has the candidates."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section("Alone, the most first", text(*(_line(one, instance) for one in found.entering))),
        section("The best of them together", text(*_together(found, instance))),
        section("The others", text(*_others(found, instance))),
        names=names_in(instance),
    )


def _headline(found: Newcomers, instance: Instance) -> str:
    of_all = f"of {counted(found.candidates, 'candidate')}"
    if not found.entering:
        return (
            f"none {of_all} adds anything"
            if found.settled
            else f"none {of_all} was found to add anything in time"
        )
    if found.unvalued:
        most = "those that add most" if found.rest.most is not None else "and others may add more"
        told = f"{len(found.entering)} {of_all} are valued, {most}"
        return f"{told}; without any it is {known(found.best, unit(instance))}"
    verb = "adds" if len(found.entering) == 1 else "add"
    return f"{len(found.entering)} {of_all} {verb} something to {known(found.best, unit(instance))}"


def _line(one: Newcomer, instance: Instance) -> str:
    at = f" ({one.level})" if one.level not in ("", "standard") else ""
    parts = [f"{one.name}{at}: +{known(one.adds)}"]
    goes = [instance.labels[move.id] for move in one.moves if move.after is None]
    comes = [instance.labels[move.id] for move in one.moves if move.before is None and move.id != one.id]
    if goes:
        parts.append(f"{listed(goes)} {'goes' if len(goes) == 1 else 'go'} out")
    if comes:
        parts.append(f"{listed(comes)} {'comes' if len(comes) == 1 else 'come'} in as well")
    if one.provides:
        parts.append(f"it provides {listed(one.provides)}")
    return "; ".join(parts)


def _together(found: Newcomers, instance: Instance) -> Iterator[str]:
    if found.set:
        names = listed([instance.labels[id_] for id_ in found.set])
        yield f"{names}: +{known(found.together, unit(instance))} together."
        if found.together.most is None:
            yield "Looked for among those that enter and the most promising others only."


def _others(found: Newcomers, instance: Instance) -> Iterator[str]:
    if found.others:
        yield f"{_named(found.others, instance)}: proven to add nothing alone."
        if found.outsiders:
            yield f"The most promising of them: {listed([_price(one, instance) for one in found.outsiders])}."
    if found.unvalued:
        within = "" if found.rest.most is None else f", none of them more than {number(found.rest.most)}"
        yield f"{_named(found.unvalued, instance)}: may add something{within}; not looked at alone."
    if found.candidates:
        alone = found.candidates - len(found.entering) - len(found.outsiders)
        share = percent(round(alone / found.candidates, 4))
        searches = "1 search" if found.programs == 1 else f"{found.programs:,} searches"
        yield f"It took {searches}; {share} of the candidates had none of their own."


def _named(ids: Sequence[str], instance: Instance) -> str:
    names = [instance.labels[id_] for id_ in ids[:MOST_NAMED]]
    more = len(ids) - len(names)
    return listed([*names, *([f"{more:,} more"] if more > 0 else [])])


def _price(one: Outsider, instance: Instance) -> str:
    name = instance.labels[one.id]
    if one.possible is False:
        return f"{name} is in no portfolio that keeps the rules"
    return f"{name} enters if it is credited with {known(one.price)}, once"
