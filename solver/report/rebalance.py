"""The report of a rebalancing: what to change, what each move is worth, and what a few of them bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

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
UNDONE = {
    "join": "does not join",
    "leave": "stays",
    "raise": "is not raised",
    "lower": "is not lowered",
    "launch": "is not launched",
    "stop": "goes on",
}
TAKES = frozenset(("join", "raise", "launch"))
"""Moves that take what others free."""


def rebalance_summary(found: Rebalancing, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section("What to change", text(*_moves(found, instance))),
        section("With fewer moves", *_curve(found, instance), text(*_about_the_curve(found))),
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
    given = [step for step in one.enables if one.frees and step.kind in TAKES]
    if given:
        parts.append(
            f"it frees {listed(one.frees)} for {listed([instance.labels[step.id] for step in given])}"
        )
    elif one.frees:
        parts.append(f"it frees {listed(one.frees)}")
    not_made = [step for step in one.enables if step not in given]
    otherwise = [*_said(UNDONE, not_made, instance), *_said(HAPPENS, one.replaces, instance)]
    if otherwise:
        parts.append(f"without it {listed(otherwise)}")
    return "; ".join(parts)


def _said(verbs: Mapping[str, str], steps: Iterable[Step], instance: Instance) -> list[str]:
    return [f"{instance.labels[step.id]} {verbs[step.kind]}" for step in steps]


def _curve(found: Rebalancing, instance: Instance) -> Iterator[Table]:
    if not found.moves:
        return
    rows = []
    for point in found.curve:
        worth = known(point.value, unit(instance)) if point.possible is not False else "not possible"
        rows.append((str(point.most), worth, listed(_said(HAPPENS, point.moves, instance))))
    yield table_of(("at most", "worth", "moves"), rows, ["right", "right", "left"])


def _about_the_curve(found: Rebalancing) -> Iterator[str]:
    if any(not point.value.proven and point.possible is not False for point in found.curve):
        yield "The search had to stop before everything was proven; more time says more."
