"""A contract in words: its shares, how far it is from the rule, and whether anybody would rather leave."""

from __future__ import annotations

from collections.abc import Iterator

from solver.games.allocate import Allocation
from solver.games.contract.contract import Contract
from solver.report.amounts import number, percent
from solver.report.blocks import Facts, Section, amounts, figures, section, table, text, words
from solver.report.naming import Naming, the_rule
from solver.report.proof import settled
from solver.run import Termination

TOTAL, REST = "total", "rest"


def contract_section(allocation: Allocation, naming: Naming) -> Section:
    """The shares, and what is certain about them; nothing where no contract was asked for."""
    title = naming.titled("Contract")
    contract, wanted = allocation.contract, allocation.wanted
    if contract is None or wanted is None:
        reason = allocation.no_contract
        return section(title, text(f"There is no contract of this kind: {reason}." if reason else ""))
    players, total = allocation.players, contract.shares.get(TOTAL)
    paid = [contract.payoffs[player] for player in players]
    beyond = [amount - wanted.payoffs[player] for amount, player in zip(paid, players, strict=True)]
    pools = () if total else contract.shares
    return section(
        title,
        table(
            words("", map(naming.player, players)),
            figures("share", [percent(total[player]) if total else "" for player in players]),
            amounts("payoff", paid),
            amounts("beyond the rule", beyond),
        ),
        Facts({_pool(name, naming): _shares(contract, name, naming) for name in pools}),
        text(*_sentences(contract, allocation, naming)),
    )


def _pool(name: str, naming: Naming) -> str:
    return "everything else" if name == REST else naming.player(name)


def _shares(contract: Contract, pool: str, naming: Naming) -> str:
    shares = contract.shares[pool].items()
    return ", ".join(f"{naming.player(player)} {percent(share)}" for player, share in shares if share)


def _sentences(contract: Contract, allocation: Allocation, naming: Naming) -> Iterator[str]:
    if contract.stable:
        yield "Nobody has reason to leave, which is proven."
    elif contract.blocking_coalition is None:
        bound = contract.excess_bound
        possible = "something" if bound is None else naming.money(bound)
        yield f"Nobody was found who misses anything, but that somebody misses {possible} is not ruled out."
    else:
        who, missing = naming.coalition(contract.blocking_coalition), naming.money(contract.epsilon)
        yield f"No such shares content everybody; with these {missing} more would content {who}."
        yield _least_missing(contract, naming)
    distance = naming.money(contract.distance)
    yield f"Deviation from {the_rule(allocation.rule)}: {distance}{_how_good(contract)}."


def _least_missing(contract: Contract, naming: Naming) -> str:
    if settled(contract.epsilon, contract.bound):
        return "With any other shares somebody misses as much, which is proven."
    return f"That somebody misses {naming.money(contract.bound)} with any shares is proven."


def _how_good(contract: Contract) -> str:
    if not contract.stable:
        return ""
    if contract.termination is Termination.optimal and settled(contract.distance, contract.bound):
        return ", the least possible"
    return f", of which {number(contract.bound)} is proven to be unavoidable"
