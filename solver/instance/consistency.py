"""Rows that are right cell by cell and still make no sense."""

from __future__ import annotations

from collections.abc import Iterator

from solver.instance import tables
from solver.instance.defects import Defect, nearest
from solver.instance.parsed import Parsed
from solver.instance.scoring import Weight

GROUPING_FIELDS = ("industry", "region")
RESERVED_DIMENSIONS = frozenset(
    field
    for model in (tables.Partner, tables.Application, tables.Level)
    for field in model.model_fields
    if field not in GROUPING_FIELDS
)


def periods_outside(parsed: Parsed) -> Iterator[Defect]:
    """Start periods after the horizon."""
    if parsed.general is None:
        return
    horizon = parsed.general.periods
    for table in ("partners", "applications", "levels"):
        for number, row in parsed.rows[table]:
            for column in ("first_period", "last_period"):
                period = getattr(row, column)
                if period is not None and period > horizon:
                    text = f"a period from 1 to {horizon} (periods = {horizon})"
                    yield Defect(table, text, number, column, period)


def list_lengths(parsed: Parsed) -> Iterator[Defect]:
    """Lists that should have one number per period."""
    if parsed.general is None:
        return
    periods = parsed.general.periods
    for key in ("budget_by_period", "effort"):
        numbers = getattr(parsed.limits, key)
        if numbers and len(numbers) != periods:
            text = f"one number per period: {periods}, not {len(numbers)}"
            yield Defect("limits", text, column=key, value=", ".join(f"{number:g}" for number in numbers))


def crossed_bounds(parsed: Parsed) -> Iterator[Defect]:
    """Numbers of one row that cannot both be meant."""
    for number, row in parsed.rows["requirements"]:
        if row.most_providers < row.providers:
            text = f"at least providers, which is {row.providers}"
            yield Defect("requirements", text, number, "max_providers", row.max_providers)
    terms = parsed.health_terms
    if terms.red > terms.amber:
        yield Defect("health", f"at most amber, which is {terms.amber:g}", None, "red", terms.red)
    for number, row in parsed.rows["evidence"]:
        if row.successes > row.trials:
            yield Defect(
                "evidence", f"at most trials, which is {row.trials:g}", number, "successes", row.successes
            )


def criteria_compared(parsed: Parsed) -> Iterator[Defect]:
    """Criteria that outweigh others that are there, each but itself."""
    known = [row.id for _, row in parsed.rows["criteria"]]
    for number, row in parsed.rows["criteria"]:
        if row.weight_max < row.weight_min:
            text = f"at least weight_min, which is {row.weight_min:g}"
            yield Defect("criteria", text, number, "weight_max", row.weight_max)
        for factor, other in row.outweighs:
            if other not in known or other == row.id or factor <= 0:
                text = f"ids of other criteria separated by ;{nearest(other, known)}"
                yield Defect("criteria", text, number, "better_than", row.better_than)
    for number, row in parsed.rows["weights"]:
        yield from _odd_weight(number, row)
    for number, row in parsed.rows["scores"]:
        if row.most < row.low:
            yield Defect("scores", f"at least low, which is {row.low:g}", number, "high", row.high)


def _odd_weight(number: int, row: Weight) -> Iterator[Defect]:
    """A weight held against itself, against nothing, or between ends that are none."""
    if row.than == row.criterion:
        yield Defect("weights", "the id of another criterion, or leave this empty", number, "than", row.than)
    if row.than is None and row.low is None and row.high is None:
        yield Defect("weights", "a low or a high share of all weights, or than", number, "low")
    for column, value in (("low", row.low), ("high", row.high)) if row.than is None else ():
        if value is not None and value > 1:
            text = "a share of all weights, from 0 to 1, or name in than what it is held against"
            yield Defect("weights", text, number, column, value)
    if row.low is not None and row.high is not None and row.high < row.low:
        yield Defect("weights", f"at least low, which is {row.low:g}", number, "high", row.high)


def evidence_subjects(parsed: Parsed) -> Iterator[Defect]:
    """Evidence is about exactly one partner or application."""
    for number, row in parsed.rows["evidence"]:
        if row.partner is None and row.application is None:
            yield Defect("evidence", "name a partner or an application", number, "partner")
        if row.partner is not None and row.application is not None:
            text = "leave this empty: the row already names a partner"
            yield Defect("evidence", text, number, "application", row.application)


def group_dimensions(parsed: Parsed) -> Iterator[Defect]:
    """A group dimension is industry, region or a column that has no other meaning."""
    for number, row in parsed.rows["groups"]:
        if row.dimension in RESERVED_DIMENSIONS:
            text = "industry, region or a column of your own; this column has another meaning"
            yield Defect("groups", text, number, "dimension", row.dimension)


def pair_meanings(parsed: Parsed) -> Iterator[Defect]:
    """What each kind of pair needs and cannot have."""
    for number, row in parsed.rows["pairs"]:
        if row.first == row.second:
            yield Defect("pairs", "two different ids", number, "second", row.second)
        if row.application is not None and row.kind in ("conflict", "requires"):
            text = f"leave this empty: a pair of kind {row.kind} holds everywhere"
            yield Defect("pairs", text, number, "application", row.application)
        elif row.application is not None or row.kind == "ip_conflict":
            yield from _needs_partners(parsed, number, row)
        if row.kind == "synergy" and row.value is None:
            yield from _needs_value(parsed, number, row)
        if row.counted and row.kind == "ip_conflict" and row.value is None:
            text = "the price that was paid: without one there is no licence to hold"
            yield Defect("pairs", text, number, "value")
        if row.kind == "ip_conflict" and row.value is not None and row.value < 0:
            yield Defect(
                "pairs",
                "the licence's price: at least 0, or empty for no licence",
                number,
                "value",
                row.value,
            )


def repeated_ip_conflicts(parsed: Parsed) -> Iterator[Defect]:
    """One pair has one `ip_conflict` row for each application, and one for any other."""
    known = set()
    for number, row in parsed.rows["pairs"]:
        about = (frozenset((row.first, row.second)), row.application)
        if row.kind == "ip_conflict" and about in known:
            where = "any application" if row.application is None else row.application
            text = f"one row for the ip_conflict of this pair on {where}: leave one out"
            yield Defect("pairs", text, number, "second", f"{row.first}, {row.second}")
        if row.kind == "ip_conflict":
            known.add(about)


def contract_terms(parsed: Parsed) -> Iterator[Defect]:
    """Contract shares that can add up to one."""
    split = parsed.split
    if split is None:
        return
    if split.tier > 0 and abs(round(1 / split.tier) * split.tier - 1) > 1e-9:
        yield Defect(
            "split", "a number that divides 1, such as 0.05, or 0 for any share", None, "tier", split.tier
        )
    if split.cap < split.floor:
        yield Defect("split", f"at least floor, which is {split.floor:g}", None, "cap", split.cap)


def _needs_partners(parsed: Parsed, number: int, row: tables.Pair) -> Iterator[Defect]:
    for column in ("first", "second"):
        name = getattr(row, column)
        if name in parsed.declared["applications"] and name not in parsed.declared["partners"]:
            text = "the id of a partner: only partners serve an application"
            yield Defect("pairs", text, number, column, name)


def _needs_value(parsed: Parsed, number: int, row: tables.Pair) -> Iterator[Defect]:
    if parsed.objective.synergy_per_complementarity is None:
        text = "a number of either sign (or set objective.synergy_per_complementarity)"
        yield Defect("pairs", text, number, "value")
    elif any(name in parsed.declared["applications"] for name in (row.first, row.second)):
        text = "a number: complementarity is known between partners only"
        yield Defect("pairs", text, number, "value")
