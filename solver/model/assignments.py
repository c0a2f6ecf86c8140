"""Where it matters who provides: only there does the program need columns for assignments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from solver.assessment.assessment import Assessment
from solver.model.teams import needs_at_risk


def possible_assignments(assessment: Assessment, need: int) -> Iterator[tuple[int, int]]:
    """(application option, partner) for every partner that could be able and ready by that start."""
    options = assessment.options
    needed = assessment.needs[need]
    first = {p: min((options.ready[o] for o in options.of(p)), default=np.inf) for p in needed.capable}
    for option in options.of(needed.application):
        start = options.start[option]
        yield from ((option, p) for p in needed.capable if first[p] <= start)


def needs_where_it_matters_who(assessment: Assessment) -> set[int]:
    """Needs whose providers are limited in capacity, or watched by an IP conflict or a synergy on site.

    For every other need any able and ready partners will do. Where it matters for one requirement at risk of
    an application, it does for all of them: they make up one team.
    """
    watched = _watched_partners(assessment)
    matters = {
        index
        for index, need in enumerate(assessment.needs)
        if any(
            partner in watched.get(need.application, ())
            or (need.requirement.workload > 0 and _limited(assessment, partner))
            for partner in need.capable
        )
    }
    applications = {assessment.needs[need].application for need in matters}
    return matters | {need for a in applications for need in needs_at_risk(assessment, a)}


def _limited(assessment: Assessment, partner: int) -> bool:
    return bool(np.isfinite(assessment.options.capacity[assessment.options.of(partner)]).any())


def _watched_partners(assessment: Assessment) -> dict[int, set[int]]:
    """Partners by application for which it counts whether they serve it."""
    able: dict[int, set[int]] = {}
    for need in assessment.needs:
        able.setdefault(need.application, set()).update(need.capable)
    watched: dict[int, set[int]] = {}
    for pair in assessment.pairs:
        on_site = pair.row.kind == "ip_conflict" or (
            pair.row.kind == "synergy" and pair.application is not None
        )
        places = (able if pair.application is None else (pair.application,)) if on_site else ()
        for place in places:
            if {pair.first, pair.second} <= able.get(place, set()):
                watched.setdefault(place, set()).update((pair.first, pair.second))
    return watched
