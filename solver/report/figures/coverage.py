"""Who provides for which application, with whom to replace him, and who could step in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from solver.assessment.assessment import assess
from solver.instance.instance import Instance
from solver.portfolio.plan import read_plan
from solver.portfolio.selection import Selection
from solver.report.amounts import counted, listed
from solver.report.blocks import Figure
from solver.report.figures.drawing import ROW, View, listing
from solver.report.figures.lettering import names_of
from solver.result import Result

ALONE, COVERED, ABLE = "provides, nobody spare", "provides, with a backup", "could step in"
COLUMN = 46
"""Pixels for an application."""


def coverage(result: Result, instance: Instance) -> Figure:
    """A mark for each chosen partner and launched application that the partner provides for, or could."""
    document = {} if result.portfolio is None else result.portfolio.to_dict()
    selection = read_plan(assess(instance), document).selection
    ids = selection.assessment.elements
    cells = list(_cells(selection, instance))
    who, launched = (
        [ids[e] for e in found if any(ids[e] in (c["partner_id"], c["application_id"]) for c in cells)]
        for found in (selection.partners, selection.applications)
    )
    partners, applications = names_of(who, instance.labels), names_of(launched, instance.labels)
    rows = [
        {**cell, "partner": partners[cell["partner_id"]], "application": applications[cell["application_id"]]}
        for cell in cells
    ]
    return Figure(
        "coverage",
        _finding(cells, len(selection.applications)),
        "Marks: what a partner provides for an application. What the hub provides itself is left out.",
        {"provided": rows},
        _view([*partners.values()], [*applications.values()]),
    )


def _cells(selection: Selection, instance: Instance) -> Iterator[dict[str, Any]]:
    """A row per partner and application with what he provides there, alone or not, or could provide."""
    needs = selection.assessment.needs
    found: dict[tuple[int, int], dict[str, list[str]]] = {}
    for index, need in enumerate(needs):
        if need.application not in selection.option_of:
            continue
        assigned = [partner for served, partner in selection.assigned if served == index]
        spare = len(assigned) > need.requirement.providers
        start = selection.start(need.application)
        for partner in (p for p in selection.partners if p in need.capable or p in assigned):
            role = (COVERED if spare else ALONE) if partner in assigned else ABLE
            if role is not ABLE or selection.ready_by(partner, start):
                cell = found.setdefault((partner, need.application), {})
                cell.setdefault(role, []).append(need.requirement.technology)
    technologies = {row.id: row.name or row.id for row in instance.technologies}
    for (partner, application), cell in sorted(found.items()):
        role = next(role for role in (ALONE, COVERED, ABLE) if role in cell)
        yield {
            "partner_id": selection.assessment.elements[partner],
            "application_id": selection.assessment.elements[application],
            "role": role,
            "technologies": listed([technologies.get(id_, id_) for id_ in cell[role]]),
        }


def _finding(cells: list[dict[str, Any]], launched: int) -> str:
    if not cells:
        return "No application needs anything of a partner"
    hanging = {cell["application_id"] for cell in cells if cell["role"] == ALONE}
    if not hanging:
        return "Every application has a backup for each of its providers"
    hangs = "hangs" if len(hanging) == 1 else "hang"
    return f"{len(hanging)} of {counted(launched, 'application')} {hangs} on a provider without a backup"


def _view(partners: list[str], applications: list[str]) -> View:
    roles = [ALONE, COVERED, ABLE]
    scale = {"domain": roles, "range": ["@strong", "@soft", "@paper"]}
    legend = {"title": None, "symbolType": "square", "symbolStrokeColor": "@strong", "symbolSize": 120}
    columns = {**listing("application", orient="top", labelAngle=-45, grid=True), "sort": applications}
    return {
        "width": max(3, len(applications)) * COLUMN,
        "height": max(2, len(partners)) * ROW,
        "data": {"name": "provided"},
        "mark": {
            "type": "point",
            "filled": True,
            "stroke": "@strong",
            "strokeWidth": 1.5,
            "size": 150,
            "opacity": 1,
        },
        "encoding": {
            "y": {**listing("partner", grid=True), "sort": partners},
            "x": columns,
            "fill": {"field": "role", "type": "nominal", "scale": scale, "legend": legend},
            "shape": {
                "field": "role",
                "type": "nominal",
                "scale": {"domain": roles, "range": ["square", "square", "circle"]},
            },
        },
    }
