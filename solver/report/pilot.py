"""The reports of pilots: what one showed, and what others are worth before they are paid for."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.answer import Amount
from solver.instance.instance import Instance
from solver.lifecycle.pilot import Belief, Pilot
from solver.lifecycle.pilots import PilotWorth, PilotWorths
from solver.report.amounts import counted, known, listed, number, percent, titled, unit
from solver.report.blocks import Facts, Report, report, section, table_of, text
from solver.report.words import names_in


def pilot_summary(found: Pilot, instance: Instance) -> Report:
    """The whole report of a pilot that was made."""
    name, money = instance.labels[found.id], unit(instance)
    successes = f"{found.successes:,} of {counted(found.trials, 'trial')} succeeded"
    evidence = {
        "accuracy": f"{_share(found.accuracy)}, {_between(found.low, found.high)}",
        "success before": _belief(found.before),
        "success now": _belief(found.after),
        "best value before": known(found.best_before, money),
        "best value now": known(found.best_after, money),
    }
    changes = [f"{instance.labels[move.id]} {_moved(move.before, move.after)}" for move in found.moves]
    return report(
        f"{instance.name}: the pilot with {name}: {successes}",
        Facts(evidence),
        section("What changes in the choice", text(*changes or ["Nothing: the best portfolio stays."])),
        text("To keep it, add the row to the table evidence, or give it to `partnerfolio advance`."),
        names=names_in(instance),
    )


def worths_summary(found: PilotWorths, instance: Instance) -> Report:
    """The whole report of what pilots are worth."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section(
            titled("Pilots, the most after their cost first", instance),
            table_of(
                ("", "trials", "worth", "cost", "after its cost", "changes the choice"),
                [_row(one, instance) for one in found.pilots],
            ),
        ),
        section("Notes", text(*_notes(found, instance))),
        names=names_in(instance),
    )


def _headline(found: PilotWorths, instance: Instance) -> str:
    if found.portfolio is None:
        return "no portfolio was found that a pilot could change"
    if not found.pilots:
        return "nobody offers a pilot whose outcome is open; the column pilot_trials says who does"
    paying = [one for one in found.pilots if (one.net.least or 0.0) > 0]
    if not paying:
        proven = all(one.net.most is not None and one.net.most <= 0 for one in found.pilots)
        return "no pilot is worth its cost" if proven else "no pilot was found to be worth its cost in time"
    return f"worth their cost: {listed([instance.labels[one.id] for one in paying])}"


def _row(one: PilotWorth, instance: Instance) -> tuple[str, ...]:
    return (
        instance.labels[one.id],
        f"{one.trials:,}",
        known(one.worth),
        number(one.cost),
        known(one.net),
        _chance(one.chance),
    )


def _chance(chance: Amount) -> str:
    if chance.proven and chance.value is not None:
        return _share(chance.value)
    return f"between {_share(chance.least or 0.0)} and {_share(1.0 if chance.most is None else chance.most)}"


def _notes(found: PilotWorths, instance: Instance) -> Iterator[str]:
    if found.pilots:
        yield "Worth: what the best portfolio after the pilot gains on today's, in the mean of all outcomes."
    for one in found.pilots:
        if one.reassigned:
            yield f"{instance.labels[one.id]}: after some outcomes today's portfolio needs other providers."
    for id_ in found.certain:
        yield f"{instance.labels[id_]}: nothing is left to learn, as its success is taken to be certain."


def _belief(belief: Belief) -> str:
    if belief.low is None or belief.high is None:
        return _share(belief.mean)
    return f"{_share(belief.mean)}, {_between(belief.low, belief.high)}"


def _between(low: float, high: float) -> str:
    return f"between {_share(low)} and {_share(high)} 19 times of 20"


def _share(value: float) -> str:
    return percent(round(value, 4))


def _moved(before: str | None, after: str | None) -> str:
    if before is None:
        return "comes in"
    return "goes out" if after is None else f"goes from {before} to {after}"
