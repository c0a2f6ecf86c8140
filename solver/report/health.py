"""The report of health: how partners do and why, and what hangs on whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite

from solver.instance.instance import Instance
from solver.lifecycle.health import Cause, Health, PartnerHealth, Reading, Trend
from solver.report.amounts import counted, listed, money, number, percent
from solver.report.blocks import Report, Section, Table, report, section, table_of, text
from solver.report.words import names_in

FEW = 3
NAMES = {
    "score": "score, weighted by revenue",
    "retained_value": "application revenue kept after the worst loss of a partner",
    "herfindahl": "concentration of the partners' benefit (Herfindahl index)",
    "largest_share": "largest share of the partners' benefit",
    "largest_excess": "most that a group could gain by leaving, as the value is split",
    "ip_exposure": "exposure of intellectual property",
}


def health_summary(found: Health, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{instance.name}: {_headline(found)}",
        section("Partners, the least healthy first", _partners(found, instance)),
        section("What pulls scores down", text(*_reasons(found, instance))),
        _whole(found, instance),
        section("What the scores change", text(*_evidence(found, instance))),
        section("What was not measured", text(*found.gaps)),
        names=names_in(instance),
    )


def _headline(found: Health) -> str:
    scored = [one for one in found.partners if one.score is not None]
    if not scored:
        return "nothing is known of its health; the table health has no indicators with a weight"
    colours = Counter(one.colour for one in scored)
    shown = [f"{colours[colour]} {colour}" for colour in ("red", "amber", "green") if colours[colour]]
    return f"{counted(len(scored), 'partner')} measured: {listed(shown)}"


def _partners(found: Health, instance: Instance) -> Table:
    header = ("partner", "score", "", "period", "change each period", "95 % interval")
    rows = [
        (
            instance.labels[one.id],
            percent(round(one.score or 0.0, 4)),
            str(one.colour),
            str(one.period),
            "" if one.trend is None else _points(one.trend.slope),
            _interval(one.trend),
        )
        for one in _by_score(found)
    ]
    return table_of(header, rows, ["left", "right", "left", "right", "right", "right"])


def _by_score(found: Health) -> list[PartnerHealth]:
    return sorted((one for one in found.partners if one.score is not None), key=lambda one: one.score or 0.0)


def _points(slope: float) -> str:
    return f"{100 * slope:+.1f} points"


def _interval(trend: Trend | None) -> str:
    if trend is None or trend.low is None or trend.high is None:
        return ""
    ends = [f"{100 * end:+.1f}" for end in (trend.low, trend.high) if isfinite(end)]
    return " to ".join(ends) if len(ends) == 2 else ""


def _reasons(found: Health, instance: Instance) -> Iterator[str]:
    """Of those that are not green, the least healthy first; of the three that are least so where all are."""
    missing = [one for one in _by_score(found) if any(cause.lost > 0 for cause in one.causes)]
    for one in [one for one in missing if one.colour != "green"] or missing[:FEW]:
        causes = [_cause(cause) for cause in one.causes if cause.lost > 0]
        yield f"{instance.labels[one.id]}: {listed(causes)}"


def _cause(cause: Cause) -> str:
    points = f"{100 * cause.lost:.1f} points"
    return f"{cause.indicator} takes {points} ({number(cause.value)} where {number(cause.target)} is wanted)"


def _whole(found: Health, instance: Instance) -> Section:
    title = "The ecosystem"
    if found.portfolio is None:
        running = any(one.status == "running" for one in (*instance.partners, *instance.applications))
        why = "no portfolio of what runs was found"
        return section(title, text(f"Nothing is said of the whole: {why if running else 'nothing runs'}."))
    rows = [
        (NAMES[one.name], _value(one, instance), one.colour or "", _about(one, instance))
        for one in found.readings
        if one.value is not None
    ]
    readings = table_of(("", "", "", "hangs on"), rows, ["left", "right", "left", "left"])
    return section(title, readings, text(*(f"Not kept as it is: {rule}." for rule in found.broken)))


def _value(one: Reading, instance: Instance) -> str:
    value = one.value or 0.0
    if one.name == "largest_excess":
        return money(value, instance)
    return number(value) if one.name in ("herfindahl", "ip_exposure") else percent(round(value, 4))


def _about(one: Reading, instance: Instance) -> str:
    return listed([instance.labels[id_] for id_ in one.about])


def _evidence(found: Health, instance: Instance) -> Iterator[str]:
    strength = instance.health_terms.strength
    moved: list[PartnerHealth] = [one for one in found.partners if one.counted != one.success]
    if not moved:
        return
    yield f"The latest score counts as {number(strength)} trials of evidence about success (health.strength)."
    for one in moved:
        chance = f"{percent(round(one.success, 4))} to {percent(round(one.counted, 4))}"
        yield f"{instance.labels[one.id]}: the probability that it delivers goes from {chance}."
