"""The news of a period: what came in and was spent, pilots, indicators; checked against the instance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solver.errors import InputError
from solver.instance.defects import Defect, Findings, nearest
from solver.instance.document import judged
from solver.instance.instance import Instance
from solver.instance.reading import Document, Reading, joined, split
from solver.lifecycle.successor import appended

Row = dict[str, Any]
TABLES = ("actuals", "evidence", "health")
KNOWN_BEFORE = ("target", "weight", "direction")
"""What an indicator need not say again."""


@dataclass(frozen=True)
class News:
    """Rows of the tables that a period adds to, and where they stand."""

    actuals: tuple[Row, ...] = ()
    evidence: tuple[Row, ...] = ()
    health: tuple[Row, ...] = ()
    findings: Findings | None = None

    def added_to(self, document: Document, instance: Instance) -> list[str]:
        """Add them to the document of the next period; sentences that say what was added."""
        for table in ("evidence", "health"):
            appended(document, table, getattr(self, table))
        if self.actuals:
            document["history"] = _later(document.get("history", []), self.actuals, instance.roi_rate)
        return [
            f"{table}: {len(rows)} {'row' if len(rows) == 1 else 'rows'} added."
            for table in TABLES
            if (rows := getattr(self, table))
        ]


def read_news(path: str) -> News:
    """The news in a file: a CSV of actuals, a workbook or JSON with the tables. Raises InputError."""
    source, findings = Path(path), Findings()
    suffix = source.suffix.lower()
    if not source.is_file():
        raise InputError([Defect(path, "a file: .csv with actuals, or .xlsx or .json with the tables")])
    if suffix == ".csv":
        from solver.instance.csvfile import read_table

        table = read_table(source, "actuals", findings)
        findings.raise_if_any()
        assert table is not None  # or there was a finding
        findings.places["actuals"] = table[1]
        return News(actuals=tuple(table[0]), findings=findings)
    if suffix in (".xlsx", ".xlsm"):
        from solver.instance.workbook import read_workbook

        reading = read_workbook(source)
    else:
        from solver.instance.jsonfile import read_json

        reading = read_json(source)
    reading.findings.raise_if_any()
    return _tables(reading.document, path, reading.findings)


def news_of(instance: Instance, news: News | Mapping[str, Any] | None, active: set[str]) -> News:
    """The news with what the instance's own table `actuals` says, checked. Raises InputError."""
    given = news if isinstance(news, News) else _tables(dict(news or {}), "news", Findings())
    own = [row.model_dump() for row in instance.actuals]
    places = {} if given.findings is None else given.findings.places
    findings = Findings()
    findings.places.update(places)
    completed = [_completed(row, number, instance, findings) for number, row in enumerate(given.health, 1)]
    findings.extend(_out_of_order(completed, instance))
    findings.extend(_not_active(given.actuals, own, instance, active))
    document = instance.to_document()
    for table, rows in (("evidence", given.evidence), ("health", completed)):
        section, _ = split(document.pop(table, None))
        document[table] = joined(section, list(rows))
    document["actuals"] = list(given.actuals)
    judged(Reading(document, findings))
    told = {row["id"] for row in given.actuals}
    return News(
        actuals=(*(row for row in own if row["id"] not in told), *given.actuals),
        evidence=tuple(given.evidence),
        health=tuple(completed),
    )


def _tables(document: Mapping[str, Any], place: str, findings: Findings) -> News:
    """The three tables of a document, which has no others."""
    rows = {}
    for table, value in document.items():
        if table not in TABLES:
            findings.add(
                Defect(place, f"one of the tables {', '.join(TABLES)}{nearest(table, TABLES)}", column=table)
            )
            continue
        plain = split(value)[1] if isinstance(value, dict) else value
        if not isinstance(plain, list | tuple) or not all(isinstance(row, Mapping) for row in plain):
            findings.add(Defect(place, "a list of rows", column=table))
            continue
        rows[table] = tuple(dict(row) for row in plain)
    findings.raise_if_any()
    return News(**rows, findings=findings)


def _completed(row: Row, number: int, instance: Instance, findings: Findings) -> Row:
    """A row of health with what is known of its indicator from before."""
    mine = [one for one in instance.health if one.partner == row.get("partner")]
    same = [one for one in mine if one.indicator == row.get("indicator")]
    if not same and "target" not in row:
        known = list(dict.fromkeys(one.indicator for one in mine))
        hint = nearest(str(row.get("indicator")), known)
        text = f"an indicator of {row.get('partner')} that is known, or a target for a new one{hint}"
        findings.add(Defect("health", text, number, "indicator", row.get("indicator")))
        return row | {"target": 1.0}
    last = max(same, key=lambda one: one.period, default=None)
    return row if last is None else {name: getattr(last, name) for name in KNOWN_BEFORE} | row


def _out_of_order(rows: Sequence[Row], instance: Instance) -> Iterator[Defect]:
    latest = max((row.period for row in instance.health), default=-1)
    for number, row in enumerate(rows, 1):
        period = row.get("period")
        if isinstance(period, int | float) and period <= latest:
            text = f"a later period than {latest}, the last one that was measured"
            yield Defect("health", text, number, "period", period)


def _not_active(
    given: Sequence[Row], own: Sequence[Row], instance: Instance, active: set[str]
) -> Iterator[Defect]:
    """Who is known and was not active; strangers are found where all rows are judged."""
    for place, rows in (("actuals", given), ("the instance's actuals", own)):
        for number, row in enumerate(rows, 1):
            id_ = str(row.get("id"))
            if id_ in instance.labels and id_ not in active:
                text = f"the id of what was active in the first period{nearest(id_, active)}"
                yield Defect(place, text, number, "id", id_)


def _later(history: list[Row], actuals: tuple[Row, ...], roi_rate: float) -> list[Row]:
    """The observed benefits, one period further back, and those of the period just past."""
    step = -1 if any(row["period"] < 0 for row in history) or not history else 1
    moved = [row | {"period": row["period"] + step} for row in history]
    ends = [row["period"] for row in moved]
    newest = step if not ends else (max(ends) + 1 if step < 0 else min(ends) - 1)
    benefits = {row["id"]: row["revenue"] - (1 - roi_rate) * row["cost"] for row in actuals}
    return [*moved, {"period": newest, **benefits}]
