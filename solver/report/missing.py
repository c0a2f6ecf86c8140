"""What an alliance would still lack, whoever joins it."""

from __future__ import annotations

from collections.abc import Iterator

from solver.assessment.needs import Need, needs_of
from solver.assessment.technology import Technologies
from solver.instance.instance import Instance
from solver.report.amounts import counted, listed, number


def missing(instance: Instance) -> Iterator[str]:
    """Sentences about needs that nobody meets and targets out of reach."""
    for need in needs_of(instance, Technologies(instance)):
        if len(need.capable) < need.requirement.providers:
            yield _unmet(instance, need)
    yield from _targets_out_of_reach(instance)


def _unmet(instance: Instance, need: Need) -> str:
    requirement = need.requirement
    able = listed([instance.partners[partner].label for partner in need.capable])
    who = f"only {able} can provide it" if able else "nobody can provide it"
    return (
        f"{instance.labels[requirement.application]} needs {counted(requirement.providers, 'partner')} with "
        f"{requirement.technology} at level {number(requirement.level)}: {who}."
    )


def _targets_out_of_reach(instance: Instance) -> Iterator[str]:
    strongest: dict[str, float] = {}
    for row in instance.capabilities:
        strongest[row.technology] = max(strongest.get(row.technology, 0.0), row.level)
    for technology in instance.technologies:
        reached = strongest.get(technology.id, 0.0)
        if technology.weight > 0 and reached < technology.target:
            yield (
                f"Nobody reaches the target {number(technology.target)} in "
                f"{technology.name or technology.id}; the strongest is at {number(reached)}."
            )
