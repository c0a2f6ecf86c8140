"""The report of a rebalancing: what to change, what each move is worth, and what a few of them bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.instance.instance import Instance
from solver.lifecycle.rebalance import Rebalancing, Step, Worth
from solver.report.amounts import known, listed, unit
from solver.report.blocks import Report, Table, report, section, table_of, text
from solver.report.words import names_in

DONE = {
    "join": "Take in",
    "leave": "Leave",
    "raise": "Raise",
    "lower": "Lower",
    "launch": "Launch",
    "stop": "Stop",
}
HAPPENS = {
    "join": "joins",
    "leave": "leaves",
    "raise": "is raised",
    "lower": "is lowered",
    "launch": "is launched",
    "stop": "is stopped",
}


def rebalance_summary(found: Rebalancing, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section("What to change", text(*_moves(found, instance))),
        section("With fewer moves", _curve(found, instance), text(*_about_the_curve(found))),
        names=names_in(instance),
    )


def _headline(found: Rebalancing, instance: Instance) -> str:
    if found.feasible is False:
        return "no portfolio exists, whatever is changed; `partnerfolio explain` says why"
    if found.portfolio is None:
        return "no portfolio was found in time, which does not mean that none exists"
    worth = f"{known(found.best, unit(instance))} {found.formulation['aim']}".rstrip()
    if not found.moves:
        return f"leave everything as it runs, worth {worth}"
    made = f"{len(found.moves)} move{'s' if len(found.moves) > 1 else ''} lead to {worth}"
    if found.curve and found.curve[0].possible is False:
        return f"{made}; what runs cannot stay as it is"
    return f"{made}, {known(found.gain)} more than without any"


def _moves(found: Rebalancing, instance: Instance) -> Iterator[str]:
    for one in found.moves:
        yield f"{_done(one.move, instance)}: {_worth(one, instance)}"
    if len(found.moves) > 1:
        yield "Each is worth what is lost where it alone is not made, all else free; worths need not add up."


def _done(step: Step, instance: Instance) -> str:
    at = f" to {step.after}" if step.kind in ("raise", "lower") else ""
    return f"{DONE[step.kind]} {instance.labels[step.id]}{at}"


def _worth(one: Worth, instance: Instance) -> str:
    if one.possible is False:
        return "nothing is possible without it"
    parts = [f"+{known(one.worth)}" if one.worth.proven else known(one.worth)]
    if one.frees and one.enables:
        names = listed([instance.labels[step.id] for step in one.enables])
        parts.append(f"it frees {listed(one.frees)} for {names}")
    elif one.enables:
        parts.append(f"without it not {_happens(one.enables, instance)}")
    if one.replaces:
        parts.append(f"without it {_happens(one.replaces, instance)}")
    return "; ".join(parts)


def _happens(steps: Iterable[Step], instance: Instance) -> str:
    return listed([f"{instance.labels[step.id]} {HAPPENS[step.kind]}" for step in steps])


def _curve(found: Rebalancing, instance: Instance) -> Table:
    rows = []
    for point in found.curve:
        worth = known(point.value, unit(instance)) if point.possible is not False else "not possible"
        rows.append((str(point.most), worth, _happens(point.moves, instance)))
    return table_of(("at most", "worth", "moves"), rows, ["right", "right", "left"])


def _about_the_curve(found: Rebalancing) -> Iterator[str]:
    if any(not point.value.proven and point.possible is not False for point in found.curve):
        yield "The search had to stop before everything was proven; more time says more."
