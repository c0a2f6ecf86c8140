"""Names across tables: every id stands once, and every id that is used exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from solver.instance.defects import Defect, nearest
from solver.instance.parsed import STANDARD_LEVEL, Parsed

KEYS: dict[str, tuple[str, ...]] = {
    "partners": ("id",),
    "levels": ("partner", "level"),
    "capabilities": ("holder", "technology"),
    "technologies": ("id",),
    "applications": ("id",),
    "requirements": ("application", "technology"),
    "assignments": ("application", "technology", "partner"),
    "actuals": ("id",),
    "resources": ("id",),
    "usage": ("id", "resource"),
    "cash_flows": ("id", "age"),
    "segments": ("id",),
    "attractions": ("source", "segment"),
    "groups": ("dimension", "group"),
    "health": ("partner", "period", "indicator"),
    "history": ("period",),
    "scenarios": ("scenario", "id"),
    "correlations": ("first", "second"),
    "criteria": ("id",),
    "weights": ("criterion", "than"),
    "scores": ("id", "criterion"),
}


class Reference(NamedTuple):
    """A column whose cells are ids of other tables (or of the hub)."""

    table: str
    column: str
    targets: tuple[str, ...]
    noun: str


ENGAGED = ("partners", "applications")
REFERENCES = (
    Reference("levels", "partner", ("partners",), "the id of a partner"),
    Reference("capabilities", "holder", ("partners", "hub"), "the id of a partner or of the hub"),
    Reference("capabilities", "technology", ("technologies",), "the id of a technology"),
    Reference("requirements", "application", ("applications",), "the id of an application"),
    Reference("requirements", "technology", ("technologies",), "the id of a technology"),
    Reference("assignments", "application", ("applications",), "the id of an application"),
    Reference("assignments", "technology", ("technologies",), "the id of a technology"),
    Reference("assignments", "partner", ("partners",), "the id of a partner"),
    Reference("actuals", "id", ENGAGED, "the id of a partner or an application"),
    Reference("usage", "id", ENGAGED, "the id of a partner or an application"),
    Reference("usage", "resource", ("resources",), "the id of a resource"),
    Reference("cash_flows", "id", ENGAGED, "the id of a partner or an application"),
    Reference("pairs", "first", ENGAGED, "the id of a partner or an application"),
    Reference("pairs", "second", ENGAGED, "the id of a partner or an application"),
    Reference("pairs", "application", ("applications",), "the id of an application, or empty for any"),
    Reference("attractions", "source", ENGAGED, "the id of a partner or an application"),
    Reference("attractions", "segment", ("segments",), "the id of a segment"),
    Reference("evidence", "partner", ("partners",), "the id of a partner"),
    Reference("evidence", "application", ("applications",), "the id of an application"),
    Reference("health", "partner", ("partners",), "the id of a partner"),
    Reference("scenarios", "id", ENGAGED, "the id of a partner or an application"),
    Reference("correlations", "first", ENGAGED, "the id of a partner or an application"),
    Reference("plan", "id", ENGAGED, "the id of a partner or an application"),
    Reference("correlations", "second", ENGAGED, "the id of a partner or an application"),
    Reference("weights", "criterion", ("criteria",), "the id of a criterion"),
    Reference("weights", "than", ("criteria",), "the id of another criterion, or empty for all together"),
    Reference("scores", "id", ENGAGED, "the id of a partner or an application"),
    Reference("scores", "criterion", ("criteria",), "the id of a criterion"),
)
MOST_SUGGESTIONS = 25


def repeated_keys(parsed: Parsed) -> Iterator[Defect]:
    """Rows that say the same thing twice."""
    for table, columns in KEYS.items():
        first: dict[tuple[object, ...], int] = {}
        for number, row in parsed.cells[table]:
            key = tuple(row.get(column) for column in columns)
            if not all(isinstance(part, str | int | float) for part in key):
                continue
            if key in first:
                yield _repeated(table, number, columns, key, parsed.where(table, first[key]))
            first.setdefault(key, number)


def shared_ids(parsed: Parsed) -> Iterator[Defect]:
    """Hub, partners and applications share one space of ids."""
    partners = parsed.declared["partners"]
    for name, number in parsed.declared["applications"].items():
        if name in partners:
            where = parsed.where("partners", partners[name])
            yield Defect("applications", f"another id; {where} has this one", number, "id", name)
        if name == "any":
            yield Defect("applications", "another id; `any` stands for every application", number, "id", name)
    for table in ENGAGED:
        if parsed.hub is not None and parsed.hub.id in parsed.declared[table]:
            number = parsed.declared[table][parsed.hub.id]
            yield Defect(table, "another id; the hub has this one (hub.id)", number, "id", parsed.hub.id)


def dangling_ids(parsed: Parsed) -> Iterator[Defect]:
    """Ids that no row declares."""
    for reference in REFERENCES:
        known = _known(parsed, reference)
        if known is None:
            continue
        suggestions = MOST_SUGGESTIONS
        for number, row in parsed.cells[reference.table]:
            name = row.get(reference.column)
            if not isinstance(name, str) or name in known:
                continue
            hint = _hint(parsed, name, known) if suggestions > 0 else ""
            suggestions -= 1
            yield Defect(reference.table, reference.noun + hint, number, reference.column, name)


def running_levels(parsed: Parsed) -> Iterator[Defect]:
    """A running level is one of the partner's levels, and only running partners have one."""
    for number, row in parsed.rows["partners"]:
        if row.running_level is None:
            continue
        levels = parsed.levels.get(row.id, [STANDARD_LEVEL])
        if row.status != "running":
            text = "leave this empty, or set status to running"
            yield Defect("partners", text, number, "running_level", row.running_level)
        elif parsed.knows("levels") and row.running_level not in levels:
            text = f"one of the partner's levels: {', '.join(levels)}{nearest(row.running_level, levels)}"
            yield Defect("partners", text, number, "running_level", row.running_level)


def of_what_runs(parsed: Parsed) -> Iterator[Defect]:
    """Assignments are of what runs, and somebody provides only what is required."""
    status = {row.id: row.status for table in ENGAGED for _, row in parsed.rows[table]}
    needed = {(row.application, row.technology) for _, row in parsed.rows["requirements"]}
    for number, row in parsed.rows["assignments"]:
        for column in ("application", "partner"):
            name = getattr(row, column)
            if status.get(name, "running") != "running":
                text = "the id of one that runs (status = running), or leave this row out"
                yield Defect("assignments", text, number, column, name)
        known = {technology for application, technology in needed if application == row.application}
        if row.technology not in known and parsed.knows("requirements"):
            text = f"a technology that {row.application} requires{nearest(row.technology, known)}"
            yield Defect("assignments", text, number, "technology", row.technology)


def outside_members(parsed: Parsed) -> Iterator[Defect]:
    """Members of outside groups are partners, each named once."""
    known = parsed.declared["partners"]
    for number, row in parsed.rows["outside"]:
        if not row.ids:
            yield Defect("outside", "ids of partners separated by ;", number, "members", row.members)
        for position, name in enumerate(row.ids):
            if name in row.ids[:position]:
                yield Defect("outside", "each partner once", number, "members", name)
            elif name not in known and parsed.knows("partners"):
                text = f"ids of partners separated by ;{_hint(parsed, name, known)}"
                yield Defect("outside", text, number, "members", name)


def _hint(parsed: Parsed, name: str, known: Collection[str]) -> str:
    """The id of who is called so, where somebody wrote a name; else the nearest id."""
    rows = [row for table in ENGAGED for _, row in parsed.cells[table] if row.get("name") == name]
    ids = [row["id"] for row in rows if isinstance(row.get("id"), str) and row["id"] in known]
    return f"; that is the name of {' and '.join(ids)}" if ids else nearest(name, known)


def _known(parsed: Parsed, reference: Reference) -> set[str] | None:
    """The ids a reference may name; None when any name is right or the tables could not be read."""
    if not parsed.knows(*reference.targets):
        return None
    known = {name for target in reference.targets if target != "hub" for name in parsed.declared[target]}
    if reference.targets == ("technologies",) and not known:
        return None
    if "hub" in reference.targets:
        if parsed.hub is None:
            return None
        known.add(parsed.hub.id)
    return known


def _repeated(
    table: str, number: int, columns: tuple[str, ...], key: tuple[object, ...], first: str
) -> Defect:
    value = key[0] if len(key) == 1 else ", ".join(str(part) for part in key)
    text = f"{' and '.join(columns)} must differ from row to row; {first} has the same"
    return Defect(table, text, number, columns[0], value)
