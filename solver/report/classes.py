"""The report of classes: who is in all, some or none of the portfolios nearly as good as the best."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.classes import Class, Classes, Membership
from solver.instance.instance import Instance
from solver.report.amounts import counted, known, listed, money, percent, unit
from solver.report.blocks import Report, Section, report, section, table, text, words
from solver.report.words import names_in

ORDER: tuple[Class, ...] = ("must-have", "swing", "out", "not known")
MEANING = (
    "must-have: in every portfolio that is worth so much; swing: in some; out: in none. Which is proven but "
    "where it is not known."
)


def classes_summary(found: Classes, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section("", text(*_in_words(found, instance))),
        *(_table(found, kind) for kind in ("partner", "application")),
        section("", text(MEANING if found.members else "")),
        names=names_in(instance),
    )


def _headline(found: Classes, instance: Instance) -> str:
    if found.feasible is False:
        return "no portfolio exists; `partnerfolio explain` says why"
    if found.portfolio is None:
        return "no portfolio was found in time, which does not mean that none exists"
    worth = f"the best portfolio is worth {known(found.best, unit(instance))}"
    return f"{worth} {found.formulation['aim']}".rstrip()


def _in_words(found: Classes, instance: Instance) -> Iterator[str]:
    """For each tolerance what it comes to, and how many are what."""
    for cutoff in found.cutoffs:
        members = [one for one in found.members if one.tolerance == cutoff.tolerance]
        counts = [(sum(one.belongs == belongs for one in members), belongs) for belongs in ORDER]
        said = listed([f"{count} {belongs}" for count, belongs in counts if count])
        least = f"worth at least {money(cutoff.value, instance)}"
        of = f"of {counted(len(members), 'candidate')}"
        yield f"Within {percent(cutoff.tolerance)} of it ({least}), {of}: {said}."


def _table(found: Classes, kind: str) -> Section:
    """A row for each partner or application, those first that are hardest to do without."""
    rows: dict[str, list[Membership]] = {}
    for one in found.members:
        if one.kind == kind:
            rows.setdefault(one.id, []).append(one)
    ranked = sorted(rows.values(), key=lambda row: [ORDER.index(one.belongs) for one in row])
    columns = [
        words(f"within {percent(cutoff.tolerance)}", [_said(row[place]) for row in ranked])
        for place, cutoff in enumerate(found.cutoffs)
    ]
    names = words("", [row[0].name for row in ranked])
    return section(f"{kind.capitalize()}s", table(names, *columns)) if ranked else section("")


def _said(one: Membership) -> str:
    """The class, or where it is not known what is."""
    if one.belongs != "not known":
        return one.belongs
    if one.with_it:
        return "must-have or swing"
    if one.without_it:
        return "swing or out"
    return "not known"
