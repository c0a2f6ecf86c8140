"""OR-Library's mknap1 and mknapcb files (Beasley 1990; Chu & Beasley 1998), and mknap2 by its look.

K, then per instance `n m optimum` (0: not given), n profits, m rows of n weights, m capacities.
"""

from __future__ import annotations

from solver.instance.libraries import mknap2
from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.knapsack import Knapsack
from solver.instance.libraries.words import Words, number_in


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the chosen instance; a file that does not begin with a number is read as mknap2."""
    if number_in(words.upcoming or "") is None:
        return mknap2.read(words, choice)
    how_many = words.count("the number of instances", least=1)
    knapsacks = [_knapsack(words, f"{words.title} {number}") for number in range(1, how_many + 1)]
    words.finish()
    return choice.one_of(knapsacks, words.place, "instances").as_library_instance()


def _knapsack(words: Words, name: str) -> Knapsack:
    item_count = words.count("the number of items", least=1)
    capacity_count = words.count("the number of capacities", least=1)
    optimum = words.number("the optimum or 0")
    return Knapsack(
        name=name,
        profits=words.numbers(item_count, "a profit"),
        weights=[words.numbers(item_count, "a weight") for _ in range(capacity_count)],
        capacities=words.numbers(capacity_count, "a capacity"),
        optimum=optimum,
    )
