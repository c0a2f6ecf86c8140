"""Options that say by which rule to split, and what a contract may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from solver.sharing.wishes import Wishes

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
CLAUSES = ("tier", "floor", "cap", "nearest")
SHARE = click.FloatRange(0, 1)


def split_options(function: Decorated) -> Decorated:
    """--rule, --all, --payoffs, what rules go by, and the clauses of a contract."""
    for decorate in (
        click.option(
            "--nearest",
            type=click.Choice(["sum", "largest"]),
            help="Deviate from the rule as little as possible in sum, or for whom it is most.",
        ),
        click.option(
            "--basis",
            type=click.Choice(["total", "applications"]),
            help="Shares of the total value, or of the revenue of each application.",
        ),
        click.option("--cap", type=SHARE, metavar="S", help="The largest share."),
        click.option("--floor", type=SHARE, metavar="S", help="The smallest share."),
        click.option("--tier", type=SHARE, metavar="S", help="Shares are multiples of this, e.g. 0.05."),
        click.option(
            "--risk-share",
            "risk",
            metavar="ID=S",
            multiple=True,
            help="Who carries which share of the risk. Repeatable.",
        ),
        click.option(
            "--bargaining",
            metavar="ID=W",
            multiple=True,
            help="A player's weight in Nash bargaining. Repeatable.",
        ),
        click.option(
            "--base",
            type=click.Choice(["benefit", "cost"]),
            help="What proportional payoffs and equal profits go by.",
        ),
        click.option(
            "--base-file",
            metavar="FILE.json",
            help="What these go by in a --game: {player: stand-alone cost or benefit}.",
        ),
        click.option("--payoffs", metavar="FILE.json", help="Judge these payoffs: {player: amount}."),
        click.option("--all", "every", is_flag=True, help="All rules side by side."),
        click.option("--rule", metavar="RULE", help="The rule to split by."),
    ):
        function = decorate(function)
    return function


def asked_for(wishes: Wishes, options: Mapping[str, Any]) -> Wishes:
    """The wishes of an instance, changed by whatever the options say. Raises InputError."""
    from solver.instance.defects import judged
    from solver.instance.fields import rule_name

    changes: dict[str, Any] = {name: options[name] for name in ("base", "basis") if options[name]}
    if options["rule"] is not None:
        changes["rules"] = (rule_name(options["rule"]),)
    if options["payoffs"] is not None:
        changes["payoffs"] = _payoffs(options["payoffs"])
    for name in ("bargaining", "risk"):
        if options[name]:
            changes[name] = _by_player(options[name], f"--{name.replace('risk', 'risk-share')}")
    clauses = {name: options[name] for name in CLAUSES if options[name] is not None}
    wishes = replace(wishes, **changes)
    if clauses:
        with judged("contract"):
            wishes = replace(wishes, clauses=replace(wishes.clauses, **clauses))
    return replace(wishes, rules=wishes.all_rules) if options["every"] else wishes


def _payoffs(path: str) -> dict[str, float]:
    """Payoffs that somebody typed: {player: amount}, or a split that has `payoffs`."""
    from pathlib import Path

    from solver.instance.defects import Defect
    from solver.instance.jsonfile import read_json

    reading = read_json(Path(path))
    payoffs = reading.document.get("payoffs", reading.document)
    if not isinstance(payoffs, dict):
        payoffs = {}
        reading.findings.add(Defect(path, "an amount for every player: {player: amount}"))
    for player, amount in payoffs.items():
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            reading.findings.add(Defect(path, "a number", column=player, value=amount))
    reading.findings.raise_if_any()
    return payoffs


def _by_player(texts: Sequence[str], option: str) -> dict[str, float]:
    from solver.instance.defects import Defect, Findings

    findings = Findings()
    amounts: dict[str, float] = {}
    for text in texts:
        player, _, amount = text.rpartition("=")
        try:
            amounts[player] = float(amount)
        except ValueError:
            findings.add(Defect(option, "a player and a number, such as p1=0.3", value=text))
    findings.raise_if_any()
    return amounts
