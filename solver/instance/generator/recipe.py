"""What a synthetic instance should look like."""

from __future__ import annotations

from dataclasses import Field, dataclass, fields
from typing import Any

from solver.errors import InputError
from solver.instance.defects import Defect

MOST_SYNERGIES = 1_000_000
RANGES: dict[str, tuple[float, float]] = {
    "partners": (1, 20_000),
    "applications": (0, 20_000),
    "periods": (1, 1000),
    "density": (0, 1),
    "tightness": (0, 1),
    "levels": (1, 10),
    "retained_value": (0, 1),
    "seed": (0, 2**32 - 1),
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Size, density and tightness of a synthetic instance; raises InputError for values out of range.

    `density` is the share of partner pairs with a synergy; `tightness` the share of what everything would
    cost that the budget pays, and likewise of the effort and the engineers; `levels` the number of levels of
    every partner; `retained_value` the share of application value to keep after losing any one partner.
    """

    partners: int = 60
    applications: int = 25
    periods: int = 4
    density: float = 0.1
    tightness: float = 0.4
    levels: int = 2
    retained_value: float = 0.0
    seed: int = 7

    def __post_init__(self) -> None:
        defects = [defect for field in fields(self) if (defect := self._defect_of(field))]
        if not defects and self.synergies > MOST_SYNERGIES:
            remedy = f"a density that gives at most {MOST_SYNERGIES} synergies, not {self.synergies}"
            defects = [Defect("recipe", remedy, column="density", value=self.density)]
        if defects:
            raise InputError(defects)

    @property
    def synergies(self) -> int:
        """The number of partner pairs with a synergy."""
        return round(self.density * self.partners * (self.partners - 1) / 2)

    def _defect_of(self, field: Field[Any]) -> Defect | None:
        least, most = RANGES[field.name]
        value = getattr(self, field.name)
        noun, kind = ("whole number", int) if isinstance(field.default, int) else ("number", int | float)
        if isinstance(value, kind) and not isinstance(value, bool) and least <= value <= most:
            return None
        return Defect("recipe", f"a {noun} from {least:g} to {most:.10g}", column=field.name, value=value)
