"""Team formation on a graph of joint work (Hochbaum & Baumann 2024): who works well together.

`n m type`, m lines `i j value` (people counted from 0), a line of n weights, a line of budgets.
"""

from __future__ import annotations

from solver.instance.instance import Instance
from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.items import BENCHMARK, items, usage
from solver.instance.libraries.words import Words
from solver.instance.tables import Pair, Resource


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the instance with the chosen budget: people as partners, joint work as synergies."""
    people = words.count("the number of people", least=1)
    pair_count = words.count("the number of pairs")
    words.word("the type of the values")
    synergies = tuple(pair for _ in range(pair_count) if (pair := _synergy(words, people)))
    weights = words.line_of_numbers("a weight")
    if len(weights) != people:
        words.give_up(f"this line should hold {people} weights, one per person", f"{len(weights)} of them")
    budgets = words.line_of_numbers("a budget")
    words.finish()
    budget = choice.one_of(budgets, words.place, "budgets")
    instance = Instance(
        name=f"{words.title} {budget:g}",
        partners=items([0.0] * people, noun="person"),
        pairs=synergies,
        resources=(Resource(id="budget", max=budget),),
        usage=tuple(usage("budget", weights)),
        **BENCHMARK,
    )
    return LibraryInstance(instance)


def _synergy(words: Words, people: int) -> Pair | None:
    first = words.count("a person's number", most=people - 1)
    second = words.count("a person's number", most=people - 1)
    value = words.number("the value of a pair")
    if first == second:
        words.note("a pair needs two different people", first)
        return None
    return Pair(first=f"i{first + 1}", second=f"i{second + 1}", kind="synergy", value=value)
