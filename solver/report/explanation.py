"""The report of an explanation: what contradicts what, and the cheapest way out."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from solver.answers.explanation import Explanation
from solver.answers.repair import Change, Repair
from solver.instance.instance import Instance
from solver.report.amounts import listed, number, unit
from solver.report.blocks import Facts, Report, Section, report, section, text
from solver.report.words import names_in

DIGITS, CENTS = 6, 3
"""Digits that a number to type has at least, and more where it is large: two behind the point."""


def explanation_summary(found: Explanation, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found)}",
        *explanation_sections(found, instance),
        names=names_in(instance),
    )


def explanation_sections(found: Explanation, instance: Instance) -> list[Section]:
    """What contradicts what, and what would mend it."""
    if found.feasible:
        return [section("One that keeps everything asked for", text(_members(found, instance)))]
    wishes = [f"{wish.words}{_unit(wish.unit, instance)}" for wish in found.conflict]
    reasons = section("What contradicts itself", text(*wishes, _why_these(found) if wishes else ""))
    if not found.repairs:
        return [reasons, section(_title(found), text(_none(found)))]
    first, *others = found.repairs
    also = [listed([f"{name}: {fact}" for name, fact in _facts(one, instance)]) for one in others]
    more = "There may be more." if also and not found.complete else ""
    return [
        reasons,
        section(_title(found), Facts(dict(_facts(first, instance))), text(_price(found))),
        section("Other changes at the same price", text(*also, more)),
    ]


def how_to_ask() -> Section:
    """Where nobody waited for an explanation."""
    asking = "`partnerfolio explain` in place of `solve`, with the same instance and options,"
    return section("Why", text(f"{asking} says which wishes contradict each other, and what to change."))


def _headline(found: Explanation) -> str:
    if found.feasible:
        return "there are portfolios that keep everything asked for"
    if found.feasible is None:
        return "whether any portfolio keeps everything asked for was not found out in time"
    if not found.conflict:
        return "no portfolio exists"
    if len(found.conflict) == 1:
        return "no portfolio exists: one wish alone cannot be kept"
    return f"no portfolio exists: {len(found.conflict):,} wishes contradict each other"


def _title(found: Explanation) -> str:
    return "The cheapest change" if found.price.sign == "=" else "A change that makes everything possible"


def _why_these(found: Explanation) -> str:
    if not found.minimal:
        return "They contradict each other, which is proven; perhaps already fewer of them do."
    if len(found.conflict) == 1:
        return "No portfolio at all keeps it, whatever else is asked for, which is proven."
    return "Without any one of them the others can be kept, other wishes not looked at, which is proven."


def _facts(repair: Repair, instance: Instance) -> Iterator[tuple[str, str]]:
    for change in repair.changes:
        yield change.wish.place, _changed(change, instance)


def _changed(change: Change, instance: Instance) -> str:
    wish, to = change.wish, change.to
    if to is None or wish.number is None:
        return f"dropped ({wish.about})" if wish.about else "dropped"
    way = "raised" if to > wish.number else "lowered"
    about = f" ({wish.about})" if wish.about else ""
    return f"{way} from {wish.number:,.12g} to {outwards(to, wish.number)}{_unit(wish.unit, instance)}{about}"


def outwards(to: float, number: float) -> str:
    """A number to type in place of another: rounded so that it allows no less than is needed.

    >>> outwards(110.0, 100.0), outwards(110.0000004, 100.0), outwards(0.123456789, 0.5)
    ('110', '110.001', '0.123456')
    """
    rounding = ROUND_CEILING if to > number else ROUND_FLOOR
    exact = Decimal(f"{to:.12g}")
    rounded = Context(prec=max(DIGITS, exact.adjusted() + CENTS), rounding=rounding).plus(exact)
    return f"{rounded.normalize():,f}"


def _price(found: Explanation) -> str:
    price = found.price
    amount = f"Its price is {number(price.value or 0.0)}"
    counted_as = "the relative changes of numbers, and 1 for each row that is dropped, by their weights"
    if price.sign == "=":
        return f"{amount} ({counted_as}), and nothing cheaper makes everything possible, which is proven."
    least = "" if price.least is None else f" than {number(price.least)}"
    return f"{amount} ({counted_as}); perhaps there is something cheaper, but nothing cheaper{least}."


def _none(found: Explanation) -> str:
    if found.price.sign == "=":
        return "Nothing that may change makes everything possible, which is proven."
    return "None was found in time, which does not mean that there is none."


def _members(found: Explanation, instance: Instance) -> str:
    portfolio = found.portfolio
    if portfolio is None:
        return ""
    ids = [row.id for row in portfolio.partners] + [row.id for row in portfolio.applications]
    return listed([instance.labels[id_] for id_ in ids]) or "nobody"


def _unit(kind: str, instance: Instance) -> str:
    return f" {unit(instance)}".rstrip() if kind == "money" else ""
