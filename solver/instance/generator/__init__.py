"""Seeded synthetic instances of any size, density and tightness."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from solver.instance.generator.recipe import Recipe

if TYPE_CHECKING:
    from solver.instance.instance import Instance

__all__ = ["STANDARD", "Recipe", "generate"]

STANDARD = Recipe()


def generate(recipe: Recipe = STANDARD, **changes: Any) -> Instance:
    """A synthetic instance after a recipe; `changes` are fields of the recipe, e.g. `partners=200, seed=3`.

    The same recipe gives the same instance on every platform, and the empty portfolio is always allowed.
    Raises InputError for values out of range.
    """
    from solver.instance.generator.assembly import assembled

    return assembled(replace(recipe, **changes))
