"""Axes: where a number falls between two ends, and which numbers are written beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """A range of numbers with a title; logarithmic, or not; `written` turns a number into its label."""

    title: str
    first: float
    last: float
    logarithmic: bool = False
    written: Callable[[float], str] = "{:g}".format

    def share(self, number: float) -> float:
        """Where the number falls: 0 at the first, 1 at the last; what lies beyond is moved to the end."""
        first, last, here = self._scaled(self.first), self._scaled(self.last), self._scaled(number)
        return min(1.0, max(0.0, (here - first) / (last - first)))

    @property
    def ticks(self) -> list[float]:
        """Round numbers from end to end, four to nine of them where the range allows it."""
        return self._powers() if self.logarithmic else self._multiples()

    def _scaled(self, number: float) -> float:
        return math.log10(max(number, 1e-300)) if self.logarithmic else number

    def _powers(self) -> list[float]:
        low, high = math.floor(math.log10(self.first)), math.ceil(math.log10(self.last))
        steps = (1.0,) if high - low > 3 else (1.0, 3.0) if high - low > 2 else STEPS[:3]
        numbers = [step * 10.0**power for power in range(low, high + 1) for step in steps]
        return [number for number in numbers if self.first * 0.999 <= number <= self.last * 1.001]

    def _multiples(self) -> list[float]:
        rough = (self.last - self.first) / 5
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(step * power for step in STEPS if step * power >= rough * 0.999)
        count = math.floor((self.last - self.first) / step + 1e-9)
        begin = math.ceil(self.first / step - 1e-9) * step
        return [begin + number * step for number in range(count + 1)]
