"""The report of a core index: whom to take whatever weights and scores turn out to be, and whom to leave."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.core_index import CoreIndex
from solver.instance.instance import Instance
from solver.report.amounts import counted, listed, percent
from solver.report.blocks import Report, figures, report, section, table, text, words
from solver.report.explanation import how_to_ask
from solver.report.words import names_in

STANDING = {
    "core": "in all of them",
    "borderline": "in some",
    "exterior": "in none",
    "open": "not known",
}


def core_index_summary(found: CoreIndex, instance: Instance) -> Report:
    """The whole report."""
    names = names_in(instance)
    if not found.members:
        none = "no portfolio exists" if found.feasible is False else "no portfolio was found in time"
        asking = [how_to_ask()] if found.feasible is False else []
        return report(f"{instance.name}: {none}", *asking, names=names)
    return report(
        f"{instance.name}: {_headline(found)}",
        section(
            "Who is in them",
            table(
                words("", (one.name for one in found.members)),
                figures("share", (_share(one.index.value) for one in found.members)),
                figures("between", (_range(one.index.least, one.index.most) for one in found.members)),
                words("", (STANDING[one.standing] for one in found.members)),
            ),
            text(*_remarks(found)),
        ),
        names=names,
    )


def _headline(found: CoreIndex) -> str:
    count = counted(len(found.portfolios), "portfolio")
    if not found.exact:
        return f"{count} came out best in {counted(found.samples or 0, 'draw')} of weights and scores"
    if not found.complete:
        return f"{count} that nothing known beats; not all were looked through in time"
    return f"{count} that no other beats, whatever weights and scores turn out to be"


def _share(share: float | None) -> str:
    return "" if share is None else percent(share)


def _range(least: float | None, most: float | None) -> str:
    if least is None or most is None or least == most:
        return ""
    return f"{percent(least)} and {percent(most)}"


def _remarks(found: CoreIndex) -> Iterator[str]:
    named = {kind: [one.name for one in found.members if one.standing == kind] for kind in STANDING}
    if found.exact and found.complete:
        if named["core"]:
            yield f"To take in any case: {listed(named['core'])}."
        if named["exterior"]:
            yield f"To leave in any case: {listed(named['exterior'])}."
        if named["borderline"]:
            yield "About the others more has to be known: narrower scores or weights decide."
    elif not found.exact:
        yield "The shares are of draws, with what is likely (95 %) for all of them between the two numbers."
    if not found.exact and not found.complete:
        yield "Not every draw was solved in time."
    if found.exact and not found.complete:
        yield "Shares of draws take less time: ask with `--samples 200`."
