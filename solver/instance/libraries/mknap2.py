"""OR-Library's mknap2 file (Beasley 1990): named multidimensional knapsacks between lines of plus signs.

Per instance `problem NAME`, `+++`, `m n`, n profits, m capacities, m rows of n weights, optimum.
"""

from __future__ import annotations

from solver.instance.libraries.choice import Choice, LibraryInstance
from solver.instance.libraries.knapsack import Knapsack
from solver.instance.libraries.words import Words, is_name


def read(words: Words, choice: Choice) -> LibraryInstance:
    """Read the chosen instance; text before the first problem is passed over."""
    knapsacks: list[Knapsack] = []
    while words.upcoming is not None:
        line = words.whole_line("a problem")
        if _is_heading(line) and _is_ruler(words.upcoming):
            words.word("a line of plus signs")
            knapsacks.append(_knapsack(words, name=line[1]))
        elif knapsacks and not _is_ruler(line[0]):
            words.give_up("the next problem should begin here; a count further up may be too small", line[0])
    if not knapsacks:
        words.give_up("a number of instances (mknap1, mknapcb) or `problem NAME` (mknap2) is needed")
    words.finish()
    return choice.one_of(knapsacks, words.place, "instances").as_library_instance()


def _knapsack(words: Words, name: str) -> Knapsack:
    capacity_count = words.count("the number of capacities", least=1)
    item_count = words.count("the number of items", least=1)
    return Knapsack(
        name=name,
        profits=words.numbers(item_count, "a profit"),
        capacities=words.numbers(capacity_count, "a capacity"),
        weights=[words.numbers(item_count, "a weight") for _ in range(capacity_count)],
        optimum=words.number("the optimum"),
    )


def _is_heading(line: list[str]) -> bool:
    return len(line) == 2 and line[0].lower() == "problem" and is_name(line[1])


def _is_ruler(word: str | None) -> bool:
    return word is not None and word.startswith("+++")
