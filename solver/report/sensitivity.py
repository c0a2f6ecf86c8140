"""The report of a sensitivity: a tornado, a curve of one limit, a break-even."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from solver.answers.breakeven import BreakEven, Look
from solver.answers.breakevens import BreakEvens
from solver.answers.sensitivity import Bar, Sensitivity, Side
from solver.answers.stepcurve import Curve, Level
from solver.instance.instance import Instance
from solver.portfolio.choices import Move
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import counted, known, listed, number, percent, titled, unit
from solver.report.blocks import Report, Section, figures, report, section, table, table_of, text, words
from solver.report.explanation import how_to_ask
from solver.report.moves import moved, rescheduled
from solver.report.words import names_in

MOST_MOVES = 3


def sensitivity_summary(found: Sensitivity, instance: Instance) -> Report:
    """What hangs on which number, most of all first."""
    names = names_in(instance)
    if found.feasible is not True:
        title = "no portfolio exists" if found.feasible is False else "no portfolio was found in time"
        return report(f"{instance.name}: {title}", *_why_not(found.feasible), names=names)
    best = known(found.best, unit(instance))
    told = [bar for bar in found.bars if bar.lower or bar.higher]
    asked = f"what {counted(len(told), 'number')} would change" if told else "no number was looked at in time"
    title = f"best is {best}; {asked}"
    untold = len(found.bars) - len(told)
    return report(
        f"{instance.name}: {title}",
        section(
            titled("What the best value changes by", instance),
            table(
                words("number", (bar.words for bar in told)),
                figures("now", (_number(bar.number, bar.unit) for bar in told)),
                figures("lowered to", (_moved(bar.lower, bar) for bar in told)),
                figures("changes by", (_change(bar.lower) for bar in told)),
                figures("raised to", (_moved(bar.higher, bar) for bar in told)),
                figures("changes by", (_change(bar.higher) for bar in told)),
            ),
            text(
                "* other partners, levels or applications are best then" if _any_changes(told) else "",
                f"{counted(untold, 'number')} could not be looked at in time." if untold else "",
            ),
        ),
        section("What is chosen instead", text(*_instead(told, instance))),
        names=names,
    )


def _why_not(feasible: bool | None) -> list[Section]:
    return [how_to_ask()] if feasible is False else []


def _number(value: float, kind: str) -> str:
    return percent(value) if kind == "share" else number(value)


def _moved(side: Side | None, bar: Bar) -> str:
    return "" if side is None else _number(side.number, bar.unit)


def _change(side: Side | None) -> str:
    if side is None:
        return ""
    if side.choice == "impossible":
        return "nothing possible"
    said = known(side.change)
    sign = "+" if side.change.proven and (side.change.value or 0.0) > 0 and said != "0" else ""
    return f"{sign}{said}{' *' if side.choice == 'changes' else ''}"


def _any_changes(bars: list[Bar]) -> bool:
    return any(
        side is not None and side.choice == "changes" for bar in bars for side in (bar.lower, bar.higher)
    )


def _instead(bars: list[Bar], instance: Instance) -> Iterator[str]:
    for bar in bars:
        for side in (bar.lower, bar.higher):
            if side is not None and side.choice == "changes" and side.moves:
                to = _number(side.number, bar.unit)
                yield f"{bar.words} at {to}: {_moves(side.moves, instance)}"


def _moves(moves: tuple[Move, ...], instance: Instance) -> str:
    said = list(moved(moves, instance))
    more = len(said) - MOST_MOVES
    return listed([*said[:MOST_MOVES], f"{more} more"] if more > 0 else said)


def curve_summary(found: Curve, instance: Instance) -> Report:
    """The best value at every level of a limit."""
    names = names_in(instance)
    title = f"what {found.words} does to the best value: {counted(len(found.levels), 'step')}"
    if not found.levels:
        none = (
            "nothing is possible in this range"
            if found.impossible is not None
            else "nothing was found in time"
        )
        return report(
            f"{instance.name}: {found.words}: {none}", *_why_not(found.impossible is None), names=names
        )
    ends = [_stretch(found, level) for level in found.levels]
    return report(
        f"{instance.name}: {title}",
        text(*_as_it_is(found, instance)),
        section(
            titled("Best value by the limit", instance),
            table(
                words("from", (low for low, _ in ends)),
                words("to", (high for _, high in ends)),
                figures("best value", (known(level.value) for level in found.levels)),
                words("other than the row before", _others(found, instance)),
            ),
            text(*_remarks(found, instance)),
        ),
        names=names,
    )


def _as_it_is(found: Curve, instance: Instance) -> Iterator[str]:
    """What the limit does where it is now: what the next step brings, and what the one before costs."""
    now = next((place for place, one in enumerate(found.levels) if _holds(found, one)), None)
    if now is None:
        yield f"It is {_number(found.number, found.unit)} now."
        return
    here, more, less = found.levels[now], *(_beside(found, now + way) for way in (-1, 1))
    value = known(here.value, unit(instance))
    yield f"It is {_number(found.number, found.unit)} now, with which the best value is {value}."
    onward, beyond = ("upward", "Below") if found.upward else ("downward", "Above")
    if more is not None:
        yield f"From {_number(more.tight, found.unit)} {onward} it is {known(more.value - here.value)} more."
    if less is not None:
        yield f"{beyond} {_number(here.tight, found.unit)} it is {known(here.value - less.value)} less."


def _holds(found: Curve, level: Level) -> bool:
    """Whether the present number lies on a stretch."""
    low, high = sorted((level.tight, level.loose))
    return low <= found.number <= high


def _beside(found: Curve, place: int) -> Level | None:
    return found.levels[place] if 0 <= place < len(found.levels) else None


def _others(found: Curve, instance: Instance) -> Iterator[str]:
    """What is other on each stretch; times or providers where the choice is the same."""
    before: Portfolio | None = None
    for level in found.levels:
        if before is None or level.moves:
            yield _moves(level.moves, instance)
        else:
            yield listed([*rescheduled(before, level.portfolio, instance)]) or "other providers"
        before = level.portfolio


def _stretch(found: Curve, level: Level) -> tuple[str, str]:
    """The ends of a stretch, the smaller first; one that only leads up to the next is told so."""
    kind, at_end = found.unit, level.loose == found.loose
    loose = level.loose if at_end or found.tolerance == 1 else None
    place = found.levels.index(level)
    beyond = found.levels[place - 1].tight if place else level.loose
    shown = _number(beyond if loose is None else loose, kind)
    ends = (
        _number(level.tight, kind),
        shown if loose is not None else f"{'below' if found.upward else 'above'} {shown}",
    )
    return ends if found.upward else (ends[1], ends[0])


def _remarks(found: Curve, instance: Instance) -> Iterator[str]:
    if found.impossible is not None:
        way = "below" if found.upward else "above"
        last = _number(found.levels[-1].tight, found.unit)
        yield f"{way.capitalize()} {last} nothing is possible, which is proven."
    if found.looked is not None:
        tighter = "less" if found.upward else "more"
        yield f"{_number(found.looked, found.unit)} and {tighter} was not looked at."
    if all(level.value.proven for level in found.levels):
        yield "Every step is proven: between its ends the best value is the same."


def break_even_summary(found: BreakEven, instance: Instance) -> Report:
    """At which number somebody enters, or leaves."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        text(*_proof(found)),
        section(
            titled("What was tried", instance),
            table_of((found.words, "stands", "ahead by"), _tried(found), ["right", "left", "right"]),
        ),
        names=names_in(instance),
    )


def break_evens_summary(found: BreakEvens, instance: Instance) -> Report:
    """At which numbers somebody enters or leaves, a line each."""
    changing = [one for one in found.numbers if one.at is not None]
    others = [one for one in found.numbers if one.at is None]
    return report(
        f"{instance.name}: {_how_many(found)}",
        section(
            titled("Where somebody enters or leaves, each number moved alone", instance),
            table_of(
                ("number", "now", "changes at", "by", "and then"),
                map(_row, changing),
                ["left", "right", "right", "right", "left"],
            )
            if changing
            else text(),
            text(*(f"{_headline(one, instance)}." for one in others)),
            text(*_sureness(changing)),
        ),
        names=names_in(instance),
    )


def _how_many(found: BreakEvens) -> str:
    count = sum(one.at is not None for one in found.numbers)
    return f"{count} of {counted(len(found.numbers), 'number')} would change who is in"


def _row(one: BreakEven) -> tuple[str, str, str, str, str]:
    assert one.at is not None
    by = None if one.at.value is None or not one.number else one.at.value / one.number - 1
    return (
        one.words,
        _number(one.number, one.unit),
        known(one.at),
        "" if by is None else f"{100 * by:+.1f} %",
        f"{one.name} {DOES[one.then or 'either']}",
    )


def _sureness(changing: list[BreakEven]) -> Iterator[str]:
    if changing and all(one.at is not None and one.at.proven for one in changing):
        yield "How it stands just before and just after each of them is proven."
    if any(not one.only for one in changing):
        yield "Other numbers at which it changes are not ruled out: budgets or other rules move along."


def _tried(found: BreakEven) -> Iterator[tuple[str, str, str]]:
    """The numbers that were tried; a line for all, one after the other, at which everything is the same."""
    for (stands, ahead), looks in groupby(found.looks, lambda look: (STANDING[look.standing], _ahead(look))):
        numbers = [_number(look.number, found.unit) for look in looks]
        yield " to ".join(dict.fromkeys([numbers[0], numbers[-1]])), stands, ahead


DOES = {
    "in": "is chosen",
    "out": "is not chosen",
    "either": "is as good as another",
    "neither": "is not possible",
}
STANDING = {
    "in": "chosen",
    "out": "not chosen",
    "either": "as good with as without",
    "neither": "nothing possible",
    "open": "not known",
}


def _headline(found: BreakEven, instance: Instance) -> str:
    money = f" {unit(instance)}" if found.unit == "money" and unit(instance) else ""
    now = f"{_number(found.number, found.unit)}{money}"
    if found.at is None:
        stays = {"in": "stays chosen", "out": "stays out", "either": "is as good as another"}
        said = stays.get(found.now, "was not judged in time")
        return f"{found.name} {said} whatever {found.words} was tried; it is {now} now"
    side = "above" if (found.at.least or 0.0) >= found.number else "below"
    does = DOES[found.then or "either"]
    return f"{found.name} {does} {side} {known(found.at)}{money} ({found.words}, {now} now)"


def _proof(found: BreakEven) -> Iterator[str]:
    if found.at is not None and found.at.least is not None and found.at.most is not None:
        low, high = (f"{end:,.9g}" for end in (found.at.least, found.at.most))
        yield f"How it stands at {low} and at {high} is proven, and it is not the same."
    if found.only:
        yield "There is no other such number, which is proven."
    elif found.at is not None:
        yield "Other numbers at which it changes are not ruled out: budgets or other rules move along."
    elif found.looks:
        ends = [_number(end, found.unit) for end in (found.least or 0.0, found.most or 0.0)]
        yield f"It stands the same at every number tried, from {ends[0]} to {ends[1]}; others may differ."


def _ahead(look: Look) -> str:
    if look.ahead.sign == "unknown" and look.standing in ("in", "out"):
        return "nothing else possible"
    return known(look.ahead) if look.standing in ("in", "out", "either", "open") else ""
