"""The time a strategy has."""

from __future__ import annotations

import math
import time
from dataclasses import replace

from solver.driver import Cancel
from solver.driver.limits import SearchLimits


class Clock:
    """Runs from the moment it is made; where the limits set no time it never runs out.

    `cancel` stops it, and every clock that is a part of it.
    """

    def __init__(self, limits: SearchLimits, cancel: Cancel | None = None) -> None:
        self._limits = limits
        self._began = time.monotonic()
        self.cancel = Cancel(beneath=cancel)

    @property
    def left(self) -> float:
        """Seconds left, infinite where there is no limit."""
        if self._limits.seconds is None:
            return math.inf
        return max(0.0, self._limits.seconds - (time.monotonic() - self._began))

    @property
    def is_up(self) -> bool:
        """Whether the time has run out, or somebody stopped it."""
        return self.cancel.cancelled or self.left <= 0.0

    def limits(self, share: float = 1.0, most: float = math.inf) -> SearchLimits:
        """Limits for a part of the search: a share of the time left, and at most some seconds."""
        seconds = min(share * self.left, most)
        return replace(self._limits, seconds=seconds if math.isfinite(seconds) else None)

    def part(self, share: float, most: float = math.inf) -> Clock:
        """A clock for a part of the search."""
        part = Clock(self.limits(share, most))
        part.cancel = self.cancel
        return part
