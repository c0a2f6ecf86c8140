"""The report of an allocation: who gets what by which rule, who would rather leave, and the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from solver.games.allocate import Allocation
from solver.games.relief import Relief, Unhappy
from solver.games.split import Split
from solver.report.amounts import NOTHING, column, listed, number, percent
from solver.report.blocks import (
    Block,
    Facts,
    Report,
    Table,
    Text,
    amounts,
    figures,
    report,
    section,
    table,
    text,
    words,
)
from solver.report.contract import contract_section
from solver.report.naming import RULES_IN_WORDS, Naming, the_rule
from solver.report.proof import settled

T = TypeVar("T")


def allocation_summary(allocation: Allocation, naming: Naming) -> Report:
    """The whole report."""
    split = allocation.wanted
    return report(
        f"{naming.title}: {headline(allocation, naming)}",
        _certificate(split, allocation, naming) if split else text(why_unanswered(allocation)),
        section(naming.titled("Payoffs"), *_payoffs(allocation, naming)),
        section(naming.titled("By other rules"), _side_by_side(allocation, naming)),
        section("What is certain about them", *_certificates(allocation, naming)),
        section("Coalitions that may launch nothing", text(*_left_nothing(allocation))),
        section("What it would take", _relief(allocation.relief, naming)),
        contract_section(allocation, naming),
        names=(naming.title, *naming.players, *naming.labels.values()),
    )


def _left_nothing(allocation: Allocation) -> Iterator[str]:
    for limit in allocation.left_nothing:
        yield f"Launching nothing breaks a limit ({limit})."
    if allocation.left_nothing:
        yield (
            "Coalitions with the hub no part of which keeps such a limit launch nothing all the same: "
            "they are worth minus the exit costs."
        )


def headline(allocation: Allocation, naming: Naming) -> str:
    """What is split, by which rule, and whether it holds."""
    split = allocation.wanted
    what = f"{naming.money(allocation.worth)} split by {the_rule(allocation.rule)}"
    if split is None:
        return f"{what}, which has no answer here"
    if split.in_core and split.individually_rational:
        return f"{what}: nobody has reason to leave"
    return f"{what}: somebody has reason to leave"


def why_unanswered(allocation: Allocation) -> str:
    """Why the wanted rule has no answer."""
    rule = the_rule(allocation.rule)
    return f"{rule[0].upper()}{rule[1:]} has no answer: {allocation.unanswered[allocation.rule]}."


def _certificate(split: Split, allocation: Allocation, naming: Naming) -> Facts:
    facts = {
        "adds up": "yes" if split.efficient else "no",
        "individually rational": _rational(split, allocation, naming),
        "largest excess": _excess(split, naming),
        "in the core": in_the_core(split),
    }
    if split.kohlberg is not None:
        facts["Kohlberg's criterion"] = "passed" if split.kohlberg else "failed"
    return Facts(facts)


def in_the_core(split: Split) -> str:
    """Whether a split is in the core, as far as that is proven."""
    if split.in_core:
        return "yes"
    return "not proven" if split.blocking_coalition is None and split.efficient else "no"


def _rational(split: Split, allocation: Allocation, naming: Naming) -> str:
    if split.individually_rational:
        return "yes"
    missing = {player: allocation.minimum[player] - paid for player, paid in split.payoffs.items()}
    short = [player for player in allocation.players if missing[player] > NOTHING]
    return f"no, {listed([naming.player(player) for player in short])} must get more"


def _excess(split: Split, naming: Naming) -> str:
    if split.largest_excess is None or split.tightest_coalition is None:
        return "none, there is one player"
    found = f"{number(split.largest_excess)}, of {naming.coalition(split.tightest_coalition)}"
    if split.excess_bound is None:
        return f"{found}; that others have more is not ruled out"
    if settled(split.largest_excess, split.excess_bound):
        return found
    return f"{found}; that others have up to {number(split.excess_bound)} is not ruled out"


def _payoffs(allocation: Allocation, naming: Naming) -> tuple[Block, ...]:
    split = allocation.wanted
    if split is None:
        return ()
    players = allocation.players
    paid = [split.payoffs[player] for player in players]
    shares = [percent(amount / allocation.worth) if allocation.worth > 0 else "" for amount in paid]
    minimum = [allocation.minimum[player] for player in players]
    widths = column(split.half_widths[player] for player in players) if split.half_widths else ()
    return (
        table(
            words("", map(naming.player, players)),
            amounts("payoff", paid),
            figures("95 %", [f"± {width}" for width in widths]),
            figures("share", shares),
            amounts("must get", minimum if any(minimum) else ()),
            figures("least in the core", _ends(allocation, 0)),
            figures("most in the core", _ends(allocation, 1)),
        ),
        text("The core is empty, so there is no room to negotiate in." if allocation.core_is_empty else ""),
    )


def _ends(allocation: Allocation, end: int) -> list[str]:
    """The smallest or the largest payoffs over the core, as far as they are proven."""
    if allocation.room is None:
        return []
    ends = [allocation.room[player][end] for player in allocation.players]
    shown = iter(column(amount for amount in ends if amount is not None))
    return ["not proven" if amount is None else next(shown) for amount in ends]


def _side_by_side(allocation: Allocation, naming: Naming) -> Table:
    """One row per rule and one column per player."""
    splits = allocation.splits if len(allocation.splits) > 1 else ()
    return table(
        words("", [RULES_IN_WORDS[split.rule] for split in splits]),
        *(
            amounts(naming.player(player), [split.payoffs[player] for split in splits])
            for player in allocation.players
        ),
    )


def _certificates(allocation: Allocation, naming: Naming) -> tuple[Table, Text]:
    several = len(allocation.splits) + len(allocation.unanswered) > 1
    splits = allocation.splits if several else ()
    columns = table(
        words("", [RULES_IN_WORDS[split.rule] for split in splits]),
        words("individually rational", ["yes" if split.individually_rational else "no" for split in splits]),
        words("in the core", map(in_the_core, splits)),
        figures("largest excess", [_or_nothing(split.largest_excess, number) for split in splits]),
        words("of", [_or_nothing(split.tightest_coalition, naming.coalition) for split in splits]),
    )
    return columns, text(
        *(
            f"{RULES_IN_WORDS[rule]}: no answer, {reason}."
            for rule, reason in allocation.unanswered.items()
            if rule != allocation.rule
        )
    )


def _or_nothing(found: T | None, said: Callable[[T], str]) -> str:
    return "" if found is None else said(found)


def _relief(relief: Relief | None, naming: Naming) -> Text:
    if relief is None or not relief.unhappy:
        return text()
    return text(*(_unhappy(row, naming) for row in relief.unhappy), *_remedies(relief, naming))


def _unhappy(row: Unhappy, naming: Naming) -> str:
    gets = "gets" if len(row.coalition) == 1 else "get"
    who = naming.coalition(row.coalition).replace("all but ", "All but ", 1)
    return (
        f"{who} {gets} {number(row.paid)} and could have {number(row.worth)} "
        f"without the others: {number(row.missing)} is missing."
    )


def _remedies(relief: Relief, naming: Naming) -> Iterator[str]:
    subsidy, transfers = relief.subsidy, relief.transfers
    extra = {player: amount for player, amount in subsidy.extra.items() if amount > NOTHING}
    yield (
        f"With money from outside, {naming.money(subsidy.total)} is the least that contents everybody: "
        f"{_amounts(extra, 'to', naming)}."
    )
    if transfers is None:
        yield "Money from each other cannot do it: the core is empty."
        return
    gives, gets = _amounts(transfers.gives, "from", naming), _amounts(transfers.gets, "to", naming)
    yield f"Among themselves {naming.money(transfers.total)} must change hands at least: {gives}; {gets}."


def _amounts(amounts: Mapping[str, float], preposition: str, naming: Naming) -> str:
    return listed(
        [f"{number(amount)} {preposition} {naming.player(player)}" for player, amount in amounts.items()]
    )
