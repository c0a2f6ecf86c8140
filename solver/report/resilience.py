"""The report of resilience: on whom most hangs, what can be done about it, and what it costs to hang less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from solver.answers.answer import Amount
from solver.answers.resilience import Exposure, Loss, Resilience
from solver.answers.stability import changes
from solver.answers.victims import KINDS
from solver.instance.instance import Instance
from solver.portfolio.portfolio import Portfolio
from solver.report.amounts import known, listed, money, number, percent, titled
from solver.report.blocks import Report, Section, figures, report, section, table, text, words
from solver.report.words import names_in

MOST_PAIRS = 5
MOST_TOLD = 3
WHO = {
    "partner": ("a partner", "s"),
    "pair": ("two partners", ""),
    "industry": ("an industry", "s"),
    "region": ("a region", "s"),
}
AT_ONCE = (
    "At once: before anything is done; what is not covered any more earns nothing. Re-assigned: members and "
    "applications stay, the others cover as well as they can. Neither looks at limits. Replaced: the best "
    "portfolio that does without, and keeps every limit."
)
FAILS = "Who fails earns and provides nothing, and its cost is spent and eats the budget."
LEAVES = "Who leaves takes its cost and coordination along; an exit is paid where it was running."


def resilience_summary(found: Resilience, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        text(_aim(found, instance)),
        section("What the plan breaks", text(*found.broken)),
        *(part for kind in KINDS for part in _of_kind(found, kind, instance)),
        section("What these words mean", text(AT_ONCE, FAILS, LEAVES)) if found.exposures else text(),
        _curve(found, instance),
        names=names_in(instance),
    )


def _headline(found: Resilience, instance: Instance) -> str:
    if found.plan is None:
        known = found.infeasible and "no portfolio exists, and there is nothing to lose"
        return known or "no portfolio was found in time"
    partners = [one for one in found.exposures if one.kind == "partner"] or list(found.exposures)
    if not partners:
        return "nobody is in the plan, and nothing hangs on anybody"
    worst = max(partners, key=lambda one: one.fails.before)
    fails = f"{money(worst.fails.before, instance)} is lost at once if {_name(worst, instance)} fails"
    then = (
        ""
        if worst.fails.replaced.value is None
        else f", {_lost(worst.fails.replaced)} after the best replacement"
    )
    return f"{fails}{then}"


def _aim(found: Resilience, instance: Instance) -> str:
    if found.worth is None:
        return ""
    aim = f" {found.formulation['aim']}".rstrip()
    return f"The plan is worth {money(found.worth, instance)}{aim}; the amounts below are what of it is lost."


def _of_kind(found: Resilience, kind: str, instance: Instance) -> Iterator[Section]:
    rows, few = [one for one in found.exposures if one.kind == kind], ""
    if kind == "pair" and len(rows) > MOST_PAIRS:
        few = f"Of {len(rows):,} pairs, the {MOST_PAIRS} that cost most where both fail."
        rows = sorted(rows, key=lambda one: -_worst(one.fails))[:MOST_PAIRS]
    who, ending = WHO[kind]
    told = [sentence for one in rows for sentence in _told(one, found.plan, instance)]
    for verb, losses in (("fail", [one.fails for one in rows]), ("leave", [one.leaves for one in rows])):
        yield section(
            titled(f"Where {who} {verb}{ending}", instance),
            table(
                words("", [_name(one, instance) for one in rows]),
                figures("at once", [number(one.before) for one in losses]),
                figures("re-assigned", [_lost(one.reassigned) for one in losses]),
                figures("replaced", [_replaced(one) for one in losses]),
            ),
            text(few),
            text(*(told[:MOST_TOLD] if verb == "leave" else ())),
        )


def _worst(loss: Loss) -> float:
    return loss.before if loss.replaced.value is None else loss.replaced.value


def _replaced(loss: Loss) -> str:
    return "cannot be" if loss.replaceable is False else _lost(loss.replaced)


def _lost(amount: Amount) -> str:
    """What is lost, or at most: how little it may be where a search was stopped says little."""
    return known(amount if amount.proven or amount.most is None else replace(amount, sign="≤", least=None))


def _told(one: Exposure, plan: Portfolio | None, instance: Instance) -> Iterator[str]:
    """What becomes of a plan that somebody leaves: who covers, who joins, what is launched, who goes."""
    loss, labels = one.leaves, instance.labels
    parts = []
    if loss.stopped:
        parts.append(f"{_are([labels[id_] for id_ in loss.stopped], 'stand', 's')} still at once")
    if loss.assignments:
        serves = dict.fromkeys((row.partner, row.application) for row in loss.assignments)
        parts.append(f"re-assigned, {listed([f'{labels[p]} serves {labels[a]}' for p, a in serves])}")
    moved, launched = changes(plan, loss.replacement), {row.id for row in instance.applications}
    if moved:
        away = [id_ for id_ in moved.left if id_ not in one.members]
        sides = (
            ([i for i in moved.joined if i not in launched], "join", "s"),
            ([i for i in moved.joined if i in launched], "are launched", ""),
            ([i for i in away if i not in launched], "go", "es"),
            ([i for i in away if i in launched], "are dropped", ""),
        )
        found = [_are([labels[id_] for id_ in ids], verb, ending) for ids, verb, ending in sides if ids]
        parts.append(f"replaced, {listed(found)}" if found else "")
    if any(parts):
        yield f"Without {_name(one, instance)}: {'; '.join(filter(None, parts))}."


def _are(names: Sequence[str], verb: str, ending: str) -> str:
    """Names and what they do: of one alone the verb has its ending, and `are` is `is`."""
    one = f"{verb}{ending}".replace("are ", "is ")
    return f"{listed(names)} {verb if len(names) > 1 else one}"


def _name(one: Exposure, instance: Instance) -> str:
    if one.kind in ("industry", "region"):
        return one.subject
    return " + ".join(instance.labels[id_] for id_ in one.members)


def _curve(found: Resilience, instance: Instance) -> Section:
    steps = found.curve
    if len(steps) < 2:
        flat = (
            "No partner's loss costs any revenue of the applications." if steps and steps[0].possible else ""
        )
        return section("The price of resilience", text(flat))
    says = (
        "What stays: the least share of the applications' revenue that stands without any one partner "
        "(`limits.retained_value`)."
    )
    return section(
        titled("The price of resilience", instance),
        table(
            words("what stays", [f"up to {percent(one.share)}" for one in steps]),
            figures("best value", ["none" if one.possible is False else known(one.value) for one in steps]),
            figures("price", [known(one.price) if one.price.sign != "unknown" else "" for one in steps]),
        ),
        text(says),
    )
