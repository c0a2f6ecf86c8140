"""Quadratic knapsacks in the format of Billionnet & Soutif (2004): pairs of items bring a profit together.

Name, n, n linear profits, the upper triangle of pair profits row by row, `0` (at most) or `1` (exactly),
capacity, n weights, comments.
"""

from __future__ import annotations

from itertools import combinations

from solver.instance.instance import Instance
from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.items import BENCHMARK, items, usage
from solver.instance.libraries.words import Words, number_in
from solver.instance.tables import Pair, Resource


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the file's one instance: items as partners, pair profits as synergies, weights as a resource."""
    name = words.name("the name")
    count = words.count("the number of items", least=1)
    profits = words.numbers(count, "a profit")
    synergies = _synergies(words, count)
    exact = words.count("the kind of capacity: 0 (at most) or 1 (exactly)", most=1)
    capacity = words.number("the capacity")
    weights = words.numbers(count, "a weight")
    _pass_over_comments(words)
    words.finish()
    instance = Instance(
        name=name,
        partners=items(profits),
        pairs=synergies,
        resources=(Resource(id="capacity", min=capacity if exact else None, max=capacity),),
        usage=tuple(usage("capacity", weights)),
        **BENCHMARK,
    )
    return LibraryInstance(choice.one_of([instance], words.place, "instance"))


def _synergies(words: Words, count: int) -> tuple[Pair, ...]:
    rows = []
    for first, second in combinations(range(1, count + 1), 2):
        value = words.number("the profit of a pair")
        if value:
            rows.append(Pair(first=f"i{first}", second=f"i{second}", kind="synergy", value=value))
    return tuple(rows)


def _pass_over_comments(words: Words) -> None:
    if words.upcoming is None or number_in(words.upcoming) is not None:
        return
    while words.upcoming is not None:
        words.word("a comment")
