"""The report of why: who is in the best portfolio and what for, who is not and at which price it would be."""

from __future__ import annotations

import math
from collections.abc import Iterator

from solver.answers.why import Added, Obstacle, Reason, Why
from solver.instance.instance import Instance
from solver.report.amounts import NOTHING, known, listed, money, number, unit
from solver.report.blocks import Facts, Report, Section, report, section, text
from solver.report.moves import moved
from solver.report.words import names_in

MOST_IN_FULL = 3
"""So many are told about at length; of more there is a line each."""


def why_summary(found: Why, instance: Instance) -> Report:
    """The whole report."""
    telling = _Telling(found, instance)
    return report(
        f"{instance.name}: {telling.headline()}",
        *telling.sections(),
        section("", text("" if found.proven else _UNPROVEN)),
        names=names_in(instance),
    )


def _least_first(reason: Reason) -> float:
    """Who is nearest to entering, or to leaving, comes first, and last who cannot."""
    amount = reason.amount
    known = (one for one in (amount.value, amount.least, amount.most) if one is not None)
    return next(known, math.inf)


def why_lines(found: Why, instance: Instance) -> Section:
    """One line of reasons for each, to follow the report of a result."""
    telling = _Telling(found, instance)
    return section(
        "Why others are left out", text(*map(telling.line, sorted(found.reasons, key=_least_first)))
    )


_UNPROVEN = "The search had to stop before everything was proven; more time says more."


class _Telling:
    """Says an answer in words."""

    def __init__(self, found: Why, instance: Instance) -> None:
        self._found, self._instance = found, instance

    def headline(self) -> str:
        found = self._found
        if found.feasible is False:
            return "no portfolio exists, so nobody is in it; `partnerfolio explain` says why"
        if found.portfolio is None:
            return "no portfolio was found in time, which does not mean that none exists"
        worth = f"the best portfolio is worth {known(found.best, unit(self._instance))}"
        worth = f"{worth} {found.formulation['aim']}".rstrip()
        if not found.reasons:
            return f"{worth}; no partner is left out"
        return worth

    def sections(self) -> Iterator[Section]:
        reasons = self._found.reasons
        if len(reasons) <= MOST_IN_FULL:
            yield from map(self._in_full, reasons)
            return
        for title, chosen in (("Chosen, and what for", True), ("Left out, and why", False)):
            some = sorted((one for one in reasons if one.chosen == chosen), key=_least_first)
            yield section(title, text(*map(self.line, some)))

    def line(self, reason: Reason) -> str:
        """A reason in one line."""
        parts = [f"{reason.name}: {self._verdict(reason)}"]
        if changes := list(self._changes(reason)):
            parts.append(f"{_otherwise(reason)} {listed(changes)}")
        if reason.added is not None and reason.possible is not False:
            parts.append(f"put in as all stands, {self._put_in(reason.added)}")
        if reason.conflict:
            parts.append(f"in the way: {listed([wish.words for wish in reason.conflict])}")
        return "; ".join(parts)

    def _in_full(self, reason: Reason) -> Section:
        facts = {}
        if changes := list(self._changes(reason)):
            facts[_otherwise(reason)] = listed(changes)
        if reason.added is not None and reason.possible is not False:
            facts["put in as all stands"] = self._put_in(reason.added)
        conflict = [one.words + self._of(one.unit) for one in reason.conflict]
        status = "Chosen" if reason.chosen else "Left out"
        return section(
            reason.name,
            text(f"{status}: {self._verdict(reason)}.", self._meaning(reason)),
            Facts(facts),
            text(*conflict, _minimal(reason) if conflict else ""),
        )

    def _verdict(self, reason: Reason) -> str:
        amount, shown = reason.amount, known(reason.amount, unit(self._instance))
        if reason.possible is False:
            return "cannot be done without" if reason.chosen else "cannot enter"
        if amount.sign == "unknown":
            return "what it is worth is not known" if reason.chosen else "its price is not known"
        if amount.proven and amount.value is not None and amount.value <= max(amount.width, NOTHING):
            with_or_without = "without it" if reason.chosen else "with it"
            return f"another portfolio, {with_or_without}, is worth the same"
        if not amount.proven:
            return f"{'its worth' if reason.chosen else 'its price'} is {shown}"
        return f"worth {shown}" if reason.chosen else f"enters at {shown}"

    def _meaning(self, reason: Reason) -> str:
        if reason.possible is False:
            return "" if reason.conflict else "No portfolio at all does, whatever is wished for."
        if reason.amount.sign == "unknown":
            return ""
        if reason.chosen:
            return "By so much the best portfolio without it is worth less."
        return (
            "By so much the best portfolio with it is worth less; a one-off credit of that much brings it in."
        )

    def _changes(self, reason: Reason) -> Iterator[str]:
        own = () if reason.chosen and reason.kind in ("level", "together") else reason.ids
        yield from moved((one for one in reason.moves if one.id not in own), self._instance)

    def _put_in(self, added: Added) -> str:
        gain = money(abs(added.gain), self._instance)
        brings, but = (f"it brings {gain} more", "but") if added.gain >= 0 else (f"it costs {gain}", "and")
        if not added.breaks:
            return f"{brings}, and breaks nothing"
        return f"{brings}, {but} breaks {listed([self._obstacle(one) for one in added.breaks])}"

    def _obstacle(self, obstacle: Obstacle) -> str:
        reading = obstacle.reading
        if obstacle.amount is None:
            return obstacle.words
        way, beyond = ("at most", "too much") if reading.sense == "<=" else ("at least", "missing")
        limit = f"{number(reading.value)}, {way} {number(reading.limit)}"
        return f"{obstacle.words} ({limit}: {number(obstacle.amount)} {beyond})"

    def _of(self, kind: str) -> str:
        return f" {unit(self._instance)}".rstrip() if kind == "money" else ""


def _otherwise(reason: Reason) -> str:
    said = "without it" if reason.chosen else "with it"
    return said if reason.amount.proven else f"{said}, as far as is known,"


def _minimal(reason: Reason) -> str:
    if not reason.minimal:
        return "These wishes allow none, which is proven; perhaps already fewer of them do."
    if len(reason.conflict) == 1:
        return "Without this wish there would be one, other wishes not looked at, which is proven."
    return "Without any one of these wishes there would be one, other wishes not looked at, which is proven."
