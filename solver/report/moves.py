"""What sets one portfolio apart from another, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.instance.instance import Instance
from solver.portfolio.choices import Move
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import listed


def moved(moves: Iterable[Move], instance: Instance) -> Iterator[str]:
    """Who leaves and who joins, what is launched or not any more, and who is engaged at another level."""
    moves, labels = list(moves), instance.labels
    applications = {row.id for row in instance.applications}
    for launches, leaves, joins in (
        (False, ("leaves", "leave"), ("joins", "join")),
        (True, ("is not launched", "are not launched"), ("is launched", "are launched")),
    ):
        some = [move for move in moves if (move.id in applications) == launches]
        for (one, several), gone in ((leaves, True), (joins, False)):
            end = [move.after if gone else move.before for move in some]
            names = [labels[move.id] for move, level in zip(some, end, strict=True) if level is None]
            if names:
                yield f"{listed(names)} {one if len(names) == 1 else several}"
    for move in moves:
        if move.before and move.after:
            yield f"{labels[move.id]} goes from {move.before} to {move.after}"


def rescheduled(before: Portfolio, after: Portfolio, instance: Instance) -> Iterator[str]:
    """What starts at another time than in another portfolio."""
    begun, labels = _starts(before), instance.labels
    for id_, start in _starts(after).items() if instance.periods > 1 else ():
        if id_ not in begun:
            yield f"{labels[id_]} starts in period {start}"
        elif begun[id_] != start:
            yield f"{labels[id_]} starts in period {start} instead of {begun[id_]}"


def _starts(portfolio: Portfolio) -> dict[str, int]:
    partners = {row.id: row.start for row in portfolio.partners}
    return partners | {row.id: row.start for row in portfolio.applications}


def reassigned(before: Portfolio, after: Portfolio, instance: Instance) -> Iterator[str]:
    """Who provides what other than in another portfolio."""
    known, labels = _providers(before), instance.labels
    technologies = {row.id: row.name or row.id for row in instance.technologies}
    for (application, technology), partners in _providers(after).items():
        others = known.get((application, technology), [])
        if others != partners:
            names, instead = (listed([labels[id_] for id_ in some]) for some in (partners, others))
            what = technologies.get(technology, technology)
            yield (
                f"{labels[application]} gets {what} from {names} instead of {instead}"
                if others
                else f"{labels[application]} gets {what} from {names}"
            )


def _providers(portfolio: Portfolio) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for row in portfolio.assignments or ():
        found.setdefault((row.application, row.technology), []).append(row.partner)
    return found
