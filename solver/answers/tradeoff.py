"""What a frontier says: what one more of this costs in that, where it bends, and where a plan stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Literal

from solver.answers.efficient import Gains, Met
from solver.shapes import Shaped

Standing = Literal["on the frontier", "dominated", "open", "breaks rules"]


@dataclass(frozen=True)
class Step(Shaped):
    """From one point of a frontier to the next: the `changes` of each criterion, by name.

    `rate` is what one unit more of the criterion that gets better changes in the one that gets worse; `gap`
    says that there may be points between the two.
    """

    start: Annotated[int, "The number of the point that it leads from, the first being 0."]
    end: Annotated[int, "The number of the point that it leads to."]
    changes: Mapping[str, float]
    rate: float
    gap: bool


@dataclass(frozen=True)
class Dominating(Shaped):
    """A point that has no less of anything than a plan, and how much more it has of each criterion."""

    point: Annotated[int, "Its number, the first being 0."]
    ahead: Annotated[Mapping[str, float], "How much better it is, by criterion; never below 0."]


@dataclass(frozen=True)
class Placed(Shaped):
    """A planner's own plan among the points: its `standing`, and its `amounts` by criterion.

    It is `dominated_by` the points that have no less of anything and more of something. `open` means that
    nothing known is better, and that nobody proved that nothing is. `broken` are the rules that it breaks, in
    sentences.
    """

    standing: Standing
    amounts: Mapping[str, float]
    dominated_by: tuple[Dominating, ...]
    broken: tuple[str, ...]


def efficient(points: Iterable[Met], margins: Gains) -> list[Met]:
    """The points that no other dominates, each once, the most of the first criterion first."""
    kept: list[Met] = []
    for point in sorted(points, key=lambda one: (tuple(-gain for gain in one.gains), not one.proven)):
        if not any(
            one.dominates(point.gains, margins) or alike(one.gains, point.gains, margins) for one in kept
        ):
            kept.append(point)
    return [one for one in kept if not any(other.dominates(one.gains, margins) for other in kept)]


def alike(one: Gains, other: Gains, margins: Gains) -> bool:
    """Whether two points differ by less than counts."""
    return all(abs(mine - theirs) <= margin for mine, theirs, margin in zip(one, other, margins, strict=True))


def knee(points: Sequence[Gains]) -> int | None:
    """The point that bends most: farthest outside the chord of the two ends, both criteria scaled to 1.

    None where none lies outside.
    """
    if len(points) < 3:
        return None
    (most, least), (fewest, highest) = points[0], points[-1]
    width, height = most - fewest, highest - least
    if width <= 0 or height <= 0:
        return None
    beyond = [(one - fewest) / width + (other - least) / height - 1.0 for one, other in points]
    farthest = max(range(len(points)), key=lambda place: beyond[place])
    return farthest if beyond[farthest] > 1e-9 else None


def changes(points: Sequence[Mapping[str, float]], gaps: Sequence[bool]) -> tuple[Step, ...]:
    """The steps between neighbours; `gaps` says where others may lie between."""
    found = []
    for place, ((before, after), gap) in enumerate(zip(pairwise(points), gaps, strict=True)):
        first, second = ({name: after[name] - before[name] for name in after}).items()
        rate = first[1] / second[1]
        found.append(Step(place, place + 1, dict((first, second)), rate, gap))
    return tuple(found)


def dominating(
    plan: Gains, points: Sequence[Met], names: Sequence[str], margins: Gains
) -> tuple[Dominating, ...]:
    """The points that dominate a plan, and by how much."""
    return tuple(
        Dominating(
            place,
            {name: gain - own for name, gain, own in zip(names, point.gains, plan, strict=True)},
        )
        for place, point in enumerate(points)
        if point.dominates(plan, margins)
    )
