"""The report of newcomers: who should be brought in, what each adds, and who makes room."""

from __future__ import annotations

from collections.abc import Iterator

from solver.instance.instance import Instance
from solver.lifecycle.newcomers import Newcomer, Newcomers
from solver.report.amounts import counted, known, listed, unit
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
    verb = "adds" if len(found.entering) == 1 else "add"
    return f"{len(found.entering)} {of_all} {verb} something to {known(found.best, unit(instance))}"


def _line(one: Newcomer, instance: Instance) -> str:
    at = f" ({one.level})" if one.level not in ("", "standard") else ""
    parts = [f"{one.name}{at}: +{known(one.adds)}, its price of entry"]
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


def _others(found: Newcomers, instance: Instance) -> Iterator[str]:
    if not found.others:
        return
    names = [instance.labels[id_] for id_ in found.others[:MOST_NAMED]]
    more = len(found.others) - len(names)
    yield listed([*names, *([f"{more:,} more"] if more > 0 else [])]) + "."
    if found.settled:
        alone = f"none of these {len(found.others):,} adds anything alone, which is proven"
        yield f"It took {counted(found.programs, 'search')[:-1]}es: {alone} without a search of its own."
    else:
        yield "The search had to stop before it was proven that none of them adds anything."
