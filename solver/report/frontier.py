"""The report of a frontier: what can be had, what more of one costs in the other, and where a plan stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from solver.answers.frontier import Frontier, Opening, Point, Weighed
from solver.answers.tradeoff import Placed, Step
from solver.instance.instance import Instance
from solver.report.amounts import counted, known, listed, number, unit
from solver.report.blocks import Report, Section, Table, amounts, figures, report, section, table, text, words
from solver.report.explanation import how_to_ask
from solver.report.words import names_in

MOST_CHANGES = 3
MOST_OPENINGS = 5
MOST_AHEAD = 3


def frontier_summary(found: Frontier, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found)}", *frontier_sections(found, instance), names=names_in(instance)
    )


def frontier_sections(found: Frontier, instance: Instance) -> list[Section]:
    """The points, what is left open, and a planner's own plan."""
    if not found.points:
        return [how_to_ask()] if found.feasible is False else []
    return [
        section("What can be had", _table(found, instance), text(*_remarks(found, instance))),
        section("What was left open", text(*_open(found, instance))),
        section("Your plan", text(*_placed(found, found.placed, instance) if found.placed else ())),
    ]


def _headline(found: Frontier) -> str:
    if not found.points:
        return "no portfolio exists" if found.feasible is False else "no portfolio was found in time"
    first, *others = (one.words for one in found.criteria)
    if len(found.points) == 1:
        return f"one portfolio is best by {listed([first, *others])}"
    better, *worse = (_direction(one, better=place == 0) for place, one in enumerate(found.criteria))
    return f"{counted(len(found.points), 'portfolio')}, none with {better} without {' or '.join(worse)}"


def _direction(one: Weighed, *, better: bool) -> str:
    return f"{'more' if one.more == better else 'less'} {one.words}"


def _table(found: Frontier, instance: Instance) -> Table:
    numbers = [str(place) for place in range(1, len(found.points) + 1)]
    members = [_members(point) for point in found.points]
    changed = ["", *(_changed(before, after, instance) for before, after in pairwise(members))]
    steps = {step.start: _step(step, found.criteria) for step in found.steps}
    return table(
        figures("", numbers),
        *(
            amounts(_titled(one, instance), (point.amounts[one.name] for point in found.points))
            for one in found.criteria
        ),
        words("beyond the next", (steps.get(place, "") for place in range(len(found.points)))),
        words("other than the one before", changed),
        words("proof", ("" if point.proven else "not proven" for point in found.points)),
    )


def _titled(one: Weighed, instance: Instance) -> str:
    money = unit(instance)
    return f"{one.words} ({money})" if one.unit == "money" and money else one.words


def _members(point: Point) -> dict[str, str]:
    partners = {row.id: row.level for row in point.portfolio.partners}
    return partners | {row.id: "" for row in point.portfolio.applications}


def _changed(before: Mapping[str, str], after: Mapping[str, str], instance: Instance) -> str:
    """Who comes in and who leaves from one point to the next."""
    said = [*(f"+ {instance.labels[one]}" for one in after if one not in before)]
    said += [f"- {instance.labels[one]}" for one in before if one not in after]
    said += [
        f"{instance.labels[one]}: {after[one]}" for one in after if before.get(one, after[one]) != after[one]
    ]
    more = len(said) - MOST_CHANGES
    return ", ".join([*said[:MOST_CHANGES], f"{more} more"] if more > 0 else said)


def _step(step: Step, weighed: tuple[Weighed, ...]) -> str:
    """What the better amount by the first criterion costs by the second."""
    (first, gained), (second, given) = ((one, -step.changes[one.name]) for one in weighed)
    return f"{_more(gained)} {first.words} costs {_more(given)} {second.words}"


def _more(change: float) -> str:
    return f"{number(abs(change))} {'more' if change > 0 else 'less'}"


def _remarks(found: Frontier, instance: Instance) -> Iterator[str]:
    if len(found.criteria) > 2:
        whole = (
            "every one of its levels was looked at"
            if not found.open
            else "some of its levels were not looked at"
        )
        yield f"These are portfolios on a grid, none worse than another by everything; {whole}."
    elif not found.open:
        proven = all(point.proven for point in found.points)
        yield f"There are no others{', which is proven' if proven else ', as far as is known'}."
    if any(one.name == "retained" for one in found.criteria):
        yield "Retained is the revenue of applications that stays without any one partner, the worst to lose."
    if found.knee is not None:
        point = found.points[found.knee]
        said = listed([_has(point.amounts, one, instance) for one in found.criteria])
        yield (
            f"The bend is at {found.knee + 1} ({said}): it lies farthest from the straight line between the "
            "two ends; beyond it, either way, what is gained costs more of the other."
        )


def _has(have: Mapping[str, float], one: Weighed, instance: Instance) -> str:
    return f"{one.words} {number(have[one.name])} {_unit(one, instance)}".rstrip()


def _unit(one: Weighed, instance: Instance) -> str:
    return unit(instance) if one.unit == "money" else ""


def _open(found: Frontier, instance: Instance) -> Iterator[str]:
    if not found.open:
        return
    if len(found.criteria) > 2:
        yield f"{counted(len(found.open), 'level')} of the grid."
        return
    yield "Other portfolios of this kind may lie here, and nowhere else:"
    for opening in found.open[:MOST_OPENINGS]:
        yield listed([f"{one.words} {_range(opening, one, instance)}" for one in found.criteria])
    if len(found.open) > MOST_OPENINGS:
        yield f"and in {len(found.open) - MOST_OPENINGS} narrower places"


def _range(opening: Opening, one: Weighed, instance: Instance) -> str:
    return known(opening.amounts[one.name], _unit(one, instance)).replace("not known", "of any size")


def _placed(found: Frontier, placed: Placed, instance: Instance) -> Iterator[str]:
    yield f"It has {listed([_has(placed.amounts, one, instance) for one in found.criteria])}."
    if placed.broken:
        yield f"It breaks rules: {'; '.join(placed.broken)}."
    for ahead in placed.dominated_by[:MOST_AHEAD]:
        gains = [
            f"{number(gain)} {'more' if one.more else 'less'} {one.words}"
            for one in found.criteria
            if (gain := ahead.ahead[one.name]) > one.tolerance
        ]
        yield f"Portfolio {ahead.point + 1} is better by everything or as good: {listed(gains)}."
    if placed.standing == "on the frontier":
        yield "No portfolio is better by one of these without being worse by another, which is proven."
    elif not placed.dominated_by:
        yield "None of those above is better than it by one of these without being worse by another."
