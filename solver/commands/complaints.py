"""What goes wrong, said on stderr: over a terminal's lines, in one line each where nobody looks at one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from solver.commands.streams import columns_of_stderr, say
from solver.instance.defects import Defect
from solver.report.cells import unbroken, width, wrapped

MARK = "Error: "


def complain(message: str, defects: Sequence[Defect] = ()) -> None:
    """Say what is wrong, and every defect with its number; the place of each stays on one line."""
    columns = columns_of_stderr()
    say("\n".join(hanging(MARK, "", message, columns)))
    for number, defect in enumerate(defects, start=1):
        place = defect.whereabouts
        say("\n".join(hanging(f"{number:>4}. ", place, str(defect).removeprefix(place), columns)))


def hanging(mark: str, place: str, rest: str, columns: int | None) -> Iterator[str]:
    """A place and what is said of it behind a mark, further lines below the first; None: on one line.

    A place that is longer than a line sticks out, so that it can be copied.
    """
    if columns is None:
        yield f"{mark}{place}{rest}"
        return
    room = max(columns - len(mark), len(mark))
    indent = " " * len(mark)
    colon, _, said = rest.partition(" ")
    if place and width(place + colon) > room:
        yield f"{mark}{place}{colon}"
        yield from (indent + line for line in wrapped(said, room))
        return
    first, *others = wrapped(unbroken(place) + rest, room)
    yield mark + first
    yield from (indent + line for line in others)
