"""The next-release problem (Bagnall et al. 2001; files of Xuan et al. 2012): which requirements to build.

Levels; per level a count and its requirements' costs; dependencies, pairs `a b` (a before b);
customers, then per customer `profit count requirements…` (counted from 1).
"""

from __future__ import annotations

from collections.abc import Iterator

from solver.instance.instance import Instance
from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.items import BENCHMARK
from solver.instance.libraries.words import Words
from solver.instance.settings import Limits
from solver.instance.tables import Application, Pair, Partner


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the file's one instance: requirements as partners, customers as applications that require them.

    A requirement's cost is spent against the alliance's own budget; with r = 1 the value is the profit alone.
    """
    costs = _costs(words)
    needs = list(_dependencies(words, len(costs)))
    customers = []
    for number in range(1, words.count("the number of customers", least=1) + 1):
        profit = words.number("a customer's profit", least=0)
        customers.append(Application(id=f"c{number}", name=f"customer {number}", revenue=profit, cost=0.0))
        how_many = words.count("the number of requirements of a customer", most=len(costs))
        needs += [(f"c{number}", _requirement(words, len(costs))) for _ in range(how_many)]
    words.finish()
    budget = choice.budget(sum(costs), words.place)
    instance = Instance(
        name=f"{words.title} {choice.ratio:g}",
        partners=tuple(
            Partner(id=f"r{number}", name=f"requirement {number}", revenue=0.0, cost=cost)
            for number, cost in enumerate(costs, start=1)
        ),
        applications=tuple(customers),
        pairs=tuple(
            Pair(first=first, second=second, kind="requires") for first, second in dict.fromkeys(needs)
        ),
        limits=Limits(budget=budget),
        **BENCHMARK,
    )
    return LibraryInstance(choice.one_of([instance], words.place, "instance"))


def _costs(words: Words) -> list[float]:
    levels = words.count("the number of levels", least=1)
    costs: list[float] = []
    for _ in range(levels):
        costs += words.numbers(words.count("the number of requirements"), "a cost", least=0)
    if not costs:
        words.give_up("at least one requirement is needed")
    return costs


def _dependencies(words: Words, requirements: int) -> Iterator[tuple[str, str]]:
    for _ in range(words.count("the number of dependencies")):
        before, after = _requirement(words, requirements), _requirement(words, requirements)
        if before == after:
            words.note("a requirement cannot come before itself", before)
        yield after, before


def _requirement(words: Words, requirements: int) -> str:
    number = words.count("a requirement's number", least=1, most=requirements)
    return f"r{number}"
