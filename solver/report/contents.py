"""What is in an instance: the report of `check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

from solver.instance.instance import Instance
from solver.instance.tables import TABLES, Engagement
from solver.report.amounts import counted, number, percent, titled, unit
from solver.report.blocks import Facts, Report, Table, amounts, figures, report, section, table, text, words
from solver.report.missing import missing
from solver.report.words import names_in
from solver.shapes import Shaped

MONEY: Mapping[str, str] = MappingProxyType(
    {"revenue": "revenue per period", "cost": "cost per period", "setup_cost": "setup cost"}
)


@dataclass(frozen=True)
class Contents(Shaped):
    """An instance in numbers: rows by table, money by table, limits in force, and what to look at."""

    name: Annotated[str, "Its name."]
    fingerprint: Annotated[str, "What tells this state of it from any other."]
    periods: Annotated[int, "How many there are."]
    unit: Annotated[str, "The unit of money."]
    rows: Annotated[Mapping[str, int], "Rows by table."]
    totals: Annotated[Mapping[str, Mapping[str, float]], "Money by table."]
    statuses: Annotated[Mapping[str, Mapping[str, int]], "Rows by table and status."]
    limits: Annotated[Mapping[str, float | bool | list[float]], "The limits in force."]
    missing: Annotated[tuple[str, ...], "What nobody could provide."]
    warnings: Annotated[tuple[str, ...], "What is odd."]
    remarks: Annotated[tuple[str, ...], "How its files were read."]

    @classmethod
    def of(cls, instance: Instance, remarks: Sequence[str] = ()) -> Contents:
        """Count what is in an instance; `remarks` say how its files were read."""
        engaged = {"partners": instance.partners, "applications": instance.applications}
        rows = {name: len(getattr(instance, name)) for name in TABLES}
        return cls(
            name=instance.name,
            fingerprint=instance.fingerprint,
            periods=instance.periods,
            unit=unit(instance),
            rows={name: count for name, count in rows.items() if count},
            totals={name: _totals(table) for name, table in engaged.items() if table},
            statuses={name: _statuses(table) for name, table in engaged.items() if table},
            limits=instance.limits.model_dump(mode="json", exclude_defaults=True),
            missing=tuple(missing(instance)),
            warnings=instance.warnings,
            remarks=tuple(remarks),
        )


def _totals(rows: Iterable[Engagement]) -> dict[str, float]:
    rows = tuple(rows)
    return {money: float(sum(getattr(row, money) for row in rows)) for money in MONEY}


def _statuses(rows: Iterable[Engagement]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.status] = found.get(row.status, 0) + 1
    return found


def contents_summary(contents: Contents, instance: Instance) -> Report:
    """The whole report."""
    return report(
        f"{contents.name}: {_size(contents)}, no defects",
        section("Settings", Facts(_settings(contents, instance))),
        section("Tables", _tables(contents)),
        section(titled("Totals of the tables", instance), _money(contents)),
        section("Limits", Facts({name: _limit(value) for name, value in contents.limits.items()})),
        section("What is missing", text(*contents.missing)),
        section("Warnings", text(*contents.warnings)),
        section("How the files were read", text(*contents.remarks)),
        names=names_in(instance),
    )


def _size(contents: Contents) -> str:
    counts = [counted(contents.rows["partners"], "partner")]
    counts.append(counted(contents.rows.get("applications", 0), "application"))
    return ", ".join([*counts, counted(contents.periods, "period")])


def _settings(contents: Contents, instance: Instance) -> dict[str, str]:
    return {
        "money": contents.unit or "no unit",
        "maximise": f"the value of the {instance.objective.maximise}",
        "roi_rate": number(instance.roi_rate),
        "discount_rate": f"{percent(instance.discount_rate)} per period",
        "fingerprint": contents.fingerprint[:12],
    }


def _tables(contents: Contents) -> Table:
    return table(
        words("", contents.rows),
        figures("rows", [f"{count:,}" for count in contents.rows.values()]),
        words("", [_by_status(contents.statuses.get(name, {})) for name in contents.rows]),
    )


def _by_status(statuses: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {status}" for status, count in statuses.items() if set(statuses) != {"free"})


def _money(contents: Contents) -> Table:
    totals = contents.totals.values()
    columns = [amounts(header, [total[money] for total in totals]) for money, header in MONEY.items()]
    return table(words("", contents.totals), *columns)


def _limit(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(number(amount) for amount in value)
    return "yes" if value is True else number(value)
