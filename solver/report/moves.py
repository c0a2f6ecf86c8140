"""What sets one portfolio apart from another, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from solver.instance.instance import Instance
from solver.portfolio.choices import Move
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
