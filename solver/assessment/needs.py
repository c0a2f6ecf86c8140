"""Needs: the requirements that the hub does not meet itself."""

from __future__ import annotations

from dataclasses import dataclass

from solver.assessment.technology import Technologies
from solver.instance.instance import Instance
from solver.instance.tables import Requirement


@dataclass(frozen=True)
class Need:
    """A requirement that the hub does not meet itself, and the partners who could provide it.

    `application` and `capable` are element indices.
    """

    application: int
    requirement: Requirement
    capable: tuple[int, ...]


def needs_of(instance: Instance, technologies: Technologies) -> tuple[Need, ...]:
    """All needs of an instance, in the order of its requirements."""
    partners = {row.id: element for element, row in enumerate(instance.partners)}
    applications = {row.id: element for element, row in enumerate(instance.applications, len(partners))}
    needs = []
    for row in instance.requirements:
        if technologies.provides(instance.hub.id, row):
            continue
        holders = technologies.holders.get(row.technology, ())
        capable = sorted(
            partners[id_] for id_ in holders if id_ in partners and technologies.provides(id_, row)
        )
        needs.append(Need(applications[row.application], row, tuple(capable)))
    return tuple(needs)
