"""The report of an instance one period on: planned against happened, and what was taken over."""

from __future__ import annotations

from solver.instance.instance import Instance
from solver.lifecycle.advance import RECURRING, Advanced
from solver.report.amounts import counted, money, titled
from solver.report.blocks import Facts, Report, amounts, report, section, table, text, words
from solver.report.words import names_in


def advance_summary(found: Advanced, instance: Instance, target: str) -> Report:
    """The whole report."""
    rows = found.elements
    periods = counted(instance.periods - 1, "period")
    rate = 1 / (1 + instance.discount_rate)
    later = sum(amount * (rate if name in RECURRING else 1.0) for name, amount in found.remaining.items())
    return report(
        f"{instance.name}: one period on, {periods} to go; written to {target}",
        section(
            titled("Planned and happened in the first period", instance),
            table(
                words("", (instance.labels[row.id] for row in rows)),
                amounts("revenue planned", (row.planned_revenue for row in rows)),
                amounts("revenue", (row.revenue for row in rows)),
                amounts("cost planned", (row.planned_cost for row in rows)),
                amounts("cost", (row.cost for row in rows)),
            ),
            text("" if any(row.cost is not None for row in rows) else "Nobody said what really happened."),
        ),
        section(
            "What the plan is worth",
            Facts(
                {
                    "counted in the first period": money(sum(found.counted.values()), instance),
                    "still to come": money(later, instance),
                }
            ),
        ),
        section("What was taken over", text(*found.log)),
        section("What the plan breaks", text(*found.broken)),
        names=names_in(instance),
    )
