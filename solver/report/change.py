"""The report of a change: how the value moved since last time, and which inputs did it."""

from __future__ import annotations

from collections.abc import Iterator

from solver.answers.change import Change, Effect
from solver.answers.differences import Cell, Difference
from solver.instance.instance import Instance
from solver.report.amounts import known, listed, money, number, titled, unit
from solver.report.blocks import Report, amounts, report, section, table, text, words
from solver.report.moves import moved
from solver.report.words import names_in

ORDER = (
    "Inputs were changed one at a time, in this order: settings, then table by table rows that are new or "
    "changed, at last rows that are gone; the effects add up."
)
MOST = 30


def change_summary(found: Change, instance: Instance) -> Report:
    """The whole report."""
    moves = [
        ("old plan, old data", found.before),
        ("old plan, new data", found.between),
        ("new plan, new data", found.after),
    ]
    effects = [(_inputs(one), one.effect) for one in found.effects[:MOST]]
    if len(found.effects) > MOST:
        effects.append(("all others", sum(one.effect for one in found.effects[MOST:])))
    return report(
        f"{instance.name}: {_headline(found, instance)}",
        section(
            titled("Value", instance),
            table(
                words("", [name for name, _ in moves]),
                amounts("value", [value for _, value in moves]),
                amounts("moved by", [None, found.between - found.before, found.gain]),
            ),
        ),
        section(
            titled("What the inputs did to the old plan", instance),
            table(
                words("input", [name for name, _ in effects]),
                amounts("effect", [effect for _, effect in effects]),
                adds_up="means",
            ),
            text(ORDER if found.effects else ""),
        ),
        section("What the old plan breaks on new data", text(*found.broken)),
        section("What the new plan does otherwise", text(*_otherwise(found, instance))),
        names=names_in(instance),
    )


def _headline(found: Change, instance: Instance) -> str:
    moved = found.between - found.before
    way = "more" if moved >= 0 else "less"
    differs = f"{money(abs(moved), instance)} {way}" if number(moved) != "0" else "the same"
    data = f"on new data the old plan is worth {differs}"
    if found.gain is None:
        return f"{data}; no new plan was found"
    plan = "adds" if found.gain >= 0 else "gives up"
    return f"{data}, and the new plan {plan} {money(abs(found.gain), instance)}"


def _inputs(effect: Effect) -> str:
    return "; ".join(difference_in_words(one) for one in effect.differences)


def difference_in_words(one: Difference) -> str:
    """A setting or row that differs, with what it was and what it is."""
    if one.kind != "changed" and not (len(one.cells) == 1 and not one.cells[0].key):
        return f"{one.place} is {one.kind}"
    return f"{one.place}: {listed([_cell(cell) for cell in one.cells])}"


def _cell(cell: Cell) -> str:
    return f"{cell.key} {cell.before or 'empty'} → {cell.after or 'empty'}".strip()


def _otherwise(found: Change, instance: Instance) -> Iterator[str]:
    sentence = listed(list(moved(found.moves, instance)))
    if found.new_plan is not None:
        yield f"{sentence or 'The choice is the same'}."
    if found.lost:
        yield f"The new data do not know {listed(found.lost)} any more."
    if found.regret.value is not None and (not found.regret.proven or found.regret.value > 1e-9):
        yield f"The best plan would have {known(found.regret, unit(instance))} more of what is maximised."
