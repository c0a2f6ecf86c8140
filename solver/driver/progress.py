"""What a run tells while it works, and how to stop it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal

Phase = Literal["built", "relaxation", "search", "done"]


@dataclass(frozen=True)
class Progress:
    """One report of a running search, in the sense of the problem; `None` where nothing is known yet."""

    seconds: float
    incumbent: float | None
    bound: float | None
    gap: float | None
    phase: Phase
    round: int


class Cancel:
    """A token to stop a run from another thread; the run then returns the best it has.

    One that is made `beneath` another is cancelled with it, but not the other with it.
    """

    def __init__(self, beneath: Cancel | None = None) -> None:
        self._event = threading.Event()
        self._above = beneath

    def cancel(self) -> None:
        """Ask the run to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether someone asked."""
        return self._event.is_set() or (self._above is not None and self._above.cancelled)
