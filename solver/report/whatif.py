"""The report of what-ifs: what each is worth beside the portfolio as it is, and who joins or goes."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.answer import Amount
from solver.answers.whatif import Case, Whatifs
from solver.instance.instance import Instance
from solver.report.amounts import known, listed, money, number, titled, unit
from solver.report.blocks import Report, amounts, figures, report, section, table, text, words
from solver.report.words import names_in
from solver.run import Termination

NO_CASES = (
    "There are no what-ifs: write them into the table `whatifs` (name, key, value) or a file whatifs.toml, a "
    'section for each, such as ["less money"] and below it limits.budget = "-10%".'
)


def whatif_summary(found: Whatifs, instance: Instance) -> Report:
    """The whole report."""
    cases = (found.base, *found.cases)
    aim = found.formulation["aim"]
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section(
            titled(f"Side by side{f', {aim}' if aim else ''}", instance),
            table(
                words("", [one.name for one in cases]),
                figures("best", [_best(one) for one in cases]),
                figures("gain", ["", *(_gain(one.gain) for one in found.cases)]),
                amounts("spending", [one.spending for one in cases]),
                amounts("risk", [one.risk for one in cases]),
            ),
        ),
        section("What is different", text(*(_told(one, instance) for one in found.cases))),
        text("" if found.cases else NO_CASES),
        names=(*names_in(instance), *(one.name for one in found.cases)),
    )


def _headline(found: Whatifs, instance: Instance) -> str:
    gains = [one for one in found.cases if one.gain.value is not None]
    if not gains:
        return _plainly(found.base, instance)
    best = max(gains, key=lambda one: one.gain.value or 0.0)
    worst = min(gains, key=lambda one: one.gain.value or 0.0)
    told = [f"{one.name}: {_more(one.gain, instance)}" for one in dict.fromkeys((best, worst))]
    return "; ".join(told)


def _more(gain: Amount, instance: Instance) -> str:
    value = gain.value or 0.0
    if number(value) == "0":
        return "worth the same" if gain.proven else "worth about the same"
    perhaps = "" if gain.proven else "perhaps "
    return f"{perhaps}{money(abs(value), instance)} {'more' if value > 0 else 'less'}"


def _plainly(one: Case, instance: Instance) -> str:
    if one.best.value is None:
        return f"as it is, {_none(one)}"
    return f"as it is, the best portfolio is worth {known(one.best, unit(instance))}"


def _best(one: Case) -> str:
    return known(one.best) if one.best.sign != "unknown" else _none(one)


def _none(one: Case) -> str:
    return "no portfolio exists" if one.termination is Termination.infeasible else "not known"


def _gain(gain: Amount) -> str:
    return "" if gain.sign == "unknown" else known(gain)


def _told(one: Case, instance: Instance) -> str:
    """A what-if in a sentence: what is set, and what becomes of the members."""
    labels = instance.labels
    different = [*one.overrides, *(f"{labels.get(i, i)} in" for i in one.include)]
    different += [f"{labels.get(i, i)} out" for i in one.exclude]
    return f"{one.name} ({listed(different)}): {listed(list(_moves(one, labels)))}."


def _moves(one: Case, labels: dict[str, str]) -> Iterator[str]:
    if one.moved is None:
        yield "there is nothing to compare"
        return
    for verb, ids in (("in", one.moved.joined), ("out", one.moved.left), ("otherwise", one.moved.moved)):
        if ids:
            yield f"{', '.join(labels[id_] for id_ in ids)} {verb}"
    if not one.moved:
        yield "the same choice"
