"""How long and how exactly to search."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class SearchLimits:
    """When a search may stop, and with which means it works.

    `seconds` is wall-clock time over everything (`None`: no limit), `gap` the relative gap that is good
    enough, `threads` the back end's (`None`: one, so that every machine walks the same way), `seed` its
    random seed, `backend` a name from `solver.driver.backends.available()`, in any case.
    Raises `ValueError` for a number out of range.
    """

    seconds: float | None = None
    gap: float = 1e-6
    threads: int | None = None
    seed: int = 7
    backend: str = "HiGHS"

    def __post_init__(self) -> None:
        if self.seconds is not None and not self.seconds >= 0:
            raise ValueError(f"seconds must be at least 0, not {self.seconds}")
        if not 0 <= self.gap < float("inf"):
            raise ValueError(f"gap must be at least 0, not {self.gap}")
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads must be at least 1, not {self.threads}")
        if not 0 <= self.seed < 2**31:
            raise ValueError(f"seed must be between 0 and 2147483647, not {self.seed}")

    def after(self, spent: float) -> SearchLimits:
        """What is left of the limits once some seconds are spent."""
        return self if self.seconds is None else replace(self, seconds=max(0.0, self.seconds - spent))
