"""What people look at in a notebook: pictures and reports, made in a room that answers know nothing of.

The façade says which room that is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol


class Room(Protocol):
    """Where pictures and reports of answers are made."""

    def figure_of(self, answer: Any, kind: str | None) -> Any:
        """A figure of an answer."""

    def bundle_of(self, answer: Any) -> dict[str, Any]:
        """What a notebook shows, by kind of content."""


_rooms: list[Callable[[], Room]] = []


def made_in(room: Callable[[], Room]) -> None:
    """Say where pictures and reports are made; asked for only once somebody looks."""
    _rooms[:] = [room]


class Shown:
    """An answer that has pictures, and that notebooks show as its report."""

    def figure(self, kind: str | None = None) -> Any:
        """A picture: the `Figure` of this kind, or of the first that there is of such an answer.

        Raises ValueError for a kind that there is not, and where an answer was read from a file, which does
        not know its instance.
        """
        return _rooms[0]().figure_of(self, kind)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return _rooms[0]().bundle_of(self)
